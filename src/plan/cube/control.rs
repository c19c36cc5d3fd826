//! Totals that the parts must meet. What has a window of 31 days may also be kept for 31 days only; the documents do not
//! say. So every older part is compared with a count of requests that is kept for a year.

use jiff::Timestamp;

use super::answer::{Row, lost};
use super::call::CubeCall;
use crate::diagnostics::Diagnostic;
use crate::model::cube::{Dimension, Metric, REQUESTS, Reach};
use crate::model::expr::TimeUnit;
use crate::model::window::{Days, Window};

/// Some of it is older than what is surely kept.
pub fn is_old(window: Window, now: Timestamp) -> bool {
    window.is_older_than(Reach::Month.days(), now)
}

#[derive(Debug)]
pub struct Control {
    window: Window,
    /// Requests that the part must have.
    counted: f64,
    /// Requests, or rows, that it has.
    given: f64,
    compares: Compares,
    /// Something is kept at this grain, whatever the filters are.
    present: Option<bool>,
}

/// The call that counts what a window must have, whatever is kept for 31 days only.
pub fn counts_of(call: &CubeCall, window: Window) -> CubeCall {
    CubeCall {
        window,
        granularity: call.granularity.or(Some(TimeUnit::Day)),
        dimensions: Vec::new(),
        metrics: vec![REQUESTS],
        filters: call.filters.iter().filter(|filter| filter.dimension.reach == Reach::Year).cloned().collect(),
        cut: None,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compares {
    Requests,
    /// Filters or metrics of 31 days leave nothing to compare but whether there is anything.
    Presence,
}

impl Control {
    /// A control of this call, and the call that tells whether anything is kept, where its filters may leave nothing.
    pub fn of(call: &CubeCall) -> (Self, Option<CubeCall>) {
        let filtered: Option<&'static Dimension> =
            call.filters.iter().map(|filter| filter.dimension).find(|dimension| dimension.reach == Reach::Month);
        let counts = call.metrics.contains(&REQUESTS);
        let compares = if filtered.is_none() && counts { Compares::Requests } else { Compares::Presence };
        let presence = filtered.map(|dimension| CubeCall {
            dimensions: vec![dimension],
            granularity: None,
            ..counts_of(call, call.window)
        });
        (Self { window: call.window, counted: 0.0, given: 0.0, compares, present: None }, presence)
    }

    pub fn window(&self) -> Window {
        self.window
    }

    /// What is counted by the day or hour: what lies in its window.
    pub fn counted(&mut self, rows: &[Row]) {
        let mine = rows.iter().filter(|row| row.time.is_some_and(|time| self.window.contains(time)));
        self.counted += mine.filter_map(|row| row.values.first().copied().flatten()).sum::<f64>();
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
            return Ok(Some(self.window.days()));
        }
        if self.compares == Compares::Requests && self.given != self.counted {
            let (counted, given) = (self.counted, self.given);
            let days = self.window.days();
            return Err(lost(format!("of {counted} requests of {days} only {given} are there at this grain")));
        }
        Ok(None)
    }
}
