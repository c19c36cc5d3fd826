//! Random aggregations of `activity`, each computed once more by plain loops over the base table.

use std::cmp::Ordering;

use orq::model::value::Value;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::runner;
use crate::support::inside::{Inside, deep};
use crate::support::truth::{Day, assert_number, last_days};

/// A key: how it is written, and its value for a row.
type Key = (&'static str, fn(&Day) -> Json);

const KEYS: &[Key] = &[
    ("model", |day| json!(day.model())),
    ("provider", |day| json!(day.provider)),
    ("variant", |day| json!(day.variant())),
    ("author", |day| json!(day.model().split('/').next())),
    ("date", |day| json!(day.date.to_string())),
    ("week = week(date)", |day| json!(monday(day.date).to_string())),
    ("dear = cost > 0.5", |day| json!(day.cost() > 0.5)),
    ("some = if(byok > 0, provider)", |day| json!((day.byok > 0).then_some(day.provider))),
];

/// A value: how it is written, and its value for a row.
type Measure = (&'static str, fn(&Day) -> Option<f64>);

const MEASURES: &[Measure] = &[
    ("cost", |day| Some(day.cost())),
    ("byok", |day| Some(day.byok as f64 / 1e9)),
    ("requests", |day| Some(day.requests as f64)),
    ("tokens", |day| Some(day.tokens() as f64)),
    ("(tokens_prompt - tokens_reasoning * 2)", |day| Some((day.prompt - day.reasoning * 2) as f64)),
    ("if(requests > 5, tokens)", |day| (day.requests > 5).then_some(day.tokens() as f64)),
    ("if(variant is not null, cost)", |day| day.variant().map(|_| day.cost())),
    ("if(false, tokens)", |_| None),
];

type Condition = (&'static str, fn(&Day) -> bool);

const CONDITIONS: &[Condition] = &[
    ("true", |_| true),
    ("cost > 0.1", |day| day.cost() > 0.1),
    ("byok == 0 and requests >= 3", |day| day.byok == 0 && day.requests >= 3),
    ("model starts_with \"openai/\" or provider == \"Google\"", |day| {
        day.model_id.starts_with("openai/") || day.provider == "Google"
    }),
    ("variant == \"free\"", |day| day.variant() == Some("free")),
    ("not (variant == \"free\")", |day| day.variant().is_some_and(|variant| variant != "free")),
    ("variant is null", |day| day.variant().is_none()),
    ("date in 2026-02-14..2026-02-16", |day| (14..=16).contains(&day.date.day()) && day.date.month() == 2),
    ("model ~ \"(mini|flash)\"", |day| day.model_id.contains("mini") || day.model_id.contains("flash")),
    ("provider in (\"OpenAI\", \"Anthropic\")", |day| ["OpenAI", "Anthropic"].contains(&day.provider)),
    ("requests < 0", |_| false),
];

/// An aggregate: its name, and its value for the values that are there, in order, of so many rows.
type Aggregate = (&'static str, fn(&[f64], usize) -> Option<f64>);

const AGGREGATES: &[Aggregate] = &[
    ("sum", |values, rows| (rows == 0 || !values.is_empty()).then(|| values.iter().sum())),
    ("avg", |values, _| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)),
    ("min", |values, _| values.iter().copied().reduce(f64::min)),
    ("max", |values, _| values.iter().copied().reduce(f64::max)),
    ("count", |values, _| Some(values.len() as f64)),
    ("count_distinct", |values, _| Some(ascending(values).chunk_by(|a, b| a == b).count() as f64)),
    ("median", |values, _| percentile(values, 0.5)),
    ("p75", |values, _| percentile(values, 0.75)),
    ("p90", |values, _| percentile(values, 0.9)),
    ("p99", |values, _| percentile(values, 0.99)),
    ("first", |values, _| values.first().copied()),
    ("last", |values, _| values.last().copied()),
];

fn monday(mut date: jiff::civil::Date) -> jiff::civil::Date {
    while date.weekday() != jiff::civil::Weekday::Monday {
        date = date.yesterday().unwrap();
    }
    date
}

fn ascending(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

fn percentile(values: &[f64], q: f64) -> Option<f64> {
    let values = ascending(values);
    let place = q * values.len().checked_sub(1)? as f64;
    let (low, part) = (place.floor() as usize, place.fract());
    let next = values.get(low + 1).copied().unwrap_or(values[low]);
    Some(values[low] + (next - values[low]) * part)
}

/// Keys in order: nulls last, texts by their bytes, false before true.
fn order(a: &Json, b: &Json) -> Ordering {
    match (a, b) {
        (Json::Null, Json::Null) => Ordering::Equal,
        (Json::Null, _) => Ordering::Greater,
        (_, Json::Null) => Ordering::Less,
        (Json::Bool(a), Json::Bool(b)) => a.cmp(b),
        (a, b) => a.as_str().cmp(&b.as_str()),
    }
}

fn json_of(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::Float(value) => json!(value),
        Value::Text(value) => json!(value),
        Value::Date(date) => json!(date.to_string()),
        other => panic!("{other:?} is no key and no number here"),
    }
}

#[test]
fn an_aggregation_is_what_plain_loops_give() {
    let (mut groups_seen, mut empty_seen) = (0, 0);
    deep(|| {
        let count = std::cell::RefCell::new((&mut groups_seen, &mut empty_seen));
        let inside = std::cell::RefCell::new(Inside::new());
        let drawn = (
            1i64..=30,
            prop::sample::select(CONDITIONS),
            prop::collection::vec(0..KEYS.len(), 0..3),
            prop::sample::select(AGGREGATES),
            prop::sample::select(MEASURES),
            prop::sample::select(CONDITIONS),
        );
        let agrees = |(days, (kept, keeps), keys, (name, aggregate), (value, of), (only, takes)): (
            i64,
            Condition,
            Vec<usize>,
            Aggregate,
            Measure,
            Condition,
        )| {
            let mut keys = keys;
            keys.sort_unstable();
            keys.dedup();
            let written: Vec<&str> = keys.iter().map(|key| KEYS[*key].0).collect();
            let group = if keys.is_empty() { String::new() } else { format!("group {} | ", written.join(", ")) };
            let query = format!(
                "activity last {days}d | where {kept} | {group}agg n = count(), all = {name}({value}), \
                 part = {name}({value}) where {only}"
            );
            let rows: Vec<&Day> = last_days(days).into_iter().filter(|day| keeps(day)).collect();
            let mut expected: Vec<(Vec<Json>, Vec<&Day>)> = Vec::new();
            for row in rows {
                let key: Vec<Json> = keys.iter().map(|key| KEYS[*key].1(row)).collect();
                match expected.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, group)) => group.push(row),
                    None => expected.push((key, vec![row])),
                }
            }
            if keys.is_empty() && expected.is_empty() {
                expected.push((Vec::new(), Vec::new()));
            }
            expected.sort_by(|(a, _), (b, _)| {
                a.iter().zip(b).map(|(a, b)| order(a, b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
            });
            let answer = inside.borrow_mut().answer(&query);
            prop_assert_eq!(answer.frame.height(), expected.len(), "{}", query);
            *count.borrow_mut().0 += expected.len();
            for (row, (key, group)) in answer.frame.rows().zip(&expected) {
                let cells: Vec<Json> = row.into_iter().map(json_of).collect();
                let (found, numbers) = cells.split_at(keys.len());
                prop_assert_eq!(found, &key[..], "{}", query);
                prop_assert_eq!(&numbers[0], &json!(group.len()), "{}", query);
                let part: Vec<&Day> = group.iter().copied().filter(|day| takes(day)).collect();
                for (cell, rows) in [(&numbers[1], group), (&numbers[2], &part)] {
                    let values: Vec<f64> = rows.iter().filter_map(|day| of(day)).collect();
                    *count.borrow_mut().1 += usize::from(values.is_empty());
                    assert_number(cell, aggregate(&values, rows.len()), &format!("{query} of {key:?}"));
                }
            }
            Ok(())
        };
        runner(300).run(&drawn, agrees).unwrap_or_else(|error| panic!("{error}"));
    });
    assert!(
        groups_seen > 1000 && empty_seen > 100,
        "{groups_seen} groups, {empty_seen} of them with nothing to aggregate"
    );
}
