//! Text that was written for wider screens, on the screen that there is: prose, queries, and lines of a plan. Where
//! nothing needs to fit it stays as it is.

use super::describe::{Width, hanging};

/// Prose narrower than this reads worse than lines that the terminal breaks.
const NARROWEST: usize = 20;

/// Markdown with its paragraphs and lists filled anew; code, tables and headings stay.
pub fn markdown(text: &str, width: Width) -> String {
    let Some(_) = width.filter(|width| *width > NARROWEST) else { return text.to_string() };
    let mut shown = String::new();
    let mut paragraph = String::new();
    let mut code = false;
    for line in text.lines() {
        let fence = line.starts_with("```");
        let stays = code || fence || line.trim().is_empty() || line.starts_with(['#', '|', '<']);
        if stays || is_item(line) {
            shown += &filled(&std::mem::take(&mut paragraph), width);
        }
        if stays {
            shown += &format!("{line}\n");
        } else if paragraph.is_empty() {
            paragraph = line.trim_end().to_string();
        } else {
            paragraph += &format!(" {}", line.trim());
        }
        code ^= fence;
    }
    shown + &filled(&paragraph, width)
}

fn is_item(line: &str) -> bool {
    line.starts_with("- ") || line.starts_with("* ")
}

fn filled(paragraph: &str, width: Width) -> String {
    match (paragraph, paragraph.get(..2)) {
        ("", _) => String::new(),
        (item, Some(mark)) if is_item(item) => hanging(mark, item.get(2..).unwrap_or_default(), width),
        (prose, _) => hanging("", prose, width),
    }
}

/// Lines with those that are too long broken behind commas and spaces, outside of quotes, so that JSON and queries stay
/// what they are. What a line goes on with stands further in than it began.
pub fn lines(text: &str, width: Width) -> String {
    let Some(width) = width.filter(|width| *width > NARROWEST) else { return text.to_string() };
    let fold = |line: &str| {
        let start: String = line.chars().take_while(|c| *c == ' ').collect();
        let indent = format!("{start}  ");
        let parts = parts(line.trim_start(), |before, at| before.ends_with([',', ' ']) && !at.starts_with([',', ' ']));
        joined(&start, &parts, &indent, width)
    };
    text.split_inclusive('\n')
        .map(|line| match line.strip_suffix('\n') {
            Some(line) => fold(line) + "\n",
            None => fold(line),
        })
        .collect()
}

/// A query behind `start`, with a stage to a line where it is too long; a line may begin with the `|` of its stage.
pub fn query(start: &str, query: &str, width: Width) -> String {
    let width = width.filter(|width| *width > NARROWEST).unwrap_or(usize::MAX);
    let parts = parts(query, |_, at| at.starts_with("| "));
    joined(start, &parts, &format!("{}  ", " ".repeat(start.chars().count())), width)
}

/// The text cut where `may` says so, of what stands before and behind the place; never within quotes.
fn parts(text: &str, may: impl Fn(&str, &str) -> bool) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut from, mut quote, mut escaped) = (0, None, false);
    for (at, c) in text.char_indices() {
        let (Some(before), Some(behind)) = (text.get(from..at), text.get(at..)) else { continue };
        if quote.is_none() && !before.is_empty() && may(before, behind) {
            found.push(before);
            from = at;
        }
        quote = match quote {
            _ if escaped => quote,
            None if c == '"' => Some(c),
            Some(open) if open == c => None,
            other => other,
        };
        escaped = quote.is_some() && c == '\\' && !escaped;
    }
    found.extend(text.get(from..).filter(|rest| !rest.is_empty()));
    found
}

/// Parts behind each other, as many in a line as it has room for.
fn joined(start: &str, parts: &[&str], indent: &str, width: usize) -> String {
    let length = |text: &str| text.chars().count();
    let mut lines: Vec<String> = vec![start.to_string()];
    let mut empty = true;
    for part in parts {
        let Some(line) = lines.last_mut() else { continue };
        if !empty && length(line) + length(part.trim_end()) > width {
            *line = line.trim_end().to_string();
            lines.push(format!("{indent}{part}"));
        } else {
            line.push_str(part);
            empty = false;
        }
    }
    lines.join("\n")
}
