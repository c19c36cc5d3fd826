//! From what a query makes of its rows to one question to the cube: dimensions, metrics, buckets, and the filters that
//! the server can hold exactly. What it cannot do exactly stays here.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::analytics;
use super::names::{self, Resolved};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::cube::{
    Bucket, CubeFilter, CubeQuery, Cubed, Cut, Dimension, Metric, MetricKind, Reach, Test, Values,
};
use crate::model::expr::{Node, ScalarOp, TimeUnit, Typed};
use crate::model::route::{Ask, Demand, Facts, Filter, Key, Lookup, Pushdown};
use crate::model::value::Value;
use crate::model::window::{Window, is_whole};

/// A question, and what is known of it.
#[derive(Debug)]
pub struct Question {
    pub query: CubeQuery,
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

pub fn question(ask: &Ask<'_>, facts: &Facts, window: Window) -> Result<Question, Refused> {
    let demand = ask.demand;
    let mut parts = Parts::default();
    for name in &demand.reads {
        parts.read(name)?;
    }
    let exact = parts.metrics.iter().any(|metric| !metric.adds_up());
    let mut taken = Vec::new();
    let mut filters = Vec::new();
    let mut times = demand.times.clone();
    for filter in &demand.filters {
        match pushed(filter, exact, facts, &mut parts.lookups).map_err(Refused::Inexact)? {
            Pushed::Taken(mut more) => {
                filters.append(&mut more);
                taken.push(filter.place);
            }
            Pushed::Stays(why) => {
                for name in &filter.reads {
                    parts.read(name)?;
                }
                times.extend(filter.times.iter().copied());
                parts.notes.push(why);
            }
        }
    }
    if parts.metrics.is_empty() {
        parts.metrics.extend(analytics::metric("requests"));
    }
    parts.lookups.extend(parts.dimensions.iter().filter_map(|dimension| names::lookup(dimension.values)));
    if exact {
        is_exact(ask, &parts, &taken).map_err(Refused::Inexact)?;
    }
    let bucket = bucket(ask, &parts, &times, exact, window).map_err(Refused::Inexact)?;
    let cut = cut(demand, facts, &parts, &taken);
    let query = CubeQuery { window, bucket, dimensions: parts.dimensions, metrics: parts.metrics, filters, cut };
    Ok(Question { query, taken, lookups: parts.lookups, notes: parts.notes })
}

/// What the columns of a question are made of.
#[derive(Debug, Default)]
struct Parts {
    dimensions: Vec<&'static Dimension>,
    metrics: Vec<Metric>,
    /// The time itself is read, and not by its unit.
    instants: bool,
    lookups: Vec<Lookup>,
    notes: Vec<String>,
}

impl Parts {
    fn read(&mut self, name: &str) -> Result<(), Refused> {
        match analytics::cubed(name) {
            None => Err(Refused::Column(name.to_string())),
            Some(Cubed::Time) => {
                self.instants = true;
                Ok(())
            }
            Some(Cubed::Of(dimensions)) => {
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

/// What becomes of a filter.
enum Pushed {
    Taken(Vec<CubeFilter>),
    /// It is looked at here, for this reason.
    Stays(String),
}

fn pushed(filter: &Filter, exact: bool, facts: &Facts, lookups: &mut Vec<Lookup>) -> Result<Pushed, Diagnostic> {
    let stays = |why: &str| {
        let names: Vec<&str> = filter.reads.iter().map(String::as_str).collect();
        Ok(Pushed::Stays(format!("the filter on {} stays here: {why}", names.join(", "))))
    };
    let Some((column, test, values)) = filter.plain.as_ref().and_then(membership) else {
        return stays("the cube tells only equal from unequal");
    };
    let Some(Cubed::Of([dimension])) = analytics::cubed(&column) else {
        return stays("it is no dimension of its own");
    };
    let by_id = match dimension.values {
        Values::Plain | Values::Permaslugs => false,
        Values::Keys | Values::Users | Values::Workspaces => true,
        Values::Apps => return stays("no list gives the numbers of apps"),
    };
    let unset = matches!(dimension.values, Values::Keys | Values::Users);
    if test == Test::NotIn && !unset {
        return stays("what a negation makes of requests without a value is not documented");
    }
    if !by_id && facts.wishes.pushdown == Pushdown::Off && !exact {
        return stays("nothing is pushed down, as asked");
    }
    let at = filter.plain.as_ref().map(|plain| plain.span).unwrap_or_default();
    match names::resolve(&column, dimension, &values, test, facts, at)? {
        Resolved::To(values) => {
            lookups.extend(names::lookup_of(&column, dimension.values));
            Ok(Pushed::Taken(vec![CubeFilter { dimension, test, values }]))
        }
        Resolved::Not(why) => {
            lookups.extend(names::lookup_of(&column, dimension.values));
            stays(&why)
        }
    }
}

/// `x == "a"`, `x in ("a", "b")`, `x == "a" or x == "b"`, and their negations.
pub fn membership(condition: &Typed) -> Option<(String, Test, Vec<String>)> {
    let Node::Scalar(op, parts) = &condition.node else { return None };
    match op {
        ScalarOp::Equal | ScalarOp::In => texts(parts).map(|(column, values)| (column, Test::In, values)),
        ScalarOp::NotEqual => texts(parts).map(|(column, values)| (column, Test::NotIn, values)),
        ScalarOp::Not => match membership(parts.first()?)? {
            (column, Test::In, values) => Some((column, Test::NotIn, values)),
            (_, Test::NotIn | Test::NotInOrUnset, _) => None,
        },
        ScalarOp::Or => {
            let mut all: Option<(String, Vec<String>)> = None;
            for part in parts {
                let (column, test, values) = membership(part)?;
                match &mut all {
                    _ if test != Test::In => return None,
                    None => all = Some((column, values)),
                    Some((known, before)) if *known == column => before.extend(values),
                    Some(_) => return None,
                }
            }
            all.map(|(column, values)| (column, Test::In, values))
        }
        _ => None,
    }
}

/// A column and the texts that it is compared with, on either side.
fn texts(parts: &[Typed]) -> Option<(String, Vec<String>)> {
    let column = parts.iter().find_map(|part| match &part.node {
        Node::Column(name) => Some(name.clone()),
        _ => None,
    })?;
    let rest: Vec<&Typed> = parts.iter().filter(|part| !matches!(part.node, Node::Column(_))).collect();
    let values: Option<Vec<String>> = rest
        .iter()
        .map(|part| match &part.node {
            Node::Literal(Value::Text(text)) => Some(text.clone()),
            _ => None,
        })
        .collect();
    let values = values.filter(|values| !values.is_empty() && values.len() + 1 == parts.len())?;
    Some((column, values))
}

/// Percentiles and means are had for exactly the groups and rows that are asked for, or not at all.
fn is_exact(ask: &Ask<'_>, parts: &Parts, taken: &[usize]) -> Result<(), Diagnostic> {
    let demand = ask.demand;
    let names: Vec<&str> = parts.metrics.iter().filter(|m| !m.adds_up()).map(|m| m.name).collect();
    let what = names.join("`, `");
    let refuse = |message: String, help: &str| {
        let error = Diagnostic::error(Code::E0602, message).at(ask.scan.span).label("not to be had exactly");
        Err(error.help(help))
    };
    let mut keys: BTreeSet<&str> = BTreeSet::new();
    for key in &demand.keys {
        match key {
            Key::Column(name) if is_its_dimension(name) => {
                keys.insert(name);
            }
            Key::Bucket(_) => {}
            Key::Column(name) => {
                return refuse(
                    format!("`{what}` cannot be put together by `{name}`, of which the cube knows only parts"),
                    "group by the model itself, or ask for sums",
                );
            }
            Key::Computed(reads, _) => {
                let reads: Vec<&str> = reads.iter().map(String::as_str).collect();
                return refuse(
                    format!("`{what}` cannot be put together by what is computed of {}", reads.join(", ")),
                    "group by the columns themselves, or ask for sums",
                );
            }
        }
    }
    if let Some(name) = demand.apart.iter().find(|name| !keys.contains(name.as_str())) {
        return refuse(
            format!("`{what}` cannot be put together over the values of `{name}`, which another aggregate looks at"),
            "ask for them in two queries",
        );
    }
    let stays = demand.filters.iter().filter(|filter| !taken.contains(&filter.place));
    for filter in stays {
        let outside = filter.reads.iter().find(|name| !keys.contains(name.as_str()));
        let timed = !filter.times.is_empty();
        if let Some(name) = outside.map(String::as_str).or(timed.then_some("time")) {
            return refuse(
                format!("`{what}` cannot be had for a part of `{name}` that the cube cannot filter by"),
                "compare the column with `==` or `in`, or group by it too",
            );
        }
    }
    Ok(())
}

/// The groups of this column are those of its dimensions.
fn is_its_dimension(column: &str) -> bool {
    column != "author"
}

/// How the window is cut: as coarse as what is read allows.
fn bucket(
    ask: &Ask<'_>,
    parts: &Parts,
    times: &BTreeSet<TimeUnit>,
    exact: bool,
    window: Window,
) -> Result<Bucket, Diagnostic> {
    let days = window.days();
    let edges = window.grain().unwrap_or(TimeUnit::Minute);
    let refuse = |message: String, help: String| {
        Err(Diagnostic::error(Code::E0602, message).at(ask.scan.span).label("this range").help(help))
    };
    let short = jiff::SignedDuration::from_hours(3);
    let length = window.end.duration_since(window.start);
    if parts.instants && length > short {
        return refuse(
            "the cube knows the time by the minute, and that for three hours at most".to_string(),
            "take a unit of it: `hour(time)` or `day(time)`".to_string(),
        );
    }
    let finest = if parts.instants { Some(TimeUnit::Minute) } else { times.iter().min().copied() };
    if exact {
        let units: Vec<TimeUnit> = times.iter().copied().collect();
        return match units.as_slice() {
            [] if edges == TimeUnit::Day => Ok(Bucket::Whole),
            [] => refuse(
                "percentiles and means of a range that does not start and end at midnight UTC cannot be put together"
                    .to_string(),
                "take whole days, or group by `hour(time)`".to_string(),
            ),
            [unit @ (TimeUnit::Minute | TimeUnit::Hour)] if *unit <= edges => Ok(Bucket::By(*unit)),
            [TimeUnit::Day] if edges == TimeUnit::Day => Ok(Bucket::By(TimeUnit::Day)),
            [TimeUnit::Month] if is_whole(TimeUnit::Month, days) == (true, true) && edges == TimeUnit::Day => {
                Ok(Bucket::Each(TimeUnit::Month))
            }
            [unit] if edges == TimeUnit::Day => {
                let reach = reach(&parts.metrics);
                match window.buckets(*unit).iter().all(|bucket| bucket.days().count() <= reach.days()) {
                    true => Ok(Bucket::Each(*unit)),
                    false => refuse(
                        format!(
                            "percentiles and means of a {} are not to be had: the cube has {} days of them at once",
                            unit.name(),
                            reach.days()
                        ),
                        "group by `month(time)` or a shorter unit".to_string(),
                    ),
                }
            }
            _ => refuse(
                "percentiles and means cannot be put together from buckets that the range cuts".to_string(),
                "start and end the range where the unit does, and group by one unit of time".to_string(),
            ),
        };
    }
    let unit = match finest {
        None if edges == TimeUnit::Day => return Ok(Bucket::Whole),
        None => edges,
        Some(unit) if edges == TimeUnit::Day => unit,
        Some(unit) => unit.min(edges),
    };
    if unit == TimeUnit::Minute && length > short && !parts.instants && !times.contains(&TimeUnit::Minute) {
        return refuse(
            "a range that does not start and end on whole hours is counted by the minute, for three hours at most"
                .to_string(),
            "write the range in whole hours or days".to_string(),
        );
    }
    let only_months = finest == Some(TimeUnit::Month) && times.iter().all(|unit| *unit == TimeUnit::Month);
    Ok(match unit {
        TimeUnit::Minute | TimeUnit::Hour => Bucket::By(unit),
        // Weeks of the server start on Sunday (fact 24), and its months are whole ones.
        TimeUnit::Month if only_months && is_whole(TimeUnit::Month, days) == (true, true) => Bucket::By(unit),
        TimeUnit::Day | TimeUnit::Week | TimeUnit::Month | TimeUnit::Quarter | TimeUnit::Year => {
            Bucket::By(TimeUnit::Day)
        }
    })
}

fn reach(metrics: &[Metric]) -> Reach {
    metrics.iter().map(|metric| metric.reach).min().unwrap_or(Reach::Year)
}

/// The first rows, where the server's order by the metric is the one that is made of them here.
fn cut(demand: &Demand, facts: &Facts, parts: &Parts, taken: &[usize]) -> Option<Cut> {
    let top = demand.top.as_ref().filter(|_| facts.wishes.pushdown == Pushdown::On)?;
    let held = demand.filters.iter().all(|filter| taken.contains(&filter.place));
    // Labels of these are never put together later.
    let lasting = |key: &Key| match key {
        Key::Column(name) => {
            ["model_permaslug", "provider", "generation_id", "session_id", "external_user"].contains(&name.as_str())
        }
        Key::Bucket(_) | Key::Computed(..) => false,
    };
    let Some(Cubed::Metric(metric)) = analytics::cubed(&top.column) else { return None };
    let ordered = match metric.kind {
        MetricKind::Additive => true,
        // They may be null or negative.
        MetricKind::Component | MetricKind::Holistic => false,
    };
    let fits = top.rows > 0 && top.rows <= 4_000;
    (held && ordered && fits && demand.apart.is_empty() && !demand.keys.is_empty() && demand.keys.iter().all(lasting))
        .then_some(Cut { metric, descending: top.descending, rows: top.rows })
        .filter(|_| parts.dimensions.len() <= crate::model::cube::MOST_DIMENSIONS)
}

/// The rows of the cube with the names that people know: models by their ids, keys by their hashes too, and nothing for
/// requests that have none.
pub fn named(rows: Vec<Json>, facts: &Facts) -> Result<Vec<Json>, Diagnostic> {
    rows.into_iter().map(|row| names::named(row, facts)).collect()
}
