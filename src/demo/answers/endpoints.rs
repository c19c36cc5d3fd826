//! `GET /models/{author}/{slug}/endpoints` and `GET /endpoints/zdr`: who serves a model, and how well (fact 31).

use serde_json::{Map, Value, json};

use super::models::{architecture, parameters};
use crate::demo::amount::price_text;
use crate::demo::base::prng::mix;
use crate::demo::call::{Answer, Call, Caller};
use crate::demo::data::{ENDPOINTS, Endpoint, endpoints_of, models, provider};
use crate::demo::refusal::Refusal;

/// All endpoints of one model, by its id or permaslug.
pub fn of_model(call: &Call) -> Answer {
    let asked = call.path.join("/");
    let mut listed = models().filter(|model| !model.retired);
    let found = listed.find(|model| model.id == asked || model.permaslug == asked).ok_or_else(Refusal::not_found)?;
    let endpoints: Vec<Value> = endpoints_of(found.id).map(|endpoint| entry(call, endpoint)).collect();
    Ok(json!({ "data": {
        "id": found.id,
        "name": found.name,
        "created": found.created,
        "description": format!("{} as the demo account offers it.", found.name),
        "architecture": architecture(found),
        "endpoints": endpoints,
    } }))
}

/// The endpoints whose providers keep nothing.
pub fn zdr(call: &Call) -> Answer {
    let keeps_nothing = |endpoint: &&Endpoint| provider(endpoint.provider).is_some_and(|provider| provider.zdr);
    let left = ENDPOINTS.iter().filter(|endpoint| !endpoint.model.retired).filter(keeps_nothing);
    Ok(json!({ "data": left.map(|endpoint| entry(call, endpoint)).collect::<Vec<_>>() }))
}

fn entry(call: &Call, of: &Endpoint) -> Value {
    let model = of.model;
    // Percentiles of the half hour: how much slower each is than the median, and how much less is written then.
    let latency = [1000, 1330, 1900, 5200].map(|part| of.latency * part);
    let throughput = [1000, 870, 640, 310].map(|part| of.speed * part);
    let seen = call.caller != Caller::Nobody;
    json!({
        "name": format!("{} | {}", of.provider, model.id),
        "model_id": model.id,
        "model_name": model.name,
        "provider_name": of.provider,
        "tag": provider(of.provider).map_or("unknown", |provider| provider.slug),
        "quantization": provider(of.provider).and_then(|provider| provider.quantization),
        "status": 0,
        "context_length": model.context,
        "max_prompt_tokens": null,
        "max_completion_tokens": (model.max_completion > 0).then_some(model.max_completion),
        "pricing": pricing(of),
        "supported_parameters": parameters(model),
        "supports_implicit_caching": model.cache_read > 0 && model.author() != "anthropic",
        "supports_voice_cloning": false,
        "latency_last_30m": seen.then(|| percentiles(latency)),
        "throughput_last_30m": (seen && of.speed > 0).then(|| percentiles(throughput)),
        "uptime_last_5m": uptime(call, of, 5 * 60_000),
        "uptime_last_30m": uptime(call, of, 30 * 60_000),
        "uptime_last_1d": uptime(call, of, 24 * 60 * 60_000),
    })
}

/// Thousandths as numbers.
fn percentiles(thousandths: [u64; 4]) -> Value {
    let [p50, p75, p90, p99] = thousandths.map(|value| value as f64 / 1000.0);
    json!({ "p50": p50, "p75": p75, "p90": p90, "p99": p99 })
}

/// Percent of a stretch of time that ends now; too little is known of five minutes where few ask.
fn uptime(call: &Call, of: &Endpoint, length: i64) -> Option<f64> {
    let bits = mix(mix(call.account.seed(), of.index as u64), call.now.div_euclid(length) as u64);
    let known = length > 5 * 60_000 || of.weight > 20;
    known.then(|| 100.0 - (bits % 5 * (bits >> 8) % 60) as f64 / 100.0)
}

fn pricing(of: &Endpoint) -> Value {
    let model = of.model;
    let mut prices = Map::new();
    let mut put = |name: &str, pico: u64| prices.insert(name.to_owned(), json!(price_text(pico * of.price / 1000)));
    put("prompt", model.prompt);
    put("completion", model.completion);
    put("request", model.request * 1000);
    if model.cache_read > 0 {
        put("input_cache_read", model.cache_read);
    }
    if model.author() == "anthropic" {
        put("input_cache_write", model.prompt * 5 / 4);
    }
    prices.insert("discount".to_owned(), json!(0));
    Value::Object(prices)
}
