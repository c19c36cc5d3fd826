//! `GET /observability/destinations`: where the requests of a workspace are broadcast to, secrets masked.

use serde_json::{Map, Value, json};

use crate::demo::base::text::uuid;
use crate::demo::call::{Answer, Call};
use crate::demo::data::{DESTINATIONS, Destination, WORKSPACES};

pub fn list(call: &Call) -> Answer {
    let workspace = call.workspace_or_default()?;
    call.page(DESTINATIONS.iter().filter(|destination| destination.workspace == workspace).map(entry).collect())
}

fn entry(of: &Destination) -> Value {
    let config: Map<String, Value> = of.config.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    json!({
        "id": uuid("destination", of.created_at),
        "name": of.name,
        "type": of.kind,
        "config": config,
        "workspace_id": WORKSPACES.get(of.workspace).map(|workspace| workspace.id),
        "enabled": of.enabled,
        "privacy_mode": of.privacy,
        "sampling_rate": of.sampling,
        "api_key_hashes": null,
        "filter_rules": null,
        "broadcast_generation_cost": of.cost,
        "broadcast_generation_identity": false,
        "broadcast_generation_request_context": false,
        "created_at": of.created_at,
        "updated_at": of.created_at,
    })
}
