//! `GET /generation?id=`: one generation with its costs, times and fallback chain (facts 27 to 29).

use serde_json::{Map, Value, json};

use crate::demo::amount::usd;
use crate::demo::base::text::moment;
use crate::demo::base::{Attempt, Row};
use crate::demo::call::{Answer, Call};
use crate::demo::data::Profile;
use crate::demo::refusal::Refusal;

pub fn generation(call: &Call) -> Answer {
    let id = call.param("id").filter(|id| !id.is_empty()).ok_or_else(Refusal::bad_request)?;
    let row = call.account.generation(id, call.now);
    let row = row.ok_or_else(|| Refusal::new(404, format!("Generation {id} not found")))?;
    Ok(json!({ "data": entry(id, &row) }))
}

/// All fields; the id is the one that was asked for, so that `gen-demo-1` is found under its own name.
fn entry(id: &str, row: &Row) -> Value {
    let attempts = row.attempts();
    let mut all = Map::new();
    for part in [origin(id, row), route(row, &attempts), costs(row), tokens(row), course(row)] {
        if let Value::Object(fields) = part {
            all.extend(fields);
        }
    }
    Value::Object(all)
}

/// Who asked, from where, when.
fn origin(id: &str, row: &Row) -> Value {
    json!({
        "id": id,
        "request_id": row.request_id(),
        "session_id": row.session(),
        "created_at": moment(row.time()),
        "workspace_id": row.workspace.id,
        "app_id": row.app.map(|app| app.id),
        "origin": row.origin(),
        "http_referer": row.app.map(|app| app.referer),
        "user_agent": row.app.map(|app| app.user_agent),
        "external_user": row.external_user(),
        "data_region": row.region(),
    })
}

/// Which model and provider answered, and who was tried before.
fn route(row: &Row, attempts: &[Attempt]) -> Value {
    let model = row.endpoint.model;
    json!({
        "model": model.id,
        "provider_name": row.endpoint.provider,
        "upstream_id": row.upstream_id(attempts.len() as u64 - 1),
        "provider_responses": chain(row, attempts),
        "router": null,
        "preset_id": null,
        "service_tier": null,
        "api_type": match model.profile {
            Profile::Agent | Profile::Chat | Profile::Extract => "completions",
            Profile::Embed => "embeddings",
            Profile::Image => "image",
        },
    })
}

/// `usage` is what credits paid: for BYOK only the fee, inference being `upstream_inference_cost` (fact 8).
fn costs(row: &Row) -> Value {
    json!({
        "usage": usd(row.credits()),
        "total_cost": usd(row.credits()),
        "upstream_inference_cost": usd(upstream(row)),
        "cache_discount": (row.cache != 0).then(|| usd(-row.cache)),
        "is_byok": row.byok,
    })
}

fn tokens(row: &Row) -> Value {
    let picture = row.endpoint.model.profile == Profile::Image;
    json!({
        "tokens_prompt": normalized(row.prompt),
        "tokens_completion": normalized(row.completion),
        "native_tokens_prompt": row.prompt,
        "native_tokens_completion": row.completion,
        "native_tokens_reasoning": row.reasoning,
        "native_tokens_cached": row.cached,
        "native_tokens_completion_images": if picture { row.completion } else { 0 },
        "num_media_prompt": null,
        "num_media_completion": picture.then_some(1),
        "num_input_audio_prompt": null,
        "num_search_results": (row.web > 0).then_some(5),
        "num_fetches": null,
        "web_search_engine": (row.web > 0).then_some("exa"),
    })
}

/// How long it took, and how it ended. Times are ms (fact 29).
fn course(row: &Row) -> Value {
    json!({
        "latency": row.latency(),
        "generation_time": row.generation_time(),
        "moderation_latency": row.moderation_latency(),
        "streamed": row.streamed(),
        "cancelled": row.finish.name().is_none(),
        "finish_reason": row.finish.name(),
        "native_finish_reason": row.native_finish(),
    })
}

/// What the provider charges, with OpenRouter's credits or with the organisation's own credentials.
fn upstream(row: &Row) -> i64 {
    if row.byok { row.byok_inference() } else { row.upstream + row.cache }
}

/// Tokens as one common tokenizer counts them: close to the native count, never the same number.
fn normalized(native: u64) -> u64 {
    native * 93 / 100
}

fn chain(row: &Row, attempts: &[Attempt]) -> Value {
    let each = attempts.iter().enumerate().map(|(nth, attempt)| {
        json!({
            "id": row.upstream_id(nth as u64),
            "endpoint_id": attempt.endpoint.id,
            "model_permaslug": attempt.endpoint.model.permaslug,
            "provider_name": attempt.endpoint.provider,
            "status": attempt.status,
            "latency": attempt.latency,
            "is_byok": row.byok,
        })
    });
    each.collect()
}
