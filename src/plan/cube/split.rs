//! One dimension taken apart by its values: a probe lists them with the totals that the parts must meet, then each value
//! is asked for with the dimensions that are left.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::answer::{Answer, Label, Row, lost};
use super::call::CubeCall;
use super::run::{Goal, Task};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::cube::{CubeFilter, CubeQuery, Dimension, Metric, REQUESTS, Test, Values};
use crate::model::route::Facts;

#[derive(Debug)]
pub struct Split {
    task: Task,
    /// Dimensions that may be taken apart, the next one to try last.
    candidates: Vec<&'static Dimension>,
    dimension: &'static Dimension,
    /// Why the dimensions before could not be taken apart.
    failed: Vec<String>,
    /// What is added up, in the probe and in the parts.
    metrics: Vec<Metric>,
    /// What the probe says of each label, and what its part gave.
    expected: BTreeMap<String, Vec<f64>>,
    given: BTreeMap<String, Vec<f64>>,
}

impl Split {
    /// The dimension with the fewest values is tried first.
    pub fn begin(task: Task, query: &CubeQuery) -> Result<Self, Diagnostic> {
        // One that is filtered to one value has no parts.
        let one = |dimension: &Dimension| {
            task.call.filters.iter().any(|filter| filter.dimension == dimension && filter.values.len() == 1)
        };
        let mut candidates: Vec<&'static Dimension> =
            task.call.dimensions.iter().copied().filter(|dimension| !one(dimension)).collect();
        candidates.sort_by_key(|dimension| std::cmp::Reverse(dimension.size));
        let additive: Vec<Metric> = task.call.metrics.iter().copied().filter(|metric| metric.adds_up()).collect();
        let metrics = if additive.is_empty() { vec![REQUESTS] } else { additive };
        let Some(dimension) = candidates.pop() else {
            return Err(Diagnostic::error(Code::E0602, "one bucket has more rows than an answer can hold").help(
                format!("narrow it with a filter or a finer unit of time ({} asked for)", query.dimensions.len()),
            ));
        };
        let (expected, given) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { task, candidates, dimension, failed: Vec::new(), metrics, expected, given })
    }

    /// The call that lists the values.
    pub fn probe(&self, id: usize) -> Task {
        let call = CubeCall {
            dimensions: vec![self.dimension],
            metrics: self.metrics.clone(),
            cut: None,
            ..self.task.call.clone()
        };
        Task { call, goal: Goal::Probe(id), fixed: Vec::new(), control: None, ..self.task.clone() }
    }

    /// The parts; none where this dimension cannot be taken apart, and the next one is to be tried.
    pub fn parts(&mut self, id: usize, answer: &Answer, facts: &Facts) -> Result<Option<Vec<Task>>, Diagnostic> {
        let addressed =
            if answer.cut { Err("it has too many values".to_string()) } else { self.address(answer, facts) };
        let filters = match addressed {
            Ok(filters) => filters,
            Err(why) => {
                self.failed.push(format!("`{}`: {why}", self.dimension.name));
                self.expected.clear();
                let Some(next) = self.candidates.pop() else { return Err(self.refusal()) };
                self.dimension = next;
                return Ok(None);
            }
        };
        for row in &answer.rows {
            let Some(label) = row.labels.first() else { continue };
            let totals = self.expected.entry(label.key()).or_insert_with(|| vec![0.0; self.metrics.len()]);
            for (total, value) in totals.iter_mut().zip(&row.values) {
                *total += value.unwrap_or(0.0);
            }
        }
        let dimensions: Vec<_> =
            self.task.call.dimensions.iter().copied().filter(|dimension| *dimension != self.dimension).collect();
        let part = |(label, filter): (Label, CubeFilter)| {
            let mut task = self.task.clone();
            task.call.dimensions = dimensions.clone();
            task.call.filters.push(filter);
            task.call.cut = None;
            if let Goal::Rows(parts) = &mut task.goal {
                parts.push((id, label.key()));
            }
            task.fixed.push((self.dimension, label));
            task
        };
        Ok(Some(filters.into_iter().map(part).collect()))
    }

    /// A filter for each label; an error in words where some label cannot be asked for.
    fn address(&self, answer: &Answer, facts: &Facts) -> Result<Vec<(Label, CubeFilter)>, String> {
        let mut seen: BTreeMap<String, (Label, usize)> = BTreeMap::new();
        for label in answer.rows.iter().filter_map(|row| row.labels.first()) {
            seen.entry(label.key()).or_insert_with(|| (label.clone(), 0)).1 += 1;
        }
        // Buckets repeat a label; only names can be borne by several.
        let buckets =
            answer.rows.iter().filter_map(|row| row.time).collect::<std::collections::BTreeSet<_>>().len().max(1);
        let mut parts = Vec::new();
        let mut left = Vec::new();
        for (label, count) in seen.into_values() {
            let ids = self.ids(&label, facts);
            if ids.is_empty() || count > ids.len() * buckets {
                left.push(label);
                continue;
            }
            parts.push((label, CubeFilter { dimension: self.dimension, test: Test::In, values: ids }));
        }
        // Requests without a value can be asked for along with what is none of the others (fact 9).
        let may_be_unset = matches!(self.dimension.values, Values::Keys | Values::Users | Values::Apps);
        match left.as_slice() {
            [] => Ok(parts),
            [one] if may_be_unset && !parts.is_empty() => {
                let values = parts.iter().flat_map(|(_, filter)| filter.values.clone()).collect();
                let filter = CubeFilter { dimension: self.dimension, test: Test::NotInOrUnset, values };
                parts.push((one.clone(), filter));
                Ok(parts)
            }
            several => {
                let shown: Vec<String> = several.iter().take(5).map(|label| label.value.to_string()).collect();
                Err(format!("{} cannot be asked for alone", shown.join(", ")))
            }
        }
    }

    /// What a filter takes for a label.
    fn ids(&self, label: &Label, facts: &Facts) -> Vec<Json> {
        if let (Values::Users, Some(address)) = (self.dimension.values, label.beside.as_str()) {
            let members = facts.members.iter().flatten().filter(|member| member.detail == address);
            return members.map(|member| Json::from(member.id.as_str())).collect();
        }
        let Some(name) = label.value.as_str() else { return Vec::new() };
        let of = |entities: &Option<Vec<crate::model::route::Entity>>| {
            let named = entities.iter().flatten().filter(|entity| entity.name == name);
            named.map(|entity| Json::from(entity.id.as_str())).collect()
        };
        match self.dimension.values {
            Values::Plain | Values::Permaslugs | Values::Requests => vec![label.value.clone()],
            Values::Keys => of(&facts.keys),
            Values::Users => of(&facts.members),
            Values::Workspaces => {
                let named = facts.workspaces.iter().flatten().filter(|(_, known)| known == name);
                named.map(|(id, _)| Json::from(id.as_str())).collect()
            }
            // No list gives their numbers.
            Values::Apps => Vec::new(),
        }
    }

    /// The rows of a part.
    pub fn got(&mut self, label: &str, metrics: &[Metric], rows: &[Row]) {
        let places: Vec<Option<usize>> =
            self.metrics.iter().map(|metric| metrics.iter().position(|own| own == metric)).collect();
        let totals = self.given.entry(label.to_string()).or_insert_with(|| vec![0.0; places.len()]);
        for row in rows {
            for (total, place) in totals.iter_mut().zip(&places) {
                // Where nothing that adds up is asked for, rows are all that can be counted.
                let value = match place {
                    Some(place) => row.values.get(*place).copied().flatten().unwrap_or(0.0),
                    None => 1.0,
                };
                *total += value;
            }
        }
    }

    /// Each part met its total; or what is the matter where parts have more, as they do when more came in since the probe.
    pub fn check(&self) -> Result<Option<Diagnostic>, Diagnostic> {
        let mut grown = None;
        for (label, expected) in &self.expected {
            let given = self.given.get(label);
            for (place, (metric, expected)) in self.metrics.iter().zip(expected).enumerate() {
                let given = given.and_then(|totals| totals.get(place)).copied().unwrap_or(0.0);
                let counted = self.task.call.metrics.contains(metric);
                let met = if counted { is_met(*metric, *expected, given) } else { *expected == 0.0 || given > 0.0 };
                if met {
                    continue;
                }
                if self.is_whole(place, *metric) {
                    return Err(self.ambiguous(label));
                }
                let name = self.dimension.name;
                let more = *expected >= 0.0 && given > *expected;
                let (expected, given) = (rounded(*expected), rounded(given));
                let error = lost(format!(
                    "the parts of `{name}` do not add up: {label} has `{}` {expected}, its rows have {given}",
                    metric.name
                ));
                if !more {
                    return Err(error);
                }
                grown = grown.or(Some(error));
            }
        }
        Ok(grown)
    }

    /// All parts together have what the probe says: only the names of some are not their own.
    fn is_whole(&self, place: usize, metric: Metric) -> bool {
        let sum = |totals: &BTreeMap<String, Vec<f64>>| totals.values().filter_map(|of| of.get(place)).sum::<f64>();
        let named = !matches!(self.dimension.values, Values::Plain | Values::Permaslugs | Values::Requests);
        named && self.task.call.metrics.contains(&metric) && is_met(metric, sum(&self.expected), sum(&self.given))
    }

    fn ambiguous(&self, label: &str) -> Diagnostic {
        let name = self.dimension.name;
        let label: String = label.chars().take_while(|c| *c != '\u{1f}').collect();
        let message = format!("the parts of `{name}` cannot be told apart by their names: {label} is not all of one");
        Diagnostic::error(Code::E0602, message)
            .help("something that is gone may have had the name of another: leave one of the dimensions out")
    }

    fn refusal(&self) -> Diagnostic {
        let names: Vec<&str> = self.task.call.dimensions.iter().map(|dimension| dimension.name).collect();
        let message =
            format!("the cube gives two dimensions at once, and none of {} can be taken apart", names.join(", "));
        Diagnostic::error(Code::E0602, message).help(format!("leave one of them out; {}", self.failed.join("; ")))
    }
}

/// Counts are equal; money to a millionth.
pub fn is_met(metric: Metric, expected: f64, given: f64) -> bool {
    let money = metric.name.contains("usage") || metric.name.contains("fees");
    if money { (expected - given).abs() <= 1e-6 * expected.abs().max(1.0) } else { expected == given }
}

/// For people: to a billionth, as sums of money are.
fn rounded(total: f64) -> f64 {
    (total * 1e9).round() / 1e9
}
