//! `POST /analytics/query` of the demo account, fact by fact, against plain loops over its generations.

use std::collections::BTreeSet;

use orq::demo::MANAGEMENT_KEY;
use orq::demo::base::Row;
use orq::demo::data::{KEYS, Life};
use serde_json::{Value, json};

use super::cube_kit::{CUBE, DAY, assert_groups, between, by, cost, count, days, generations, iso, midnight};
use super::cube_kit::{Cube, nano, now, range, text};
use crate::support::raw::get;

/// What most of these queries ask for.
const SUMS: [&str; 2] = ["request_count", "total_usage"];

fn meta() -> Value {
    let (status, meta) = get(&CUBE.base_url, "/analytics/meta", MANAGEMENT_KEY);
    assert_eq!(status, 200);
    meta["data"].clone()
}

fn names(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|entry| text(entry, "name").to_string()).collect()
}

/// Fact 9: what the meta lists can be asked for.
#[test]
fn every_metric_and_dimension_of_the_meta_is_answered() {
    let meta = meta();
    let (metrics, dimensions) = (names(&meta["metrics"]), names(&meta["dimensions"]));
    assert!(metrics.len() > 30 && dimensions.len() > 15);
    for dimension in &dimensions {
        let body = json!({ "metrics": metrics, "dimensions": [dimension], "time_range": days(-31, -1) });
        let rows = CUBE.rows(&body);
        assert!(rows.len() > 1, "{dimension} has one value");
        for row in rows {
            let fields: BTreeSet<&String> = row.as_object().unwrap().keys().collect();
            assert!(fields.contains(dimension) && metrics.iter().all(|metric| fields.contains(metric)), "{row}");
        }
    }
    assert_eq!(names(&meta["granularities"]), ["minute", "hour", "day", "week", "month"]);
}

/// Fact 9: the operators that the meta lists, on a dimension.
#[test]
fn operators_compare_the_value_of_a_dimension() {
    let all = generations(-3, -1);
    type Passes = fn(&str) -> bool;
    let cases: [(&str, Value, Passes); 8] = [
        ("eq", json!("OpenAI"), |provider| provider == "OpenAI"),
        ("neq", json!("OpenAI"), |provider| provider != "OpenAI"),
        ("in", json!(["OpenAI", "xAI"]), |provider| ["OpenAI", "xAI"].contains(&provider)),
        ("not_in", json!(["OpenAI", "xAI"]), |provider| !["OpenAI", "xAI"].contains(&provider)),
        ("gt", json!("Google"), |provider| provider > "Google"),
        ("gte", json!("Google"), |provider| provider >= "Google"),
        ("lt", json!("Google"), |provider| provider < "Google"),
        ("lte", json!("Google"), |provider| provider <= "Google"),
    ];
    let listed = names(&meta()["operators"]);
    assert_eq!(listed, cases.iter().map(|(operator, ..)| *operator).collect::<Vec<_>>());
    for (operator, value, passes) in cases {
        let filter = json!([{ "field": "provider", "operator": operator, "value": value }]);
        let row = CUBE.row(&json!({ "metrics": SUMS, "filters": filter, "time_range": days(-3, -1) }));
        let kept: Vec<&Row> = all.iter().filter(|row| passes(row.endpoint.provider)).collect();
        assert!(!kept.is_empty() && kept.len() < all.len());
        assert_eq!((count(&row["request_count"]), nano(&row["total_usage"])), (kept.len() as u64, cost(&kept)));
    }
}

/// Fact 9: filters are ANDed, also two on one dimension.
#[test]
fn filters_hold_all_at_once() {
    let filters = json!([
        { "field": "provider", "operator": "in", "value": ["OpenAI", "Azure"] },
        { "field": "provider", "operator": "neq", "value": "Azure" },
        { "field": "finish_reason", "operator": "eq", "value": "tool_calls" },
    ]);
    let row = CUBE.row(&json!({ "metrics": SUMS, "filters": filters, "time_range": days(-5, -1) }));
    let all = generations(-5, -1);
    let passes = |row: &&Row| row.endpoint.provider == "OpenAI" && row.finish.name() == Some("tool_calls");
    assert_eq!(count(&row["request_count"]), all.iter().filter(passes).count() as u64);
}

