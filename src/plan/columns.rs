//! Which columns a plan uses. What nothing uses is not computed, and of an answer only what is used is read, so that only
//! its absence is an error.

use std::collections::BTreeSet;

use super::demand::{conjunction, conjuncts};
use crate::model::expr::Typed;
use crate::model::files::ReadFiles;
use crate::model::hidden::{OTHERS, is_open_name};
use crate::model::over::Over;
use crate::model::rel::{Added, Named, Rel, Scan};
use crate::model::reshape::Fill;
use crate::model::schema::Schema;

/// A plan without what nothing uses.
#[derive(Clone, Debug)]
pub struct Pruned {
    pub rel: Rel,
    /// Each scan and the columns that are used of it, in the order of the plan, which is that of their slots.
    pub scans: Vec<(Scan, BTreeSet<String>)>,
}

/// The same rows with less work. Rows are counted by their columns, so one is always kept.
pub fn pruned(rel: &Rel, schema: &Schema) -> Pruned {
    let mut met = Met::default();
    let rel = prune(rel, names(schema), &mut met);
    Pruned { rel, scans: met.scans }
}

/// What was met on the way, in the order of the plan.
#[derive(Default)]
struct Met {
    scans: Vec<(Scan, BTreeSet<String>)>,
    look_ups: usize,
}

fn prune(rel: &Rel, wanted: BTreeSet<String>, met: &mut Met) -> Rel {
    match rel {
        Rel::Scan(scan) => {
            let first = scan.source.columns.first().filter(|_| wanted.is_empty()).map(|def| def.name.to_string());
            let scan = Scan { slot: met.scans.len(), ..scan.clone() };
            met.scans.push((scan.clone(), wanted.into_iter().chain(first).collect()));
            Rel::Scan(scan)
        }
        Rel::Read(files) => {
            let is_used = |place: usize, name: &str| wanted.contains(name) || (wanted.is_empty() && place == 0);
            let columns = files.columns.columns.iter().enumerate();
            let columns = columns.filter(|(place, column)| is_used(*place, &column.name)).map(|(_, column)| column);
            Rel::Read(ReadFiles { columns: Schema::new(columns.cloned().collect()), ..files.clone() })
        }
        Rel::Constant { .. } | Rel::Last(_) => rel.clone(),
        Rel::Filter { input, condition } => {
            let input = Box::new(prune(input, with(wanted, condition.columns()), met));
            Rel::Filter { input, condition: condition.clone() }
        }
        Rel::Project { input, columns } => {
            let open = wanted.iter().any(|name| is_open_name(name));
            let used = columns.iter().filter(|c| wanted.contains(&c.name) || (open && c.name == OTHERS));
            let mut kept: Vec<Named> = used.cloned().collect();
            if kept.is_empty() {
                kept.extend(columns.first().cloned());
            }
            Rel::Project { input: Box::new(prune(input, read_by(kept.iter()), met)), columns: kept }
        }
        Rel::Aggregate { input, keys, aggregates } => {
            let input = Box::new(prune(input, read_by(keys.iter().chain(aggregates)), met));
            Rel::Aggregate { input, keys: keys.clone(), aggregates: aggregates.clone() }
        }
        Rel::Sort { input, by } => {
            let wanted = with(wanted, by.iter().flat_map(|key| key.value.columns()).collect());
            Rel::Sort { input: Box::new(prune(input, wanted, met)), by: by.clone() }
        }
        Rel::Limit { input, skip, take } => {
            Rel::Limit { input: Box::new(prune(input, wanted, met)), skip: *skip, take: *take }
        }
        Rel::Unnest { input, column, fields } => {
            let made = |name: &String| fields.iter().any(|(_, shown)| shown == name);
            let wanted = wanted.into_iter().filter(|name| !made(name)).chain([column.clone()]).collect();
            let input = Box::new(prune(input, wanted, met));
            Rel::Unnest { input, column: column.clone(), fields: fields.clone() }
        }
        Rel::Join { left, right, kind, on, added, span } => {
            let added = used(added, &wanted);
            let mine = without(wanted, &added).into_iter().chain(on.iter().map(|pair| pair.left.clone()));
            let keys = on.iter().map(|pair| pair.right.clone());
            let theirs = added.iter().map(|added| added.column.clone()).chain(keys);
            let left = Box::new(prune(left, mine.collect(), met));
            let right = Box::new(prune(right, theirs.collect(), met));
            Rel::Join { left, right, kind: *kind, on: on.clone(), added, span: *span }
        }
        Rel::LookupJoin { input, source, parameter, key, kind, added, slot: _, span } => {
            let added = used(added, &wanted);
            let wanted = without(wanted, &added).into_iter().chain([key.clone()]).collect();
            let input = Box::new(prune(input, wanted, met));
            let (key, slot) = (key.clone(), met.look_ups);
            met.look_ups += 1;
            Rel::LookupJoin { input, source, parameter, key, kind: *kind, added, slot, span: *span }
        }
        Rel::Window { input, columns } => {
            let (columns, own): (Vec<Over>, Vec<Over>) =
                (columns.iter().filter(|over| wanted.contains(&over.name)).cloned().collect(), columns.clone());
            let below = wanted.into_iter().filter(|name| !own.iter().any(|over| over.name == *name)).collect();
            let below = with(below, columns.iter().flat_map(Over::columns).collect());
            let input = Box::new(prune(input, below, met));
            if columns.is_empty() { *input } else { Rel::Window { input, columns } }
        }
        Rel::Union { inputs } => {
            Rel::Union { inputs: inputs.iter().map(|input| prune(input, wanted.clone(), met)).collect() }
        }
        Rel::Pivot { input, pivot } => {
            let read = pivot.keys.iter().chain([&pivot.names, &pivot.value]).cloned().collect();
            Rel::Pivot { input: Box::new(prune(input, read, met)), pivot: pivot.clone() }
        }
        Rel::Unpivot { input, unpivot } => {
            let read = unpivot.keys.iter().chain(&unpivot.columns).cloned().collect();
            Rel::Unpivot { input: Box::new(prune(input, read, met)), unpivot: unpivot.clone() }
        }
        Rel::Fill { input, fill } => {
            let bucket = fill.buckets.iter().map(|(column, _)| column.as_str());
            let wanted = with(wanted, fill.keys.iter().map(String::as_str).chain(bucket).collect());
            let columns = fill.columns.iter().filter(|name| wanted.contains(*name)).cloned().collect();
            let input = Box::new(prune(input, wanted, met));
            Rel::Fill { input, fill: Fill { columns, ..fill.clone() } }
        }
        Rel::Sample { input, rows, seed } => {
            Rel::Sample { input: Box::new(prune(input, wanted, met)), rows: *rows, seed: *seed }
        }
        Rel::Describe { input, columns } => {
            let read = columns.iter().map(|(name, _)| name.clone()).collect();
            Rel::Describe { input: Box::new(prune(input, read, met)), columns: columns.clone() }
        }
        Rel::Assert { input, assert } => {
            let shown = assert.shown.iter().map(|(name, _)| name.as_str());
            let wanted = with(wanted, assert.condition.columns().into_iter().chain(shown).collect());
            Rel::Assert { input: Box::new(prune(input, wanted, met)), assert: assert.clone() }
        }
        Rel::Save { input, file, schema } => {
            let input = Box::new(prune(input, names(schema), met));
            Rel::Save { input, file: file.clone(), schema: schema.clone() }
        }
    }
}

