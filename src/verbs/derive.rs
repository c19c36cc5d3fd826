//! `derive`: further columns, computed from those of the row.

use super::arguments::{becomes, misuse};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::Named;
use crate::model::schema::{Role, Schema};
use crate::syntax::ast::{BinaryOp, ExprKind, Item, Stage};
use crate::syntax::format;

pub const VERB: VerbDef = VerbDef {
    name: "derive",
    aliases: &["mutate", "extend", "with"],
    doc: "Adds columns computed from each row; each sees those before it, and replaces one of its name",
    usage: "derive NAME = EXPRESSION, …",
    examples: &[Example {
        query: "activity last 7d | group model | sum cost, tokens | derive usd_per_mtok = cost / tokens * 1e6 | top 5 by usd_per_mtok",
        shows: "the dearest models a million tokens",
    }],
    takes: Takes::NAMED,
    aggregates: false,
    row_by_row: true,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, mut table: Table) -> Option<Table> {
    if stage.items.is_empty() {
        cx.report(misuse(&VERB, stage.word.span, "`derive` needs `name = expression`"));
        return None;
    }
    for item in &stage.items {
        if compares(cx, item, &table.schema) {
            return None;
        }
        let value = cx.row_value(&item.value, &mut table)?;
        let name = item.name.as_ref().or(item.tail.alias.as_ref());
        let name = name.map_or_else(|| format::expr(&item.value), |name| name.value.clone());
        // One that takes the place of another takes its part too: key, measure or neither.
        let role = table.schema.columns.iter().find(|known| known.name == name).map_or(Role::Plain, |known| known.role);
        let column = becomes(&name, &value, &table.schema).role(role);
        let mut columns = table.schema.as_they_are();
        let mut schema = table.schema.clone();
        match schema.columns.iter().position(|known| known.name == name) {
            Some(at) => {
                columns.splice(at..=at, [Named { name, value }]);
                schema.columns.splice(at..=at, [column]);
            }
            None => {
                columns.push(Named { name, value });
                schema.columns.push(column);
            }
        }
        table = table.project(columns, schema);
    }
    Some(table)
}

/// `x == cost` where `x` is no column: a name was meant.
fn compares(cx: &mut dyn Lowering, item: &Item, schema: &Schema) -> bool {
    let ExprKind::Binary(BinaryOp::Equal, at, left, _) = &item.value.kind else { return false };
    let ExprKind::Name(name) = &left.kind else { return false };
    if item.name.is_some() || schema.find(name).is_some() || !schema.nearest(name).is_empty() {
        return false;
    }
    let error = Diagnostic::error(Code::E0005, format!("`==` compares, and there is no column `{name}`")).at(*at);
    let error = error.label("use `=`").help(format!("write `{name} = …` to give a name"));
    cx.report(error.edit(*at, "="));
    true
}
