//! The endpoints: one file each, a pure function from a call to an answer.

pub mod activity;
pub mod analytics;
pub mod apps;
pub mod benchmarks;
pub mod budgets;
pub mod byok;
pub mod classifications;
pub mod content;
pub mod credits;
pub mod destinations;
pub mod endpoints;
pub mod generation;
pub mod guardrails;
pub mod keys;
pub mod members;
pub mod models;
mod names;
pub mod presets;
pub mod providers;
pub mod rankings;
pub mod session_cost;
pub mod workspaces;
