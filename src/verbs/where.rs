//! `where`: keeps the rows for which a condition is true.

use super::arguments::items;
use super::arguments::misuse;
use crate::model::catalog::{Example, VerbDef};
use crate::model::expr::{ScalarOp, Typed};
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::Rel;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Item, Stage};
use crate::types::Type;

pub const VERB: VerbDef = VerbDef {
    name: "where",
    aliases: &["filter"],
    doc: "Keeps the rows for which a condition is true",
    usage: "where CONDITION",
    examples: &[
        Example {
            query: "activity last 7d | where cost > 1 and model ~ \"^openai/\"",
            shows: "dear rows of one author",
        },
        Example {
            query: "keys | where remaining is not null and remaining < 5",
            shows: "keys that are nearly used up",
        },
    ],
    aggregates: false,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    let items = items(cx, &VERB, stage, &[])?;
    if items.is_empty() {
        cx.report(misuse(&VERB, stage.word.span.after(), "`where` needs a condition"));
        return None;
    }
    let mut whole: Option<Typed> = None;
    for item in items {
        let condition = cx.condition(&as_condition(item), &table.schema)?;
        whole = Some(match whole {
            None => condition,
            Some(before) => {
                let span = before.span.to(condition.span);
                Typed::scalar(ScalarOp::And, vec![before, condition], Type::Bool, span)
            }
        });
    }
    let condition = whole?;
    Some(table.over(|input| Rel::Filter { input, condition }))
}

/// `model = "x"` can only mean `model == "x"` here. What follows the first comparison belongs to it.
fn as_condition(item: &Item) -> Expr {
    let Some(name) = &item.name else { return item.value.clone() };
    let column = Expr { kind: ExprKind::Name(name.value.clone()), span: name.span };
    equals(column, item.value.clone())
}

/// The comparison binds tighter than the `and` and `or` that the parser found in the value.
fn equals(column: Expr, value: Expr) -> Expr {
    let span = column.span.to(value.span);
    match value.kind {
        ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), at, left, right) => {
            let left = Box::new(equals(column, *left));
            Expr { kind: ExprKind::Binary(op, at, left, right), span }
        }
        kind => {
            let value = Expr { kind, span: value.span };
            let at = crate::span::Span::new(column.span.end, value.span.start);
            Expr { kind: ExprKind::Binary(BinaryOp::Assign, at, Box::new(column), Box::new(value)), span }
        }
    }
}
