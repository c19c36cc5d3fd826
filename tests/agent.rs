//! What programs and agents rely on: the contracts and their schemas, answers of few rows, plans, the catalog, and the
//! language in brief.

mod brief;
mod calls;
mod catalog;
mod contracts;
mod plans;
mod rows;

use serde_json::{Value, json};

use crate::support::schema::{SCHEMAS, problems, valid};
use crate::support::{Orq, Run, orq};

/// Standard output of a run that must succeed.
fn good<const N: usize>(arguments: [&str; N]) -> String {
    let run = orq().args(arguments).run();
    assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
    run.stdout
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
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
