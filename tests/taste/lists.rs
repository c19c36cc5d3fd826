//! What the account is and what it may use: against the JSON of the endpoints.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::date;
use orq::demo::base::Row;
use serde_json::{Value as Json, json};

use super::base::{YESTERDAY, between, cost, date_of, special, usd};
use super::{assert_gives, raw};

/// A time as orq writes it: without the zeros that the API puts behind it.
fn time(text: &Json) -> Json {
    json!(text.as_str().map(|text| text.parse::<Timestamp>().unwrap().to_string()))
}

fn number(text: &Json) -> Json {
    json!(text.as_str().map(|text| text.parse::<f64>().unwrap()))
}

#[test]
fn what_is_left_of_the_credits() {
    let said = raw("/credits");
    let (total, used) = (said["total_credits"].as_f64().unwrap(), said["total_usage"].as_f64().unwrap());
    let row = vec![json!(total), json!(used), json!(total - used), json!(used / total)];
    assert_gives("credits", &["total", "used", "remaining", "used_ratio"], &[row]);
}

#[test]
fn the_keys_that_spent_most_this_month() {
    let mut keys = Vec::new();
    for workspace in raw("/workspaces").as_array().unwrap() {
        let id = workspace["id"].as_str().unwrap();
        for offset in [0, 100, 200] {
            let page = raw(&format!("/keys?include_disabled=true&workspace_id={id}&offset={offset}"));
            keys.extend(page.as_array().unwrap().iter().map(|key| (key.clone(), workspace["name"].clone())));
        }
    }
    assert!(keys.len() > 100);
    // Since midnight, since Monday, since the first: what the base table has of each key, today inside.
    let mut spent: BTreeMap<&str, [i64; 3]> = BTreeMap::new();
    for row in between(|row| date_of(row) >= date(2026, 11, 1)) {
        let Some(key) = row.key else { continue };
        let sums = spent.entry(&key.hash).or_default();
        for (sum, first) in sums.iter_mut().zip([date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 1)]) {
            *sum += if date_of(row) >= first { row.credits() + row.byok_inference() } else { 0 };
        }
    }
    let of = |key: &Json| spent.get(key["hash"].as_str().unwrap()).copied().unwrap_or_default();
    keys.sort_by_key(|(key, _)| std::cmp::Reverse(of(key)[2]));
    let row = |(key, workspace): &(Json, Json)| {
        let [daily, weekly, monthly] = of(key).map(|sum| json!(usd(sum)));
        vec![key["name"].clone(), workspace.clone(), daily, weekly, monthly, key["limit_remaining"].clone()]
    };
    let rows: Vec<Vec<Json>> = keys.iter().take(10).map(row).collect();
    assert!(rows.iter().any(|row| row[5].is_number()) && rows.iter().any(|row| row[5].is_null()));
    assert_gives(
        "keys | top 10 by cost_monthly | select name, workspace, cost_daily, cost_weekly, cost_monthly, limit_remaining",
        &["name", "workspace", "cost_daily", "cost_weekly", "cost_monthly", "remaining"],
        &rows,
    );
}

