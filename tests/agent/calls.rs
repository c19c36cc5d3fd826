//! What an envelope says of its calls and days, held against what was really sent.

use std::collections::BTreeMap;

use super::*;
use crate::support::scripted::{Reply, Seen, Server};
use crate::support::{DemoServer, NOW, raw};

/// The demo account behind a server that remembers what it was asked.
fn watched(faults: &str) -> Server {
    let account = DemoServer::start(NOW, faults);
    Server::new(move |seen: &Seen, _| {
        let target = seen.target();
        let key = orq::demo::MANAGEMENT_KEY;
        let (status, answer) = match seen.method.as_str() {
            "POST" => raw::post(&account.base_url, &target, key, &seen.body.to_string()),
            _ => raw::get(&account.base_url, &target, key),
        };
        Reply::Say { status, headers: String::new(), body: answer.to_string() }
    })
}

/// How often each method and path occurs.
fn counted(calls: impl Iterator<Item = (String, String)>) -> BTreeMap<(String, String), usize> {
    calls.fold(BTreeMap::new(), |mut counted, call| {
        *counted.entry(call).or_default() += 1;
        counted
    })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_string()
}

/// Those of one envelope, and of the server.
fn assert_told(calls: &Value, seen: &[Seen], query: &str) {
    let told = calls.as_array().unwrap().iter().map(|call| (text(&call["method"]), text(&call["path"])));
    let sent = seen.iter().map(|seen| (seen.method.clone(), seen.path.clone()));
    assert_eq!(counted(told), counted(sent), "{query}");
}

const QUERIES: &[&str] = &[
    "credits",
    "keys | count",
    "activity last 7d | group model | sum cost",
    "activity last 60d | group model | sum cost",
    "activity | where key == \"backend\" | sum cost",
    "analytics last 3d | group model, provider, key | sum cost",
    "generations last 2d | top 3 by cost | select id, cost, user_agent",
    "activity last 7d | group model_id | sum cost | join models on model_id == id | limit 2",
    "models | where free | anti_join activity on id == model_id | select id",
    "activity last 7d | group provider | sum cost | compare previous",
    "guardrails | count",
];

#[test]
fn an_envelope_has_every_call_that_was_sent_and_no_other_and_the_plan_has_foreseen_them() {
    let server = watched("");
    let mut before = 0;
    let mut looked_up = 0;
    for query in QUERIES {
        let planned = server.orq(["check", "--json", query]).run();
        let plan = valid("plan", &planned.stdout)["pipelines"][0].clone();
        assert_eq!(server.seen().len(), before, "{query}: a check sends nothing");
        let run = server.orq(["-f", "envelope", query]).run();
        assert_eq!(run.code, 0, "{query}: {}", run.stderr);
        let envelope = valid("envelope", &run.stdout);
        let seen = server.seen().split_off(before);
        before += seen.len();
        assert_told(&envelope["calls"], &seen, query);
        // What was sent is what the plan had, in its numbers and its paths.
        let calls = envelope["calls"].as_array().unwrap();
        let of_kind = |kind: &str| calls.iter().filter(|call| call["kind"] == kind).count() as u64;
        looked_up += of_kind("lookup");
        let (least, most) = (plan["calls"]["least"].as_u64().unwrap(), plan["calls"]["most"].as_u64());
        let data = of_kind("data");
        assert!(least <= data && most.is_none_or(|most| data <= most), "{query}: {data} of {}", plan["calls"]);
        let foreseen: Vec<&Value> = plan["planned"].as_array().unwrap().iter().map(|call| &call["path"]).collect();
        // What the cube has of late is asked for beside the query.
        for call in calls.iter().filter(|call| call["path"] != "/analytics/meta") {
            assert!(foreseen.contains(&&call["path"]), "{query}: {call} is not in {foreseen:?}");
        }
    }
    assert!(looked_up >= 5, "only {looked_up} look-ups");
}

#[test]
fn a_call_that_fails_and_one_that_is_tried_again_are_told_too() {
    let server = watched("500=1");
    let run = server.orq(["-f", "envelope", "activity last 7d | sum cost"]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let envelope = valid("envelope", &run.stdout);
    assert_told(&envelope["calls"], &server.seen(), "one failure");
    let statuses: Vec<&Value> = envelope["calls"].as_array().unwrap().iter().map(|call| &call["status"]).collect();
    assert_eq!(statuses, [&json!(500), &json!(200)]);
}

/// Two pipelines that need the same answer ask once, and each says what was asked.
#[test]
fn calls_that_pipelines_share_are_told_with_each() {
    let server = watched("");
    let run = server
        .orq(["-f", "envelope", "activity last 7d | sum cost; activity last 7d | group model | sum tokens"])
        .run();
    let envelope = valid("envelope", &run.stdout);
    assert_eq!(server.seen().len(), 1);
    for result in envelope["results"].as_array().unwrap() {
        assert_told(&result["calls"], &server.seen(), "both");
    }
}

/// The days of a range, written by hand, and those that no route has.
#[test]
fn coverage_is_the_days_that_were_asked_for_and_names_those_that_are_missing() {
    let coverage = |arguments: &[&str]| {
        let run = orq().args(["--demo", "-f", "envelope"]).args(arguments.iter().copied()).run();
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
        valid("envelope", &run.stdout)["coverage"].clone()
    };
    for (query, from, to) in [
        ("activity yesterday | sum cost", "2026-02-18", "2026-02-18"),
        ("activity last 2w | sum cost", "2026-02-02", "2026-02-15"),
        ("activity last month | sum cost", "2026-01-01", "2026-01-31"),
        ("activity this month | sum cost", "2026-02-01", "2026-02-18"),
        ("activity on 2026-01 | sum cost", "2026-01-01", "2026-01-31"),
        ("activity last 7d | sum cost | compare previous", "2026-02-05", "2026-02-18"),
    ] {
        let found = coverage(&[query]);
        assert_eq!((&found["from"], &found["to"]), (&json!(from), &json!(to)), "{query}");
        assert_eq!(found["missing"], json!([]), "{query}");
    }
    let found = coverage(&["--allow-partial", "activity last 60d | where cost > 1"]);
    let mut expected = Vec::new();
    let (mut day, end) = (jiff::civil::date(2025, 12, 21), jiff::civil::date(2026, 1, 20));
    while day < end {
        expected.push(day.to_string());
        day = day.tomorrow().unwrap();
    }
    assert_eq!(expected.len(), 30);
    assert_eq!(found["missing"], json!(expected));
    assert_eq!((&found["from"], &found["to"]), (&json!("2025-12-21"), &json!("2026-02-18")));
}

/// What nobody could answer in full is no envelope with a note, but an error.
#[test]
fn an_answer_that_the_api_cuts_is_no_truncated_envelope() {
    for (fault, code) in [("dropped-row", "E0604"), ("row-cap", "E0603")] {
        let query = "analytics last 60d | group model, day(time) | sum cost";
        let run = orq().args(["--demo", "--fault", fault, "-f", "envelope", "--errors", "json", query]).run();
        let errors = told(&run);
        let error = errors.iter().find(|error| error["severity"] == "error").unwrap();
        assert_eq!((run.code, error["code"].as_str().unwrap()), (6, code), "{fault}");
    }
}
