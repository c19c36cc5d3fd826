//! Which columns of each scan a plan uses: only those are read from an answer, and only their absence is an error.

use std::collections::BTreeSet;

use crate::model::rel::{Named, Rel, Scan};
use crate::model::schema::Schema;

/// Each scan and the columns that are used of it, in the order of the plan.
pub fn used<'a>(rel: &'a Rel, schema: &Schema) -> Vec<(&'a Scan, BTreeSet<String>)> {
    let mut found = Vec::new();
    visit(rel, schema.names().map(str::to_string).collect(), &mut found);
    found
}

fn visit<'a>(rel: &'a Rel, wanted: BTreeSet<String>, found: &mut Vec<(&'a Scan, BTreeSet<String>)>) {
    match rel {
        Rel::Scan(scan) => found.push((scan, wanted)),
        Rel::Constant { .. } => {}
        Rel::Filter { input, condition } => {
            let wanted = with(wanted, condition.columns());
            visit(input, wanted, found);
        }
        Rel::Project { input, columns } => {
            let kept = columns.iter().filter(|column| wanted.contains(&column.name));
            visit(input, read_by(kept), found);
        }
        Rel::Aggregate { input, keys, aggregates } => visit(input, read_by(keys.iter().chain(aggregates)), found),
        Rel::Sort { input, by } => {
            let wanted = with(wanted, by.iter().flat_map(|key| key.value.columns()).collect());
            visit(input, wanted, found);
        }
        Rel::Limit { input, .. } => visit(input, wanted, found),
        Rel::Unnest { input, column, fields } => {
            let made = |name: &String| fields.iter().any(|(_, shown)| shown == name);
            let wanted = wanted.into_iter().filter(|name| !made(name)).chain([column.clone()]).collect();
            visit(input, wanted, found);
        }
        Rel::Save { input, schema, .. } => visit(input, schema.names().map(str::to_string).collect(), found),
    }
}

fn with(mut wanted: BTreeSet<String>, more: Vec<&str>) -> BTreeSet<String> {
    wanted.extend(more.into_iter().map(str::to_string));
    wanted
}

fn read_by<'a>(columns: impl Iterator<Item = &'a Named>) -> BTreeSet<String> {
    columns.flat_map(|column| column.value.columns()).map(str::to_string).collect()
}
