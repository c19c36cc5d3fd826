//! What answers must be, by plain loops over the demo account's base table. No line of it is shared with the program
//! beyond that table.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use orq::demo::SEED;
use orq::demo::base::rows_of;
use serde_json::Value as Json;

/// A row of `activity`: a day and an endpoint. Money is in nano-USD.
#[derive(Clone, Debug)]
pub struct Day {
    pub date: Date,
    pub model_id: &'static str,
    pub provider: &'static str,
    pub endpoint: String,
    pub credits: i64,
    pub byok: i64,
    pub requests: i64,
    pub prompt: i64,
    pub completion: i64,
    pub reasoning: i64,
}

impl Day {
    pub fn model(&self) -> &'static str {
        self.model_id.split(':').next().unwrap()
    }

    pub fn variant(&self) -> Option<&'static str> {
        self.model_id.split_once(':').map(|(_, variant)| variant)
    }

    /// Nano-USD, BYOK inside.
    pub fn nanos(&self) -> i64 {
        self.credits + self.byok
    }

    pub fn cost(&self) -> f64 {
        self.nanos() as f64 / 1e9
    }

    pub fn tokens(&self) -> i64 {
        self.prompt + self.completion
    }
}

/// The 30 days before the tests' clock, as the API gives them: the last day first.
pub static ACTIVITY: LazyLock<Vec<Day>> = LazyLock::new(|| {
    let epoch = jiff::civil::date(1970, 1, 1);
    let today: jiff::Timestamp = super::NOW.parse().unwrap();
    let today = today.as_second().div_euclid(86_400);
    let mut days = Vec::new();
    for day in (today - 30..today).rev() {
        let date = epoch.checked_add(jiff::Span::new().days(day)).unwrap();
        let mut of_endpoint: BTreeMap<usize, Day> = BTreeMap::new();
        for row in rows_of(SEED, day) {
            let entry = of_endpoint.entry(row.endpoint.index).or_insert_with(|| Day {
                date,
                model_id: row.endpoint.model.id,
                provider: row.endpoint.provider,
                endpoint: row.endpoint.id.to_string(),
                credits: 0,
                byok: 0,
                requests: 0,
                prompt: 0,
                completion: 0,
                reasoning: 0,
            });
            entry.credits += row.credits();
            entry.byok += row.byok_inference();
            entry.requests += 1;
            entry.prompt += row.prompt as i64;
            entry.completion += row.completion as i64;
            entry.reasoning += row.reasoning as i64;
        }
        days.extend(of_endpoint.into_values());
    }
    assert!(days.len() > 500, "only {} rows", days.len());
    days
});

/// The rows of the last `n` days.
pub fn last_days(n: i64) -> Vec<&'static Day> {
    let today: jiff::Timestamp = super::NOW.parse().unwrap();
    let first = today.to_zoned(jiff::tz::TimeZone::UTC).date().checked_sub(jiff::Span::new().days(n)).unwrap();
    ACTIVITY.iter().filter(|day| day.date >= first).collect()
}

/// What the API says of every key, page by page and workspace by workspace, as it came.
pub static KEYS: LazyLock<Vec<Json>> = LazyLock::new(|| pages("keys"));

/// What the API says of every model, as it came.
pub static MODELS: LazyLock<Vec<Json>> = LazyLock::new(|| pages("models"));

fn pages(source: &str) -> Vec<Json> {
    let run = super::orq().args(["--demo", "--raw", source]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let pages = serde_json::Deserializer::from_str(&run.stdout).into_iter::<Json>();
    let rows: Vec<Json> = pages.flat_map(|page| page.unwrap()["data"].as_array().unwrap().clone()).collect();
    assert!(rows.len() > 20, "only {} rows of {source}", rows.len());
    rows
}

/// The same number, but for the last digits.
pub fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

/// Asserts that a cell holds this number, or null for none.
pub fn assert_number(cell: &Json, expected: Option<f64>, what: &str) {
    match (cell.as_f64(), expected) {
        (Some(found), Some(expected)) => assert!(near(found, expected), "{what}: {found}, not {expected}"),
        (None, None) => assert!(cell.is_null(), "{what}: {cell}, not null"),
        (_, expected) => panic!("{what}: {cell}, not {expected:?}"),
    }
}

/// Rows in groups, by a key, in the order in which they come.
pub fn groups<'a, K: Ord, T>(rows: &[&'a T], key: impl Fn(&T) -> K) -> BTreeMap<K, Vec<&'a T>> {
    let mut groups: BTreeMap<K, Vec<&'a T>> = BTreeMap::new();
    for row in rows {
        groups.entry(key(row)).or_default().push(row);
    }
    groups
}
