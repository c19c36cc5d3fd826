//! A question in plain English that has the shape of a query: `top 5 models by cost last week`.

use super::is_name;

/// What such a question is about where it does not say so.
const SOURCE: &str = "activity";

/// The query that is likely meant.
pub fn question(text: &str) -> Option<String> {
    let small = text.to_lowercase();
    let words: Vec<&str> = small.trim_end_matches(['?', '.']).split_whitespace().collect();
    let start = words.iter().position(|word| matches!(*word, "top" | "bottom"))?;
    let fillers = ["show", "me", "the", "list", "give", "get", "what", "are", "find"];
    let [verb, count, of, "by", measure, range @ ..] = words.get(start..)? else { return None };
    let count: u32 = count.parse().ok()?;
    if !words.get(..start)?.iter().all(|word| fillers.contains(word)) || !is_name(of) || !is_name(measure) {
        return None;
    }
    let key = of.strip_suffix('s').unwrap_or(of);
    let measure = if matches!(*measure, "spend" | "spending" | "usage" | "price") { "cost" } else { measure };
    let range = match range {
        ["for" | "in" | "over" | "during", "the", range @ ..] | ["for" | "in" | "over" | "during", range @ ..] => range,
        range => range,
    };
    let range = match range {
        [] => String::new(),
        ["last" | "past", range @ ..] => format!(" last {}", range.join(" ")),
        ["today" | "yesterday"] | ["this", _] => format!(" {}", range.join(" ")),
        _ => return None,
    };
    Some(format!("{SOURCE}{range} | group {key} | sum {measure} | {verb} {count}"))
}
