//! From a typed program to requests: which columns are used, which routes give them, and what is left to do here. Pure.

mod columns;
pub mod explain;
mod route;

pub use columns::{Pruned, pruned};
pub use route::{Fetch, lookups, missing, route, unready};
