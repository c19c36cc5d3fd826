//! `rename`: other names for columns, in their places.

use super::arguments::{distinct_names, known, misuse};
use crate::model::catalog::{Example, Shown, Takes, VerbDef};
use crate::model::expr::Node;
use crate::model::lowering::{Lowering, Table};
use crate::model::schema::Column;
use crate::span::Span;
use crate::syntax::ast::Stage;

pub const VERB: VerbDef = VerbDef {
    name: "rename",
    aliases: &[],
    doc: "Gives columns other names, in their places",
    usage: "rename NEW = OLD, …",
    examples: &[Example {
        query: "activity last 7d | group model | sum cost | rename spend = cost",
        shows: "`cost` as `spend`",
    }],
    takes: Takes::NAMED,
    aggregates: false,
    row_by_row: true,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    if stage.items.is_empty() {
        cx.report(misuse(&VERB, stage.word.span, "`rename` needs `new = old`"));
        return None;
    }
    let mut columns = table.schema.as_they_are();
    let mut schema = table.schema.clone();
    for item in &stage.items {
        let Some(new) = item.name.as_ref().or(item.tail.alias.as_ref()) else {
            cx.report(misuse(&VERB, item.span, "`rename` needs `new = old`"));
            return None;
        };
        known(cx, &VERB, item, &table.schema)?;
        let Node::Column(old) = cx.column(&item.value, &table.schema)?.node else { return None };
        let at = table.schema.columns.iter().position(|column| column.name == old)?;
        if let (Some(named), Some(column)) = (columns.get_mut(at), schema.columns.get_mut(at)) {
            named.name = new.value.clone();
            named.value.span = new.span;
            *column = Column { name: new.value.clone(), aliases: &[], shown: Shown::Always, ..column.clone() };
        }
    }
    let named: Vec<_> =
        columns.iter().map(|column| Some(column.value.span).filter(|span| *span != Span::default())).collect();
    distinct_names(cx, &columns, &named)?;
    Some(table.project(columns, schema))
}
