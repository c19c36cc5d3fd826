//! From what a query makes of its rows to one question to the cube: dimensions and metrics here, and beside them the
//! filters that the server can hold, how time is cut, the first rows, and what cannot be had exactly.

mod buckets;
mod cut;
mod exact;
mod filters;

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::Value as Json;

use super::{analytics, names};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{ColumnDef, SourceDef};
use crate::model::cube::{Bucket, CubeFilter, CubeQuery, Cubed, Cut, Dimension, Metric, REQUESTS, Reach, Test};
use crate::model::expr::TimeUnit;
use crate::model::route::{Ask, Demand, Facts, Gap, Grain, Lookup, Offer, Piece, Work};
use crate::model::window::{Days, Window, day_of, midnight};

pub use filters::membership;

/// A question, and what is known of it.
#[derive(Debug)]
pub struct Question {
    pub query: CubeQuery,
    /// Keys are told apart by their hashes, which no label says.
    by_hash: bool,
    /// Places of the filters that it holds.
    pub taken: Vec<usize>,
    pub lookups: Vec<Lookup>,
    pub notes: Vec<String>,
}

/// Why there is no question.
#[derive(Debug)]
pub enum Refused {
    /// The cube does not have this column.
    Column(String),
    /// It cannot answer exactly, whatever the window.
    Inexact(Diagnostic),
}

/// How the columns of a source are had from the cube.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    pub columns: &'static [ColumnDef],
    /// A column and the label that is null there: no filter can ask for it.
    pub nothing: Option<(&'static str, &'static str)>,
}

impl Reading {
    /// None for a column that the cube does not have.
    pub fn cubed(&self, name: &str) -> Option<Cubed> {
        self.columns.iter().find(|def| def.name == name)?.cubed
    }
}

/// Sums, and what the cube computes itself, of the groups that are asked for.
pub fn question(ask: &Ask<'_>, facts: &Facts, window: Window) -> Result<Question, Refused> {
    let demand = ask.demand;
    let mut parts = Parts::of(analytics::reading(ask));
    for name in &demand.reads {
        parts.read(name)?;
    }
    let exact = parts.metrics.iter().any(|metric| !metric.adds_up());
    let times = parts.filters(demand, exact, facts)?;
    if parts.metrics.is_empty() {
        parts.metrics.extend(analytics::metric("requests"));
    }
    if exact {
        exact::is_exact(ask, &parts, &parts.taken).map_err(Refused::Inexact)?;
    }
    let cuts = buckets::buckets(ask, facts, &parts, &times, exact, window).map_err(Refused::Inexact)?;
    // Rows that the server cuts by time are parts of a group: the first of them are not the first groups.
    let cut = cut::cut(demand, facts, &parts).filter(|_| cuts.0 == Bucket::Whole);
    let question = parts.question(window, cuts, cut);
    exact::in_one_call(ask, &question.query).map_err(Refused::Inexact)?;
    Ok(question)
}

