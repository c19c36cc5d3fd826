//! `where`: keeps the rows for which a condition is true.

use super::arguments::{as_condition, misuse};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::expr::{ScalarOp, Typed};
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::Rel;
use crate::syntax::ast::{BinaryOp, ExprKind, Item, Stage};
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
    takes: Takes { names: true, ..Takes::ITEMS },
    aggregates: false,
    row_by_row: true,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, mut table: Table) -> Option<Table> {
    let items = stage.items.as_slice();
    if items.is_empty() {
        cx.report(misuse(&VERB, stage.word.span, "`where` needs a condition"));
        return None;
    }
    let mut whole: Option<Typed> = None;
    for (index, item) in items.iter().enumerate() {
        if let Some(before) = index.checked_sub(1).and_then(|index| items.get(index))
            && stray(cx, before, item)
        {
            return None;
        }
        let condition = cx.row_condition(&as_condition(item, cx.text()), &mut table)?;
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

/// `cost > 1,500` and `model in "a", "b"`: what follows the comma is no condition, but belongs to the value before.
fn stray(cx: &mut dyn Lowering, before: &Item, item: &Item) -> bool {
    let value = matches!(item.value.kind, ExprKind::Number(_) | ExprKind::Text(_));
    let ExprKind::Binary(op, _, _, right) = &before.value.kind else { return false };
    if !value || item.name.is_some() {
        return false;
    }
    let whole = right.span.to(item.value.span);
    let written = whole.of(cx.text()).to_string();
    if matches!(op, BinaryOp::In | BinaryOp::NotIn) {
        cx.report(
            Diagnostic::error(Code::E0302, format!("several values after `{}` stand in brackets", op.text()))
                .at(whole)
                .label("no brackets")
                .help(format!("write `({written})`"))
                .edit(whole, format!("({written})")),
        );
        return true;
    }
    let digits = |c: char| c.is_ascii_digit() || c == ',';
    let thousands = item.value.span.of(cx.text()).len() == 3 && written.chars().all(digits);
    if thousands {
        let mended = written.replace(',', "");
        cx.report(
            Diagnostic::error(Code::E0006, "a number is written without commas")
                .at(whole)
                .label("one number or two?")
                .help(format!("write `{mended}`"))
                .edit(whole, mended),
        );
    }
    thousands
}
