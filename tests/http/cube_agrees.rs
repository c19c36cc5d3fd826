//! The cube says what the other endpoints of the demo account say, to the last nano-dollar.

use std::collections::BTreeMap;

use orq::demo::MANAGEMENT_KEY;
use orq::demo::base::Row;
use orq::demo::data::{KEYS, WORKSPACES};
use serde_json::{Value, json};

use super::cube_kit::{CUBE, Cube, DAY, by, count, days, generations, iso, midnight, nano, now, text};
use crate::support::raw::get;
use crate::support::{DemoServer, NOW};

fn data(target: &str) -> Vec<Value> {
    let (status, answer) = get(&CUBE.base_url, target, MANAGEMENT_KEY);
    assert_eq!(status, 200, "{target}");
    answer["data"].as_array().unwrap().clone()
}

/// Requests, tokens, reasoning tokens, credits and BYOK.
type Sums = [i64; 5];

fn add<K: Ord>(sums: &mut BTreeMap<K, Sums>, key: K, more: Sums) {
    let sums = sums.entry(key).or_default();
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
}

fn of_activity(row: &Value) -> Sums {
    let number = |field: &str| row[field].as_i64().unwrap();
    let tokens = number("prompt_tokens") + number("completion_tokens");
    let byok = nano(&row["byok_usage_inference"]);
    [number("requests"), tokens, number("reasoning_tokens"), nano(&row["usage"]), byok]
}

const METRICS: [&str; 6] =
    ["request_count", "tokens_total", "reasoning_tokens", "credits_usage", "byok_usage", "total_usage"];

fn of_cube(row: &Value) -> Sums {
    let (credits, byok) = (nano(&row["credits_usage"]), nano(&row["byok_usage"]));
    assert_eq!(nano(&row["total_usage"]), credits + byok);
    let number = |field: &str| count(&row[field]) as i64;
    [number("request_count"), number("tokens_total"), number("reasoning_tokens"), credits, byok]
}

/// Facts 8 and 19: day by day and model by model, and provider by provider.
#[test]
fn the_cube_and_activity_agree_for_30_days() {
    for (dimension, field) in [("model", "model_permaslug"), ("provider", "provider_name")] {
        let mut activity = BTreeMap::new();
        for row in data("/activity") {
            let key = (text(&row, "date").to_string(), text(&row, field).to_string());
            add(&mut activity, key, of_activity(&row));
        }
        let rows = CUBE.rows(&json!({
            "metrics": METRICS, "dimensions": [dimension], "granularity": "day", "time_range": days(-30, -1),
        }));
        let mut cube = BTreeMap::new();
        for row in rows {
            let day = row.get("date__day").or(row.get("created_at__day")).unwrap().as_str().unwrap();
            add(&mut cube, (day[..10].to_string(), text(&row, dimension).to_string()), of_cube(&row));
        }
        assert!(cube.len() > 300);
        assert_eq!(cube, activity);
    }
}

/// Facts 7 and 20: workspace by workspace, and one key at a time.
#[test]
fn the_cube_and_activity_agree_on_workspaces_and_keys() {
    let mut activity = BTreeMap::new();
    for row in data("/activity?group_by=workspace") {
        let workspace = WORKSPACES.iter().find(|of| of.id == text(&row, "workspace_id")).unwrap();
        add(&mut activity, workspace.name.to_string(), of_activity(&row));
    }
    let ask = json!({ "metrics": METRICS, "dimensions": ["workspace"], "time_range": days(-30, -1) });
    let mut cube = BTreeMap::new();
    for row in CUBE.rows(&ask) {
        add(&mut cube, text(&row, "workspace").to_string(), of_cube(&row));
    }
    assert_eq!(cube, activity);
    for key in KEYS.iter().filter(|key| key.share > 0).step_by(5) {
        let mut activity = BTreeMap::new();
        for row in data(&format!("/activity?api_key_hash={}", key.hash)) {
            add(&mut activity, (), of_activity(&row));
        }
        let filters = json!([{ "field": "api_key_id", "operator": "eq", "value": key.hash }]);
        let mut cube = BTreeMap::new();
        for row in CUBE.rows(&json!({ "metrics": METRICS, "filters": filters, "time_range": days(-30, -1) })) {
            add(&mut cube, (), of_cube(&row));
        }
        assert_eq!(cube, activity, "{}", key.name);
    }
}

