//! The sources: one file each, and its line here. The order is that of help and reference.

mod activity;
mod analytics;
mod credits;
mod cube;
mod fields;
mod generation;
mod key;
mod keys;
mod lookups;
mod models;
mod names;
mod workspaces;

use crate::model::catalog::SourceDef;

pub use cube::named;
pub use fields::amount;
pub use lookups::{facts_of, requests_of};

pub const ALL: &[&SourceDef] = &[
    &activity::SOURCE,
    &analytics::SOURCE,
    &credits::SOURCE,
    &keys::SOURCE,
    &key::SOURCE,
    &workspaces::SOURCE,
    &generation::SOURCE,
    &models::SOURCE,
];
