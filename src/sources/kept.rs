//! Days of `activity` that the ledger has: they are taken from there first, and the routes are asked for the others.

use std::collections::BTreeSet;

use crate::model::kept::{KINDS, KeptGrain, Kind};
use crate::model::route::{Ask, Facts, Gap, Grain, Kept, Offer, Piece, Pushdown, Wishes, Work};
use crate::model::window::{Days, together};

/// The dimension that parts of rows differ by.
const WORKSPACE: &str = "workspace";

/// Kept days, and what `others` offers for the rest of those that are wanted.
pub fn first(ask: &Ask<'_>, facts: &Facts, wanted: Days, others: impl Fn(Days, &Facts) -> Offer) -> Offer {
    let mut rest = vec![wanted];
    let mut had: Vec<(&'static Kind, Days)> = Vec::new();
    for kind in KINDS.iter().copied().filter(|kind| serves(kind, ask)) {
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

/// All columns that the query uses, at the grain that it wants.
fn serves(kind: &Kind, ask: &Ask<'_>) -> bool {
    let grain = match ask.demand.grain {
        Grain::Any => true,
        Grain::Rows(_) => kind.grain == KeptGrain::Rows,
    };
    grain && ask.columns.iter().all(|column| kind.has(column))
}

/// One offer of all days, where all parts can hold the same filters.
fn joined(ask: &Ask<'_>, had: &[(&'static Kind, Days)], offers: Vec<Offer>) -> Option<Offer> {
    let mut all =
        Offer { taken: offers.first().map(|offer| offer.taken.clone()).unwrap_or_default(), ..Offer::default() };
    if offers.iter().any(|offer| offer.taken != all.taken || offer.refusal.is_some()) {
        return None;
    }
    let taken = ask.demand.filters.iter().filter(|filter| all.taken.contains(&filter.place));
    let filters = taken.map(|filter| filter.plain.clone()).collect::<Option<Vec<_>>>()?;
    let read: BTreeSet<&str> = ask.demand.filters.iter().flat_map(|filter| &filter.reads).map(String::as_str).collect();
    let by_workspace = ask.columns.contains(&WORKSPACE) || read.contains(WORKSPACE);
    let merged = matches!(ask.demand.grain, Grain::Rows(_)) && !by_workspace;
    for (kind, days) in had {
        let kept = Kept { kind, filters: filters.clone(), merged };
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
    Some(all)
}

/// The offer, whose gaps say of which days the ledger has something else.
fn told(mut offer: Offer, ask: &Ask<'_>, facts: &Facts) -> Offer {
    let others: Vec<&Kind> = KINDS.iter().copied().filter(|kind| !serves(kind, ask)).collect();
    for Gap { days, why, .. } in &mut offer.gaps {
        let kept = others.iter().find(|kind| facts.kept.finals(kind).iter().any(|kept| kept.within(*days).is_some()));
        if let Some(kind) = kept {
            *why += &format!("; of some of them the ledger has {}", kind.doc);
        }
    }
    offer
}
