//! Series of time: filled, compared with earlier ones, added up and shared out; against loops over the base table.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::spent::{ago, assert_near, model, spent};
use crate::support::{demo, orq, rows};

#[test]
fn a_week_that_the_range_cuts_is_filled_as_a_whole_one() {
    let found = rows(
        "activity from 2026-01-28 to 2026-02-10 | group week(date), provider | sum cost | where provider == \"xAI\" | fill 0",
    );
    let weeks: Vec<&str> = found.iter().map(|row| row["week"].as_str().unwrap()).collect();
    assert_eq!(weeks, ["2026-01-26", "2026-02-02", "2026-02-09"]);
}

#[test]
fn fill_gives_each_key_every_bucket_of_the_range_and_nulls_a_value() {
    let found =
        rows("activity last 14d | group date, provider | agg cost = sum(cost), part = sum(byok) / sum(cost) | fill 0");
    let by = spent(ago(14), ago(1), |day, row| (day, row.endpoint.provider.to_string()));
    let providers: BTreeSet<&String> = by.keys().map(|(_, provider)| provider).collect();
    assert_eq!(found.len(), 14 * providers.len());
    assert!(by.len() < found.len(), "some days lack a provider");
    let mut places = Vec::new();
    for row in &found {
        let day: Date = row["date"].as_str().unwrap().parse().unwrap();
        let provider = row["provider"].as_str().unwrap().to_string();
        let there = by.get(&(day, provider.clone()));
        assert_near(&row["cost"], Some(there.copied().unwrap_or(0.0)), "cost");
        // A rate of nothing is nothing.
        assert_eq!(row["part"].is_null(), there.is_none_or(|cost| *cost == 0.0), "{row}");
        places.push((day, provider));
    }
    assert!(places.is_sorted());
}

#[test]
fn fill_fills_columns_that_are_named_and_forward_carries_on() {
    let query =
        "analytics on 2026-02-15 | group hour(time), provider | sum requests, p90 latency | where provider == \"xAI\"";
    let plain = rows(query);
    assert!(plain.len() < 24);
    let zero = rows(&format!("{query} | fill 0, p90_latency"));
    let forward = rows(&format!("{query} | fill forward, p90_latency"));
    assert_eq!((zero.len(), forward.len()), (24, 24));
    let mut before = Value::Null;
    for (hour, (zero, forward)) in zero.iter().zip(&forward).enumerate() {
        let known = plain.iter().find(|row| row["hour"] == zero["hour"]);
        assert_eq!(zero["hour"], format!("2026-02-15T{hour:02}:00:00Z"));
        assert_eq!(zero["p90_latency"], known.map_or(json!(0), |row| row["p90_latency"].clone()));
        if let Some(known) = known {
            before = known["p90_latency"].clone();
        }
        assert_eq!(forward["p90_latency"], before);
        // What adds up is filled with a number unasked, and carried on only where it is named.
        assert_eq!(zero["requests"], known.map_or(json!(0), |row| row["requests"].clone()));
        assert_eq!(forward["requests"].is_null(), known.is_none());
    }
}

#[test]
fn days_that_could_not_be_had_are_not_filled() {
    // Single rows are kept from the 20th of January on, a Tuesday.
    let first = |key: &str| {
        let query =
            format!("activity from 2026-01-12 | group {key} | max cost, sum requests | fill 0, max_cost | limit 1");
        let run = orq().args(["--demo", "--allow-partial", "-f", "json", &query]).run();
        assert!(run.code == 0 && run.stderr.contains("2026-01-12 to 2026-01-19"), "{}", run.stderr);
        let rows: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
        rows[0][key.split('(').next().unwrap()].as_str().unwrap().to_string()
    };
    assert_eq!((first("date").as_str(), first("week(date)").as_str()), ("2026-01-20", "2026-01-19"));
}

#[test]
fn share_is_the_part_in_all_or_in_those_that_are_alike() {
    let by = spent(ago(7), ago(1), |_, row| (row.endpoint.provider.to_string(), model(row)));
    let all: f64 = by.values().sum();
    for row in rows("activity last 7d | group provider | sum cost | share cost") {
        let of = |(provider, _): &(String, String)| row["provider"] == provider.as_str();
        let own: f64 = by.iter().filter(|(key, _)| of(key)).map(|(_, cost)| cost).sum();
        assert_near(&row["cost_share"], Some(own / all), "share");
    }
    let found = rows("activity last 7d | group provider, model | sum cost | share cost by provider");
    let mut sums: BTreeMap<String, f64> = BTreeMap::new();
    for row in &found {
        *sums.entry(row["provider"].to_string()).or_default() += row["cost_share"].as_f64().unwrap_or(f64::NAN);
    }
    let whole = sums.values().filter(|sum| (*sum - 1.0).abs() < 1e-9).count();
    // Where nothing was spent there is no part.
    assert!(whole > 10 && sums.values().all(|sum| sum.is_nan() || (sum - 1.0).abs() < 1e-9), "{sums:?}");
}

