//! `GET /presets`: all presets, the one that was changed last first.

use serde_json::{Value, json};

use crate::demo::call::{Answer, Call};
use crate::demo::data::{Preset, WORKSPACES, presets};

pub fn list(call: &Call) -> Answer {
    call.page(presets().iter().map(entry).collect())
}

fn entry(of: &Preset) -> Value {
    json!({
        "id": of.id,
        "name": of.slug,
        "slug": of.slug,
        "description": of.description,
        "status": of.status,
        "status_updated_at": of.status_updated_at,
        "designated_version_id": of.version,
        "workspace_id": WORKSPACES.get(of.workspace).map(|workspace| workspace.id),
        "creator_user_id": of.creator,
        "created_at": of.created_at,
        "updated_at": of.updated_at,
    })
}
