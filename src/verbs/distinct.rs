//! `distinct`: each row once, or each combination of some columns, in key order.

use super::arguments::{closed, sorted};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::expr::Typed;
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::{Named, Rel, SortKey};
use crate::model::schema::{Column, Role, Schema};
use crate::syntax::ast::Stage;
use crate::types::Type;

pub const VERB: VerbDef = VerbDef {
    name: "distinct",
    aliases: &["unique", "uniq"],
    doc: "Each combination of these columns (of all columns) once, in the order of their values",
    usage: "distinct COLUMN, …",
    examples: &[Example { query: "activity last 7d | distinct provider, model", shows: "which pairs were used" }],
    takes: Takes::ITEMS,
    aggregates: false,
    row_by_row: true,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    let items = stage.items.as_slice();
    if items.is_empty() {
        closed(cx, &VERB, stage.span, &table.schema)?;
    }
    let keys: Vec<Named> =
        if items.is_empty() { table.schema.shown().as_they_are() } else { cx.keys(items, &table.schema)? };
    if let Some(key) = keys.iter().find(|key| matches!(key.value.ty, Type::List(_) | Type::Record(_))) {
        let message = format!("`{}` is a {}, which cannot be compared", key.name, key.value.ty);
        cx.report(
            Diagnostic::error(Code::E0202, message)
                .at(stage.span)
                .label("here")
                .help("name the columns to be compared"),
        );
        return None;
    }
    let columns =
        keys.iter().map(|key| super::arguments::becomes(&key.name, &key.value, &table.schema).role(Role::Key));
    let schema = Schema::new(columns.collect::<Vec<Column>>());
    let order = schema
        .columns
        .iter()
        .map(|column| SortKey { value: Typed::column(&column.name, column.ty.clone(), stage.span), descending: false });
    let order: Vec<SortKey> = order.collect();
    let table = table.over(|input| Rel::Aggregate { input, keys, aggregates: Vec::new() });
    Some(sorted(Table { schema, ..table }, order))
}
