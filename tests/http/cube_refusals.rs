//! What the demo account's cube refuses: 400 with words, never a part of an answer.

use orq::demo::{API_KEY, MANAGEMENT_KEY};
use serde_json::{Value, json};

use super::cube_kit::{CUBE, DAY, days, midnight, range};
use crate::support::raw::{get, post};

/// A good query with one field set.
fn with(field: &str, value: Value) -> Value {
    let mut body = json!({ "metrics": ["request_count"], "time_range": days(-3, -1) });
    body[field] = value;
    body
}

fn accepted(body: &Value) {
    CUBE.whole(body);
}

/// Fact 2: management keys only.
#[test]
fn the_cube_takes_management_keys_alone() {
    let body = json!({ "metrics": ["request_count"] }).to_string();
    for (key, status) in [(MANAGEMENT_KEY, 200), (API_KEY, 403), ("sk-or-v1-nobody", 401)] {
        assert_eq!(post(&CUBE.base_url, "/analytics/query", key, &body).0, status);
        assert_eq!(get(&CUBE.base_url, "/analytics/meta", key).0, status);
    }
    assert_eq!(get(&CUBE.base_url, "/analytics/query", MANAGEMENT_KEY).0, 405);
}

/// Fact 9: a body that is JSON, with a metric that there is.
#[test]
fn a_query_names_at_least_one_known_metric() {
    for body in ["", "metrics", "[]", "{}", "{\"metrics\":[]}", "{\"metrics\":\"request_count\"}", "{\"metrics\":[1]}"]
    {
        let (status, answer) = CUBE.post(body);
        assert_eq!(status, 400, "{body}\n{answer}");
    }
    assert!(CUBE.refused(&json!({ "metrics": ["requests"] })).contains("requests"));
}

/// Fact 9: two dimensions at most, each of which there is.
#[test]
fn a_third_dimension_is_refused() {
    accepted(&with("dimensions", json!([])));
    accepted(&with("dimensions", json!(["model", "provider"])));
    assert!(CUBE.refused(&with("dimensions", json!(["model", "provider", "app"]))).contains('2'));
    assert!(CUBE.refused(&with("dimensions", json!(["colour"]))).contains("colour"));
    // A metric is no dimension.
    CUBE.refused(&with("dimensions", json!(["total_usage"])));
}

/// Fact 9: twenty filters at most; operators take one value or a list of them.
#[test]
fn filters_that_the_contract_does_not_have_are_refused() {
    let filter =
        |field: &str, operator: &str, value: Value| json!({ "field": field, "operator": operator, "value": value });
    let one = filter("model", "eq", json!("openai/gpt-4o"));
    accepted(&with("filters", json!(vec![one.clone(); 20])));
    assert!(CUBE.refused(&with("filters", json!(vec![one; 21]))).contains("20"));
    for wrong in [
        filter("model", "in", json!("openai/gpt-4o")),
        filter("model", "eq", json!(["openai/gpt-4o"])),
        filter("model", "like", json!("openai/gpt-4o")),
        filter("model", "eq", Value::Null),
        filter("model", "eq", json!(true)),
        filter("model", "in", json!([null])),
        filter("colour", "eq", json!("blue")),
        json!({ "field": "model", "value": "openai/gpt-4o" }),
        json!({ "field": "model", "operator": "eq" }),
        json!("model"),
    ] {
        CUBE.refused(&with("filters", json!([wrong])));
    }
}

/// Fact 12: filters take dimensions, never metrics.
#[test]
fn a_filter_on_a_metric_is_refused() {
    let filter = json!([{ "field": "total_usage", "operator": "gt", "value": 1 }]);
    assert!(CUBE.refused(&with("filters", filter)).contains("total_usage"));
}

/// Fact 9: `include_unset` goes with in and not_in, and with three dimensions.
#[test]
fn include_unset_elsewhere_is_refused() {
    let filter = |field: &str, operator: &str, value: Value, include: Value| {
        with("filters", json!([{ "field": field, "operator": operator, "value": value, "include_unset": include }]))
    };
    for field in ["api_key_id", "app", "user"] {
        for operator in ["in", "not_in"] {
            accepted(&filter(field, operator, json!([1]), json!(true)));
        }
        CUBE.refused(&filter(field, "eq", json!(1), json!(true)));
        CUBE.refused(&filter(field, "neq", json!(1), json!(true)));
    }
    for field in ["model", "workspace", "provider", "session_id"] {
        CUBE.refused(&filter(field, "in", json!(["x"]), json!(true)));
    }
    CUBE.refused(&filter("app", "in", json!([1]), json!("yes")));
}

/// Fact 10: limits from 1 to 10,000.
#[test]
fn a_limit_out_of_bounds_is_refused() {
    for good in [1, 1_000, 10_000] {
        accepted(&with("limit", json!(good)));
        accepted(&with("group_limit", json!(good)));
    }
    for wrong in [json!(0), json!(10_001), json!(-1), json!(1.5), json!("10")] {
        CUBE.refused(&with("limit", wrong));
    }
    CUBE.refused(&with("group_limit", json!(0)));
}

