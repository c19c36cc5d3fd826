//! Does a text that is being typed go on? The REPL asks for another line where it does.

use super::scan::scan;

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
    let wants_more = ["|", ",", "=", "+", "*", "<", ">"].iter().any(|end| code.ends_with(end));
    !found.open && !wants_more
}
