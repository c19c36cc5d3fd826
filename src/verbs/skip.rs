//! `skip`: all rows but the first N.

use super::arguments::{one_item, whole_number};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::rel::Rel;

pub const VERB: VerbDef = VerbDef {
    name: "skip",
    aliases: &["offset"],
    doc: "All rows but the first N, in the order they have",
    usage: "skip N",
    examples: &[Example { query: "models | sort id | skip 10 | limit 10", shows: "the second ten" }],
    takes: Takes::ITEMS,
    aggregates: false,
    row_by_row: false,
    lower: |cx, stage, table| {
        let number = one_item(cx, &VERB, stage)?;
        let skip = whole_number(cx, &VERB, number)?;
        Some(table.over(|input| Rel::Limit { input, skip, take: None }))
    },
};
