//! Text in, tree out. Nothing here knows a source, a verb or a function by name, and nothing here does IO.

pub mod ast;
pub mod classify;
mod complete;
mod foreign;
pub mod format;
mod habits;
pub mod layout;
mod lower;
mod messages;
mod parse;
mod parting;
pub mod parts;
pub mod place;
mod preface;
mod scan;
mod slips;
mod sql;

pub use complete::is_complete;
pub use foreign::search;
pub use parse::{Names, Parsed, parse, parse_knowing};
pub use preface::first_comment;
pub use scan::MAX_DEPTH;
