//! Sums, groups and shares of days.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use orq::demo::base::Row;
use serde_json::{Value as Json, json};

use super::base::{
    YESTERDAY, cost, costs, date_of, days, descending, last_days, lasting, model, nanos, provider, tokens, usd,
};
use super::{asking, assert_gives, assert_run_gives};
use crate::support::truth::groups;

const COLUMNS: [&str; 16] = [
    "date",
    "model",
    "author",
    "variant",
    "model_id",
    "model_permaslug",
    "provider",
    "endpoint",
    "cost",
    "credits",
    "byok",
    "requests",
    "tokens",
    "tokens_prompt",
    "tokens_completion",
    "tokens_reasoning",
];

/// The rows of a day: one for each endpoint, in the order in which the API lists them.
fn of_day(day: Date) -> Vec<Vec<Json>> {
    let endpoints = groups(&days(day, day), |row| row.endpoint.index);
    let row = |rows: Vec<&Row>| {
        let of = rows[0].endpoint;
        let sum = |value: fn(&Row) -> u64| json!(rows.iter().map(|row| value(row)).sum::<u64>());
        vec![
            json!(day.to_string()),
            json!(model(rows[0])),
            json!(of.model.id.split('/').next()),
            json!(of.model.id.split_once(':').map(|(_, variant)| variant)),
            json!(of.model.id),
            json!(of.model.permaslug),
            json!(of.provider),
            json!(of.id),
            cost(&rows),
            json!(usd(rows.iter().map(|row| row.credits()).sum())),
            json!(usd(rows.iter().map(|row| row.byok_inference()).sum())),
            json!(rows.len()),
            json!(tokens(&rows)),
            sum(|row| row.prompt),
            sum(|row| row.completion),
            sum(|row| row.reasoning),
        ]
    };
    endpoints.into_values().map(row).collect()
}

#[test]
fn a_day_is_a_row_for_each_endpoint_with_all_that_it_did() {
    assert_gives("activity yesterday", &COLUMNS, &of_day(YESTERDAY));
    let rows = of_day(date(2026, 11, 18));
    assert!(rows.len() > 20, "only {} rows", rows.len());
    assert_gives("activity on 2026-11-18 | limit 20", &COLUMNS, &rows[..20]);
}

#[test]
fn what_most_was_spent_on_since_february() {
    let sums = descending(costs(&days(date(2026, 2, 1), YESTERDAY), lasting));
    let rows: Vec<Vec<Json>> = sums.iter().take(5).map(|(model, sum)| vec![json!(model), json!(usd(*sum))]).collect();
    assert_gives("activity from 2026-02-01 | group model | sum cost | top 5", &["model", "cost"], &rows);
}

#[test]
fn the_sums_of_a_week() {
    let all = last_days(7);
    assert_gives(
        "activity last 7d | sum cost, sum requests, sum tokens",
        &["cost", "requests", "tokens"],
        &[vec![cost(&all), json!(all.len()), json!(tokens(&all))]],
    );
}

#[test]
fn a_month_by_provider_the_dearest_first() {
    let by_provider = groups(&days(date(2026, 11, 1), YESTERDAY), provider);
    let order = descending(by_provider.iter().map(|(provider, rows)| (*provider, nanos(rows))));
    let row = |(provider, sum): (&str, i64)| {
        let rows = &by_provider[provider];
        let models: BTreeSet<&str> = rows.iter().map(|row| model(row)).collect();
        vec![json!(provider), json!(usd(sum)), json!(rows.len()), json!(models.len())]
    };
    assert_gives(
        "activity this month | group provider | sum cost, sum requests, count_distinct model as models | sort -cost",
        &["provider", "cost", "requests", "models"],
        &order.into_iter().map(row).collect::<Vec<_>>(),
    );
}

#[test]
fn two_models_and_their_shares() {
    let mut all = days(date(2026, 11, 1), YESTERDAY);
    all.retain(|row| ["openai/gpt-5.2", "anthropic/claude-sonnet-4.5"].contains(&model(row)));
    let whole = nanos(&all);
    let rows: Vec<Vec<Json>> = costs(&all, model)
        .into_iter()
        .map(|(model, sum)| vec![json!(model), json!(usd(sum)), json!(sum as f64 / whole as f64)])
        .collect();
    assert_eq!(rows.len(), 2);
    assert_gives(
        "activity from 2026-11 | where model in (\"openai/gpt-5.2\", \"anthropic/claude-sonnet-4.5\") | group model | sum cost | share cost",
        &["model", "cost", "cost_share"],
        &rows,
    );
}

#[test]
fn what_one_author_cost_in_credits_and_with_own_keys() {
    let mut all = last_days(30);
    all.retain(|row| row.endpoint.model.id.starts_with("openai/"));
    let byok: i64 = all.iter().map(|row| row.byok_inference()).sum();
    let credits: i64 = all.iter().map(|row| row.credits()).sum();
    assert!(byok > 0);
    assert_gives(
        "activity last 30d | where model ~ \"^openai/\" | sum byok, sum credits, sum cost",
        &["byok", "credits", "cost"],
        &[vec![json!(usd(byok)), json!(usd(credits)), json!(usd(byok + credits))]],
    );
}

