//! The sources: one file each, and its line here. The order is that of help and reference.

mod activity;
mod credits;
mod days;
mod fields;
mod generation;
mod key;
mod keys;
mod models;
mod workspaces;

use crate::model::catalog::SourceDef;

pub use fields::amount;
pub use workspaces::request as workspaces_request;

pub const ALL: &[&SourceDef] = &[
    &activity::SOURCE,
    &credits::SOURCE,
    &keys::SOURCE,
    &key::SOURCE,
    &workspaces::SOURCE,
    &generation::SOURCE,
    &models::SOURCE,
];
