//! `as`: the format of the output.

use super::arguments::{nothing_to_draw, one_item};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::lowering::{Lowering, Table};
use crate::suggest;
use crate::syntax::ast::{ExprKind, Stage};

pub const VERB: VerbDef = VerbDef {
    name: "as",
    aliases: &[],
    doc: "Chooses the format of the output, or the picture that this pipeline is seen as",
    usage: "as FORMAT",
    examples: &[
        Example { query: "credits | as json", shows: "the answer as JSON" },
        Example {
            query: "activity last 30d | group date | sum cost | as line",
            shows: "a picture of the spend of a month",
        },
    ],
    takes: Takes::TEXT,
    aggregates: false,
    row_by_row: false,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    let expr = one_item(cx, &VERB, stage)?;
    let (ExprKind::Name(name) | ExprKind::Text(name)) = &expr.kind else {
        cx.report(super::arguments::misuse(&VERB, expr.span, "`as` needs the name of a format"));
        return None;
    };
    let Some(format) = cx.catalog().format(name) else {
        let names: Vec<&str> = cx.catalog().formats.iter().map(|format| format.name).collect();
        let error = Diagnostic::error(Code::E0107, format!("there is no format `{name}`"))
            .at(expr.span)
            .label("unknown format")
            .help(format!("formats: {}", names.join(", ")));
        let near = suggest::nearest(name, names);
        cx.report(if near.is_empty() { error } else { error.did_you_mean(expr.span, near) });
        return None;
    };
    if format.pictures.need_numbers() && !table.schema.is_drawable() {
        cx.report(nothing_to_draw(format.name).at(expr.span).label("no column of numbers"));
        return None;
    }
    Some(Table { format: Some(format.name), ..table })
}
