//! Envelopes and errors are what their schemas say, and the schemas say something.

use super::*;
use crate::support::scripted::{Reply, Server};

/// Runs that succeed, of every kind of source, of several pipelines and of none.
const RIGHT: &[&[&str]] = &[
    &["credits"],
    &["keys | count"],
    &["models | limit 3"],
    &["endpoints deepseek/deepseek-v3.2"],
    &["generation gen-demo-2"],
    &["generation gen-demo-2 | select provider_responses | unnest provider_responses"],
    &["activity last 7d | group model, date | sum cost, tokens | derive rate = cost / tokens * 1e6, dear = cost > 1"],
    &["activity from 2025-06-01 | group key | sum cost | top 3"],
    &["activity last 4w | group week(date), provider | sum cost | pivot cost by provider | fill 0"],
    &["activity last 7d | group model | list provider | limit 2"],
    &["analytics last 3h | group hour(time) | count, p99 latency"],
    &["generations last 1d | top 2 by cost | select id, cost, created_at"],
    &["generations last 1d | top 2 by cost | select id | join generation on id == id"],
    &["activity last 2d | where cost < 0 | select model"],
    &["--allow-partial", "activity last 60d | limit 2"],
    &["--tz", "Europe/Berlin", "analytics last 2d | group hour(time) | sum cost"],
    &["--max-rows", "2", "activity last 7d | group model | sum cost"],
    &["--max-rows", "0", "credits"],
    &["credits; keys | limit 1 | title \"one key\""],
    &["--max-rows", "1", "credits; keys"],
    &["let spend = activity last 7d"],
    &["rankings | limit 1"],
    &["content gen-demo-1"],
    &["activity last 2d | group model | sum cost | as csv"],
    &["activity last 3d | describe cost"],
];

/// Runs that fail, and how they end.
const WRONG: &[(&[&str], i64, &str)] = &[
    (&["run", "missing.orq"], 1, "E0701"),
    (&["check", "missing.orq"], 1, "E0701"),
    (&["read \"missing.csv\""], 1, "E0701"),
    (&["--frobnicate"], 2, "E0801"),
    (&["--max-rows", "many", "credits"], 2, "E0801"),
    (&["describe", "--json", "--for-agents"], 2, "E0801"),
    (&["--max-rows", "1", "--raw", "credits"], 2, "E0801"),
    (&["--base-url", "https://example.com", "credits"], 2, "E0802"),
    (&["describe", "nonsense"], 2, "E0801"),
    (&["explain", "E9999"], 2, "E0801"),
    (&["--demo", "explain credits"], 2, "E0801"),
    (&["-f", "parquet", "--demo", "credits"], 2, "E0801"),
    (&["--demo", "activity | grup model"], 3, "E0102"),
    (&["--demo", "activity | where modle == \"x\" and csot > 1"], 3, "E0103"),
    (&["--demo", "activity | group"], 3, "E0302"),
    (&["--demo", "-f", "nonsense", "credits"], 3, "E0107"),
    (&["run", "-e", "use \"gone.orq\"; credits"], 1, "E0701"),
    (&["credits"], 4, "E0501"),
    (&["--demo", "--fault", "500", "--retries", "0", "credits"], 4, "E0504"),
    (&["--demo", "--fault", "truncate", "--retries", "0", "credits"], 4, "E0505"),
    (&["--demo", "generation gen-nothing"], 4, "E0507"),
    (&["--demo", "activity last 2d | sum cost | assert cost < 0, \"over\""], 5, "E0606"),
    (&["--demo", "activity today"], 6, "E0601"),
    (&["--demo", "--max-calls", "1", "keys"], 6, "E0603"),
];

#[test]
fn every_envelope_is_what_its_schema_says() {
    for arguments in RIGHT {
        let run = orq().args(["--demo", "-f", "envelope"]).args(arguments.iter().copied()).run();
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
        let envelope = valid("envelope", &run.stdout);
        let answers = envelope["results"].as_array().cloned().unwrap_or_else(|| vec![envelope.clone()]);
        let is_asked = arguments.contains(&"--max-rows");
        for answer in &answers {
            assert_rows_fit(answer);
            assert!(is_asked || answer["truncated"] == false, "{arguments:?}: nobody asked for fewer rows");
        }
    }
}

