//! `title`: what stands above the rows.

use super::arguments::{misuse, one_item};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::lowering::{Lowering, Table};
use crate::syntax::ast::{ExprKind, Stage};

pub const VERB: VerbDef = VerbDef {
    name: "title",
    aliases: &[],
    doc: "Stands above the rows, in formats that people read, and where there are several",
    usage: "title \"TEXT\"",
    examples: &[Example { query: "activity yesterday | sum cost | title \"Spend of yesterday\"", shows: "a heading" }],
    takes: Takes::TEXT,
    aggregates: false,
    row_by_row: true,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    let expr = one_item(cx, &VERB, stage)?;
    let ExprKind::Text(title) = &expr.kind else {
        cx.report(misuse(&VERB, expr.span, "`title` needs a text in quotes"));
        return None;
    };
    Some(Table { title: Some(title.clone()), ..table })
}
