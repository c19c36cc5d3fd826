//! `GET /organization/members` (facts 5, 30).

use serde_json::{Value, json};

use crate::demo::call::{Answer, Call};
use crate::demo::data::{MEMBERS, Member};
use crate::demo::fault::Fault;
use crate::demo::refusal::Refusal;

pub fn list(call: &Call) -> Answer {
    if call.faults.has(&Fault::Individual) {
        return Err(Refusal::not_found());
    }
    let offset = call.number("offset", 0, usize::MAX)?.unwrap_or(0);
    let limit = call.number("limit", 1, 100)?.unwrap_or(50);
    let page: Vec<Value> = MEMBERS.iter().skip(offset).take(limit).map(entry).collect();
    Ok(json!({ "data": page, "total_count": MEMBERS.len() }))
}

fn entry(of: &Member) -> Value {
    json!({
        "id": of.id,
        "first_name": of.first_name,
        "last_name": of.last_name,
        "email": of.email,
        "role": if of.admin { "org:admin" } else { "org:member" },
    })
}
