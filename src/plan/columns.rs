//! Which columns a plan uses. What nothing uses is not computed, and of an answer only what is used is read, so that only
//! its absence is an error.

use std::collections::BTreeSet;

use crate::model::rel::{Added, Named, Rel, Scan};
use crate::model::schema::Schema;

/// A plan without what nothing uses.
#[derive(Clone, Debug)]
pub struct Pruned {
    pub rel: Rel,
    /// Each scan and the columns that are used of it, in the order of the plan.
    pub scans: Vec<(Scan, BTreeSet<String>)>,
}

/// The same rows with less work. Rows are counted by their columns, so one is always kept.
pub fn pruned(rel: &Rel, schema: &Schema) -> Pruned {
    let mut scans = Vec::new();
    let rel = prune(rel, names(schema), &mut scans);
    Pruned { rel, scans }
}

fn prune(rel: &Rel, wanted: BTreeSet<String>, scans: &mut Vec<(Scan, BTreeSet<String>)>) -> Rel {
    match rel {
        Rel::Scan(scan) => {
            let first = scan.source.columns.first().filter(|_| wanted.is_empty()).map(|def| def.name.to_string());
            scans.push((scan.clone(), wanted.into_iter().chain(first).collect()));
            rel.clone()
        }
        Rel::Constant { .. } => rel.clone(),
        Rel::Filter { input, condition } => {
            let input = Box::new(prune(input, with(wanted, condition.columns()), scans));
            Rel::Filter { input, condition: condition.clone() }
        }
        Rel::Project { input, columns } => {
            let used = columns.iter().filter(|column| wanted.contains(&column.name));
            let mut kept: Vec<Named> = used.cloned().collect();
            if kept.is_empty() {
                kept.extend(columns.first().cloned());
            }
            Rel::Project { input: Box::new(prune(input, read_by(kept.iter()), scans)), columns: kept }
        }
        Rel::Aggregate { input, keys, aggregates } => {
            let input = Box::new(prune(input, read_by(keys.iter().chain(aggregates)), scans));
            Rel::Aggregate { input, keys: keys.clone(), aggregates: aggregates.clone() }
        }
        Rel::Sort { input, by } => {
            let wanted = with(wanted, by.iter().flat_map(|key| key.value.columns()).collect());
            Rel::Sort { input: Box::new(prune(input, wanted, scans)), by: by.clone() }
        }
        Rel::Limit { input, skip, take } => {
            Rel::Limit { input: Box::new(prune(input, wanted, scans)), skip: *skip, take: *take }
        }
        Rel::Unnest { input, column, fields } => {
            let made = |name: &String| fields.iter().any(|(_, shown)| shown == name);
            let wanted = wanted.into_iter().filter(|name| !made(name)).chain([column.clone()]).collect();
            let input = Box::new(prune(input, wanted, scans));
            Rel::Unnest { input, column: column.clone(), fields: fields.clone() }
        }
        Rel::Join { left, right, kind, on, added, span } => {
            let added = used(added, &wanted);
            let mine = without(wanted, &added).into_iter().chain(on.iter().map(|pair| pair.left.clone()));
            let keys = on.iter().map(|pair| pair.right.clone());
            let theirs = added.iter().map(|added| added.column.clone()).chain(keys);
            let left = Box::new(prune(left, mine.collect(), scans));
            let right = Box::new(prune(right, theirs.collect(), scans));
            Rel::Join { left, right, kind: *kind, on: on.clone(), added, span: *span }
        }
        Rel::LookupJoin { input, source, parameter, key, kind, added, span } => {
            let added = used(added, &wanted);
            let wanted = without(wanted, &added).into_iter().chain([key.clone()]).collect();
            let input = Box::new(prune(input, wanted, scans));
            let key = key.clone();
            Rel::LookupJoin { input, source, parameter, key, kind: *kind, added, span: *span }
        }
        Rel::Save { input, file, schema } => {
            let input = Box::new(prune(input, names(schema), scans));
            Rel::Save { input, file: file.clone(), schema: schema.clone() }
        }
    }
}

/// The columns of the right side that are wanted.
fn used(added: &[Added], wanted: &BTreeSet<String>) -> Vec<Added> {
    added.iter().filter(|added| wanted.contains(&added.shown)).cloned().collect()
}

/// What is wanted of the left side.
fn without(wanted: BTreeSet<String>, added: &[Added]) -> BTreeSet<String> {
    wanted.into_iter().filter(|name| !added.iter().any(|added| added.shown == *name)).collect()
}

fn names(schema: &Schema) -> BTreeSet<String> {
    schema.names().map(str::to_string).collect()
}

fn with(mut wanted: BTreeSet<String>, more: Vec<&str>) -> BTreeSet<String> {
    wanted.extend(more.into_iter().map(str::to_string));
    wanted
}

fn read_by<'a>(columns: impl Iterator<Item = &'a Named>) -> BTreeSet<String> {
    columns.flat_map(|column| column.value.columns()).map(str::to_string).collect()
}
