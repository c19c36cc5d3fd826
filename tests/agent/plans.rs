//! `check --json` and `explain --json`: columns, calls and warnings, without a call.

use super::*;
use crate::support::scripted::{Reply, Server};

fn plan(query: &str) -> Value {
    valid("plan", &good(["check", "--json", query]))
}

#[test]
fn a_plan_has_columns_calls_and_steps() {
    let plan = plan("activity last 7d | group model | sum cost | top 5");
    let expected = json!({
        "orq": 1,
        "pipelines": [{
            "query": "activity last 7d | group model | sum cost | top 5",
            "schema": [
                { "name": "model", "type": "text" },
                { "name": "cost", "type": "number", "unit": "usd", "class": "additive" },
            ],
            "open": false,
            "calls": { "least": 1, "most": 1, "allowed": 60 },
            "planned": [{
                "kind": "data", "method": "GET", "path": "/activity", "query": {}, "body": null,
                "from": "2026-02-12", "to": "2026-02-18", "repeats": "once",
            }],
            "missing": [],
            "steps": [
                "scan activity, 2026-02-12 to 2026-02-18",
                "aggregate cost = sum cost by model",
                "sort model",
                "sort -cost, model",
                "limit 5",
            ],
            "errors": [],
        }],
        "warnings": [],
    });
    assert_eq!(plan, expected);
}

#[test]
fn lists_of_pages_and_keys_of_rows_have_no_most() {
    let keys = plan("keys")["pipelines"][0].clone();
    assert_eq!(keys["calls"], json!({ "least": 1, "most": null, "allowed": 60 }));
    let planned: Vec<(&Value, &Value, &Value)> = keys["planned"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| (&call["kind"], &call["path"], &call["repeats"]))
        .collect();
    let (lookup, data, pages) = (json!("lookup"), json!("data"), json!("pages"));
    assert_eq!(planned, [(&lookup, &json!("/workspaces"), &pages), (&data, &json!("/keys"), &pages)]);
    let query = "read \"n.csv\" | derive id = \"gen-demo-1\" | limit 3 | join generation on id == id";
    let run = seven().args(["check", "--json", query]).run();
    let joined = valid("plan", &run.stdout)["pipelines"][0].clone();
    assert_eq!(joined["calls"], json!({ "least": 0, "most": 3, "allowed": 60 }), "{}", run.stderr);
    assert_eq!(joined["planned"][0]["repeats"], "keys");
}

#[test]
fn check_and_explain_say_the_same_and_send_nothing() {
    let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
    for query in
        ["credits", "keys", "activity last 60d | limit 5", "let a = credits; a; a | select used", "credits; models"]
    {
        let (checked, explained) =
            (server.orq(["check", "--json", query]).run(), server.orq(["explain", "--json", query]).run());
        assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "{query}");
        assert_eq!(checked.stdout, explained.stdout, "{query}");
        valid("plan", &checked.stdout);
    }
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn columns_are_those_that_the_envelope_has() {
    for query in [
        "credits",
        "activity last 7d | group date | sum cost | share cost",
        "analytics last 2d | group model | count, p99 latency, avg cache_hit_rate",
        "generations last 1d | top 2 by cost | select id, cost, created_at",
    ] {
        let envelope = valid("envelope", &good(["--demo", "-f", "envelope", query]));
        let plan = plan(query)["pipelines"][0].clone();
        assert_eq!((&plan["schema"], &plan["query"]), (&envelope["schema"], &envelope["query"]), "{query}");
    }
    assert_eq!(plan("activity last 7d | pivot cost by provider")["pipelines"][0]["open"], true);
}

/// The text is right; a run of it would send nothing all the same.
#[test]
fn what_no_route_has_is_an_error_of_the_plan_and_the_same_that_a_run_ends_with() {
    for (query, code, exit) in [
        ("activity last 60d | limit 5", "E0601", 6),
        ("activity today", "E0601", 6),
        ("analytics last 400d | group model | sum cost", "E0601", 6),
    ] {
        let plan = plan(query)["pipelines"][0].clone();
        let run = orq().args(["--demo", "--errors", "json", query]).run();
        assert_eq!((run.code, &plan["errors"][0]["code"]), (exit, &json!(code)), "{query}: {}", run.stderr);
        assert_eq!(plan["errors"], json!(told(&run)), "{query}");
    }
    let gap = plan("activity last 60d | limit 5")["pipelines"][0]["missing"].clone();
    assert_eq!((&gap[0]["from"], &gap[0]["to"]), (&json!("2025-12-21"), &json!("2026-01-19")));
    let few = orq().args(["check", "--json", "--max-calls", "0", "credits"]).run();
    assert_eq!(valid("plan", &few.stdout)["pipelines"][0]["errors"][0]["code"], "E0603");
}

#[test]
fn warnings_that_need_no_answer_are_part_of_the_plan_and_not_on_standard_error() {
    for query in ["activity today | sum cost", "activity last 10d | group week(date) | sum cost"] {
        let run = orq().args(["check", "--json", query]).run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        let warnings = valid("plan", &run.stdout)["warnings"].clone();
        assert_eq!((&warnings[0]["code"], &warnings[0]["line"]), (&json!("E0605"), &json!(1)), "{query}: {warnings}");
    }
}

#[test]
fn a_wrong_text_is_the_errors_contract_without_being_asked() {
    for command in ["check", "explain"] {
        for (text, exit, code) in [("activity | grup model", 3, "E0102"), ("", 3, "E0007"), ("missing.orq", 1, "E0701")]
        {
            let run = orq().args([command, "--json", text]).run();
            let first = told(&run)[0].clone();
            assert_eq!((run.code, &first["code"]), (exit, &json!(code)), "{command} {text}");
        }
    }
    for arguments in [vec!["check", "--json", "--frobnicate"], vec!["describe", "--json", "a", "b"]] {
        let run = orq().args(arguments).run();
        assert_eq!((run.code, told(&run)[0]["code"].as_str().unwrap()), (2, "E0801"));
    }
    let query = "activity last 7d | where modle == \"x\" and csot > 1 | sum cost";
    let run = orq().args(["check", "--json", query]).run();
    let edits: Vec<orq::diagnostics::Edit> = told(&run)
        .iter()
        .flat_map(|error| error["edits"].as_array().unwrap().clone())
        .map(|edit| orq::diagnostics::Edit {
            start: edit["start"].as_u64().unwrap() as usize,
            end: edit["end"].as_u64().unwrap() as usize,
            text: edit["text"].as_str().unwrap().to_string(),
        })
        .collect();
    let mended = orq::diagnostics::apply(query, &edits);
    assert_eq!(mended, "activity last 7d | where model == \"x\" and cost > 1 | sum cost");
    assert_eq!(plan(&mended)["pipelines"].as_array().map(Vec::len), Some(1));
}

#[test]
fn definitions_alone_are_no_pipelines_and_parameters_of_a_library_need_no_value() {
    assert_eq!(plan("let a = credits"), json!({ "orq": 1, "pipelines": [], "warnings": [] }));
    let open = plan("param n: number; activity | limit @n");
    assert_eq!(open["pipelines"].as_array().map(Vec::len), Some(1));
}
