//! `GET /guardrails`: the guardrails of a workspace.

use serde_json::{Value, json};

use crate::demo::base::text::uuid;
use crate::demo::call::{Answer, Call};
use crate::demo::data::{GUARDRAILS, Guardrail, WORKSPACES};

pub fn list(call: &Call) -> Answer {
    let workspace = call.workspace_or_default()?;
    call.page(GUARDRAILS.iter().filter(|guardrail| guardrail.workspace == workspace).map(entry).collect())
}

fn entry(of: &Guardrail) -> Value {
    let workspace = WORKSPACES.get(of.workspace);
    let default = workspace.map(|workspace| workspace.guardrail.to_owned()).filter(|_| of.default);
    let builtin = |(slug, action): &(&str, &str)| json!({ "slug": slug, "action": action, "label": format!("[{}]", slug.to_uppercase()) });
    let pattern =
        |(pattern, action, label): &(&str, &str, &str)| json!({ "pattern": pattern, "action": action, "label": label });
    json!({
        "id": default.unwrap_or_else(|| uuid("guardrail", of.name)),
        "name": of.name,
        "description": of.description,
        "workspace_id": workspace.map(|workspace| workspace.id),
        "limit_usd": of.limit,
        "reset_interval": of.interval,
        "include_byok_in_budgets": false,
        "allowed_models": null,
        "allowed_providers": of.providers,
        "ignored_models": of.ignored_models,
        "ignored_providers": null,
        "enforce_zdr": of.zdr,
        "enforce_zdr_anthropic": of.zdr,
        "enforce_zdr_google": of.zdr,
        "enforce_zdr_openai": of.zdr,
        "enforce_zdr_xai": of.zdr,
        "enforce_zdr_other": of.zdr,
        "enable_free_model_publication": false,
        "enable_free_model_training": !of.zdr,
        "enable_paid_model_training": false,
        "content_filters": of.patterns.iter().map(pattern).collect::<Vec<_>>(),
        "content_filter_builtins": of.builtins.iter().map(builtin).collect::<Vec<_>>(),
        "created_at": of.created_at,
        "updated_at": null,
    })
}
