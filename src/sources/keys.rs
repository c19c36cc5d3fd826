//! `keys`: every API key of every workspace, disabled ones too. One paged list for each workspace (fact 25).

use super::fields::*;
use super::workspaces;
use crate::model::catalog::{ColumnDef, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Paging, Request};
use crate::model::route::{Ask, Facts, Lookup, Offer, Piece};

pub const SOURCE: SourceDef = SourceDef {
    name: "keys",
    doc: "API keys of all workspaces with spend and limits, disabled ones too",
    usage: "keys",
    examples: &[
        Example {
            query: "keys | top 5 by cost_monthly | select name, workspace, cost_monthly",
            shows: "who spends most this month",
        },
        Example { query: "keys | where disabled | count", shows: "how many are switched off" },
    ],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Management,
    lookups: &[Lookup::Workspaces],
    columns: &[
        ColumnDef::new("name", "name", TEXT, "Its name; two keys may share one").required(),
        ColumnDef::new("workspace", "workspace_name", TEXT, "Name of its workspace"),
        ColumnDef::new("cost", "usage", USD, "True spend of its life: credits and BYOK")
            .with(&["byok_usage"])
            .required(),
        ColumnDef::new("cost_daily", "usage_daily", USD, "This UTC day").with(&["byok_usage_daily"]).required(),
        ColumnDef::new("cost_weekly", "usage_weekly", USD, "This week, from Monday")
            .with(&["byok_usage_weekly"])
            .required(),
        ColumnDef::new("cost_monthly", "usage_monthly", USD, "This month").with(&["byok_usage_monthly"]).required(),
        ColumnDef::new("limit", "limit", USD_AMOUNT, "Most it may spend; null is no limit"),
        ColumnDef::new("remaining", "limit_remaining", USD_AMOUNT, "Left of the limit").alias(&["limit_remaining"]),
        ColumnDef::new("limit_reset", "limit_reset", TEXT, "When the limit starts anew"),
        ColumnDef::new("disabled", "disabled", BOOL, "It is switched off").required(),
        ColumnDef::new("usage", "usage", USD, "The credits part of `cost`").alias(&["credits"]),
        ColumnDef::new("usage_daily", "usage_daily", USD, "The credits part of `cost_daily`"),
        ColumnDef::new("usage_weekly", "usage_weekly", USD, "The credits part of `cost_weekly`"),
        ColumnDef::new("usage_monthly", "usage_monthly", USD, "The credits part of `cost_monthly`"),
        ColumnDef::new("byok", "byok_usage", USD, "The BYOK part of `cost`").alias(&["byok_usage"]),
        ColumnDef::new("include_byok_in_limit", "include_byok_in_limit", BOOL, "BYOK counts against the limit"),
        ColumnDef::new("label", "label", TEXT, "The key, masked"),
        ColumnDef::new("hash", "hash", TEXT, "What tells two keys of one name apart").alias(&["key_hash"]).required(),
        ColumnDef::new("workspace_id", "workspace_id", TEXT, "Id of its workspace"),
        ColumnDef::new("creator_user_id", "creator_user_id", TEXT, "Who made it"),
        ColumnDef::new("created_at", "created_at", TIME, "When it was made"),
        ColumnDef::new("updated_at", "updated_at", TIME, "When it was last changed"),
        ColumnDef::new("expires_at", "expires_at", TIME, "When it ends; null is never"),
    ],
    offer,
};

fn offer(_: &Ask<'_>, facts: &Facts) -> Offer {
    let pieces = workspaces::each(facts, |id| request().with("workspace_id", id));
    // An account that lists no workspace still has its default one.
    Offer::of(if pieces.is_empty() { vec![Piece::of(request())] } else { pieces })
}

fn request() -> Request {
    Request { paging: Paging::Offset, ..Request::get("/keys") }.with("include_disabled", "true")
}

/// One list for each workspace, and its name: only the default one is listed unless one is named (fact 25), so each is.
pub fn requests(facts: &Facts) -> Vec<(Request, String)> {
    match facts.workspaces.as_deref() {
        Some([]) => vec![(request(), String::new())],
        Some(workspaces) => {
            workspaces.iter().map(|(id, name)| (request().with("workspace_id", id), name.clone())).collect()
        }
        // Before they are looked up, one stands for all.
        None => vec![(request().with("workspace_id", "<each workspace>"), String::new())],
    }
}
