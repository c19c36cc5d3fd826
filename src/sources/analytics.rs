//! `analytics`: the cube of all requests. There are no rows before they are put together: what is grouped by and what is
//! added up goes into the question. Its columns also say how the cube's part of other sources is read.

use super::cube::{self, Kept, Reading};
use super::fields::*;
use crate::model::catalog::{ColumnDef, ColumnType, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::cube::{Cubed, Dimension, Metric, MetricKind, Reach, Values};
use crate::model::expr::AggregateOp;
use crate::model::request::KeyKind;
use crate::model::route::{Ask, Facts, Offer};
use crate::types::{Class, Unit};

/// Whole days without a range (fact 11).
const DEFAULT_DAYS: i32 = 7;

pub const MODEL: Dimension = Dimension { values: Values::Permaslugs, ..Dimension::plain("model", Reach::Year, 40) };
pub const VARIANT: Dimension = Dimension::plain("variant", Reach::Year, 4);
pub const KEY: Dimension =
    Dimension { values: Values::Keys, unset: Some("Chatroom"), ..Dimension::plain("api_key_id", Reach::Year, 100) };
pub const USER: Dimension =
    Dimension { values: Values::Users, beside: Some("user_email"), ..Dimension::plain("user", Reach::Year, 10) };
pub const WORKSPACE: Dimension = Dimension {
    values: Values::Workspaces,
    unset: Some("Unattributed"),
    ..Dimension::plain("workspace", Reach::Year, 3)
};
pub const APP: Dimension =
    Dimension { values: Values::Apps, unset: Some("Unknown"), ..Dimension::plain("app", Reach::Year, 20) };
pub const PROVIDER: Dimension = Dimension::plain("provider", Reach::Month, 15);
pub const ORIGIN: Dimension = Dimension::plain("origin", Reach::Month, 10);
pub const COUNTRY: Dimension = Dimension::plain("country", Reach::Month, 12);
pub const DATA_REGION: Dimension = Dimension::plain("data_region", Reach::Month, 3);
pub const SKIN: Dimension = Dimension::plain("skin", Reach::Month, 4);
pub const FINISH_REASON: Dimension = Dimension::plain("finish_reason", Reach::Month, 6);
pub const EXTERNAL_USER: Dimension = Dimension::plain("external_user", Reach::Month, 60);
pub const CONTEXT_LENGTH_BUCKET: Dimension = Dimension::plain("context_length_bucket", Reach::Month, 8);
pub const GENERATION_ID: Dimension =
    Dimension { values: Values::Requests, ..Dimension::plain("generation_id", Reach::Month, 5_000) };
pub const SESSION_ID: Dimension = Dimension::plain("session_id", Reach::Month, 500);
pub const STREAMED: Dimension = Dimension::plain("streamed", Reach::Month, 2);

/// Every dimension that can be asked for.
pub static DIMENSIONS: &[&Dimension] = &[
    &MODEL,
    &VARIANT,
    &KEY,
    &USER,
    &WORKSPACE,
    &APP,
    &PROVIDER,
    &ORIGIN,
    &COUNTRY,
    &DATA_REGION,
    &SKIN,
    &FINISH_REASON,
    &EXTERNAL_USER,
    &CONTEXT_LENGTH_BUCKET,
    &GENERATION_ID,
    &SESSION_ID,
    &STREAMED,
];

pub const fn additive(name: &'static str, reach: Reach) -> Cubed {
    Cubed::Metric(Metric { name, reach, kind: MetricKind::Additive })
}

pub const fn component(name: &'static str, reach: Reach) -> Cubed {
    Cubed::Metric(Metric { name, reach, kind: MetricKind::Component })
}

pub const fn holistic(name: &'static str) -> Cubed {
    Cubed::Metric(Metric { name, reach: Reach::Month, kind: MetricKind::Holistic })
}

const LATENCY: ColumnType = ColumnType::Number(Unit::MS, Class::Holistic);
const THROUGHPUT: ColumnType = ColumnType::Number(Unit::TOKENS_PER_SECOND, Class::Holistic);
const BLENDED: ColumnType = ColumnType::Number(Unit::USD_PER_MTOK, Class::Holistic);
const RATIO: ColumnType = ColumnType::Number(Unit::RATIO, Class::Ratio);
const EXACT_RATIO: ColumnType = ColumnType::Number(Unit::RATIO, Class::Holistic);

pub static SOURCE: SourceDef = SourceDef {
    name: "analytics",
    doc: "Sums, means and percentiles of all requests of a year, by any of their dimensions and by minute, hour or day",
    usage: "analytics [RANGE]",
    examples: &[
        Example {
            query: "analytics last 24h | group hour(time) | sum requests, cost",
            shows: "the last day by the hour",
        },
        Example {
            query: "analytics last 7d | group model | sum cost, p50 latency, p99 latency, avg cache_hit_rate | top 5",
            shows: "cost and speed of the dearest models",
        },
        Example {
            query: "analytics last 7d | where finish_reason == \"length\" | group model | sum requests | top 5",
            shows: "whose answers are cut off",
        },
    ],
    range: RangeOf::Instants { default: DEFAULT_DAYS },
    grain: SourceGrain::Cube,
    params: &[],
    key: KeyKind::Management,
    lookups: &[],
    columns: COLUMNS,
    offer,
};

const COLUMNS: &[ColumnDef] = &[
    ColumnDef::new("time", "time", TIME, "When it was asked, by the hour, day, week or month").cubed(Cubed::Time),
    ColumnDef::new("date", "date", DATE, "Day, UTC unless `--tz`").cubed(Cubed::Time).on_demand(),
    ColumnDef::new("model", "model_id", TEXT, "Model, without its variant")
        .from(|row| model_of(row, "model_id"))
        .cubed(Cubed::Of(&[&MODEL])),
    ColumnDef::new("author", "model_id", TEXT, "The part of the model before `/`")
        .from(|row| author_of(row, "model_id"))
        .cubed(Cubed::Of(&[&MODEL])),
    ColumnDef::new("variant", "variant", TEXT, "`free`, `extended`, …; null is the standard one")
        .cubed(Cubed::Of(&[&VARIANT])),
    ColumnDef::new("model_id", "model_id", TEXT, "Model with its variant, as `models` calls it")
        .cubed(Cubed::Of(&[&MODEL, &VARIANT])),
    ColumnDef::new("model_permaslug", "model", TEXT, "The model's lasting name, with its date")
        .cubed(Cubed::Of(&[&MODEL])),
    ColumnDef::new("provider", "provider", TEXT, "Who served it")
        .alias(&["provider_name"])
        .cubed(Cubed::Of(&[&PROVIDER])),
    ColumnDef::new("key", "api_key_id", TEXT, "Name of the API key; null is the chatroom")
        .alias(&["api_key_id", "api_key"])
        .cubed(Cubed::Of(&[&KEY])),
    ColumnDef::new("key_hash", "key_hash", TEXT, "Hash of the API key; null where its name tells no single live key")
        .cubed(Cubed::Of(&[&KEY])),
    ColumnDef::new("user", "user", TEXT, "Name of the member").cubed(Cubed::Of(&[&USER])),
    ColumnDef::new("user_email", "user_email", TEXT, "Address of the member").cubed(Cubed::Of(&[&USER])),
    ColumnDef::new("workspace", "workspace", TEXT, "Name of the workspace").cubed(Cubed::Of(&[&WORKSPACE])),
    ColumnDef::new("app", "app", TEXT, "App that asked; null is none").cubed(Cubed::Of(&[&APP])),
    ColumnDef::new("finish_reason", "finish_reason", TEXT, "Why it ended").cubed(Cubed::Of(&[&FINISH_REASON])),
    ColumnDef::new("origin", "origin", TEXT, "Where it came from").cubed(Cubed::Of(&[&ORIGIN])),
    ColumnDef::new("country", "country", TEXT, "Country it came from").cubed(Cubed::Of(&[&COUNTRY])),
    ColumnDef::new("data_region", "data_region", TEXT, "Where it was processed").cubed(Cubed::Of(&[&DATA_REGION])),
    ColumnDef::new("skin", "skin", TEXT, "Which API was called").cubed(Cubed::Of(&[&SKIN])),
    ColumnDef::new("streamed", "streamed", TEXT, "Answered piece by piece").cubed(Cubed::Of(&[&STREAMED])),
    ColumnDef::new("context_length_bucket", "context_length_bucket", TEXT, "How long its context was, roughly")
        .cubed(Cubed::Of(&[&CONTEXT_LENGTH_BUCKET])),
    ColumnDef::new("external_user", "external_user", TEXT, "User that the client named")
        .cubed(Cubed::Of(&[&EXTERNAL_USER])),
    ColumnDef::new("session_id", "session_id", TEXT, "Session that the client named").cubed(Cubed::Of(&[&SESSION_ID])),
    ColumnDef::new("generation_id", "generation_id", TEXT, "The single request").cubed(Cubed::Of(&[&GENERATION_ID])),
    ColumnDef::new("cost", "total_usage", USD, "True spend: credits and BYOK")
        .alias(&["total_usage"])
        .cubed(additive("total_usage", Reach::Year)),
    ColumnDef::new("credits", "credits_usage", USD, "Spend in credits, BYOK fees inside")
        .alias(&["credits_usage", "usage"])
        .cubed(additive("credits_usage", Reach::Year)),
    ColumnDef::new("byok", "byok_usage", USD, "Spend with the account's own provider keys")
        .alias(&["byok_usage"])
        .cubed(additive("byok_usage", Reach::Year)),
    ColumnDef::new("requests", "request_count", REQUESTS, "Requests; those of server tools are left out")
        .alias(&["request_count"])
        .cubed(additive("request_count", Reach::Year)),
    ColumnDef::new("byok_requests", "byok_request_count", REQUESTS, "Requests with the account's own provider keys")
        .alias(&["byok_request_count"])
        .cubed(additive("byok_request_count", Reach::Year)),
    ColumnDef::new("tokens", "tokens_total", TOKENS, "Prompt and completion tokens")
        .alias(&["tokens_total"])
        .cubed(additive("tokens_total", Reach::Year)),
    ColumnDef::new("tokens_prompt", "tokens_prompt", TOKENS, "Prompt tokens")
        .alias(&["prompt_tokens"])
        .cubed(additive("tokens_prompt", Reach::Year)),
    ColumnDef::new("tokens_completion", "tokens_completion", TOKENS, "Completion tokens, reasoning inside")
        .alias(&["completion_tokens"])
        .cubed(additive("tokens_completion", Reach::Year)),
    ColumnDef::new("tokens_reasoning", "reasoning_tokens", TOKENS, "Reasoning tokens, a part of completion")
        .alias(&["reasoning_tokens"])
        .cubed(additive("reasoning_tokens", Reach::Year)),
    ColumnDef::new("tokens_cached", "cached_tokens", TOKENS, "Prompt tokens that were read from a cache")
        .alias(&["cached_tokens"])
        .cubed(additive("cached_tokens", Reach::Year)),
    ColumnDef::new("cache_hit_rate", "cache_hit_rate", RATIO, "Cached tokens of all prompt tokens")
        .cubed(Cubed::Ratio { above: "tokens_cached", below: "tokens_prompt" }),
    ColumnDef::new("latency", "latency", LATENCY, "Until the first token: avg, p50, p90 and p99 of it").cubed(
        Cubed::Distribution(&[
            (AggregateOp::Average, "avg_latency"),
            (AggregateOp::Quantile(0.5), "p50_latency"),
            (AggregateOp::Quantile(0.9), "p90_latency"),
            (AggregateOp::Quantile(0.99), "p99_latency"),
        ]),
    ),
    ColumnDef::new("throughput", "throughput", THROUGHPUT, "Tokens a second: avg, p50, p90 and p99 of it").cubed(
        Cubed::Distribution(&[
            (AggregateOp::Average, "avg_throughput"),
            (AggregateOp::Quantile(0.5), "p50_throughput"),
            (AggregateOp::Quantile(0.9), "p90_throughput"),
            (AggregateOp::Quantile(0.99), "p99_throughput"),
        ]),
    ),
    ColumnDef::new("avg_latency", "avg_latency", LATENCY, "Mean time until the first token")
        .cubed(holistic("avg_latency")),
    ColumnDef::new("p50_latency", "p50_latency", LATENCY, "Its 50th percentile").cubed(holistic("p50_latency")),
    ColumnDef::new("p90_latency", "p90_latency", LATENCY, "Its 90th percentile").cubed(holistic("p90_latency")),
    ColumnDef::new("p99_latency", "p99_latency", LATENCY, "Its 99th percentile").cubed(holistic("p99_latency")),
    ColumnDef::new("avg_throughput", "avg_throughput", THROUGHPUT, "Mean tokens a second")
        .cubed(holistic("avg_throughput")),
    ColumnDef::new("p50_throughput", "p50_throughput", THROUGHPUT, "Its 50th percentile")
        .cubed(holistic("p50_throughput")),
    ColumnDef::new("p90_throughput", "p90_throughput", THROUGHPUT, "Its 90th percentile")
        .cubed(holistic("p90_throughput")),
    ColumnDef::new("p99_throughput", "p99_throughput", THROUGHPUT, "Its 99th percentile")
        .cubed(holistic("p99_throughput")),
    ColumnDef::new(
        "blended_cost_per_million_tokens",
        "blended_cost_per_million_tokens",
        BLENDED,
        "Cost of a million tokens, server tools left out",
    )
    .cubed(holistic("blended_cost_per_million_tokens")),
    ColumnDef::new(
        "guardrail_invoked_count",
        "guardrail_invoked_count",
        REQUESTS,
        "Requests that a guardrail acted on",
    )
    .cubed(additive("guardrail_invoked_count", Reach::Month)),
    ColumnDef::new("guardrail_invoked_rate", "guardrail_invoked_rate", EXACT_RATIO, "Their part of all requests")
        .cubed(holistic("guardrail_invoked_rate")),
    ColumnDef::new("response_cached_count", "response_cached_count", REQUESTS, "Requests answered from a cache")
        .cubed(additive("response_cached_count", Reach::Month)),
    ColumnDef::new("response_cached_rate", "response_cached_rate", EXACT_RATIO, "Their part of all requests")
        .cubed(holistic("response_cached_rate")),
    ColumnDef::new("openrouter_usage", "openrouter_usage", USD, "Spend in credits without BYOK fees")
        .cubed(component("openrouter_usage", Reach::Month)),
    ColumnDef::new("byok_fees", "byok_fees", USD, "Fees on BYOK").cubed(component("byok_fees", Reach::Month)),
    ColumnDef::new("usage_upstream", "usage_upstream", USD, "Inference at the provider's price")
        .cubed(component("usage_upstream", Reach::Year)),
    ColumnDef::new("usage_cache", "usage_cache", USD, "What caching adds or saves")
        .cubed(component("usage_cache", Reach::Year)),
    ColumnDef::new("usage_data", "usage_data", USD, "Discount for logged data, negative")
        .cubed(component("usage_data", Reach::Year)),
    ColumnDef::new("usage_web", "usage_web", USD, "Web search").cubed(component("usage_web", Reach::Year)),
    ColumnDef::new("usage_upstream_web", "usage_upstream_web", USD, "Web search at the provider's price")
        .cubed(component("usage_upstream_web", Reach::Year)),
    ColumnDef::new("usage_file", "usage_file", USD, "Reading files").cubed(component("usage_file", Reach::Month)),
    ColumnDef::new("usage_upstream_file", "usage_upstream_file", USD, "Reading files at the provider's price")
        .cubed(component("usage_upstream_file", Reach::Month)),
    ColumnDef::new("usage_web_fetch", "usage_web_fetch", USD, "Fetching web pages")
        .cubed(component("usage_web_fetch", Reach::Month)),
    ColumnDef::new("usage_upstream_web_fetch", "usage_upstream_web_fetch", USD, "Fetching at the provider's price")
        .cubed(component("usage_upstream_web_fetch", Reach::Month)),
];

/// How its columns are had from the cube.
pub const READING: Reading = Reading { columns: COLUMNS, nothing: None };

/// The same for a question, which may read the new columns of the live meta where the cube is asked itself.
pub fn reading(ask: &Ask<'_>) -> Reading {
    if *ask.scan.source == SOURCE { Reading { columns: ask.scan.source.columns, ..READING } } else { READING }
}

/// How a column is had from the cube; none for one that the cube does not have.
pub fn cubed(name: &str) -> Option<Cubed> {
    READING.cubed(name)
}

/// What the cube calls by the names in a column.
pub fn entity(name: &str) -> Option<&'static Dimension> {
    match cubed(name) {
        Some(Cubed::Of([dimension])) => Some(dimension),
        _ => None,
    }
}

/// The metric that a column is.
pub fn metric(name: &str) -> Option<Metric> {
    match cubed(name)? {
        Cubed::Metric(metric) => Some(metric),
        Cubed::Time | Cubed::Of(_) | Cubed::Ratio { .. } | Cubed::Distribution(_) | Cubed::LookedUp(_) => None,
    }
}

/// Every metric that can be asked for.
pub fn metrics() -> impl Iterator<Item = Metric> {
    COLUMNS.iter().filter_map(|def| match def.cubed {
        Some(Cubed::Metric(metric)) => Some(metric),
        _ => None,
    })
}

fn offer(ask: &Ask<'_>, facts: &Facts) -> Offer {
    let kept = Kept { default: DEFAULT_DAYS, reach: Reach::Year, words: "the cube has" };
    cube::offer(ask, facts, kept, |window| cube::question(ask, facts, window))
}
