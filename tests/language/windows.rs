//! Windows, against loops over the rows in their order.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;

use super::spent::{ago, assert_near, spent};
use crate::support::{demo, rows};

/// The spend of each provider, day by day in order.
fn series() -> BTreeMap<String, Vec<(Date, f64)>> {
    let mut series: BTreeMap<String, Vec<(Date, f64)>> = BTreeMap::new();
    for ((provider, day), cost) in spent(ago(30), ago(1), |day, row| (row.endpoint.provider.to_string(), day)) {
        series.entry(provider).or_default().push((day, cost));
    }
    series
}

/// Each row of the answer with its place in its series.
fn each(query: &str, check: impl Fn(&Value, &[(Date, f64)], usize)) {
    let series = series();
    let found = rows(query);
    assert_eq!(found.len(), series.values().map(Vec::len).sum::<usize>());
    assert!(found.len() > 100);
    for row in &found {
        let of = &series[row["provider"].as_str().unwrap()];
        let day: Date = row["date"].as_str().unwrap().parse().unwrap();
        let at = of.iter().position(|(known, _)| *known == day).unwrap();
        check(row, of, at);
    }
}

const BY_DAY: &str = "activity last 30d | group date, provider | sum cost | derive ";

#[test]
fn lag_and_lead_are_the_rows_before_and_behind() {
    let query = format!(
        "{BY_DAY} before = lag(cost) over (by provider sort date), third = lag(cost, 3) over (by provider sort date), \
         next = lead(cost) over (by provider sort date), back = lag(cost) over (by provider sort -date)"
    );
    each(&query, |row, of, at| {
        let cost = |at: Option<usize>| at.and_then(|at| of.get(at)).map(|(_, cost)| *cost);
        assert_near(&row["before"], cost(at.checked_sub(1)), "before");
        assert_near(&row["third"], cost(at.checked_sub(3)), "third");
        assert_near(&row["next"], cost(Some(at + 1)), "next");
        assert_near(&row["back"], cost(Some(at + 1)), "back");
    });
}

#[test]
fn frames_of_rows_take_this_row_and_those_before() {
    let query = format!(
        "{BY_DAY} mean = avg(cost) over (by provider sort date rows 7), total = sum(cost) over (by provider sort date rows 3), \
         least = min(cost) over (by provider sort date rows 4), most = max(cost) over (by provider sort date rows 4), \
         n = count() over (by provider sort date rows 5)"
    );
    each(&query, |row, of, at| {
        let last = |n: usize| &of[(at + 1).saturating_sub(n)..=at];
        let sum = |n: usize| last(n).iter().map(|(_, cost)| cost).sum::<f64>();
        assert_near(&row["mean"], Some(sum(7) / last(7).len() as f64), "mean");
        assert_near(&row["total"], Some(sum(3)), "total");
        assert_near(&row["least"], last(4).iter().map(|(_, cost)| *cost).reduce(f64::min), "least");
        assert_near(&row["most"], last(4).iter().map(|(_, cost)| *cost).reduce(f64::max), "most");
        assert_eq!(row["n"], last(5).len());
    });
}

#[test]
fn frames_of_time_take_the_rows_within_it() {
    let query = format!(
        "{BY_DAY} total = sum(cost) over (by provider sort date range 3d), n = count() over (by provider sort date range 1w)"
    );
    each(&query, |row, of, at| {
        let within = |days: i32| of[..=at].iter().filter(move |(day, _)| (of[at].0 - *day).get_days() < days);
        assert_near(&row["total"], Some(within(3).map(|(_, cost)| cost).sum()), "total");
        assert_eq!(row["n"], within(7).count());
    });
}

#[test]
fn without_an_order_all_rows_count_and_with_one_those_up_to_here() {
    let query = format!(
        "{BY_DAY} whole = sum(cost) over (by provider), part = cost / sum(cost) over (), so_far = sum(cost) over (by provider sort date), \
         mean = avg(cost) over (by provider sort date), high = max(cost) over (by provider sort date), \
         opening = first(cost) over (by provider sort date), latest = last(cost) over (by provider sort date), \
         n = count(cost) over (by provider sort date)"
    );
    let all: f64 = series().values().flatten().map(|(_, cost)| cost).sum();
    each(&query, |row, of, at| {
        let so_far: f64 = of[..=at].iter().map(|(_, cost)| cost).sum();
        assert_near(&row["whole"], Some(of.iter().map(|(_, cost)| cost).sum()), "whole");
        assert_near(&row["part"], Some(of[at].1 / all), "part");
        assert_near(&row["so_far"], Some(so_far), "so_far");
        assert_near(&row["mean"], Some(so_far / (at + 1) as f64), "mean");
        assert_near(&row["high"], of[..=at].iter().map(|(_, cost)| *cost).reduce(f64::max), "high");
        assert_near(&row["opening"], Some(of[0].1), "opening");
        assert_near(&row["latest"], Some(of[at].1), "latest");
        assert_eq!(row["n"], at + 1);
    });
}