/// The same plan without the conditions that the rows of a scan fulfil already; `taken` are their places, scan by scan.
pub fn without_taken(rel: &Rel, taken: &[Vec<usize>]) -> Rel {
    strip(rel, taken).0
}

/// The plan, and where it has come to: the scan whose single rows it still has, and the conditions above it so far.
fn strip(rel: &Rel, taken: &[Vec<usize>]) -> (Rel, Option<(usize, usize)>) {
    let below = |input: &Rel| {
        let (input, at) = strip(input, taken);
        (Box::new(input), at)
    };
    match rel {
        Rel::Scan(scan) => (rel.clone(), Some((scan.slot, 0))),
        Rel::Read(_) | Rel::Constant { .. } | Rel::Last(_) => (rel.clone(), None),
        Rel::Filter { input, condition } => {
            let (input, at) = below(input);
            let Some((slot, from)) = at else {
                return (Rel::Filter { input, condition: condition.clone() }, None);
            };
            let parts = conjuncts(condition);
            let places = taken.get(slot).map_or(&[][..], Vec::as_slice);
            let kept = parts.iter().enumerate().filter(|(place, _)| !places.contains(&(from + place)));
            let kept: Vec<Typed> = kept.map(|(_, part)| (*part).clone()).collect();
            let at = Some((slot, from + parts.len()));
            match conjunction(kept) {
                Some(condition) => (Rel::Filter { input, condition }, at),
                None => (*input, at),
            }
        }
        Rel::Project { input, columns } => {
            let (input, at) = below(input);
            (Rel::Project { input, columns: columns.clone() }, at)
        }
        Rel::Sort { input, by } => {
            let (input, at) = below(input);
            (Rel::Sort { input, by: by.clone() }, at)
        }
        Rel::Join { left, right, kind, on, added, span } => {
            let (left, at) = below(left);
            let (right, _) = below(right);
            let rel = Rel::Join { left, right, kind: *kind, on: on.clone(), added: added.clone(), span: *span };
            (rel, at)
        }
        Rel::Aggregate { .. }
        | Rel::Limit { .. }
        | Rel::Unnest { .. }
        | Rel::LookupJoin { .. }
        | Rel::Window { .. }
        | Rel::Union { .. }
        | Rel::Pivot { .. }
        | Rel::Unpivot { .. }
        | Rel::Fill { .. }
        | Rel::Sample { .. }
        | Rel::Describe { .. }
        | Rel::Assert { .. }
        | Rel::Save { .. } => (rel.clone().over_inputs(&mut |input| strip(&input, taken).0), None),
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
    schema.names().chain(schema.open.iter().map(|_| OTHERS)).map(str::to_string).collect()
}

fn with(mut wanted: BTreeSet<String>, more: Vec<&str>) -> BTreeSet<String> {
    wanted.extend(more.into_iter().map(str::to_string));
    wanted
}

fn read_by<'a>(columns: impl Iterator<Item = &'a Named>) -> BTreeSet<String> {
    columns.flat_map(|column| column.value.columns()).map(str::to_string).collect()
}
