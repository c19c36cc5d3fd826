//! Days of `activity` that the ledger has: they are taken from there first, and the routes are asked for the others.

use std::collections::BTreeSet;

use super::cube::membership;
use crate::model::kept::{KINDS, KeptGrain, Kind, NAMED};
use crate::model::route::{Ask, Facts, Filter, Gap, Grain, Kept, KeptFilter, Offer, Piece, Pushdown, Wishes, Work};
use crate::model::window::{Days, together};

/// The dimension that parts of rows differ by.
const WORKSPACE: &str = "workspace";

/// Kept days, and what `others` offers for the rest of those that are wanted.
pub fn first(ask: &Ask<'_>, facts: &Facts, wanted: Days, others: impl Fn(Days, &Facts) -> Offer) -> Offer {
    let mut rest = vec![wanted];
    let mut had: Vec<(&'static Kind, Days)> = Vec::new();
    for kind in KINDS.iter().copied().filter(|kind| serves(kind, ask, facts)) {
        for kept in facts.kept.finals(kind) {
            had.extend(rest.iter().filter_map(|days| days.within(kept)).map(|days| (kind, days)));
            rest =
                rest.into_iter().flat_map(|days| [days.before(kept.first), days.after(kept.last)]).flatten().collect();
        }
    }
    if had.is_empty() {
        return told(others(wanted, facts), ask, facts);
    }
    // Nothing but what all parts hold is taken from the steps that are done here.
    let plain = Facts { wishes: Wishes { pushdown: Pushdown::Off, ..facts.wishes }, ..facts.clone() };
    let offers: Vec<Offer> = together(rest).into_iter().map(|days| others(days, &plain)).collect();
    match joined(ask, &had, offers) {
        Some(offer) => told(offer, ask, facts),
        None => others(wanted, facts),
    }
}

/// It has all columns that the query uses, at the grain that it wants, and knows whom each name means.
fn serves(kind: &Kind, ask: &Ask<'_>, facts: &Facts) -> bool {
    let grain = match ask.demand.grain {
        Grain::Any => true,
        Grain::Rows(_) => kind.grain == KeptGrain::Rows,
    };
    let is_plain = |filter: &Filter| {
        let compared = filter.plain.as_ref().and_then(membership);
        compared.is_none_or(|(column, _, names)| names.iter().all(|name| facts.kept.bearers(&column, name) < 2))
    };
    grain && ask.columns.iter().all(|column| kind.has(column)) && ask.demand.filters.iter().all(is_plain)
}

/// The column of names that a filter compares.
fn names_of(filter: &Filter) -> Option<&'static str> {
    let (compared, _, _) = membership(filter.plain.as_ref()?)?;
    NAMED.iter().map(|(column, _)| *column).find(|column| *column == compared)
}

/// One offer of all days, where all parts can hold the same filters.
fn joined(ask: &Ask<'_>, had: &[(&'static Kind, Days)], offers: Vec<Offer>) -> Option<Offer> {
    let filters = &ask.demand.filters;
    let taken = match offers.first() {
        Some(offer) => offer.taken.clone(),
        // The names of others are a matter of the rows; here alone it is known who bears one now.
        None => filters.iter().filter(|filter| names_of(filter).is_some()).map(|filter| filter.place).collect(),
    };
    let mut all = Offer { taken, ..Offer::default() };
    if offers.iter().any(|offer| offer.taken != all.taken || offer.refusal.is_some()) {
        return None;
    }
    let held = filters.iter().filter(|filter| all.taken.contains(&filter.place));
    let held = held.map(|filter| Some(KeptFilter { condition: filter.plain.clone()?, names: names_of(filter) }));
    let held = held.collect::<Option<Vec<_>>>()?;
    let read: BTreeSet<&str> = filters.iter().flat_map(|filter| &filter.reads).map(String::as_str).collect();
    let by_workspace = ask.columns.contains(&WORKSPACE) || read.contains(WORKSPACE);
    let by_row = matches!(ask.demand.grain, Grain::Rows(_));
    for (kind, days) in had {
        let kept = Kept { kind, filters: held.clone(), merged: by_row && !by_workspace };
        all.pieces.push(Piece { days: Some(*days), ..Piece::from(Work::Kept(kept)) });
    }
    for offer in offers {
        all.pieces.extend(offer.pieces);
        all.gaps.extend(offer.gaps);
        all.lookups.extend(offer.lookups);
        all.notes.extend(offer.notes);
        all.warnings.extend(offer.warnings);
    }
    all.pieces.sort_by_key(|piece| piece.days.map(|days| days.first));
    if by_row {
        // As `/activity` has them: the last day first.
        all.pieces.reverse();
    }
    Some(all)
}

/// The offer, whose gaps say of which days the ledger has something else.
fn told(mut offer: Offer, ask: &Ask<'_>, facts: &Facts) -> Offer {
    let others: Vec<&Kind> = KINDS.iter().copied().filter(|kind| !serves(kind, ask, facts)).collect();
    for Gap { days, why, .. } in &mut offer.gaps {
        let kept = others.iter().find(|kind| facts.kept.finals(kind).iter().any(|kept| kept.within(*days).is_some()));
        if let Some(kind) = kept {
            *why += &format!("; of some of them the ledger has {}", kind.doc);
        }
    }
    offer
}
