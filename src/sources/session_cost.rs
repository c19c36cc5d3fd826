//! `session_cost`: what sessions of published apps cost, by model and length.

use super::fields::*;
use crate::model::catalog::{ColumnDef, ColumnType, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Paging, Request};
use crate::model::route::{Notice, Offer, Piece};
use crate::types::{Class, Unit};

const MEDIAN: ColumnType = ColumnType::Number(Unit::USD, Class::Holistic);

pub const SOURCE: SourceDef = SourceDef {
    name: "session_cost",
    doc: "Median cost of a session in published apps, by model and number of turns; made anew each week",
    usage: "session_cost",
    examples: &[Example {
        query: "session_cost | where turn_range == \"10-49-turns\" | sort median_cost | limit 5",
        shows: "where long sessions cost least",
    }],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Api,
    lookups: &[],
    columns: &[
        ColumnDef::new("app", "app_name", TEXT, "Name of the app").alias(&["app_name"]),
        ColumnDef::new("model_permaslug", "model_permaslug", TEXT, "The model's lasting name")
            .alias(&["model"])
            .required(),
        ColumnDef::new("turn_range", "turn_range", TEXT, "`1-turn`, `2-9-turns`, `10-49-turns` or `50-plus-turns`")
            .required(),
        ColumnDef::new("median_cost", "median_session_cost_usd", MEDIAN, "Half of the sessions cost less")
            .alias(&["median_session_cost_usd"])
            .required(),
        ColumnDef::new("app_slug", "app_slug", TEXT, "Its name in addresses").required(),
    ],
    offer: |_, _| {
        let paging = Paging::Uncounted { limit: 500, last: None };
        let request = Request { key: KeyKind::Api, paging, ..Request::get("/datasets/session-cost") };
        Offer {
            pieces: vec![Piece { notice: Some(Notice::Cite("openrouter.ai")), ..Piece::of(request) }],
            ..Offer::default()
        }
    },
};
