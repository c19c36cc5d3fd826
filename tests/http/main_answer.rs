//! The line that everything is for, against a computation by hand.

use std::collections::BTreeMap;

use orq::demo::base::rows_of;
use orq::demo::{MANAGEMENT_KEY, SEED};
use serde_json::Value;

use crate::support::scripted::get;
use crate::support::{DemoServer, NOW, orq, rows};

const QUERY: &str = "activity from 2026-02-01 | group model | sum cost | top 5";

/// What `/activity` says, summed by hand: BYOK inside, variants together, the five dearest.
fn by_hand(answer: &Value) -> Vec<(String, f64)> {
    let mut costs: BTreeMap<String, f64> = BTreeMap::new();
    let mut counted = 0;
    for row in answer["data"].as_array().unwrap() {
        let date = row["date"].as_str().unwrap();
        if !("2026-02-01"..="2026-02-18").contains(&date) {
            continue;
        }
        counted += 1;
        let model = row["model"].as_str().unwrap().split(':').next().unwrap();
        *costs.entry(model.to_string()).or_default() +=
            row["usage"].as_f64().unwrap() + row["byok_usage_inference"].as_f64().unwrap();
    }
    assert!(counted > 100, "{counted} rows");
    dearest(costs)
}

fn dearest(costs: BTreeMap<String, f64>) -> Vec<(String, f64)> {
    let mut costs: Vec<(String, f64)> = costs.into_iter().collect();
    costs.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
    costs.truncate(5);
    costs
}

fn assert_same(answer: &[Value], expected: &[(String, f64)]) {
    assert_eq!((answer.len(), expected.len()), (5, 5));
    for (row, (model, cost)) in answer.iter().zip(expected) {
        assert_eq!(row["model"].as_str(), Some(model.as_str()));
        let difference = (row["cost"].as_f64().unwrap() - cost).abs();
        assert!(difference <= 1e-9, "{model}: {difference}");
        assert_eq!(row.as_object().unwrap().len(), 2);
    }
}

#[test]
fn one_line_equals_a_sum_by_hand_over_the_rows_of_the_demo_server() {
    let demo = DemoServer::start(NOW, "");
    let expected = by_hand(&get(&demo.base_url, "/activity", MANAGEMENT_KEY));
    let answer = rows(QUERY);
    assert_same(&answer, &expected);
    let asked = orq()
        .args(["--base-url", &demo.base_url, "-f", "json", QUERY])
        .env("OPENROUTER_MANAGEMENT_KEY", MANAGEMENT_KEY);
    assert_eq!(serde_json::from_str::<Vec<Value>>(&asked.run().stdout).unwrap(), answer);
}

#[test]
fn one_line_equals_a_sum_by_hand_over_its_own_raw_rows() {
    let raw = orq().args(["--demo", "--now", NOW, "--raw", QUERY]).run();
    assert_eq!(raw.code, 0, "{}", raw.stderr);
    assert_same(&rows(QUERY), &by_hand(&serde_json::from_str(&raw.stdout).unwrap()));
}

#[test]
fn one_line_equals_an_exact_sum_over_every_generation() {
    let now: jiff::Timestamp = NOW.parse().unwrap();
    let today = now.as_millisecond().div_euclid(86_400_000);
    let mut nano: BTreeMap<String, i64> = BTreeMap::new();
    for day in today - 18..today {
        for row in rows_of(SEED, day) {
            let model = row.endpoint.model.id.split(':').next().unwrap();
            *nano.entry(model.to_string()).or_default() += row.credits() + row.byok_inference();
        }
    }
    assert_same(&rows(QUERY), &dearest(nano.into_iter().map(|(model, nano)| (model, nano as f64 / 1e9)).collect()));
}

#[test]
fn the_same_line_gives_the_same_bytes() {
    let run = || orq().args(["--demo", "-f", "json", QUERY]).run().stdout;
    assert_eq!(run(), run());
}