/// Fact 9: rows without key, app or user pass where `include_unset` says so.
#[test]
fn include_unset_adds_what_has_no_value() {
    let all = generations(-7, -1);
    let backend = KEYS.iter().find(|key| key.name == "backend").unwrap();
    let app = all.iter().find_map(|row| row.app).unwrap();
    let user = all.iter().find_map(|row| row.user).unwrap();
    type Is<'a> = Box<dyn Fn(&Row) -> Option<bool> + 'a>;
    let cases: [(&str, Value, Is); 3] = [
        ("api_key_id", json!(backend.hash), Box::new(|row| row.key.map(|key| key.index == backend.index))),
        ("app", json!(app.id), Box::new(|row| row.app.map(|of| of.id == app.id))),
        ("user", json!(user.id), Box::new(|row| row.user.map(|of| of.id == user.id))),
    ];
    for (field, value, is) in &cases {
        for (operator, wanted) in [("in", true), ("not_in", false)] {
            for include in [None, Some(false), Some(true)] {
                let mut filter = json!({ "field": field, "operator": operator, "value": [value] });
                if let Some(include) = include {
                    filter["include_unset"] = json!(include);
                }
                let row = CUBE.row(&json!({ "metrics": SUMS, "filters": [filter], "time_range": days(-7, -1) }));
                let passes = |row: &&Row| is(row).map_or(include == Some(true), |is| is == wanted);
                let kept = all.iter().filter(passes).count() as u64;
                assert_eq!(count(&row["request_count"]), kept, "{filter}");
            }
        }
    }
    assert!(cases.iter().all(|(_, _, is)| all.iter().any(|row| is(row).is_none())));
}

/// Facts 10 and 16: a thousand rows unless told otherwise, and what is cut is called so.
#[test]
fn a_limit_cuts_and_says_so() {
    let all = generations(-9, -1);
    assert!(all.len() > 1_100);
    let mut body = json!({ "metrics": SUMS, "dimensions": ["generation_id"], "time_range": days(-9, -1) });
    for (limit, expected) in [(None, 1_000), (Some(1), 1), (Some(1_050), 1_050), (Some(10_000), all.len())] {
        if let Some(limit) = limit {
            body["limit"] = json!(limit);
        }
        let data = CUBE.whole(&body);
        assert_eq!(data["data"].as_array().unwrap().len(), expected);
        assert_eq!(data["metadata"]["row_count"], json!(expected));
        assert_eq!(data["metadata"]["truncated"], json!(expected < all.len()), "{limit:?}");
    }
}

/// Fact 10: a time series with dimensions gets the rows it needs, unless it names a limit.
#[test]
fn a_time_series_with_dimensions_is_not_cut_at_a_thousand() {
    let mut body = json!({ "metrics": SUMS, "dimensions": ["model", "api_key_id"], "granularity": "day", "time_range": days(-9, -1) });
    let all = generations(-9, -1);
    let groups = by(&all, |row| (row.day, row.endpoint.model.permaslug, row.key.map(|key| key.index))).len();
    assert!(groups > 1_000);
    assert_eq!(CUBE.rows(&body).len(), groups);
    body["limit"] = json!(700);
    assert_eq!(CUBE.rows(&body).len(), 700);
}

/// Fact 10: `group_limit` counts rows of each combination of dimensions, and nothing where there are none.
#[test]
fn a_group_limit_keeps_so_many_buckets_of_each_group() {
    let mut body = json!({
        "metrics": SUMS, "dimensions": ["provider"], "granularity": "day", "time_range": days(-9, -1),
        "group_limit": 2, "order_by": { "field": "date", "direction": "asc" },
    });
    let rows = CUBE.rows(&body);
    let all = generations(-9, -1);
    for (provider, of) in by(&all, |row| row.endpoint.provider) {
        let days: BTreeSet<String> =
            of.iter().map(|row| iso(row.day * DAY).replace('T', " ")[..19].to_string()).collect();
        let first: Vec<&str> = days.iter().take(2).map(String::as_str).collect();
        let seen: Vec<&str> =
            rows.iter().filter(|row| row["provider"] == provider).map(|row| text(row, "created_at__day")).collect();
        assert_eq!(seen, first, "{provider}");
    }
    body["dimensions"] = json!([]);
    assert_eq!(CUBE.rows(&body).len(), 9);
}

