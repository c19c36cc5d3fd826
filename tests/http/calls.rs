//! What a machine reads: the calls of an envelope are those that were made, and `--raw` is what the API said.

use serde_json::{Value, json};

use super::activity::row;
use super::lists::account;
use crate::support::scripted::{Reply, Server};

fn envelope(server: &Server, query: &str) -> Value {
    let run = server.orq(["-f", "envelope", query]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

/// Kind, path and status of each call.
fn calls(envelope: &Value) -> Vec<(String, String, Option<u64>)> {
    let text = |value: &Value| value.as_str().unwrap().to_string();
    let call = |call: &Value| {
        assert_eq!(call["method"], "GET");
        assert!(call["ms"].is_u64());
        (text(&call["kind"]), text(&call["path"]), call["status"].as_u64())
    };
    envelope["calls"].as_array().unwrap().iter().map(call).collect()
}

fn call(kind: &str, path: &str, status: impl Into<Option<u64>>) -> (String, String, Option<u64>) {
    (kind.to_string(), path.to_string(), status.into())
}

#[test]
fn the_envelope_lists_every_call_with_its_kind_and_status_in_the_order_of_their_ends() {
    let server = Server::new(|seen, _| account(seen));
    let envelope = envelope(&server, "keys | count");
    let mut expected = vec![call("lookup", "/workspaces", 200)];
    expected.extend(vec![call("data", "/keys", 200); 5]);
    assert_eq!(calls(&envelope), expected);
    assert_eq!(server.seen().len(), expected.len());
    assert_eq!(envelope["coverage"]["routes"], json!(["keys"]));
}

#[test]
fn a_retry_is_a_call_of_its_own() {
    let server = Server::in_turn(vec![
        Reply::error(429, "slow down").header("Retry-After: 0"),
        Reply::Drop,
        Reply::data(json!([row("2026-02-03", "a/b", 1.0, 0.25), row("2026-02-18", "a/b", 0.25, 0.0)])),
    ]);
    let envelope = envelope(&server, "activity from 2026-02-01 | sum cost");
    assert_eq!(
        calls(&envelope),
        [call("data", "/activity", 429), call("data", "/activity", None), call("data", "/activity", 200)]
    );
    assert_eq!(envelope["rows"], json!([{ "cost": 1.5 }]));
    assert_eq!(
        envelope["coverage"],
        json!({ "from": "2026-02-01", "to": "2026-02-18", "missing": [], "routes": ["activity"] })
    );
    assert_eq!(envelope["truncated"], json!(false));
}

/// The documents of `--raw`, one after the other.
fn raw(server: &Server, query: &str) -> Vec<Value> {
    let run = server.orq(["--raw", query]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::Deserializer::from_str(&run.stdout).into_iter().map(Result::unwrap).collect()
}

#[test]
fn raw_prints_the_json_of_the_api_unchanged() {
    let body = json!({
        "data": [{ "z": 1, "a": "2", "deep": { "y": [1.5, null, true], "b": "ü\n\"" }, "big": 9007199254740993_u64, "tiny": 1e-9 }],
        "unknown": { "kept": true },
    });
    let server = Server::of_paths([("/activity", Reply::ok(&body))]);
    let run = server.orq(["--raw", "activity last 7d | where date > 2026-01-01 | limit 0"]).run();
    // The row has none of the fields that this query needs.
    assert_eq!(run.code, 4, "{}", run.stderr);
    let run = server.orq(["--raw", "activity last 7d | sum byok"]).run();
    assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{}", run.stderr);

    let mut body = body;
    body["data"][0]["date"] = json!("2026-02-13");
    let server = Server::of_paths([("/activity", Reply::ok(&body))]);
    let printed = raw(&server, "activity last 7d | count");
    assert_eq!(printed, [body.clone()]);
    assert_eq!(printed[0].to_string(), body.to_string(), "the order of fields is kept");
}

#[test]
fn raw_prints_every_page_in_the_order_of_the_plan() {
    let server = Server::new(|seen, _| account(seen));
    let pages = raw(&server, "keys | count");
    let names: Vec<Vec<&str>> = pages
        .iter()
        .map(|page| page["data"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap()).collect())
        .collect();
    assert_eq!(names, [vec!["spender", "old-batch"], vec!["riser"], vec![], vec!["lab"], vec![]]);
}

#[test]
fn raw_stays_json_where_names_are_hostile() {
    let name = "ESC \u{1b}[31m C1 \u{9b}2J bidi \u{202e}x\u{202c} \u{2066} nul \u{0} del \u{7f}";
    let body = json!({ "data": [{ "name": name, "id": "w1" }], "total_count": 1 });
    let server = Server::of_paths([("/workspaces", Reply::ok(&body))]);
    assert_eq!(raw(&server, "workspaces | select name"), [body]);
}