/// Rows have the columns of the schema in their order, and values of their types.
fn assert_rows_fit(answer: &Value) {
    let columns = answer["schema"].as_array().unwrap();
    let names: Vec<&str> = columns.iter().map(|column| column["name"].as_str().unwrap()).collect();
    for row in answer["rows"].as_array().unwrap() {
        assert_eq!(row.as_object().unwrap().keys().collect::<Vec<_>>(), names, "{row}");
        for (column, name) in columns.iter().zip(&names) {
            let value = &row[name];
            let text = value.as_str().unwrap_or_default();
            let fits = match column["type"].as_str().unwrap() {
                "number" => value.is_number(),
                "text" | "duration" => value.is_string(),
                "bool" => value.is_boolean(),
                "date" => text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10,
                "time" => text.parse::<jiff::Timestamp>().is_ok(),
                "list" => value.is_array(),
                "record" => value.is_object(),
                other => panic!("a column of {other}"),
            };
            assert!(fits || value.is_null(), "{name} of {column} is {value}");
        }
    }
}

#[test]
fn every_failure_is_what_the_schema_of_errors_says_whatever_the_format() {
    let codes = parsed(&good(["describe", "--json"]))["codes"].as_array().unwrap().clone();
    for (arguments, exit, code) in WRONG {
        let run = orq().args(["--errors", "json", "-f", "envelope"]).args(arguments.iter().copied());
        // A format that is given twice is a mistake of its own.
        let run = match arguments.contains(&"-f") {
            true => orq().args(["--errors", "json"]).args(arguments.iter().copied()).run(),
            false => run.run(),
        };
        let errors = told(&run);
        let first = errors.iter().find(|error| error["severity"] == "error").unwrap();
        assert_eq!((i64::from(run.code), first["code"].as_str().unwrap()), (*exit, *code), "{arguments:?}: {first}");
        let listed = codes.iter().find(|listed| listed["code"] == *code).unwrap();
        assert_eq!(listed["exit"], json!(exit), "{arguments:?}");
    }
    let ends: std::collections::BTreeSet<i64> = WRONG.iter().map(|(_, exit, _)| *exit).collect();
    assert_eq!(ends.into_iter().collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6], "every kind of end");
}

#[test]
fn what_is_wrong_in_another_file_has_its_path_and_places_in_it() {
    let run = orq().args(["--errors", "json", "run", "-e", "use \"lib.orq\"; credits"]);
    std::fs::write(run.home.path().join("lib.orq"), "let a = activity last 7d\nlet b = a | grup model\n").unwrap();
    let error = told(&run.run())[0].clone();
    assert_eq!((&error["code"], &error["file"], &error["line"]), (&json!("E0102"), &json!("lib.orq"), &json!(2)));
}

#[test]
fn without_errors_json_a_failure_is_for_people_and_there_is_no_envelope() {
    let run = orq().args(["--demo", "-f", "envelope", "activity | grup model"]).run();
    assert_eq!((run.code, run.stdout.as_str()), (3, ""));
    assert!(run.stderr.starts_with("E0102\n"), "{}", run.stderr);
}