/// Fact 11: the start is inside, the end is not.
#[test]
fn a_range_holds_its_start_and_not_its_end() {
    let of_day = generations(-2, -2);
    let pair = of_day.windows(2).find(|pair| pair[0].time() < pair[1].time()).unwrap();
    let (one, next) = (pair[0].time(), pair[1].time());
    let until = of_day.iter().filter(|row| (one..next).contains(&row.time())).count() as u64;
    let body = json!({ "metrics": SUMS, "granularity": "hour", "time_range": range(one, next) });
    let sum: u64 = CUBE.rows(&body).iter().map(|row| count(&row["request_count"])).sum();
    assert_eq!(sum, until);
}

/// Fact 11: without a range, the last seven days.
#[test]
fn without_a_range_the_last_seven_days_are_counted() {
    let rows = CUBE.rows(&json!({ "metrics": SUMS, "granularity": "hour" }));
    let sum: u64 = rows.iter().map(|row| count(&row["request_count"])).sum();
    assert_eq!(sum, between(now() - 7 * DAY, now()).len() as u64);
}

/// Fact 12: by a metric, by requests unasked, by a dimension's id, by date.
#[test]
fn rows_come_in_the_order_that_is_asked_for() {
    let ask = |metrics: Value, field: &str, direction: &str| {
        let order = json!({ "field": field, "direction": direction });
        CUBE.rows(&json!({
            "metrics": metrics, "dimensions": ["model"], "granularity": "week", "time_range": days(-28, -1),
            "order_by": order, "limit": 10_000,
        }))
    };
    let sorted = |values: Vec<i64>| values.len() > 50 && values.is_sorted();
    let up = ask(json!(SUMS), "total_usage", "asc");
    assert!(sorted(up.iter().map(|row| nano(&row["total_usage"])).collect()));
    let down = ask(json!(SUMS), "total_usage", "desc");
    assert!(sorted(down.iter().map(|row| -nano(&row["total_usage"])).collect()));
    let dates: Vec<String> =
        ask(json!(SUMS), "date", "desc").iter().map(|row| text(row, "date__week").to_string()).collect();
    assert!(dates.iter().rev().is_sorted() && dates.first() > dates.last());
    let models: Vec<String> =
        ask(json!(SUMS), "model", "asc").iter().map(|row| text(row, "model").to_string()).collect();
    assert!(models.is_sorted() && models.first() < models.last());
    // By requests, though only the cost is given.
    let unasked = ask(json!(["total_usage"]), "request_count", "desc");
    let asked = ask(json!(SUMS), "request_count", "desc");
    assert_eq!(unasked.len(), asked.len());
    for (one, other) in unasked.iter().zip(&asked) {
        assert_eq!((&one["model"], &one["total_usage"]), (&other["model"], &other["total_usage"]));
    }
}

/// Fact 12: without an order rows come in none that could be relied on, but always in the same.
#[test]
fn rows_without_an_order_are_not_sorted() {
    let body = json!({ "metrics": SUMS, "dimensions": ["model"], "time_range": days(-30, -1) });
    let rows = CUBE.rows(&body);
    let models: Vec<&str> = rows.iter().map(|row| text(row, "model")).collect();
    let costs: Vec<i64> = rows.iter().map(|row| nano(&row["total_usage"])).collect();
    assert!(!models.is_sorted() && !models.iter().rev().is_sorted());
    assert!(!costs.is_sorted() && !costs.iter().rev().is_sorted());
    assert_eq!(rows, CUBE.rows(&body));
}

