//! The demo account at a moment: its days, kept once they are made, and the sums that all endpoints share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::demo::base::text::{DAY_MS, civil, day_of};
use crate::demo::base::{Row, rows_of};
use crate::demo::data::KEYS;

/// How far back the base table reaches, in days before today.
pub const REACH: i64 = 400;

/// How many completed days `/activity` has (fact 6).
pub const ACTIVITY_DAYS: i64 = 30;

/// Days before which no key has spent anything: 2024-01-01.
const FOUNDED: i64 = 19_723;

/// The base table, day by day. The clock is not a part of it.
#[derive(Debug)]
pub struct Account {
    seed: u64,
    days: Mutex<HashMap<i64, Arc<Vec<Row>>>>,
}

/// What a key spent: nano-USD, credits and BYOK apart (fact 8).
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    pub credits: i64,
    pub byok: i64,
}

impl Spent {
    fn add(&mut self, row: &Row) {
        self.credits += row.credits();
        self.byok += row.byok_inference();
    }
}

/// A key's counters at a moment; all end with the moment itself (fact 26).
#[derive(Clone, Copy, Debug, Default)]
pub struct Counters {
    pub lifetime: Spent,
    /// Of the current UTC day.
    pub daily: Spent,
    /// Since Monday.
    pub weekly: Spent,
    /// Since the first of the month.
    pub monthly: Spent,
}

impl Account {
    pub fn new(seed: u64) -> Self {
        Account { seed, days: Mutex::new(HashMap::new()) }
    }

    /// Where everything comes from that chance decides.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// All generations of a day, whatever the time is.
    pub fn day(&self, day: i64) -> Arc<Vec<Row>> {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(days.entry(day).or_insert_with(|| Arc::new(rows_of(self.seed, day))))
    }

    /// Calls `each` for every generation that has happened by `now` (Unix ms), from the day `first` on.
    pub fn each_since(&self, first: i64, now: i64, mut each: impl FnMut(&Row)) {
        let today = day_of(now);
        for day in first.max(today - REACH)..=today {
            for row in self.day(day).iter() {
                if day == today && row.time() > now {
                    break;
                }
                each(row);
            }
        }
    }

    /// The counters of every key, by its place in the table; the last entry is what no key spent.
    pub fn counters(&self, now: i64) -> Vec<Counters> {
        let today = day_of(now);
        let monday = today - (today + 3).rem_euclid(7);
        let first = today - i64::from(civil(today).day()) + 1;
        let mut all = vec![Counters::default(); KEYS.len() + 1];
        for (counters, key) in all.iter_mut().zip(KEYS.iter()) {
            let days = (today - REACH - FOUNDED).max(0);
            counters.lifetime.credits = key.prior_per_day as i64 * days;
        }
        self.each_since(today - REACH, now, |row| {
            let place = row.key.map_or(KEYS.len(), |key| key.index);
            let Some(counters) = all.get_mut(place) else { return };
            counters.lifetime.add(row);
            if row.day == today {
                counters.daily.add(row);
            }
            if row.day >= monday {
                counters.weekly.add(row);
            }
            if row.day >= first {
                counters.monthly.add(row);
            }
        });
        all
    }

    /// The generation of an id that has happened by `now`; `gen-demo-1` … `gen-demo-9` are yesterday's special ones.
    pub fn generation(&self, id: &str, now: i64) -> Option<Row> {
        let today = day_of(now);
        if let Some(nth) = id.strip_prefix("gen-demo-") {
            let nth: u64 = nth.parse().ok().filter(|nth| *nth > 0)?;
            return self.day(today - 1).iter().find(|row| row.special == nth).cloned();
        }
        let (seconds, _) = id.strip_prefix("gen-")?.split_once('-')?;
        let seconds: i64 = seconds.parse().ok()?;
        let day = seconds.div_euclid(DAY_MS / 1000);
        if !(today - REACH..=today).contains(&day) {
            return None;
        }
        let rows = self.day(day);
        let mut of_second = rows.iter().filter(|row| row.time().div_euclid(1000) == seconds);
        of_second.find(|row| row.id() == id && row.time() <= now).cloned()
    }
}
