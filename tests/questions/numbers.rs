//! The numbers of the answers, a second time: by plain loops over the demo account's base table and its lists.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use orq::demo::base::{Finish, Row, rows_of};
use orq::demo::{MANAGEMENT_KEY, SEED};
use serde_json::Value as Json;

use super::asked::ASKED;
use super::{ACCOUNT, answer};
use crate::support::scripted::get;
use crate::support::truth::{ACTIVITY, Day, KEYS, MODELS, assert_number, groups, last_days, near};

/// The rows of the question's answer.
fn rows(question: &str) -> Vec<Json> {
    let (_, query, _) = ASKED.iter().find(|(asked, ..)| *asked == question).unwrap_or_else(|| panic!("{question}"));
    answer(query)
}

/// The one row of an answer.
fn row(question: &str) -> Json {
    let mut rows = rows(question);
    assert_eq!(rows.len(), 1, "{question}");
    rows.remove(0)
}

fn cost(days: &[&Day]) -> f64 {
    days.iter().map(|day| day.nanos()).sum::<i64>() as f64 / 1e9
}

/// The days from the first to the last, both inside.
fn between(first: Date, last: Date) -> Vec<&'static Day> {
    let days: Vec<&Day> = ACTIVITY.iter().filter(|day| first <= day.date && day.date <= last).collect();
    assert!(!days.is_empty());
    days
}

/// The single requests of these days.
fn requests(first: Date, last: Date) -> Vec<Row> {
    let number = |day: Date| i64::from((day - date(1970, 1, 1)).get_days());
    let rows: Vec<Row> = (number(first)..=number(last)).flat_map(|day| rows_of(SEED, day)).collect();
    assert!(!rows.is_empty());
    rows
}

const YESTERDAY: Date = date(2026, 2, 18);

/// Asserts that the rows have these texts in a column, in this order, and these numbers beside them.
fn assert_pairs(rows: &[Json], (key, value): (&str, &str), expected: &[(&str, f64)]) {
    let found: Vec<&str> = rows.iter().map(|row| row[key].as_str().unwrap()).collect();
    let wanted: Vec<&str> = expected.iter().map(|(key, _)| *key).collect();
    assert_eq!(found, wanted);
    for (row, (name, number)) in rows.iter().zip(expected) {
        assert_number(&row[value], Some(*number), name);
    }
}

/// The largest first.
fn descending<'a>(sums: impl IntoIterator<Item = (&'a str, f64)>) -> Vec<(&'a str, f64)> {
    let mut sums: Vec<(&str, f64)> = sums.into_iter().collect();
    sums.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    sums
}

#[test]
fn the_spend_of_a_month_and_its_byok_part() {
    let days = last_days(30);
    assert_number(&row("What did we spend in the last 30 days?")["cost"], Some(cost(&days)), "cost");
    let parts = row("How much of it went through our own provider keys?");
    let byok = days.iter().map(|day| day.byok).sum::<i64>() as f64 / 1e9;
    assert_number(&parts["byok"], Some(byok), "byok");
    assert_number(&parts["credits"], Some(cost(&days) - byok), "credits");
    assert!(byok > 0.0);
}

#[test]
fn what_is_left_and_how_long_it_lasts() {
    let said = get(&ACCOUNT.base_url, "/credits", MANAGEMENT_KEY)["data"].clone();
    let remaining = said["total_credits"].as_f64().unwrap() - said["total_usage"].as_f64().unwrap();
    assert_number(&row("How much money is left on the account?")["remaining"], Some(remaining), "remaining");
    let runway = row("How many days will it last at the pace of the last week?");
    assert_number(&runway["days_left"], Some(remaining / (cost(&last_days(7)) / 7.0)), "days left");
}

#[test]
fn the_forecast_of_the_month_is_its_mean_day_times_its_days() {
    let so_far = cost(&between(date(2026, 2, 1), YESTERDAY));
    let row = row("What will this month cost if it goes on like this?");
    assert_number(&row["so_far"], Some(so_far), "so far");
    assert_number(&row["forecast"], Some(so_far / 18.0 * 28.0), "forecast");
}

#[test]
fn the_dearest_models_of_the_month() {
    let days = between(date(2026, 2, 1), YESTERDAY);
    let models = groups(&days, |day| day.model());
    let sums = descending(models.iter().map(|(model, days)| (*model, cost(days))));
    assert_pairs(&rows("Which five models cost the most this month?"), ("model", "cost"), &sums[..5]);
}

