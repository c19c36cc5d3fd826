//! `generations`: single requests of the last 31 days, as rows. The cube has them by their ids, with one further dimension
//! a call; what it does not have is looked up for the rows that are left.

use jiff::ToSpan as _;
use serde_json::Value as Json;

use super::analytics::{self, additive, holistic};
use super::cube::{self, Kept, Reading};
use super::fields::*;
use super::generation;
use crate::model::catalog::{ColumnDef, ColumnType, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::cube::{Cubed, Reach};
use crate::model::request::KeyKind;
use crate::model::route::{Ask, Facts, Offer};
use crate::model::window::{Days, Window, day_of};

/// Whole days without a range.
const DEFAULT_DAYS: i32 = 1;

/// How many ids one call is asked for (fact 22).
const IDS_AT_ONCE: usize = 500;

/// A label that stands for requests that were given up.
const GIVEN_UP: &str = "none";

pub const SOURCE: SourceDef = SourceDef {
    name: "generations",
    doc: "Single requests of the last 31 days: cost, tokens, latency; everything else that is known of them on demand",
    usage: "generations [RANGE]",
    examples: &[
        Example {
            query: "generations last 3d | top 10 by cost | select id, model, provider, cost, latency, finish_reason",
            shows: "the dearest requests",
        },
        Example {
            query: "generations last 7d | where provider == \"Azure\" and latency > 20s | select id, model, latency",
            shows: "who waited long",
        },
        Example {
            query: "generations last 1d | top 3 by cost | select id, cost, created_at, user_agent",
            shows: "more of a few, looked up one by one",
        },
    ],
    range: RangeOf::Instants { default: DEFAULT_DAYS },
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Management,
    lookups: &[],
    columns: COLUMNS,
    offer,
};

const COLUMNS: &[ColumnDef] = &[
    ColumnDef::new("id", "generation_id", TEXT, "Its id")
        .alias(&["generation_id"])
        .required()
        .cubed(Cubed::Of(&[&analytics::GENERATION_ID])),
    ColumnDef::new("time", "time", TIME, "When it was asked, by the hour or day; `created_at` is exact")
        .cubed(Cubed::Time)
        .on_demand(),
    ColumnDef::new("model", "model_id", TEXT, "Model, without its variant")
        .from(|row| model_of(row, "model_id"))
        .cubed(Cubed::Of(&[&analytics::MODEL])),
    ColumnDef::new("author", "model_id", TEXT, "The part of the model before `/`")
        .from(|row| author_of(row, "model_id"))
        .cubed(Cubed::Of(&[&analytics::MODEL]))
        .on_demand(),
    ColumnDef::new("variant", "variant", TEXT, "`free`, `extended`, …; null is the standard one")
        .cubed(Cubed::Of(&[&analytics::VARIANT]))
        .on_demand(),
    ColumnDef::new("model_id", "model_id", TEXT, "Model with its variant, as `models` calls it")
        .cubed(Cubed::Of(&[&analytics::MODEL, &analytics::VARIANT]))
        .on_demand(),
    ColumnDef::new("model_permaslug", "model", TEXT, "The model's lasting name, with its date")
        .cubed(Cubed::Of(&[&analytics::MODEL]))
        .on_demand(),
    ColumnDef::new("provider", "provider", TEXT, "Who served it")
        .alias(&["provider_name"])
        .cubed(Cubed::Of(&[&analytics::PROVIDER])),
    ColumnDef::new("key", "api_key_id", TEXT, "Name of the API key; null is the chatroom")
        .alias(&["api_key_id", "api_key"])
        .cubed(Cubed::Of(&[&analytics::KEY]))
        .on_demand(),
    ColumnDef::new("key_hash", "key_hash", TEXT, "Hash of the API key; null where its name tells no single live key")
        .cubed(Cubed::Of(&[&analytics::KEY]))
        .on_demand(),
    ColumnDef::new("user", "user", TEXT, "Name of the member").cubed(Cubed::Of(&[&analytics::USER])).on_demand(),
    ColumnDef::new("user_email", "user_email", TEXT, "Address of the member")
        .cubed(Cubed::Of(&[&analytics::USER]))
        .on_demand(),
    ColumnDef::new("workspace", "workspace", TEXT, "Name of the workspace")
        .cubed(Cubed::Of(&[&analytics::WORKSPACE]))
        .on_demand(),
    ColumnDef::new("app", "app", TEXT, "App that asked; null is none").cubed(Cubed::Of(&[&analytics::APP])).on_demand(),
    ColumnDef::new("cost", "total_usage", USD, "True spend: credits and BYOK")
        .alias(&["total_usage", "total_cost"])
        .required()
        .cubed(additive("total_usage", Reach::Year)),
    ColumnDef::new("credits", "credits_usage", USD, "Spend in credits")
        .alias(&["credits_usage", "usage"])
        .cubed(additive("credits_usage", Reach::Year)),
    ColumnDef::new("byok", "byok_usage", USD, "Spend with the account's own provider keys")
        .alias(&["byok_usage"])
        .cubed(additive("byok_usage", Reach::Year))
        .on_demand(),
    ColumnDef::new("is_byok", "byok_request_count", BOOL, "Served with the account's own provider key")
        .from(|row| number(row, "byok_request_count").map(|count| count > 0.0).into())
        .cubed(additive("byok_request_count", Reach::Year)),
    ColumnDef::new("tokens", "tokens_total", TOKENS, "Prompt and completion tokens")
        .alias(&["tokens_total"])
        .cubed(additive("tokens_total", Reach::Year)),
    ColumnDef::new("tokens_prompt", "tokens_prompt", TOKENS, "Prompt tokens")
        .alias(&["prompt_tokens", "native_tokens_prompt"])
        .cubed(additive("tokens_prompt", Reach::Year)),
    ColumnDef::new("tokens_completion", "tokens_completion", TOKENS, "Completion tokens, reasoning inside")
        .alias(&["completion_tokens", "native_tokens_completion"])
        .cubed(additive("tokens_completion", Reach::Year)),
    ColumnDef::new("tokens_reasoning", "reasoning_tokens", TOKENS, "Reasoning tokens, a part of completion")
        .alias(&["reasoning_tokens", "native_tokens_reasoning"])
        .cubed(additive("reasoning_tokens", Reach::Year)),
    ColumnDef::new("tokens_cached", "cached_tokens", TOKENS, "Prompt tokens that were cached")
        .alias(&["cached_tokens", "native_tokens_cached"])
        .cubed(additive("cached_tokens", Reach::Year)),
    ColumnDef::new("latency", "avg_latency", MS, "Until the first token").cubed(holistic("avg_latency")),
    ColumnDef::new("finish_reason", "finish_reason", TEXT, "Why it ended")
        .from(finish_reason)
        .cubed(Cubed::Of(&[&analytics::FINISH_REASON])),
    ColumnDef::new("streamed", "streamed", BOOL, "Answered piece by piece")
        .from(streamed)
        .cubed(Cubed::Of(&[&analytics::STREAMED]))
        .on_demand(),
    ColumnDef::new("origin", "origin", TEXT, "Where it came from").cubed(Cubed::Of(&[&analytics::ORIGIN])).on_demand(),
    ColumnDef::new("country", "country", TEXT, "Country it came from")
        .cubed(Cubed::Of(&[&analytics::COUNTRY]))
        .on_demand(),
    ColumnDef::new("data_region", "data_region", TEXT, "Where it was processed")
        .cubed(Cubed::Of(&[&analytics::DATA_REGION]))
        .on_demand(),
    ColumnDef::new("skin", "skin", TEXT, "Which API was called").cubed(Cubed::Of(&[&analytics::SKIN])).on_demand(),
    ColumnDef::new("context_length_bucket", "context_length_bucket", TEXT, "How long its context was, roughly")
        .cubed(Cubed::Of(&[&analytics::CONTEXT_LENGTH_BUCKET]))
        .on_demand(),
    ColumnDef::new("external_user", "external_user", TEXT, "User that the client named")
        .cubed(Cubed::Of(&[&analytics::EXTERNAL_USER]))
        .on_demand(),
    ColumnDef::new("session_id", "session_id", TEXT, "Session that the client named")
        .cubed(Cubed::Of(&[&analytics::SESSION_ID]))
        .on_demand(),
    looked_up("created_at", TIME, "When it was asked"),
    looked_up("upstream_inference_cost", USD, "What the provider charges"),
    looked_up("generation_time", MS, "Until the last token"),
    looked_up("moderation_latency", MS, "Spent on moderation"),
    looked_up("native_finish_reason", TEXT, "Why it ended, in the provider's words"),
    looked_up("cancelled", BOOL, "Given up by the client"),
    looked_up("provider_responses", ColumnType::Records(generation::ATTEMPTS), "Providers tried, in order"),
    looked_up("tokens_prompt_normalized", TOKENS, "Prompt tokens, counted alike for all models"),
    looked_up("tokens_completion_normalized", TOKENS, "Completion tokens, counted alike"),
    looked_up("cache_discount", USD, "Saved by caching"),
    looked_up("media_prompt", COUNT, "Media in the prompt"),
    looked_up("media_completion", COUNT, "Media in the answer"),
    looked_up("search_results", COUNT, "Web search results"),
    looked_up("fetches", COUNT, "Web pages fetched"),
    looked_up("api_type", TEXT, "Which API was called"),
    looked_up("router", TEXT, "Router that chose the model"),
    looked_up("service_tier", TEXT, "The provider's tier"),
    looked_up("app_id", WHOLE, "App that asked"),
    looked_up("user_agent", TEXT, "Client that asked"),
    looked_up("http_referer", TEXT, "Page that asked"),
    looked_up("preset_id", TEXT, "Preset in use"),
    looked_up("workspace_id", TEXT, "Workspace of the key"),
    looked_up("request_id", TEXT, "The request, fallbacks together"),
    looked_up("upstream_id", TEXT, "The provider's id"),
    looked_up("response_cache_source_id", TEXT, "Request whose answer was used again"),
    looked_up("web_search_engine", TEXT, "Engine of the web search"),
];

/// A column that only `generation` has, under the same name.
const fn looked_up(name: &'static str, ty: ColumnType, doc: &'static str) -> ColumnDef {
    ColumnDef::new(name, name, ty, doc).cubed(Cubed::LookedUp(&generation::SOURCE)).on_demand()
}

const READING: Reading = Reading { columns: COLUMNS, nothing: Some(("finish_reason", GIVEN_UP)) };

/// Nothing where it was given up, as `generation` says it.
fn finish_reason(row: &Json) -> Json {
    text(row, "finish_reason").filter(|reason| *reason != GIVEN_UP).into()
}

/// The cube says it in words.
fn streamed(row: &Json) -> Json {
    match row.get("streamed") {
        Some(Json::String(word)) => word.parse::<bool>().ok().into(),
        other => other.cloned().unwrap_or(Json::Null),
    }
}

fn offer(ask: &Ask<'_>, facts: &Facts) -> Offer {
    let kept = Kept { default: DEFAULT_DAYS, reach: Reach::Month, words: "single requests are kept" };
    cube::offer(ask, facts, kept, |window| cube::requests(ask, facts, window, READING))
}

/// The same columns of requests whose ids are known, hundreds in one call; none where the cube lacks one of the columns.
pub fn several(columns: &[&'static str], ids: &[String], facts: &Facts) -> Option<Offer> {
    let today = day_of(facts.now);
    let days = Days { first: today.saturating_sub((Reach::Month.days() - 1).days()), last: today };
    let mut offer = Offer::default();
    for ids in ids.chunks(IDS_AT_ONCE) {
        let question = cube::by_ids(columns, ids, Window::from(days), READING)?;
        offer.pieces.extend(question.pieces(days, &SOURCE, facts));
        offer.lookups = question.lookups;
    }
    Some(offer)
}
