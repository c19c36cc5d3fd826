//! `group`: keys for the stage that follows, which must aggregate.

use super::arguments::misuse;
use crate::model::catalog::{Example, VerbDef};
use crate::model::lowering::{Group, Lowering, Table};
use crate::syntax::ast::{Item, Stage};

pub const VERB: VerbDef = VerbDef {
    name: "group",
    aliases: &["groupby", "group_by"],
    doc: "Puts rows with equal keys together; the stage that follows aggregates each group",
    usage: "group KEY, …",
    examples: &[
        Example { query: "activity last 7d | group provider, model | sum cost", shows: "spend of each pair" },
        Example { query: "activity last 30d | group week(date) | sum cost", shows: "spend of each week" },
    ],
    aggregates: false,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    let by: Vec<&Item> = stage.clauses.iter().filter(|c| c.word.value == "by").flat_map(|c| &c.items).collect();
    let items: Vec<Item> = stage.items.iter().chain(by).cloned().collect();
    let other = stage.clauses.iter().find(|clause| clause.word.value != "by");
    if items.is_empty() || other.is_some() {
        let at = other.map_or(stage.word.span, |clause| clause.span);
        cx.report(misuse(&VERB, at, "`group` needs at least one key, and takes nothing else"));
        return None;
    }
    let keys = cx.keys(&items, &table.schema)?;
    Some(Table { group: Some(Group { keys, span: stage.span }), ..table })
}
