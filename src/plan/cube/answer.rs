//! What an answer of the cube must fulfil, and its rows. The server passes over what it does not understand, so nothing
//! is believed that can be looked at: buckets, filters, the number of rows.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value as Json;

use super::call::CubeCall;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::cube::{CubeFilter, Dimension, Test, Values};
use crate::model::route::{Entity, Facts};

/// One row of the cube.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The start of its bucket, where the server cuts.
    pub time: Option<Timestamp>,
    /// The labels of the dimensions of the call, in their order.
    pub labels: Vec<Label>,
    /// The values of the metrics of the call, in their order.
    pub values: Vec<Option<f64>>,
}

/// What a dimension says, and the field beside it where it has one.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    pub value: Json,
    pub beside: Json,
}

impl Label {
    /// What tells it from others.
    pub fn key(&self) -> String {
        match &self.beside {
            Json::Null => self.value.to_string(),
            beside => format!("{}\u{1f}{beside}", self.value),
        }
    }
}

#[derive(Debug)]
pub struct Answer {
    pub rows: Vec<Row>,
    /// There may be more: as many rows came as were asked for, or the server says so.
    pub cut: bool,
}

pub fn read(call: &CubeCall, page: &Json, facts: &Facts) -> Result<Answer, Diagnostic> {
    let data = page.get("data").ok_or_else(|| unreadable("the answer of the cube has no `data`".to_string()))?;
    let rows = data.get("data").and_then(Json::as_array);
    let rows = rows.ok_or_else(|| unreadable("the answer of the cube has no rows, not even none".to_string()))?;
    let said = data.get("metadata").and_then(|metadata| metadata.get("row_count")).and_then(whole);
    if said.is_some_and(|said| said != rows.len() as u64) {
        let said = said.unwrap_or_default();
        return Err(lost(format!("the cube's `row_count` is {said}, and {} came", rows.len())));
    }
    let warnings: Vec<&str> =
        data.get("warnings").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
    if let (Some(warning), false) = (warnings.first(), call.filters.is_empty()) {
        let shown: String = warning.chars().take(200).collect();
        return Err(lost(format!("the cube did not understand a filter: {shown}")));
    }
    let truncated = data.get("metadata").and_then(|metadata| metadata.get("truncated")).and_then(Json::as_bool);
    let cut = truncated.unwrap_or(false) || rows.len() >= call.limit();
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        let row = read_row(call, row, facts)?;
        // Whether the end is a part of the range is not sure (fact 11).
        if row.time != Some(call.window.end) {
            kept.push(row);
        }
    }
    for (place, dimension) in call.dimensions.iter().enumerate() {
        no_more_labels_than_ids(call, place, dimension, &kept)?;
    }
    Ok(Answer { rows: kept, cut })
}

/// Ids come back as names (fact 20), which need not be those that are listed now; but of so many ids there are no more.
fn no_more_labels_than_ids(
    call: &CubeCall,
    place: usize,
    dimension: &'static Dimension,
    rows: &[Row],
) -> Result<(), Diagnostic> {
    let by_id = match dimension.values {
        Values::Keys | Values::Users | Values::Workspaces | Values::Apps => true,
        Values::Plain | Values::Permaslugs | Values::Requests => false,
    };
    let asked = call.filters.iter().find(|filter| filter.dimension == dimension && filter.test == Test::In);
    let Some(filter) = asked.filter(|_| by_id) else { return Ok(()) };
    let labels: BTreeSet<String> =
        rows.iter().filter_map(|row| row.labels.get(place)).map(|label| label.value.to_string()).collect();
    if labels.len() <= filter.values.len() {
        return Ok(());
    }
    let name = dimension.name;
    Err(lost(format!("the cube gives {} of `{name}` where its filter leaves {}", labels.len(), filter.values.len())))
}

