//! `GET /models`: text models unless other modalities are asked for (fact 31).

use serde_json::{Map, Value, json};

use crate::demo::amount::price_text;
use crate::demo::call::{Answer, Call};
use crate::demo::data::{Model, Profile, endpoints_of, models};
use crate::demo::refusal::Refusal;

const SORTS: &[&str] = &[
    "most-popular",
    "newest",
    "top-weekly",
    "pricing-low-to-high",
    "pricing-high-to-low",
    "context-high-to-low",
    "throughput-high-to-low",
    "latency-low-to-high",
    "intelligence-high-to-low",
    "coding-high-to-low",
    "agentic-high-to-low",
    "design-arena-elo-high-to-low",
];

pub fn list(call: &Call) -> Answer {
    let offset = call.number("offset", 0, usize::MAX)?;
    let limit = call.number("limit", 1, 1000)?;
    let chosen = chosen(call)?;
    let total = chosen.len();
    let page: Vec<Value> = match (offset, limit) {
        (None, None) => chosen.iter().map(|model| entry(model)).collect(),
        (offset, limit) => {
            chosen.iter().skip(offset.unwrap_or(0)).take(limit.unwrap_or(500)).map(|model| entry(model)).collect()
        }
    };
    let start = offset.unwrap_or(0);
    let end = start.saturating_add(page.len());
    let next =
        (end < total && end > start).then(|| format!("/api/v1/models?offset={end}&limit={}", limit.unwrap_or(500)));
    Ok(json!({ "data": page, "total_count": total, "links": { "next": next } }))
}

pub fn count(call: &Call) -> Answer {
    Ok(json!({ "data": { "count": chosen(call)?.len() } }))
}

/// The listed models that the parameters leave, newest first or as `sort` says.
fn chosen(call: &Call) -> Result<Vec<&'static Model>, Refusal> {
    let sort = call.word("sort", SORTS)?;
    let modalities = call.param("output_modalities").unwrap_or("text");
    let context = call.number("context", 1, usize::MAX)?.unwrap_or(0) as u64;
    let text = call.param("q").unwrap_or("").to_lowercase();
    let mut found: Vec<_> = models()
        .filter(|model| !model.retired)
        .filter(|model| modalities == "all" || any_of(modalities, model.outputs))
        .filter(|model| call.param("input_modalities").is_none_or(|all| any_of(all, model.inputs)))
        .filter(|model| call.param("model_authors").is_none_or(|all| any_of(all, &[model.author()])))
        .filter(|model| {
            let all = call.param("supported_parameters");
            all.is_none_or(|all| all.split(',').all(|one| parameters(model).contains(&one)))
        })
        .filter(|model| model.context >= context)
        .filter(|model| model.id.contains(&text) || model.name.to_lowercase().contains(&text))
        .collect();
    match sort {
        Some("pricing-low-to-high") => found.sort_by_key(|model| model.prompt + model.completion),
        Some("pricing-high-to-low") => {
            found.sort_by_key(|model| std::cmp::Reverse(model.prompt + model.completion));
        }
        Some("context-high-to-low") => {
            found.sort_by_key(|model| std::cmp::Reverse(model.context));
        }
        Some("most-popular" | "top-weekly") => {
            found.sort_by_key(|model| std::cmp::Reverse(model.share));
        }
        _ => found.sort_by_key(|model| std::cmp::Reverse(model.created)),
    }
    Ok(found)
}

fn any_of(asked: &str, has: &[&str]) -> bool {
    asked.split(',').any(|one| has.contains(&one.trim()))
}

/// One row of `/models`.
pub fn entry(model: &Model) -> Value {
    let of_text = model.is_text();
    json!({
        "id": model.id,
        "canonical_slug": model.permaslug,
        "hugging_face_id": "",
        "name": model.name,
        "created": model.created,
        "description": format!("{} as the demo account offers it.", model.name),
        "context_length": model.context,
        "architecture": architecture(model),
        "pricing": pricing(model),
        "top_provider": {
            "context_length": (!model.router).then_some(model.context),
            "max_completion_tokens": (model.max_completion > 0).then_some(model.max_completion),
            "is_moderated": endpoints_of(model.id).any(|endpoint| endpoint.provider == "OpenAI"),
        },
        "per_request_limits": null,
        "supported_parameters": parameters(model),
        "default_parameters": of_text.then(|| json!({ "temperature": null, "top_p": null })),
        "supported_voices": null,
        "knowledge_cutoff": null,
        "expiration_date": null,
        "links": { "details": format!("/api/v1/models/{}/endpoints", model.base()) },
    })
}

/// Modalities and tokenizer.
pub fn architecture(model: &Model) -> Value {
    let modality = format!("{}->{}", model.inputs.join("+"), model.outputs.join("+"));
    json!({
        "modality": modality,
        "input_modalities": model.inputs,
        "output_modalities": model.outputs,
        "tokenizer": model.tokenizer,
        "instruct_type": null,
    })
}

/// Prices as text, USD per token; a router's are `-1`, which is no price.
fn pricing(model: &Model) -> Value {
    if model.router {
        return json!({ "prompt": "-1", "completion": "-1" });
    }
    let mut prices = Map::new();
    let mut put = |name: &str, text: String| prices.insert(name.to_owned(), json!(text));
    put("prompt", price_text(model.prompt));
    put("completion", price_text(model.completion));
    put("request", price_text(model.request * 1000));
    put("image", "0".to_owned());
    put("web_search", "0".to_owned());
    put("internal_reasoning", "0".to_owned());
    if model.cache_read > 0 {
        put("input_cache_read", price_text(model.cache_read));
    }
    if model.author() == "anthropic" {
        put("input_cache_write", price_text(model.prompt * 5 / 4));
    }
    Value::Object(prices)
}

/// The parameters a model takes.
pub fn parameters(model: &Model) -> Vec<&'static str> {
    let mut all = match model.profile {
        Profile::Embed | Profile::Image => return Vec::new(),
        Profile::Agent | Profile::Extract | Profile::Chat => {
            vec!["max_tokens", "response_format", "seed", "stop", "temperature", "top_p"]
        }
    };
    if !model.is_free() {
        all.extend(["structured_outputs", "tool_choice", "tools"]);
    }
    if model.reasoning > 0 {
        all.extend(["include_reasoning", "reasoning"]);
    }
    all
}
