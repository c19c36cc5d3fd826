//! The base table: every generation of a day, from the seed and the day alone. Every endpoint is computed from it.

mod day;
mod detail;
pub mod prng;
mod row;
pub mod text;

pub use day::rows_of;
pub use detail::Attempt;
pub use row::{Finish, Row, SPECIALS};
