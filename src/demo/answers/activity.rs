//! `GET /activity`: completed UTC days, a row for each day, endpoint and — if asked — workspace (facts 6 to 8).

use serde_json::{Value, json};

use crate::demo::account::ACTIVITY_DAYS;
use crate::demo::amount::usd;
use crate::demo::base::Row;
use crate::demo::base::text::{date_of, parse_date};
use crate::demo::call::{Answer, Call};
use crate::demo::data::{ENDPOINTS, Endpoint, KEYS, Key, MEMBERS, Member, WORKSPACES, Workspace};
use crate::demo::fault::Fault;
use crate::demo::refusal::Refusal;

/// Which generations count.
struct Filter {
    key: Option<&'static Key>,
    user: Option<&'static Member>,
    workspace: Option<&'static Workspace>,
}

impl Filter {
    fn passes(&self, row: &Row) -> bool {
        self.key.is_none_or(|key| row.key.is_some_and(|of| of.index == key.index))
            && self.user.is_none_or(|user| row.user.is_some_and(|of| of.id == user.id))
            && self.workspace.is_none_or(|workspace| row.workspace.index == workspace.index)
    }
}

/// The sums of one answer row.
#[derive(Clone, Copy, Default)]
struct Sums {
    requests: u64,
    prompt: u64,
    completion: u64,
    reasoning: u64,
    credits: i64,
    byok: i64,
}

pub fn activity(call: &Call) -> Answer {
    let yesterday = call.today() - 1;
    let oldest = call.today() - ACTIVITY_DAYS;
    let (first, last) = match call.param("date") {
        None => (oldest, yesterday),
        Some(text) => {
            let day = parse_date(text).ok_or_else(Refusal::bad_request)?;
            if !(oldest..=yesterday).contains(&day) {
                let message = "Date must be within the last 30 (completed) UTC days";
                return Err(Refusal::new(400, message));
            }
            (day, day)
        }
    };
    let per_workspace = call.word("group_by", &["workspace"])?.is_some();
    let filter = Filter { key: key(call)?, user: user(call)?, workspace: call.workspace(Refusal::not_found())? };
    let mut rows = Vec::new();
    for day in (first..=last).rev() {
        if call.faults.has(&Fault::LaggingActivity) && day == yesterday {
            continue;
        }
        let mut sums = vec![Sums::default(); ENDPOINTS.len() * WORKSPACES.len()];
        for row in call.account.day(day).iter().filter(|row| filter.passes(row)) {
            let part = if per_workspace { row.workspace.index } else { 0 };
            let place = row.endpoint.index * WORKSPACES.len() + part;
            if let Some(sums) = sums.get_mut(place) {
                sums.requests += 1;
                sums.prompt += row.prompt;
                sums.completion += row.completion;
                sums.reasoning += row.reasoning;
                sums.credits += row.credits();
                sums.byok += row.byok_inference();
            }
        }
        let date = date_of(day);
        for (endpoint, parts) in ENDPOINTS.iter().zip(sums.chunks(WORKSPACES.len())) {
            for (workspace, sums) in WORKSPACES.iter().zip(parts) {
                if sums.requests > 0 {
                    let workspace = per_workspace.then_some(workspace);
                    rows.push(item(&date, endpoint, workspace, sums));
                }
            }
        }
    }
    if call.faults.has(&Fault::DroppedRow) && !rows.is_empty() {
        rows.remove(rows.len() / 2);
    }
    Ok(json!({ "data": rows }))
}

fn item(date: &str, of: &Endpoint, workspace: Option<&Workspace>, sums: &Sums) -> Value {
    let mut item = json!({
        "date": date,
        "model": of.model.id,
        "model_permaslug": of.model.permaslug,
        "endpoint_id": of.id,
        "provider_name": of.provider,
        "usage": usd(sums.credits),
        "byok_usage_inference": usd(sums.byok),
        "requests": sums.requests,
        "prompt_tokens": sums.prompt,
        "completion_tokens": sums.completion,
        "reasoning_tokens": sums.reasoning,
    });
    if let (Some(workspace), Value::Object(fields)) = (workspace, &mut item) {
        fields.insert("workspace_id".to_owned(), json!(workspace.id));
    }
    item
}

/// The key of `api_key_hash`, deleted ones too: 400 if that is no hash, 404 if it is nobody's.
fn key(call: &Call) -> Result<Option<&'static Key>, Refusal> {
    let Some(hash) = call.param("api_key_hash") else { return Ok(None) };
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Refusal::bad_request());
    }
    let found = KEYS.iter().find(|key| key.hash.eq_ignore_ascii_case(hash));
    found.map(Some).ok_or_else(Refusal::not_found)
}

/// The member of `user_id`, 404 if there is none.
fn user(call: &Call) -> Result<Option<&'static Member>, Refusal> {
    let Some(id) = call.param("user_id") else { return Ok(None) };
    let found = MEMBERS.iter().find(|member| member.id == id);
    found.map(Some).ok_or_else(Refusal::not_found)
}