#[test]
fn cumulate_adds_up_and_delta_takes_off_in_the_order_of_the_rows() {
    let days: Vec<f64> = spent(ago(14), ago(1), |day, _| day).into_values().collect();
    let found = rows("activity last 14d | group date | sum cost | cumulate cost | delta cost");
    assert_eq!(found.len(), days.len());
    for (at, row) in found.iter().enumerate() {
        assert_near(&row["cost_cumulative"], Some(days[..=at].iter().sum()), "cumulative");
        let before = at.checked_sub(1).map(|at| days[at]);
        assert_near(&row["cost_delta"], before.map(|before| days[at] - before), "delta");
        assert_near(&row["cost_pct"], before.map(|before| days[at] / before - 1.0), "pct");
    }
    let run = demo("activity last 14d | cumulate cost");
    assert!(run.code == 3 && run.stderr.contains("sort date"), "{}", run.stderr);
}

/// Each model's spend in two ranges, beside what `compare` says.
fn compared(query: &str, now: (Date, Date), before: (Date, Date)) {
    let listed = |_: Date, row: &orq::demo::base::Row| row.endpoint.provider.to_string();
    let (now, before) = (spent(now.0, now.1, listed), spent(before.0, before.1, listed));
    let keys: BTreeSet<&String> = now.keys().chain(before.keys()).collect();
    let found = rows(query);
    assert_eq!(found.len(), keys.len(), "{query}");
    for row in &found {
        let key = row["provider"].as_str().unwrap();
        let (a, b) = (now.get(key).copied(), before.get(key).copied());
        assert_near(&row["cost"], a, query);
        assert_near(&row["cost_prev"], b, query);
        assert_near(&row["cost_delta"], Some(a.unwrap_or(0.0) - b.unwrap_or(0.0)), query);
        let part = a.zip(b).filter(|(_, b)| *b != 0.0).map(|(a, b)| (a - b) / b);
        assert_near(&row["cost_pct"], part, query);
    }
}

#[test]
fn compare_puts_the_time_before_beside_each_row() {
    let q = |range: &str, length: &str| format!("activity {range} | group provider | sum cost | compare {length}");
    compared(&q("last 7d", "previous"), (ago(7), ago(1)), (ago(14), ago(8)));
    compared(&q("last 7d", "4w"), (ago(7), ago(1)), (ago(35), ago(29)));
    // To the same day of the month before.
    compared(&q("this month", "previous"), (date(2026, 2, 1), ago(1)), (date(2026, 1, 1), date(2026, 1, 18)));
    compared(
        &q("last month", "previous"),
        (date(2026, 1, 1), date(2026, 1, 31)),
        (date(2025, 12, 1), date(2025, 12, 31)),
    );
    compared(&q("on 2025-12", "3mo"), (date(2025, 12, 1), date(2025, 12, 31)), (date(2025, 9, 1), date(2025, 9, 30)));
}

#[test]
fn compare_moves_the_days_of_the_earlier_time_onto_these() {
    let found = rows("activity last 7d | group date | sum cost | compare previous");
    let days = spent(ago(14), ago(1), |day, _| day);
    assert_eq!(found.len(), 7);
    for row in &found {
        let day: Date = row["date"].as_str().unwrap().parse().unwrap();
        assert_near(&row["cost"], days.get(&day).copied(), "now");
        assert_near(&row["cost_prev"], days.get(&(day - 7.days())).copied(), "a week before");
    }
    let weeks = rows("activity last 4w | group week(date) | sum cost | compare 4w");
    assert_eq!(weeks.len(), 4);
    assert!(weeks.iter().all(|row| row["cost_prev"].is_number()));
}

#[test]
fn a_filled_series_is_compared_with_a_filled_one() {
    let query = "activity last 7d | group date, provider | sum cost | fill 0";
    let filled = rows(query);
    let found = rows(&format!("{query} | compare previous"));
    let keys = |rows: &[Value]| -> BTreeSet<(String, String)> {
        rows.iter().map(|row| (row["date"].to_string(), row["provider"].to_string())).collect()
    };
    assert!(keys(&filled).is_subset(&keys(&found)));
    let days: BTreeSet<String> = found.iter().map(|row| row["date"].to_string()).collect();
    assert_eq!(days.len(), 7);
    assert!(found.iter().all(|row| row["cost"].is_number() || row["cost_prev"].is_number()));
}

