//! Totals that the parts must meet. What has a window of 31 days may also be kept for 31 days only; the documents do not
//! say. So every older part is compared with a count of requests that is kept for a year.

use jiff::{Timestamp, ToSpan as _};

use super::answer::{Row, lost};
use super::call::CubeCall;
use super::run::Goal;
use crate::diagnostics::Diagnostic;
use crate::model::cube::{Dimension, Metric, REQUESTS, Reach};
use crate::model::expr::TimeUnit;
use crate::model::window::{Days, Window, day_of};

/// Some of it is older than what is surely kept.
pub fn is_old(window: Window, now: Timestamp) -> bool {
    day_of(window.start) < day_of(now).saturating_sub(Reach::Month.days().days())
}

#[derive(Debug)]
pub struct Control {
    days: Days,
    /// Requests that the part must have.
    counted: f64,
    /// Requests, or rows, that it has.
    given: f64,
    compares: Compares,
    /// Something is kept at this grain, whatever the filters are.
    present: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compares {
    Requests,
    /// Filters or metrics of 31 days leave nothing to compare but whether there is anything.
    Presence,
}

impl Control {
    /// A control of this call, and the calls that it takes.
    pub fn begin(call: &CubeCall, id: usize) -> (Self, Vec<(Goal, CubeCall)>) {
        let year: Vec<_> =
            call.filters.iter().filter(|filter| filter.dimension.reach == Reach::Year).cloned().collect();
        let filtered: Option<&'static Dimension> =
            call.filters.iter().map(|filter| filter.dimension).find(|dimension| dimension.reach == Reach::Month);
        let counts = call.metrics.contains(&REQUESTS);
        let compares = if filtered.is_none() && counts { Compares::Requests } else { Compares::Presence };
        let daily = CubeCall {
            window: call.window,
            granularity: call.granularity.or(Some(TimeUnit::Day)),
            dimensions: Vec::new(),
            metrics: vec![REQUESTS],
            filters: year.clone(),
            cut: None,
        };
        let mut calls = vec![(Goal::Control(id), daily.clone())];
        if let Some(dimension) = filtered {
            // The filter may leave nothing; what else is kept at this grain tells.
            calls.push((Goal::Presence(id), CubeCall { dimensions: vec![dimension], granularity: None, ..daily }));
        }
        (Self { days: call.window.days(), counted: 0.0, given: 0.0, compares, present: None }, calls)
    }

    /// What the control counts.
    pub fn counted(&mut self, rows: &[Row]) {
        self.counted += rows.iter().filter_map(|row| row.values.first().copied().flatten()).sum::<f64>();
    }

    pub fn present(&mut self, any: bool) {
        self.present = Some(any);
    }

    /// Rows of the part.
    pub fn got(&mut self, metrics: &[Metric], rows: &[Row]) {
        let place = metrics.iter().position(|metric| *metric == REQUESTS);
        self.given += match (self.compares, place) {
            (Compares::Requests, Some(place)) => {
                rows.iter().filter_map(|row| row.values.get(place).copied().flatten()).sum()
            }
            (Compares::Requests | Compares::Presence, _) => rows.len() as f64,
        };
    }

    /// The days that are not kept; an error where a part of them is.
    pub fn check(&self) -> Result<Option<Days>, Diagnostic> {
        let nothing = self.given == 0.0 && !self.present.unwrap_or(false);
        if self.counted == 0.0 {
            return Ok(None);
        }
        if nothing {
            return Ok(Some(self.days));
        }
        if self.compares == Compares::Requests && self.given != self.counted {
            let (counted, given) = (self.counted, self.given);
            return Err(lost(format!("of {counted} requests of {} only {given} are there at this grain", self.days)));
        }
        Ok(None)
    }
}
