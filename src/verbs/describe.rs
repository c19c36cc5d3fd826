//! `describe`: what there is to say of the values of each column.

use super::arguments::{closed, column_of};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::expr::Node;
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::Rel;
use crate::model::schema::{Column, Role, Schema};
use crate::syntax::ast::Stage;
use crate::types::Type;

pub const VERB: VerbDef = VerbDef {
    name: "describe",
    aliases: &["summary"],
    doc: "A row for each column: how many values, nulls and different ones, and how numbers are spread; `least` and \
          `greatest` are those of texts and times",
    usage: "describe COLUMN, …",
    examples: &[Example {
        query: "activity yesterday | describe cost, model, tokens",
        shows: "three columns in numbers",
    }],
    takes: Takes::ITEMS,
    aggregates: false,
    row_by_row: false,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    closed(cx, &VERB, stage.span, &table.schema)?;
    let mut columns: Vec<(String, Type)> = Vec::new();
    for item in &stage.items {
        let column = column_of(cx, &VERB, item, &table.schema)?;
        if let Node::Column(name) = column.node {
            columns.push((name, column.ty));
        }
    }
    if columns.is_empty() {
        columns.extend(table.schema.shown_columns().map(|column| (column.name.clone(), column.ty.clone())));
    }
    let text = |name: &str| Column::new(name, Type::Text);
    let number = |name: &str| Column::new(name, Type::PLAIN);
    let schema = Schema::new(
        [text("column").role(Role::Key), text("type"), number("count"), number("nulls"), number("distinct")]
            .into_iter()
            .chain(["min", "mean", "p50", "p95", "max"].map(number))
            .chain(["least", "greatest"].map(text))
            .collect(),
    );
    Some(Table { schema, ..table.over(|input| Rel::Describe { input, columns }) })
}
