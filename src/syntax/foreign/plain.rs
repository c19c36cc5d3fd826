//! A question in plain English that has the shape of a query: `top 5 models by cost last week`.

use super::is_name;
use crate::syntax::parse::Names;

/// What such a question is about where it does not say so.
const SOURCE: &str = "activity";

/// The query that is likely meant.
pub fn question(text: &str, names: Names<'_>) -> Option<String> {
    let small = text.to_lowercase();
    let words: Vec<&str> = small.trim_end_matches(['?', '.']).split_whitespace().collect();
    // `spend by model last 7d`
    if let [measure, "by" | "per", key, range @ ..] = words.as_slice()
        && let Some(measure) = known(measure)
    {
        let range = range_of(range)?;
        return is_name(key).then(|| format!("{SOURCE}{range} | group {key} | sum {measure}"));
    }
    let start = words.iter().position(|word| matches!(*word, "top" | "bottom"))?;
    let fillers = ["show", "me", "the", "list", "give", "get", "what", "are", "find"];
    let [verb, count, of, "by", measure, range @ ..] = words.get(start..)? else { return None };
    let count: u32 = count.parse().ok()?;
    if !words.get(..start)?.iter().all(|word| fillers.contains(word)) || !is_name(of) || !is_name(measure) {
        return None;
    }
    let range = range_of(range)?;
    let Some(measure) = known(measure) else {
        // A source of that name may have the column.
        return (names.is_source)(of).then(|| format!("{of}{range} | {verb} {count} by {measure}"));
    };
    let key = of.strip_suffix('s').unwrap_or(of);
    Some(format!("{SOURCE}{range} | group {key} | sum {measure} | {verb} {count}"))
}

/// What is summed.
fn known(word: &str) -> Option<&str> {
    match word {
        "spend" | "spending" | "usage" | "cost" | "costs" => Some("cost"),
        "tokens" | "requests" => Some(word),
        _ => None,
    }
}

/// The words of a range, with a space before them.
fn range_of(words: &[&str]) -> Option<String> {
    let range = match words {
        ["for" | "in" | "over" | "during", "the", range @ ..] | ["for" | "in" | "over" | "during", range @ ..] => range,
        range => range,
    };
    Some(match range {
        [] => String::new(),
        ["last" | "past", range @ ..] => format!(" last {}", range.join(" ")),
        ["today" | "yesterday"] | ["this", _] => format!(" {}", range.join(" ")),
        _ => return None,
    })
}
