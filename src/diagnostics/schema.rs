//! The JSON Schema of diagnostics, as `--errors json` prints them.

use serde_json::{Value as Json, json};

use super::json::VERSION;

/// What the schemas are written in.
pub const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The JSON Schema of what `--errors json` prints.
pub fn document() -> Json {
    json!({
        "$schema": DRAFT,
        "$id": "urn:orq:errors:1",
        "title": "orq --errors json",
        "description": "One line on standard error where something is wrong or worth knowing; none where nothing is. \
            The exit code is that of the first error, of several scripts the worst of theirs. Where the output itself cannot be written, that is a line of \
            its own. Fields are only ever added.",
        "type": "object",
        "required": ["orq", "errors"],
        "properties": {
            "orq": { "const": VERSION },
            "errors": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/error" } },
        },
        "$defs": { "error": entry() },
    })
}

/// One diagnostic, for each contract that has some.
pub fn entry() -> Json {
    let place = || json!({ "type": "integer", "minimum": 0 });
    let count = || json!({ "type": "integer", "minimum": 1 });
    json!({
        "type": "object",
        "required": ["code", "severity", "message", "candidates", "edits"],
        "properties": {
            "code": {
                "description": "`orq explain CODE` prints its page.",
                "type": "string",
                "pattern": "^E\\d{4}$",
            },
            "severity": { "enum": ["error", "warning"] },
            "message": { "type": "string" },
            "file": {
                "description": "The file that the place and the edits belong to, where it is not the text as given; where \
                    several scripts are given, always.",
                "type": "string",
            },
            "span": {
                "description": "The place, in bytes of the text as given; the end is not in it.",
                "type": "object",
                "required": ["start", "end"],
                "properties": { "start": place(), "end": place() },
            },
            "line": count(),
            "column": { "description": "Counted in characters.", "type": "integer", "minimum": 1 },
            "help": { "description": "What to do.", "type": "string" },
            "candidates": {
                "description": "Names that were likely meant, best first.",
                "type": "array",
                "items": { "type": "string" },
            },
            "edits": {
                "description": "Replacements of bytes of the text. All edits of a report together are the fix; they \
                    never overlap.",
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["start", "end", "text"],
                    "properties": { "start": place(), "end": place(), "text": { "type": "string" } },
                },
            },
        },
    })
}
