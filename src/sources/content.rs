//! `content`: the stored prompt and answer of one request. Absent under zero data retention (fact 29).

use serde_json::{Value as Json, json};

use super::fields::*;
use super::generation;
use crate::model::catalog::{ColumnDef, ColumnType, Example, ParamDef, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, NotFound, Request};
use crate::model::route::{Ask, Facts, Notice, Offer, Piece};

const ABSENT: &str =
    "check the spelling with `generation`; nothing is kept under zero data retention, or where prompts are not logged";
const PRIVATE: &str = "this is what somebody asked and was answered, and may be private";

pub const SOURCE: SourceDef = SourceDef {
    name: "content",
    doc: "Stored prompt and answer of one request; handle with care",
    usage: "content ID",
    examples: &[
        Example { query: "content gen-demo-1 | select prompt, completion", shows: "what was asked and answered" },
        Example {
            query: "content gen-demo-8 | select error, error_status, error_provider",
            shows: "what was said where it failed",
        },
    ],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[ParamDef { several: None, ..generation::ID }],
    // Any key may ask for a generation, but only a management key for its content (fact 2).
    key: KeyKind::Management,
    lookups: &[],
    columns: &[
        ColumnDef::new("id", "id", TEXT, "Id of the request").required(),
        ColumnDef::new("prompt", "input", TEXT, "All messages as one text").from(prompt),
        ColumnDef::new("completion", "output.completion", TEXT, "The answer").alias(&["output.completion"]),
        ColumnDef::new("reasoning", "output.reasoning", TEXT, "What was thought before the answer")
            .alias(&["output.reasoning"]),
        ColumnDef::new("messages", "input", ColumnType::Records(MESSAGES), "Messages, in order")
            .from(messages)
            .alias(&["input.messages"]),
        ColumnDef::new("error", "error.message", TEXT, "What went wrong; null is nothing").alias(&["error.message"]),
        ColumnDef::new("error_status", "error.status", WHOLE, "HTTP status of the error").alias(&["error.status"]),
        ColumnDef::new("error_provider", "error.provider_name", TEXT, "Whose error it is")
            .alias(&["error.provider_name"]),
        ColumnDef::new("error_raw", "error.raw", TEXT, "The provider's own words").alias(&["error.raw"]),
        ColumnDef::new(
            "previous_errors",
            "error.previous_errors",
            ColumnType::Records(ATTEMPTS),
            "Attempts that failed before, in order",
        )
        .alias(&["error.previous_errors"]),
    ],
    offer,
};

/// What a sandbox holds back.
pub const NAME: &str = SOURCE.name;

const MESSAGES: &[ColumnDef] = &[
    ColumnDef::new("role", "role", TEXT, "Who speaks: `system`, `user`, `assistant`, `tool`"),
    ColumnDef::new("text", "text", TEXT, "What is said; parts that are no text in brackets"),
];

const ATTEMPTS: &[ColumnDef] = &[
    ColumnDef::new("provider", "provider_name", TEXT, "Who was tried"),
    ColumnDef::new("status", "code", WHOLE, "HTTP status of the try"),
    ColumnDef::new("message", "message", TEXT, "What went wrong"),
    ColumnDef::new("raw", "raw", TEXT, "The provider's own words"),
];

/// The messages of a request; a bare prompt is one of the user.
fn messages(row: &Json) -> Json {
    let Some(input) = row.get("input") else { return Json::Null };
    match (input.get("messages"), input.get("prompt")) {
        (Some(Json::Array(messages)), _) => messages
            .iter()
            .map(|message| json!({ "role": message.get("role"), "text": said(message.get("content")) }))
            .collect(),
        (_, Some(prompt)) => json!([{ "role": "user", "text": prompt }]),
        _ => Json::Null,
    }
}

fn prompt(row: &Json) -> Json {
    match messages(row) {
        Json::Array(messages) => {
            let texts: Vec<&str> = messages.iter().filter_map(|message| text(message, "text")).collect();
            texts.join("\n\n").into()
        }
        other => other,
    }
}

/// The text of a message, which may come in parts.
fn said(content: Option<&Json>) -> Json {
    let part = |part: &Json| match (text(part, "text"), text(part, "type")) {
        (Some(text), _) => text.to_string(),
        (None, Some(kind)) => format!("[{kind}]"),
        (None, None) => "[…]".to_string(),
    };
    match content {
        Some(Json::Array(parts)) => parts.iter().map(part).collect::<Vec<_>>().join("\n").into(),
        other => other.cloned().unwrap_or(Json::Null),
    }
}

fn offer(ask: &Ask<'_>, _: &Facts) -> Offer {
    let id = ask.scan.arguments.get("id").unwrap_or_default();
    let request = Request { not_found: NotFound::Wait, absent: Some(ABSENT), ..Request::get("/generation/content") };
    let piece = Piece {
        added: vec![("id", id.into())],
        notice: Some(Notice::Private(PRIVATE)),
        ..Piece::of(request.with("id", id))
    };
    Offer::of(vec![piece])
}