#[test]
fn the_shares_of_the_providers() {
    let days = last_days(30);
    let all = cost(&days);
    let providers = groups(&days, |day| day.provider);
    let sums = descending(providers.iter().map(|(provider, days)| (*provider, cost(days))));
    let shares: BTreeMap<&str, f64> = sums.iter().map(|(provider, sum)| (*provider, sum / all)).collect();
    let rows = rows("Which share of the spend does each provider have?");
    assert_eq!(rows.len(), shares.len());
    for row in &rows {
        let provider = row["provider"].as_str().unwrap();
        assert_number(&row["cost_share"], Some(shares[provider]), provider);
    }
    assert_eq!(rows[0]["provider"], sums[0].0);
}

#[test]
fn each_day_of_two_weeks_and_the_days_that_were_too_dear() {
    let days = groups(&last_days(14), |day| day.date.to_string());
    let sums: Vec<(&str, f64)> = days.iter().map(|(date, days)| (date.as_str(), cost(days))).collect();
    assert_eq!(sums.len(), 14);
    assert_pairs(&rows("What did we spend each day of the last two weeks?"), ("date", "cost"), &sums);
    let month = groups(&last_days(30), |day| day.date.to_string());
    let dear: Vec<(&str, f64)> = month.iter().map(|(date, days)| (date.as_str(), cost(days))).collect();
    let dear: Vec<(&str, f64)> = dear.into_iter().filter(|(_, sum)| *sum > 70.0).collect();
    assert!(!dear.is_empty() && dear.len() < 30);
    assert_pairs(&rows("On which days was it more than 70 dollars?"), ("date", "cost"), &dear);
}

#[test]
fn yesterday_beside_the_day_before() {
    let (after, before) = (cost(&between(YESTERDAY, YESTERDAY)), cost(&between(date(2026, 2, 17), date(2026, 2, 17))));
    let row = row("Was yesterday dearer than the day before?");
    assert_number(&row["cost"], Some(after), "cost");
    assert_number(&row["cost_prev"], Some(before), "the day before");
    assert_number(&row["cost_delta"], Some(after - before), "difference");
    assert_number(&row["cost_pct"], Some((after - before) / before), "part");
}

#[test]
fn weeks_beside_the_weeks_before_them() {
    let first = date(2025, 12, 22);
    let rows = rows("How did the spend change from week to week?");
    assert_eq!(rows.len(), 8);
    let mut before: Option<f64> = None;
    for (at, row) in rows.iter().enumerate() {
        let monday = first + jiff::Span::new().weeks(at as i64);
        let week = requests(monday, monday + jiff::Span::new().days(6));
        let sum = week.iter().map(|row| row.credits() + row.byok_inference()).sum::<i64>() as f64 / 1e9;
        assert_eq!(row["week"], monday.to_string());
        assert_number(&row["cost"], Some(sum), "week");
        assert_number(&row["cost_delta"], before.map(|before| sum - before), "change");
        before = Some(sum);
    }
}

#[test]
fn models_that_got_dearer_in_a_week() {
    let of = |first, last| {
        let days = between(first, last);
        let models = groups(&days, |day| day.model());
        models.into_iter().map(|(model, days)| (model, cost(&days))).collect::<BTreeMap<&str, f64>>()
    };
    let (after, before) = (of(date(2026, 2, 9), date(2026, 2, 15)), of(date(2026, 2, 2), date(2026, 2, 8)));
    let models: BTreeSet<&str> = after.keys().chain(before.keys()).copied().collect();
    let side = |sums: &BTreeMap<&str, f64>, model: &str| sums.get(model).copied().unwrap_or(0.0);
    let deltas = descending(models.iter().map(|model| (*model, side(&after, model) - side(&before, model))));
    let rows = rows("Which models got dearer last week against the week before?");
    assert_pairs(&rows, ("model", "cost_delta"), &deltas[..5]);
}

#[test]
fn what_a_million_tokens_and_a_request_cost() {
    let days = last_days(30);
    let models = groups(&days, |day| day.model());
    let rate = |of: &dyn Fn(&[&Day]) -> i64, times: f64| {
        let rates = models.iter().map(|(model, days)| (*model, cost(days) / of(days) as f64 * times));
        let mut rates = descending(rates.filter(|(_, rate)| rate.is_finite()));
        rates.truncate(5);
        rates
    };
    let tokens = rate(&|days| days.iter().map(|day| day.tokens()).sum(), 1e6);
    let found = rows("Which model costs most for a million tokens, as it is used here?");
    assert_pairs(&found, ("model", "usd_per_mtok"), &tokens);
    let each = rate(&|days| days.iter().map(|day| day.requests).sum(), 1.0);
    assert_pairs(&rows("What does one request cost, by model?"), ("model", "per_request"), &each);
}

