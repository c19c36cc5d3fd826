//! Does a text that is being typed go on? The REPL asks for another line where it does.

use super::ast::BinaryOp;
use super::scan::scan;

/// What is no operator of two values, and still wants a value behind it.
const OTHERS: &[&str] = &["|", ",", "not", "<>"];

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
    let operators = BinaryOp::ALL.iter().map(|(_, operator)| *operator);
    let wants_more = operators.chain(OTHERS.iter().copied()).any(|end| ends_in(code, end));
    !found.open && !wants_more
}

/// An operator that is a word must not be the end of a longer one.
fn ends_in(code: &str, operator: &str) -> bool {
    let is_word = operator.ends_with(char::is_alphabetic);
    code.strip_suffix(operator).is_some_and(|before| !is_word || before.ends_with(char::is_whitespace))
}
