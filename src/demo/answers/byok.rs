//! `GET /byok`: own provider keys of a workspace, and those that all workspaces use.

use serde_json::{Value, json};

use crate::demo::base::text::uuid;
use crate::demo::call::{Answer, Call};
use crate::demo::data::{CREDENTIALS, Credential, PROVIDERS, WORKSPACES};

pub fn list(call: &Call) -> Answer {
    let workspace = call.workspace_or_default()?;
    let slugs: Vec<&str> = PROVIDERS.iter().map(|provider| provider.slug).collect();
    let provider = call.word("provider", &slugs)?;
    let rows = CREDENTIALS
        .iter()
        .filter(|credential| credential.workspace.is_none_or(|of| of == workspace))
        .filter(|credential| provider.is_none_or(|slug| slug == credential.provider));
    call.page(rows.map(entry).collect())
}

fn entry(of: &Credential) -> Value {
    json!({
        "id": uuid("byok", of.label),
        "name": of.name,
        "provider": of.provider,
        "label": of.label,
        "workspace_id": of.workspace.and_then(|place| WORKSPACES.get(place)).map(|workspace| workspace.id),
        "disabled": of.disabled,
        "is_fallback": of.fallback,
        "sort_order": of.order,
        "allowed_models": of.models,
        "allowed_api_key_hashes": null,
        "allowed_user_ids": null,
        "created_at": of.created_at,
    })
}
