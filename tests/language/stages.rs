//! Stages that change the shape of rows: distinct, unnest, save in the middle.

use crate::support::truth::{ACTIVITY, Day, groups};
use crate::support::{orq, rows};

#[test]
fn distinct_gives_each_combination_once_in_order() {
    let found: Vec<(String, String)> = rows("activity last 30d | distinct provider, model")
        .iter()
        .map(|row| (row["provider"].as_str().unwrap().into(), row["model"].as_str().unwrap().into()))
        .collect();
    let all: Vec<&Day> = ACTIVITY.iter().collect();
    let expected: Vec<(String, String)> =
        groups(&all, |day| (day.provider.to_string(), day.model().to_string())).into_keys().collect();
    assert_eq!(found, expected);
    assert_eq!(rows("activity last 3d | distinct | count"), rows("activity last 3d | count"), "no row is there twice");
}

#[test]
fn unnest_makes_a_row_of_each_element_and_columns_of_its_fields() {
    let whole = &rows("generation gen-demo-2")[0];
    let chain = whole["provider_responses"].as_array().unwrap();
    assert_eq!(chain.len(), 3);
    let rows = rows("generation gen-demo-2 | select provider, provider_responses | unnest provider_responses");
    assert_eq!(rows.len(), 3);
    for (row, attempt) in rows.iter().zip(chain) {
        assert_eq!(row["provider"], whole["provider"], "what there was keeps its name");
        assert_eq!(row["provider_responses_provider"], attempt["provider"]);
        assert_eq!((&row["status"], &row["latency"]), (&attempt["status"], &attempt["latency"]));
    }
}

#[test]
fn save_writes_what_is_there_and_passes_it_on() {
    let run =
        orq().args(["--demo", "-f", "json", "activity last 7d | group model | sum cost | save \"all.csv\" | top 2"]);
    let home = run.home.path().to_path_buf();
    let command = run.command().output().unwrap();
    assert!(command.status.success());
    let saved = std::fs::read_to_string(home.join("all.csv")).unwrap();
    let all = rows("activity last 7d | group model | sum cost");
    assert_eq!(saved.lines().count(), all.len() + 1);
    let shown: Vec<serde_json::Value> = serde_json::from_slice(&command.stdout).unwrap();
    assert_eq!(shown, rows("activity last 7d | group model | sum cost | top 2"));
}

#[test]
fn a_replaced_column_keeps_its_place_and_its_part() {
    let plain = rows("activity last 7d | group model | sum cost, requests | top 3");
    let rounded = rows("activity last 7d | group model | sum cost, requests | derive cost = cost * 1 | top 3");
    assert_eq!(plain, rounded);
}
