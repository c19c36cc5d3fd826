//! The endpoints: one file each, a pure function from a call to an answer.

pub mod activity;
pub mod analytics;
pub mod credits;
pub mod generation;
pub mod keys;
pub mod members;
pub mod models;
mod names;
pub mod workspaces;
