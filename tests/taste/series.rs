//! Days, weeks and months beside those before them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use orq::demo::base::Row;
use serde_json::{Value as Json, json};

use super::assert_gives;
use super::base::{YESTERDAY, costs, date_of, days, descending, last_days, model, monday, provider, usd};

#[test]
fn weeks_by_provider_as_a_table_without_holes() {
    // Eight weeks from Monday to Sunday before the one of the clock.
    let sums = costs(&days(date(2026, 9, 21), date(2026, 11, 15)), |row| (monday(row), provider(row)));
    let weeks: BTreeSet<Date> = sums.keys().map(|(week, _)| *week).collect();
    let providers: BTreeSet<&str> = sums.keys().map(|(_, provider)| *provider).collect();
    assert!(weeks.len() == 8 && providers.len() > 10 && sums.len() < weeks.len() * providers.len());
    let row = |week: &Date| {
        let cells = providers.iter().map(|provider| sums.get(&(*week, *provider)).copied().unwrap_or(0));
        [json!(week.to_string())].into_iter().chain(cells.map(|sum| json!(usd(sum)))).collect()
    };
    assert_gives(
        "activity last 8w | group week(date), provider | sum cost | pivot cost by provider | fill 0",
        &["week"].into_iter().chain(providers.iter().copied()).collect::<Vec<_>>(),
        &weeks.iter().map(row).collect::<Vec<Vec<Json>>>(),
    );
}

#[test]
fn the_mean_of_the_last_seven_days_that_a_model_has() {
    let mut before: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut rows = Vec::new();
    for ((date, model), sum) in costs(&last_days(30), |row| (date_of(row), model(row))) {
        let days = before.entry(model).or_default();
        days.push(usd(sum));
        let window = &days[days.len().saturating_sub(7)..];
        let mean = window.iter().sum::<f64>() / window.len() as f64;
        rows.push(vec![json!(date.to_string()), json!(model), json!(usd(sum)), json!(mean)]);
    }
    assert!(before.values().any(|days| days.len() == 30) && before.values().any(|days| days.len() < 30));
    assert_gives(
        "activity last 30d | group date, model | sum cost | derive ma7 = avg(cost) over (by model sort date rows 7)",
        &["date", "model", "cost", "ma7"],
        &rows,
    );
}

#[test]
fn each_day_beside_the_day_before() {
    let mut before = None;
    let mut rows = Vec::new();
    for (date, sum) in costs(&last_days(14), date_of) {
        let growth = before.map(|before: f64| usd(sum) / before - 1.0);
        before = Some(usd(sum));
        rows.push(vec![json!(date.to_string()), json!(usd(sum)), json!(growth)]);
    }
    assert_eq!(rows.len(), 14);
    assert_gives(
        "activity last 14d | group date | sum cost | derive dod = cost / lag(cost, 1) over (sort date) - 1",
        &["date", "cost", "dod"],
        &rows,
    );
}

/// The rows of the line that is drawn by `as line`.
#[test]
fn every_day_of_a_quarter_of_a_year() {
    let sums = costs(&last_days(90), date_of);
    let rows: Vec<Vec<Json>> = (0..90)
        .map(|day: i64| date(2026, 8, 24) + day.days())
        .map(|day| vec![json!(day.to_string()), json!(usd(sums.get(&day).copied().unwrap_or(0)))])
        .collect();
    assert_eq!(rows[89][0], json!(YESTERDAY.to_string()));
    assert_gives("activity last 90d | group day(date) | sum cost | fill 0", &["day", "cost"], &rows);
}

/// What each thing cost this month and in as many days of the month before: what grew most comes first.
fn compared(name: fn(&Row) -> &'static str) -> Vec<Vec<Json>> {
    let now = costs(&days(date(2026, 11, 1), YESTERDAY), name);
    let before = costs(&days(date(2026, 10, 1), date(2026, 10, 21)), name);
    let names: BTreeSet<&str> = now.keys().chain(before.keys()).copied().collect();
    let change = |name: &str| now.get(name).unwrap_or(&0) - before.get(name).unwrap_or(&0);
    let row = |(name, change): (&str, i64)| {
        let (now, before) = (now.get(name), before.get(name));
        let growth = before.filter(|before| **before != 0).map(|before| change as f64 / *before as f64);
        let amount = |nanos: Option<&i64>| json!(nanos.map(|nanos| usd(*nanos)));
        vec![json!(name), amount(now), amount(before), json!(usd(change)), json!(growth)]
    };
    descending(names.into_iter().map(|name| (name, change(name)))).into_iter().map(row).collect()
}

const COMPARED: [&str; 4] = ["cost", "cost_prev", "cost_delta", "cost_pct"];

#[test]
fn what_costs_more_than_in_as_many_days_of_the_month_before() {
    let [cost, before, delta, growth] = COMPARED;
    assert_gives(
        "activity this month | group model | sum cost | compare previous | sort -cost_delta | limit 10",
        &["model", cost, before, delta, growth],
        &compared(model)[..10],
    );
}

/// The cube, which has the month before, knows it by its lasting name alone.
#[test]
fn a_model_that_is_not_listed_any_more_is_one_in_both_months() {
    let [cost, before, delta, growth] = COMPARED;
    let by_id = compared(|row| row.endpoint.model.id);
    for (column, rows) in [("model", compared(model)), ("model_id", by_id)] {
        let retired = rows.iter().find(|row| row[0] == "anthropic/claude-3-sonnet").unwrap();
        assert!(retired[1].is_number() && retired[2].is_number());
        let query = format!("activity this month | group {column} | sum cost | compare previous | sort -cost_delta");
        assert_gives(&query, &[column, cost, before, delta, growth], &rows);
    }
}