fn read_row(call: &CubeCall, row: &Json, facts: &Facts) -> Result<Row, Diagnostic> {
    let field = |name: &str| row.get(name).ok_or_else(|| unreadable(format!("a row of the cube has no `{name}`")));
    let time = match call.granularity {
        None => None,
        Some(unit) => {
            // Either name is used (fact 18).
            let names = [format!("date__{}", unit.name()), format!("created_at__{}", unit.name())];
            let value = names.iter().find_map(|name| row.get(name.as_str()));
            let time = value.and_then(Json::as_str).and_then(instant);
            let time =
                time.ok_or_else(|| unreadable(format!("a row of the cube has no `{}`", names.join("` or `"))))?;
            // A server that did not understand the range answers another one.
            if !call.window.contains(time) && time != call.window.end {
                return Err(lost(format!("the cube answers for {time}, which was not asked for")));
            }
            Some(time)
        }
    };
    let mut labels = Vec::with_capacity(call.dimensions.len());
    for dimension in &call.dimensions {
        let value = field(dimension.name)?.clone();
        let beside = dimension.beside.and_then(|name| row.get(name)).cloned().unwrap_or(Json::Null);
        let label = Label { value, beside };
        let mut own = call.filters.iter().filter(|filter| filter.dimension == *dimension);
        if let Some(filter) = own.find(|filter| !holds(filter, &label, facts)) {
            let (name, value) = (filter.dimension.name, &label.value);
            return Err(lost(format!("the cube gives `{name}` {value}, which its filter leaves out")));
        }
        labels.push(label);
    }
    let mut values = Vec::with_capacity(call.metrics.len());
    for metric in &call.metrics {
        let value = field(metric.name)?;
        values.push(match value {
            Json::Null => None,
            value => Some(number(value).ok_or_else(|| {
                let shown: String = value.to_string().chars().take(60).collect();
                unreadable(format!("the cube's `{}` is no number: {shown}", metric.name))
            })?),
        });
    }
    Ok(Row { time, labels, values })
}

/// Whether a label passes a filter, where that can be seen: ids come back as names (fact 20).
fn holds(filter: &CubeFilter, label: &Label, facts: &Facts) -> bool {
    let passes = |listed: bool| match filter.test {
        Test::In => listed,
        Test::NotIn | Test::NotInOrUnset => !listed,
    };
    match filter.dimension.values {
        Values::Plain | Values::Permaslugs | Values::Requests => passes(filter.values.contains(&label.value)),
        Values::Keys | Values::Users | Values::Workspaces | Values::Apps
            if is_unset(filter.dimension, label, facts) =>
        {
            filter.test == Test::NotInOrUnset
        }
        Values::Users => match member(label, facts) {
            Some(member) => passes(filter.values.iter().any(|id| *id == member.id)),
            None => true,
        },
        Values::Keys | Values::Workspaces | Values::Apps => true,
    }
}

/// The row is of requests that have none, and not of something that is called as the cube calls these.
fn is_unset(dimension: &Dimension, label: &Label, facts: &Facts) -> bool {
    match dimension.unset {
        Some(unset) => label.value == unset && !facts.bear(dimension.values, unset),
        None => label.value.is_null() && label.beside.is_null(),
    }
}

/// Members are told apart by their addresses.
fn member<'a>(label: &Label, facts: &'a Facts) -> Option<&'a Entity> {
    let address = label.beside.as_str()?;
    let mut known = facts.members.iter().flatten().filter(|member| member.detail == address);
    known.next().filter(|_| known.next().is_none())
}

/// `2026-05-19`, `2025-01-01T00:00:00.000Z`, `2026-07-31 18:00:00`: UTC where no offset is said (fact 18).
pub fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    })
}

/// A number, also as a text (fact 17).
fn number(value: &Json) -> Option<f64> {
    match value {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

fn whole(value: &Json) -> Option<u64> {
    match value {
        Json::String(text) => text.trim().parse().ok(),
        value => value.as_u64(),
    }
}

fn unreadable(message: String) -> Diagnostic {
    Diagnostic::error(Code::E0506, message).help("the API may have changed; `--raw` shows its answer")
}

/// A part of the rows is not what it should be.
pub fn lost(message: String) -> Diagnostic {
    Diagnostic::error(Code::E0604, message)
        .help("nothing is shown that may be incomplete; ask again (the last 3 days may still be settling), and report it where it \
         stays so")
}