/// The columns of a request, and what the API calls them; what is computed has no name there.
#[rustfmt::skip]
const GENERATION: [(&str, &str); 45] = [
    ("id", "id"), ("created_at", "created_at"), ("model", ""), ("model_id", "model"), ("provider", "provider_name"),
    ("cost", ""), ("credits", "usage"), ("upstream_inference_cost", "upstream_inference_cost"), ("is_byok", "is_byok"),
    ("tokens", ""), ("tokens_prompt", "native_tokens_prompt"), ("tokens_completion", "native_tokens_completion"),
    ("tokens_reasoning", "native_tokens_reasoning"), ("tokens_cached", "native_tokens_cached"), ("latency", "latency"),
    ("generation_time", "generation_time"), ("moderation_latency", "moderation_latency"),
    ("finish_reason", "finish_reason"), ("native_finish_reason", "native_finish_reason"), ("cancelled", "cancelled"),
    ("streamed", "streamed"), ("provider_responses", ""), ("tokens_prompt_normalized", "tokens_prompt"),
    ("tokens_completion_normalized", "tokens_completion"), ("cache_discount", "cache_discount"),
    ("media_prompt", "num_media_prompt"), ("media_completion", "num_media_completion"),
    ("search_results", "num_search_results"), ("fetches", "num_fetches"), ("api_type", "api_type"),
    ("router", "router"), ("service_tier", "service_tier"), ("data_region", "data_region"), ("origin", "origin"),
    ("app_id", "app_id"), ("user_agent", "user_agent"), ("http_referer", "http_referer"),
    ("external_user", "external_user"), ("session_id", "session_id"), ("preset_id", "preset_id"),
    ("workspace_id", "workspace_id"), ("request_id", "request_id"), ("upstream_id", "upstream_id"),
    ("response_cache_source_id", "response_cache_source_id"), ("web_search_engine", "web_search_engine"),
];

#[test]
fn everything_of_one_request() {
    let said = raw("/generation?id=gen-demo-2");
    let row: &Row = special(2);
    let mut tried: Vec<Json> = Vec::new();
    for (attempt, said) in row.attempts().iter().zip(said["provider_responses"].as_array().unwrap()) {
        tried.push(json!({
            "provider": attempt.endpoint.provider, "status": attempt.status, "latency": attempt.latency,
            "is_byok": row.byok, "endpoint": attempt.endpoint.id,
            "model_permaslug": attempt.endpoint.model.permaslug, "id": said["id"],
        }));
    }
    assert_eq!(tried.len(), 3, "two providers failed before the one that answered");
    let cell = |(column, field): &(&str, &str)| match *column {
        "model" => json!(super::base::model(row)),
        "cost" => cost(&[row]),
        "tokens" => json!(row.prompt + row.completion),
        "provider_responses" => json!(tried),
        "created_at" => time(&said["created_at"]),
        _ => said[*field].clone(),
    };
    let columns: Vec<&str> = GENERATION.iter().map(|(column, _)| *column).collect();
    assert!(date_of(row) == YESTERDAY && row.credits() > 0);
    assert_gives("generation gen-demo-2", &columns, &[GENERATION.iter().map(cell).collect()]);
}

#[test]
fn models_by_a_part_of_their_name_the_cheapest_first() {
    let listed = raw("/models?output_modalities=all");
    let mut rows: Vec<Vec<Json>> = Vec::new();
    for model in listed.as_array().unwrap().iter().filter(|model| model["id"].as_str().unwrap().contains("claude")) {
        let price = |of: &str| number(&model["pricing"][of]);
        rows.push(vec![model["id"].clone(), price("prompt"), price("completion"), model["context_length"].clone()]);
    }
    rows.sort_by(|a, b| a[1].as_f64().unwrap().total_cmp(&b[1].as_f64().unwrap()));
    assert_eq!(rows.len(), 3);
    assert_gives(
        "models | where id contains \"claude\" | sort price_prompt | select id, price_prompt, price_completion, context_length",
        &["id", "price_prompt", "price_completion", "context_length"],
        &rows,
    );
}

