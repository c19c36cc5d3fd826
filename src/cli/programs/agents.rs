//! `orq describe --for-agents`: the whole language for a reader that pays for each word. Names come from the catalog; the
//! prose says what cannot be guessed.

use crate::diagnostics::Exit;
use crate::model::catalog::{Catalog, Example, FunctionDef, FunctionKind, SourceDef};

/// The queries that most questions are a change of.
const QUERIES: &[Example] = &[
    Example::new("credits", "what is left"),
    Example::new("activity last 30d | group model | sum cost, requests | top 10", "spend by model"),
    Example::new("activity last 14d | group date | sum cost | fill 0", "spend by day, days without any too"),
    Example::new("activity this month | group key | sum cost | share cost | sort -cost", "parts of the whole, by key"),
    Example::new("activity last 7d | group provider | sum cost | compare previous", "against the week before"),
    Example::new(
        "activity last 30d | where model ~ \"^openai/\" | group model | agg usd_per_mtok = sum(cost) / sum(tokens) * 1e6",
        "a rate, made of sums",
    ),
    Example::new(
        "analytics last 7d | group model | count, p99 latency, avg cache_hit_rate | top 5 by count",
        "traffic and latency of requests",
    ),
    Example::new("generations last 3d | top 5 by cost | select id, model, cost, latency", "the dearest requests"),
    Example::new(
        "keys | where limit is not null | sort remaining | select name, remaining, limit",
        "keys near their limit",
    ),
    Example::new("models | where id contains \"claude\" | select id, price_prompt, context_length", "prices"),
];

/// What is written first by those who know other languages, and what is meant.
struct Mistake {
    wrong: &'static str,
    right: &'static str,
}

const MISTAKES: &[Mistake] = &[
    Mistake { wrong: "activity | group model", right: "activity | group model | sum cost" },
    Mistake { wrong: "activity | sum cost / sum tokens", right: "activity | agg rate = sum(cost) / sum(tokens)" },
    Mistake { wrong: "activity | last 7d | sum cost", right: "activity last 7d | sum cost" },
    Mistake {
        wrong: "analytics last 7d | where model ~ \"gpt\"",
        right: "analytics last 7d | where model ~ \"gpt\" | sum cost",
    },
    Mistake {
        wrong: "activity last 90d | where cost > 1",
        right: "activity last 90d | group date, model | sum cost | where cost > 1",
    },
];

/// The page.
pub fn page(catalog: &Catalog) -> String {
    // The others are those of any command.
    let exits = [Exit::Query, Exit::Api, Exit::Assertion, Exit::Incomplete];
    let exits: Vec<String> = exits.iter().map(|exit| format!("{} {}", *exit as u8, exit.meaning())).collect();
    format!("{HEAD}Exit codes: {}.\n{}", exits.join("; "), language(catalog))
}

/// What a reader has to know who has a query answered in another way than by a command line.
pub fn page_without_commands(catalog: &Catalog) -> String {
    let (_, head) = HEAD.split_once("\n\n").unwrap_or_default();
    format!("{head}{}", language(catalog))
}

fn language(catalog: &Catalog) -> String {
    let mut page = String::new();
    page += "\nQueries to change:\n";
    for query in QUERIES {
        page += &format!("  {}  # {}\n", query.query, query.shows);
    }
    page += "\nMistakes:\n";
    for mistake in MISTAKES {
        page += &format!("  {}  ->  {}\n", mistake.wrong, mistake.right);
    }
    let scalar = |def: &&FunctionDef| matches!(def.kind, FunctionKind::Scalar { .. });
    let window = |def: &&FunctionDef| matches!(def.kind, FunctionKind::Window { .. });
    let names = |defs: &mut dyn Iterator<Item = &'static FunctionDef>| -> String {
        defs.map(|def| def.name).collect::<Vec<_>>().join(" ")
    };
    page += &format!("\nSources: {}\n", listed(catalog.sources.iter().map(without_words)));
    let first = catalog.source(FIRST);
    for (name, most) in COLUMNS {
        page += &catalog.source(name).map_or_else(String::new, |def| columns(def, first, *most));
    }
    page += &format!("\nVerbs: {}\n", verbs(catalog));
    page += &format!("\nAggregates, each a verb too: {}\n", names(&mut catalog.aggregates()));
    page += &format!("Functions: {}\n", names(&mut catalog.all_functions().filter(scalar)));
    page += &format!("With `over (by … sort … rows N)`: {}\n", names(&mut catalog.all_functions().filter(window)));
    page
}

fn listed(entries: impl Iterator<Item = String>) -> String {
    entries.collect::<Vec<_>>().join("; ")
}

/// Usages in fewer words; verbs that are written alike stand together.
fn verbs(catalog: &Catalog) -> String {
    let mut alike: Vec<(Vec<&str>, String)> = Vec::new();
    for def in catalog.verbs {
        let rest = def.usage.strip_prefix(def.name).unwrap_or(def.usage);
        let rest = rest.replace(", COLUMN, …", ", …").replace("COLUMN", "COL").replace("EXPRESSION", "EXPR");
        match alike.iter_mut().find(|(_, other)| *other == rest) {
            Some((names, _)) => names.push(def.name),
            None => alike.push((vec![def.name], rest)),
        }
    }
    listed(alike.into_iter().map(|(names, rest)| names.join("/") + &rest))
}

/// The usage, without arguments that few need.
fn without_words(def: &&'static SourceDef) -> String {
    def.usage.split(' ').filter(|part| !part.ends_with("=WORD]")).collect::<Vec<_>>().join(" ")
}

/// The first columns, which are those that most questions are about; a unit is told by the name. Where most of those of
/// the first source are there too, only what differs is told.
fn columns(def: &'static SourceDef, first: Option<&SourceDef>, most: usize) -> String {
    let lacks = |column: &&str| def.column(column).is_none();
    let known: Vec<&str> = first.filter(|first| first.name != def.name).into_iter().flat_map(names).collect();
    let without: Vec<&str> = known.iter().copied().filter(lacks).collect();
    let alike = without.len() * 2 < known.len();
    let told: Vec<&str> = names(def).filter(|name| !alike || !known.contains(name)).collect();
    let (told, others) = told.split_at(told.len().min(most));
    let more = if others.is_empty() { "" } else { " …" };
    let but = if without.is_empty() { String::new() } else { format!(" but {}", without.join(" ")) };
    let as_first = if alike { format!("those of {FIRST}{but}, ") } else { String::new() };
    format!("Columns of {}: {as_first}{}{more}\n", def.name, told.join(" "))
}

fn names(def: &SourceDef) -> impl Iterator<Item = &'static str> {
    def.columns.iter().map(|column| column.name)
}

/// The source that most questions are for.
const FIRST: &str = "activity";

/// The sources whose columns are told, and how many of them.
const COLUMNS: &[(&str, usize)] =
    &[(FIRST, 21), ("analytics", 17), ("generations", 7), ("keys", 8), ("models", 9), ("credits", 4)];

const HEAD: &str = include_str!("agents.md");
