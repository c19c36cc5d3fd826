//! Two tables by a key.

use std::collections::BTreeSet;

use jiff::civil::date;
use orq::demo::base::Row;
use orq::demo::data::models;
use serde_json::{Value as Json, json};

use super::base::{YESTERDAY, costs, days, last_days, lasting, model, usd};
use super::lists::{budgets, budgets_of, workspace, workspace_columns};
use super::{assert_gives, raw};

fn models_of(rows: &[&'static Row], called: fn(&Row) -> &'static str) -> BTreeSet<&'static str> {
    rows.iter().map(|row| called(row)).collect()
}

#[test]
fn models_of_a_month_that_the_month_before_did_not_have() {
    let october = models_of(&days(date(2026, 10, 1), date(2026, 10, 31)), lasting);
    let september = models_of(&days(date(2026, 9, 1), date(2026, 9, 30)), lasting);
    let rows: Vec<Vec<Json>> = october.difference(&september).map(|model| vec![json!(model)]).collect();
    assert_gives(
        "activity last month | distinct model | anti_join (activity 2mo ago | distinct model) on model",
        &["model"],
        &rows,
    );
}

/// The month has no new model; days have.
#[test]
fn models_of_a_day_that_another_did_not_have() {
    let one = models_of(&days(date(2026, 10, 12), date(2026, 10, 12)), lasting);
    let other = models_of(&days(date(2026, 10, 13), date(2026, 10, 13)), lasting);
    let rows: Vec<Vec<Json>> = one.difference(&other).map(|model| vec![json!(model)]).collect();
    assert!(!rows.is_empty() && rows.len() < one.len());
    assert_gives(
        "activity on 2026-10-12 | distinct model | anti_join (activity on 2026-10-13 | distinct model) on model | sort model",
        &["model"],
        &rows,
    );
}

/// Days that `/activity` has beside days that it has not: a model is called the same in both.
#[test]
fn a_model_is_not_new_because_its_name_comes_from_elsewhere() {
    let november = models_of(&days(date(2026, 11, 1), YESTERDAY), model);
    let september = models_of(&days(date(2026, 9, 1), date(2026, 9, 30)), model);
    assert!(november.intersection(&september).any(|model| *model == "anthropic/claude-3-sonnet"));
    let rows: Vec<Vec<Json>> = november.difference(&september).map(|model| vec![json!(model)]).collect();
    assert_gives(
        "activity this month | distinct model | anti_join (activity 2mo ago | distinct model) on model | sort model",
        &["model"],
        &rows,
    );
}

#[test]
fn what_models_cost_beside_what_is_listed_of_them() {
    let mut unlisted = 0;
    let mut row = |(id, sum): (&str, i64)| {
        let listed = models().find(|model| model.id == id && !model.retired);
        unlisted += usize::from(listed.is_none());
        let price = listed.map(|model| model.prompt as f64 / 1e12);
        vec![json!(id), json!(usd(sum)), json!(listed.map(|model| model.context)), json!(price)]
    };
    let rows: Vec<Vec<Json>> = costs(&last_days(30), |row| row.endpoint.model.id).into_iter().map(&mut row).collect();
    assert!(unlisted > 0);
    assert_gives(
        "activity last 30d | group model_id | sum cost | left_join models on model_id == id | select model_id, cost, context_length, price_prompt",
        &["model_id", "cost", "context_length", "price_prompt"],
        &rows,
    );
}

#[test]
fn free_models_that_nobody_used() {
    let used: BTreeSet<&str> = last_days(30).iter().map(|row| row.endpoint.model.id).collect();
    let free = |model: &&Json| ["prompt", "completion"].iter().all(|price| model["pricing"][price] == "0");
    let listed = raw("/models?output_modalities=all");
    let listed = listed.as_array().unwrap();
    assert!(listed.iter().filter(free).any(|model| used.contains(model["id"].as_str().unwrap())));
    let rows: Vec<Vec<Json>> = listed
        .iter()
        .filter(free)
        .filter(|model| !used.contains(model["id"].as_str().unwrap()))
        .map(|model| vec![model["id"].clone()])
        .collect();
    assert!(!rows.is_empty());
    assert_gives(
        "models | anti_join (activity last 30d | distinct model_id) on id == model_id | where free | select id",
        &["id"],
        &rows,
    );
}

#[test]
fn workspaces_beside_each_of_their_budgets() {
    let listed = raw("/workspaces");
    let mut rows = Vec::new();
    for of in listed.as_array().unwrap() {
        let id = of["id"].as_str().unwrap();
        for budget in budgets_of(id) {
            rows.push(workspace(of).into_iter().chain(budgets(of, &budget)).collect::<Vec<Json>>());
        }
    }
    assert!(rows.len() > listed.as_array().unwrap().len());
    let right =
        ["workspace", "limit", "limit_reset", "id_right", "workspace_id", "created_at_right", "updated_at_right"];
    let columns: Vec<&str> = workspace_columns().chain(right).collect();
    assert_gives("workspaces | join budgets on id == workspace_id", &columns, &rows);
}

/// `model` and `model_id` differ by the variant.
#[test]
fn variants_are_one_model_and_several_ids() {
    let all = last_days(30);
    let models: BTreeSet<&str> = all.iter().map(|row| model(row)).collect();
    let ids: BTreeSet<&str> = all.iter().map(|row| row.endpoint.model.id).collect();
    assert!(ids.len() > models.len());
    assert_gives(
        "activity last 30d | count_distinct model, count_distinct model_id",
        &["count_distinct_model", "count_distinct_model_id"],
        &[vec![json!(models.len()), json!(ids.len())]],
    );
}