/// Fact 12: null comes last, whichever way is asked for.
#[test]
fn what_is_unset_is_ordered_last() {
    for direction in ["asc", "desc"] {
        let rows = CUBE.rows(&json!({
            "metrics": ["usage_web"], "dimensions": ["model"], "time_range": days(-30, -1),
            "order_by": { "field": "usage_web", "direction": direction },
        }));
        let unset: Vec<bool> = rows.iter().map(|row| row["usage_web"].is_null()).collect();
        assert!(unset.is_sorted() && unset.first() != unset.last(), "{direction}: {unset:?}");
    }
}

/// Fact 13: buckets of a minute, an hour, a day, a month.
#[test]
fn buckets_are_as_long_as_the_granularity_says() {
    type Bucket = fn(&Row) -> String;
    let cases: [(&str, &str, Value, Vec<Row>, Bucket); 4] = [
        (
            "minute",
            "created_at__minute",
            range(midnight(-1) + DAY / 2, midnight(-1) + DAY / 2 + DAY / 8),
            between(midnight(-1) + DAY / 2, midnight(-1) + DAY / 2 + DAY / 8),
            |row| format!("{}:00", &iso(row.time())[..16]).replace('T', " "),
        ),
        ("hour", "created_at__hour", days(-2, 0), generations(-2, 0), |row| {
            format!("{}:00:00", &iso(row.time())[..13]).replace('T', " ")
        }),
        ("day", "date__day", days(-365, -1), generations(-365, -1), |row| {
            format!("{}T00:00:00.000Z", &iso(row.time())[..10])
        }),
        ("month", "date__month", days(-365, -1), generations(-365, -1), |row| format!("{}-01", &iso(row.time())[..7])),
    ];
    for (granularity, column, range, all, bucket) in cases {
        let body = json!({ "metrics": SUMS, "granularity": granularity, "time_range": range });
        let rows = CUBE.rows(&body);
        assert_groups(&rows, |row| text(row, column).to_string(), &by(&all, bucket));
    }
}

/// Fact 24: weeks start on Sunday, and a week that the range cuts is what the range has of it.
#[test]
fn weeks_start_on_sunday() {
    // The clock stands on a Thursday, the 19th.
    let body = json!({ "metrics": SUMS, "granularity": "week", "time_range": days(-28, -1) });
    let rows = CUBE.rows(&body);
    let sunday = |row: &Row| iso((row.day - (row.day + 4).rem_euclid(7)) * DAY)[..10].to_string();
    assert_groups(&rows, |row| text(row, "date__week").to_string(), &by(&generations(-28, -1), sunday));
    let dates: BTreeSet<&str> = rows.iter().map(|row| text(row, "date__week")).collect();
    assert_eq!(
        dates.into_iter().collect::<Vec<_>>(),
        ["2026-01-18", "2026-01-25", "2026-02-01", "2026-02-08", "2026-02-15"]
    );
}

/// Facts 14 and 15: six dimensions for a year.
#[test]
fn six_dimensions_reach_back_a_year() {
    let all = generations(-365, -1);
    for dimension in ["model", "variant", "api_key_id", "user", "workspace", "app"] {
        let body = json!({ "metrics": SUMS, "dimensions": [dimension], "time_range": days(-365, -1) });
        let rows = CUBE.rows(&body);
        assert_eq!(rows.iter().map(|row| count(&row["request_count"])).sum::<u64>(), all.len() as u64, "{dimension}");
        let total: i64 = rows.iter().map(|row| nano(&row["total_usage"])).sum();
        assert_eq!(total, cost(&all.iter().collect::<Vec<_>>()), "{dimension}");
    }
}

/// Fact 16: some answers come out of a cache, and say when they were made.
#[test]
fn some_answers_are_cached() {
    let metrics = names(&meta()["metrics"]);
    let cached = |metric: &String| {
        let data = CUBE.whole(&json!({ "metrics": [metric] }));
        let at = data.get("cachedAt").cloned();
        assert!(at.as_ref().is_none_or(|at| at.as_i64() == Some(now())), "{at:?}");
        at.is_some()
    };
    let times = metrics.iter().filter(|metric| cached(metric)).count();
    assert!(times > 0 && times < metrics.len(), "{times} of {}", metrics.len());
}

