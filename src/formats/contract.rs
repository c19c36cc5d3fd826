//! The parts of what programs read that several commands print alike: columns, coverage, warnings; and the JSON Schema of
//! the envelope. A versioned contract: fields are only ever added.

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::diagnostics::Diagnostic;
use crate::diagnostics::json::{Entry, VERSION};
use crate::diagnostics::schema::{DRAFT, entry};
use crate::model::route::Coverage;
use crate::model::schema::{Column, Schema};
use crate::types::{Class, Unit};

/// All columns of a schema.
pub fn columns(schema: &Schema) -> Vec<Described<'_>> {
    schema.columns.iter().map(Described::of).collect()
}

/// A column of the contract; numbers have a class, and a unit where they have one.
#[derive(Serialize)]
pub struct Described<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    ty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<Class>,
}

impl<'a> Described<'a> {
    pub fn of(column: &'a Column) -> Self {
        let unit = column.ty.unit().filter(|unit| *unit != Unit::NONE);
        Self {
            name: &column.name,
            ty: column.ty.word(),
            unit: unit.map(|unit| unit.to_string()),
            class: column.ty.class(),
        }
    }
}

/// Spans are offsets into the text as given, which an answer does not have: no line and column are made up.
pub fn warning(warning: &Diagnostic) -> Json {
    let mut entry = json!(Entry::new(warning, ""));
    if let Some(fields) = entry.as_object_mut() {
        fields.shift_remove("line");
        fields.shift_remove("column");
    }
    entry
}

/// The days an answer is about, both ends included, and each day that is missing; where some of it is an answer that was
/// kept, its age in seconds.
pub fn coverage(coverage: &Coverage) -> Json {
    let missing: Vec<String> =
        coverage.missing.iter().flat_map(|days| days.iter()).map(|day| day.to_string()).collect();
    let mut said = json!({
        "from": coverage.days.map(|days| days.first.to_string()),
        "to": coverage.days.map(|days| days.last.to_string()),
        "missing": missing,
        "routes": coverage.routes,
    });
    // An answer that was kept is no call.
    if let (Some(kept), Some(fields)) = (coverage.kept, said.as_object_mut()) {
        fields.insert("kept_s".to_string(), json!(kept.as_secs()));
    }
    said
}

/// The JSON Schema of what `-f envelope` prints.
pub fn schema() -> Json {
    json!({
        "$schema": DRAFT,
        "$id": "urn:orq:envelope:1",
        "title": "orq -f envelope",
        "description": "One line on standard output where a query succeeds (exit code 0); nothing where it fails: \
            what is wrong is on standard error, and is the errors contract with `--errors json`. Fields are only ever \
            added. A text of one pipeline is an answer; of several, or of none, it is `results`.",
        "type": "object",
        "required": ["orq"],
        "properties": { "orq": { "const": VERSION } },
        "oneOf": [
            { "$ref": "#/$defs/answer" },
            {
                "required": ["results"],
                "properties": {
                    "results": {
                        "description": "An answer for each pipeline, in the order of the text.",
                        "type": "array",
                        "items": { "$ref": "#/$defs/answer", "required": ["title"] },
                    },
                },
            },
        ],
        "$defs": {
            "answer": answer(),
            "column": column(),
            "coverage": covered(),
            "call": call(),
            "warning": entry(),
        },
    })
}

fn answer() -> Json {
    json!({
        "type": "object",
        "required": ["query", "schema", "rows", "coverage", "calls", "warnings", "truncated"],
        "properties": {
            "title": {
                "description": "Of one among several: its title, or else its pipeline.",
                "type": "string",
            },
            "query": { "description": "The pipeline in its one form.", "type": "string" },
            "schema": { "type": "array", "items": { "$ref": "#/$defs/column" } },
            "rows": {
                "description": "An object a row, with the columns of the schema in their order. Dates and times are \
                    texts of ISO 8601, numbers are not rounded, and what is not known is null.",
                "type": "array",
                "items": { "type": "object" },
            },
            "coverage": { "$ref": "#/$defs/coverage" },
            "calls": {
                "description": "Every call that was made for it, retries and look-ups too, in the order in which they \
                    ended. Pipelines of one text share their calls: each lists those that were made for all.",
                "type": "array",
                "items": { "$ref": "#/$defs/call" },
            },
            "warnings": { "type": "array", "items": { "$ref": "#/$defs/warning" } },
            "truncated": {
                "description": "Whether rows were left out. They are only where `--max-rows` asks for it: an answer \
                    that would lack rows for any other reason is an error, and no envelope.",
                "type": "boolean",
            },
            "rows_total": { "description": "How many rows there are.", "type": "integer", "minimum": 0 },
            "more": {
                "description": "The pipeline that gives the rows that were left out; names and parameters in it are \
                    those of the text.",
                "type": "string",
            },
        },
        "if": { "properties": { "truncated": { "const": true } } },
        "then": { "required": ["rows_total", "more"] },
    })
}

/// A column, for each contract that has some.
pub fn column() -> Json {
    json!({
        "type": "object",
        "required": ["name", "type"],
        "properties": {
            "name": { "type": "string" },
            "type": {
                "enum": ["number", "text", "bool", "date", "time", "duration", "list", "record", "null"],
            },
            "unit": {
                "description": "Of a number that has one: usd, tokens, requests, ms, ratio (0 to 1), usd/Mtok, …",
                "type": "string",
            },
            "class": {
                "description": "Of a number: whether sums of it mean something (additive), or only the quotient of \
                    sums (ratio), or nothing that is made of parts (holistic).",
                "enum": ["additive", "ratio", "holistic", "plain"],
            },
        },
    })
}

fn covered() -> Json {
    let day = || json!({ "type": ["string", "null"], "pattern": "^\\d{4}-\\d{2}-\\d{2}$" });
    json!({
        "type": "object",
        "required": ["from", "to", "missing", "routes"],
        "properties": {
            "from": day(),
            "to": day(),
            "missing": {
                "description": "Each day of the range that the answer has not; empty unless `--allow-partial`, or \
                    where a warning says that the last day may be late.",
                "type": "array",
                "items": { "type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$" },
            },
            "routes": {
                "description": "The endpoints that the rows come from.",
                "type": "array",
                "items": { "type": "string" },
            },
            "kept_s": {
                "description": "Where a part is an answer that was kept, and no call: its age in seconds.",
                "type": "integer",
                "minimum": 0,
            },
        },
    })
}

fn call() -> Json {
    json!({
        "type": "object",
        "required": ["kind", "method", "path", "status", "ms"],
        "properties": {
            "kind": {
                "description": "Of the rows, or of what had to be known before: names, slugs, what the API has.",
                "enum": ["data", "lookup"],
            },
            "method": { "enum": ["GET", "POST"] },
            "path": { "description": "Below the base URL.", "type": "string" },
            "status": { "description": "Null where no answer came.", "type": ["integer", "null"] },
            "ms": { "type": "integer", "minimum": 0 },
        },
    })
}
