//! Stages of jq, which write a column as a path: `.cost`.

use super::{bracketed, is_name, word};

/// A stage with the meaning of a stage of jq, and how much of the text behind belongs to it.
pub fn stages(piece: &str, behind: &str) -> Option<(String, usize)> {
    if let Some(slice) = piece.strip_prefix('.') {
        return limited(slice).map(|mended| (mended, 0));
    }
    let (verb, rest) = word(piece);
    let (inside, rest) = bracketed(rest.trim_start())?;
    // Without a path it is no jq.
    if !rest.trim().is_empty() || !inside.contains('.') {
        return None;
    }
    let plain = pathless(inside)?;
    Some(match verb {
        "select" => (format!("where {plain}"), 0),
        "sort_by" => {
            let (down, key) = plain.strip_prefix('-').map_or((false, plain.as_str()), |key| (true, key.trim_start()));
            let reversed = next(behind, "reverse");
            let minus = if down != reversed.is_some() { "-" } else { "" };
            (format!("sort {minus}{key}"), reversed.unwrap_or(0))
        }
        "group_by" => (format!("group {plain}"), 0),
        "unique_by" => (format!("distinct {plain}"), 0),
        "max_by" => (format!("top 1 by {plain}"), 0),
        "min_by" => (format!("bottom 1 by {plain}"), 0),
        "map" if is_name(&plain) => match next(behind, "add") {
            Some(more) => (format!("sum {plain}"), more),
            None => (format!("select {plain}"), 0),
        },
        // What is a verb here too keeps its word.
        "sum" | "avg" | "min" | "max" | "where" | "filter" | "sort" | "group" => (format!("{verb} {plain}"), 0),
        _ => return None,
    })
}

/// `[0:5]`, `[:5]`
fn limited(slice: &str) -> Option<String> {
    let (inside, rest) = bracketed(slice)?;
    let (from, to) = inside.split_once(':')?;
    let number = |text: &str| text.trim().parse::<u32>().ok();
    let to = number(to)?;
    match if from.trim().is_empty() { 0 } else { number(from)? } {
        0 if rest.trim().is_empty() => Some(format!("limit {to}")),
        from if rest.trim().is_empty() => Some(format!("skip {from} | limit {}", to.checked_sub(from)?)),
        _ => None,
    }
}

/// How long the next stage is, with its `|`, where it is this word alone.
fn next(behind: &str, stage: &str) -> Option<usize> {
    let rest = behind.trim_start().strip_prefix('|')?.trim_start();
    let left = rest.strip_prefix(stage)?;
    let ends = left.trim_start();
    (ends.is_empty() || ends.starts_with('|')).then_some(behind.len() - left.len())
}

/// The expression with `.cost` as `cost`; nothing where a path is more than a name.
fn pathless(text: &str) -> Option<String> {
    let mut plain = String::new();
    let (mut quote, mut before) = (None, ' ');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '.') if !before.is_alphanumeric() && before != ')' && before != ']' => {
                chars.peek().filter(|c| c.is_alphabetic() || **c == '_')?;
                before = c;
                continue;
            }
            (None, '[' | '{' | '|' | '$' | '?') => return None,
            (None, _) => {}
        }
        before = c;
        plain.push(c);
    }
    Some(plain)
}
