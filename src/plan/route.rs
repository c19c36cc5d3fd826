//! Routes: every scan is offered to its source with what is made of its rows, and what no route has is named before
//! anything is sent.

use std::collections::BTreeSet;

use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::model::catalog::{ColumnDef, RangeOf};
use crate::model::rel::{Rel, Scan};
use crate::model::request::Paging;
use crate::model::route::{Ask, Demand, Facts, Filter, Gap, Grain, Key, Lookup, Offer, Partial, Work};
use crate::model::schema::Schema;
use crate::model::window::Days;

use super::columns::{Pruned, pruned, without_taken};
use super::{cube, demand, late, union};

/// A plan before it is routed: nothing unused, its scans numbered, and what each of them is asked for.
#[derive(Clone, Debug)]
pub struct Plan {
    pruned: Pruned,
    demands: Vec<Demand>,
    /// The columns that each scan would be read for without filters.
    unfiltered: Vec<Vec<&'static str>>,
    schema: Schema,
}

/// A plan whose scans have their routes.
#[derive(Clone, Debug)]
pub struct Routed {
    /// What is done here, over the rows of the scans.
    pub rel: Rel,
    /// For each scan, by its slot, the fetch that has its rows.
    pub fetches: Vec<usize>,
}

/// What is fetched for one or more equal scans.
#[derive(Clone, Debug)]
pub struct Fetch {
    pub scan: Scan,
    /// The columns that are used, in the order of the source.
    pub columns: Vec<&'static ColumnDef>,
    pub offer: Offer,
    demand: Demand,
}

pub fn plan(rel: &Rel, schema: &Schema) -> Plan {
    let pruned = pruned(&union::distributed(rel), schema);
    let pruned = match late::looked_up_late(&pruned) {
        Some(rel) => self::pruned(&rel, schema),
        None => pruned,
    };
    let demands: Vec<Demand> = demand::demands(&pruned.rel).into_iter().map(|(_, demand)| demand).collect();
    let all: Vec<Vec<usize>> =
        demands.iter().map(|demand| demand.filters.iter().map(|filter| filter.place).collect()).collect();
    let bare = self::pruned(&without_taken(&pruned.rel, &all), schema);
    let unfiltered = bare.scans.iter().map(|(scan, names)| used(scan, names)).collect();
    Plan { pruned, demands, unfiltered, schema: schema.clone() }
}

/// The routes of all plans. Scans that ask for the same thing share a fetch, and so do those that only differ in columns
/// of rows that are there anyway.
pub fn route(plans: &[Plan], facts: &Facts) -> (Vec<Routed>, Vec<Fetch>) {
    let mut fetches: Vec<Fetch> = Vec::new();
    let mut routed = Vec::new();
    for plan in plans {
        let scans = plan.pruned.scans.iter().zip(&plan.demands).zip(&plan.unfiltered);
        let offers: Vec<Offer> = scans
            .map(|(((scan, names), demand), unfiltered)| {
                let columns = used(scan, names);
                (scan.source.offer)(&Ask { scan, columns: &columns, unfiltered, demand }, facts)
            })
            .collect();
        let taken: Vec<Vec<usize>> = offers.iter().map(|offer| offer.taken.clone()).collect();
        let kept = pruned(&without_taken(&plan.pruned.rel, &taken), &plan.schema);
        let mut of_scans = Vec::new();
        for (((scan, names), offer), demand) in kept.scans.iter().zip(offers).zip(&plan.demands) {
            let columns: Vec<&'static ColumnDef> =
                scan.source.columns.iter().filter(|def| names.contains(def.name)).collect();
            let fetch = Fetch { scan: scan.clone(), columns, offer, demand: demand.clone() };
            let same = fetches.iter().position(|other| other.serves(&fetch));
            of_scans.push(same.unwrap_or(fetches.len()));
            match same.and_then(|at| fetches.get_mut(at)) {
                Some(other) => other.read_too(&fetch.columns),
                None => fetches.push(fetch),
            }
        }
        routed.push(Routed { rel: kept.rel, fetches: of_scans });
    }
    (routed, fetches)
}

/// The columns of a scan that are among these, in the order of its source.
fn used(scan: &Scan, names: &BTreeSet<String>) -> Vec<&'static str> {
    scan.source.columns.iter().map(|def| def.name).filter(|name| names.contains(*name)).collect()
}

impl Fetch {
    /// The rows of this one are those that the other asks for too.
    fn serves(&self, other: &Self) -> bool {
        let rows = self.offer.pieces.iter().all(|piece| matches!(piece.work, Work::Request(_)));
        self.scan.asks_the_same(&other.scan)
            && self.offer.pieces == other.offer.pieces
            && (rows || self.demand == other.demand)
    }

    /// Conditions on the columns of its source.
    pub fn filters(&self) -> &[Filter] {
        &self.demand.filters
    }

    /// By what its rows are put together.
    pub fn keys(&self) -> &[Key] {
        &self.demand.keys
    }

