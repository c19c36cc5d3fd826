//! The demo account's cube asked by hand, and the generations that its answers must add up to.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use orq::demo::base::{Row, rows_of};
use orq::demo::{MANAGEMENT_KEY, SEED};
use serde_json::{Value, json};

use crate::support::raw::post;
use crate::support::{DemoServer, NOW};

pub const DAY: i64 = 86_400_000;

/// The account as it is, for all tests: its days are made once.
pub static CUBE: LazyLock<Cube> = LazyLock::new(|| Cube::under(""));

pub struct Cube {
    pub base_url: String,
}

impl Cube {
    pub fn under(faults: &str) -> Self {
        Self { base_url: DemoServer::start(NOW, faults).base_url }
    }

    pub fn post(&self, body: &str) -> (u16, Value) {
        post(&self.base_url, "/analytics/query", MANAGEMENT_KEY, body)
    }

    /// `data` of an answer.
    pub fn whole(&self, body: &Value) -> Value {
        let (status, answer) = self.post(&body.to_string());
        assert_eq!(status, 200, "{body}\n{answer}");
        let data = answer["data"].clone();
        assert!(data["metadata"]["query_time_ms"].is_number(), "{data}");
        data
    }

    pub fn rows(&self, body: &Value) -> Vec<Value> {
        let data = self.whole(body);
        let rows = data["data"].as_array().unwrap().clone();
        assert_eq!(data["metadata"]["row_count"], json!(rows.len()), "{body}");
        rows
    }

    /// The only row of an answer.
    pub fn row(&self, body: &Value) -> Value {
        let rows = self.rows(body);
        assert_eq!(rows.len(), 1, "{body}\n{rows:?}");
        rows[0].clone()
    }

    /// The message of a 400.
    pub fn refused(&self, body: &Value) -> String {
        let (status, answer) = self.post(&body.to_string());
        assert_eq!((status, &answer["error"]["code"]), (400, &json!(400)), "{body}\n{answer}");
        answer["error"]["message"].as_str().unwrap().to_string()
    }
}

pub fn now() -> i64 {
    NOW.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

/// Unix ms of the midnight that begins a day; 0 is today, -1 yesterday.
pub fn midnight(day: i64) -> i64 {
    (now().div_euclid(DAY) + day) * DAY
}

pub fn iso(ms: i64) -> String {
    format!("{:.3}", jiff::Timestamp::from_millisecond(ms).unwrap())
}

pub fn range(from: i64, until: i64) -> Value {
    json!({ "start": iso(from), "end": iso(until) })
}

/// The range of these days, both inside; 0 is today.
pub fn days(first: i64, last: i64) -> Value {
    range(midnight(first), midnight(last + 1))
}

/// Every generation from a moment until before another.
pub fn between(from: i64, until: i64) -> Vec<Row> {
    let all = (from.div_euclid(DAY)..=(until - 1).div_euclid(DAY)).flat_map(|day| rows_of(SEED, day));
    let within = |row: &Row| (from..until.min(now() + 1)).contains(&row.time());
    let found: Vec<Row> = all.filter(within).collect();
    assert!(!found.is_empty());
    found
}

/// Every generation of these days that has happened by now.
pub fn generations(first: i64, last: i64) -> Vec<Row> {
    between(midnight(first), midnight(last + 1))
}

/// A count, which comes as a text or as a number (fact 17).
pub fn count(value: &Value) -> u64 {
    match value {
        Value::String(text) => text.parse().unwrap(),
        number => number.as_u64().unwrap_or_else(|| panic!("{number} is no count")),
    }
}

/// Nano-USD.
pub fn nano(value: &Value) -> i64 {
    (value.as_f64().unwrap_or_else(|| panic!("{value} is no amount")) * 1e9).round() as i64
}

/// What generations cost, nano-USD, BYOK inside.
pub fn cost(rows: &[&Row]) -> i64 {
    rows.iter().map(|row| row.credits() + row.byok_inference()).sum()
}

pub fn by<K: Ord>(rows: &[Row], key: impl Fn(&Row) -> K) -> BTreeMap<K, Vec<&Row>> {
    let mut groups: BTreeMap<K, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        groups.entry(key(row)).or_default().push(row);
    }
    groups
}

/// Asserts that there is one row for each group, with its requests and its cost.
pub fn assert_groups<K: Ord + std::fmt::Debug>(
    rows: &[Value],
    key: impl Fn(&Value) -> K,
    groups: &BTreeMap<K, Vec<&Row>>,
) {
    let seen: BTreeMap<K, (u64, i64)> =
        rows.iter().map(|row| (key(row), (count(&row["request_count"]), nano(&row["total_usage"])))).collect();
    assert_eq!(seen.len(), rows.len(), "a key comes twice");
    assert!(!groups.is_empty());
    let expected: Vec<_> = groups.iter().map(|(key, of)| (key, (of.len() as u64, cost(of)))).collect();
    for ((key, sums), (of, expected)) in seen.iter().zip(&expected) {
        assert_eq!((key, sums), (*of, expected));
    }
    assert_eq!(seen.len(), expected.len());
}

/// The text in a field.
pub fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field].as_str().unwrap_or_else(|| panic!("no text {field} in {row}"))
}
