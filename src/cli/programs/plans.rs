//! `check --json` and `explain --json`: what a text will do, without doing it. A versioned contract: fields are only ever
//! added.

use serde_json::{Value as Json, json};

use crate::diagnostics::Diagnostic;
use crate::diagnostics::json::{Entry, VERSION};
use crate::diagnostics::schema::{DRAFT, entry};
use crate::formats::contract;
use crate::model::route::Gap;
use crate::plan::outline::Planned as Call;
use crate::session::{Pipeline, Planned};

/// One line for a text that is right.
pub fn document(planned: &Planned, text: &str) -> String {
    document_of(planned, text, None)
}

/// The same of one file among several.
pub fn document_of(planned: &Planned, text: &str, file: Option<&str>) -> String {
    let pipelines: Vec<Json> = planned.pipelines.iter().map(|one| pipeline(one, planned.most_calls, text)).collect();
    let mut document = json!({ "orq": VERSION, "pipelines": pipelines, "warnings": entries(&planned.warnings, text) });
    if let (Some(file), Some(fields)) = (file, document.as_object_mut()) {
        fields.insert("file".to_string(), json!(file));
    }
    super::line(&document)
}

fn pipeline(pipeline: &Pipeline, allowed: usize, text: &str) -> Json {
    let outline = &pipeline.outline;
    json!({
        "query": pipeline.query,
        "schema": contract::columns(&pipeline.schema),
        "open": pipeline.schema.open.is_some(),
        "calls": { "least": outline.least, "most": outline.most, "allowed": allowed },
        "planned": outline.calls.iter().map(call).collect::<Vec<_>>(),
        "missing": outline.gaps.iter().map(gap).collect::<Vec<_>>(),
        "steps": outline.steps,
        "errors": entries(&outline.refusals, text),
    })
}

fn entries(diagnostics: &[Diagnostic], text: &str) -> Vec<Json> {
    diagnostics.iter().map(|diagnostic| json!(Entry::new(diagnostic, text))).collect()
}

fn call(call: &Call) -> Json {
    let request = &call.request;
    let query: serde_json::Map<String, Json> =
        request.query.iter().map(|(name, value)| (name.to_string(), json!(value))).collect();
    json!({
        "kind": request.kind,
        "method": request.method,
        "path": request.path,
        "query": query,
        "body": request.body,
        "from": call.days.map(|days| days.first.to_string()),
        "to": call.days.map(|days| days.last.to_string()),
        "repeats": call.repeats.word(),
    })
}

fn gap(gap: &Gap) -> Json {
    json!({ "from": gap.days.first.to_string(), "to": gap.days.last.to_string(), "why": gap.why })
}

/// The JSON Schema of the document.
pub fn schema() -> Json {
    json!({
        "$schema": DRAFT,
        "$id": "urn:orq:plan:1",
        "title": "orq check --json, orq explain --json",
        "description": "One line on standard output where a text is right; nothing is sent. A text that is wrong is \
            the errors contract on standard error. Of several scripts, each that is right is a line. Fields are only ever added.",
        "type": "object",
        "required": ["orq", "pipelines", "warnings"],
        "properties": {
            "orq": { "const": VERSION },
            "pipelines": {
                "description": "Those that print, in the order of the text.",
                "type": "array",
                "items": { "$ref": "#/$defs/pipeline" },
            },
            "warnings": { "type": "array", "items": { "$ref": "#/$defs/error" } },
            "file": { "description": "The script, where several paths or a directory are given.", "type": "string" },
        },
        "$defs": {
            "pipeline": pipeline_schema(),
            "column": contract::column(),
            "call": call_schema(),
            "day": { "type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$" },
            "error": entry(),
        },
    })
}

fn pipeline_schema() -> Json {
    let count = || json!({ "type": "integer", "minimum": 0 });
    json!({
        "type": "object",
        "required": ["query", "schema", "open", "calls", "planned", "missing", "steps", "errors"],
        "properties": {
            "query": { "description": "In its one form.", "type": "string" },
            "schema": { "type": "array", "items": { "$ref": "#/$defs/column" } },
            "open": {
                "description": "Whether the rows have further columns, whose names only the rows tell.",
                "type": "boolean",
            },
            "calls": {
                "description": "Calls for data; look-ups and retries are not counted, nor the question whether a last \
                    day without rows is a quiet one.",
                "type": "object",
                "required": ["least", "most", "allowed"],
                "properties": {
                    "least": count(),
                    "most": {
                        "description": "Null where only the answers tell, as for lists of pages.",
                        "type": ["integer", "null"],
                        "minimum": 0,
                    },
                    "allowed": { "description": "By `--max-calls`.", "type": "integer", "minimum": 0 },
                },
            },
            "planned": {
                "description": "The calls that are known before any answer is there.",
                "type": "array",
                "items": { "$ref": "#/$defs/call" },
            },
            "missing": {
                "description": "Days that no route has.",
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["from", "to", "why"],
                    "properties": {
                        "from": { "$ref": "#/$defs/day" },
                        "to": { "$ref": "#/$defs/day" },
                        "why": { "type": "string" },
                    },
                },
            },
            "steps": {
                "description": "What is done on this machine, for people.",
                "type": "array",
                "items": { "type": "string" },
            },
            "errors": {
                "description": "Why a run would fail before anything is sent, though the text is right: no route has \
                    all of it, or it takes too many calls.",
                "type": "array",
                "items": { "$ref": "#/$defs/error" },
            },
        },
    })
}

fn call_schema() -> Json {
    let day = || json!({ "type": ["string", "null"], "pattern": "^\\d{4}-\\d{2}-\\d{2}$" });
    json!({
        "type": "object",
        "required": ["kind", "method", "path", "query", "body", "from", "to", "repeats"],
        "properties": {
            "kind": { "enum": ["data", "lookup"] },
            "method": { "enum": ["GET", "POST"] },
            "path": { "description": "Below the base URL.", "type": "string" },
            "query": { "description": "Texts by the names of parameters.", "type": "object" },
            "body": { "description": "JSON that is sent along, else null." },
            "from": day(),
            "to": day(),
            "repeats": {
                "description": "Once, or for each page of a list, or for the keys that the rows have by then.",
                "enum": ["once", "pages", "keys"],
            },
        },
    })
}
