//! `guardrails`: what requests are held to. One list for each workspace.

use super::fields::*;
use super::workspaces;
use crate::model::catalog::{ColumnDef, ColumnType, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::request::KeyKind;
use crate::model::route::{Lookup, Offer};

pub const SOURCE: SourceDef = SourceDef {
    name: "guardrails",
    doc: "Guardrails of all workspaces: limits, allowed models and providers, filters",
    usage: "guardrails",
    examples: &[Example {
        query: "guardrails | select name, workspace, limit, limit_reset, allowed_providers",
        shows: "what holds where",
    }],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Management,
    lookups: &[Lookup::Workspaces],
    columns: &[
        ColumnDef::new("name", "name", TEXT, "Its name").required(),
        ColumnDef::new("description", "description", TEXT, "What it is for"),
        ColumnDef::new("workspace", "workspace_name", TEXT, "Name of its workspace; null is of none")
            .from(workspaces::name_of),
        ColumnDef::new("limit", "limit_usd", USD_AMOUNT, "Most that may be spent; null is no limit")
            .alias(&["limit_usd"]),
        ColumnDef::new("limit_reset", "reset_interval", TEXT, "When the limit starts anew").alias(&["reset_interval"]),
        ColumnDef::new("include_byok_in_limit", "include_byok_in_budgets", BOOL, "BYOK counts against the limit")
            .alias(&["include_byok_in_budgets"]),
        ColumnDef::new("allowed_models", "allowed_models", TEXTS, "Permaslugs of models; null is all"),
        ColumnDef::new("allowed_providers", "allowed_providers", TEXTS, "Slugs of providers; null is all"),
        ColumnDef::new("ignored_models", "ignored_models", TEXTS, "Permaslugs of models that are left out"),
        ColumnDef::new("ignored_providers", "ignored_providers", TEXTS, "Slugs of providers that are left out"),
        ColumnDef::new("enforce_zdr", "enforce_zdr", BOOL, "Zero data retention, where no column below says else"),
        ColumnDef::new("enforce_zdr_anthropic", "enforce_zdr_anthropic", BOOL, "For models of Anthropic"),
        ColumnDef::new("enforce_zdr_google", "enforce_zdr_google", BOOL, "For models of Google"),
        ColumnDef::new("enforce_zdr_openai", "enforce_zdr_openai", BOOL, "For models of OpenAI"),
        ColumnDef::new("enforce_zdr_xai", "enforce_zdr_xai", BOOL, "For models of xAI"),
        ColumnDef::new("enforce_zdr_other", "enforce_zdr_other", BOOL, "For all other models"),
        ColumnDef::new("paid_training", "enable_paid_model_training", BOOL, "Paid endpoints may train on requests")
            .alias(&["enable_paid_model_training"]),
        ColumnDef::new("free_training", "enable_free_model_training", BOOL, "Free endpoints may train on requests")
            .alias(&["enable_free_model_training"]),
        ColumnDef::new("free_publication", "enable_free_model_publication", BOOL, "Free endpoints may publish prompts")
            .alias(&["enable_free_model_publication"]),
        ColumnDef::new("content_filters", "content_filters", ColumnType::Records(PATTERNS), "Own patterns"),
        ColumnDef::new(
            "content_filter_builtins",
            "content_filter_builtins",
            ColumnType::Records(BUILTINS),
            "Patterns of OpenRouter",
        ),
        ColumnDef::new("id", "id", TEXT, "Its id").alias(&["guardrail_id"]).required(),
        ColumnDef::new("workspace_id", "workspace_id", TEXT, "Id of its workspace; null is of none"),
        ColumnDef::new("created_at", "created_at", TIME, "When it was made"),
        ColumnDef::new("updated_at", "updated_at", TIME, "When it was last changed"),
    ],
    offer: |_, facts| Offer::of(workspaces::lists(facts, "/guardrails")),
};

const PATTERNS: &[ColumnDef] = &[
    ColumnDef::new("pattern", "pattern", TEXT, "Regular expression"),
    ColumnDef::new("action", "action", TEXT, "`redact`, `block` or `flag`"),
    ColumnDef::new("label", "label", TEXT, "What stands in its place"),
];

const BUILTINS: &[ColumnDef] = &[
    ColumnDef::new("slug", "slug", TEXT, "What is looked for"),
    ColumnDef::new("action", "action", TEXT, "`redact`, `block` or `flag`"),
    ColumnDef::new("label", "label", TEXT, "What stands in its place"),
    ColumnDef::new("scan_scope", "scan_scope", TEXT, "Messages that are looked at"),
];