    fn read_too(&mut self, columns: &[&'static ColumnDef]) {
        let either = |def: &&ColumnDef| self.columns.iter().chain(columns).any(|known| known.name == def.name);
        self.columns = self.scan.source.columns.iter().filter(either).collect();
    }

    /// The fewest calls it takes, look-ups aside, and whether these are all: pages and values are counted by asking.
    pub fn calls(&self, facts: &Facts) -> (usize, Most) {
        self.offer.pieces.iter().fold((0, Most::These), |(least, most), piece| match &piece.work {
            Work::Request(request) if request.paging == Paging::Whole => (least + 1, most),
            Work::Request(_) => (least + 1, Most::Unknown),
            Work::Kept(_) => (least, most),
            Work::Cube(query) => {
                let begun = least + cube::first(query, facts).len();
                if query.is_split() { (begun + 1, Most::Unknown) } else { (begun, most) }
            }
        })
    }
}

/// Whether the fewest calls are all there can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Most {
    These,
    Unknown,
}

/// What must be known before these fetches can be sent, each once.
pub fn lookups(fetches: &[Fetch], facts: &Facts) -> Vec<Lookup> {
    let all = fetches.iter().flat_map(|fetch| fetch.scan.source.lookups.iter().chain(&fetch.offer.lookups));
    let mut needed: Vec<Lookup> = all.copied().filter(|lookup| !facts.knows(*lookup)).collect();
    // Keys are listed workspace by workspace.
    if needed.contains(&Lookup::Keys) && !facts.knows(Lookup::Workspaces) {
        needed.push(Lookup::Workspaces);
    }
    needed.sort();
    needed.dedup();
    needed
}

/// What no route has, each with what would work; nothing of it may be sent. Days that may be left out are warnings.
pub fn unroutable(fetches: &[Fetch], facts: &Facts) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = fetches.iter().filter_map(|fetch| fetch.offer.refusal.clone()).collect();
    let gaps = fetches.iter().filter(|fetch| fetch.offer.refusal.is_none() && !fetch.offer.gaps.is_empty());
    found.extend(gaps.map(|fetch| {
        let error = missing(fetch);
        match facts.wishes.partial {
            Partial::Allowed if !fetch.offer.pieces.is_empty() => {
                Diagnostic { severity: Severity::Warning, edits: Vec::new(), ..error }
                    .help("the answer leaves these days out, as `--allow-partial` asks for")
            }
            Partial::Allowed | Partial::Refused => error,
        }
    }));
    let least: usize = fetches.iter().map(|fetch| fetch.calls(facts).0).sum();
    if least > facts.wishes.most_calls
        && let Some(fetch) = fetches.iter().max_by_key(|fetch| fetch.calls(facts).0)
    {
        let calls = if least == 1 { "call" } else { "calls" };
        let message = format!("this takes {least} {calls} at least, and {} are allowed", facts.wishes.most_calls);
        found.push(
            Diagnostic::error(Code::E0603, message)
                .at(fetch.scan.span)
                .label(format!("{} of them for this", fetch.calls(facts).0))
                .help(format!("narrow the range or the keys, or allow more with `--max-calls {least}`")),
        );
    }
    found
}

fn missing(fetch: &Fetch) -> Diagnostic {
    let name = fetch.scan.source.name;
    let said = |gap: &Gap| format!("{} ({})", gap.days, gap.why);
    let gaps: Vec<String> = fetch.offer.gaps.iter().map(said).collect();
    let message = format!("no route has these days of `{name}`: {}", gaps.join(", "));
    let error = Diagnostic::error(Code::E0601, message).at(fetch.scan.span).label("part of this cannot be had");
    let pieces = fetch.offer.pieces.iter().filter_map(|piece| piece.days);
    let pieces = pieces.reduce(|a, b| Days { first: a.first.min(b.first), last: a.last.max(b.last) });
    let had = fetch.offer.gaps.iter().find_map(|gap| gap.had).or(pieces);
    match had {
        Some(days) if days.first == days.last => error.help(format!("`{name} on {}` can be had", days.first)),
        Some(days) => {
            let can = format!("`{name} from {} to {}` can be had", days.first, days.last);
            let is_old = fetch.offer.gaps.iter().any(|gap| gap.days.last < days.first);
            error.help(match (&fetch.demand.grain, fetch.scan.source.range) {
                (Grain::Rows(_), RangeOf::CompletedDays { .. })
                    if is_old && fetch.scan.source.column("cost").is_some() =>
                {
                    format!("{can}; or add up first, as in `| group model | sum cost`: sums are kept longer")
                }
                _ => can,
            })
        }
        None => error.help(match fetch.scan.source.range {
            RangeOf::CompletedDays { default } | RangeOf::Instants { default } => {
                format!("`{name} last {default}d` can be had")
            }
            RangeOf::Nothing => format!("`{name}` can be had"),
        }),
    }
}