/// Facts 24 and 26: the counters of the keys are the cube's sums since midnight, Monday, and the first.
#[test]
fn the_cube_and_the_keys_agree() {
    // The clock stands on a Thursday, the 19th.
    let mut listed = Vec::new();
    for workspace in WORKSPACES {
        for offset in [0, 100] {
            let page = format!("/keys?include_disabled=true&workspace_id={}&offset={offset}", workspace.id);
            listed.extend(data(&page));
        }
    }
    assert!(listed.len() > 100);
    let mut busy = 0;
    for key in listed.iter().filter(|key| key["usage_monthly"] != json!(0)) {
        busy += 1;
        for (since, period) in [(0, "daily"), (-3, "weekly"), (-18, "monthly")] {
            let filters = json!([{ "field": "api_key_id", "operator": "eq", "value": key["hash"] }]);
            let rows = CUBE.rows(&json!({
                "metrics": METRICS, "filters": filters, "granularity": "day", "time_range": days(since, 0),
            }));
            let mut sums = BTreeMap::from([((), Sums::default())]);
            for row in &rows {
                add(&mut sums, (), of_cube(row));
            }
            assert_eq!(sums[&()][3], nano(&key[format!("usage_{period}")]), "{period} of {}", key["name"]);
            assert_eq!(sums[&()][4], nano(&key[format!("byok_usage_{period}")]), "{period} of {}", key["name"]);
        }
    }
    assert!(busy > 20, "{busy} keys were used");
}

/// Fact 19: credits fall by what the cube counts as credits.
#[test]
fn the_cube_and_the_credits_agree() {
    let used = |now: &str| {
        let server = DemoServer::start(now, "");
        nano(&get(&server.base_url, "/credits", MANAGEMENT_KEY).1["data"]["total_usage"])
    };
    let row = CUBE.row(&json!({ "metrics": METRICS, "granularity": "day", "time_range": days(0, 0) }));
    let at_midnight: i64 = generations(0, 0).iter().filter(|row| row.time() == midnight(0)).map(Row::credits).sum();
    assert_eq!(used(NOW) - used(&iso(midnight(0))), nano(&row["credits_usage"]) - at_midnight);
    assert!(nano(&row["credits_usage"]) > 0 && now() > midnight(0));
}

/// Facts 14 and 29: percentiles are those of the single requests, between two of them in proportion.
#[test]
fn percentiles_interpolate_between_single_requests() {
    let metrics = [
        "avg_latency",
        "p50_latency",
        "p90_latency",
        "p99_latency",
        "avg_throughput",
        "p50_throughput",
        "p90_throughput",
        "p99_throughput",
    ];
    let rows = CUBE.rows(&json!({ "metrics": metrics, "dimensions": ["provider"], "time_range": days(-31, -1) }));
    let all = generations(-31, -1);
    let groups = by(&all, |row| row.endpoint.provider);
    assert_eq!(rows.len(), groups.len());
    for row in rows {
        let of = &groups[text(&row, "provider")];
        let latencies: Vec<f64> = of.iter().map(|row| row.latency() as f64).collect();
        let speed = |row: &&Row| Some(row.completion as f64 / (row.generation_time()? as f64 / 1e3));
        let speeds: Vec<f64> = of.iter().filter_map(speed).collect();
        for (name, mut values) in [("latency", latencies), ("throughput", speeds)] {
            values.sort_by(f64::total_cmp);
            assert!(!values.is_empty());
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            near(&row[format!("avg_{name}")], mean);
            for percent in [50, 90, 99] {
                let at = (values.len() - 1) as f64 * f64::from(percent) / 100.0;
                let (below, above) = (values[at.floor() as usize], values[at.ceil() as usize]);
                near(&row[format!("p{percent}_{name}")], below + (above - below) * at.fract());
            }
        }
    }
}

fn near(value: &Value, expected: f64) {
    let value = value.as_f64().unwrap();
    assert!((value - expected).abs() <= 1e-6 * expected.abs(), "{value}, not {expected}");
}

/// A range is the sum of its parts, at any granularity.
#[test]
fn a_range_is_the_sum_of_its_parts() {
    let sum = |from: i64, until: i64| -> Sums {
        let range = json!({ "start": iso(from), "end": iso(until) });
        let rows = CUBE.rows(&json!({ "metrics": METRICS, "granularity": "hour", "time_range": range }));
        let mut sums = BTreeMap::new();
        for row in &rows {
            add(&mut sums, (), of_cube(row));
        }
        sums[&()]
    };
    let (a, b, c) = (midnight(-9), midnight(-5) + DAY / 3 + 1_234, midnight(-1));
    let parts: Vec<i64> = sum(a, b).iter().zip(sum(b, c)).map(|(one, other)| one + other).collect();
    assert_eq!(parts, sum(a, c));
}

/// The same question has the same answer, whichever server is asked.
#[test]
fn another_server_gives_the_same_answer() {
    let body =
        json!({ "metrics": METRICS, "dimensions": ["model", "user"], "granularity": "day", "time_range": days(-9, 0) });
    assert_eq!(Cube::under("").whole(&body), CUBE.whole(&body));
}