#[test]
fn compare_of_a_month_keeps_the_days_that_the_other_lacks() {
    let query = "activity on 2026-02 | group date | sum cost | compare previous | sum cost, cost_prev";
    let run = orq().args(["--demo", "--now", "2026-03-10T09:00:00Z", "-f", "json", query]).run();
    let found: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    let total = |first, last| spent(first, last, |_, _| ()).into_values().sum::<f64>();
    assert_near(&found[0]["cost"], Some(total(date(2026, 2, 1), date(2026, 2, 28))), "February");
    assert_near(&found[0]["cost_prev"], Some(total(date(2026, 1, 1), date(2026, 1, 31))), "all of January");
}

#[test]
fn compare_takes_one_row_for_each_key_and_saves_what_was_asked_for() {
    for query in [
        "activity last 7d | group model, date | sum cost | drop date | compare previous",
        "activity last 7d | group model | sum cost | select cost | compare previous",
    ] {
        let run = demo(query);
        assert!(run.code == 3 && run.stderr.contains("same keys"), "{}", run.stderr);
    }
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("now.csv");
    let query = "activity last 7d | group provider | sum cost";
    assert_eq!(demo(&format!("{query} | save \"{}\" | compare previous", file.display())).code, 0);
    let saved = std::fs::read_to_string(file).unwrap();
    assert_eq!(saved, orq().args(["--demo", "-f", "csv", query]).run().stdout);
}

#[test]
fn a_bucket_that_is_grouped_again_is_filled_by_its_own_unit() {
    let query =
        "activity from 2025-11-01 | group month(date), model | sum cost | group month | max cost | fill 0, max_cost";
    let months: Vec<Value> = rows(query).iter().map(|row| row["month"].clone()).collect();
    assert_eq!(months, ["2025-11-01", "2025-12-01", "2026-01-01", "2026-02-01"]);
    let run = demo("activity last 60d | group month(date), date | sum cost | fill 0");
    assert!(run.code == 3 && run.stderr.contains("not the only key"), "{}", run.stderr);
}

#[test]
fn compare_without_a_key_is_one_row_and_takes_several_measures() {
    let found = rows("activity last 7d | sum cost, requests | compare previous");
    let names: Vec<&String> = found[0].as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        ["cost", "cost_prev", "cost_delta", "cost_pct", "requests", "requests_prev", "requests_delta", "requests_pct"]
    );
    let total = |first, last| spent(first, last, |_, _| ()).into_values().sum::<f64>();
    assert_near(&found[0]["cost"], Some(total(ago(7), ago(1))), "now");
    assert_near(&found[0]["cost_prev"], Some(total(ago(14), ago(8))), "before");
}

#[test]
fn an_assertion_that_holds_passes_the_rows_on_and_one_that_does_not_ends_the_run() {
    let plain = rows("activity last 3d | group date | sum cost");
    assert_eq!(rows("activity last 3d | group date | sum cost | assert cost > 0, \"no cost\""), plain);
    assert_eq!(rows("activity last 3d | group date | sum cost | assert count == 3 and sum(cost) > 0"), plain);
    let failing: Vec<String> = spent(ago(3), ago(1), |day, _| day)
        .iter()
        .filter(|(_, cost)| **cost >= 55.0)
        .map(|(day, _)| day.to_string())
        .collect();
    assert!(!failing.is_empty() && failing.len() < 3);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("after.csv");
    let query = format!(
        "activity last 3d | group date | sum cost | assert cost < 55, \"too dear\" | save \"{}\"",
        file.display()
    );
    let run = orq().args(["--demo", &query]).run();
    assert_eq!((run.code, run.stdout.as_str()), (5, ""), "{}", run.stderr);
    assert!(run.stderr.contains("E0606") && run.stderr.contains("too dear"), "{}", run.stderr);
    assert!(failing.iter().all(|day| run.stderr.contains(day.as_str())), "{}", run.stderr);
    assert!(!file.exists(), "nothing behind it is done");
    // An empty table has no row that fails, and is told by an aggregate.
    let empty = "activity last 3d | where cost < 0";
    assert_eq!(demo(&format!("{empty} | assert cost > 1")).code, 0);
    assert_eq!(demo(&format!("{empty} | assert count() > 0, \"nothing\"")).code, 5);
    // Null is not true.
    assert_eq!(demo("activity last 3d | assert variant == \"free\" or variant != \"free\"").code, 5);
}
