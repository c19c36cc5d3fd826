//! Chains of pandas and polars: `activity.groupby("model")["cost"].sum().head(5)`.

use super::{bracketed, is_name, parts, unquoted, word};

/// One link of a chain.
enum Link<'a> {
    /// `.head(5)`
    Call(&'a str, Vec<&'a str>),
    /// `["cost"]`
    Index(Vec<&'a str>),
}

/// A whole query, from the name of its source on.
pub fn query(text: &str) -> Option<String> {
    let (source, rest) = word(text);
    if !is_name(source) || !rest.starts_with(['.', '[']) {
        return None;
    }
    Some(format!("{source} | {}", meaning(&links(rest)?)?.join(" | ")))
}

/// A chain that stands as a stage; one call alone is none.
pub fn stages(text: &str) -> Option<String> {
    let (method, rest) = word(text);
    let (inside, rest) = bracketed(rest)?;
    let mut chain = vec![Link::Call(method, parts(inside))];
    chain.extend(links(rest)?);
    if chain.len() < 2 {
        return None;
    }
    Some(meaning(&chain)?.join(" | "))
}

fn links(mut rest: &str) -> Option<Vec<Link<'_>>> {
    let mut links = Vec::new();
    while !rest.trim().is_empty() {
        rest = rest.trim_start();
        if rest.starts_with('[') {
            let (inside, behind) = bracketed(rest)?;
            links.push(Link::Index(names(inside)?));
            rest = behind;
            continue;
        }
        let (method, behind) = word(rest.strip_prefix('.')?);
        // `.cost.sum()`
        if behind.starts_with('.') && is_name(method) {
            links.push(Link::Index(vec![method]));
            rest = behind;
            continue;
        }
        let (inside, behind) = bracketed(behind.trim_start())?;
        links.push(Link::Call(method, parts(inside)));
        rest = behind;
    }
    Some(links)
}

/// `"cost"`, `["cost", "tokens"]`, `"cost", "tokens"`
fn names(text: &str) -> Option<Vec<&str>> {
    let inside = if text.starts_with('[') { bracketed(text)?.0 } else { text };
    parts(inside).into_iter().map(unquoted).collect()
}

/// Aggregates: theirs and ours.
const AGGREGATES: &[(&str, &str)] = &[
    ("sum", "sum"),
    ("mean", "avg"),
    ("avg", "avg"),
    ("min", "min"),
    ("max", "max"),
    ("median", "median"),
    ("nunique", "count_distinct"),
    ("n_unique", "count_distinct"),
    ("std", "stddev"),
];

fn aggregate(theirs: &str) -> Option<&'static str> {
    AGGREGATES.iter().find(|(name, _)| *name == theirs).map(|(_, ours)| *ours)
}

/// The name of an aggregate's result.
fn result(aggregate: &str, column: &str) -> String {
    if aggregate == "sum" { column.to_string() } else { format!("{aggregate}_{column}") }
}

/// The stages that a chain means.
fn meaning(chain: &[Link<'_>]) -> Option<Vec<String>> {
    let mut stages = Vec::new();
    let mut columns: Vec<&str> = Vec::new();
    // What is sorted by where nothing is named.
    let mut measure: Option<String> = None;
    for link in chain {
        let (method, arguments) = match link {
            Link::Index(names) => {
                columns.clone_from(names);
                continue;
            }
            Link::Call(method, arguments) => (*method, arguments),
        };
        let named = |name: &str| {
            arguments.iter().find_map(|argument| {
                let (key, value) = argument.split_once('=')?;
                (key.trim() == name).then(|| value.trim())
            })
        };
        let first = arguments.first().copied().filter(|first| !first.contains('=') || first.starts_with(['[', '{']));
        match method {
            "groupby" | "group_by" => {
                let keys = names(named("by").or(first)?)?;
                stages.push(format!("group {}", keys.join(", ")));
            }
            "agg" | "aggregate" => {
                let first = first?;
                let results = if first.starts_with('{') {
                    let pairs = parts(bracketed(first)?.0);
                    let pair = |pair: &str| {
                        let (column, function) = pair.split_once(':')?;
                        Some((unquoted(column)?.to_string(), aggregate(unquoted(function)?)?))
                    };
                    pairs.into_iter().map(pair).collect::<Option<Vec<_>>>()?
                } else {
                    let function = aggregate(unquoted(first)?)?;
                    columns.iter().map(|column| (column.to_string(), function)).collect()
                };
                let (column, function) = results.first()?;
                measure = Some(result(function, column));
                let shown: Vec<String> =
                    results.iter().map(|(column, function)| format!("{function} {column}")).collect();
                stages.push(shown.join(", "));
            }
            "count" | "size" if arguments.is_empty() => {
                measure = Some("count".to_string());
                stages.push("count".to_string());
            }
            "sort_values" | "sort" => {
                let key = match named("by").or(first) {
                    Some(keys) => names(keys)?.first().map(|key| key.to_string())?,
                    None => measure.clone()?,
                };
                let down = named("ascending").is_some_and(|value| value == "False")
                    || named("descending").is_some_and(|value| value == "True");
                stages.push(format!("sort {}{key}", if down { "-" } else { "" }));
            }
            "head" | "limit" => stages.push(format!("limit {}", first.map_or(Some(5), |n| n.parse::<u32>().ok())?)),
            "nlargest" | "nsmallest" => {
                let count: u32 = first?.parse().ok()?;
                let key = match arguments.get(1) {
                    Some(key) => unquoted(key)?.to_string(),
                    None => measure.clone()?,
                };
                let verb = if method == "nlargest" { "top" } else { "bottom" };
                stages.push(format!("{verb} {count} by {key}"));
            }
            "reset_index" | "to_frame" | "copy" | "collect" => {}
            method => {
                let function = aggregate(method).filter(|_| arguments.is_empty() && !columns.is_empty())?;
                measure = columns.first().map(|column| result(function, column));
                let shown: Vec<String> = columns.iter().map(|column| format!("{function} {column}")).collect();
                stages.push(shown.join(", "));
            }
        }
    }
    (!stages.is_empty()).then_some(stages)
}
