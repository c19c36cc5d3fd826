//! The sources: one file each, and its line here. The order is that of help and reference.

mod activity;
mod analytics;
mod apps;
mod benchmarks;
mod budgets;
mod byok;
mod classifications;
mod content;
mod credits;
mod cube;
mod days;
mod destinations;
mod endpoints;
mod fields;
mod generation;
mod generations;
mod guardrails;
mod kept;
mod key;
mod keys;
mod live;
mod lookups;
mod members;
mod models;
mod names;
mod presets;
mod providers;
mod rankings;
pub mod read;
mod session_cost;
mod workspaces;
mod zdr;

use crate::model::catalog::SourceDef;

pub use analytics::entity;
pub use content::NAME as CONTENT;
pub use cube::named;
pub use fields::amount;
pub use live::{meta_request, with_live};
pub use lookups::{facts_of, requests_of};
pub use names::is_sure;
pub use names::{names_of, reads, renamed, retired, unknown, unlisted};
pub use read::NAME as READ;

pub const ALL: &[&SourceDef] = &[
    &activity::SOURCE,
    &analytics::SOURCE,
    &credits::SOURCE,
    &keys::SOURCE,
    &key::SOURCE,
    &workspaces::SOURCE,
    &budgets::SOURCE,
    &members::SOURCE,
    &generations::SOURCE,
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
    &read::SOURCE,
];
