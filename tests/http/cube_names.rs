//! Fact 20: the cube shows names and takes ids.

use std::collections::BTreeMap;

use orq::demo::base::Row;
use orq::demo::data::{KEYS, Key, Life, WORKSPACES};
use serde_json::{Value, json};

use super::cube_kit::{CUBE, Cube, assert_groups, by, cost, count, days, generations, nano, text};

const SUMS: [&str; 2] = ["request_count", "total_usage"];

fn grouped(cube: &Cube, dimension: &str) -> Vec<Value> {
    cube.rows(&json!({ "metrics": SUMS, "dimensions": [dimension], "time_range": days(-30, -1), "limit": 10_000 }))
}

/// Fact 20: what a filter on an id leaves; nothing is no row at all.
fn requests(field: &str, value: Value) -> u64 {
    let filters = json!([{ "field": field, "operator": "eq", "value": value }]);
    let rows = CUBE.rows(&json!({ "metrics": SUMS, "filters": filters, "time_range": days(-30, -1) }));
    rows.iter().map(|row| count(&row["request_count"])).sum()
}

fn of(all: &[Row], passes: impl Fn(&Row) -> bool) -> u64 {
    let found = all.iter().filter(|row| passes(row)).count() as u64;
    assert!(found > 0);
    found
}

/// Fact 20: a row for each key, under its name; `Chatroom` for none.
#[test]
fn keys_come_back_as_names_and_namesakes_as_two_rows() {
    let all = generations(-30, -1);
    let rows = grouped(&CUBE, "api_key_id");
    let mut seen: Vec<(&str, i64)> =
        rows.iter().map(|row| (text(row, "api_key_id"), nano(&row["total_usage"]))).collect();
    let mut expected: Vec<(&str, i64)> = by(&all, |row| row.key.map(|key| key.index))
        .iter()
        .map(|(index, of)| (index.map_or("Chatroom", |index| KEYS[index].name.as_str()), cost(of)))
        .collect();
    seen.sort_unstable();
    expected.sort_unstable();
    assert_eq!(seen, expected);
    let named = |name: &str| seen.iter().filter(|(of, _)| *of == name).count();
    assert_eq!(named("Chatroom"), 1);
    assert_eq!(named("ci"), 2, "in two workspaces");
    assert_eq!(named("staging"), 2, "in one workspace");
    assert_eq!(named("backend"), 2, "one of them deleted");
    assert!(seen.iter().any(|(name, _)| ['\u{1b}', '\u{9b}', '\u{202e}'].iter().all(|c| name.contains(*c))));
}

/// Fact 20: the hash or the number, not the name.
#[test]
fn keys_are_filtered_by_hash_or_number() {
    let all = generations(-30, -1);
    let backends: Vec<&Key> = KEYS.iter().filter(|key| key.name == "backend").collect();
    assert_eq!(backends.iter().map(|key| key.life).collect::<Vec<_>>(), [Life::Live, Life::Deleted]);
    for key in backends {
        let expected = of(&all, |row| row.key.is_some_and(|of| of.index == key.index));
        assert_eq!(requests("api_key_id", json!(key.hash)), expected);
        assert_eq!(requests("api_key_id", json!(key.number)), expected);
        assert_eq!(requests("api_key_id", json!(key.number.to_string())), expected);
    }
    for name in ["backend", "Chatroom"] {
        assert_eq!(requests("api_key_id", json!(name)), 0);
    }
}

/// Fact 20: name and address of a user, each null where there is none.
#[test]
fn users_come_back_as_two_fields() {
    let all = generations(-30, -1);
    let rows = grouped(&CUBE, "user");
    let groups = by(&all, |row| row.user.map(|user| user.email.to_string()));
    assert_groups(&rows, |row| row["user_email"].as_str().map(str::to_string), &groups);
    for row in &rows {
        let email = row["user_email"].as_str();
        let member = all.iter().filter_map(|row| row.user).find(|user| Some(user.email) == email);
        let name = member.and_then(|member| Some(format!("{} {}", member.first_name?, member.last_name?)));
        assert_eq!(row["user"].as_str(), name.as_deref());
    }
    let nameless = rows.iter().filter(|row| row["user"].is_null() && !row["user_email"].is_null());
    assert_eq!(nameless.count(), 2);
    let user = all.iter().find_map(|row| row.user).unwrap();
    let expected = of(&all, |row| row.user.is_some_and(|of| of.id == user.id));
    assert_eq!(requests("user", json!(user.id)), expected);
    assert_eq!(requests("user", json!(user.email)), 0);
}

