//! From what a query makes of its rows to one question to the cube: dimensions, metrics, buckets, and the filters that
//! the server can hold exactly. What it cannot do exactly stays here.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value as Json;

use super::analytics;
use super::names::{self, Resolved};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{ColumnDef, SourceDef};
use crate::model::cube::{
    Bucket, CubeFilter, CubeQuery, Cubed, Cut, Dimension, MOST_DIMENSIONS, Metric, MetricKind, REQUESTS, Reach, Test,
    Values,
};
use crate::model::expr::{Node, ScalarOp, TimeUnit, Typed};
use crate::model::route::{Ask, Demand, Facts, Filter, Grain, Key, Lookup, Piece, Pushdown, Work};
use crate::model::value::Value;
use crate::model::window::{Days, Window, is_whole};
use crate::model::zone::Zone;

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
        is_exact(ask, &parts, &parts.taken).map_err(Refused::Inexact)?;
    }
    let cuts = buckets(ask, facts, &parts, &times, exact, window).map_err(Refused::Inexact)?;
    // Rows that the server cuts by time are parts of a group: the first of them are not the first groups.
    let cut = cut(demand, facts, &parts).filter(|_| cuts.0 == Bucket::Whole);
    let question = parts.question(window, cuts, cut);
    in_one_call(ask, &question.query).map_err(Refused::Inexact)?;
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
        Grain::Rows(_) => first(demand, facts, &parts),
        // The first of groups are made of any requests.
        Grain::Any => None,
    };
    if parts.metrics.is_empty() {
        parts.metrics.push(REQUESTS);
    }
    let cuts = buckets(ask, facts, &parts, &times, false, window).map_err(Refused::Inexact)?;
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
            match pushed(filter, exact, facts, self.reading, &mut self.lookups).map_err(Refused::Inexact)? {
                Pushed::Taken(mut more) => {
                    self.filters.append(&mut more);
                    self.taken.push(filter.place);
                }
                Pushed::Stays(why) => {
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

    fn question(mut self, window: Window, (bucket, cuts): Cuts, cut: Option<Cut>) -> Question {
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

/// What becomes of a filter.
enum Pushed {
    Taken(Vec<CubeFilter>),
    /// It is looked at here, for this reason.
    Stays(String),
}

fn pushed(
    filter: &Filter,
    exact: bool,
    facts: &Facts,
    reading: Reading,
    lookups: &mut Vec<Lookup>,
) -> Result<Pushed, Diagnostic> {
    let stays = |why: &str| {
        let names: Vec<&str> = filter.reads.iter().map(String::as_str).collect();
        Ok(Pushed::Stays(format!("the filter on {} stays here: {why}", names.join(", "))))
    };
    let Some((column, test, values)) = filter.plain.as_ref().and_then(membership) else {
        return stays("the cube tells only equal from unequal");
    };
    let Some(Cubed::Of([dimension])) = reading.cubed(&column) else {
        return stays("it is no dimension of its own");
    };
    if reading.nothing.is_some_and(|(name, label)| name == column && values.iter().any(|value| value == label)) {
        return stays("the cube calls it so where there is none");
    }
    let by_id = match dimension.values {
        Values::Plain | Values::Permaslugs | Values::Requests => false,
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

/// Of what is new in the live meta nothing is known but what one call says.
fn in_one_call(ask: &Ask<'_>, query: &CubeQuery) -> Result<(), Diagnostic> {
    let Some(new) = query.metrics.iter().find(|metric| metric.kind == MetricKind::Opaque) else { return Ok(()) };
    let windows = query.windows(&[*new]).len();
    if windows <= 1 && query.dimensions.len() <= MOST_DIMENSIONS {
        return Ok(());
    }
    let message = format!("`{}` is new in the API, and it is not known how parts of it are put together", new.name);
    Err(Diagnostic::error(Code::E0602, message)
        .at(ask.scan.span)
        .label("takes more than one call")
        .help(format!("ask for {} days at most, by {MOST_DIMENSIONS} dimensions at most", new.reach.days())))
}

/// The groups of this column are those of its dimensions.
fn is_its_dimension(column: &str) -> bool {
    column != "author"
}

/// How the window is cut: by the server, and into which parts where one unit is not enough.
type Cuts = (Bucket, Vec<(Window, TimeUnit)>);

/// By the calendar of the run's zone.
fn buckets(
    ask: &Ask<'_>,
    facts: &Facts,
    parts: &Parts,
    times: &BTreeSet<TimeUnit>,
    exact: bool,
    window: Window,
) -> Result<Cuts, Diagnostic> {
    match facts.zone.is_utc() {
        true => Ok((bucket(ask, parts, times, exact, window)?, Vec::new())),
        false => local(ask, &facts.zone, parts, times, exact, window),
    }
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
            [] if edges == TimeUnit::Day && days.count() <= reach(&parts.metrics).days() => Ok(Bucket::Whole),
            [] if edges == TimeUnit::Day => refuse(
                format!(
                    "percentiles and means of {} days at once are not to be had: the cube has {} days of them",
                    days.count(),
                    reach(&parts.metrics).days()
                ),
                "narrow the range to `last 31d`, or take them by a unit of time: `group week(time)`".to_string(),
            ),
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

/// The same for a zone whose days are not those of UTC: they are put together from hours, and from minutes about
/// midnights that lie within an hour. What cannot be put together has no days there.
fn local(
    ask: &Ask<'_>,
    zone: &Zone,
    parts: &Parts,
    times: &BTreeSet<TimeUnit>,
    exact: bool,
    window: Window,
) -> Result<Cuts, Diagnostic> {
    let refuse = |message: String, help: &str| {
        Err(Diagnostic::error(Code::E0602, message).at(ask.scan.span).label("in this zone").help(help))
    };
    let name = zone.name();
    let days = times.iter().any(|unit| *unit >= TimeUnit::Day);
    if exact && days {
        return refuse(
            format!("percentiles and means of the days of {name} cannot be put together from those of UTC"),
            "leave out `--tz`, or group by `hour(time)`",
        );
    }
    if times.contains(&TimeUnit::Hour) && !zone.has_whole_hours(window) {
        return refuse(
            format!("the hours of {name} begin within those of UTC, which are all that the cube has"),
            "leave out `--tz`, or group by `day(time)`",
        );
    }
    let minutes = parts.instants || times.contains(&TimeUnit::Minute);
    let edges = [window.start, window.end].into_iter().chain(if days { zone.midnights(window) } else { Vec::new() });
    let within: BTreeSet<Timestamp> = edges.filter(|edge| hour_of(*edge) != *edge).map(hour_of).collect();
    if exact || minutes || within.is_empty() {
        // The days of the zone are cut out of hours.
        let finest = times.iter().copied().map(|unit| unit.min(TimeUnit::Hour)).collect();
        return Ok((bucket(ask, parts, &finest, exact, window)?, Vec::new()));
    }
    let mut cuts = Vec::new();
    let mut start = window.start;
    for hour in within {
        let next = hour.checked_add(jiff::SignedDuration::from_hours(1)).unwrap_or(hour);
        let (from, to) = (hour.max(window.start), next.min(window.end));
        cuts.push((Window { start, end: from }, TimeUnit::Hour));
        cuts.push((Window { start: from, end: to }, TimeUnit::Minute));
        start = to;
    }
    cuts.push((Window { start, end: window.end }, TimeUnit::Hour));
    cuts.retain(|(part, _)| part.start < part.end);
    Ok((Bucket::By(TimeUnit::Minute), cuts))
}

/// The start of its hour, UTC.
fn hour_of(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second().div_euclid(3600).saturating_mul(3600)).unwrap_or(time)
}

fn reach(metrics: &[Metric]) -> Reach {
    metrics.iter().map(|metric| metric.reach).min().unwrap_or(Reach::Year)
}

/// The first rows, where the server's order by the metric is the one that is made of them here.
fn cut(demand: &Demand, facts: &Facts, parts: &Parts) -> Option<Cut> {
    let first = first(demand, facts, parts)?;
    // Labels of these are never put together later, and neither are requests, whatever they are called.
    let lasting = |key: &Key| match key {
        Key::Column(name) => {
            ["model_permaslug", "provider", "generation_id", "session_id", "external_user"].contains(&name.as_str())
        }
        Key::Bucket(_) | Key::Computed(..) => false,
    };
    let single = demand.keys.contains(&Key::Column("generation_id".to_string()));
    let together = |key: &Key| match key {
        Key::Column(_) => single,
        Key::Bucket(_) | Key::Computed(..) => false,
    };
    let keyed = !demand.keys.is_empty() && demand.keys.iter().all(|key| lasting(key) || together(key));
    let one_call = single || parts.dimensions.len() <= crate::model::cube::MOST_DIMENSIONS;
    (keyed && one_call && demand.apart.is_empty()).then_some(first)
}

/// The same, whatever the rows are: all filters are the server's, and the metric is there for each row.
fn first(demand: &Demand, facts: &Facts, parts: &Parts) -> Option<Cut> {
    let top = demand.top.as_ref().filter(|_| facts.wishes.pushdown == Pushdown::On)?;
    let held = demand.filters.iter().all(|filter| parts.taken.contains(&filter.place));
    let Some(Cubed::Metric(metric)) = parts.reading.cubed(&top.column) else { return None };
    let ordered = match metric.kind {
        MetricKind::Additive => true,
        // They may be null or negative.
        MetricKind::Component | MetricKind::Holistic | MetricKind::Opaque => false,
    };
    let fits = top.rows > 0 && top.rows <= 4_000;
    let read = parts.metrics.contains(&metric);
    (held && ordered && fits && read).then_some(Cut { metric, descending: top.descending, rows: top.rows })
}

/// The rows of the cube with the names that people know: models by their ids, keys by their hashes too, and nothing for
/// requests that have none.
pub fn named(rows: Vec<Json>, facts: &Facts) -> Result<Vec<Json>, Diagnostic> {
    rows.into_iter().map(|row| names::named(row, facts)).collect()
}
