//! `/activity`: which calls are made for which ranges, and how rows are read (facts 6 to 8, 17 and 18).

use serde_json::{Value, json};

use crate::support::DemoServer;
use crate::support::NOW;
use crate::support::scripted::{Reply, Server, get};

/// A row with all fields of the contract.
pub fn row(date: &str, model: &str, usage: f64, byok: f64) -> Value {
    json!({
        "date": date, "model": model, "model_permaslug": model, "endpoint_id": "e1", "provider_name": "OpenAI",
        "usage": usage, "byok_usage_inference": byok, "requests": 1,
        "prompt_tokens": 100, "completion_tokens": 20, "reasoning_tokens": 5,
    })
}

fn with(mut row: Value, field: &str, value: Value) -> Value {
    row[field] = value;
    row
}

fn without(mut row: Value, field: &str) -> Value {
    row.as_object_mut().unwrap().remove(field).unwrap();
    row
}

fn answering(rows: Value) -> Server {
    Server::of_paths([("/activity", Reply::data(rows))])
}

fn one(query: &str, row: Value) -> Value {
    answering(json!([row])).rows(query).remove(0)
}

/// Run on one row, the query fails as an answer that cannot be read; the message is handed back.
fn unreadable(query: &str, row: Value) -> String {
    let run = answering(json!([row])).run(query);
    assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{}", run.stderr);
    assert!(run.stderr.contains("E0506"), "{}", run.stderr);
    run.told()
}

#[test]
fn fact_6_any_range_within_the_last_30_completed_days_is_one_call() {
    for range in [
        "",
        "last 30d",
        "last 7d",
        "last 3w",
        "this month",
        "from 2026-02-01",
        "from 2026-01-20 to 2026-02-18",
        "2026-02-01..2026-02-05",
        "from 2026-02",
    ] {
        let day = |day| row(day, "openai/gpt-5.2", 1.0, 0.0);
        let server = answering(json!([day("2026-02-03"), day("2026-02-18")]));
        server.rows(&format!("activity {range} | sum cost"));
        assert_eq!(server.targets(), ["/activity"], "{range}");
    }
}

#[test]
fn fact_6_one_day_is_asked_for_by_its_date() {
    for (range, day) in [
        ("yesterday", "2026-02-18"),
        ("last 1d", "2026-02-18"),
        ("on 2026-02-01", "2026-02-01"),
        ("2026-02-01", "2026-02-01"),
        ("from 2026-01-20 to 2026-01-20", "2026-01-20"),
        ("3d ago", "2026-02-16"),
    ] {
        let server = answering(json!([row(day, "openai/gpt-5.2", 1.0, 0.0)]));
        server.rows(&format!("activity {range}"));
        assert_eq!(server.targets(), [format!("/activity?date={day}")], "{range}");
    }
}

#[test]
fn fact_6_days_outside_of_the_range_do_not_count() {
    let days = ["2026-02-09", "2026-02-10", "2026-02-11", "2026-02-12", "2026-02-13"];
    let rows: Vec<Value> = days.iter().map(|day| row(day, "a/b", 1.0, 0.5)).collect();
    let answer = answering(json!(rows)).rows("activity from 2026-02-10 to 2026-02-12 | sum cost, min date, max date");
    assert_eq!(answer, [json!({ "cost": 4.5, "min_date": "2026-02-10", "max_date": "2026-02-12" })]);
}

#[test]
fn fact_6_a_day_counts_alone_even_where_the_answer_has_more() {
    let rows = json!([row("2026-02-10", "a/b", 1.0, 0.5), row("2026-02-11", "a/b", 8.0, 0.0)]);
    assert_eq!(answering(rows).rows("activity on 2026-02-10 | sum cost"), [json!({ "cost": 1.5 })]);
}

#[test]
fn fact_6_a_row_that_does_not_say_its_day_is_in_no_total() {
    for lost in [
        without(row("2026-02-10", "a/b", 1.0, 0.5), "date"),
        with(row("2026-02-10", "a/b", 1.0, 0.5), "date", json!(null)),
        with(row("2026-02-10", "a/b", 1.0, 0.5), "date", json!("soon")),
    ] {
        assert!(unreadable("activity last 7d | sum cost", lost).contains("`date`"));
    }
}

