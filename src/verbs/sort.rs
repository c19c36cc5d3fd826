//! `sort`: rows in order; equal ones stay as they are, nulls come last.

use super::arguments::{direction, misuse, sorted};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::SortKey;
use crate::syntax::ast::{Call, Expr, ExprKind, Item, Stage};
use crate::types::Type;

pub const VERB: VerbDef = VerbDef {
    name: "sort",
    aliases: &["order"],
    doc: "Sorts the rows; `-key` from above, nulls last, equal rows as they were",
    usage: "sort KEY, -KEY, …",
    examples: &[Example { query: "activity yesterday | sort -cost, model", shows: "the dearest first" }],
    takes: Takes::BY,
    aggregates: false,
    row_by_row: false,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, mut table: Table) -> Option<Table> {
    let by = stage.clauses.iter().flat_map(|clause| &clause.items);
    let items: Vec<&Item> = stage.items.iter().chain(by).collect();
    if items.is_empty() {
        cx.report(misuse(&VERB, stage.word.span, "`sort` needs a key"));
        return None;
    }
    let keys: Option<Vec<SortKey>> = items.iter().map(|item| key(cx, &item.value, &mut table)).collect();
    Some(sorted(table, keys?))
}

/// `x`, `-x`, `x desc`, `x asc`.
pub fn key(cx: &mut dyn Lowering, expr: &Expr, table: &mut Table) -> Option<SortKey> {
    let (inner, descending) = match &expr.kind {
        ExprKind::Call(Call { name, arguments, as_word: true, .. }) => match arguments.as_slice() {
            [Expr { kind: ExprKind::Name(word), .. }] if order(word).is_some() => {
                let column = Expr { kind: ExprKind::Name(name.value.clone()), span: name.span };
                let descending = order(word)?;
                return key(cx, &column, table).map(|key| SortKey { descending, ..key });
            }
            // `desc cost`
            [Expr { kind: ExprKind::Name(column), .. }]
                if order(&name.value).is_some() && cx.catalog().function(&name.value).is_none() =>
            {
                let sign = if order(&name.value)? { "-" } else { "" };
                let error = Diagnostic::error(Code::E0302, format!("`{}` does not stand before a key", name.value));
                let error = error.at(name.span).label("a `-` does").help(format!("write `{sign}{column}`"));
                cx.report(error.edit(expr.span, format!("{sign}{column}")));
                return None;
            }
            _ => (expr, false),
        },
        _ => direction(expr),
    };
    let value = cx.row_value(inner, table)?;
    if matches!(value.ty, Type::List(_) | Type::Record(_)) {
        cx.report(
            Diagnostic::error(Code::E0202, format!("a {} has no order", value.ty.word()))
                .at(inner.span)
                .label(format!("this is a {}", value.ty))
                .help("sort by a number, a text or a time; `unnest` first where it is a list"),
        );
        return None;
    }
    if value.columns().is_empty() {
        let error = misuse(&VERB, inner.span, "every row has the same value here");
        cx.report(error.label("no column").help("sort by a column; `top 5` keeps the first five of an order"));
        return None;
    }
    Some(SortKey { value, descending })
}

/// Whether a word means from above; none where it means no order.
pub fn order(word: &str) -> Option<bool> {
    match word.to_lowercase().as_str() {
        "desc" | "descending" => Some(true),
        "asc" | "ascending" => Some(false),
        _ => None,
    }
}