#[test]
fn what_a_million_tokens_cost_by_model() {
    let mut rows: Vec<(f64, Vec<Json>)> = Vec::new();
    for (model, of) in groups(&last_days(30), model) {
        let rate = usd(nanos(&of)) / tokens(&of) as f64 * 1e6;
        rows.push((rate, vec![json!(model), cost(&of), json!(tokens(&of)), json!(rate)]));
    }
    rows.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    rows.truncate(10);
    assert_gives(
        "activity last 30d | group model | sum cost, sum tokens | derive usd_per_mtok = cost / tokens * 1e6 | top 10 by usd_per_mtok",
        &["model", "cost", "tokens", "usd_per_mtok"],
        &rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>(),
    );
}

#[test]
fn the_three_dearest_models_of_each_provider() {
    let mut rows = Vec::new();
    for (provider, of) in groups(&last_days(30), provider) {
        for (model, sum) in descending(costs(&of, model)).into_iter().take(3) {
            rows.push(vec![json!(provider), json!(model), json!(usd(sum))]);
        }
    }
    assert_gives(
        "activity last 30d | group provider, model | sum cost | top 3 per provider",
        &["provider", "model", "cost"],
        &rows,
    );
}

#[test]
fn the_dearest_pairs_of_key_and_model() {
    // Requests without a key come last where costs are equal.
    let key = |row: &Row| {
        let name = row.key.map(|key| key.name.as_str());
        (name.is_none(), name, lasting(row))
    };
    let rows: Vec<Vec<Json>> = descending(costs(&last_days(7), key))
        .into_iter()
        .take(20)
        .map(|((_, key, model), sum)| vec![json!(key), json!(model), json!(usd(sum))])
        .collect();
    assert!(rows.iter().any(|row| row[0].is_null()));
    assert_gives("activity last 7d | group key, model | sum cost | top 20", &["key", "model", "cost"], &rows);
}

#[test]
fn the_shares_of_authors() {
    let all = days(date(2026, 11, 1), YESTERDAY);
    let whole = nanos(&all);
    let rows: Vec<Vec<Json>> = costs(&all, |row| row.endpoint.model.id.split('/').next().unwrap())
        .into_iter()
        .map(|(author, sum)| vec![json!(author), json!(usd(sum)), json!(sum as f64 / whole as f64)])
        .collect();
    assert_gives(
        "activity this month | group author | sum cost | share cost",
        &["author", "cost", "cost_share"],
        &rows,
    );
}

#[test]
fn months_that_do_not_follow_each_other() {
    let mut all = days(date(2026, 1, 1), date(2026, 3, 31));
    all.extend(days(date(2026, 10, 1), YESTERDAY));
    let rows: Vec<Vec<Json>> = costs(&all, |row| date_of(row).first_of_month())
        .into_iter()
        .map(|(month, sum)| vec![json!(month.to_string()), json!(usd(sum))])
        .collect();
    assert_eq!(rows.len(), 5);
    assert_gives(
        "activity from 2026-01 to 2026-03 | union (activity from 2026-10) | group month(date) | sum cost",
        &["month", "cost"],
        &rows,
    );
}

#[test]
fn a_sum_behind_an_assertion_that_holds() {
    assert_gives(
        "activity yesterday | assert count() > 0, \"no activity yesterday\" | sum cost",
        &["cost"],
        &[vec![cost(&days(YESTERDAY, YESTERDAY))]],
    );
}

#[test]
fn one_answer_in_a_file_and_a_part_of_it_as_json() {
    let place = tempfile::tempdir().unwrap();
    let sums = costs(&last_days(30), model);
    let query = "activity last 30d | group model | sum cost | save \"cost.csv\" | top 5 | as json";
    let run = asking([query]).cwd(place.path()).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let rows = |sums: Vec<(&str, i64)>| -> Vec<Vec<Json>> {
        sums.into_iter().map(|(model, sum)| vec![json!(model), json!(usd(sum))]).collect()
    };
    let printed: Json = serde_json::from_str(&run.stdout).unwrap();
    let mut dearest = descending(sums.clone());
    dearest.truncate(5);
    super::assert_rows(&printed, &["model", "cost"], &rows(dearest), query);
    // The file has all of them, in the order of the names.
    let file = std::fs::read_to_string(place.path().join("cost.csv")).unwrap();
    let mut lines = file.lines();
    assert_eq!(lines.next(), Some("model,cost"));
    let saved: Vec<(&str, i64)> = lines
        .map(|line| {
            let (model, cost) = line.split_once(',').unwrap();
            (model, (cost.parse::<f64>().unwrap() * 1e9).round() as i64)
        })
        .collect();
    assert_eq!(saved, sums.into_iter().collect::<Vec<_>>());
}

/// The helper's own way to fail: an envelope with other rows is told from this one.
#[test]
#[should_panic = "`cost` of row 0"]
fn a_wrong_sum_is_seen() {
    let query = "activity yesterday | sum cost";
    let wrong = usd(nanos(&days(YESTERDAY, YESTERDAY)) + 1_000);
    assert_run_gives(asking(["-f", "envelope", query]), query, &["cost"], &[vec![json!(wrong)]]);
}