#[test]
fn who_serves_a_model_the_most_reliable_first() {
    let said = raw("/models/openai/gpt-5.2/endpoints");
    let percent = |endpoint: &Json, of: &str| json!(endpoint[of].as_f64().map(|percent| percent / 100.0));
    let mut endpoints = said["endpoints"].as_array().unwrap().clone();
    assert!(endpoints.len() > 1);
    endpoints.sort_by(|a, b| {
        let uptime = |of: &Json| of["uptime_last_30m"].as_f64().unwrap();
        uptime(b).total_cmp(&uptime(a))
    });
    let mut columns: Vec<&str> = Vec::new();
    let mut rows = Vec::new();
    for of in &endpoints {
        let price = |name: &str| number(&of["pricing"][name]);
        let (slow, fast) = (&of["latency_last_30m"], &of["throughput_last_30m"]);
        let cells = [
            ("provider", of["provider_name"].clone()),
            ("model", json!("openai/gpt-5.2")),
            ("variant", Json::Null),
            ("price_prompt", price("prompt")),
            ("price_completion", price("completion")),
            ("price_cache_read", price("input_cache_read")),
            ("price_cache_write", price("input_cache_write")),
            ("price_request", price("request")),
            ("discount", of["pricing"]["discount"].clone()),
            ("uptime", percent(of, "uptime_last_30m")),
            ("uptime_5m", percent(of, "uptime_last_5m")),
            ("uptime_1d", percent(of, "uptime_last_1d")),
            ("p50_latency", slow["p50"].clone()),
            ("p75_latency", slow["p75"].clone()),
            ("p90_latency", slow["p90"].clone()),
            ("p99_latency", slow["p99"].clone()),
            ("p50_throughput", fast["p50"].clone()),
            ("p75_throughput", fast["p75"].clone()),
            ("p90_throughput", fast["p90"].clone()),
            ("p99_throughput", fast["p99"].clone()),
            ("context_length", of["context_length"].clone()),
            ("max_prompt_tokens", of["max_prompt_tokens"].clone()),
            ("max_completion_tokens", of["max_completion_tokens"].clone()),
            ("quantization", of["quantization"].clone()),
            ("status", of["status"].clone()),
            ("implicit_caching", of["supports_implicit_caching"].clone()),
            ("voice_cloning", of["supports_voice_cloning"].clone()),
            ("supported_parameters", of["supported_parameters"].clone()),
            ("tag", of["tag"].clone()),
            ("name", of["name"].clone()),
            ("model_id", of["model_id"].clone()),
            ("model_name", of["model_name"].clone()),
        ];
        columns = cells.iter().map(|(column, _)| *column).collect();
        rows.push(cells.into_iter().map(|(_, cell)| cell).collect());
    }
    assert_gives("endpoints openai/gpt-5.2 | sort -uptime", &columns, &rows);
}

/// The columns of a workspace, and what the API calls them.
const WORKSPACE: [(&str, &str); 15] = [
    ("name", "name"),
    ("slug", "slug"),
    ("description", "description"),
    ("default_text_model", "default_text_model"),
    ("default_image_model", "default_image_model"),
    ("default_provider_sort", "default_provider_sort"),
    ("default_guardrail_id", "default_guardrail_id"),
    ("include_byok_in_budgets", "include_byok_in_budgets"),
    ("io_logging", "is_observability_io_logging_enabled"),
    ("broadcast", "is_observability_broadcast_enabled"),
    ("data_discount_logging", "is_data_discount_logging_enabled"),
    ("id", "id"),
    ("created_by", "created_by"),
    ("created_at", "created_at"),
    ("updated_at", "updated_at"),
];

pub fn workspace_columns() -> impl Iterator<Item = &'static str> {
    WORKSPACE.iter().map(|(column, _)| *column)
}

/// A workspace as a row.
pub fn workspace(said: &Json) -> Vec<Json> {
    let cell = |field: &str| if field.ends_with("_at") { time(&said[field]) } else { said[field].clone() };
    WORKSPACE.iter().map(|(_, field)| cell(field)).collect()
}

/// What the API says of the budgets of a workspace.
pub fn budgets_of(workspace: &str) -> Vec<Json> {
    raw(&format!("/workspaces/{workspace}/budgets")).as_array().unwrap().clone()
}

/// A budget as a row.
pub fn budgets(workspace: &Json, said: &Json) -> Vec<Json> {
    let (made, changed) = (time(&said["created_at"]), time(&said["updated_at"]));
    let [limit, reset, id, of] = ["limit_usd", "reset_interval", "id", "workspace_id"].map(|name| said[name].clone());
    vec![workspace["name"].clone(), limit, reset, id, of, made, changed]
}
