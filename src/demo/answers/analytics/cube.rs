//! The generations of a window, filtered and added up by time bucket and dimensions.

use std::collections::HashMap;

use super::ask::Ask;
use super::figures::Sums;
use super::filters::Sieve;
use super::window::Kept;
use crate::demo::account::REACH;
use crate::demo::base::Row;
use crate::demo::base::text::{DAY_MS, day_of};
use crate::demo::call::Call;
use crate::demo::fault::Fault;

/// Where the knob `late-rows` has not counted everything yet.
const LATE_MS: i64 = 12 * 3_600_000;

/// Days that the knob `raw-retention` leaves of single requests.
const RETENTION: i64 = 31;

/// Equal for rows of one group: the first millisecond of the bucket, and the keys of both dimensions.
pub type Place = (i64, u64, u64);

/// One row of the answer to be.
#[derive(Debug)]
pub struct Group {
    pub place: Place,
    /// One of its generations, from which the values of its dimensions are read.
    pub one: Row,
    pub sums: Sums,
}

/// Groups in the order in which they are met.
pub fn groups(ask: &Ask, call: &Call) -> Vec<Group> {
    let faults = call.faults;
    let filters = if faults.has(&Fault::IgnoredFilter) { &[] } else { ask.filters.as_slice() };
    let mut sieve = Sieve::new(filters, faults);
    let samples = ask.samples();
    let retained = faults.has(&Fault::RawRetention) && ask.window.kept == Kept::Requests;
    let oldest = call.today() - if retained { RETENTION } else { REACH };
    let late = faults.has(&Fault::LateRows).then_some(call.now - LATE_MS);
    let tools_apart = faults.has(&Fault::ServerTools);
    let key = |nth: usize, row: &Row| ask.dimensions.get(nth).map_or(0, |dimension| (dimension.key)(row, faults));
    let mut places: HashMap<Place, usize> = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    let (from, until) = (ask.window.from, ask.window.until.min(call.now + 1));
    for day in day_of(from).max(oldest)..=day_of(until - 1) {
        let midnight = day * DAY_MS;
        let rows = call.account.day(day);
        for row in rows.iter() {
            let time = midnight + row.ms;
            if time < from || time >= until || late.is_some_and(|late| time > late && row.salt.is_multiple_of(2)) {
                continue;
            }
            if !sieve.passes(row) {
                continue;
            }
            let bucket = ask.granularity.map_or(0, |granularity| granularity.bucket(time));
            let place = (bucket, key(0, row), key(1, row));
            let nth = *places.entry(place).or_insert(groups.len());
            if nth == groups.len() {
                groups.push(Group { place, one: row.clone(), sums: Sums::default() });
            }
            let Some(group) = groups.get_mut(nth) else { continue };
            group.sums.add(row, &samples);
            if !(tools_apart && row.web > 0) {
                group.sums.requests += 1;
            }
        }
    }
    for group in &mut groups {
        group.sums.sort_samples();
    }
    groups
}