/// Fact 20: titles and numbers of apps, `Unknown` for none.
#[test]
fn apps_come_back_as_titles() {
    let all = generations(-30, -1);
    let shown = |row: &Row| match row.app {
        None => "Unknown".to_string(),
        Some(app) => app.title.map_or(app.id.to_string(), str::to_string),
    };
    let groups = by(&all, shown);
    assert!(groups.contains_key("Unknown") && groups.contains_key("233951") && groups.contains_key("Cline"));
    assert_groups(&grouped(&CUBE, "app"), |row| text(row, "app").to_string(), &groups);
    let app = all.iter().find_map(|row| row.app).unwrap();
    let expected = of(&all, |row| row.app.is_some_and(|of| of.id == app.id));
    assert_eq!(requests("app", json!(app.id)), expected);
    assert_eq!(requests("app", json!(app.title)), 0);
}

/// Fact 20: names of workspaces, filtered by UUID.
#[test]
fn workspaces_come_back_as_names() {
    let all = generations(-30, -1);
    let groups = by(&all, |row| row.workspace.name.to_string());
    assert_groups(&grouped(&CUBE, "workspace"), |row| text(row, "workspace").to_string(), &groups);
    for workspace in WORKSPACES {
        let expected = of(&all, |row| row.workspace.index == workspace.index);
        assert_eq!(requests("workspace", json!(workspace.id)), expected);
        assert_eq!(requests("workspace", json!(workspace.name)), 0);
    }
}

/// Fact 20: the model is the permaslug, which ids share; the variant tells them apart.
#[test]
fn models_are_permaslugs_and_variants_a_dimension_of_their_own() {
    let all = generations(-30, -1);
    let groups = by(&all, |row| row.endpoint.model.permaslug.to_string());
    assert_groups(&grouped(&CUBE, "model"), |row| text(row, "model").to_string(), &groups);
    let rows = CUBE.rows(&json!({ "metrics": SUMS, "dimensions": ["model", "variant"], "time_range": days(-30, -1) }));
    let key = |row: &Value| (text(row, "model").to_string(), row["variant"].as_str().map(str::to_string));
    let of_row =
        |row: &Row| (row.endpoint.model.permaslug.to_string(), row.endpoint.model.variant().map(str::to_string));
    let groups = by(&all, of_row);
    assert_groups(&rows, key, &groups);
    let coder = "qwen/qwen3-coder-480b-a35b-07-25";
    assert_eq!(groups.keys().filter(|(model, _)| model == coder).count(), 3);
    let expected = of(&all, |row| row.endpoint.model.permaslug == coder);
    assert_eq!(requests("model", json!(coder)), expected);
    assert_eq!(requests("model", json!("qwen/qwen3-coder")), 0);
}

/// Facts 14 and 20: values as they come back are the values that filters take.
#[test]
fn other_dimensions_take_what_they_show() {
    let all = generations(-30, -1);
    for dimension in
        ["provider", "origin", "country", "data_region", "finish_reason", "context_length_bucket", "skin", "streamed"]
    {
        let rows = grouped(&CUBE, dimension);
        let sum: u64 = rows.iter().map(|row| count(&row["request_count"])).sum();
        assert_eq!(sum, all.len() as u64, "{dimension}");
        for row in rows.iter().filter(|row| !row[dimension].is_null()) {
            assert_eq!(requests(dimension, row[dimension].clone()), count(&row["request_count"]), "{row}");
        }
    }
    type Of = fn(&Row) -> Option<String>;
    let cases: [(&str, Of); 6] = [
        ("provider", |row| Some(row.endpoint.provider.to_string())),
        ("data_region", |row| Some(row.region().to_string())),
        ("country", |row| row.country().map(str::to_string)),
        ("finish_reason", |row| Some(row.finish.name().unwrap_or("none").to_string())),
        ("external_user", Row::external_user),
        ("session_id", Row::session),
    ];
    for (dimension, value) in cases {
        let rows = grouped(&CUBE, dimension);
        assert_groups(&rows, |row| row[dimension].as_str().map(str::to_string), &by(&all, value));
    }
}

/// Sums that are equal at neighbouring ranks, and groups that cost nothing.
#[test]
fn there_are_ties_and_groups_for_nothing() {
    let costs: BTreeMap<String, i64> =
        grouped(&CUBE, "model").iter().map(|row| (text(row, "model").to_string(), nano(&row["total_usage"]))).collect();
    let twin = costs["mistralai/mistral-large-2411"];
    assert_eq!(twin, costs["mistralai/pixtral-large-2411"]);
    let by_variant =
        CUBE.rows(&json!({ "metrics": SUMS, "dimensions": ["model", "variant"], "time_range": days(-2, -1) }));
    let free = by_variant.iter().filter(|row| nano(&row["total_usage"]) == 0).count();
    assert!(free > 1, "{free} groups cost nothing");
}