#[test]
fn warnings_of_an_envelope_are_those_of_standard_error() {
    let mut seen = 0;
    for query in [
        "activity from 2025-06-01 | group key | sum cost | top 3",
        "rankings | limit 1",
        "activity last 10d | group week(date) | sum cost",
        "activity today | sum cost",
        "activity last 7d | group model, provider | avg cost | avg avg_cost",
        "credits",
    ] {
        let run = orq().args(["--demo", "-f", "envelope", "--errors", "json", query]).run();
        assert_eq!(run.code, 0, "{query}: {}", run.stderr);
        let warnings = valid("envelope", &run.stdout)["warnings"].as_array().unwrap().clone();
        let told = match run.stderr.as_str() {
            "" => Vec::new(),
            told => valid("errors", told)["errors"].as_array().unwrap().clone(),
        };
        let said = |all: &[Value]| -> Vec<(Value, Value, Value)> {
            all.iter().map(|one| (one["code"].clone(), one["message"].clone(), one["span"].clone())).collect()
        };
        assert_eq!(said(&warnings), said(&told), "{query}");
        seen += warnings.len();
    }
    assert!(seen >= 5, "only {seen} warnings");
}

#[test]
fn a_text_that_prints_nothing_is_an_empty_document_of_the_format_that_is_asked_for() {
    for (format, expected) in
        [("envelope", "{\"orq\":1,\"results\":[]}\n"), ("json", "[]\n"), ("csv", ""), ("table", "")]
    {
        assert_eq!(good(["--demo", "-f", format, "let a = credits"]), expected, "{format}");
    }
    assert_eq!(good(["--demo", "let a = credits"]), "");
}

/// JSON and an explanation in one output would be neither.
#[test]
fn an_explanation_has_no_place_among_rows_for_programs_and_nothing_is_sent() {
    let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
    for format in ["envelope", "json", "jsonl", "csv"] {
        let run = server.orq(["--errors", "json", "-f", format, "credits; explain credits"]).run();
        assert_eq!((run.code, told(&run)[0]["code"].as_str().unwrap()), (2, "E0801"), "{format}");
    }
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn schemas_are_of_the_draft_and_each_is_printed_alone_too() {
    for contract in ["envelope", "errors", "plan", "run"] {
        let schema = &SCHEMAS[contract];
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], json!(format!("urn:orq:{contract}:1")));
        assert_eq!(parsed(&good(["describe", "--json-schema", contract])), *schema);
    }
    assert_eq!(SCHEMAS.as_object().unwrap().len(), 4);
    let run = orq().args(["--errors", "json", "describe", "--json-schema", "rows"]).run();
    assert_eq!((run.code, told(&run)[0]["code"].as_str().unwrap()), (2, "E0801"));
}

/// The validator can say no: each change breaks the contract in one way.
#[test]
fn the_schemas_refuse_what_is_not_the_contract() {
    let envelope =
        valid("envelope", &good(["--demo", "-f", "envelope", "activity yesterday | group model | sum cost"]));
    let broken = |change: &dyn Fn(&mut Value)| {
        let mut value = envelope.clone();
        change(&mut value);
        problems(&SCHEMAS["envelope"], &value)
    };
    let changes: [&dyn Fn(&mut Value); 11] = [
        &|value| value["orq"] = json!(2),
        &|value| value["rows"] = json!({}),
        &|value| value["rows"] = json!([1]),
        &|value| value["truncated"] = json!(true),
        &|value| value["schema"][0]["type"] = json!("string"),
        &|value| value["schema"][0]["width"] = json!(3),
        &|value| value["coverage"]["from"] = json!("yesterday"),
        &|value| value["calls"][0]["status"] = json!("200"),
        &|value| value["calls"][0]["ms"] = json!(-1),
        &|value| value["warnings"] = json!([{ "code": "E1" }]),
        &|value| value["results"] = json!([]),
    ];
    for (nth, change) in changes.iter().enumerate() {
        assert!(!broken(change).is_empty(), "change {nth} is seen");
    }
    assert!(broken(&|_| {}).is_empty());
    let missing = |name: &str| {
        let mut value = envelope.clone();
        value.as_object_mut().unwrap().shift_remove(name);
        problems(&SCHEMAS["envelope"], &value)
    };
    for name in ["orq", "query", "schema", "rows", "coverage", "calls", "warnings", "truncated"] {
        assert!(!missing(name).is_empty(), "{name} is needed");
    }
    assert!(!problems(&SCHEMAS["errors"], &json!({ "orq": 1, "errors": [] })).is_empty());
}
