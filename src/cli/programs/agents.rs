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
    why: &'static str,
}

const MISTAKES: &[Mistake] = &[
    Mistake {
        wrong: "activity | group model",
        right: "activity | group model | sum cost",
        why: "an aggregate follows `group`",
    },
    Mistake {
        wrong: "activity | sum cost / sum tokens",
        right: "activity | agg rate = sum(cost) / sum(tokens)",
        why: "`agg` computes with aggregates",
    },
    Mistake {
        wrong: "activity | last 7d | sum cost",
        right: "activity last 7d | sum cost",
        why: "the range belongs to the source",
    },
    Mistake {
        wrong: "analytics last 7d | where model ~ \"gpt\"",
        right: "analytics last 7d | where model ~ \"gpt\" | sum cost",
        why: "`analytics` has no rows, it wants an aggregate",
    },
    Mistake {
        wrong: "activity last 90d | where cost > 1",
        right: "activity last 90d | group date, model | sum cost | where cost > 1",
        why: "single rows are kept for 30 days, sums for a year",
    },
];

/// The page.
pub fn page(catalog: &Catalog) -> String {
    let exits: Vec<String> = Exit::ALL.iter().map(|exit| format!("{} {}", *exit as u8, exit.meaning())).collect();
    let mut page = format!("{HEAD}Exit codes: {}.\n", exits.join("; "));
    page += "\nQueries to change:\n";
    for query in QUERIES {
        page += &format!("  {}  # {}\n", query.query, query.shows);
    }
    page += "\nMistakes:\n";
    for mistake in MISTAKES {
        page += &format!("  {}  ->  {}  # {}\n", mistake.wrong, mistake.right, mistake.why);
    }
    let scalar = |def: &&FunctionDef| matches!(def.kind, FunctionKind::Scalar { .. });
    let window = |def: &&FunctionDef| matches!(def.kind, FunctionKind::Window { .. });
    let names = |defs: &mut dyn Iterator<Item = &'static FunctionDef>| -> String {
        defs.map(|def| def.name).collect::<Vec<_>>().join(" ")
    };
    page += &format!("\nSources: {}\n", listed(catalog.sources.iter().map(|def| def.usage.to_string())));
    for name in ["activity", "analytics"] {
        page += &catalog.source(name).map_or_else(String::new, columns);
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

/// The first columns, which are those that most questions are about; a unit is told by the name.
fn columns(def: &'static SourceDef) -> String {
    let names: Vec<&str> = def.columns.iter().map(|column| column.name).collect();
    let (first, others) = names.split_at(names.len().min(MOST_COLUMNS));
    let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
    format!("Columns of {}: {}{more}\n", def.name, first.join(" "))
}

/// The cube has more than anybody asks for without having looked it up.
const MOST_COLUMNS: usize = 41;

const HEAD: &str = include_str!("agents.md");
