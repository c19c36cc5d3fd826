//! `agg`: one row for each group, or one in all.

use crate::model::catalog::{Example, Takes, VerbDef};

pub const VERB: VerbDef = VerbDef {
    name: "agg",
    aliases: &["aggregate", "summarize", "summarise"],
    doc: "Aggregates each group (or all rows) by any expressions of aggregates",
    usage: "agg NAME = EXPRESSION, …",
    examples: &[Example {
        query: "activity last 7d | group model | agg usd_per_mtok = sum(cost) / sum(tokens) * 1e6, n = count()",
        shows: "an exact rate for each model",
    }],
    takes: Takes::AGGREGATES,
    aggregates: true,
    row_by_row: false,
    lower: |cx, stage, table| cx.aggregate(stage, table, None),
};
