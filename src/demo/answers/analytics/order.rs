//! Groups in the order of the answer, cut to its limits (facts 10, 12, 16).

use std::cmp::Ordering;
use std::collections::HashMap;

use super::ask::{Ask, By};
use super::cube::{Group, Place};
use crate::demo::base::prng::mix;
use crate::demo::call::Call;
use crate::demo::fault::Fault;

/// The most rows that the knob `row-cap` leaves.
const CAP: usize = 50;

/// Sorted and cut, and whether something was cut. Without an order, and among equals, rows come in an order that
/// nothing specifies; `ties` stirs it.
pub fn arranged(mut groups: Vec<Group>, ask: &Ask, ties: u64, call: &Call) -> (Vec<Group>, bool) {
    groups.sort_by_cached_key(|group| stirred(group.place, ties));
    if let Some(order) = ask.order {
        let turned = |by: Ordering| if order.descending { by.reverse() } else { by };
        match order.by {
            By::Metric(metric) => groups
                .sort_by(|one, other| (metric.value)(&one.sums).compare((metric.value)(&other.sums), order.descending)),
            By::Date => groups.sort_by(|one, other| turned(one.place.0.cmp(&other.place.0))),
            // By the id, whatever name is shown.
            By::Dimension(dimension) => {
                groups.sort_by_cached_key(|group| (dimension.raw)(&group.one, call.faults));
                if order.descending {
                    groups.reverse();
                }
            }
        }
    }
    let all = groups.len();
    if let Some(most) = ask.group_limit.filter(|_| !ask.dimensions.is_empty()) {
        let mut met: HashMap<(u64, u64), usize> = HashMap::new();
        groups.retain(|group| {
            let times = met.entry((group.place.1, group.place.2)).or_insert(0);
            *times += 1;
            *times <= most
        });
    }
    groups.truncate(if call.faults.has(&Fault::RowCap) { ask.limit.min(CAP) } else { ask.limit });
    let truncated = groups.len() < all;
    (groups, truncated)
}

fn stirred(place: Place, ties: u64) -> u64 {
    mix(mix(place.0 as u64, place.1), mix(place.2, ties))
}
