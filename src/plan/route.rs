//! Routes: every scan is offered to its source, and what no route has is named before anything is sent.

use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{ColumnDef, RangeOf};
use crate::model::rel::Scan;
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
        let had = fetch.offer.gaps.iter().find_map(|gap| gap.had);
        let error = Diagnostic::error(Code::E0601, format!("no route has these days of `{name}`: {}", gaps.join(", ")))
            .at(fetch.scan.span)
            .label("part of this cannot be had");
        error.help(match (had, fetch.scan.source.range) {
            (Some(days), _) if days.first == days.last => format!("`{name} on {}` can be had", days.first),
            (Some(days), _) => format!("`{name} from {} to {}` can be had", days.first, days.last),
            (None, RangeOf::CompletedDays { default }) => format!("`{name} last {default}d` can be had"),
            (None, RangeOf::Nothing) => format!("`{name}` can be had"),
        })
    })
    .collect()
}