#[test]
fn fact_6_a_range_that_reaches_outside_ends_before_anything_is_sent_and_names_the_days() {
    let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
    for (range, days) in [
        ("today", "2026-02-19"),
        ("on 2026-02-19", "2026-02-19"),
        ("this month to today", "2026-02-19"),
        ("from 2026-02-10 to 2026-02-25", "2026-02-19 to 2026-02-25"),
        ("on 2026-01-19", "2026-01-19"),
        ("last 31d", "2026-01-19"),
        ("from 2025-12-01 to 2026-01-25", "2025-12-01 to 2026-01-19"),
        ("2025", "2025-01-01 to 2025-12-31"),
        ("last 8w", "2025-12-22 to 2026-01-19"),
    ] {
        let run = server.run(&format!("activity {range} | limit 5"));
        assert_eq!((run.code, run.stdout.as_str()), (6, ""), "{range}: {}", run.stderr);
        assert!(run.stderr.contains("E0601") && run.told().contains(days), "{range}: {}", run.stderr);
    }
    // Both sides at once, and behind a pipeline that could be answered.
    let run = server.run("credits; activity from 2026-01-01 to 2026-03-01 | limit 5");
    assert_eq!((run.code, run.stdout.as_str()), (6, ""), "{}", run.stderr);
    let told = run.told();
    assert!(told.contains("2026-01-01 to 2026-01-19") && told.contains("2026-02-19 to 2026-03-01"), "{}", run.stderr);
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn fact_6_days_are_those_of_utc() {
    for (now, yesterday) in [
        ("2026-02-19T00:00:00Z", "2026-02-18"),
        ("2026-02-18T23:59:59Z", "2026-02-17"),
        ("2026-02-19T01:00:00+02:00", "2026-02-17"),
        ("2026-03-01T12:00:00Z", "2026-02-28"),
    ] {
        let server = answering(json!([row(yesterday, "a/b", 1.0, 0.0)]));
        let run = server.orq(["--now", now, "activity yesterday"]).run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(server.targets(), [format!("/activity?date={yesterday}")], "{now}");
    }
}

#[test]
fn fact_6_what_the_api_says_of_a_day_is_passed_on() {
    // The clock of this machine is two days ahead of the server's.
    let server = DemoServer::start("2026-02-17T09:00:00Z", "");
    let run = crate::support::orq()
        .args(["--base-url", &server.base_url, "activity yesterday"])
        .env("OPENROUTER_MANAGEMENT_KEY", orq::demo::MANAGEMENT_KEY)
        .run();
    assert_eq!(run.code, 4, "{}", run.stderr);
    let told = run.told();
    assert!(told.contains("Date must be within the last 30 (completed) UTC days"), "{told}");
}

#[test]
fn fact_7_single_rows_do_not_say_their_key_or_user_and_are_not_grouped_by_workspace() {
    let server = answering(json!([row("2026-02-18", "a/b", 1.0, 0.0)]));
    for column in ["key", "key_hash", "user", "user_email"] {
        let run = server.run(&format!("activity last 7d | select model, {column}"));
        assert_eq!(run.code, 6, "{}", run.stderr);
        assert!(run.stderr.contains("E0602"), "{}", run.stderr);
    }
    assert_eq!(server.seen().len(), 0);
    let rows = server.rows("activity last 30d");
    assert!(["key", "user", "workspace"].iter().all(|name| rows[0].get(name).is_none()), "{rows:?}");
    assert_eq!(server.targets(), ["/activity"]);
}

#[test]
fn fact_8_cost_is_credits_and_byok_and_reasoning_is_inside_completion() {
    let query = "activity last 30d | sum cost, sum credits, sum byok, sum tokens, sum tokens_reasoning, sum requests";
    let rows = json!([row("2026-02-03", "a/b", 1.25, 0.5), row("2026-02-04", "a/b", 0.0, 2.0)]);
    assert_eq!(
        answering(rows).rows(query),
        [json!({ "cost": 3.75, "credits": 1.25, "byok": 2.5, "tokens": 240, "tokens_reasoning": 10, "requests": 2 })]
    );
}

#[test]
fn a_model_has_an_author_and_perhaps_a_variant() {
    let answer = one(
        "activity last 30d | select model, author, variant, model_id",
        row("2026-02-03", "meta/llama:free", 0.0, 0.0),
    );
    assert_eq!(
        answer,
        json!({ "model": "meta/llama", "author": "meta", "variant": "free", "model_id": "meta/llama:free" })
    );
}

#[test]
fn fact_17_counts_and_amounts_are_read_as_texts_and_as_numbers() {
    let mixed = with(with(row("2026-02-03", "a/b", 1.0, 0.25), "requests", json!("2")), "usage", json!("0.5"));
    let mixed = with(with(mixed, "prompt_tokens", json!(2895.0)), "completion_tokens", json!("17"));
    let answer = one("activity last 30d | sum requests, sum cost, sum tokens", mixed);
    assert_eq!(answer, json!({ "requests": 2, "cost": 0.75, "tokens": 2912 }));
}

#[test]
fn fact_17_a_count_that_lost_digits_is_no_count() {
    let counted = |count: Value| with(row("2026-02-03", "a/b", 1.0, 0.0), "requests", count);
    let query = "activity last 30d | select requests";
    assert_eq!(one(query, counted(json!("9007199254740992"))), json!({ "requests": 9_007_199_254_740_992_i64 }));
    unreadable(query, counted(json!(9_007_199_254_740_994_i64)));
}

#[test]
fn fact_17_an_unused_part_of_a_cost_is_null() {
    let unused = with(row("2026-02-03", "a/b", 0.5, 0.0), "byok_usage_inference", json!(null));
    let answer = one("activity last 30d | sum cost, sum byok", unused.clone());
    assert_eq!(answer, json!({ "cost": 0.5, "byok": null }));
    assert_eq!(one("activity last 30d | select cost, byok", unused), json!({ "cost": 0.5, "byok": null }));
}

#[test]
fn what_is_no_number_is_an_error_that_shows_it() {
    for (field, value, column) in [
        ("requests", json!("many"), "requests"),
        ("requests", json!(1.5), "requests"),
        ("requests", json!(1e30), "requests"),
        ("usage", json!({ "usd": 1 }), "credits"),
        ("usage", json!("NaN"), "credits"),
        ("date", json!("yesterday"), "date"),
        ("model", json!(["a/b"]), "model_id"),
    ] {
        let told = unreadable(
            &format!("activity last 30d | select {column}"),
            with(row("2026-02-03", "a/b", 1.0, 0.0), field, value),
        );
        assert!(told.contains(&format!("`{field}`")), "{field}: {told}");
    }
}

#[test]
fn fact_17_a_part_of_a_total_that_is_no_number_is_not_left_out_of_it() {
    for (field, value) in [
        ("usage", json!("much")),
        ("byok_usage_inference", json!("much")),
        ("byok_usage_inference", json!([1])),
        ("prompt_tokens", json!("many")),
    ] {
        unreadable("activity last 30d | sum cost, sum tokens", with(row("2026-02-03", "a/b", 1.0, 0.0), field, value));
    }
}

#[test]
fn fact_18_dates_are_read_with_and_without_a_time() {
    for date in [
        "2026-02-03",
        "2026-02-03T00:00:00.000Z",
        "2026-02-03T00:00:00Z",
        "2026-02-03 00:00:00",
        "2026-02-03T00:00:00.000000000Z",
    ] {
        let answer = one("activity from 2026-02-03 to 2026-02-04 | select date", row(date, "a/b", 1.0, 0.0));
        assert_eq!(answer, json!({ "date": "2026-02-03" }), "{date}");
    }
}

#[test]
fn unknown_fields_are_ignored() {
    let rows = json!([with(row("2026-02-03", "a/b", 1.0, 0.5), "new_thing", json!({ "deep": [1, 2] }))]);
    let whole = json!({ "data": rows, "meta": { "as_of": "2026-02-19" }, "warnings": [] });
    let server = Server::of_paths([("/activity", Reply::ok(whole))]);
    assert_eq!(server.rows("activity last 30d | sum cost"), [json!({ "cost": 1.5 })]);
}

#[test]
fn a_field_that_is_absent_is_an_error_only_where_the_query_uses_it() {
    let lacking = || without(row("2026-02-03", "a/b", 1.0, 0.5), "endpoint_id");
    assert_eq!(one("activity last 30d | sum cost", lacking()), json!({ "cost": 1.5 }));
    for query in
        ["activity last 30d | select endpoint", "activity last 30d", "activity last 30d | group endpoint | sum cost"]
    {
        let told = unreadable(query, lacking());
        assert!(told.contains("`endpoint_id`") && told.contains("`endpoint`"), "{told}");
    }
}

#[test]
fn a_total_that_would_miss_byok_is_an_error() {
    for (field, query) in [
        ("byok_usage_inference", "sum cost"),
        ("usage", "sum cost"),
        ("completion_tokens", "sum tokens"),
        ("prompt_tokens", "sum tokens"),
    ] {
        let lacking = without(row("2026-02-03", "a/b", 1.0, 0.5), field);
        // One row of many that lacks it is enough.
        let rows = json!([row("2026-02-03", "a/b", 1.0, 0.5), lacking]);
        let run = answering(rows).run(&format!("activity last 30d | {query}"));
        assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{field}: {}", run.stderr);
        assert!(run.stderr.contains(field), "{}", run.stderr);
    }
}

#[test]
fn an_answer_without_rows_is_empty_and_one_without_data_is_an_error() {
    assert_eq!(answering(json!([])).rows("activity last 30d | sum cost"), [json!({ "cost": 0 })]);
    assert_eq!(answering(json!([])).rows("activity last 30d | group model | sum cost"), [] as [Value; 0]);
    for body in ["{}", "[]", "{\"data\":null}", "{\"data\":3}", "{\"data\":[1]}", "null"] {
        let run = Server::in_turn(vec![Reply::ok(body)]).run("activity last 30d | sum cost");
        assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{body}: {}", run.stderr);
        assert!(run.stderr.contains("E0506"), "{body}: {}", run.stderr);
    }
}

#[test]
fn two_pipelines_over_one_range_share_one_call() {
    let server = answering(json!([row("2026-02-18", "a/b", 1.0, 0.5)]));
    let run = server.orq(["-f", "json", "activity last 30d | sum cost; activity last 30d | sum requests"]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(server.targets(), ["/activity"]);
}

#[test]
fn fact_6_the_demo_account_refuses_days_as_the_api_does() {
    let server = DemoServer::start(NOW, "");
    let whole = get(&server.base_url, "/activity", orq::demo::MANAGEMENT_KEY);
    let mut days: Vec<&str> =
        whole["data"].as_array().unwrap().iter().map(|row| row["date"].as_str().unwrap()).collect();
    days.sort_unstable();
    days.dedup();
    assert_eq!((days.len(), days[0], days[29]), (30, "2026-01-20", "2026-02-18"));
}
