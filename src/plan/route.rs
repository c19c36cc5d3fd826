//! Routes: every scan is offered to its source, and what no route has is named before anything is sent.

use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::ColumnDef;
use crate::model::rel::{Rel, Scan};
use crate::model::route::{Ask, Facts, Lookup, Offer};

use super::columns::Pruned;

/// What is fetched for one or more equal scans.
#[derive(Clone, Debug)]
pub struct Fetch {
    pub scan: Scan,
    /// The columns that are used, in the order of the source.
    pub columns: Vec<&'static ColumnDef>,
    pub offer: Offer,
}

/// Joins that look up each key, which no route gives yet.
pub fn unready(plans: &[Pruned]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut open: Vec<&Rel> = plans.iter().map(|plan| &plan.rel).collect();
    while let Some(rel) = open.pop() {
        if let Rel::LookupJoin { source, parameter, span, .. } = rel {
            let message = format!(
                "a join with `{}`, which is asked for each {parameter}, is understood, but does not run in this version",
                source.name
            );
            let error = Diagnostic::error(Code::E0008, message).at(*span).label("not yet");
            found.push(error.help(format!("ask for one, as in `{}`", source.usage)));
        }
        open.extend(rel.inputs());
    }
    found
}

/// What must be known before these plans can be routed, each once.
pub fn lookups(plans: &[Pruned]) -> Vec<Lookup> {
    let mut needed = Vec::new();
    for lookup in plans.iter().flat_map(|plan| &plan.scans).flat_map(|(scan, _)| scan.source.lookups) {
        if !needed.contains(lookup) {
            needed.push(*lookup);
        }
    }
    needed
}

/// One fetch for each different scan of these plans.
pub fn route(plans: &[Pruned], facts: &Facts) -> Vec<Fetch> {
    let mut fetches: Vec<Fetch> = Vec::new();
    for (scan, names) in plans.iter().flat_map(|plan| &plan.scans) {
        let same = fetches.iter_mut().find(|fetch| fetch.scan.asks_the_same(scan));
        let before: Vec<&str> = same.iter().flat_map(|fetch| &fetch.columns).map(|def| def.name).collect();
        let either = |def: &&ColumnDef| before.contains(&def.name) || names.contains(def.name);
        let columns = scan.source.columns.iter().filter(either).collect();
        match same {
            Some(fetch) => fetch.columns = columns,
            None => fetches.push(Fetch { scan: scan.clone(), columns, offer: Offer::default() }),
        }
    }
    for fetch in &mut fetches {
        let columns: Vec<&'static str> = fetch.columns.iter().map(|def| def.name).collect();
        let ask = Ask { scan: &fetch.scan, columns: &columns };
        fetch.offer = (fetch.scan.source.offer)(&ask, facts);
    }
    fetches
}

/// The days that no route has, each with what would work.
pub fn missing(fetches: &[Fetch]) -> Vec<Diagnostic> {
    let gaps = fetches.iter().filter(|fetch| !fetch.offer.gaps.is_empty());
    gaps.map(|fetch| {
        let name = fetch.scan.source.name;
        let gaps: Vec<String> = fetch.offer.gaps.iter().map(|gap| format!("{} ({})", gap.days, gap.why)).collect();
        let had = fetch.offer.pieces.iter().find_map(|piece| piece.days);
        let error = Diagnostic::error(Code::E0601, format!("no route has these days of `{name}`: {}", gaps.join(", ")))
            .at(fetch.scan.span)
            .label("part of this cannot be had");
        error.help(match had {
            Some(days) if days.first == days.last => format!("`{name} on {}` can be had", days.first),
            Some(days) => format!("`{name} from {} to {}` can be had", days.first, days.last),
            None => format!("`{name} last 30d` is all that can be had"),
        })
    })
    .collect()
}
