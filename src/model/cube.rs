//! The cube of `/analytics/query` as values: what can be asked of it, and one question to it. How a question becomes
//! calls, and what their answers must fulfil, is the planner's.

use jiff::Timestamp;
use serde_json::Value as Json;

use super::catalog::SourceDef;
use super::expr::{AggregateOp, TimeUnit};
use super::window::Window;

/// The most rows of one answer (fact 10).
pub const MOST_ROWS: usize = 10_000;

/// The most dimensions of one call (fact 9).
pub const MOST_DIMENSIONS: usize = 2;

/// What every control counts.
pub const REQUESTS: Metric = Metric { name: "request_count", reach: Reach::Year, kind: MetricKind::Additive };

/// Windows by the minute and by the hour are short (fact 13).
const HOURS_BY_MINUTE: i64 = 3;
const DAYS_BY_HOUR: i32 = 31;

/// How long a window may be that a dimension or metric is asked over (fact 14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    Month,
    Year,
}

impl Reach {
    pub fn days(self) -> i32 {
        match self {
            Self::Month => 31,
            Self::Year => 365,
        }
    }
}

/// Finer than the days that are kept for a year.
pub fn is_fine(unit: TimeUnit) -> bool {
    unit < TimeUnit::Day
}

/// What filters on a dimension take (fact 20).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// The value as it comes back.
    Plain,
    /// The lasting name of a model, which comes back as it is.
    Permaslugs,
    /// The id of a single request, which comes back as it is. A request has one value of every other dimension.
    Requests,
    /// Ids; names come back.
    Keys,
    Users,
    Workspaces,
    Apps,
}

/// Something that requests can be grouped by.
#[derive(Debug, PartialEq, Eq)]
pub struct Dimension {
    /// As the API calls it.
    pub name: &'static str,
    /// Another field of the answer that comes with it.
    pub beside: Option<&'static str>,
    pub reach: Reach,
    pub values: Values,
    /// The label of requests that have none (fact 20).
    pub unset: Option<&'static str>,
    /// About how many values an account has: what a split tries first.
    pub size: usize,
}

impl Dimension {
    pub const fn plain(name: &'static str, reach: Reach, size: usize) -> Self {
        Self { name, beside: None, reach, values: Values::Plain, unset: None, size }
    }
}

/// Something that is counted or measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// As the API calls it.
    pub name: &'static str,
    pub reach: Reach,
    pub kind: MetricKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// Parts add up; null is nothing.
    Additive,
    /// Parts add up; null is a component that was not used (fact 17).
    Component,
    /// Of exactly the rows that were asked for; never put together from parts.
    Holistic,
    /// The API has it and nobody has said how it adds up: as holistic ones, and by one call alone.
    Opaque,
}

impl Metric {
    pub fn adds_up(self) -> bool {
        match self.kind {
            MetricKind::Additive | MetricKind::Component => true,
            MetricKind::Holistic | MetricKind::Opaque => false,
        }
    }
}

/// How a column of a source is had from the cube.
#[derive(Clone, Copy, Debug)]
pub enum Cubed {
    /// The bucket of time.
    Time,
    /// Read or computed from these dimensions.
    Of(&'static [&'static Dimension]),
    Metric(Metric),
    /// The quotient of two columns that add up.
    Ratio {
        above: &'static str,
        below: &'static str,
    },
    /// No value of its own: these aggregates of it are columns.
    Distribution(&'static [(AggregateOp, &'static str)]),
    /// Not at all: this source has it by the same name, and is asked for each request.
    LookedUp(&'static SourceDef),
}

/// How the rows of an answer are cut in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    /// The whole window is one.
    Whole,
    /// By the server.
    By(TimeUnit),
    /// One call for each: what the server would cut otherwise (fact 24) or not at all.
    Each(TimeUnit),
}

/// A filter as the API takes it; all of them hold.
#[derive(Clone, Debug, PartialEq)]
pub struct CubeFilter {
    pub dimension: &'static Dimension,
    pub test: Test,
    pub values: Vec<Json>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    In,
    /// Requests that have no value do not pass.
    NotIn,
    /// Requests that have no value pass too.
    NotInOrUnset,
}

/// The first rows by a metric: only the cut is the server's, the order is made again here.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    pub metric: Metric,
    pub descending: bool,
    /// So many are wanted; more are asked for, to see where ties end.
    pub rows: usize,
}

impl Cut {
    /// Rows to ask for: enough to see that no tie is cut in two.
    pub fn limit(&self) -> usize {
        self.rows.saturating_mul(2).saturating_add(20).max(100)
    }
}

/// Dimensions and metrics that stand in one call.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub dimensions: Vec<&'static Dimension>,
    pub metrics: Vec<Metric>,
}

/// One question to the cube; it may take several calls.
#[derive(Clone, Debug, PartialEq)]
pub struct CubeQuery {
    pub window: Window,
    pub bucket: Bucket,
    pub dimensions: Vec<&'static Dimension>,
    pub metrics: Vec<Metric>,
    pub filters: Vec<CubeFilter>,
    pub cut: Option<Cut>,
    /// How the window is cut where its buckets begin within those of the server: hours, and minutes about the edges.
    pub parts: Vec<(Window, TimeUnit)>,
}

