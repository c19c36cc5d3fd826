//! Colours of a text that is being typed: of the sixteen that every terminal has, those that can be read on dark and on
//! light.

use crate::assist::names::classified;
use crate::session::Session;
use crate::syntax::classify::Class;

const RESET: &str = "\x1b[0m";

/// What a hint is shown in.
pub const DIM: &str = "\x1b[2m";

fn code(class: Class) -> Option<&'static str> {
    Some(match class {
        Class::Source => "\x1b[1;36m",
        Class::Verb => "\x1b[1m",
        Class::Function => "\x1b[36m",
        Class::Keyword => "\x1b[35m",
        Class::Number | Class::Time | Class::Text => "\x1b[32m",
        Class::Parameter => "\x1b[1;35m",
        Class::Comment => DIM,
        Class::Unknown => "\x1b[4m",
        Class::Column | Class::Operator => return None,
    })
}

pub fn dim(text: &str) -> String {
    format!("{DIM}{text}{RESET}")
}

/// The text in its colours; as wide as it was.
pub fn painted(text: &str, session: &Session) -> String {
    let mut shown = String::with_capacity(text.len() * 2);
    let mut done = 0;
    for (span, class) in classified(text, session.catalog(), session.definitions()) {
        let Some(code) = code(class) else { continue };
        let (before, piece) = (text.get(done..span.start), text.get(span.start..span.end));
        let (Some(before), Some(piece)) = (before, piece) else { continue };
        shown.push_str(before);
        shown.push_str(code);
        shown.push_str(piece);
        shown.push_str(RESET);
        done = span.end;
    }
    shown.push_str(text.get(done..).unwrap_or_default());
    shown
}
