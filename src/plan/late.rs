//! Columns that are looked up for each row are looked up as late as possible: for the rows that filters and limits leave
//! which do not read them. Pure.

use std::collections::BTreeSet;

use super::columns::Pruned;
use super::demand::{conjunction, conjuncts};
use crate::model::catalog::SourceDef;
use crate::model::cube::Cubed;
use crate::model::expr::{Node, Typed};
use crate::model::hidden::Hidden;
use crate::model::rel::{Added, JoinKind, LookupKind, Named, Rel, Scan};
use crate::span::Span;
use crate::types::Type;

/// Keys that a projection would drop, though they are still needed.
const LATE_KEY: Hidden = Hidden::new("late_key");

/// The same plan with look-up joins for the columns that a source itself does not have; nothing where it has all.
pub fn looked_up_late(plan: &Pruned) -> Option<Rel> {
    let late = |(scan, names): &(Scan, BTreeSet<String>)| !wanted_late(scan, names).is_empty();
    plan.scans.iter().any(late).then(|| settled(walk(&plan.rel, &plan.scans)))
}

/// Columns that are still to be looked up.
struct Late {
    source: &'static SourceDef,
    parameter: &'static str,
    /// The column that has the key at this point.
    key: String,
    columns: Vec<String>,
    span: Span,
}

impl Late {
    fn is_read_by(&self, value: &Typed) -> bool {
        value.columns().iter().any(|name| self.columns.iter().any(|late| late == name))
    }
}

/// The columns of a scan that another source has, and that source.
fn wanted_late(scan: &Scan, names: &BTreeSet<String>) -> Vec<(&'static str, &'static SourceDef)> {
    let wanted = scan.source.columns.iter().filter(|def| names.contains(def.name));
    wanted
        .filter_map(|def| match def.cubed {
            Some(Cubed::LookedUp(source)) => Some((def.name, source)),
            Some(Cubed::Time | Cubed::Of(_) | Cubed::Metric(_) | Cubed::Ratio { .. } | Cubed::Distribution(_))
            | None => None,
        })
        .collect()
}

fn of_scan(scan: &Scan, names: &BTreeSet<String>) -> Option<Late> {
    let wanted = wanted_late(scan, names);
    let (_, source) = wanted.first()?;
    let parameter = source.params.iter().find(|param| param.required)?.name;
    let columns = wanted.iter().map(|(name, _)| name.to_string()).collect();
    Some(Late { source, parameter, key: parameter.to_string(), columns, span: scan.span })
}

/// The rows with all columns.
fn settled((rel, late): (Rel, Option<Late>)) -> Rel {
    let Some(Late { source, parameter, key, columns, span }) = late else { return rel };
    let added = columns.into_iter().map(|name| Added { column: name.clone(), shown: name }).collect();
    let input = Box::new(rel);
    Rel::LookupJoin { input, source, parameter, key, kind: LookupKind::Left, added, slot: 0, span }
}

