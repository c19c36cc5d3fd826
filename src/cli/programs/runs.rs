//! `run -f json` and `run -f envelope` of several scripts: a line for each. A versioned contract: fields are only ever
//! added.

use serde_json::{Value as Json, json};

use crate::diagnostics::Exit;
use crate::diagnostics::json::VERSION;
use crate::diagnostics::schema::DRAFT;
use crate::harmless;

/// What became of a script, and what it prints where it is run alone; a script that was skipped has no exit code.
pub fn line(script: &str, exit: Option<Exit>, answer: &str) -> String {
    let name = harmless::json(&json!(script).to_string()).into_owned();
    let exit = json!(exit.map(|exit| exit as u8));
    // Line ends part the rows; within texts they are escaped.
    let answer: String = match exit == json!(Exit::Fine as u8) {
        true => answer.lines().map(str::trim).collect(),
        false => String::new(),
    };
    let answer = if answer.is_empty() { "null" } else { &answer };
    format!("{{\"orq\":{VERSION},\"script\":{name},\"exit\":{exit},\"answer\":{answer}}}\n")
}

/// The JSON Schema of a line.
pub fn schema() -> Json {
    json!({
        "$schema": DRAFT,
        "$id": "urn:orq:run:1",
        "title": "orq run -f json, orq run -f envelope, with several scripts",
        "description": "One line on standard output for each script that was run or skipped, in the order of their names. \
            Fields are only ever added.",
        "type": "object",
        "required": ["orq", "script", "exit", "answer"],
        "properties": {
            "orq": { "const": VERSION },
            "script": { "description": "Its path.", "type": "string" },
            "exit": {
                "description": "The exit code that it has alone; null where it was skipped.",
                "type": ["integer", "null"],
                "minimum": 0,
            },
            "answer": {
                "description": "What it prints alone, in the format that was asked for; null where that is nothing.",
                "type": ["array", "object", "null"],
            },
        },
    })
}