impl CubeQuery {
    /// What may stand in one call. Metrics of 31 days are read from other tables than those of a year, whose sums may
    /// differ, unless a dimension of 31 days is asked for anyway.
    pub fn groups(&self) -> Vec<Group> {
        if let Some(pairs) = self.pairs() {
            return pairs;
        }
        let group = |metrics: Vec<Metric>| Group { dimensions: self.dimensions.clone(), metrics };
        let (month, year): (Vec<Metric>, Vec<Metric>) =
            self.metrics.iter().partition(|metric| metric.reach == Reach::Month);
        if self.has_month() || month.is_empty() || year.is_empty() {
            return vec![group(self.metrics.clone())];
        }
        vec![group(year), group(month)]
    }

    /// The dimension of single requests, where it is asked for: each of them lies in one bucket.
    pub fn request(&self) -> Option<&'static Dimension> {
        self.dimensions.iter().copied().find(|dimension| dimension.values == Values::Requests)
    }

    /// Requests with more dimensions than a call may have are asked for with each of the others alone. The metrics go
    /// with the first; the rest count requests, to be compared, and order by the same metric.
    pub fn pairs(&self) -> Option<Vec<Group>> {
        let id = self.request().filter(|_| self.dimensions.len() > MOST_DIMENSIONS)?;
        let mut control = vec![REQUESTS];
        control.extend(self.cut.iter().map(|cut| cut.metric).filter(|metric| *metric != REQUESTS));
        let others = self.dimensions.iter().copied().filter(|dimension| *dimension != id);
        let pair = |(nth, other)| {
            let metrics = if nth == 0 { self.metrics.clone() } else { control.clone() };
            Group { dimensions: vec![id, other], metrics }
        };
        Some(others.enumerate().map(pair).collect())
    }

    /// A dimension of 31 days is asked for or filtered by.
    fn has_month(&self) -> bool {
        let filtered = self.filters.iter().map(|filter| filter.dimension);
        self.dimensions.iter().copied().chain(filtered).any(|dimension| dimension.reach == Reach::Month)
    }

    /// A part of it may not be kept any more, and is compared with a count that is.
    pub fn is_controlled(&self, now: Timestamp) -> bool {
        let requests = self.groups().iter().any(|group| self.reads_requests(&group.metrics));
        requests && self.window.is_older_than(Reach::Month.days(), now)
    }

    /// These metrics are made of single requests, of which older ones may not be kept.
    pub fn reads_requests(&self, metrics: &[Metric]) -> bool {
        self.reach(metrics) == Reach::Month || matches!(self.bucket, Bucket::By(unit) if is_fine(unit))
    }

    /// How long a window may be for these metrics.
    pub fn reach(&self, metrics: &[Metric]) -> Reach {
        let month = self.has_month() || metrics.iter().any(|metric| metric.reach == Reach::Month);
        if month { Reach::Month } else { Reach::Year }
    }

    /// The windows of these metrics that are short enough for one call, and how the server cuts each.
    pub fn windows(&self, metrics: &[Metric]) -> Vec<(Window, Option<TimeUnit>)> {
        let (window, reach) = (self.window, self.reach(metrics));
        let by = |unit: TimeUnit, windows: Vec<Window>| -> Vec<(Window, Option<TimeUnit>)> {
            windows.into_iter().map(|part| (part, Some(unit))).collect()
        };
        let whole = |windows: Vec<Window>| windows.into_iter().map(|part| (part, None)).collect();
        if !self.parts.is_empty() {
            let most = reach.days().min(DAYS_BY_HOUR);
            let cut = |(part, unit): &(Window, TimeUnit)| by(*unit, part.chunks(*unit, most));
            return self.parts.iter().flat_map(cut).collect();
        }
        match self.bucket {
            Bucket::By(TimeUnit::Minute) => {
                let most = jiff::SignedDuration::from_hours(HOURS_BY_MINUTE);
                let fits = |part: Window| part.end.duration_since(part.start) <= most;
                by(TimeUnit::Minute, window.in_parts(TimeUnit::Minute, fits))
            }
            Bucket::By(TimeUnit::Hour) => {
                by(TimeUnit::Hour, window.chunks(TimeUnit::Hour, reach.days().min(DAYS_BY_HOUR)))
            }
            Bucket::By(unit) => by(unit, window.chunks(unit, reach.days())),
            Bucket::Whole => whole(window.chunks(TimeUnit::Day, reach.days())),
            // What adds up is made of days, in fewer calls.
            Bucket::Each(_) if metrics.iter().all(|metric| metric.adds_up()) => {
                by(TimeUnit::Day, window.chunks(TimeUnit::Day, reach.days()))
            }
            Bucket::Each(unit) => whole(window.buckets(unit)),
        }
    }

    /// It has more dimensions than a call, and one of them is taken apart by its values.
    pub fn is_split(&self) -> bool {
        self.request().is_none() && self.dimensions.len() > MOST_DIMENSIONS
    }

    /// Calls that it is sure to take, by which ways are compared before anything is known.
    pub fn least_calls(&self, now: Timestamp) -> usize {
        let begun: usize = self.groups().iter().map(|group| self.windows(&group.metrics).len()).sum();
        let apart = if self.is_split() { self.dimensions.len() - MOST_DIMENSIONS } else { 0 };
        begun * (1 + apart) + usize::from(self.is_controlled(now))
    }
}
