//! The body of a query: read, checked against the contract, and refused where that forbids it (facts 9 to 14).

use serde_json::Value;

use super::dimensions::{self, Dimension};
use super::figures::Sample;
use super::filters::Filter;
use super::metrics::{self, Metric, YEAR};
use super::window::{Granularity, Window};
use crate::demo::call::Call;
use crate::demo::fault::Faults;
use crate::demo::refusal::Refusal;

/// Rows of a query that names no limit, and the most that can be asked for (fact 10).
const USUAL_LIMIT: usize = 1_000;
const LARGEST_LIMIT: usize = 10_000;

/// More dimensions than these are refused.
const MOST_DIMENSIONS: usize = 2;

/// What rows are ordered by.
#[derive(Clone, Copy, Debug)]
pub enum By {
    /// Place among the requested metrics, or `request_count` unasked.
    Metric(&'static Metric),
    Dimension(&'static Dimension),
    Date,
}

#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub by: By,
    pub descending: bool,
}

/// A query that will be answered.
#[derive(Debug)]
pub struct Ask {
    pub metrics: Vec<&'static Metric>,
    pub dimensions: Vec<&'static Dimension>,
    pub filters: Vec<Filter>,
    pub granularity: Option<Granularity>,
    pub window: Window,
    pub order: Option<Order>,
    pub limit: usize,
    /// Rows of each combination of dimensions.
    pub group_limit: Option<usize>,
    pub warnings: Vec<String>,
}

impl Ask {
    /// Fields that the contract does not have are ignored (fact 19).
    pub fn read(body: &Value, call: &Call) -> Result<Self, Refusal> {
        if !body.is_object() {
            return Err(Refusal::bad_request());
        }
        // There is no classifier in this account.
        if body.get("classifier_dimensions").or(body.get("classifier_filters")).is_some() {
            return Err(Refusal::new(400, "No active classifier with this id"));
        }
        let metrics = names(body.get("metrics"))?
            .into_iter()
            .map(|name| metric(name, call.faults))
            .collect::<Result<Vec<_>, _>>()?;
        if metrics.is_empty() {
            return Err(Refusal::new(400, "At least one metric is required"));
        }
        let dimensions = names(body.get("dimensions"))?;
        if dimensions.len() > MOST_DIMENSIONS {
            return Err(Refusal::new(400, format!("At most {MOST_DIMENSIONS} dimensions are allowed")));
        }
        let dimensions =
            dimensions.into_iter().map(|name| dimension(name, call.faults)).collect::<Result<Vec<_>, _>>()?;
        let mut warnings = Vec::new();
        let filters = Filter::read_all(body.get("filters"), call.faults, &mut warnings)?;
        let granularity = body.get("granularity").map(granularity).transpose()?;
        let days = metrics.iter().map(|metric| metric.days);
        let days = days.chain(dimensions.iter().map(|dimension| dimension.days));
        let days = days.chain(filters.iter().map(|filter| filter.dimension.days)).min().unwrap_or(YEAR);
        let window = Window::read(body.get("time_range"), granularity, days, call)?;
        let order =
            body.get("order_by").map(|order| order_by(order, &metrics, &dimensions, call.faults)).transpose()?;
        let limit = number(body.get("limit"), LARGEST_LIMIT)?;
        let group_limit = number(body.get("group_limit"), usize::MAX)?;
        let limit = match limit {
            Some(limit) => limit,
            // Time series with dimensions get what they need.
            None if granularity.is_some() && !dimensions.is_empty() && group_limit.is_none() => LARGEST_LIMIT,
            None => USUAL_LIMIT,
        };
        Ok(Ask { metrics, dimensions, filters, granularity, window, order, limit, group_limit, warnings })
    }

    /// What must be kept of single requests, each once.
    pub fn samples(&self) -> Vec<Sample> {
        let by = self.metrics.iter().filter_map(|metric| metric.sample);
        let mut samples = Vec::new();
        for sample in by {
            if !samples.contains(&sample) {
                samples.push(sample);
            }
        }
        samples
    }
}

/// A list of names, each once; no list is an empty one.
fn names(list: Option<&Value>) -> Result<Vec<&str>, Refusal> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for name in list.as_array().ok_or_else(Refusal::bad_request)? {
        let name = name.as_str().ok_or_else(Refusal::bad_request)?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

fn metric(name: &str, faults: &Faults) -> Result<&'static Metric, Refusal> {
    let found = metrics::all(faults).find(|metric| metric.name == name);
    found.ok_or_else(|| Refusal::new(400, format!("Unknown metric: {name}")))
}

fn dimension(name: &str, faults: &Faults) -> Result<&'static Dimension, Refusal> {
    let found = dimensions::all(faults).find(|dimension| dimension.name == name);
    found.ok_or_else(|| Refusal::new(400, format!("Unknown dimension: {name}")))
}

fn granularity(name: &Value) -> Result<Granularity, Refusal> {
    let found = Granularity::ALL.into_iter().find(|granularity| name == granularity.name());
    found.ok_or_else(|| Refusal::new(400, "granularity must be one of minute, hour, day, week, month"))
}

/// A whole number from 1 on.
fn number(value: Option<&Value>, most: usize) -> Result<Option<usize>, Refusal> {
    let Some(value) = value else { return Ok(None) };
    let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
    let number = number.filter(|number| (1..=most).contains(number));
    number.map(Some).ok_or_else(|| Refusal::new(400, format!("limits are whole numbers from 1 to {LARGEST_LIMIT}")))
}

/// A requested metric or dimension, `request_count` at any time, or `date` (fact 12).
fn order_by(
    order: &Value,
    metrics: &[&'static Metric],
    dimensions: &[&'static Dimension],
    faults: &Faults,
) -> Result<Order, Refusal> {
    let word = |name: &str| order.get(name).and_then(Value::as_str).ok_or_else(Refusal::bad_request);
    let (field, direction) = (word("field")?, word("direction")?);
    let descending = match direction {
        "asc" => false,
        "desc" => true,
        _ => return Err(Refusal::bad_request()),
    };
    let requested = metrics.iter().find(|metric| metric.name == field).copied();
    let free = metrics::all(faults).find(|metric| metric.name == field && field == "request_count");
    let by = match (requested.or(free), dimensions.iter().find(|dimension| dimension.name == field)) {
        (Some(metric), _) => By::Metric(metric),
        (None, Some(dimension)) => By::Dimension(dimension),
        (None, None) if field == "date" => By::Date,
        (None, None) => {
            let message = format!("order_by.field must be a requested metric or dimension, or date: {field}");
            return Err(Refusal::new(400, message));
        }
    };
    Ok(Order { by, descending })
}
