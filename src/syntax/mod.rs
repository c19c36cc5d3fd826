//! Text in, tree out. Nothing here knows a source, a verb or a function by name, and nothing here does IO.

pub mod ast;
pub mod classify;
mod complete;
pub mod format;
mod habits;
pub mod layout;
mod lower;
mod messages;
mod parse;
pub mod place;
mod preface;
mod scan;
mod slips;
mod sql;

pub use complete::is_complete;
pub use parse::{Parsed, parse};
pub use preface::first_comment;
pub use scan::MAX_DEPTH;
