//! Names in, ids out: what becomes of names that are gone, shared or slips, and how filters by them are seen to hold.

use std::collections::BTreeMap;

use orq::demo::SEED;
use orq::demo::base::rows_of;
use orq::model::route::{Facts, ModelName, Wishes};
use orq::model::zone::Zone;
use orq::sources::{renamed, retired};
use serde_json::{Value, json};

use crate::support::scripted::{Reply, Server};
use crate::support::{NOW, demo, orq, rows};

/// The warnings of a run that works, in one line each.
fn said(query: &str) -> String {
    let run = demo(query);
    assert_eq!(run.code, 0, "{query}\n{}", run.stderr);
    run.stderr.replace("\n  │ ", " ")
}

/// What the days of the base table cost, by the hash of the key; a key that is gone has none.
fn cost_by_hash(days: i64) -> BTreeMap<Option<String>, f64> {
    let now: jiff::Timestamp = NOW.parse().unwrap();
    let today = now.as_millisecond().div_euclid(86_400_000);
    let listed: Vec<String> =
        rows("keys | select hash").iter().map(|row| row["hash"].as_str().unwrap().to_string()).collect();
    let mut nano: BTreeMap<Option<String>, i64> = BTreeMap::new();
    for day in today - days..today {
        for row in rows_of(SEED, day) {
            let hash = row.key.map(|key| key.hash.to_string()).filter(|hash| listed.contains(hash));
            *nano.entry(hash).or_default() += row.credits() + row.byok_inference();
        }
    }
    nano.into_iter().map(|(hash, nano)| (hash, nano as f64 / 1e9)).collect()
}

#[test]
fn the_hash_keeps_namesakes_and_keys_that_are_gone_apart() {
    let expected = cost_by_hash(7);
    let found = rows("activity last 7d | group key_hash | sum cost");
    assert_eq!(found.len(), expected.len());
    for row in &found {
        let hash = row["key_hash"].as_str().map(str::to_string);
        let difference = (row["cost"].as_f64().unwrap() - expected[&hash]).abs();
        assert!(difference < 1e-6, "{row}");
    }
    // The name that two live keys share, and one that a key shares that is gone.
    let named = rows("activity last 7d | group key, key_hash | sum cost");
    let of = |name: &str| named.iter().filter(|row| row["key"] == name).collect::<Vec<&Value>>();
    assert_eq!(of("ci").len(), 2);
    assert!(of("ci").iter().all(|row| row["key_hash"].is_string()));
    assert_eq!(of("backend").iter().filter(|row| row["key_hash"].is_null()).count(), 1);
}

#[test]
fn namesakes_are_named_where_names_are_shown_and_nowhere_else() {
    let told = said("activity last 7d | group key | sum cost");
    assert!(told.contains("several keys share a name") && told.contains("\"ci\""), "{told}");
    let told = said("analytics last 7d | group key, workspace | sum cost");
    assert!(told.contains("several keys share") && !told.contains("several workspaces"), "{told}");
    assert_eq!(said("activity last 7d | group key_hash | sum cost"), "");
    assert_eq!(said("activity last 7d | where key starts_with \"ba\" | sum cost"), "");
}

#[test]
fn a_name_that_nothing_bears_is_said_with_what_was_likely_meant() {
    for (query, name, meant) in [
        ("activity last 7d | where key == \"bacth\" | sum cost", "no key is called \"bacth\"", "\"batch\""),
        ("activity last 7d | where workspace == \"Prodution\" | sum cost", "no workspace is called", "\"Production\""),
        ("analytics last 7d | where model == \"openai/gpt5.2\" | sum cost", "no model is called", "\"openai/gpt-5.2\""),
    ] {
        let told = said(query);
        assert!(told.contains("E0605") && told.contains(name) && told.contains(meant), "{query}\n{told}");
    }
    assert_eq!(said("analytics last 7d | where model == \"openai/gpt-5.2\" | sum cost"), "");
}

#[test]
fn models_that_are_not_listed_any_more_are_said_to_have_their_lasting_names() {
    let told = said("activity last 60d | group model | sum cost");
    assert!(told.contains("lasting names here: \"anthropic/claude-3-sonnet-"), "{told}");
    assert_eq!(said("activity last 60d | group model_permaslug | sum cost"), "");
}