/// Fact 17: texts and numbers in one row, null for what was not used, and less than nothing.
#[test]
fn counts_are_texts_or_numbers_and_components_may_be_null_zero_or_negative() {
    let metrics =
        ["request_count", "reasoning_tokens", "usage_data", "usage_cache", "usage_web", "usage_file", "byok_usage"];
    let rows = CUBE.rows(&json!({ "metrics": metrics, "dimensions": ["provider"], "time_range": days(-31, -1) }));
    assert!(rows.iter().all(|row| row["request_count"].is_string() && row["reasoning_tokens"].is_u64()));
    let of = |field: &str| -> Vec<&Value> { rows.iter().map(|row| &row[field]).collect() };
    assert!(of("usage_file").iter().all(|value| value.is_null()));
    assert!(of("byok_usage").iter().any(|value| **value == json!(0)));
    for field in ["usage_data", "usage_cache", "usage_web"] {
        assert!(of(field).iter().any(|value| value.is_null()), "{field}");
        assert!(of(field).iter().any(|value| value.is_number()), "{field}");
    }
    assert!(of("usage_data").iter().all(|value| value.is_null() || value.as_f64() < Some(0.0)));
    // Where days are counted, requests are numbers.
    let days = CUBE.row(&json!({ "metrics": ["request_count", "tokens_total"], "time_range": days(-3, -1) }));
    assert!(days["request_count"].is_u64() && days["tokens_total"].is_string());
}

/// Fact 18: the time column has two names and three forms.
#[test]
fn the_time_column_has_several_forms() {
    let one = |body: Value| -> (String, String) {
        let row = CUBE.rows(&body)[0].clone();
        let (name, value) = row.as_object().unwrap().iter().next().unwrap();
        let form = |c: char| if c.is_ascii_digit() { '9' } else { c };
        (name.clone(), value.as_str().unwrap().chars().map(form).collect())
    };
    let range = days(-9, -1);
    for (metric, granularity, name, form) in [
        ("request_count", "day", "date__day", "9999-99-99T99:99:99.999Z"),
        ("request_count", "week", "date__week", "9999-99-99"),
        ("request_count", "month", "date__month", "9999-99-99"),
        ("request_count", "hour", "created_at__hour", "9999-99-99 99:99:99"),
        ("p50_latency", "day", "created_at__day", "9999-99-99 99:99:99"),
    ] {
        let seen = one(json!({ "metrics": [metric], "granularity": granularity, "time_range": range }));
        assert_eq!(seen, (name.to_string(), form.to_string()));
    }
}

