//! The calls of a question until it is answered. What is cut off is asked again in halves; what has more dimensions than
//! a call may have is split; what may not be kept any more is compared with what is.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::answer::{self, Answer, Label, Row};
use super::call::{self, CubeCall};
use super::control::{Control, counts_of};
use super::pairs;
use super::split::Split;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::cube::{
    Bucket, CubeQuery, Cut, Dimension, Group, MOST_DIMENSIONS, Metric, MetricKind, Reach, Values, is_fine,
};
use crate::model::expr::TimeUnit;
use crate::model::request::Request;
use crate::model::route::Facts;
use crate::model::window::{Days, Window, day_of, midnight, start_of};

/// A call that is to be sent, and the number that its answer is handed in under.
#[derive(Clone, Debug)]
pub struct Sent {
    pub id: usize,
    pub request: Request,
}

/// The rows of a question.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Objects with the API's names of dimensions and metrics, and `time` where there are buckets.
    pub rows: Vec<Json>,
    /// Labels that several keys, members or workspaces bear: their rows are one now.
    pub namesakes: Vec<(&'static Dimension, String)>,
    /// Days that something was used on, and that are not kept at this grain.
    pub missing: Vec<Days>,
    /// Parts have more than their totals, which were asked for before: an error, but where days are still settling.
    pub grown: Option<Diagnostic>,
}

#[derive(Debug)]
pub struct Run<'a> {
    query: &'a CubeQuery,
    facts: &'a Facts,
    groups: Vec<Group>,
    tasks: Vec<Task>,
    waiting: VecDeque<usize>,
    /// The rows of each group.
    found: Vec<Vec<Found>>,
    splits: Vec<Split>,
    controls: Vec<Control>,
    namesakes: BTreeSet<(usize, String)>,
}