#[test]
fn a_filter_by_a_name_that_is_passed_over_is_noticed() {
    for query in [
        "activity last 60d | where key == \"batch\" | sum cost",
        "activity last 60d | where workspace == \"Research\" | sum cost",
        "activity last 60d | where model == \"openai/gpt-5.2\" | sum cost",
        "analytics last 7d | where finish_reason == \"length\" | p90 latency",
        "analytics last 7d | where finish_reason in (\"length\", \"stop\") | p90 latency",
        "analytics last 7d | where key == \"batch\" | group provider, model | sum cost",
        "activity last 7d | group key_hash | sum cost",
        "analytics last 7d | where key != \"batch\" | sum cost",
        "analytics last 7d | where key not in (\"batch\", \"ci\") | group model | sum cost",
        "analytics last 7d | where key != \"batch\" | group provider | avg latency",
        "analytics last 7d | where user_email != \"tom@demo.example\" | group provider, model | sum cost",
        "activity last 60d | where user_email in (\"tom@demo.example\", \"mei@demo.example\") | sum cost",
    ] {
        let run = orq().args(["--demo", "--fault", "ignored-filter", query]).run();
        assert_eq!((run.code, run.stdout.as_str()), (6, ""), "{query}\n{}", run.stderr);
        assert!(run.stderr.contains("E0604"), "{query}\n{}", run.stderr);
    }
}

