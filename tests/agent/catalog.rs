//! `describe --json`: everything that has a name, and nothing else.

use orq::diagnostics::{Code, Exit};
use orq::session::CATALOG;

use super::*;

fn described() -> Value {
    parsed(&good(["describe", "--json"]))
}

fn names(entries: &Value, field: &str) -> Vec<String> {
    entries.as_array().unwrap().iter().map(|entry| entry[field].as_str().unwrap().to_string()).collect()
}

#[test]
fn it_is_one_line_the_same_each_time_and_has_a_version() {
    let text = good(["describe", "--json"]);
    assert_eq!(text, good(["describe", "--json"]));
    assert_eq!(text, good(["--tz", "Asia/Kolkata", "--now", "2026-07-01", "describe", "--json"]));
    assert_eq!(text.lines().count(), 1);
    let all = described();
    assert_eq!(all["orq"], 1);
    assert_eq!(all["version"], env!("CARGO_PKG_VERSION"));
    let keys: Vec<&String> = all.as_object().unwrap().keys().collect();
    let kinds = ["sources", "verbs", "aggregates", "functions", "formats", "codes", "exits"];
    assert_eq!(keys, [&["orq", "version"][..], &kinds[..]].concat());
}

#[test]
fn every_row_of_the_catalog_is_there_in_its_order() {
    let all = described();
    assert_eq!(names(&all["sources"], "name"), CATALOG.sources.iter().map(|def| def.name).collect::<Vec<_>>());
    assert_eq!(names(&all["verbs"], "name"), CATALOG.verbs.iter().map(|def| def.name).collect::<Vec<_>>());
    assert_eq!(names(&all["formats"], "name"), CATALOG.formats.iter().map(|def| def.name).collect::<Vec<_>>());
    let mut functions = [names(&all["aggregates"], "name"), names(&all["functions"], "name")].concat();
    let mut known: Vec<&str> = CATALOG.all_functions().map(|def| def.name).collect();
    functions.sort_unstable();
    known.sort_unstable();
    assert_eq!(functions, known);
    assert!(all["aggregates"].as_array().unwrap().iter().all(|def| def["kind"] == "aggregate"));
    assert!(all["functions"].as_array().unwrap().iter().all(|def| def["kind"] != "aggregate"));
    assert_eq!(names(&all["codes"], "code"), Code::ALL.iter().map(|code| code.id()).collect::<Vec<_>>());
    assert_eq!(all["exits"].as_array().unwrap().len(), Exit::ALL.len());
    for (listed, def) in all["sources"].as_array().unwrap().iter().zip(CATALOG.sources) {
        let columns: Vec<&str> = def.columns.iter().map(|column| column.name).collect();
        assert_eq!(names(&listed["columns"], "name"), columns, "{}", def.name);
        assert_eq!(names(&listed["arguments"], "name").len(), def.params.len(), "{}", def.name);
        assert!(!listed["examples"].as_array().unwrap().is_empty(), "{}", def.name);
    }
}

#[test]
fn a_source_has_its_range_arguments_and_columns() {
    let all = described();
    let source = |name: &str| {
        let sources = all["sources"].as_array().unwrap();
        sources.iter().find(|source| source["name"] == name).unwrap().clone()
    };
    let activity = source("activity");
    assert_eq!((&activity["grain"], &activity["key"]), (&json!("rows"), &json!("management")));
    assert_eq!((&activity["range"]["default_days"], &activity["range"]["open_end"]), (&json!(30), &json!("yesterday")));
    let column = |source: &Value, name: &str| {
        source["columns"].as_array().unwrap().iter().find(|column| column["name"] == name).unwrap().clone()
    };
    let cost = column(&activity, "cost");
    assert_eq!(
        (&cost["type"], &cost["unit"], &cost["class"], &cost["shown"]),
        (&json!("number"), &json!("usd"), &json!("additive"), &json!(true))
    );
    assert_eq!(column(&activity, "key")["shown"], false);
    assert!(column(&activity, "tokens_prompt")["aliases"].as_array().unwrap().contains(&json!("prompt_tokens")));
    assert_eq!((&source("analytics")["grain"], &source("read")["grain"]), (&json!("cube"), &json!("files")));
    assert_eq!((&source("read")["key"], &source("credits")["range"]), (&Value::Null, &Value::Null));
    let generation = source("generation");
    assert_eq!(generation["arguments"][0]["required"], true);
    let modality = source("rankings")["arguments"][0].clone();
    assert!(modality["values"].as_array().unwrap().contains(&json!("text")), "{modality}");
}

#[test]
fn a_name_or_an_alias_or_a_code_gives_what_is_called_so() {
    let one = |name: &str| parsed(&good(["describe", "--json", name]));
    let kinds = ["sources", "verbs", "aggregates", "functions", "formats", "codes"];
    for (name, found) in [
        ("activity", ["sources"].as_slice()),
        ("filter", &["verbs"]),
        ("mean", &["aggregates"]),
        ("ndjson", &["formats"]),
        ("describe", &["verbs"]),
        ("e0103", &["codes"]),
        ("generation", &["sources"]),
        ("lag", &["functions"]),
    ] {
        let described = one(name);
        let filled: Vec<&str> = kinds
            .iter()
            .copied()
            .filter(|kind| described[kind].as_array().is_some_and(|list| !list.is_empty()))
            .collect();
        assert_eq!(filled, found, "{name}");
    }
    assert_eq!(one("filter")["verbs"][0]["name"], "where");
    let whole = described();
    assert_eq!(one("activity")["sources"][0], whole["sources"][0]);
    let run = orq().args(["describe", "--json", "activty"]).run();
    assert_eq!(run.code, 2);
    assert_eq!(told(&run)[0]["candidates"][0], "activity");
}