/// Fact 11: instants with date, time to the second, and offset.
#[test]
fn a_time_range_without_seconds_is_refused() {
    let of = |start: &str, end: &str| with("time_range", json!({ "start": start, "end": end }));
    for start in ["2026-02-10T00:00:00Z", "2026-02-10T00:00:00.000Z", "2026-02-10T01:00:00+05:30"] {
        accepted(&of(start, "2026-02-12T00:00:00Z"));
    }
    for wrong in ["2026-02-10T00:00Z", "2026-02-10", "2026-02-10T00:00:00", "2026-02-10 00:00:00Z", "yesterday", ""] {
        assert!(CUBE.refused(&of(wrong, "2026-02-12T00:00:00Z")).contains("start"), "{wrong}");
        assert!(CUBE.refused(&of("2026-02-01T00:00:00Z", wrong)).contains("end"), "{wrong}");
    }
    CUBE.refused(&of("2026-02-12T00:00:00Z", "2026-02-12T00:00:00Z"));
    CUBE.refused(&of("2026-02-13T00:00:00Z", "2026-02-12T00:00:00Z"));
    CUBE.refused(&with("time_range", json!({ "start": "2026-02-12T00:00:00Z" })));
    CUBE.refused(&with("time_range", json!("2026-02")));
}

/// Fact 12: a requested metric or dimension, `request_count`, `date`.
#[test]
fn an_order_by_anything_else_is_refused() {
    let mut body = with("dimensions", json!(["model"]));
    body["metrics"] = json!(["total_usage"]);
    for (field, direction, good) in [
        ("total_usage", "desc", true),
        ("request_count", "asc", true),
        ("model", "asc", true),
        ("date", "desc", true),
        ("tokens_total", "desc", false),
        ("provider", "asc", false),
        ("colour", "asc", false),
        ("total_usage", "down", false),
    ] {
        body["order_by"] = json!({ "field": field, "direction": direction });
        if good {
            accepted(&body);
        } else {
            CUBE.refused(&body);
        }
    }
    body["order_by"] = json!({ "field": "total_usage" });
    CUBE.refused(&body);
}

/// Fact 13: minutes for three hours, hours for 31 days.
#[test]
fn a_fine_granularity_has_a_short_window() {
    let hour = DAY / 24;
    for (granularity, longest, words) in [("minute", 3 * hour, "3 hours"), ("hour", 31 * DAY, "31 days")] {
        let mut body = with("granularity", json!(granularity));
        body["time_range"] = range(midnight(-40), midnight(-40) + longest);
        accepted(&body);
        body["time_range"] = range(midnight(-40), midnight(-40) + longest + 1_000);
        assert!(CUBE.refused(&body).contains(words), "{granularity}");
    }
    CUBE.refused(&with("granularity", json!("quarter")));
    CUBE.refused(&with("granularity", json!(1)));
}

/// Fact 14: 31 days for some metrics and dimensions, asked for or filtered by; a year for the others.
#[test]
fn past_the_longest_window_the_refusal_names_it() {
    let month = |mut body: Value| {
        body["time_range"] = days(-31, -1);
        accepted(&body);
        body["time_range"] = days(-32, -1);
        assert!(CUBE.refused(&body).contains("31 days"), "{body}");
        // The length counts, not the age.
        body["time_range"] = days(-300, -270);
        accepted(&body);
    };
    for metric in [
        "avg_latency",
        "p50_latency",
        "p90_latency",
        "p99_latency",
        "avg_throughput",
        "p50_throughput",
        "p90_throughput",
        "p99_throughput",
        "blended_cost_per_million_tokens",
        "guardrail_invoked_count",
        "guardrail_invoked_rate",
        "response_cached_count",
        "response_cached_rate",
        "openrouter_usage",
        "byok_fees",
        "usage_file",
        "usage_upstream_file",
        "usage_web_fetch",
        "usage_upstream_web_fetch",
        "possible_cached_tokens",
        "cache_capture_rate",
    ] {
        month(json!({ "metrics": ["request_count", metric] }));
    }
    for dimension in [
        "provider",
        "origin",
        "country",
        "data_region",
        "skin",
        "finish_reason",
        "external_user",
        "context_length_bucket",
        "generation_id",
        "session_id",
        "streamed",
    ] {
        month(json!({ "metrics": ["request_count"], "dimensions": ["model", dimension] }));
        let filter = json!([{ "field": dimension, "operator": "neq", "value": "x" }]);
        month(json!({ "metrics": ["request_count"], "filters": filter }));
    }
    for metric in [
        "request_count",
        "total_usage",
        "tokens_total",
        "tokens_prompt",
        "tokens_completion",
        "reasoning_tokens",
        "cached_tokens",
        "cache_hit_rate",
        "byok_usage",
        "credits_usage",
        "byok_request_count",
        "usage_upstream",
        "usage_cache",
        "usage_data",
        "usage_web",
        "usage_upstream_web",
    ] {
        let mut body = json!({ "metrics": [metric], "granularity": "day", "time_range": days(-365, -1) });
        accepted(&body);
        body["time_range"] = days(-366, -1);
        assert!(CUBE.refused(&body).contains("365 days"), "{metric}");
    }
}

/// Fact 14: nobody has classified anything here.
#[test]
fn classifiers_are_refused() {
    let classifier = json!({ "classifier_id": "550e8400-e29b-41d4-a716-446655440000" });
    CUBE.refused(&with("classifier_dimensions", classifier.clone()));
    CUBE.refused(&with("classifier_filters", classifier));
}
