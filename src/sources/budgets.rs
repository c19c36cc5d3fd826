//! `budgets`: what workspaces may spend. Limits, not spend (fact 30); one call for each workspace.

use super::fields::*;
use super::workspaces;
use crate::model::catalog::{ColumnDef, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Request};
use crate::model::route::{Lookup, Offer};

pub const SOURCE: SourceDef = SourceDef {
    name: "budgets",
    doc: "Budgets of all workspaces: what they may spend, not what they spent",
    usage: "budgets",
    examples: &[Example { query: "budgets | select workspace, limit, limit_reset", shows: "who may spend how much" }],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Management,
    lookups: &[Lookup::Workspaces],
    columns: &[
        ColumnDef::new("workspace", "workspace_name", TEXT, "Name of its workspace"),
        ColumnDef::new("limit", "limit_usd", USD_AMOUNT, "Most that may be spent").alias(&["limit_usd"]).required(),
        ColumnDef::new("limit_reset", "reset_interval", TEXT, "When the limit starts anew; null is never")
            .alias(&["reset_interval"]),
        ColumnDef::new("id", "id", TEXT, "Its id").required(),
        ColumnDef::new("workspace_id", "workspace_id", TEXT, "Id of its workspace").required(),
        ColumnDef::new("created_at", "created_at", TIME, "When it was made"),
        ColumnDef::new("updated_at", "updated_at", TIME, "When it was last changed"),
    ],
    offer: |_, facts| {
        let request = |id: &str| Request::get(format!("/workspaces/{id}/budgets"));
        Offer::of(workspaces::each(facts, request))
    },
};
