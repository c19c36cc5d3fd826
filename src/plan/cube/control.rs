//! Totals that the parts must meet. What has a window of 31 days may also be kept for 31 days only, and so may what is cut
//! finer than a day; the documents do not say. So every older part is compared, day for day, with a count of requests
//! that is kept for a year.

use jiff::Timestamp;

use super::answer::{Row, lost};
use super::call::CubeCall;
use crate::diagnostics::Diagnostic;
use crate::model::cube::{CubeFilter, Metric, REQUESTS, Reach};
use crate::model::expr::TimeUnit;
use crate::model::window::{Days, Window};

/// Values of a dimension that are listed to count what is kept of it; where there are more, hours are.
const FEW: usize = 100;

/// Some of it is older than what is surely kept.
pub fn is_old(window: Window, now: Timestamp) -> bool {
    window.is_older_than(Reach::Month.days(), now)
}

#[derive(Debug)]
pub struct Control {
    /// The whole days that hold the part.
    window: Window,
    /// Requests of these days, by a count that is kept for a year.
    counted: f64,
    /// Requests of these days at the grain of the part.
    kept: f64,
    by: By,
}

/// What tells how many requests are kept at the grain of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// The part itself: it has all of its days and rows, and counts requests along.
    Rows,
    /// Calls of their own.
    Calls,
}

/// The call that counts what a window must have, whatever is kept for 31 days only.
pub fn counts_of(call: &CubeCall, window: Window) -> CubeCall {
    let lasting = |filter: &&CubeFilter| filter.dimension.reach == Reach::Year;
    CubeCall {
        window,
        granularity: Some(TimeUnit::Day),
        dimensions: Vec::new(),
        metrics: vec![REQUESTS],
        filters: call.filters.iter().filter(lasting).cloned().collect(),
        cut: None,
    }
}

impl Control {
    /// A control of this call, and the calls that tell what is kept, where the call itself does not.
    pub fn of(call: &CubeCall) -> (Self, Vec<CubeCall>) {
        let window = Window::from(call.window.days());
        let filtered =
            call.filters.iter().map(|filter| filter.dimension).filter(|dimension| dimension.reach == Reach::Month);
        let filtered = filtered.min_by_key(|dimension| dimension.size);
        let by = match filtered {
            None if window == call.window && call.metrics.contains(&REQUESTS) && call.cut.is_none() => By::Rows,
            _ => By::Calls,
        };
        let kept = |window: Window| match filtered.filter(|dimension| dimension.size <= FEW) {
            Some(dimension) => CubeCall { dimensions: vec![dimension], granularity: None, ..counts_of(call, window) },
            None => CubeCall { granularity: Some(TimeUnit::Hour), ..counts_of(call, window) },
        };
        let calls = match by {
            By::Rows => Vec::new(),
            By::Calls => window.chunks(TimeUnit::Day, Reach::Month.days()).into_iter().map(kept).collect(),
        };
        (Self { window, counted: 0.0, kept: 0.0, by }, calls)
    }

    pub fn window(&self) -> Window {
        self.window
    }

    /// What is counted by the day: what lies in its window.
    pub fn counted(&mut self, rows: &[Row]) {
        let mine = rows.iter().filter(|row| row.time.is_some_and(|time| self.window.contains(time)));
        self.counted += mine.filter_map(|row| row.values.first().copied().flatten()).sum::<f64>();
    }

    /// What a call of its own says is kept.
    pub fn kept(&mut self, rows: &[Row]) {
        self.kept += rows.iter().filter_map(|row| row.values.first().copied().flatten()).sum::<f64>();
    }

    /// Rows of the part.
    pub fn got(&mut self, metrics: &[Metric], rows: &[Row]) {
        let place = metrics.iter().position(|metric| *metric == REQUESTS);
        if let (By::Rows, Some(place)) = (self.by, place) {
            self.kept += rows.iter().filter_map(|row| row.values.get(place).copied().flatten()).sum::<f64>();
        }
    }

    /// The days that are not kept; an error where a part of them is.
    pub fn check(&self) -> Result<Option<Days>, Diagnostic> {
        let (counted, kept, days) = (self.counted, self.kept, self.window.days());
        if kept == counted {
            return Ok(None);
        }
        if kept == 0.0 {
            return Ok(Some(days));
        }
        Err(lost(if kept < counted {
            format!("of {counted} requests of {days} only {kept} are there at this grain")
        } else {
            format!("{counted} requests are counted for {days}, and {kept} are there at this grain")
        }))
    }
}
