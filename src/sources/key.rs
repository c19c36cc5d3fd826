//! `key`: the key that asks, of either kind.

use super::fields::*;
use crate::model::catalog::{ColumnDef, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Request};
use crate::model::route::{Offer, Piece};

pub const SOURCE: SourceDef = SourceDef {
    name: "key",
    doc: "The key that is in use: its kind, spend and limits; one row",
    usage: "key",
    examples: &[Example { query: "key | select label, is_management_key, cost", shows: "which key this is" }],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Either,
    lookups: &[],
    columns: &[
        ColumnDef::new("label", "label", TEXT, "The key, masked").required(),
        ColumnDef::new(
            "is_management_key",
            "is_management_key",
            BOOL,
            "It manages the account and cannot run completions",
        ),
        ColumnDef::new("is_free_tier", "is_free_tier", BOOL, "The account never bought credits"),
        ColumnDef::new("cost", "usage", USD, "True spend of its life: credits and BYOK")
            .with(&["byok_usage"])
            .required(),
        ColumnDef::new("cost_daily", "usage_daily", USD, "This UTC day").with(&["byok_usage_daily"]),
        ColumnDef::new("cost_weekly", "usage_weekly", USD, "This week, from Monday").with(&["byok_usage_weekly"]),
        ColumnDef::new("cost_monthly", "usage_monthly", USD, "This month").with(&["byok_usage_monthly"]),
        ColumnDef::new("usage", "usage", USD, "The credits part of `cost`").alias(&["credits"]),
        ColumnDef::new("usage_daily", "usage_daily", USD, "The credits part of `cost_daily`"),
        ColumnDef::new("usage_weekly", "usage_weekly", USD, "The credits part of `cost_weekly`"),
        ColumnDef::new("usage_monthly", "usage_monthly", USD, "The credits part of `cost_monthly`"),
        ColumnDef::new("byok", "byok_usage", USD, "The BYOK part of `cost`").alias(&["byok_usage"]),
        ColumnDef::new("limit", "limit", USD_AMOUNT, "Most it may spend; null is no limit"),
        ColumnDef::new("remaining", "limit_remaining", USD_AMOUNT, "Left of the limit").alias(&["limit_remaining"]),
        ColumnDef::new("limit_reset", "limit_reset", TEXT, "When the limit starts anew"),
        ColumnDef::new("include_byok_in_limit", "include_byok_in_limit", BOOL, "BYOK counts against the limit"),
        ColumnDef::new("expires_at", "expires_at", TIME, "When it ends; null is never"),
        ColumnDef::new("creator_user_id", "creator_user_id", TEXT, "Who made it"),
    ],
    offer: |_, _| {
        let request = Request { key: KeyKind::Either, ..Request::get("/key") };
        Offer::of(vec![Piece::of(request)])
    },
};
