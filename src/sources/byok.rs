//! `byok`: the account's own provider keys, masked. One list for each workspace, and what is global is in all of them.

use super::fields::*;
use super::workspaces;
use crate::model::catalog::{ColumnDef, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::request::KeyKind;
use crate::model::route::{Lookup, Offer};

pub const SOURCE: SourceDef = SourceDef {
    name: "byok",
    doc: "Own provider keys (BYOK) of all workspaces, masked",
    usage: "byok",
    examples: &[Example {
        query: "byok | where not disabled | select provider, name, workspace, is_fallback",
        shows: "which are in use",
    }],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Management,
    lookups: &[Lookup::Workspaces],
    columns: &[
        ColumnDef::new("name", "name", TEXT, "Its name"),
        ColumnDef::new("provider", "provider", TEXT, "Slug of the provider that it is for").required(),
        ColumnDef::new("workspace", "workspace_name", TEXT, "Name of its workspace; null is all of them")
            .from(workspaces::name_of),
        ColumnDef::new("disabled", "disabled", BOOL, "It is switched off").required(),
        ColumnDef::new("is_fallback", "is_fallback", BOOL, "Used after all others of the provider"),
        ColumnDef::new("sort_order", "sort_order", WHOLE, "Its place among those of the provider"),
        ColumnDef::new("allowed_models", "allowed_models", TEXTS, "Models it is for; null is all"),
        ColumnDef::new("allowed_key_hashes", "allowed_api_key_hashes", TEXTS, "Keys that may use it; null is all")
            .alias(&["allowed_api_key_hashes"]),
        ColumnDef::new("allowed_user_ids", "allowed_user_ids", TEXTS, "Users who may use it; null is all"),
        ColumnDef::new("label", "label", TEXT, "The key, masked"),
        ColumnDef::new("id", "id", TEXT, "Its id").required(),
        ColumnDef::new("workspace_id", "workspace_id", TEXT, "Id of its workspace; null is all of them"),
        ColumnDef::new("created_at", "created_at", TIME, "When it was made"),
    ],
    offer: |_, facts| Offer::of(workspaces::lists(facts, "/byok")),
};
