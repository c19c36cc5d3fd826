//! What aggregates give, by plain loops over the base table.

use serde_json::Value as Json;

use crate::support::rows;
use crate::support::truth::{ACTIVITY, Day, assert_number, groups, last_days};

/// The percentile of values, interpolated linearly.
fn percentile(mut values: Vec<f64>, q: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let place = q * last as f64;
    let (low, high) = (place.floor() as usize, place.ceil() as usize);
    Some(values[low] + (values[high] - values[low]) * (place - low as f64))
}

#[test]
fn every_aggregate_of_every_model_agrees_with_a_plain_loop() {
    let answer = rows(
        "activity last 30d | group model | agg cost = sum(cost), tokens = sum(tokens), mean = avg(cost), \
         least = min(cost), most = max(cost), n = count(), providers = count_distinct(provider), mid = median(cost), \
         p75 = p75(cost), p90 = p90(cost), p95 = p95(cost), p99 = p99(cost), one = first(provider), end = last(provider)",
    );
    let all: Vec<&Day> = ACTIVITY.iter().collect();
    let expected = groups(&all, |day| day.model());
    assert_eq!(answer.len(), expected.len());
    for (row, (model, days)) in answer.iter().zip(&expected) {
        assert_eq!(row["model"], **model, "groups stand in the order of their keys");
        let costs: Vec<f64> = days.iter().map(|day| day.cost()).collect();
        let exact = days.iter().map(|day| day.nanos()).sum::<i64>() as f64 / 1e9;
        let check = |name: &str, value: Option<f64>| assert_number(&row[name], value, &format!("{name} of {model}"));
        check("cost", Some(exact));
        check("tokens", Some(days.iter().map(|day| day.tokens()).sum::<i64>() as f64));
        check("mean", Some(exact / costs.len() as f64));
        check("least", costs.iter().copied().reduce(f64::min));
        check("most", costs.iter().copied().reduce(f64::max));
        check("n", Some(costs.len() as f64));
        let mut providers: Vec<&str> = days.iter().map(|day| day.provider).collect();
        assert_eq!(
            (&row["one"], &row["end"]),
            (&Json::from(providers[0]), &Json::from(providers[providers.len() - 1]))
        );
        providers.sort_unstable();
        providers.dedup();
        check("providers", Some(providers.len() as f64));
        for (name, q) in [("mid", 0.5), ("p75", 0.75), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)] {
            check(name, percentile(costs.clone(), q));
        }
    }
}

#[test]
fn cost_has_byok_inside_and_its_parts_beside_it() {
    let answer = rows("activity last 30d | sum cost, credits, byok");
    let total = |of: fn(&Day) -> i64| Some(ACTIVITY.iter().map(of).sum::<i64>() as f64 / 1e9);
    assert_number(&answer[0]["cost"], total(Day::nanos), "cost");
    assert_number(&answer[0]["credits"], total(|day| day.credits), "credits");
    assert_number(&answer[0]["byok"], total(|day| day.byok), "byok");
    assert!(ACTIVITY.iter().any(|day| day.byok > 0), "the account has BYOK spend");
}

#[test]
fn the_sum_of_no_rows_is_zero_and_other_aggregates_of_nothing_are_null() {
    let answer = rows(
        "activity last 7d | where false | agg s = sum(cost), a = avg(cost), m = max(cost), n = count(), \
         d = count_distinct(model), p = p95(cost), f = first(model)",
    );
    assert_eq!(answer[0], serde_json::json!({"s": 0, "a": null, "m": null, "n": 0, "d": 0, "p": null, "f": null}));
}

#[test]
fn aggregates_skip_nulls_and_the_sum_of_nothing_but_nulls_is_null() {
    let answer = rows(
        "keys | derive free = if(limit is null, null, 1) | group free \
         | agg s = sum(limit), n = count(limit), all = count(), a = avg(limit), f = first(limit)",
    );
    let (some, none) = (&answer[0], &answer[1]);
    assert_eq!(some["free"], 1);
    assert_eq!(some["n"], some["all"]);
    assert!(some["s"].as_f64() > Some(0.0));
    let n = &none["all"];
    assert_eq!(none, &serde_json::json!({"free": null, "s": null, "n": 0, "all": n, "a": null, "f": null}));
}

#[test]
fn null_keys_are_a_visible_group_that_comes_last() {
    let answer = rows("activity last 30d | group variant | sum requests");
    assert_eq!(answer.last().unwrap()["variant"], Json::Null);
    assert!(answer.len() > 1);
    let standard: i64 = ACTIVITY.iter().filter(|day| day.variant().is_none()).map(|day| day.requests).sum();
    assert_eq!(answer.last().unwrap()["requests"], standard);
}

#[test]
fn a_condition_belongs_to_its_aggregate_alone() {
    let answer = rows(
        "activity last 7d | group provider | sum cost, sum cost where requests > 3 as many, count where requests > 3 as n",
    );
    let expected = groups(&last_days(7), |day| day.provider);
    assert_eq!(answer.len(), expected.len());
    for (row, (provider, days)) in answer.iter().zip(expected) {
        let many: Vec<&&Day> = days.iter().filter(|day| day.requests > 3).collect();
        assert_number(&row["many"], Some(many.iter().map(|day| day.cost()).sum()), provider);
        assert_eq!(row["n"], many.len(), "{provider}");
        assert_number(&row["cost"], Some(days.iter().map(|day| day.cost()).sum()), provider);
    }
}

#[test]
fn rows_are_counted_whatever_columns_are_left() {
    let all = last_days(1).len();
    for query in [
        "activity yesterday | count",
        "activity yesterday | select cost | count",
        "activity yesterday | drop date | count",
        "activity yesterday | select one = 1 | count",
        "activity yesterday | select cost | where true | count",
    ] {
        assert_eq!(rows(query)[0]["count"], all, "{query}");
    }
}
