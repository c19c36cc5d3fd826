//! The base table at the clock of these questions, and the loops that most answers are made of.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use orq::demo::SEED;
use orq::demo::base::{Row, rows_of};
use serde_json::{Value as Json, json};

use crate::support::truth::groups;

/// Every request of the year, until the clock.
static YEAR: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let now = super::NOW.parse::<Timestamp>().unwrap();
    let rows: Vec<Row> = (number_of(date(2026, 1, 1))..=number_of(date(2026, 11, 22)))
        .flat_map(|day| rows_of(SEED, day))
        .filter(|row| row.time() <= now.as_millisecond())
        .collect();
    assert!(rows.len() > 30_000, "only {} rows", rows.len());
    rows
});

/// Days since 1970-01-01.
fn number_of(day: Date) -> i64 {
    i64::from((day - date(1970, 1, 1)).get_days())
}

pub fn date_of(row: &Row) -> Date {
    date(1970, 1, 1) + row.day.days()
}

/// The requests of these days, both inside.
pub fn days(first: Date, last: Date) -> Vec<&'static Row> {
    between(|row| (number_of(first)..=number_of(last)).contains(&row.day))
}

/// The requests of the `n` days before the one of the clock.
pub fn last_days(n: i64) -> Vec<&'static Row> {
    days(date(2026, 11, 22) - n.days(), YESTERDAY)
}

/// The requests of a part of the year, which has some.
pub fn between(within: impl Fn(&Row) -> bool) -> Vec<&'static Row> {
    let found: Vec<&Row> = YEAR.iter().filter(|row| within(row)).collect();
    assert!(!found.is_empty());
    found
}

pub const YESTERDAY: Date = date(2026, 11, 21);

/// `gen-demo-1` … `gen-demo-9`.
pub fn special(nth: u64) -> &'static Row {
    let found = between(|row| row.special == nth && row.day == number_of(YESTERDAY));
    assert_eq!(found.len(), 1);
    found[0]
}

/// The model as `/activity` calls it, without its variant.
pub fn model(row: &Row) -> &'static str {
    row.endpoint.model.id.split(':').next().unwrap()
}

/// The model as the cube calls it: one that is not listed any more has only its lasting name there.
pub fn lasting(row: &Row) -> &'static str {
    if row.endpoint.model.retired { row.endpoint.model.permaslug } else { model(row) }
}

pub fn provider(row: &Row) -> &'static str {
    row.endpoint.provider
}

/// The first day of the week.
pub fn monday(row: &Row) -> Date {
    let day = date_of(row);
    day - i64::from(day.weekday().to_monday_zero_offset()).days()
}

/// What requests cost, own provider keys inside, in nano-USD.
pub fn nanos(rows: &[&Row]) -> i64 {
    rows.iter().map(|row| row.credits() + row.byok_inference()).sum()
}

pub fn usd(nanos: i64) -> f64 {
    nanos as f64 / 1e9
}

/// The same as a cell.
pub fn cost(rows: &[&Row]) -> Json {
    json!(usd(nanos(rows)))
}

pub fn tokens(rows: &[&Row]) -> u64 {
    rows.iter().map(|row| row.prompt + row.completion).sum()
}

/// What each group costs in nano-USD, in the order of the keys.
pub fn costs<K: Ord>(rows: &[&'static Row], key: impl Fn(&Row) -> K) -> BTreeMap<K, i64> {
    let groups = groups(rows, key);
    groups.into_iter().map(|(key, rows)| (key, nanos(&rows))).collect()
}

/// The largest first; of equal ones the first stays the first.
pub fn descending<K>(sums: impl IntoIterator<Item = (K, i64)>) -> Vec<(K, i64)> {
    let mut sums: Vec<(K, i64)> = sums.into_iter().collect();
    sums.sort_by_key(|(_, sum)| Reverse(*sum));
    sums
}

/// The value that so much of the values lies below, between two of them in proportion.
pub fn percentile(values: impl IntoIterator<Item = u64>, q: f64) -> f64 {
    let mut values: Vec<f64> = values.into_iter().map(|value| value as f64).collect();
    values.sort_by(f64::total_cmp);
    let place = q * (values.len() - 1) as f64;
    let low = values[place.floor() as usize];
    low + (values[place.ceil() as usize] - low) * place.fract()
}
