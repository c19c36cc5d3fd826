//! `drop`: all columns but these.

use super::arguments::{column_of, known, some_items};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::expr::Node;
use crate::model::lowering::{Lowering, Table};
use crate::model::schema::{Column, Schema};
use crate::syntax::ast::Stage;

pub const VERB: VerbDef = VerbDef {
    name: "drop",
    aliases: &["exclude"],
    doc: "Keeps all columns but these",
    usage: "drop COLUMN, …",
    examples: &[Example {
        query: "activity yesterday | drop endpoint, model_permaslug",
        shows: "without the long names",
    }],
    takes: Takes::ITEMS,
    aggregates: false,
    row_by_row: true,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    let mut dropped = Vec::new();
    for item in some_items(cx, &VERB, stage)? {
        known(cx, &VERB, item, &table.schema)?;
        if let Node::Column(name) = column_of(cx, &VERB, item, &table.schema)?.node {
            dropped.push(name);
        }
    }
    let left: Vec<Column> = table.schema.columns.iter().filter(|c| !dropped.contains(&c.name)).cloned().collect();
    if left.is_empty() && table.schema.open.is_none() {
        cx.report(super::arguments::misuse(&VERB, stage.span, "no column is left"));
        return None;
    }
    let schema = Schema { columns: left, open: table.schema.open.clone() };
    Some(table.project(schema.as_they_are(), schema))
}
