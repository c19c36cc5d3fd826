//! What the demo account's base table says was spent, put together by plain loops.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use jiff::{ToSpan as _, Unit};
use orq::demo::SEED;
use orq::demo::base::{Row, rows_of};
use serde_json::Value;

/// The day of the tests' clock.
pub fn today() -> Date {
    crate::support::NOW.parse::<jiff::Timestamp>().unwrap().to_zoned(jiff::tz::TimeZone::UTC).date()
}

pub fn ago(days: i64) -> Date {
    today() - days.days()
}

/// Dollars by whatever is asked of each generation, from one day to another, both included.
pub fn spent<K: Ord>(first: Date, last: Date, key: impl Fn(Date, &Row) -> K) -> BTreeMap<K, f64> {
    let mut nano: BTreeMap<K, i64> = BTreeMap::new();
    let mut day = first;
    while day <= last {
        let number = i64::from(date(1970, 1, 1).until((Unit::Day, day)).unwrap().get_days());
        for row in rows_of(SEED, number) {
            *nano.entry(key(day, &row)).or_default() += row.credits() + row.byok_inference();
        }
        day = day.tomorrow().unwrap();
    }
    nano.into_iter().map(|(key, nano)| (key, nano as f64 / 1e9)).collect()
}

/// The slug without its variant.
pub fn model(row: &Row) -> String {
    row.endpoint.model.id.split(':').next().unwrap().to_string()
}

/// Both are null, or nearly alike.
#[track_caller]
pub fn assert_near(found: &Value, expected: Option<f64>, what: &str) {
    match (found.as_f64(), expected) {
        (Some(found), Some(expected)) => {
            let near = (found - expected).abs() <= 1e-6 * expected.abs().max(1.0);
            assert!(near, "{what}: {found} is not {expected}");
        }
        (found, expected) => assert_eq!(found, expected, "{what}"),
    }
}
