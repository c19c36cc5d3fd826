//! Requests by the hour, by how they ended, by how long they took; and single ones.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jiff::Timestamp;
use orq::demo::base::{Finish, Row};
use serde_json::{Value as Json, json};

use super::assert_gives;
use super::base::{between, cost, descending, last_days, lasting, percentile};
use crate::support::truth::groups;

const HOUR: i64 = 3_600_000;

fn ms(time: &str) -> i64 {
    time.parse::<Timestamp>().unwrap().as_millisecond()
}

#[test]
fn the_last_day_by_hour_and_model_without_holes() {
    let (from, until) = (ms("2026-11-21T12:00:00Z"), ms(super::NOW));
    let all = between(|row| (from..until).contains(&row.time()));
    let models: BTreeSet<&str> = all.iter().map(|row| lasting(row)).collect();
    let cells = groups(&all, |row| (row.time().div_euclid(HOUR), lasting(row)));
    let mut rows = Vec::new();
    for hour in from / HOUR..until / HOUR {
        let time = Timestamp::from_millisecond(hour * HOUR).unwrap().to_string();
        for model in &models {
            let of = cells.get(&(hour, *model));
            let slow = of.map(|rows| percentile(rows.iter().map(|row| row.latency()), 0.9));
            rows.push(vec![json!(time), json!(model), json!(of.map_or(0, Vec::len)), json!(slow)]);
        }
    }
    assert!(cells.len() < rows.len() && rows.len() == 24 * models.len());
    assert_gives(
        "analytics last 24h | group hour(time), model | sum requests, p90 latency | fill 0",
        &["hour", "model", "requests", "p90_latency"],
        &rows,
    );
}

#[test]
fn models_whose_answers_were_cut_most_often() {
    let mut all = last_days(7);
    all.retain(|row| row.finish == Finish::Length);
    let counts = groups(&all, lasting).into_iter().map(|(model, rows)| (model, rows.len() as i64));
    let rows: Vec<Vec<Json>> =
        descending(counts).into_iter().take(5).map(|(model, count)| vec![json!(model), json!(count)]).collect();
    assert_gives(
        "analytics last 7d | where finish_reason == \"length\" | group model | sum requests | top 5",
        &["model", "requests"],
        &rows,
    );
}

#[test]
fn models_that_are_now_and_then_slow() {
    let by_model = groups(&last_days(7), lasting);
    let mut rows = Vec::new();
    for (model, of) in &by_model {
        let latency = |q| percentile(of.iter().map(|row| row.latency()), q);
        let (cached, prompt) =
            of.iter().fold((0, 0), |(cached, prompt), row| (cached + row.cached, prompt + row.prompt));
        if latency(0.99) > 20_000.0 {
            let hits = cached as f64 / prompt as f64;
            rows.push(vec![json!(model), cost(of), json!(latency(0.5)), json!(latency(0.99)), json!(hits)]);
        }
    }
    assert!(!rows.is_empty() && rows.len() < by_model.len());
    assert_gives(
        "analytics last 7d | group model | sum cost, p50 latency, p99 latency, avg cache_hit_rate | where p99_latency > 20s",
        &["model", "cost", "p50_latency", "p99_latency", "avg_cache_hit_rate"],
        &rows,
    );
}

/// The dearest requests of three days, as both ways to them show them.
fn dearest(count: usize) -> Vec<Vec<Json>> {
    let mut all = last_days(3);
    all.sort_by_key(|row| (Reverse(row.credits() + row.byok_inference()), row.id()));
    let row = |row: &&Row| {
        let finish = row.finish.name();
        vec![
            json!(row.id()),
            json!(lasting(row)),
            json!(row.endpoint.provider),
            cost(&[row]),
            json!(row.latency()),
            json!(finish),
        ]
    };
    all.iter().take(count).map(row).collect()
}

const SHOWN: [&str; 6] = ["id", "model", "provider", "cost", "latency", "finish_reason"];

#[test]
fn the_dearest_requests_and_what_became_of_them() {
    assert_gives(
        "analytics last 3d | group generation_id | sum cost | top 20 | join generation on generation_id == id | select id, model, provider, cost, latency, finish_reason",
        &SHOWN,
        &dearest(20),
    );
    assert_gives(
        "generations last 3d | top 10 by cost | select id, model, provider, cost, latency, finish_reason",
        &SHOWN,
        &dearest(10),
    );
}