/// One call and what it is for.
#[derive(Clone, Debug)]
pub struct Task {
    pub group: usize,
    pub call: CubeCall,
    /// Labels that filters of the call stand for.
    pub fixed: Vec<(&'static Dimension, Label)>,
    pub goal: Goal,
    /// The control that all that comes of this belongs to.
    pub control: Option<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Goal {
    /// Rows; of these parts of splits, each by its label.
    Rows(Vec<(usize, String)>),
    /// The values of a dimension that is to be split.
    Probe(usize),
    /// Whether a filter holds, which no other call shows.
    Witness,
    /// What a control counts; or all of them, in one call.
    Control(Option<usize>),
    /// What is kept at the grain of a control's rows.
    Kept(usize),
}

/// What tells rows apart: the bucket, and the labels.
type Place = (Option<Timestamp>, String);

/// A row with the labels of all dimensions of its group.
#[derive(Clone, Debug)]
pub struct Found {
    pub time: Option<Timestamp>,
    pub labels: Vec<Label>,
    pub values: Vec<Option<f64>>,
}

impl<'a> Run<'a> {
    pub fn new(query: &'a CubeQuery, facts: &'a Facts) -> Result<Self, Diagnostic> {
        let groups = call::groups(query, facts.now);
        let found = groups.iter().map(|_| Vec::new()).collect();
        let mut run = Self {
            query,
            facts,
            groups,
            tasks: Vec::new(),
            waiting: VecDeque::new(),
            found,
            splits: Vec::new(),
            controls: Vec::new(),
            namesakes: BTreeSet::new(),
        };
        let begun = call::begin(query, facts.now);
        let witnesses = call::witnesses(query, &begun);
        let last = begun.last().cloned();
        for (group, call) in begun {
            let control = run.control(group, &call)?;
            run.push(Task { group, call, fixed: Vec::new(), goal: Goal::Rows(Vec::new()), control })?;
        }
        if let Some((group, call)) = last {
            for call in witnesses {
                run.push(Task { group, call, fixed: Vec::new(), goal: Goal::Witness, control: None })?;
            }
            run.count(group, &call)?;
        }
        Ok(run)
    }

    /// The calls that can be sent now.
    pub fn due(&mut self) -> Vec<Sent> {
        let ids: Vec<usize> = self.waiting.drain(..).collect();
        let sent = |id: usize| Some(Sent { id, request: self.tasks.get(id)?.call.request() });
        ids.into_iter().filter_map(sent).collect()
    }

    /// The answer to a call.
    pub fn take(&mut self, id: usize, page: &Json) -> Result<(), Diagnostic> {
        let Some(task) = self.tasks.get(id).cloned() else { return Ok(()) };
        let answer = answer::read(&task.call, page, self.facts)?;
        match &task.goal {
            Goal::Rows(_) => self.rows(task, answer),
            Goal::Probe(split) => self.probed(*split, answer),
            // What was read of it has been looked at.
            Goal::Witness => Ok(()),
            Goal::Control(_) | Goal::Kept(_) if answer.cut => self.halve(&task),
            Goal::Control(control) => {
                let counted = self.controls.iter_mut().enumerate();
                counted.filter(|(at, _)| control.is_none_or(|own| own == *at)).for_each(|(_, control)| {
                    control.counted(&answer.rows);
                });
                Ok(())
            }
            Goal::Kept(control) => {
                if let Some(control) = self.controls.get_mut(*control) {
                    control.kept(&answer.rows);
                }
                Ok(())
            }
        }
    }

    /// All rows, once nothing is left to ask.
    pub fn finish(self) -> Result<Gathered, Diagnostic> {
        let mut grown = None;
        for split in &self.splits {
            grown = grown.or(split.check()?);
        }
        let mut missing = Vec::new();
        for control in &self.controls {
            missing.extend(control.check()?);
        }
        let (groups, found) = match self.query.pairs() {
            Some(_) => pairs::together(self.query, self.groups, self.found)?,
            // What is counted along for a control is no part of the answer.
            None => (self.query.groups(), self.found),
        };
        let mut joined: BTreeMap<Place, (Vec<Label>, Map<String, Json>)> = BTreeMap::new();
        for (group, rows) in groups.iter().zip(found) {
            for row in rows {
                let place = joined.entry((row.time, key_of(&row.labels)));
                let (_, values) = place.or_insert_with(|| (row.labels.clone(), Map::new()));
                for (metric, value) in group.metrics.iter().zip(row.values) {
                    put(values, *metric, value, &row.labels)?;
                }
            }
        }
        let rows = joined.into_iter().map(|((time, _), (labels, mut values))| {
            let mut row = Map::new();
            if let Some(time) = time {
                row.insert("time".to_string(), Json::from(time.to_string()));
            }
            for (dimension, label) in self.query.dimensions.iter().zip(labels) {
                row.insert(dimension.name.to_string(), label.value);
                if let Some(beside) = dimension.beside {
                    row.insert(beside.to_string(), label.beside);
                }
            }
            for metric in &self.query.metrics {
                let value = values.remove(metric.name).unwrap_or(Json::Null);
                row.insert(metric.name.to_string(), value);
            }
            Json::Object(row)
        });
        let rows = rows.collect();
        let dimension = |place: usize| self.query.dimensions.get(place).copied();
        let namesakes =
            self.namesakes.iter().filter_map(|(place, label)| Some((dimension(*place)?, label.clone()))).collect();
        Ok(Gathered { rows, namesakes, missing, grown })
    }

    fn push(&mut self, task: Task) -> Result<(), Diagnostic> {
        if matches!(task.goal, Goal::Rows(_)) && task.call.dimensions.len() > MOST_DIMENSIONS {
            return self.split(task);
        }
        self.waiting.push_back(self.tasks.len());
        self.tasks.push(task);
        let most = self.facts.wishes.most_calls;
        if self.tasks.len() > most {
            let message = format!("this takes more than {most} calls");
            return Err(Diagnostic::error(Code::E0603, message).help(match self.query.request() {
                Some(_) => {
                    "take the first by a measure (`top 20 by cost`), filter or narrow the range, or allow more with \
                     `--max-calls`"
                }
                None if self.query.is_split() => {
                    "leave out a dimension (the cube takes two at once, and each value of a third is a call), narrow the \
                     range, or allow more with `--max-calls`"
                }
                None => "narrow the range or the keys, or allow more with `--max-calls`",
            }));
        }
        Ok(())
    }

    fn rows(&mut self, task: Task, mut answer: Answer) -> Result<(), Diagnostic> {
        if !answer.cut {
            return self.accept(&task, &answer.rows);
        }
        let Some(cut) = &task.call.cut else { return self.narrow(task) };
        if let Some(kept) = first_rows(&answer, &task.call, cut) {
            answer.rows.truncate(kept);
            return self.accept(&task, &answer.rows);
        }
        let call = CubeCall { cut: None, ..task.call.clone() };
        self.push(Task { call, ..task })
    }

    /// Asks again for parts: of time where they can be put together again, else of a dimension.
    fn narrow(&mut self, task: Task) -> Result<(), Diagnostic> {
        if let Some(new) = task.call.metrics.iter().find(|metric| metric.kind == MetricKind::Opaque) {
            let message = format!("the rows of `{}` do not fit into one call, and it is new in the API", new.name);
            return Err(Diagnostic::error(Code::E0602, message).help("narrow the range or the keys"));
        }
        // A request lies in one part, whatever is measured of it; but a window that is a bucket stays one.
        let apart = match self.query.bucket {
            Bucket::Whole | Bucket::By(_) => self.query.request().is_none(),
            Bucket::Each(_) => true,
        };
        let exact = apart && task.call.metrics.iter().any(|metric| !metric.adds_up());
        let Some((first, second, granularity)) = halves(&task.call, exact) else { return self.split(task) };
        let mut task = task;
        if granularity != task.call.granularity && task.control.is_none() {
            let finer = CubeCall { granularity, ..task.call.clone() };
            task.control = self.control(task.group, &finer)?;
            if let Some(id) = task.control {
                let call = counts_of(&finer, Window::from(finer.window.days()));
                let goal = Goal::Control(Some(id));
                self.push(Task { group: task.group, call, fixed: Vec::new(), goal, control: None })?;
            }
        }
        for window in [first, second] {
            let call = CubeCall { window, granularity, ..task.call.clone() };
            self.push(Task { call, ..task.clone() })?;
        }
        Ok(())
    }

    /// Asks for the halves of a total.
    fn halve(&mut self, task: &Task) -> Result<(), Diagnostic> {
        let Some((first, second, granularity)) = halves(&task.call, false) else {
            return Err(answer::lost("a control total was cut off".to_string()));
        };
        for window in [first, second] {
            let call = CubeCall { window, granularity, ..task.call.clone() };
            self.push(Task { call, ..task.clone() })?;
        }
        Ok(())
    }

    /// Begins to take a dimension apart.
    fn split(&mut self, task: Task) -> Result<(), Diagnostic> {
        let split = Split::begin(task, self.query)?;
        let id = self.splits.len();
        let probe = split.probe(id);
        self.splits.push(split);
        self.push(probe)
    }

    fn probed(&mut self, id: usize, answer: Answer) -> Result<(), Diagnostic> {
        let facts = self.facts;
        let Some(split) = self.splits.get_mut(id) else { return Ok(()) };
        match split.parts(id, &answer, facts)? {
            Some(parts) => parts.into_iter().try_for_each(|part| self.push(part)),
            // The next dimension is tried.
            None => {
                let probe = split.probe(id);
                self.push(probe)
            }
        }
    }

    fn accept(&mut self, task: &Task, rows: &[Row]) -> Result<(), Diagnostic> {
        let mut seen = BTreeSet::new();
        let mut found = Vec::with_capacity(rows.len());
        let dimensions = self.groups.get(task.group).map(|group| group.dimensions.clone()).unwrap_or_default();
        for row in rows {
            let mut own = task.call.dimensions.iter().zip(&row.labels);
            let labels: Option<Vec<Label>> = dimensions
                .iter()
                .map(|dimension| {
                    let fixed = task.fixed.iter().find(|(fixed, _)| fixed == dimension).map(|(_, label)| label);
                    fixed.or_else(|| own.find(|(of, _)| *of == dimension).map(|(_, label)| label)).cloned()
                })
                .collect();
            let Some(labels) = labels else { continue };
            if !seen.insert((row.time, key_of(&row.labels))) {
                self.note_namesakes(&task.call.dimensions, &row.labels);
            }
            found.push(Found { time: self.bucket(row.time, task.call.window), labels, values: row.values.clone() });
        }
        if let Goal::Rows(parts) = &task.goal {
            for (split, label) in parts {
                if let Some(split) = self.splits.get_mut(*split) {
                    split.got(label, &task.call.metrics, rows);
                }
            }
        }
        if let Some(control) = task.control.and_then(|control| self.controls.get_mut(control)) {
            control.got(&task.call.metrics, rows);
        }
        if let Some(all) = self.found.get_mut(task.group) {
            all.extend(found);
        }
        Ok(())
    }

    /// Two rows of one answer with the same labels: several things bear one name. Which ones is told by what is listed;
    /// keys may also be gone.
    fn note_namesakes(&mut self, dimensions: &[&'static Dimension], labels: &[Label]) {
        let named = dimensions.iter().zip(labels).filter_map(|(dimension, label)| {
            let name = label.value.as_str().filter(|name| dimension.unset != Some(*name))?;
            let known = match dimension.values {
                Values::Keys => self.facts.keys.iter().flatten().filter(|key| key.name == name).count(),
                Values::Users => self.facts.members.iter().flatten().filter(|member| member.name == name).count(),
                Values::Workspaces => self.facts.workspaces.iter().flatten().filter(|(_, own)| own == name).count(),
                Values::Apps => 0,
                Values::Plain | Values::Permaslugs | Values::Requests => return None,
            };
            let place = self.query.dimensions.iter().position(|asked| asked == dimension)?;
            Some((known > 1, dimension.values == Values::Keys, place, name.to_string()))
        });
        if let Some((_, _, place, name)) =
            named.max_by_key(|(several, key, place, _)| (*several, *key, Reverse(*place)))
        {
            self.namesakes.insert((place, name));
        }
    }

    /// The bucket of the question that a row belongs to: parts may have been asked for in finer ones.
    fn bucket(&self, time: Option<Timestamp>, window: Window) -> Option<Timestamp> {
        match self.query.bucket {
            Bucket::Whole => None,
            Bucket::Each(unit) => match time {
                Some(time) => Some(floor(unit, time).max(self.query.window.start)),
                None => Some(window.start),
            },
            Bucket::By(unit) => time.map(|time| floor(unit, time)),
        }
    }

    /// Notes what a part that may not be kept any more is compared with, and asks for what is kept of it.
    fn control(&mut self, group: usize, call: &CubeCall) -> Result<Option<usize>, Diagnostic> {
        let of_requests = self.query.reach(&call.metrics) == Reach::Month || call.granularity.is_some_and(is_fine);
        if !of_requests || !super::control::is_old(call.window, self.facts.now) {
            return Ok(None);
        }
        let id = self.controls.len();
        let (control, calls) = Control::of(call);
        self.controls.push(control);
        for call in calls {
            self.push(Task { group, call, fixed: Vec::new(), goal: Goal::Kept(id), control: None })?;
        }
        Ok(Some(id))
    }

    /// Asks for the counts of all controls at once.
    fn count(&mut self, group: usize, call: &CubeCall) -> Result<(), Diagnostic> {
        let windows = || self.controls.iter().map(Control::window);
        let ends = windows().map(|window| window.start).min().zip(windows().map(|window| window.end).max());
        let Some((start, end)) = ends else { return Ok(()) };
        for window in (Window { start, end }).chunks(TimeUnit::Day, Reach::Year.days()) {
            let call = counts_of(call, window);
            self.push(Task { group, call, fixed: Vec::new(), goal: Goal::Control(None), control: None })?;
        }
        Ok(())
    }
}

/// How many rows count where the server has cut: the wanted ones and all that tie with the last of them; none where the
/// end of the tie is not to be seen.
fn first_rows(answer: &Answer, call: &CubeCall, cut: &Cut) -> Option<usize> {
    let place = call.metrics.iter().position(|metric| *metric == cut.metric)?;
    let values: Option<Vec<f64>> = answer.rows.iter().map(|row| row.values.get(place).copied().flatten()).collect();
    // Sums are rounded alike before they are compared, here and in the order that is made of them.
    let values: Vec<f64> = values?.into_iter().map(|value| (value * 1e9).round()).collect();
    let ordered = values.windows(2).all(|pair| match pair {
        [a, b] if cut.descending => a >= b,
        [a, b] => a <= b,
        _ => true,
    });
    let (wanted, last) = (values.get(cut.rows.checked_sub(1)?)?, values.last()?);
    let kept = values.iter().take_while(|value| *value != last).count();
    (ordered && wanted != last).then_some(kept)
}

/// Two halves of the window of a call, and how they are cut by the server.
fn halves(call: &CubeCall, exact: bool) -> Option<(Window, Window, Option<TimeUnit>)> {
    let unit = call.granularity.unwrap_or(TimeUnit::Day);
    if exact && call.granularity.is_none() {
        return None;
    }
    if let Some((first, second)) = call.window.halves(unit) {
        return Some((first, second, call.granularity));
    }
    let finer = match unit {
        _ if exact => return None,
        TimeUnit::Year | TimeUnit::Quarter | TimeUnit::Month | TimeUnit::Week => TimeUnit::Day,
        TimeUnit::Day => TimeUnit::Hour,
        TimeUnit::Hour => TimeUnit::Minute,
        TimeUnit::Minute => return None,
    };
    let (first, second) = call.window.halves(finer)?;
    Some((first, second, Some(finer)))
}

fn floor(unit: TimeUnit, time: Timestamp) -> Timestamp {
    let down = |length: i64| {
        let second = time.as_second().div_euclid(length).saturating_mul(length);
        Timestamp::from_second(second).unwrap_or(time)
    };
    match unit {
        TimeUnit::Minute => down(60),
        TimeUnit::Hour => down(3600),
        TimeUnit::Day | TimeUnit::Week | TimeUnit::Month | TimeUnit::Quarter | TimeUnit::Year => {
            midnight(start_of(unit, day_of(time)))
        }
    }
}

fn key_of(labels: &[Label]) -> String {
    labels.iter().map(|label| label.key() + "\u{1e}").collect()
}

/// The value of a metric beside those that have the same labels: sums add up, and of all else there is one.
fn put(values: &mut Map<String, Json>, metric: Metric, value: Option<f64>, labels: &[Label]) -> Result<(), Diagnostic> {
    match values.get(metric.name).map(Json::as_f64) {
        None => {
            values.insert(metric.name.to_string(), value.map_or(Json::Null, Json::from));
            Ok(())
        }
        Some(before) if metric.adds_up() => {
            let sum = match (before, value) {
                (Some(a), Some(b)) => Some(a + b),
                (a, b) => a.or(b),
            };
            values.insert(metric.name.to_string(), sum.map_or(Json::Null, Json::from));
            Ok(())
        }
        Some(_) => {
            let shown: Vec<String> = labels.iter().map(|label| label.value.to_string()).collect();
            let message = format!(
                "several things are called {}, and their `{}` cannot be put together",
                shown.join(", "),
                metric.name
            );
            Err(Diagnostic::error(Code::E0602, message)
                .help("group by what tells them apart (`key_hash`, `model_permaslug`), or ask for sums"))
        }
    }
}
