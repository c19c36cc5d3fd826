//! Queries of Prometheus: `topk(5, sum by (model) (cost))`. They name a series, and leave open the source or the column.

use super::{bracketed, is_name, parts, word};
use crate::syntax::parse::Names;

/// Where a series says neither of the two.
const SOURCE: &str = "activity";
const MEASURE: &str = "cost";

/// The query that is likely meant.
pub fn query(text: &str, names: Names<'_>) -> Option<String> {
    let (function, rest) = word(text);
    if let "topk" | "bottomk" = function {
        let (inside, behind) = bracketed(rest.trim_start())?;
        let arguments = parts(inside);
        let [count, inner] = arguments.as_slice() else { return None };
        let count: u32 = count.parse().ok()?;
        let verb = if function == "topk" { "top" } else { "bottom" };
        return behind.trim().is_empty().then(|| Some(format!("{} | {verb} {count}", summed(inner, names)?)))?;
    }
    summed(text, names)
}

/// `sum by (model) (cost)`, `sum(cost) by (model)`
fn summed(text: &str, names: Names<'_>) -> Option<String> {
    let (function, rest) = word(text.trim());
    if !["sum", "avg", "min", "max", "count"].contains(&function) {
        return None;
    }
    let rest = rest.trim_start();
    let (keys, series, behind) = match rest.strip_prefix("by") {
        Some(rest) => {
            let (keys, rest) = bracketed(rest.trim_start())?;
            let (series, rest) = bracketed(rest.trim_start())?;
            (keys, series, rest)
        }
        None => {
            let (series, rest) = bracketed(rest)?;
            let (keys, rest) = bracketed(rest.trim_start().strip_prefix("by")?.trim_start())?;
            (keys, series, rest)
        }
    };
    let keys = parts(keys);
    if !behind.trim().is_empty() || keys.is_empty() || !keys.iter().all(|key| is_name(key)) {
        return None;
    }
    let (source, range, measure) = series_of(series, names)?;
    let measure = if function == "count" { "count".to_string() } else { format!("{function} {measure}") };
    Some(format!("{source}{range} | group {} | {measure}", keys.join(", ")))
}

/// `activity[7d]`, `increase(cost[7d])`: its source, its range, and what is summed.
fn series_of<'a>(text: &'a str, names: Names<'_>) -> Option<(&'a str, String, &'a str)> {
    let (name, rest) = word(text);
    if let ("rate" | "increase" | "sum_over_time", true) = (name, rest.starts_with('(')) {
        return series_of(bracketed(rest)?.0, names);
    }
    let range = match rest.trim() {
        "" => String::new(),
        range => {
            let (length, behind) = bracketed(range)?;
            let plain = length.ends_with(['d', 'h']) && length.starts_with(|c: char| c.is_ascii_digit());
            (plain && range.starts_with('[') && behind.is_empty()).then(|| format!(" last {length}"))?
        }
    };
    is_name(name).then(|| if (names.is_source)(name) { (name, range, MEASURE) } else { (SOURCE, range, name) })
}
