//! Queries take days from the ledger first. Their answers are those of the API, by whatever mixture of routes.

use orq::demo::SEED;
use orq::demo::base::rows_of;
use orq::model::frame::Answer;
use orq::model::kept::{BY_KEY, BY_USER, ROWS};
use orq::model::route::{Pushdown, Wishes};
use orq::model::value::Value;

use super::*;
use crate::support::inside::{Inside, deep};
use crate::support::truth::near;

/// Final days of `/activity`; some that are not final beside them; some that only sums are kept of; and some that nothing
/// is kept of.
const RANGES: [&str; 4] = [
    "from 2026-01-25 to 2026-02-12",
    "from 2026-02-10 to 2026-02-18",
    "from 2026-01-10 to 2026-02-18",
    "from 2025-12-01 to 2026-01-25",
];

/// Stages that need no rows.
const SUMS: [&str; 17] = [
    "sum cost, credits, byok, requests, tokens, tokens_prompt, tokens_completion, tokens_reasoning",
    "where key == \"backend\" | sum cost, requests",
    "where key != \"backend\" | sum cost, requests",
    "where key in (\"backend\", \"batch\") | group key, date | sum cost",
    "where key ~ \"^b\" | group key | sum cost",
    "where key is null | sum cost",
    "where user == \"Ada Okafor\" | group week(date) | sum cost",
    "where user != \"Ada Okafor\" | sum tokens",
    "where model == \"openai/gpt-5.2\" | group date | sum cost",
    "where author == \"anthropic\" and user_email == \"ada@demo.example\" | group model_permaslug | sum tokens",
    "where provider == \"OpenAI\" | group month(date) | sum cost, requests",
    "where workspace == \"Production\" | group model | sum cost",
    "group model | sum cost | where cost > 5 | top 4",
    "group key, model | sum cost | top 7",
    "group date, provider | sum requests",
    "group workspace, provider | sum cost",
    "group key, user | sum cost",
];

/// Stages that look at rows, which `/activity` has.
const ROW_BY_ROW: [&str; 6] = [
    "count",
    "limit 40",
    "where cost > 1 | sum cost",
    "max cost, avg tokens",
    "where workspace == \"Research\" | count",
    "top 5 by cost | select date, model_id, endpoint, cost",
];

/// A stage for each column of each kind.
fn by_each_column() -> Vec<String> {
    let kinds = [&ROWS, &BY_KEY, &BY_USER];
    let columns = kinds.iter().flat_map(|kind| kind.dimensions);
    let stages: Vec<String> = columns.map(|column| format!("group {column} | sum cost, requests, tokens")).collect();
    assert!(stages.len() > 15);
    stages
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => near(*a, *b),
        (a, b) => a == b,
    }
}

fn assert_same(query: &str, found: &Answer, expected: &Answer) {
    assert_eq!(found.frame.schema, expected.frame.schema, "{query}");
    for (found, expected) in found.frame.columns.iter().zip(&expected.frame.columns) {
        assert_eq!(found.len(), expected.len(), "{query}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(same(found, expected), "{query}: {found:?}, not {expected:?}");
        }
    }
}

/// Asks with the ledger and without. Where the API has no answer, the ledger may have one. Returns how many days came from
/// the ledger, by queries.
fn compare(wishes: Wishes, queries: &[String]) -> (usize, usize) {
    deep(|| {
        let mut without = Inside::on(&ACCOUNT, NOW, wishes);
        let mut with = Inside::on(&ACCOUNT, NOW, wishes).remembering(KEPT.ledger());
        let (mut compared, mut from_ledger) = (0, 0);
        for query in queries {
            let expected = without.run(query);
            if expected.diagnostics.iter().any(|said| said.is_error()) {
                continue;
            }
            let (expected, found) = (without.answer(query), with.answer(query));
            assert_same(query, &found, &expected);
            compared += 1;
            from_ledger += usize::from(found.coverage.routes.iter().any(|route| route == "ledger"));
        }
        (compared, from_ledger)
    })
}

/// `/activity` has a name for it and the cube does not, so that routes call it differently, and say so.
const RETIRED: &str = "where model_permaslug != \"anthropic/claude-3-sonnet-20240229\"";

fn queries() -> Vec<String> {
    let stages: Vec<String> =
        SUMS.iter().chain(&ROW_BY_ROW).map(|stages| stages.to_string()).chain(by_each_column()).collect();
    RANGES
        .iter()
        .flat_map(|range| {
            stages.iter().map(move |stages| match stages.contains("model") && !stages.contains("permaslug") {
                true => format!("activity {range} | {RETIRED} | {stages}"),
                false => format!("activity {range} | {stages}"),
            })
        })
        .collect()
}

