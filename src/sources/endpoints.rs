//! `endpoints`: who serves a model, at what price, how fast and how reliably. The columns are those of `zdr`, too.

use serde_json::{Value as Json, json};

use super::fields::*;
use crate::model::catalog::{ColumnDef, ColumnType, Example, Form, ParamDef, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Request};
use crate::model::route::{Ask, Facts, Offer, Piece};
use crate::types::{Class, Unit};

const LATENCY: ColumnType = ColumnType::Number(Unit::MS, Class::Holistic);
const THROUGHPUT: ColumnType = ColumnType::Number(Unit::TOKENS_PER_SECOND, Class::Holistic);

pub const SOURCE: SourceDef = SourceDef {
    name: "endpoints",
    doc: "Who serves a model: prices, uptime, latency and throughput of each provider",
    usage: "endpoints MODEL",
    examples: &[
        Example { query: "endpoints openai/gpt-5.2 | sort -uptime", shows: "the most reliable ones first" },
        Example {
            query: "endpoints deepseek/deepseek-v3.2 | sort price_completion | select provider, price_completion, p50_throughput",
            shows: "what speed costs",
        },
    ],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[ParamDef {
        name: "model",
        doc: "a model as `models` lists it in `id`",
        required: true,
        form: Form::Model,
        several: None,
    }],
    key: KeyKind::Either,
    lookups: &[],
    columns: COLUMNS,
    offer,
};

/// One provider that serves one model (fact 31). Percentiles and uptime are of the last 30 minutes.
pub const COLUMNS: &[ColumnDef] = &[
    ColumnDef::new("provider", "provider_name", TEXT, "Who serves it").alias(&["provider_name"]).required(),
    ColumnDef::new("model", "model_id", TEXT, "Model, without its variant").from(|row| model_of(row, asked(row))),
    ColumnDef::new("variant", "model_id", TEXT, "`free`, `extended`, …; null is the standard one")
        .from(|row| variant_of(row, asked(row))),
    PRICE_PROMPT,
    PRICE_COMPLETION,
    PRICE_CACHE_READ,
    PRICE_CACHE_WRITE,
    PRICE_REQUEST,
    ColumnDef::new("discount", "pricing.discount", RATIO, "The part of these prices that is not charged")
        .alias(&["pricing.discount"]),
    ColumnDef::new("uptime", "uptime_last_30m", RATIO, "Requests that succeeded, of all but rate-limited ones")
        .from(|row| of_hundred(row, "uptime_last_30m"))
        .alias(&["uptime_last_30m"]),
    ColumnDef::new("uptime_5m", "uptime_last_5m", RATIO, "The same of 5 minutes")
        .from(|row| of_hundred(row, "uptime_last_5m"))
        .alias(&["uptime_last_5m"]),
    ColumnDef::new("uptime_1d", "uptime_last_1d", RATIO, "The same of a day")
        .from(|row| of_hundred(row, "uptime_last_1d"))
        .alias(&["uptime_last_1d"]),
    ColumnDef::new("p50_latency", "latency_last_30m.p50", LATENCY, "Until the first token: half of all are faster")
        .alias(&["latency", "latency_last_30m.p50"]),
    ColumnDef::new("p75_latency", "latency_last_30m.p75", LATENCY, "75 % are faster").alias(&["latency_last_30m.p75"]),
    ColumnDef::new("p90_latency", "latency_last_30m.p90", LATENCY, "90 % are faster").alias(&["latency_last_30m.p90"]),
    ColumnDef::new("p99_latency", "latency_last_30m.p99", LATENCY, "99 % are faster").alias(&["latency_last_30m.p99"]),
    ColumnDef::new("p50_throughput", "throughput_last_30m.p50", THROUGHPUT, "Speed of writing, the 50th percentile")
        .alias(&["throughput", "throughput_last_30m.p50"]),
    ColumnDef::new("p75_throughput", "throughput_last_30m.p75", THROUGHPUT, "The 75th percentile")
        .alias(&["throughput_last_30m.p75"]),
    ColumnDef::new("p90_throughput", "throughput_last_30m.p90", THROUGHPUT, "The 90th percentile")
        .alias(&["throughput_last_30m.p90"]),
    ColumnDef::new("p99_throughput", "throughput_last_30m.p99", THROUGHPUT, "The 99th percentile")
        .alias(&["throughput_last_30m.p99"]),
    ColumnDef::new("context_length", "context_length", LENGTH, "Tokens it can take in all"),
    ColumnDef::new("max_prompt_tokens", "max_prompt_tokens", LENGTH, "Tokens it can be asked with"),
    ColumnDef::new("max_completion_tokens", "max_completion_tokens", LENGTH, "Tokens it can answer with"),
    ColumnDef::new("quantization", "quantization", TEXT, "How coarse its weights are"),
    ColumnDef::new("status", "status", WHOLE, "0 is in service; below it is held back"),
    ColumnDef::new("implicit_caching", "supports_implicit_caching", BOOL, "Prompts are cached without asking for it")
        .alias(&["supports_implicit_caching"]),
    ColumnDef::new("voice_cloning", "supports_voice_cloning", BOOL, "It takes a voice to imitate")
        .alias(&["supports_voice_cloning"]),
    ColumnDef::new("supported_parameters", "supported_parameters", TEXTS, "Parameters of a request it heeds"),
    ColumnDef::new("tag", "tag", TEXT, "What provider lists of a request call it"),
    ColumnDef::new("name", "name", TEXT, "Its name"),
    ColumnDef::new("model_id", "model_id", TEXT, "Model with its variant, as the endpoint calls it"),
    ColumnDef::new("model_name", "model_name", TEXT, "The model's name for people"),
];

/// The field with the model: the one that was asked for, where one was.
fn asked(row: &Json) -> &'static str {
    if row.get("asked").is_some() { "asked" } else { "model_id" }
}

fn offer(ask: &Ask<'_>, _: &Facts) -> Offer {
    let model = ask.scan.arguments.get("model").unwrap_or_default();
    let request = Request {
        key: KeyKind::Either,
        rows: "data.endpoints",
        absent: Some("`models | select id` lists the models there are"),
        ..Request::get(format!("/models/{model}/endpoints"))
    };
    Offer::of(vec![Piece { added: vec![("asked", json!(model))], ..Piece::of(request) }])
}