fn walk(rel: &Rel, scans: &[(Scan, BTreeSet<String>)]) -> (Rel, Option<Late>) {
    let whole = |input: &Rel| Box::new(settled(walk(input, scans)));
    let rel = match rel {
        Rel::Scan(scan) => {
            let names = scans.iter().find(|(known, _)| known.slot == scan.slot).map(|(_, names)| names);
            return (rel.clone(), names.and_then(|names| of_scan(scan, names)));
        }
        Rel::Filter { input, condition } => return filtered(walk(input, scans), condition),
        Rel::Project { input, columns } => return projected(walk(input, scans), columns),
        Rel::Sort { input, by } => {
            let (input, late) = walk(input, scans);
            let sort = |input: Rel| Rel::Sort { input: Box::new(input), by: by.clone() };
            return match late {
                Some(late) if by.iter().any(|key| late.is_read_by(&key.value)) => {
                    (sort(settled((input, Some(late)))), None)
                }
                late => (sort(input), late),
            };
        }
        Rel::Limit { input, skip, take } => {
            let (input, late) = walk(input, scans);
            return (Rel::Limit { input: Box::new(input), skip: *skip, take: *take }, late);
        }
        Rel::Join { left, right, kind, on, added, span } => {
            let names = on.iter().map(|pair| pair.left.as_str());
            let (left, late) = match kind {
                JoinKind::Inner | JoinKind::Left | JoinKind::Semi | JoinKind::Anti => before(walk(left, scans), names),
                JoinKind::Right | JoinKind::Full | JoinKind::Cross => (*whole(left), None),
            };
            let (left, right) = (Box::new(left), whole(right));
            let rel = Rel::Join { left, right, kind: *kind, on: on.clone(), added: added.clone(), span: *span };
            return (rel, late);
        }
        Rel::LookupJoin { input, source, parameter, key, kind, added, slot, span } => {
            let (input, late) = before(walk(input, scans), std::iter::once(key.as_str()));
            let (input, key, added) = (Box::new(input), key.clone(), added.clone());
            let rel = Rel::LookupJoin { input, source, parameter, key, kind: *kind, added, slot: *slot, span: *span };
            return (rel, late);
        }
        Rel::Read(_)
        | Rel::Constant { .. }
        | Rel::Last(_)
        | Rel::Aggregate { .. }
        | Rel::Unnest { .. }
        | Rel::Window { .. }
        | Rel::Union { .. }
        | Rel::Pivot { .. }
        | Rel::Unpivot { .. }
        | Rel::Fill { .. }
        | Rel::Sample { .. }
        | Rel::Describe { .. }
        | Rel::Assert { .. }
        | Rel::Save { .. } => rel.clone().over_inputs(&mut |input| *whole(&input)),
    };
    (rel, None)
}

/// The input of a join that reads these columns: what it passes on can wait.
fn before<'a>((input, late): (Rel, Option<Late>), mut read: impl Iterator<Item = &'a str>) -> (Rel, Option<Late>) {
    match late {
        Some(late) if read.any(|name| late.columns.iter().any(|column| column == name)) => {
            (settled((input, Some(late))), None)
        }
        late => (input, late),
    }
}

/// Conditions that do not read what is looked up come first.
fn filtered((input, late): (Rel, Option<Late>), condition: &Typed) -> (Rel, Option<Late>) {
    let filter = |input: Rel, parts: Vec<Typed>| match conjunction(parts) {
        Some(condition) => Rel::Filter { input: Box::new(input), condition },
        None => input,
    };
    let parts: Vec<Typed> = conjuncts(condition).into_iter().cloned().collect();
    let Some(late) = late else { return (filter(input, parts), None) };
    let (after, before): (Vec<Typed>, Vec<Typed>) = parts.into_iter().partition(|part| late.is_read_by(part));
    let input = filter(input, before);
    if after.is_empty() {
        return (input, Some(late));
    }
    (filter(settled((input, Some(late))), after), None)
}

/// Columns that are passed on as they are can wait, together with the key.
fn projected((input, late): (Rel, Option<Late>), columns: &[Named]) -> (Rel, Option<Late>) {
    let project = |input: Rel, columns: Vec<Named>| Rel::Project { input: Box::new(input), columns };
    let Some(mut late) = late else { return (project(input, columns.to_vec()), None) };
    let passed = |named: &Named| matches!(&named.value.node, Node::Column(name) if *name == named.name);
    if columns.iter().any(|named| !passed(named) && late.is_read_by(&named.value)) {
        return (project(settled((input, Some(late))), columns.to_vec()), None);
    }
    let (waiting, mut kept): (Vec<Named>, Vec<Named>) =
        columns.iter().cloned().partition(|named| late.is_read_by(&named.value));
    late.columns = waiting.into_iter().map(|named| named.name).collect();
    if late.columns.is_empty() {
        return (project(input, kept), None);
    }
    let known = kept.iter().find(|named| matches!(&named.value.node, Node::Column(name) if *name == late.key));
    match known {
        Some(named) => late.key = named.name.clone(),
        None => {
            kept.push(Named { name: LATE_KEY.name(), value: Typed::column(&late.key, Type::Text, late.span) });
            late.key = LATE_KEY.name();
        }
    }
    (project(input, kept), Some(late))
}
