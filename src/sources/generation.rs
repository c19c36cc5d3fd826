//! `generation`: one request by its id, with the chain of providers that were tried.

use serde_json::Value as Json;

use super::fields::*;
use super::generations;
use crate::model::catalog::{ColumnDef, ColumnType, Example, Form, ParamDef, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, NotFound, Request};
use crate::model::route::{Ask, Facts, Offer, Piece};

pub const SOURCE: SourceDef = SourceDef {
    name: "generation",
    doc: "One request: cost, tokens, times, and the providers that were tried",
    usage: "generation ID",
    examples: &[
        Example { query: "generation gen-demo-1", shows: "everything about it" },
        Example {
            query: "generation gen-demo-2 | select provider_responses | unnest provider_responses | select provider, status, latency",
            shows: "which providers were tried",
        },
    ],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[ID],
    key: KeyKind::Either,
    lookups: &[],
    columns: &[
        ColumnDef::new("id", "id", TEXT, "Its id").required(),
        ColumnDef::new("created_at", "created_at", TIME, "When it was asked"),
        ColumnDef::new("model", "model", TEXT, "Model, without its variant").from(|row| model_of(row, "model")),
        ColumnDef::new("model_id", "model", TEXT, "Model with its variant, as `models` calls it"),
        ColumnDef::new("provider", "provider_name", TEXT, "Who served it").alias(&["provider_name"]),
        ColumnDef::new("cost", "usage", USD, "True spend: credits and BYOK")
            .from(cost)
            .required()
            .alias(&["total_cost"]),
        ColumnDef::new("credits", "usage", USD, "Spend in credits").alias(&["usage"]),
        ColumnDef::new("upstream_inference_cost", "upstream_inference_cost", USD, "What the provider charges"),
        ColumnDef::new("is_byok", "is_byok", BOOL, "Served with the account's own provider key"),
        ColumnDef::new("tokens", "native_tokens_prompt", TOKENS, "Prompt and completion tokens")
            .with(&["native_tokens_completion"]),
        ColumnDef::new("tokens_prompt", "native_tokens_prompt", TOKENS, "Prompt tokens")
            .alias(&["native_tokens_prompt"]),
        ColumnDef::new("tokens_completion", "native_tokens_completion", TOKENS, "Completion tokens, reasoning inside")
            .alias(&["native_tokens_completion"]),
        ColumnDef::new("tokens_reasoning", "native_tokens_reasoning", TOKENS, "Reasoning tokens, a part of completion")
            .alias(&["native_tokens_reasoning"]),
        ColumnDef::new("tokens_cached", "native_tokens_cached", TOKENS, "Prompt tokens that were cached")
            .alias(&["native_tokens_cached"]),
        ColumnDef::new("latency", "latency", MS, "Until the first token"),
        ColumnDef::new("generation_time", "generation_time", MS, "Until the last token"),
        ColumnDef::new("moderation_latency", "moderation_latency", MS, "Spent on moderation"),
        ColumnDef::new("finish_reason", "finish_reason", TEXT, "Why it ended"),
        ColumnDef::new("native_finish_reason", "native_finish_reason", TEXT, "Why it ended, in the provider's words"),
        ColumnDef::new("cancelled", "cancelled", BOOL, "Given up by the client"),
        ColumnDef::new("streamed", "streamed", BOOL, "Answered piece by piece"),
        ColumnDef::new(
            "provider_responses",
            "provider_responses",
            ColumnType::Records(ATTEMPTS),
            "Providers tried, in order",
        ),
        ColumnDef::new(
            "tokens_prompt_normalized",
            "tokens_prompt",
            TOKENS,
            "Prompt tokens, counted alike for all models",
        ),
        ColumnDef::new("tokens_completion_normalized", "tokens_completion", TOKENS, "Completion tokens, counted alike"),
        ColumnDef::new("cache_discount", "cache_discount", USD, "Saved by caching"),
        ColumnDef::new("media_prompt", "num_media_prompt", COUNT, "Media in the prompt").alias(&["num_media_prompt"]),
        ColumnDef::new("media_completion", "num_media_completion", COUNT, "Media in the answer")
            .alias(&["num_media_completion"]),
        ColumnDef::new("search_results", "num_search_results", COUNT, "Web search results")
            .alias(&["num_search_results"]),
        ColumnDef::new("fetches", "num_fetches", COUNT, "Web pages fetched").alias(&["num_fetches"]),
        ColumnDef::new("api_type", "api_type", TEXT, "Which API was called"),
        ColumnDef::new("router", "router", TEXT, "Router that chose the model"),
        ColumnDef::new("service_tier", "service_tier", TEXT, "The provider's tier"),
        ColumnDef::new("data_region", "data_region", TEXT, "Where it was processed"),
        ColumnDef::new("origin", "origin", TEXT, "Where it came from"),
        ColumnDef::new("app_id", "app_id", WHOLE, "App that asked"),
        ColumnDef::new("user_agent", "user_agent", TEXT, "Client that asked"),
        ColumnDef::new("http_referer", "http_referer", TEXT, "Page that asked"),
        ColumnDef::new("external_user", "external_user", TEXT, "User that the client named"),
        ColumnDef::new("session_id", "session_id", TEXT, "Session that the client named"),
        ColumnDef::new("preset_id", "preset_id", TEXT, "Preset in use"),
        ColumnDef::new("workspace_id", "workspace_id", TEXT, "Workspace of the key"),
        ColumnDef::new("request_id", "request_id", TEXT, "The request, fallbacks together"),
        ColumnDef::new("upstream_id", "upstream_id", TEXT, "The provider's id"),
        ColumnDef::new(
            "response_cache_source_id",
            "response_cache_source_id",
            TEXT,
            "Request whose answer was used again",
        ),
        ColumnDef::new("web_search_engine", "web_search_engine", TEXT, "Engine of the web search"),
    ],
    offer,
};

/// The request that is asked for.
pub const ID: ParamDef = ParamDef {
    name: "id",
    doc: "the id that the API gave with the answer",
    required: true,
    form: Form::Any,
    several: Some(generations::several),
};

/// One provider that was tried (fact 29).
pub const ATTEMPTS: &[ColumnDef] = &[
    ColumnDef::new("provider", "provider_name", TEXT, "Who was tried"),
    ColumnDef::new("status", "status", WHOLE, "HTTP status of the try"),
    ColumnDef::new("latency", "latency", MS, "How long it took"),
    ColumnDef::new("is_byok", "is_byok", BOOL, "With the account's own provider key"),
    ColumnDef::new("endpoint", "endpoint_id", TEXT, "The provider's endpoint"),
    ColumnDef::new("model_permaslug", "model_permaslug", TEXT, "Model that was asked"),
    ColumnDef::new("id", "id", TEXT, "The provider's id"),
];

/// Credits, and for BYOK what the provider charges beside them.
fn cost(row: &Json) -> Json {
    let is_byok = row.get("is_byok").and_then(Json::as_bool).unwrap_or(false);
    let credits = number(row, "usage");
    if is_byok {
        // Without what the provider charges it would be a part of the cost, so it is not known.
        credits.and_then(|credits| Some(credits + number(row, "upstream_inference_cost")?)).into()
    } else {
        credits.into()
    }
}

fn offer(ask: &Ask<'_>, _: &Facts) -> Offer {
    let id = ask.scan.arguments.get("id").unwrap_or_default();
    let request = Request { key: KeyKind::Either, not_found: NotFound::Wait, ..Request::get("/generation") };
    Offer::of(vec![Piece::of(request.with("id", id))])
}
