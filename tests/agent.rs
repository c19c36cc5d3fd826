//! What programs and agents rely on: the contracts and their schemas, answers of few rows, plans, the catalog, and the
//! language in brief.

mod brief;
mod calls;
mod catalog;
mod contracts;
mod plans;
mod questions;
mod rows;

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::support::schema::problems;
use crate::support::{Orq, Run, orq};

/// The schemas of all contracts, as the program prints them.
static SCHEMAS: LazyLock<Value> = LazyLock::new(|| parsed(&good(["describe", "--json-schema"])));

/// Standard output of a run that must succeed.
fn good<const N: usize>(arguments: [&str; N]) -> String {
    let run = orq().args(arguments).run();
    assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
    run.stdout
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// One line of JSON that is what its schema says.
fn valid(contract: &str, text: &str) -> Value {
    assert_eq!(text.lines().count(), 1, "{text}");
    let value = parsed(text);
    let wrong = problems(&SCHEMAS[contract], &value);
    assert!(wrong.is_empty(), "{wrong:#?}\n{text}");
    value
}

/// What a failed run told: the errors contract, and nothing on standard output.
fn told(run: &Run) -> Vec<Value> {
    assert_eq!(run.stdout, "", "{}", run.stderr);
    valid("errors", &run.stderr)["errors"].as_array().unwrap().clone()
}

/// A file of seven rows.
fn seven() -> Orq {
    let orq = orq();
    let lines: String = (1..=7).map(|n| format!("{n}\n")).collect();
    std::fs::write(orq.home.path().join("n.csv"), format!("n\n{lines}")).unwrap();
    orq
}
