//! The sources: one file each, and its line here. The order is that of help and reference.

mod activity;
mod apps;
mod benchmarks;
mod budgets;
mod byok;
mod classifications;
mod content;
mod credits;
mod days;
mod destinations;
mod endpoints;
mod fields;
mod generation;
mod guardrails;
mod key;
mod keys;
mod members;
mod models;
mod presets;
mod providers;
mod rankings;
mod session_cost;
mod workspaces;
mod zdr;

use crate::model::catalog::SourceDef;

pub use fields::amount;
pub use workspaces::request as workspaces_request;

pub const ALL: &[&SourceDef] = &[
    &activity::SOURCE,
    &credits::SOURCE,
    &keys::SOURCE,
    &key::SOURCE,
    &workspaces::SOURCE,
    &budgets::SOURCE,
    &members::SOURCE,
    &generation::SOURCE,
    &content::SOURCE,
    &models::SOURCE,
    &endpoints::SOURCE,
    &zdr::SOURCE,
    &providers::SOURCE,
    &presets::SOURCE,
    &byok::SOURCE,
    &guardrails::SOURCE,
    &destinations::SOURCE,
    &rankings::SOURCE,
    &apps::SOURCE,
    &session_cost::SOURCE,
    &benchmarks::SOURCE,
    &classifications::SOURCE,
];
