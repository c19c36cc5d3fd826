//! `GET /workspaces` and `GET /workspaces/{id}` (fact 30).

use serde_json::{Value, json};

use crate::demo::answers::names;
use crate::demo::call::{Answer, Call};
use crate::demo::data::{DESTINATIONS, MEMBERS, WORKSPACES, Workspace};
use crate::demo::refusal::Refusal;

pub fn list(call: &Call) -> Answer {
    let offset = call.number("offset", 0, usize::MAX)?.unwrap_or(0);
    let limit = call.number("limit", 1, 100)?.unwrap_or(50);
    let page: Vec<Value> = WORKSPACES.iter().skip(offset).take(limit).map(|workspace| entry(call, workspace)).collect();
    Ok(json!({ "data": page, "total_count": WORKSPACES.len() }))
}

/// One workspace by its UUID or slug.
pub fn by_id(call: &Call) -> Answer {
    let id = call.path.first().map_or("", String::as_str);
    let found = WORKSPACES.iter().find(|workspace| workspace.id == id || workspace.slug == id);
    let workspace = found.ok_or_else(|| Refusal::new(404, "Workspace not found"))?;
    Ok(json!({ "data": entry(call, workspace) }))
}

fn entry(call: &Call, of: &Workspace) -> Value {
    let broadcasts = DESTINATIONS.iter().any(|destination| destination.enabled && destination.workspace == of.index);
    json!({
        "id": of.id,
        "name": names::of_workspace(of, call.faults),
        "slug": of.slug,
        "description": of.description,
        "default_guardrail_id": of.guardrail,
        "default_text_model": of.default_text_model,
        "default_image_model": null,
        "default_provider_sort": null,
        "include_byok_in_budgets": false,
        "io_logging_api_key_ids": null,
        "io_logging_sampling_rate": 1,
        "is_data_discount_logging_enabled": of.data_discount,
        "is_observability_broadcast_enabled": broadcasts,
        "is_observability_io_logging_enabled": true,
        "created_at": of.created_at,
        "updated_at": of.updated_at,
        "created_by": MEMBERS.first().map(|member| member.id),
    })
}
