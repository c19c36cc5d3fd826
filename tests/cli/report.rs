//! `orq report`: the same figures as the base table, over the range that was asked for.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::orq;
use crate::support::truth::{Day, assert_number, last_days};

type Rows = Vec<Value>;

fn sections(arguments: &[&str]) -> BTreeMap<String, Rows> {
    let run = orq().args(["--demo", "report", "-f", "json"]).args(arguments.iter().copied()).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let sections: Rows = serde_json::from_str(&run.stdout).unwrap();
    let section = |one: Value| (one["title"].as_str().unwrap().to_string(), one["rows"].as_array().unwrap().clone());
    sections.into_iter().map(section).collect()
}

/// Each row of a list has the cost of the days of its name, and none that is not listed cost more.
fn assert_costs(rows: &Rows, column: &str, days: &[&Day], name: impl Fn(&Day) -> String) {
    let mut costs: BTreeMap<String, f64> = BTreeMap::new();
    for day in days {
        *costs.entry(name(day)).or_default() += day.cost();
    }
    let mut largest: Vec<f64> = costs.values().copied().collect();
    largest.sort_by(|a, b| b.total_cmp(a));
    for (row, expected) in rows.iter().zip(largest) {
        assert_number(&row["cost"], Some(costs[row[column].as_str().unwrap()]), column);
        assert_number(&row["cost"], Some(expected), column);
    }
}

#[test]
fn it_adds_up_to_what_was_spent_in_the_range() {
    let found = sections(&["--from", "2026-02-12", "--to", "2026-02-17", "--limit", "3"]);
    let days: Vec<&Day> = last_days(7).into_iter().filter(|day| day.date.day() < 18).collect();
    let sum = |value: fn(&Day) -> f64| Some(days.iter().map(|day| value(day)).sum());
    let summary = &found["Summary"][0];
    assert_number(&summary["cost"], sum(Day::cost), "cost");
    assert_number(&summary["tokens"], sum(|day| day.tokens() as f64), "tokens");
    assert_number(&summary["requests"], sum(|day| day.requests as f64), "requests");
    assert_eq!(found["Spend by day"].len(), 6);
    for (title, column) in [("Spend by model", "model"), ("Spend by provider", "provider"), ("Spend by key", "key")] {
        assert_eq!(found[title].len(), 3, "{title}");
        assert!(found[title][0].get(column).is_some(), "{title}");
    }
    assert_costs(&found["Spend by model"], "model", &days, |day| day.model().to_string());
    assert_costs(&found["Spend by provider"], "provider", &days, |day| day.provider.to_string());
    assert_eq!(found["Biggest changes against the days before"].len(), 3);
    assert_eq!(found["Most expensive requests, of the last 30 days"].len(), 3);
}

#[test]
fn credits_last_as_long_as_those_of_a_week_allow() {
    let found = sections(&[]);
    let credits = &found["Credits"][0];
    let spent: f64 = last_days(7).iter().map(|day| day.credits as f64 / 1e9).sum();
    let days = credits["remaining"].as_f64().unwrap() / (spent / 7.0);
    assert_number(&credits["lasts"], Some(days * 86_400_000.0), "milliseconds");
    assert_eq!(found["Spend by day"].len(), 30, "30 days where nothing is said");
}

#[test]
fn a_day_that_is_none_is_told_before_anything_is_sent() {
    let run = orq().args(["--demo", "report", "--from", "last week"]).run();
    assert_eq!((run.code, run.stdout.as_str()), (3, ""));
    assert!(run.stderr.contains("`last week`, given for `@from`, is no date"), "{}", run.stderr);
}