#[test]
fn ranks_share_a_place_where_rows_are_alike() {
    let found = rows(
        "models | derive rank = rank() over (sort price_prompt), dense = dense_rank() over (sort price_prompt), \
         nth = row_number() over (sort price_prompt, id) | select id, price_prompt, rank, dense, nth",
    );
    let price = |row: &Value| row["price_prompt"].as_f64().unwrap_or(f64::INFINITY);
    let mut prices: Vec<f64> = found.iter().map(price).collect();
    prices.sort_by(f64::total_cmp);
    let mut apart = prices.clone();
    apart.dedup();
    assert!(apart.len() < prices.len(), "some prices are alike");
    let mut nth: Vec<i64> = found.iter().map(|row| row["nth"].as_i64().unwrap()).collect();
    for row in &found {
        let own = price(row);
        assert_eq!(row["rank"], prices.iter().filter(|price| **price < own).count() + 1, "{row}");
        assert_eq!(row["dense"], apart.iter().filter(|price| **price < own).count() + 1, "{row}");
    }
    nth.sort_unstable();
    assert_eq!(nth, (1..=found.len() as i64).collect::<Vec<_>>());
}

#[test]
fn nulls_are_skipped_and_carried_by_no_sum() {
    // The incremental cost of the first day is null, and so is what is made of it.
    let found = rows(
        "activity last 4d | group date | sum cost | derive step = cost - lag(cost) over (sort date) \
         | derive total = sum(step) over (sort date), n = count(step) over (sort date), mean = avg(step) over (sort date rows 2)",
    );
    let cost: Vec<f64> = found.iter().map(|row| row["cost"].as_f64().unwrap()).collect();
    assert_eq!((&found[0]["step"], &found[0]["total"], &found[0]["mean"]), (&Value::Null, &Value::Null, &Value::Null));
    let counts: Vec<i64> = found.iter().map(|row| row["n"].as_i64().unwrap()).collect();
    assert_eq!(counts, [0, 1, 2, 3]);
    assert_near(&found[3]["total"], Some(cost[3] - cost[0]), "steps add up");
    assert_near(&found[1]["mean"], Some(cost[1] - cost[0]), "a null is no row of the mean");
}

#[test]
fn the_clauses_of_sql_are_understood() {
    let ours =
        rows("activity last 7d | group date, provider | sum cost | derive x = sum(cost) over (by provider sort date)");
    let theirs = "derive x = sum(cost) over (partition by provider order by date)";
    assert_eq!(rows(&format!("activity last 7d | group date, provider | sum cost | {theirs}")), ours);
}

#[test]
fn lag_follows_the_order_that_the_rows_have_where_none_is_named() {
    let plain = rows("activity last 7d | group date | sum cost | derive x = lag(cost)");
    assert_eq!(plain, rows("activity last 7d | group date | sum cost | derive x = lag(cost, 1) over (sort date)"));
    let sorted = rows("activity last 7d | group date | sum cost | sort -cost | derive x = lag(cost)");
    assert!(sorted[0]["x"].is_null());
    assert!(sorted.windows(2).all(|pair| pair[1]["x"] == pair[0]["cost"]));
    assert_eq!(demo("activity last 7d | derive x = lag(cost)").code, 3);
}

#[test]
fn a_window_may_stand_in_a_condition_in_an_order_and_in_select_and_leaves_no_trace() {
    let firsts = rows(
        "activity last 30d | group provider, model | sum cost | where row_number() over (by provider sort -cost, model) <= 2",
    );
    assert_eq!(firsts[0].as_object().unwrap().keys().collect::<Vec<_>>(), ["provider", "model", "cost"]);
    let top: Vec<Value> =
        rows("activity last 30d | group provider, model | sum cost | top 2 per provider | sort provider, model");
    assert_eq!(firsts, top);
    let selected =
        rows("activity last 3d | group date | sum cost | select date, round(lag(cost) over (sort date), 2) as before");
    assert_eq!(selected[0].as_object().unwrap().keys().collect::<Vec<_>>(), ["date", "before"]);
    let ordered = rows("activity last 9d | group date | sum cost | sort -row_number() over (sort date) | limit 1");
    assert_eq!(ordered[0]["date"], ago(1).to_string());
}

#[test]
fn top_per_takes_the_first_of_each() {
    let found = rows("activity last 30d | group provider, model | sum cost | top 3 per provider");
    let by = spent(ago(30), ago(1), |_, row| (row.endpoint.provider.to_string(), super::spent::model(row)));
    let mut expected: BTreeMap<String, Vec<(String, f64)>> = BTreeMap::new();
    for ((provider, model), cost) in by {
        expected.entry(provider).or_default().push((model, cost));
    }
    let mut all = Vec::new();
    for (provider, mut models) in expected {
        models.sort_by(|(a, x), (b, y)| y.total_cmp(x).then_with(|| a.cmp(b)));
        all.extend(models.into_iter().take(3).map(|(model, _)| (provider.clone(), model)));
    }
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_string();
    let given: Vec<(String, String)> = found.iter().map(|row| (text(row, "provider"), text(row, "model"))).collect();
    // Retired models have other names here.
    let listed = |(_, model): &&(String, String)| !model.starts_with("anthropic/claude-3");
    assert_eq!(given.iter().filter(listed).collect::<Vec<_>>(), all.iter().filter(listed).collect::<Vec<_>>());
}
