//! `destinations`: where requests are broadcast to. How each is reached holds passwords, and is never read.

use super::fields::*;
use super::workspaces;
use crate::model::catalog::{ColumnDef, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::request::KeyKind;
use crate::model::route::{Lookup, Offer, Piece};

/// The addresses in it hold secrets too: a webhook's is one.
const SECRET: &[&str] = &["config"];

pub const SOURCE: SourceDef = SourceDef {
    name: "destinations",
    doc: "Where requests of all workspaces are broadcast to, without the secrets",
    usage: "destinations",
    examples: &[Example {
        query: "destinations | where enabled | select name, type, workspace, sampling_rate, privacy_mode",
        shows: "who gets what",
    }],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Management,
    lookups: &[Lookup::Workspaces],
    columns: &[
        ColumnDef::new("name", "name", TEXT, "Its name"),
        ColumnDef::new("type", "type", TEXT, "`langfuse`, `clickhouse`, `s3`, …").required(),
        ColumnDef::new("workspace", "workspace_name", TEXT, "Name of its workspace").from(workspaces::name_of),
        ColumnDef::new("enabled", "enabled", BOOL, "It is in use").required(),
        ColumnDef::new("privacy_mode", "privacy_mode", BOOL, "Prompts and answers are kept back"),
        ColumnDef::new("sampling_rate", "sampling_rate", RATIO, "The part of the requests that it gets"),
        ColumnDef::new("key_hashes", "api_key_hashes", TEXTS, "Keys whose requests it gets; null is all")
            .alias(&["api_key_hashes"]),
        ColumnDef::new("sends_cost", "broadcast_generation_cost", BOOL, "With costs")
            .alias(&["broadcast_generation_cost"]),
        ColumnDef::new("sends_identity", "broadcast_generation_identity", BOOL, "With who asked")
            .alias(&["broadcast_generation_identity"]),
        ColumnDef::new("sends_context", "broadcast_generation_request_context", BOOL, "With where it came from")
            .alias(&["broadcast_generation_request_context"]),
        ColumnDef::new("id", "id", TEXT, "Its id").required(),
        ColumnDef::new("workspace_id", "workspace_id", TEXT, "Id of its workspace"),
        ColumnDef::new("created_at", "created_at", TIME, "When it was made"),
        ColumnDef::new("updated_at", "updated_at", TIME, "When it was last changed"),
    ],
    offer: |_, facts| {
        let lists = workspaces::lists(facts, "/observability/destinations").into_iter();
        Offer::of(lists.map(|list| Piece { secret: SECRET, ..list }).collect())
    },
};
