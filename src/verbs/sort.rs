//! `sort`: rows in order; equal ones stay as they are, nulls come last.

use super::arguments::{direction, misuse, sorted};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Example, VerbDef};
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::SortKey;
use crate::model::schema::Schema;
use crate::syntax::ast::{Call, Expr, ExprKind, Item, Stage};
use crate::types::Type;

pub const VERB: VerbDef = VerbDef {
    name: "sort",
    aliases: &["order"],
    doc: "Sorts the rows; `-key` from above, nulls last, equal rows as they were",
    usage: "sort KEY, -KEY, …",
    examples: &[Example { query: "activity yesterday | sort -cost, model", shows: "the dearest first" }],
    aggregates: false,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    let by = stage.clauses.iter().filter(|clause| clause.word.value == "by").flat_map(|clause| &clause.items);
    let items: Vec<&Item> = stage.items.iter().chain(by).collect();
    if items.is_empty() {
        cx.report(misuse(&VERB, stage.word.span.after(), "`sort` needs a key"));
        return None;
    }
    let keys: Option<Vec<SortKey>> = items.iter().map(|item| key(cx, &item.value, &table.schema)).collect();
    Some(sorted(table, keys?))
}

/// `x`, `-x`, `x desc`, `x asc`.
pub fn key(cx: &mut dyn Lowering, expr: &Expr, schema: &Schema) -> Option<SortKey> {
    let (inner, descending) = match &expr.kind {
        ExprKind::Call(Call { name, arguments, as_word: true, .. }) => match arguments.as_slice() {
            [Expr { kind: ExprKind::Name(word), .. }] if word == "desc" || word == "asc" => {
                let column = Expr { kind: ExprKind::Name(name.value.clone()), span: name.span };
                return key(cx, &column, schema).map(|key| SortKey { descending: word == "desc", ..key });
            }
            _ => (expr, false),
        },
        _ => direction(expr),
    };
    let value = cx.row_expr(inner, schema)?;
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