#[test]
fn keys_without_a_limit_without_use_and_switched_off() {
    let live = |key: &&Json| key["disabled"] == false;
    let unlimited = KEYS.iter().filter(live).filter(|key| key["limit"].is_null()).count();
    assert_eq!(rows("Which live keys have no limit at all?").len(), unlimited);
    let spent = |key: &Json| key["usage"].as_f64().unwrap() + key["byok_usage"].as_f64().unwrap();
    let unused: BTreeSet<&str> =
        KEYS.iter().filter(live).filter(|key| spent(key) == 0.0).map(|key| key["name"].as_str().unwrap()).collect();
    let found = rows("Which live keys were never used?");
    let found: BTreeSet<&str> = found.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(found, unused);
    let off = KEYS.iter().filter(|key| key["disabled"] == true).count();
    assert_eq!(row("How many keys are switched off?")["count"], off);
    let near_the_end = |key: &&Json| {
        let (limit, left) = (key["limit"].as_f64(), key["limit_remaining"].as_f64());
        limit.zip(left).is_some_and(|(limit, left)| left < 0.2 * limit)
    };
    assert_eq!(rows("Which keys are close to their limit?").len(), KEYS.iter().filter(near_the_end).count());
}

#[test]
fn tokens_of_reasoning() {
    let days = last_days(30);
    let models = groups(&days, |day| day.model());
    let sums = models.iter().map(|(model, days)| (*model, days.iter().map(|day| day.reasoning).sum::<i64>() as f64));
    let sums: Vec<(&str, f64)> = descending(sums).into_iter().filter(|(_, sum)| *sum > 0.0).collect();
    let rows = rows("How many tokens went into reasoning, and by which model?");
    assert_pairs(&rows, ("model", "tokens_reasoning"), &sums);
}

#[test]
fn failures_of_yesterday() {
    let mut failed: BTreeMap<&str, f64> = BTreeMap::new();
    for row in requests(YESTERDAY, YESTERDAY).iter().filter(|row| matches!(row.finish, Finish::Error)) {
        *failed.entry(row.endpoint.provider).or_default() += 1.0;
    }
    let failed: Vec<(&str, f64)> = failed.into_iter().collect();
    assert_pairs(&rows("How many requests failed yesterday, and where?"), ("provider", "requests"), &failed);
}

#[test]
fn requests_by_the_hour_of_the_day() {
    let mut hours: BTreeMap<i64, u64> = BTreeMap::new();
    for row in requests(date(2026, 2, 12), YESTERDAY) {
        *hours.entry(row.ms / 3_600_000).or_default() += 1;
    }
    let rows = rows("At which hour of the day is the most traffic?");
    assert_eq!(rows.len(), hours.len());
    for row in &rows {
        assert_eq!(row["requests"].as_u64(), Some(hours[&row["hour"].as_i64().unwrap()]), "{row}");
    }
    let counts: Vec<u64> = rows.iter().map(|row| row["requests"].as_u64().unwrap()).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
}

#[test]
fn free_models_that_are_used_and_those_that_are_not() {
    let used =
        groups(&last_days(30).into_iter().filter(|day| day.variant() == Some("free")).collect::<Vec<_>>(), |day| {
            day.model_id
        });
    let rows_of_used = rows("Which free models did we use?");
    let tokens: Vec<(&str, f64)> =
        used.iter().map(|(id, days)| (*id, days.iter().map(|day| day.tokens()).sum::<i64>() as f64)).collect();
    assert_pairs(&rows_of_used, ("model_id", "tokens"), &tokens);
    let free = |model: &&Json| {
        let price = |name: &str| model["pricing"][name].as_str().unwrap().parse::<f64>().unwrap();
        near(price("prompt"), 0.0) && near(price("completion"), 0.0)
    };
    let known: BTreeSet<&str> = ACTIVITY.iter().map(|day| day.model_id).collect();
    let unused: BTreeSet<&str> = MODELS
        .iter()
        .filter(free)
        .map(|model| model["id"].as_str().unwrap())
        .filter(|id| !known.contains(id))
        .collect();
    let found = rows("Which free models are there that nobody here has used?");
    let found: BTreeSet<&str> = found.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(found, unused);
}
