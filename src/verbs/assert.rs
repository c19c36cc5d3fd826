//! `assert`: a condition that must hold for every row, or for the whole table.

use super::arguments::{as_condition, misuse};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::{Assert, Rel};
use crate::model::schema::{Column, Role};
use crate::syntax::ast::{ExprKind, Item, Stage};
use crate::syntax::format;

pub const VERB: VerbDef = VerbDef {
    name: "assert",
    aliases: &["ensure"],
    doc: "Passes the rows on if the condition holds for each, and fails the run with exit code 5 if it does not; an \
          aggregate in it runs over the whole table",
    usage: "assert CONDITION, \"MESSAGE\"",
    examples: &[
        Example {
            query: "activity yesterday | assert count() > 0, \"no activity yesterday\" | sum cost",
            shows: "a sum of something",
        },
        Example { query: "activity this month | sum cost | assert cost <= 5000, \"over budget\"", shows: "a budget" },
    ],
    takes: Takes { names: true, ..Takes::TEXT },
    aggregates: false,
    row_by_row: false,
    lower,
};

/// So many columns of a row that fails are shown whatever they are.
const MOST: usize = 6;

fn lower(cx: &mut dyn Lowering, stage: &Stage, mut table: Table) -> Option<Table> {
    let (condition, message) = match stage.items.as_slice() {
        [condition] => (condition, None),
        [condition, Item { value, .. }] => match &value.kind {
            ExprKind::Text(message) => (condition, Some(message.clone())),
            _ => {
                cx.report(misuse(&VERB, value.span, "the message of an `assert` is a text in quotes"));
                return None;
            }
        },
        _ => {
            cx.report(misuse(&VERB, stage.span, "`assert` needs a condition, and what to say where it does not hold"));
            return None;
        }
    };
    let expr = as_condition(condition, cx.text());
    let message = message.unwrap_or_else(|| format!("`{}` does not hold", format::expr(&expr)));
    let holds = cx.table_condition(&expr, &mut table)?;
    // Of many columns those that tell which row it is, and why it fails.
    let all = table.schema.shown_columns().count();
    let read = holds.columns();
    let tells = |column: &&Column| all <= MOST || column.role == Role::Key || read.contains(&column.name.as_str());
    let shown = table.schema.shown_columns().filter(tells);
    let shown = shown.map(|column| (column.name.clone(), column.ty.clone())).collect();
    let assert = Assert { condition: holds, message, shown, span: condition.span };
    Some(table.over(|input| Rel::Assert { input, assert }))
}
