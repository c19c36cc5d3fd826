//! `workspaces`: the workspaces of the account.

use super::fields::*;
use crate::model::catalog::{ColumnDef, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Paging, Request};
use crate::model::route::{Offer, Piece};

/// The list, by pages of the largest size (fact 30).
pub fn request() -> Request {
    Request { paging: Paging::OffsetLimit(100), ..Request::get("/workspaces") }
}

pub const SOURCE: SourceDef = SourceDef {
    name: "workspaces",
    doc: "Workspaces of the account and their settings",
    usage: "workspaces",
    examples: &[Example { query: "workspaces | select name, slug, created_at", shows: "which there are" }],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Management,
    lookups: &[],
    columns: &[
        ColumnDef::new("name", "name", TEXT, "Its name").required(),
        ColumnDef::new("slug", "slug", TEXT, "Its name in addresses"),
        ColumnDef::new("description", "description", TEXT, "What it is for"),
        ColumnDef::new("default_text_model", "default_text_model", TEXT, "Model where none is asked for"),
        ColumnDef::new("default_image_model", "default_image_model", TEXT, "Image model where none is asked for"),
        ColumnDef::new("default_provider_sort", "default_provider_sort", TEXT, "How providers are chosen"),
        ColumnDef::new("default_guardrail_id", "default_guardrail_id", TEXT, "Guardrail of all its keys"),
        ColumnDef::new("include_byok_in_budgets", "include_byok_in_budgets", BOOL, "BYOK counts against budgets"),
        ColumnDef::new("io_logging", "is_observability_io_logging_enabled", BOOL, "Prompts and answers are kept")
            .alias(&["is_observability_io_logging_enabled"]),
        ColumnDef::new("broadcast", "is_observability_broadcast_enabled", BOOL, "Requests are streamed elsewhere")
            .alias(&["is_observability_broadcast_enabled"]),
        ColumnDef::new(
            "data_discount_logging",
            "is_data_discount_logging_enabled",
            BOOL,
            "Data is shared for a discount",
        )
        .alias(&["is_data_discount_logging_enabled"]),
        ColumnDef::new("id", "id", TEXT, "Its id").alias(&["workspace_id"]).required(),
        ColumnDef::new("created_by", "created_by", TEXT, "Who made it"),
        ColumnDef::new("created_at", "created_at", TIME, "When it was made"),
        ColumnDef::new("updated_at", "updated_at", TIME, "When it was last changed"),
    ],
    offer: |_, _| Offer::of(vec![Piece::of(request())]),
};
