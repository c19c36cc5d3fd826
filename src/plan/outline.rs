//! A plan for programs: the calls that it makes, how many there are at least and at most, and what is done here.

use super::by_key::{self, ByKey};
use super::route::{Fetch, Most, Routed, unroutable};
use super::{cube, explain};
use crate::diagnostics::Diagnostic;
use crate::model::request::{Paging, Request};
use crate::model::route::{Facts, Gap, Lookup, Work};
use crate::model::window::Days;
use crate::sources;

/// What one pipeline will do.
#[derive(Clone, Debug)]
pub struct Outline {
    pub calls: Vec<Planned>,
    /// Calls for data, look-ups and retries aside.
    pub least: usize,
    /// None where only the answers tell: pages, and values that are split by.
    pub most: Option<usize>,
    /// Days that no route has.
    pub gaps: Vec<Gap>,
    /// Why nothing would be sent.
    pub refusals: Vec<Diagnostic>,
    /// What is done with the rows, a line for each primitive.
    pub steps: Vec<String>,
}

/// A call that is known before anything is sent.
#[derive(Clone, Debug)]
pub struct Planned {
    pub request: Request,
    /// The days that it is of, where it is of some.
    pub days: Option<Days>,
    pub repeats: Repeats,
}

/// How often a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeats {
    Once,
    /// For each page of a list.
    Pages,
    /// For the keys that the rows have by then.
    Keys,
}

impl Repeats {
    /// The word of the contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Pages => "pages",
            Self::Keys => "keys",
        }
    }
}

/// The outline of one pipeline; `text` is the source of the spans.
pub fn outline(plan: &Routed, needed: &[Lookup], fetches: &[Fetch], facts: &Facts, text: &str) -> Outline {
    let lookups = lookups(plan, needed, facts).into_iter().flat_map(|lookup| sources::requests_of(lookup, facts));
    let mut calls: Vec<Planned> = lookups.map(|request| planned(request, None)).collect();
    for piece in fetches.iter().flat_map(|fetch| &fetch.offer.pieces) {
        let requests = match &piece.work {
            Work::Request(request) => vec![request.clone()],
            Work::Cube(query) => cube::first(query, facts),
            Work::Kept(_) => Vec::new(),
        };
        calls.extend(requests.into_iter().map(|request| planned(request, piece.days)));
    }
    for by_key in by_key::by_keys(&plan.rel) {
        let (at_once, alone) = by_key.shown(facts);
        let each = |request| Planned { request, days: None, repeats: Repeats::Keys };
        calls.extend(at_once.into_iter().chain(alone).map(each));
    }
    let (least, most) = counts(plan, fetches, facts);
    let gaps = fetches.iter().flat_map(|fetch| fetch.offer.gaps.iter().cloned()).collect();
    let refusals = unroutable(fetches, facts).into_iter().filter(Diagnostic::is_error).collect();
    Outline { calls, least, most, gaps, refusals, steps: explain::steps(&plan.rel, text) }
}

fn planned(request: Request, days: Option<Days>) -> Planned {
    let repeats = if request.paging == Paging::Whole { Repeats::Once } else { Repeats::Pages };
    Planned { request, days, repeats }
}

/// What has to be known before the calls for data, those for the keys of rows too.
pub fn lookups(plan: &Routed, needed: &[Lookup], facts: &Facts) -> Vec<Lookup> {
    let of_keys = by_key::by_keys(&plan.rel).into_iter().flat_map(|by_key| by_key.lookups(facts));
    let mut lookups: Vec<Lookup> = needed.iter().copied().chain(of_keys).collect();
    lookups.sort();
    lookups.dedup();
    lookups
}

/// The fewest calls for data and the most, where the plan itself tells.
pub fn counts(plan: &Routed, fetches: &[Fetch], facts: &Facts) -> (usize, Option<usize>) {
    let (least, most) = fetches.iter().fold((0, Some(0)), |(least, most), fetch| {
        let (few, many) = fetch.calls(facts);
        (least + few, most.filter(|_| many == Most::These).map(|most| most + few))
    });
    let looked_up = |by_key: ByKey<'_>| Some(by_key.most_calls(by_key.most_keys()?, facts));
    let more = by_key::by_keys(&plan.rel).into_iter().map(looked_up).sum::<Option<usize>>();
    (least, more.and_then(|more| Some(most? + more)))
}
