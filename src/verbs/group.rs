//! `group`: keys for the stage that follows, which must aggregate.

use super::arguments::misuse;
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::lowering::{Group, Lowering, Table};
use crate::syntax::ast::{Item, Stage};

pub const VERB: VerbDef = VerbDef {
    name: "group",
    aliases: &["groupby", "group_by"],
    doc: "Puts rows with equal keys together; the stage that follows aggregates each group",
    usage: "group KEY, …",
    examples: &[
        Example { query: "activity last 7d | group provider, model | sum cost", shows: "spend of each pair" },
        Example { query: "activity last 4w | group week(date) | sum cost", shows: "spend of each week" },
    ],
    takes: Takes { clauses: &["by"], ..Takes::NAMED },
    aggregates: false,
    row_by_row: true,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    let by = stage.clauses.iter().flat_map(|clause| &clause.items);
    let items: Vec<Item> = stage.items.iter().chain(by).cloned().collect();
    if items.is_empty() {
        cx.report(misuse(&VERB, stage.word.span, "`group` needs at least one key"));
        return None;
    }
    let keys = cx.keys(&items, &table.schema)?;
    Some(Table { group: Some(Group { keys, span: stage.span }), ..table })
}
