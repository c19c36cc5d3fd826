//! `limit`: the first N rows as they come.

use super::arguments::{one_item, whole_number};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::rel::Rel;

pub const VERB: VerbDef = VerbDef {
    name: "limit",
    aliases: &["head", "take"],
    doc: "The first N rows, in the order they have",
    usage: "limit N",
    examples: &[Example { query: "activity yesterday | limit 20", shows: "twenty rows" }],
    takes: Takes::ITEMS,
    aggregates: false,
    row_by_row: false,
    lower: |cx, stage, table| {
        let number = one_item(cx, &VERB, stage)?;
        let take = whole_number(cx, &VERB, number)?;
        Some(table.over(|input| Rel::Limit { input, skip: 0, take: Some(take) }))
    },
};
