//! The Python helper's faults, one by one: orq does not have them.

use serde_json::json;

use super::activity::row;
use super::lists::account;
use crate::support::scripted::{Reply, Server};
use crate::support::{orq, rows};

#[test]
fn totals_have_byok_inside() {
    let spent = rows("activity last 30d | sum cost, sum credits, sum byok");
    let number = |column: &str| spent[0][column].as_f64().unwrap();
    assert!(number("byok") > 1.0);
    assert!((number("cost") - number("credits") - number("byok")).abs() < 1e-9);
}

#[test]
fn keys_are_those_of_every_page_and_every_workspace() {
    let server = Server::new(|seen, _| account(seen));
    assert_eq!(
        server.rows("keys | count, count_distinct workspace as workspaces"),
        [json!({ "count": 4, "workspaces": 2 })]
    );
}

#[test]
fn the_top_keys_of_a_month_are_not_those_of_a_lifetime() {
    let server = Server::new(|seen, _| account(seen));
    let top = |column: &str| server.rows(&format!("keys | top 2 by {column} | select name"));
    assert_eq!(top("cost_monthly"), [json!({ "name": "riser" }), json!({ "name": "lab" })]);
    assert_eq!(top("cost"), [json!({ "name": "spender" }), json!({ "name": "lab" })]);
}

#[test]
fn a_range_is_one_call_and_not_one_a_day() {
    let server = Server::of_paths([("/activity", Reply::data(json!([row("2026-02-18", "a/b", 1.0, 0.5)])))]);
    server.rows("activity last 30d | sum cost");
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_day_that_cannot_be_had_is_named_before_anything_is_fetched_and_the_rest_is_offered() {
    let server = Server::of_paths([("/activity", Reply::data(json!([])))]);
    for (range, rest) in [
        ("from 2026-02-10 to 2026-02-19", "activity from 2026-02-10 to 2026-02-18"),
        ("from 2026-01-19 to 2026-02-10", "activity from 2026-01-20 to 2026-02-10"),
    ] {
        let run = server.run(&format!("activity {range} | max cost"));
        assert_eq!(run.code, 6, "{}", run.stderr);
        assert_eq!(server.seen().len(), 0);
        assert!(run.told().contains(rest), "{}", run.stderr);
        // What is offered works.
        let day = |day| row(day, "a/b", 1.0, 0.5);
        let offered = Server::of_paths([("/activity", Reply::data(json!([day("2026-02-10"), day("2026-02-18")])))]);
        offered.rows(&format!("{rest} | max cost"));
        assert_eq!(offered.seen().len(), 1);
    }
}

#[test]
fn retry_after_is_honoured() {
    let answer = Reply::data(json!([row("2026-02-03", "a/b", 1.0, 0.5)]));
    let busy = Reply::error(429, "Rate limit exceeded");
    let server = Server::in_turn(vec![busy.clone().header("Retry-After: 1"), answer.clone()]);
    let begun = std::time::Instant::now();
    assert_eq!(server.rows("activity last 30d | sum cost"), [json!({ "cost": 1.5 })]);
    assert!(begun.elapsed() >= std::time::Duration::from_secs(1), "asked again too early");
    // So long a wait is the user's to decide about.
    let server = Server::in_turn(vec![busy.header("Retry-After: 300"), answer]);
    let run = server.run("activity last 30d | sum cost");
    assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{}", run.stderr);
    assert!(run.told().contains("5 min"), "{}", run.stderr);
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_generation_that_is_not_found_is_asked_for_again() {
    let server = Server::in_turn(vec![
        Reply::error(404, "Generation gen-1 not found"),
        Reply::data(json!({ "id": "gen-1", "usage": 0.5, "is_byok": false })),
    ]);
    assert_eq!(server.rows("generation gen-1 | select id, cost"), [json!({ "id": "gen-1", "cost": 0.5 })]);
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_read_that_takes_too_long_ends_in_a_plain_error() {
    let server = Server::in_turn(vec![Reply::Stall]);
    let run = server.orq(["--timeout", "0.1", "--retries", "0", "activity last 30d | sum cost"]).run();
    assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{}", run.stderr);
    assert!(run.stderr.contains("E0505") && run.told().contains("no complete answer after 0.1 s"), "{}", run.stderr);
    for trace in ["Traceback", "panicked", "RUST_BACKTRACE", "stack backtrace"] {
        assert!(!run.stderr.contains(trace), "{}", run.stderr);
    }
}

#[test]
fn what_it_did_is_one_line_each() {
    for (query, columns) in [
        (
            "activity last 30d | sum cost, sum requests, sum tokens_prompt, sum tokens_completion, sum tokens_reasoning",
            5,
        ),
        ("activity last 30d | group model | sum cost | top 10", 2),
        ("activity last 30d | group provider | sum cost | top 10", 2),
        (
            "activity last 30d | select date, model_id, model_permaslug, endpoint, provider, credits, byok, requests, \
             tokens_prompt, tokens_completion, tokens_reasoning",
            11,
        ),
        ("credits", 4),
        ("keys | top 10 by cost_monthly | select name, workspace, cost_monthly", 3),
        ("generation gen-demo-1 | select id, model, provider, cost", 4),
    ] {
        let run = orq().args(["--demo", "-f", "csv", query]).run();
        assert_eq!(run.code, 0, "{query}: {}", run.stderr);
        assert_eq!(run.stdout.lines().next().unwrap().split(',').count(), columns, "{query}");
        assert!(run.stdout.lines().count() > 1, "{query}");
    }
}
