//! `credits`: what was bought, what is used, what is left.

use serde_json::Value as Json;

use super::fields::*;
use crate::model::catalog::{ColumnDef, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Request};
use crate::model::route::{Offer, Piece, Trust};

pub const SOURCE: SourceDef = SourceDef {
    name: "credits",
    doc: "Credits bought, used and left; one row",
    usage: "credits",
    examples: &[Example { query: "credits", shows: "what is left" }],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Management,
    lookups: &[],
    columns: &[
        ColumnDef::new("total", "total_credits", USD_AMOUNT, "Bought").alias(&["total_credits"]).required(),
        ColumnDef::new("used", "total_usage", USD_AMOUNT, "Spent").alias(&["total_usage", "usage"]).required(),
        ColumnDef::new("remaining", "total_credits", USD_AMOUNT, "Left")
            .from(|row| both(row).map_or(Json::Null, |(total, used)| amount(total - used)))
            .with(&["total_usage"])
            .required(),
        ColumnDef::new("used_ratio", "total_credits", RATIO, "The part that is spent")
            .from(|row| both(row).filter(|(total, _)| *total != 0.0).map(|(total, used)| used / total).into())
            .with(&["total_usage"])
            .required(),
    ],
    offer: |_, _| {
        let trust = Trust::ZerosOfManagementKeys(&["total_credits", "total_usage"]);
        Offer::of(vec![Piece { trust, ..Piece::of(Request::get("/credits")) }])
    },
};

fn both(row: &Json) -> Option<(f64, f64)> {
    Some((number(row, "total_credits")?, number(row, "total_usage")?))
}
