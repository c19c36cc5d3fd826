//! `derive`: further columns, computed from those of the row.

use super::arguments::{all_kept, becomes, misuse};
use crate::model::catalog::{Example, VerbDef};
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::Named;
use crate::model::schema::Role;
use crate::syntax::ast::Stage;
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
    aggregates: false,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, mut table: Table) -> Option<Table> {
    if stage.items.is_empty() || !stage.clauses.is_empty() {
        cx.report(misuse(&VERB, stage.word.span.after(), "`derive` needs `name = expression`"));
        return None;
    }
    for item in &stage.items {
        let value = cx.row_expr(&item.value, &table.schema)?;
        let name = item.name.as_ref().or(item.tail.alias.as_ref());
        let name = name.map_or_else(|| format::expr(&item.value), |name| name.value.clone());
        let column = becomes(&name, &value, &table.schema).role(Role::Plain);
        let mut columns = all_kept(&table.schema);
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