impl Question {
    /// The questions whose rows together are the answer; each with fields that it knows and its answer lacks.
    pub fn queries(&self, facts: &Facts) -> Vec<(CubeQuery, Vec<(&'static str, Json)>)> {
        if self.by_hash { names::key_by_key(&self.query, facts) } else { vec![(self.query.clone(), Vec::new())] }
    }

    /// The pieces of an offer, read as the columns of a source say.
    pub fn pieces(&self, days: Days, read_as: &'static SourceDef, facts: &Facts) -> Vec<Piece> {
        let piece = |(query, added): (CubeQuery, Vec<(&'static str, Json)>)| Piece {
            days: Some(days),
            added,
            read_as: Some(read_as),
            ..Piece::from(Work::Cube(query))
        };
        self.queries(facts).into_iter().map(piece).collect()
    }
}

/// Single requests: each with its id, so that nothing of it is put together.
pub fn requests(ask: &Ask<'_>, facts: &Facts, window: Window, reading: Reading) -> Result<Question, Refused> {
    let demand = ask.demand;
    let mut parts = Parts::of(reading);
    parts.read("id")?;
    // Of the time, a unit may be all that is read.
    for name in ask.unfiltered.iter().filter(|name| demand.reads.contains(**name)) {
        parts.read(name)?;
    }
    let times = parts.filters(demand, false, facts)?;
    let cut = match demand.grain {
        Grain::Rows(_) => cut::first(demand, facts, &parts),
        // The first of groups are made of any requests.
        Grain::Any => None,
    };
    if parts.metrics.is_empty() {
        parts.metrics.push(REQUESTS);
    }
    let cuts = buckets::buckets(ask, facts, &parts, &times, false, window).map_err(Refused::Inexact)?;
    Ok(parts.question(window, cuts, cut))
}

/// Some requests by their ids, as far as the cube has all of these columns (fact 22).
pub fn by_ids(columns: &[&str], ids: &[String], window: Window, reading: Reading) -> Option<Question> {
    let mut parts = Parts::of(reading);
    for name in ["id"].iter().chain(columns) {
        parts.read(name).ok()?;
    }
    let dimension = parts.dimensions.first().copied()?;
    if parts.metrics.is_empty() {
        parts.metrics.push(REQUESTS);
    }
    let values = ids.iter().map(|id| Json::from(id.as_str())).collect();
    parts.filters.push(CubeFilter { dimension, test: Test::In, values });
    (!parts.instants).then(|| parts.question(window, (Bucket::Whole, Vec::new()), None))
}

/// What a source has of the cube: so many days without a range, and how far back, in words.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    pub default: i32,
    pub reach: Reach,
    pub words: &'static str,
}

/// What a source offers whose rows are those of the cube: of the days that there are, the others named.
pub fn offer(
    ask: &Ask<'_>,
    facts: &Facts,
    kept: Kept,
    question: impl Fn(Window) -> Result<Question, Refused>,
) -> Offer {
    let (source, today) = (ask.scan.source, facts.today());
    let usual = Days { first: today.saturating_sub(kept.default.days()), last: today.saturating_sub(1.day()) };
    let wanted = ask.scan.arguments.window.unwrap_or(facts.zone.window(usual));
    let first = first_day(kept.reach, facts);
    let mut offer = Offer::default();
    let mut gap = |days: Option<Days>, why: String| {
        offer.gaps.extend(days.map(|days| Gap { days, why, had: None }));
    };
    gap(wanted.days().before(first), format!("older than the {} days that {}", kept.reach.days(), kept.words));
    gap(facts.zone.days(wanted).after(today), "not there yet".to_string());
    let tomorrow = facts.zone.midnight(today.saturating_add(1.day()));
    let window = Window { start: wanted.start.max(midnight(first)), end: wanted.end.min(tomorrow) };
    if window.start >= window.end {
        return offer;
    }
    match question(window) {
        Ok(question) => {
            offer.pieces = question.pieces(facts.zone.days(window), source, facts);
            offer.taken = question.taken;
            offer.lookups = question.lookups;
            offer.notes = question.notes;
        }
        Err(Refused::Inexact(refusal)) => offer.refusal = Some(refusal),
        Err(Refused::Column(name)) => {
            let error = Diagnostic::error(Code::E0602, format!("`{}` has no `{name}`", source.name));
            let help = format!("`orq describe {}` lists its columns", source.name);
            offer.refusal = Some(error.at(ask.scan.span).help(help));
        }
    }
    offer
}

/// The first day that the cube surely has (fact 14).
pub fn first_day(reach: Reach, facts: &Facts) -> Date {
    day_of(facts.now).saturating_sub(reach.days().days())
}

/// What the columns of a question are made of.
#[derive(Debug)]
struct Parts {
    reading: Reading,
    dimensions: Vec<&'static Dimension>,
    metrics: Vec<Metric>,
    filters: Vec<CubeFilter>,
    /// Places of the filters that these are.
    taken: Vec<usize>,
    /// The time itself is read, and not by its unit.
    instants: bool,
    /// Keys are told apart by their hashes.
    by_hash: bool,
    lookups: Vec<Lookup>,
    notes: Vec<String>,
}

impl Parts {
    fn of(reading: Reading) -> Self {
        Self {
            reading,
            dimensions: Vec::new(),
            metrics: Vec::new(),
            filters: Vec::new(),
            taken: Vec::new(),
            instants: false,
            by_hash: false,
            lookups: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Takes the filters that the server can hold, and reads what the others need; the units of time that are read.
    fn filters(&mut self, demand: &Demand, exact: bool, facts: &Facts) -> Result<BTreeSet<TimeUnit>, Refused> {
        let mut times = demand.times.clone();
        for filter in &demand.filters {
            match filters::pushed(filter, exact, facts, self.reading, &mut self.lookups).map_err(Refused::Inexact)? {
                filters::Pushed::Taken(mut more) => {
                    self.filters.append(&mut more);
                    self.taken.push(filter.place);
                }
                filters::Pushed::Stays(why) => {
                    for name in &filter.reads {
                        self.read(name)?;
                    }
                    times.extend(filter.times.iter().copied());
                    self.notes.push(why);
                }
            }
        }
        Ok(times)
    }

    fn question(mut self, window: Window, (bucket, cuts): buckets::Cuts, cut: Option<Cut>) -> Question {
        if self.by_hash {
            self.notes.push(
                "keys are told apart by their hashes: one call for those with names of their own, one for each \
                 namesake, one for what has no live key"
                    .to_string(),
            );
        }
        self.lookups.extend(self.dimensions.iter().filter_map(|dimension| names::lookup(dimension.values)));
        let Self { dimensions, metrics, filters, taken, by_hash, lookups, notes, .. } = self;
        let query = CubeQuery { window, bucket, dimensions, metrics, filters, cut, parts: cuts };
        Question { query, by_hash, taken, lookups, notes }
    }

    fn read(&mut self, name: &str) -> Result<(), Refused> {
        match self.reading.cubed(name) {
            None | Some(Cubed::LookedUp(_)) => Err(Refused::Column(name.to_string())),
            Some(Cubed::Time) => {
                self.instants = true;
                Ok(())
            }
            Some(Cubed::Of(dimensions)) => {
                self.by_hash |= name == names::KEY_HASH;
                let new: Vec<_> = dimensions.iter().filter(|new| !self.dimensions.contains(new)).copied().collect();
                self.dimensions.extend(new);
                Ok(())
            }
            Some(Cubed::Metric(metric)) => {
                if !self.metrics.contains(&metric) {
                    self.metrics.push(metric);
                }
                Ok(())
            }
            Some(Cubed::Ratio { above, below }) => {
                self.read(above)?;
                self.read(below)
            }
            // Its aggregates are columns of their own, and nothing else is read of it.
            Some(Cubed::Distribution(_)) => Ok(()),
        }
    }
}

/// The rows of the cube with the names that people know: models by their ids, keys by their hashes too, and nothing for
/// requests that have none.
pub fn named(rows: Vec<Json>, query: &CubeQuery, facts: &Facts) -> Result<Vec<Json>, Diagnostic> {
    rows.into_iter().map(|row| names::named(row, &query.filters, facts)).collect()
}