/// Fact 19: BYOK is inside of the total, its fees are inside of the credits, and server tools outside of the rate.
#[test]
fn amounts_are_made_of_each_other() {
    let metrics = [
        "total_usage",
        "byok_usage",
        "credits_usage",
        "openrouter_usage",
        "byok_fees",
        "byok_request_count",
        "usage_upstream",
        "usage_cache",
        "usage_data",
        "usage_web",
        "tokens_total",
        "tokens_prompt",
        "tokens_completion",
        "reasoning_tokens",
        "cached_tokens",
        "cache_hit_rate",
        "blended_cost_per_million_tokens",
        "possible_cached_tokens",
        "cache_capture_rate",
    ];
    let row = CUBE.row(&json!({ "metrics": metrics, "time_range": days(-31, -1) }));
    let all = generations(-31, -1);
    let sum = |of: fn(&Row) -> i64| -> i64 { all.iter().map(of).sum() };
    let tokens = |of: fn(&Row) -> u64| -> u64 { all.iter().map(of).sum() };
    let (credits, byok, fee, web) =
        (sum(Row::credits), sum(Row::byok_inference), sum(|row| row.fee), sum(|row| row.web));
    assert!(byok > 0 && fee > 0 && web > 0);
    for (field, expected) in [
        ("total_usage", credits + byok),
        ("credits_usage", credits),
        ("byok_usage", byok),
        ("byok_fees", fee),
        ("openrouter_usage", credits - fee),
        ("usage_upstream", sum(|row| row.upstream)),
        ("usage_cache", sum(|row| row.cache)),
        ("usage_data", sum(|row| row.data)),
        ("usage_web", web),
    ] {
        assert_eq!(nano(&row[field]), expected, "{field}");
    }
    let (prompt, completion) = (tokens(|row| row.prompt), tokens(|row| row.completion));
    let cached = tokens(|row| row.cached);
    for (field, expected) in [
        ("tokens_total", prompt + completion),
        ("tokens_prompt", prompt),
        ("tokens_completion", completion),
        ("reasoning_tokens", tokens(|row| row.reasoning)),
        ("cached_tokens", cached),
        ("byok_request_count", all.iter().filter(|row| row.byok).count() as u64),
    ] {
        assert_eq!(count(&row[field]), expected, "{field}");
    }
    let near = |field: &str, expected: f64| {
        let value = row[field].as_f64().unwrap();
        assert!((value - expected).abs() < 1e-9 * expected.abs(), "{field}: {value}, not {expected}");
    };
    near("cache_hit_rate", cached as f64 / prompt as f64);
    near("blended_cost_per_million_tokens", (credits + byok - web) as f64 / 1e9 / (prompt + completion) as f64 * 1e6);
    let possible = count(&row["possible_cached_tokens"]);
    assert!(cached <= possible && possible <= prompt);
    near("cache_capture_rate", cached as f64 / possible as f64);
}

/// Fact 19: a rate without anything to divide by is null, as on a day when a provider fails throughout.
#[test]
fn a_bucket_without_tokens_has_no_rates() {
    let all = generations(-31, -1);
    let dead = by(&all, |row| (row.day, row.endpoint.provider));
    let dead = dead.iter().find(|(_, of)| of.iter().all(|row| row.prompt + row.completion == 0));
    let (day, provider) = dead.unwrap().0;
    let metrics = [
        "request_count",
        "tokens_total",
        "cache_hit_rate",
        "blended_cost_per_million_tokens",
        "p50_throughput",
        "p50_latency",
    ];
    let filters = json!([{ "field": "provider", "operator": "eq", "value": provider }]);
    let range = range(day * DAY, (day + 1) * DAY);
    let row = CUBE.row(&json!({ "metrics": metrics, "filters": filters, "time_range": range }));
    assert!(count(&row["request_count"]) > 0);
    assert_eq!(count(&row["tokens_total"]), 0);
    for rate in ["cache_hit_rate", "blended_cost_per_million_tokens", "p50_throughput"] {
        assert!(row[rate].is_null(), "{rate}");
    }
    assert!(row["p50_latency"].is_number());
}

/// Fact 19: fields that nobody knows change nothing, not even a filter that is spelt wrong.
#[test]
fn unknown_fields_of_the_body_are_ignored() {
    let plain = json!({ "metrics": SUMS, "time_range": days(-3, -1) });
    let mut more = plain.clone();
    more["filter"] = json!([{ "field": "provider", "operator": "eq", "value": "OpenAI" }]);
    more["colour"] = json!("blue");
    assert_eq!(CUBE.rows(&plain), CUBE.rows(&more));
    // A range that is spelt wrong is the usual one.
    let wrong = json!({ "metrics": SUMS, "granularity": "hour", "timerange": days(-3, -1) });
    assert_eq!(CUBE.rows(&wrong), CUBE.rows(&json!({ "metrics": SUMS, "granularity": "hour" })));
}

