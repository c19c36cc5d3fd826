//! `save`: writes the rows to a file, in the format of its ending, and passes them on.

use super::arguments::{misuse, nothing_to_draw, one_item};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::expr::Node;
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::{Rel, SaveTo};
use crate::model::schema::Schema;
use crate::model::value::Value;
use crate::suggest;
use crate::syntax::ast::{ExprKind, Stage};

pub const VERB: VerbDef = VerbDef {
    name: "save",
    aliases: &["write"],
    doc: "Writes the rows to a file, in the format of its ending, and passes them on. Pages and pictures have the title and \
          the form (`as bars`) that stand before it",
    usage: "save \"FILE\"",
    examples: &[Example { query: "activity yesterday | save \"yesterday.csv\" | sum cost", shows: "a file and a sum" }],
    takes: Takes::TEXT,
    aggregates: false,
    row_by_row: false,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    let expr = one_item(cx, &VERB, stage)?;
    let given = match &expr.kind {
        ExprKind::Param(_) => cx.row_expr(expr, &Schema::default())?.node,
        ExprKind::Text(path) => Node::Literal(Value::Text(path.clone())),
        _ => Node::Literal(Value::Null),
    };
    let Node::Literal(Value::Text(path)) = given else {
        let written = expr.span.of(cx.text()).to_string();
        let error = misuse(&VERB, expr.span, "`save` needs the name of a file in quotes");
        cx.report(error.help(format!("write `\"{written}\"`")).edit(expr.span, format!("\"{written}\"")));
        return None;
    };
    let Some(format) = cx.catalog().format_of_file(&path) else {
        let endings: Vec<&str> = cx.catalog().formats.iter().filter_map(|format| format.extension).collect();
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        let near = suggest::nearest(ending, endings.iter().copied());
        let message = match path.as_str() {
            "" => "the name of the file is empty".to_string(),
            path => format!("the ending of `{path}` names no format of a file"),
        };
        let mut error = Diagnostic::error(Code::E0107, message)
            .at(expr.span)
            .label("which format?")
            .help(format!("end it in one of .{}", endings.join(", .")));
        error.candidates = near;
        cx.report(error);
        return None;
    };
    if format.pictures.need_numbers() && !table.schema.is_drawable() {
        cx.report(nothing_to_draw(format.name).at(expr.span).label("no column of numbers"));
        return None;
    }
    let title = table.title.clone().unwrap_or_default();
    let picture = cx.catalog().picture(table.format);
    let file = SaveTo { path: path.clone(), format: format.name, title, picture, span: expr.span };
    // What nobody named is neither written nor passed on.
    let schema = table.schema.shown();
    let passed_on = schema.clone();
    Some(Table { schema: passed_on, ..table.over(|input| Rel::Save { input, file, schema }) })
}
