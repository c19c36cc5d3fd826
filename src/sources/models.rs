//! `models`: the models that can be asked, with prices. Every modality is listed, not only text (fact 31).

use serde_json::Value as Json;

use super::fields::*;
use crate::model::catalog::{ColumnDef, ColumnType, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Request};
use crate::model::route::{Offer, Piece};

pub const SOURCE: SourceDef = SourceDef {
    name: "models",
    doc: "Models that can be asked, with their prices and limits",
    usage: "models",
    examples: &[
        Example { query: "models | where free | count", shows: "how many cost nothing" },
        Example {
            query: "models | where id contains \"claude\" | sort price_prompt | select id, price_prompt, price_completion",
            shows: "what they cost, a million tokens",
        },
    ],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Either,
    lookups: &[],
    columns: &[
        ColumnDef::new("id", "id", TEXT, "Model with its variant").alias(&["model_id"]).required(),
        ColumnDef::new("name", "name", TEXT, "Its name"),
        ColumnDef::new("author", "id", TEXT, "The part of the id before `/`").from(|row| author_of(row, "id")),
        ColumnDef::new("variant", "id", TEXT, "`free`, `extended`, …; null is the standard one")
            .from(|row| variant_of(row, "id")),
        ColumnDef::new("model_permaslug", "canonical_slug", TEXT, "Its lasting name, with its date")
            .alias(&["canonical_slug"]),
        ColumnDef::new("context_length", "context_length", LENGTH, "Tokens it can take in all"),
        PRICE_PROMPT,
        PRICE_COMPLETION,
        PRICE_CACHE_READ,
        PRICE_CACHE_WRITE,
        PRICE_REQUEST,
        ColumnDef::new("free", "pricing", BOOL, "No token, request or picture costs anything").from(free),
        ColumnDef::new(
            "max_completion_tokens",
            "top_provider.max_completion_tokens",
            LENGTH,
            "Tokens it can answer with",
        )
        .alias(&["top_provider.max_completion_tokens"]),
        ColumnDef::new("input_modalities", "architecture.input_modalities", ColumnType::Texts, "What it takes")
            .alias(&["architecture.input_modalities"]),
        ColumnDef::new("output_modalities", "architecture.output_modalities", ColumnType::Texts, "What it gives")
            .alias(&["architecture.output_modalities"]),
        ColumnDef::new(
            "supported_parameters",
            "supported_parameters",
            ColumnType::Texts,
            "Parameters of a request it heeds",
        ),
        ColumnDef::new("tokenizer", "architecture.tokenizer", TEXT, "How it counts tokens"),
        ColumnDef::new("created", "created", TIME, "When it was added"),
        ColumnDef::new("knowledge_cutoff", "knowledge_cutoff", DATE, "The last day it learned of"),
        ColumnDef::new("expiration_date", "expiration_date", DATE, "When it goes; null is not known"),
        ColumnDef::new("description", "description", TEXT, "What it is good at"),
    ],
    offer: |_, _| Offer::of(vec![Piece::of(request())]),
};

/// The list of every modality.
pub fn request() -> Request {
    Request { key: KeyKind::Either, ..Request::get("/models") }.with("output_modalities", "all")
}

fn free(row: &Json) -> Json {
    let Some(Json::Object(prices)) = row.get("pricing") else { return Json::Null };
    if ["prompt", "completion"].iter().any(|needed| number_of(prices.get(*needed)).is_none()) {
        return Json::Null;
    }
    // What is asked for besides, and what is no price.
    let asked = prices.iter().filter(|(name, _)| !matches!(name.as_str(), "web_search" | "discount"));
    Json::Bool(asked.filter_map(|(_, price)| number_of(Some(price))).all(|price| price == 0.0))
}