#[test]
fn answers_are_those_of_the_api() {
    let (compared, from_ledger) = compare(Wishes::default(), &queries());
    assert!(compared > 120 && from_ledger > 110, "{compared} queries, {from_ledger} from the ledger");
}

#[test]
fn answers_are_those_of_the_api_where_nothing_is_left_to_it() {
    let wishes = Wishes { pushdown: Pushdown::Off, ..Wishes::default() };
    let (compared, from_ledger) = compare(wishes, &queries());
    assert!(compared > 120 && from_ledger > 110, "{compared} queries, {from_ledger} from the ledger");
}

/// Not even what things are called is asked for, and no key is needed.
#[test]
fn final_days_need_no_call_and_no_key() {
    for stages in SUMS {
        if stages.contains("group key, user") {
            continue;
        }
        let query = format!("activity {} | {stages}", RANGES[0]);
        let of_key = KEPT.orq(NOBODY, ["-f", "json", &query]).run();
        let without_key = KEPT.orq(NOBODY, ["-f", "json", &query]).env("OPENROUTER_MANAGEMENT_KEY", "").run();
        let asked = KEPT.orq(&ACCOUNT.base_url, ["-f", "json", "--no-ledger", &query]).run();
        assert_eq!((of_key.code, without_key.code, asked.code), (0, 0, 0), "{query}\n{}", of_key.stderr);
        assert_eq!(of_key.stdout, without_key.stdout, "{query}");
        let rows = |run: &Run| serde_json::from_str::<Json>(&run.stdout).unwrap().as_array().unwrap().len();
        assert_eq!(rows(&of_key), rows(&asked), "{query}");
    }
}

#[test]
fn the_envelope_and_explain_say_what_came_from_where() {
    let query = "activity from 2026-01-10 to 2026-02-18 | group model | sum cost";
    let run = KEPT.orq(&ACCOUNT.base_url, ["-f", "envelope", query]).run();
    let envelope: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(envelope["coverage"]["routes"], serde_json::json!(["ledger", "activity"]));
    let paths: Vec<&Json> = envelope["calls"].as_array().unwrap().iter().map(|call| &call["path"]).collect();
    assert_eq!(paths, ["/activity"]);
    let explained = KEPT.orq(NOBODY, ["explain", query]).run();
    for line in [
        "none: the ledger has sums by key and model  (2026-01-10 to 2026-01-19)",
        "none: the ledger has rows of `/activity`, by workspace  (2026-01-20 to 2026-02-15)",
        "GET /activity  (2026-02-16 to 2026-02-18)",
    ] {
        assert!(explained.stdout.contains(line), "{}", explained.stdout);
    }
    let explained = KEPT.orq(NOBODY, ["--no-ledger", "explain", query]).run();
    assert!(!explained.stdout.contains("ledger"), "{}", explained.stdout);
}

#[test]
fn days_of_which_only_sums_are_kept_are_named() {
    let run = KEPT.orq(NOBODY, ["activity from 2026-01-10 to 2026-01-25 | count"]).run();
    assert_eq!(run.code, 6, "{}", run.stderr);
    let told = run.told();
    assert!(told.contains("2026-01-10 to 2026-01-19"), "{told}");
    assert!(told.contains("of some of them the ledger has sums by key and model"), "{told}");
}

/// What the API said is not kept.
#[test]
fn raw_answers_are_those_of_the_api() {
    let run = KEPT.orq(&ACCOUNT.base_url, ["--raw", "activity from 2026-02-01 to 2026-02-03"]).run();
    assert!(run.stdout.contains("\"data\""), "{}", run.stderr);
}

/// By loops over the base table.
#[test]
fn totals_are_those_of_the_base_table() {
    let run = KEPT
        .orq(NOBODY, ["-f", "json", "activity from 2025-12-10 to 2026-02-15 | group date | sum cost, requests"])
        .run();
    let rows: Vec<Json> = serde_json::from_str(&run.stdout).unwrap();
    let epoch = jiff::civil::date(1970, 1, 1);
    let mut seen = 0;
    for row in rows {
        let date: jiff::civil::Date = row["date"].as_str().unwrap().parse().unwrap();
        let of_day = rows_of(SEED, i64::from((date - epoch).get_days()));
        let nanos: i64 = of_day.iter().map(|row| row.credits() + row.byok_inference()).sum();
        assert!(near(row["cost"].as_f64().unwrap(), nanos as f64 / 1e9), "{date}: {row}");
        assert_eq!(row["requests"].as_i64().unwrap(), of_day.len() as i64, "{date}");
        seen += 1;
    }
    assert!(seen > 60, "only {seen} days");
}
