//! Forty questions in plain words, the query that each becomes, and the columns of its answer.

use serde_json::Value as Json;

use super::{alike, ask, each};
use crate::support::schema::valid;

/// A question, its query, the columns of its answer.
type Question = (&'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
pub const ASKED: &[Question] = &[
    ("What did we spend in the last 30 days?", "activity last 30d | sum cost", &["cost"]),
    ("How much money is left on the account?", "credits", &["total", "used", "remaining", "used_ratio"]),
    (
        "How many days will it last at the pace of the last week?",
        "activity last 7d | group date | sum cost | avg cost | cross_join credits | select remaining, days_left = remaining / avg_cost",
        &["remaining", "days_left"],
    ),
    ("What will this month cost if it goes on like this?", "activity this month | group date | sum cost | agg so_far = sum(cost), forecast = avg(cost) * 28", &["so_far", "forecast"]),
    ("Which five models cost the most this month?", "activity this month | group model | sum cost | top 5", &["model", "cost"]),
    ("Which share of the spend does each provider have?", "activity last 30d | group provider | sum cost | share cost | sort -cost", &["provider", "cost", "cost_share"]),
    ("What did we spend each day of the last two weeks?", "activity last 14d | group date | sum cost", &["date", "cost"]),
    ("Was yesterday dearer than the day before?", "activity yesterday | sum cost | compare previous", &["cost", "cost_prev", "cost_delta", "cost_pct"]),
    ("How did the spend change from week to week?", "activity last 8w | group week(date) | sum cost | delta cost", &["week", "cost", "cost_delta", "cost_pct"]),
    (
        "Which models got dearer last week against the week before?",
        "activity last week | group model | sum cost | compare previous | top 5 by cost_delta",
        &["model", "cost", "cost_prev", "cost_delta", "cost_pct"],
    ),
    (
        "Which model costs most for a million tokens, as it is used here?",
        "activity last 30d | group model | sum cost, tokens | derive usd_per_mtok = cost / tokens * 1e6 | top 5 by usd_per_mtok",
        &["model", "cost", "tokens", "usd_per_mtok"],
    ),
    (
        "What does one request cost, by model?",
        "activity last 30d | group model | sum cost, requests | derive per_request = cost / requests | top 5 by per_request",
        &["model", "cost", "requests", "per_request"],
    ),
    ("Which API key spent the most in the last 7 days?", "activity last 7d | group key, key_hash | sum cost | top 5", &["key", "key_hash", "cost"]),
    ("Who in the organisation spent what this month?", "activity this month | group user | sum cost | sort -cost", &["user", "cost"]),
    ("What does each workspace spend?", "activity last 7d | group workspace | sum cost | share cost", &["workspace", "cost", "cost_share"]),
    ("Which app caused the spend of the last week?", "analytics last 7d | group app | sum cost, requests | sort -cost", &["app", "cost", "requests"]),
    ("Which keys are close to their limit?", "keys | where remaining < 0.2 * limit | select name, workspace, limit, remaining", &["name", "workspace", "limit", "remaining"]),
    ("Which live keys have no limit at all?", "keys | where limit is null and not disabled | select name, workspace, cost_monthly", &["name", "workspace", "cost_monthly"]),
    ("Which live keys were never used?", "keys | where cost == 0 and not disabled | select name, workspace, created_at", &["name", "workspace", "created_at"]),
    ("How many keys are switched off?", "keys | where disabled | count", &["count"]),
    (
        "Which budgets are set, and how is this month against them?",
        "activity this month | group workspace | sum cost | join (budgets | where limit_reset == \"monthly\") on workspace | select workspace, cost, limit",
        &["workspace", "cost", "limit"],
    ),
    ("How much of it went through our own provider keys?", "activity last 30d | sum byok, credits, cost", &["byok", "credits", "cost"]),
    ("Which providers serve our own keys?", "analytics last 7d | group provider | sum byok, byok_requests | where byok_requests > 0 | sort -byok", &["provider", "byok", "byok_requests"]),
    (
        "How much of the prompts comes from a cache, and what did that save?",
        "analytics last 7d | group model | agg cache_hit_rate, sum usage_cache | sort usage_cache | limit 5",
        &["model", "cache_hit_rate", "usage_cache"],
    ),
    (
        "How many tokens went into reasoning, and by which model?",
        "activity last 30d | group model | sum tokens_reasoning | where tokens_reasoning > 0 | sort -tokens_reasoning",
        &["model", "tokens_reasoning"],
    ),
    ("Which models answer slowest?", "analytics last 7d | group model | p50 latency, p99 latency | top 5 by p99_latency", &["model", "p50_latency", "p99_latency"]),
    (
        "Which provider is the fastest for this model?",
        "analytics last 7d | where model == \"openai/gpt-5.2\" | group provider | sum requests, p50 latency, avg throughput | sort p50_latency",
        &["provider", "requests", "p50_latency", "avg_throughput"],
    ),
    ("How many requests failed yesterday, and where?", "analytics yesterday | where finish_reason == \"error\" | group provider | sum requests", &["provider", "requests"]),
    ("Whose answers were cut off because they were too long?", "analytics last 7d | where finish_reason == \"length\" | group model | sum requests | top 5", &["model", "requests"]),
    (
        "Which of yesterday's dearest requests fell back to another provider?",
        "generations yesterday | top 20 by cost | where length(provider_responses) > 1 | select id, model, provider, cost",
        &["id", "model", "provider", "cost"],
    ),
    ("What became of this one request?", "generation gen-demo-2 | select model, provider, cost, latency, finish_reason", &["model", "provider", "cost", "latency", "finish_reason"]),
    (
        "Which providers were tried for it?",
        "generation gen-demo-2 | select provider_responses | unnest provider_responses | select provider, status, latency",
        &["provider", "status", "latency"],
    ),
    ("Which ten requests of the last days were the dearest?", "generations last 3d | top 10 by cost | select id, model, provider, cost", &["id", "model", "provider", "cost"]),
    ("At which hour of the day is the most traffic?", "analytics last 7d | group hour = hour_of_day(time) | sum requests | sort -requests", &["hour", "requests"]),
    ("What did the last three hours cost?", "analytics last 3h | group hour(time) | sum requests, cost", &["hour", "requests", "cost"]),
    ("Which free models did we use?", "activity last 30d | where variant == \"free\" | group model_id | sum requests, tokens", &["model_id", "requests", "tokens"]),
    ("Which free models are there that nobody here has used?", "models | where free | anti_join activity on id == model_id | select id", &["id"]),
    ("What do the Claude models cost?", "models | where id contains \"claude\" | sort price_prompt | select id, price_prompt, price_completion", &["id", "price_prompt", "price_completion"]),
    (
        "Who serves DeepSeek, and at which price?",
        "endpoints deepseek/deepseek-v3.2 | sort price_completion | select provider, price_completion, uptime",
        &["provider", "price_completion", "uptime"],
    ),
    ("On which days was it more than 70 dollars?", "activity last 30d | group date | sum cost | where cost > 70", &["date", "cost"]),
];

#[test]
fn each_of_forty_questions_has_a_query_and_its_answer_has_the_documented_shape() {
    assert_eq!(ASKED.len(), 40);
    each(ASKED, |(question, query, columns)| {
        assert!(question.ends_with('?'), "{question}");
        let run = ask(["-f", "envelope", query]);
        assert_eq!(run.code, 0, "{query}\n{}", run.stderr);
        let envelope = valid("envelope", &run.stdout);
        assert_cells_fit(&envelope, query);
        let named: Vec<&str> = array(&envelope["schema"]).iter().map(|column| text(&column["name"])).collect();
        assert_eq!(named, *columns, "{question}");
        assert!(!array(&envelope["rows"]).is_empty(), "{question}");
        assert_eq!(envelope["coverage"]["missing"], Json::Array(Vec::new()), "{question}");
        assert_eq!(envelope["truncated"], false, "{question}");
    });
}

#[test]
fn the_query_in_an_envelope_is_its_one_form_and_asks_the_same() {
    for (_, query, _) in &ASKED[..8] {
        let run = ask(["-f", "envelope", query]);
        let envelope: Json = serde_json::from_str(&run.stdout).unwrap();
        let again = ask(["-f", "envelope", text(&envelope["query"])]);
        let again: Json = serde_json::from_str(&again.stdout).unwrap();
        assert_eq!(again["query"], envelope["query"]);
        assert!(alike(&again["rows"], &envelope["rows"]), "{query}");
    }
}

fn array(value: &Json) -> &Vec<Json> {
    value.as_array().unwrap_or_else(|| panic!("no array: {value}"))
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// Each row has the columns of the schema, in order, and cells of their types.
fn assert_cells_fit(envelope: &Json, query: &str) {
    let schema = array(&envelope["schema"]);
    let names: Vec<&str> = schema.iter().map(|column| text(&column["name"])).collect();
    for row in array(&envelope["rows"]) {
        let fields: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, names, "{query}");
        for column in schema {
            let (cell, ty) = (&row[text(&column["name"])], text(&column["type"]));
            let fits = match ty {
                "number" => cell.is_number(),
                "bool" => cell.is_boolean(),
                "list" => cell.is_array(),
                "record" => cell.is_object(),
                _ => cell.is_string(),
            };
            assert!(fits || cell.is_null(), "{query}: {cell} is no {ty}");
        }
    }
    let calls = array(&envelope["calls"]);
    assert!(calls.iter().any(|call| call["kind"] == "data"), "{query}: {calls:?}");
    assert!(calls.iter().all(|call| call["status"] == 200), "{query}: {calls:?}");
}
