//! `classifications`: what OpenRouter is used for, in shares of a sample of the last seven days.

use super::fields::*;
use crate::model::catalog::{ColumnDef, ColumnType, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Request};
use crate::model::route::{Notice, Offer, Piece};
use crate::types::{Class, Unit};

/// Shares of one whole add up.
const SHARE: ColumnType = ColumnType::Number(Unit::RATIO, Class::Additive);

pub const SOURCE: SourceDef = SourceDef {
    name: "classifications",
    doc: "What all of OpenRouter is used for: shares of requests and tokens by task, of the last 7 days",
    usage: "classifications",
    examples: &[
        Example { query: "classifications | group category | sum requests_share", shows: "the large fields" },
        Example {
            query: "classifications | select name, models | unnest models | select name, model_permaslug, requests_share",
            shows: "the first models of each task",
        },
    ],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Api,
    lookups: &[],
    columns: &[
        ColumnDef::new("name", "display_name", TEXT, "The task").alias(&["display_name"]),
        ColumnDef::new("category", "macro_category", TEXT, "`code`, `data`, `agent` or `general`")
            .alias(&["macro_category"])
            .required(),
        ColumnDef::new("requests_share", "usage_share", SHARE, "Of all classified requests")
            .alias(&["usage_share"])
            .required(),
        ColumnDef::new("tokens_share", "token_share", SHARE, "Of the tokens of all classified requests")
            .alias(&["token_share"])
            .required(),
        ColumnDef::new("category_requests_share", "category_usage_share", RATIO, "Of the requests of its category")
            .alias(&["category_usage_share"]),
        ColumnDef::new("category_tokens_share", "category_token_share", RATIO, "Of the tokens of its category")
            .alias(&["category_token_share"]),
        ColumnDef::new("models", "models", ColumnType::Records(MODELS), "The models that are used most for it"),
        ColumnDef::new("tag", "tag", TEXT, "Its id").required(),
    ],
    offer: |_, _| {
        let request =
            Request { key: KeyKind::Api, rows: "data.classifications", ..Request::get("/classifications/task") };
        let notice = Some(Notice::Cite("openrouter.ai/rankings"));
        Offer::of(vec![Piece { notice, ..Piece::of(request) }])
    },
};

const MODELS: &[ColumnDef] = &[
    ColumnDef::new("model_permaslug", "id", TEXT, "The model's lasting name"),
    ColumnDef::new("requests_share", "tag_usage_share", RATIO, "Of the requests of the task"),
    ColumnDef::new("tokens_share", "tag_token_share", RATIO, "Of the tokens of the task"),
];
