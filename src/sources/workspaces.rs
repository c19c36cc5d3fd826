//! `workspaces`: the workspaces of the account, and one request for each where others need that.

use serde_json::Value as Json;

use super::fields::*;
use crate::model::catalog::{ColumnDef, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Paging, Request};
use crate::model::route::{Facts, Offer, Piece};

/// The list, by pages of the largest size (fact 30).
pub fn request() -> Request {
    Request { paging: Paging::OffsetLimit(100), ..Request::get("/workspaces") }
}

/// One request for each workspace: many lists are those of the default one alone unless another is named (fact 25). The
/// rows get the name as `workspace_name`.
pub fn each(facts: &Facts, request: impl Fn(&str) -> Request) -> Vec<Piece> {
    let named =
        |id: &str, name: &str| Piece { added: vec![("workspace_name", Json::from(name))], ..Piece::of(request(id)) };
    match facts.workspaces.as_deref() {
        Some(workspaces) => workspaces.iter().map(|(id, name)| named(id, name)).collect(),
        // Before they are looked up, one stands for all.
        None => vec![named("<each workspace>", "")],
    }
}

/// A paged list for each workspace, where each row counts once, however many workspaces show it.
pub fn lists(facts: &Facts, path: &'static str) -> Vec<Piece> {
    let request = || Request { paging: Paging::OffsetLimit(100), ..Request::get(path) };
    let pieces = each(facts, |id| request().with("workspace_id", id));
    let pieces = if pieces.is_empty() { vec![Piece::of(request())] } else { pieces };
    pieces.into_iter().map(|piece| Piece { once: Some("id"), ..piece }).collect()
}

/// The name of the workspace that a row is of; what is of none is in the list of each.
pub fn name_of(row: &Json) -> Json {
    let of_one = text(row, "workspace_id").is_some();
    row.get("workspace_name").filter(|_| of_one).cloned().unwrap_or(Json::Null)
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
