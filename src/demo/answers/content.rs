//! `GET /generation/content?id=`: what was asked and answered. Nothing is kept under zero data retention (fact 29).

use serde_json::{Value, json};

use crate::demo::base::{Attempt, Finish, Row};
use crate::demo::call::{Answer, Call};
use crate::demo::data::Profile;
use crate::demo::refusal::Refusal;

/// The special generation that was made under zero data retention.
const NOT_KEPT: u64 = 4;

pub fn content(call: &Call) -> Answer {
    let id = call.param("id").filter(|id| !id.is_empty()).ok_or_else(Refusal::bad_request)?;
    let found = call.account.generation(id, call.now).filter(kept);
    let row = found.ok_or_else(|| Refusal::new(404, format!("Generation {id} not found")))?;
    Ok(json!({ "data": { "input": input(&row), "output": output(&row), "error": error(&row) } }))
}

/// Of ordinary generations one in five is not.
fn kept(row: &Row) -> bool {
    row.special != NOT_KEPT && (row.special > 0 || !row.salt.is_multiple_of(5))
}

/// A task, and what is said to it.
fn talk(row: &Row) -> (&'static str, &'static str) {
    match row.endpoint.model.profile {
        Profile::Agent => {
            ("The test `totals_are_whole` fails on Mondays. Find out why.", "Weeks start on Sunday in it.")
        }
        Profile::Chat => ("Where is my order?", "It left the warehouse this morning."),
        Profile::Extract => ("Extract the total of this invoice as JSON.", "{\"total\": 128.4}"),
        Profile::Embed => ("Returns within 30 days", ""),
        Profile::Image => ("A lighthouse at dusk, flat colours", ""),
    }
}

/// Embeddings and pictures have a prompt, the others messages; the invoice comes with its picture.
fn input(row: &Row) -> Value {
    let (asked, _) = talk(row);
    let system = json!({ "role": "system", "content": "Answer in one sentence." });
    match row.endpoint.model.profile {
        Profile::Embed | Profile::Image => json!({ "prompt": asked }),
        Profile::Agent | Profile::Chat => json!({ "messages": [system, { "role": "user", "content": asked }] }),
        Profile::Extract => {
            let picture = json!({ "type": "image_url", "image_url": { "url": "https://demo.example/invoice.png" } });
            let parts = json!([{ "type": "text", "text": asked }, picture]);
            json!({ "messages": [system, { "role": "user", "content": parts }] })
        }
    }
}

fn output(row: &Row) -> Value {
    let (_, answered) = talk(row);
    let completion = match row.finish {
        Finish::Stop | Finish::Length | Finish::ToolCalls => Some(answered),
        Finish::ContentFilter | Finish::Error | Finish::Cancelled => None,
    };
    json!({
        "completion": completion.filter(|text| !text.is_empty()),
        "reasoning": (row.reasoning > 0).then_some("It helps to look at the calendar first."),
    })
}

/// The failure that was stored, with the attempts before it.
fn error(row: &Row) -> Option<Value> {
    let attempt = |of: &Attempt| {
        json!({
            "code": of.status,
            "message": "Provider returned error",
            "provider_name": of.endpoint.provider,
            "raw": format!("{{\"error\":{{\"code\":{}}}}}", of.status),
        })
    };
    let attempts = row.attempts();
    let before: Vec<Value> = attempts.iter().take(attempts.len().saturating_sub(1)).map(attempt).collect();
    (row.finish == Finish::Error).then(|| {
        json!({
            "message": "Provider returned error",
            "status": 502,
            "provider_name": row.endpoint.provider,
            "raw": null,
            "previous_errors": before,
        })
    })
}
