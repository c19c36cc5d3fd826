//! What people ask for first, and the answers in full: every row and column, computed a second time by plain loops over
//! the demo account's base table, its lists, or the JSON that its endpoints give.

mod activity;
mod base;
mod cube;
mod files;
mod lists;
mod mistakes;
mod series;
mod tables;

use std::sync::LazyLock;

use orq::demo::{API_KEY, MANAGEMENT_KEY};
use serde_json::Value as Json;

use crate::support::scripted::get;
use crate::support::{DemoServer, Orq, orq};

/// The clock of these questions: noon of a Sunday.
pub const NOW: &str = "2026-11-22T12:00:00Z";

/// The account, for all of them: its days are made once.
static ACCOUNT: LazyLock<DemoServer> = LazyLock::new(|| DemoServer::start(NOW, ""));

/// The program, about to ask the account.
pub fn asking<const N: usize>(arguments: [&str; N]) -> Orq {
    orq()
        .args(["--base-url", &ACCOUNT.base_url])
        .args(arguments)
        .env("ORQ_NOW", NOW)
        .env("OPENROUTER_MANAGEMENT_KEY", MANAGEMENT_KEY)
        .env("OPENROUTER_API_KEY", API_KEY)
}

/// The JSON of an endpoint, as it comes.
pub fn raw(target: &str) -> Json {
    get(&ACCOUNT.base_url, target, MANAGEMENT_KEY)["data"].clone()
}

/// Asserts that a query gives these columns and these rows, in this order, and that no day is missing.
pub fn assert_gives(query: &str, columns: &[&str], rows: &[Vec<Json>]) {
    assert_run_gives(asking(["-f", "envelope", query]), query, columns, rows);
}

/// The same for a program that is set up in its own way; it prints an envelope.
pub fn assert_run_gives(orq: Orq, query: &str, columns: &[&str], rows: &[Vec<Json>]) {
    let run = orq.run();
    assert_eq!(run.code, 0, "{query}\n{}", run.stderr);
    let envelope: Json = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout));
    let named: Vec<&str> =
        envelope["schema"].as_array().unwrap().iter().map(|column| column["name"].as_str().unwrap()).collect();
    assert_eq!(named, columns, "{query}");
    assert_eq!(envelope["coverage"]["missing"], Json::Array(Vec::new()), "{query}");
    assert_rows(&envelope["rows"], columns, rows, query);
}

/// Asserts that these are the rows, as objects with their columns in order.
pub fn assert_rows(found: &Json, columns: &[&str], rows: &[Vec<Json>], what: &str) {
    let found = found.as_array().unwrap();
    assert_eq!(found.len(), rows.len(), "{what}: the number of rows");
    for (nth, (found, row)) in found.iter().zip(rows).enumerate() {
        let found = found.as_object().unwrap();
        assert!(found.keys().eq(columns), "{what}: row {nth} has {:?}", found.keys());
        assert_eq!(row.len(), columns.len(), "{what}: a row of the test");
        for ((name, cell), expected) in found.iter().zip(row) {
            assert!(same(cell, expected), "{what}: `{name}` of row {nth} is {cell}, not {expected}\n{found:?}");
        }
    }
}

/// The same value: numbers but for the digits beyond the ninth, everything else exactly.
fn same(found: &Json, expected: &Json) -> bool {
    match (found, expected) {
        (Json::Number(found), Json::Number(expected)) => {
            let (found, expected) = (found.as_f64().unwrap(), expected.as_f64().unwrap());
            (found - expected).abs() <= 1e-9 * found.abs().max(expected.abs())
        }
        (Json::Array(found), Json::Array(expected)) => {
            found.len() == expected.len() && found.iter().zip(expected).all(|(found, expected)| same(found, expected))
        }
        (Json::Object(found), Json::Object(expected)) => {
            found.len() == expected.len()
                && found.iter().all(|(name, found)| expected.get(name).is_some_and(|expected| same(found, expected)))
        }
        (found, expected) => found == expected,
    }
}