/// Fact 19: without granularity whole UTC days are counted.
#[test]
fn without_granularity_the_clock_part_of_a_range_says_nothing() {
    let (from, until) = (midnight(-3) + 13 * DAY / 24, midnight(-1) + DAY / 24);
    let whole = CUBE.row(&json!({ "metrics": SUMS, "time_range": range(from, until) }));
    assert_eq!(count(&whole["request_count"]), generations(-3, -1).len() as u64);
    let hours = CUBE.rows(&json!({ "metrics": SUMS, "granularity": "hour", "time_range": range(from, until) }));
    let sum: u64 = hours.iter().map(|row| count(&row["request_count"])).sum();
    assert_eq!(sum, between(from, until).len() as u64);
}

/// Fact 21: a hash that nobody knows.
#[test]
fn an_unknown_key_hash_is_no_rows_and_a_warning() {
    let ask = |hashes: Value| {
        let filters = json!([{ "field": "api_key_id", "operator": "in", "value": hashes }]);
        CUBE.whole(&json!({ "metrics": SUMS, "filters": filters, "time_range": days(-7, -1) }))
    };
    let nobody = "0".repeat(64);
    let data = ask(json!([nobody]));
    assert_eq!(data["data"], json!([]));
    assert_eq!(data["metadata"]["row_count"], json!(0));
    assert!(data["warnings"][0].as_str().unwrap().contains(&nobody));
    let known = KEYS.iter().find(|key| key.name == "backend" && key.life == Life::Live).unwrap();
    let both = ask(json!([nobody, known.hash]));
    assert_eq!(both["warnings"].as_array().unwrap().len(), 1);
    assert_eq!(both["data"], ask(json!([known.hash]))["data"]);
    assert!(ask(json!([known.hash])).get("warnings").is_none());
}

/// Fact 22: hundreds of generations in one call, as `/generation` tells them one by one.
#[test]
fn generations_are_found_by_their_ids() {
    let all = generations(-20, -1);
    let chosen: Vec<&Row> = all.iter().step_by(11).take(200).collect();
    assert_eq!(chosen.len(), 200);
    let ids: Vec<String> = chosen.iter().map(|row| row.id()).collect();
    let filters = json!([{ "field": "generation_id", "operator": "in", "value": ids }]);
    let metrics = ["total_usage", "avg_latency", "p99_latency", "avg_throughput", "tokens_total"];
    let rows = CUBE.rows(&json!({
        "metrics": metrics, "dimensions": ["generation_id"], "filters": filters, "time_range": days(-20, -1),
    }));
    assert_eq!(rows.len(), ids.len());
    for row in rows.iter().step_by(10) {
        let id = text(row, "generation_id");
        let (_, alone) = get(&CUBE.base_url, &format!("/generation?id={id}"), MANAGEMENT_KEY);
        let alone = &alone["data"];
        let number = |field: &str| alone[field].as_f64().unwrap();
        let upstream = if alone["is_byok"] == json!(true) { nano(&alone["upstream_inference_cost"]) } else { 0 };
        assert_eq!(nano(&row["total_usage"]), nano(&alone["total_cost"]) + upstream, "{id}");
        assert_eq!(row["avg_latency"].as_f64(), Some(number("latency")), "{id}");
        assert_eq!(row["p99_latency"].as_f64(), Some(number("latency")), "{id}");
        let tokens = number("native_tokens_prompt") + number("native_tokens_completion");
        assert_eq!(count(&row["tokens_total"]), tokens as u64, "{id}");
        match alone["generation_time"].as_f64() {
            None => assert!(row["avg_throughput"].is_null(), "{id}"),
            Some(ms) => {
                let speed = number("native_tokens_completion") / (ms / 1e3);
                assert!((row["avg_throughput"].as_f64().unwrap() - speed).abs() < 1e-9 * speed, "{id}");
            }
        }
    }
}

/// Fact 23: 64 requests a minute where that is asked for; 408 likewise.
#[test]
fn the_limit_of_requests_and_the_slow_query_are_faults() {
    let body = json!({ "metrics": SUMS }).to_string();
    let limited = Cube::under("rate-limit=3");
    let statuses: Vec<u16> = (0..4).map(|_| limited.post(&body).0).collect();
    assert_eq!(statuses, [200, 200, 200, 429]);
    assert_eq!(Cube::under("408").post(&body).0, 408);
}
