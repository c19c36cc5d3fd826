//! `sample`: some rows by chance, the same ones each time.

use super::arguments::{misuse, whole_number};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::Rel;
use crate::syntax::ast::{Item, Stage};

pub const VERB: VerbDef = VerbDef {
    name: "sample",
    aliases: &[],
    doc: "So many rows by chance, in the order they have; the same ones for the same `seed`",
    usage: "sample N, seed = N",
    examples: &[Example { query: "models | sample 3 | select id", shows: "three models" }],
    takes: Takes { names: true, ..Takes::ITEMS },
    aggregates: false,
    row_by_row: false,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    let (rows, seed) = match stage.items.as_slice() {
        [rows] if rows.name.is_none() => (rows, None),
        [rows, seed @ Item { name: Some(name), .. }] if rows.name.is_none() && name.value == "seed" => {
            (rows, Some(seed))
        }
        _ => {
            cx.report(misuse(&VERB, stage.span, "`sample` needs how many rows, and no more than a seed"));
            return None;
        }
    };
    let rows = whole_number(cx, &VERB, &rows.value)?;
    let seed = match seed {
        Some(seed) => whole_number(cx, &VERB, &seed.value)? as u64,
        None => 0,
    };
    Some(table.over(|input| Rel::Sample { input, rows, seed }))
}
