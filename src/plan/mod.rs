//! From a typed program to requests: which columns are used, which routes give them, and what is left to do here. Pure.

pub mod by_key;
mod columns;
pub mod cube;
mod demand;
pub mod explain;
mod gaps;
mod late;
pub mod outline;
mod remarks;
mod route;
mod union;

pub use gaps::without_gaps;
pub use remarks::{Named, of_names, remarks};
pub use route::{Fetch, Most, Plan, Routed, lookups, plan, route, unroutable};
