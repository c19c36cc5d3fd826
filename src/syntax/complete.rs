//! Does a text that is being typed go on? The REPL asks for another line where it does.

use super::scan::scan;

/// What has a right side: bars, commas, and the ends of the operators that are signs.
const SYMBOLS: &[&str] = &["|", ",", "=", "+", "-", "*", "/", "%", "<", ">", "~", "??", ".."];

/// The operators that are words.
const WORDS: &[&str] = &["and", "or", "not", "in", "contains", "starts_with", "ends_with"];

/// No bracket is open, and the last line does not end in something that wants more.
pub fn is_complete(text: &str) -> bool {
    let found = scan(text);
    if found.too_deep {
        return true;
    }
    let mut code = text.to_string();
    for comment in found.comments.iter().rev() {
        code.replace_range(comment.span.start..comment.span.end, "");
    }
    let code = code.trim_end();
    let last = code.rsplit(|c: char| !(c.is_alphanumeric() || "_.`@".contains(c))).next().unwrap_or_default();
    let wants_more = SYMBOLS.iter().any(|end| code.ends_with(end)) || WORDS.contains(&last);
    !found.open && !wants_more
}
