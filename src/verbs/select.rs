//! `select`: these columns, in this order; it may compute.

use super::arguments::{becomes, distinct_names, some_items};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::expr::Node;
use crate::model::hidden::shown_name;
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::Named;
use crate::model::schema::Schema;
use crate::syntax::ast::{ExprKind, Item, Stage};
use crate::syntax::format;

pub const VERB: VerbDef = VerbDef {
    name: "select",
    aliases: &["project"],
    doc: "Keeps these columns, in this order; `name = expression` computes one",
    usage: "select COLUMN, NAME = EXPRESSION, …",
    examples: &[Example {
        query: "keys | select name, workspace, left = remaining",
        shows: "three columns, one renamed",
    }],
    takes: Takes::NAMED,
    aggregates: false,
    row_by_row: true,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, mut table: Table) -> Option<Table> {
    let items = some_items(cx, &VERB, stage)?;
    let columns: Option<Vec<Named>> = items.iter().map(|item| column(cx, item, &mut table)).collect();
    let columns = columns?;
    let name = |item: &Item| item.tail.alias.as_ref().or(item.name.as_ref()).map(|name| name.span);
    let named: Vec<_> = stage.items.iter().map(name).collect();
    distinct_names(cx, &columns, &named)?;
    let schema = Schema::new(columns.iter().map(|c| becomes(&c.name, &c.value, &table.schema)).collect());
    Some(table.project(columns, schema))
}

/// A result and its name: given, or that of the column, or the text of the expression.
fn column(cx: &mut dyn Lowering, item: &Item, table: &mut Table) -> Option<Named> {
    let value = cx.row_value(&item.value, table)?;
    let is_name = matches!(item.value.kind, ExprKind::Name(_));
    let name = match (&item.tail.alias, &item.name, &value.node) {
        (Some(alias), _, _) => alias.value.clone(),
        (None, Some(name), _) => name.value.clone(),
        (None, None, Node::Column(name) | Node::Field(_, name)) if is_name => shown_name(name).to_string(),
        (None, None, _) => format::expr(&item.value),
    };
    Some(Named { name, value })
}