#[test]
fn days_that_are_not_there_yet_are_named_before_anything_is_sent() {
    let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
    for query in [
        "analytics from 2026-02-10 to 2026-03-01 | sum cost",
        "analytics from 2026-03-01 to 2026-03-05 | sum cost",
        "generations from 2026-02-10 to 2026-03-01 | select id",
        "activity from 2026-02-10 to 2026-03-01 | sum cost",
    ] {
        let run = server.run(query);
        assert_eq!((run.code, run.stdout.as_str()), (6, ""), "{query}\n{}", run.stderr);
        assert!(run.stderr.contains("E0601") && run.stderr.contains("not there yet"), "{query}\n{}", run.stderr);
    }
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn percentiles_of_more_days_than_the_cube_has_at_once_are_refused_before_anything_is_sent() {
    let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
    for query in ["analytics last 32d | p50 latency", "analytics last 60d | group model | p99 latency"] {
        let run = server.run(query);
        assert_eq!((run.code, run.stdout.as_str()), (6, ""), "{query}\n{}", run.stderr);
        assert!(run.stderr.contains("E0602") && run.told().contains("31 days"), "{query}\n{}", run.stderr);
    }
    assert_eq!(server.seen().len(), 0);
    assert_eq!(demo("analytics last 31d | p50 latency").code, 0);
}

#[test]
fn calls_are_counted_over_the_whole_run_pages_too() {
    let limited = |most: &str, query: &str| orq().args(["--demo", "--max-calls", most, query]).run();
    let run = limited("2", "keys | count");
    assert_eq!((run.code, run.stdout.as_str()), (6, ""), "{}", run.stderr);
    assert!(run.stderr.contains("E0603"), "{}", run.stderr);
    assert_eq!(limited("9", "keys | count").code, 0);
    let twice = "analytics last 7d | group provider, model, variant | sum cost | limit 1";
    let run = orq().args(["--demo", "-f", "envelope", twice]).run();
    let envelope: Value = serde_json::from_str(&run.stdout).unwrap();
    let calls = envelope["calls"].as_array().unwrap().iter().filter(|call| call["kind"] == "data").count();
    assert!(calls > 5, "{calls}");
    let both = format!("{twice}; {}", twice.replace("7d", "6d"));
    let run = limited(&(calls + 1).to_string(), &both);
    assert_eq!((run.code, run.stdout.as_str()), (6, ""), "{}", run.stderr);
    assert_eq!(limited(&(2 * calls).to_string(), &both).code, 0);
}

#[test]
fn explain_shows_the_calls_that_are_sent_first() {
    for query in [
        "analytics last 40d | where provider == \"OpenAI\" | group model_permaslug | sum cost",
        "analytics last 7d | group finish_reason | sum cost, p50 latency",
        "activity from 2025-09-01 | group provider | sum cost",
    ] {
        let explained = orq().args(["explain", query]).run().stdout;
        let shown = explained.matches("POST /analytics/query").count();
        let run = orq().args(["--demo", "-f", "envelope", query]).run();
        let envelope: Value = serde_json::from_str(&run.stdout).unwrap();
        let calls = envelope["calls"].as_array().unwrap().iter().filter(|call| call["kind"] == "data").count();
        assert_eq!(shown, calls, "{query}\n{explained}");
    }
}

#[test]
fn a_key_that_is_called_as_the_cube_calls_none_is_told_apart_by_its_hash() {
    let run = orq().args(["--demo", "--fault", "chatroom-key", "activity last 7d | group key | sum cost"]).run();
    assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{}", run.stderr);
    assert!(run.stderr.contains("E0109") && run.stderr.contains("key_hash"), "{}", run.stderr);
    let query = "activity last 7d | group key, key_hash | sum cost";
    let run = orq().args(["--demo", "--fault", "chatroom-key", "-f", "json", query]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let apart: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    let of = |name: Value| apart.iter().filter(|row| row["key"] == name).collect::<Vec<_>>();
    assert!(of("Chatroom".into()).iter().all(|row| row["key_hash"].is_string()), "{apart:?}");
    assert!(of(Value::Null).iter().all(|row| row["key_hash"].is_null()), "{apart:?}");
    assert_eq!((of("Chatroom".into()).len(), of(Value::Null).len()), (1, 1));
}

#[test]
fn a_last_day_that_is_neither_had_nor_quiet_is_no_total() {
    let faults = ["--demo", "--fault", "lagging-activity", "--fault", "dropped-row"];
    let run = orq().args(faults).args(["activity last 3d | sum requests"]).run();
    assert_eq!((run.code, run.stdout.as_str()), (6, ""), "{}", run.stderr);
    assert!(run.stderr.contains("E0604") && run.stderr.contains("activity last 3d"), "{}", run.stderr);
}

/// An account with one key, of which each answer with two dimensions counts so many requests more than one with one.
fn growing(more: i64) -> Server {
    let one = |row: Value| Reply::data(json!([row]));
    Server::new(move |seen, _| match (seen.path.as_str(), seen.param("offset")) {
        (_, Some(offset)) if offset != "0" => Reply::data(json!([])),
        ("/workspaces", _) => one(json!({ "id": "w", "name": "w", "slug": "w" })),
        ("/keys", _) => one(json!({ "hash": "a".repeat(64), "name": "k", "label": "sk…", "disabled": false })),
        ("/models", _) => Reply::data(json!([])),
        ("/analytics/query", _) => {
            let dimensions: Vec<&str> =
                seen.body["dimensions"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
            let mut row = json!({ "api_key_id": "k", "provider": "p", "model": "m" });
            let fields = row.as_object_mut().unwrap();
            fields.retain(|name, _| dimensions.contains(&name.as_str()));
            let count = if dimensions.len() > 1 { 10 + more } else { 10 };
            fields.insert("request_count".to_string(), json!(count));
            let metadata = json!({ "row_count": 1, "truncated": false });
            Reply::data(json!({ "data": [row], "metadata": metadata }))
        }
        _ => Reply::error(404, "Not Found"),
    })
}

#[test]
fn parts_that_grew_since_their_total_are_said_to_be_settling_and_those_that_lack_are_refused() {
    let query = |days: &str| format!("analytics {days} | group key, provider, model | sum requests | select requests");
    let run = growing(0).orq(["-f", "csv", &query("today")]).run();
    assert_eq!((run.code, run.stdout.as_str()), (0, "requests\n10\n"), "{}", run.stderr);
    assert!(!run.stderr.contains("settling"), "{}", run.stderr);
    let run = growing(1).orq(["-f", "csv", &query("today")]).run();
    assert_eq!((run.code, run.stdout.as_str()), (0, "requests\n11\n"), "{}", run.stderr);
    assert!(run.stderr.contains("E0605") && run.stderr.contains("settling"), "{}", run.stderr);
    for (more, days) in [(-1, "today"), (1, "from 2026-02-05 to 2026-02-10")] {
        let run = growing(more).orq(["-f", "csv", &query(days)]).run();
        assert_eq!((run.code, run.stdout.as_str()), (6, ""), "{}", run.stderr);
        assert!(run.stderr.contains("E0604") && run.stderr.contains("do not add up"), "{}", run.stderr);
    }
}

#[test]
fn a_retired_model_is_called_as_other_rows_call_it_where_they_agree() {
    let row = |id: &str, permaslug: &str| json!({ "model": id, "model_permaslug": permaslug });
    let listed = ModelName { id: "a/new".to_string(), permaslug: "a/new-2".to_string() };
    let mut facts = Facts::at(NOW.parse().unwrap(), Zone::named("UTC").unwrap(), Wishes::default());
    let told = [
        row("a/old", "a/old-1"),
        row("a/old:free", "a/old-1"),
        row("a/one", "a/two-1"),
        row("a/two", "a/two-1"),
        row("a/new", "a/new-2"),
        json!({ "model_permaslug": "a/lone-1" }),
    ];
    assert!(retired(told.iter(), &facts).is_empty(), "nothing is known of what is listed");
    facts.models = Some(vec![listed]);
    let known = retired(told.iter(), &facts);
    assert_eq!(known, BTreeMap::from([("a/old-1".to_string(), "a/old".to_string())]));
    let of_cube = |permaslug: &str, variant: Option<&str>| json!({ "model": permaslug, "variant": variant, "model_id": permaslug });
    let mut rows = [of_cube("a/old-1", None), of_cube("a/old-1", Some("free")), of_cube("a/two-1", None)];
    renamed(&mut rows, &known);
    assert_eq!(rows.each_ref().map(|row| &row["model_id"]), ["a/old", "a/old:free", "a/two-1"]);
    assert!(rows.iter().all(|row| row["model"].as_str().unwrap().ends_with("-1")), "the lasting name stays");
}
