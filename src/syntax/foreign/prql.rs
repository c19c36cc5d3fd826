//! Stages of PRQL, which has tuples in braces and dates behind an `@`.

use super::{bracketed, word};

/// A stage with the meaning of a stage of PRQL.
pub fn stages(piece: &str) -> Option<String> {
    let (verb, rest) = word(piece);
    let rest = rest.trim_start();
    if let Some(plain) = dates(piece) {
        return Some(plain);
    }
    if !rest.starts_with('{') {
        // `group model (aggregate {…})`
        let (keys, inner) = rest.split_once('(')?;
        return (verb == "group").then(|| grouped(keys.trim(), &format!("({inner}"))).flatten();
    }
    let (inside, behind) = bracketed(rest)?;
    match verb {
        "group" => grouped(inside, behind),
        "aggregate" if behind.trim().is_empty() => Some(format!("agg {inside}")),
        "select" | "sort" | "derive" if behind.trim().is_empty() => Some(format!("{verb} {inside}")),
        _ => None,
    }
}

/// The keys, and the pipeline in brackets that is run for each group.
fn grouped(keys: &str, behind: &str) -> Option<String> {
    let (inner, rest) = bracketed(behind.trim_start())?;
    let (verb, results) = word(inner);
    let results = results.trim_start();
    if !rest.trim().is_empty() || keys.is_empty() || !matches!(verb, "aggregate" | "agg") {
        return None;
    }
    let results = if results.starts_with('{') { bracketed(results)?.0 } else { results };
    Some(format!("group {keys} | agg {results}"))
}

/// `filter date >= @2026-02-01`: the piece without the sign before its dates.
fn dates(piece: &str) -> Option<String> {
    let is_date = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let marked = piece.split('@').skip(1).filter(|rest| is_date(rest)).count();
    let quoted = piece.contains(['"', '\'', '`']);
    (marked > 0 && marked == piece.matches('@').count() && !quoted).then(|| piece.replace('@', ""))
}
