//! `presets`: requests' settings under a name.

use super::fields::*;
use crate::model::catalog::{ColumnDef, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Paging, Request};
use crate::model::route::{Offer, Piece};

pub const SOURCE: SourceDef = SourceDef {
    name: "presets",
    doc: "Presets, those that are disabled or archived too",
    usage: "presets",
    examples: &[Example {
        query: "presets | where status == \"active\" | select slug, updated_at",
        shows: "which can be asked for",
    }],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Either,
    lookups: &[],
    columns: &[
        ColumnDef::new("name", "name", TEXT, "Its name").required(),
        ColumnDef::new("slug", "slug", TEXT, "Its name in requests"),
        ColumnDef::new("description", "description", TEXT, "What it is for"),
        ColumnDef::new("status", "status", TEXT, "`active`, `disabled` or `archived`"),
        ColumnDef::new("id", "id", TEXT, "Its id").alias(&["preset_id"]).required(),
        ColumnDef::new("designated_version_id", "designated_version_id", TEXT, "The version in use"),
        ColumnDef::new("workspace_id", "workspace_id", TEXT, "Id of its workspace"),
        ColumnDef::new("creator_user_id", "creator_user_id", TEXT, "Who made it"),
        ColumnDef::new("created_at", "created_at", TIME, "When it was made"),
        ColumnDef::new("updated_at", "updated_at", TIME, "When it was last changed"),
        ColumnDef::new("status_updated_at", "status_updated_at", TIME, "When its status was last changed"),
    ],
    offer: |_, _| {
        let request = Request { key: KeyKind::Either, paging: Paging::OffsetLimit(100), ..Request::get("/presets") };
        Offer::of(vec![Piece::of(request)])
    },
};
