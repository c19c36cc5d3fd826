//! `GET /workspaces/{id}/budgets`: what a workspace may spend (fact 30).

use serde_json::{Value, json};

use crate::demo::base::text::uuid;
use crate::demo::call::{Answer, Call};
use crate::demo::data::{BUDGETS, Budget, WORKSPACES, Workspace};
use crate::demo::refusal::Refusal;

pub fn list(call: &Call) -> Answer {
    let id = call.path.first().map_or("", String::as_str);
    let found = WORKSPACES.iter().find(|workspace| workspace.id == id || workspace.slug == id);
    let workspace = found.ok_or_else(|| Refusal::new(404, "Workspace not found"))?;
    let of_it = BUDGETS.iter().filter(|budget| budget.workspace == workspace.index);
    let rows: Vec<Value> = of_it.map(|budget| entry(workspace, budget)).collect();
    Ok(json!({ "data": rows, "include_byok_in_budgets": false }))
}

fn entry(workspace: &Workspace, of: &Budget) -> Value {
    json!({
        "id": uuid("budget", of.created_at),
        "workspace_id": workspace.id,
        "limit_usd": of.limit,
        "reset_interval": of.interval,
        "created_at": of.created_at,
        "updated_at": of.created_at,
    })
}
