//! The choice of what is drawn: keys are labels, the first number is the value, numbers of its unit are drawn beside it.

use std::collections::HashMap;

use super::super::cell::Cells;
use crate::harmless;
use crate::model::catalog::Unrenderable;
use crate::model::frame::Frame;
use crate::model::schema::{Column, Role};
use crate::model::value::Value;
use crate::types::Type;

/// No number is drawn beyond this: the distance of any two is still one.
const FARTHEST: f64 = 1e300;

/// A row, or a column of the only row.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What it is called, in as many parts as there are keys.
    pub label: Vec<String>,
    pub value: Option<f64>,
    /// The value as tables print it.
    pub shown: String,
}

/// A value for each label.
#[derive(Clone, Debug)]
pub struct Bars<'a> {
    /// `cost by model`
    pub caption: String,
    pub ty: &'a Type,
    pub bars: Vec<Bar>,
    /// Columns of numbers that have no bar.
    pub left_out: Vec<String>,
}

/// What lies along a line.
#[derive(Clone, Debug)]
pub enum X<'a> {
    /// Seconds of the calendar, as it is shown.
    Time,
    Number(&'a Type),
    /// One step from each to the next.
    Names(Vec<String>),
}

impl X<'_> {
    /// What a place along it is called.
    pub fn called(&self, place: f64) -> String {
        match self {
            Self::Time => super::scale::instant(place),
            Self::Number(ty) => Cells::of(ty, &[Value::Float(place)]).show(&Value::Float(place)),
            Self::Names(names) => names.get(place as usize).cloned().unwrap_or_default(),
        }
    }
}

/// What one line shows, along x; a value that is not there is a gap.
#[derive(Clone, Debug)]
pub struct Series {
    pub name: String,
    pub points: Vec<(f64, Option<f64>)>,
}

/// Values along an axis.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    /// `cost by date and provider, 2026-01-20 to 2026-02-18`
    pub caption: String,
    pub ty: &'a Type,
    pub x: X<'a>,
    /// What names the series: their key, or nothing where each is a column.
    pub named_by: Option<String>,
    /// Those of a key come by the size of their sums.
    pub series: Vec<Series>,
    pub left_out: Vec<String>,
    /// Rows without a place along x.
    pub lost: usize,
}

/// A column and its values.
type Of<'a> = (&'a Column, &'a [Value]);

/// A bar for each row; nothing where there are none.
pub fn bars<'a>(format: &'static str, frame: &'a Frame) -> Result<Option<Bars<'a>>, Unrenderable> {
    let Some(numbers) = numbers(format, frame)? else { return Ok(None) };
    let Some(((value, values), others)) = numbers.split_first() else { return Ok(None) };
    let labels = labels(frame);
    if labels.is_empty() && frame.height() == 1 {
        let alike = numbers.iter().filter(|(column, _)| column.ty.unit() == value.ty.unit());
        let row: Vec<Value> = alike.clone().filter_map(|(_, values)| values.first().cloned()).collect();
        let cells = Cells::of(&value.ty, &row);
        let bar = |((column, _), value): (&Of<'_>, &Value)| Bar {
            label: vec![name_of(column)],
            value: drawable(value),
            shown: cells.show(value),
        };
        let bars = alike.zip(&row).map(bar).collect();
        let left_out = numbers.iter().filter(|(column, _)| column.ty.unit() != value.ty.unit());
        let left_out = left_out.map(|(column, _)| name_of(column)).collect();
        return Ok(Some(Bars { caption: String::new(), ty: &value.ty, bars, left_out }));
    }
    let cells = Cells::of(&value.ty, values);
    let names: Vec<Vec<String>> = labels.iter().map(|of| shown(*of)).collect();
    let bar = |(row, value): (usize, &Value)| {
        let mut label: Vec<String> = names.iter().filter_map(|names| names.get(row).cloned()).collect();
        if label.is_empty() {
            label.push((row + 1).to_string());
        }
        Bar { label, value: drawable(value), shown: cells.show(value) }
    };
    Ok(Some(Bars {
        caption: caption(&[name_of(value)], &labels),
        ty: &value.ty,
        bars: values.iter().enumerate().map(bar).collect(),
        left_out: others.iter().map(|(column, _)| name_of(column)).collect(),
    }))
}

/// Values along a time, a key or the order of the rows; nothing where there are no rows.
pub fn lines<'a>(format: &'static str, frame: &'a Frame) -> Result<Option<Lines<'a>>, Unrenderable> {
    let Some(numbers) = numbers(format, frame)? else { return Ok(None) };
    let Some((value, values)) = numbers.first().copied() else { return Ok(None) };
    let (along, splits) = along(frame);
    let (x, places) = match along {
        Some(of) => placed(of),
        None => (X::Names((1..=values.len()).map(|n| n.to_string()).collect()), (0..values.len()).map(at).collect()),
    };
    let lost = places.iter().filter(|place| place.is_none()).count();
    let point = |(place, value): (&Option<f64>, &Value)| Some(((*place)?, drawable(value)));
    let mut series: Vec<Series> = Vec::new();
    let mut left_out: Vec<String> = Vec::new();
    let mut named_by = None;
    if splits.is_empty() {
        for (column, values) in &numbers {
            if column.ty.unit() == value.ty.unit() {
                series.push(Series {
                    name: name_of(column),
                    points: places.iter().zip(*values).filter_map(point).collect(),
                });
            } else {
                left_out.push(name_of(column));
            }
        }
    } else {
        let names: Vec<Vec<String>> = splits.iter().map(|of| shown(*of)).collect();
        let mut found: HashMap<String, usize> = HashMap::new();
        for (row, pair) in places.iter().zip(values).enumerate() {
            let Some(point) = point(pair) else { continue };
            let name: Vec<&str> = names.iter().filter_map(|names| names.get(row).map(String::as_str)).collect();
            let next = series.len();
            let place = *found.entry(name.join(", ")).or_insert(next);
            if place == next {
                series.push(Series { name: name.join(", "), points: Vec::new() });
            }
            if let Some(series) = series.get_mut(place) {
                series.points.push(point);
            }
        }
        series.sort_by(|a, b| b.size().total_cmp(&a.size()));
        named_by = Some(splits.iter().map(|(column, _)| name_of(column)).collect::<Vec<_>>().join(", "));
        left_out.extend(numbers.iter().skip(1).map(|(column, _)| name_of(column)));
    }
    for series in &mut series {
        series.points.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    let keys: Vec<Of<'_>> = along.iter().copied().chain(splits).collect();
    let mut drawn: Vec<String> = series.iter().map(|series| series.name.clone()).collect();
    if named_by.is_some() {
        drawn = vec![name_of(value)];
    }
    let range = match &x {
        X::Time => along.map(range).unwrap_or_default(),
        X::Number(_) | X::Names(_) => String::new(),
    };
    let caption = caption(&drawn, &keys) + &range;
    Ok(Some(Lines { caption, ty: &value.ty, x, named_by, series, left_out, lost }))
}

impl Series {
    fn size(&self) -> f64 {
        self.values().map(|y| y.abs().min(FARTHEST / 1e9)).sum()
    }

    pub fn values(&self) -> impl DoubleEndedIterator<Item = f64> {
        self.points.iter().filter_map(|(_, y)| *y)
    }
}

impl Lines<'_> {
    /// The least and the greatest place along x that has a row; none where what lies between two has no meaning.
    pub fn reach(&self) -> Option<(f64, f64)> {
        if matches!(self.x, X::Names(_)) {
            return None;
        }
        let places = || self.series.iter().flat_map(|series| series.points.iter().map(|(x, _)| *x));
        let (low, high) = (places().min_by(f64::total_cmp)?, places().max_by(f64::total_cmp)?);
        Some((low, high))
    }
}

/// The columns that can be drawn; nothing where there are no rows, or where only they would tell.
fn numbers<'a>(format: &'static str, frame: &'a Frame) -> Result<Option<Vec<Of<'a>>>, Unrenderable> {
    let numbers: Vec<Of<'a>> = columns(frame).filter(|(column, _)| column.is_value()).collect();
    if numbers.is_empty() && frame.schema.open.is_none() {
        return Err(Unrenderable::NoNumber(format));
    }
    Ok(Some(numbers).filter(|numbers| !numbers.is_empty() && frame.height() > 0))
}

fn columns(frame: &Frame) -> impl Iterator<Item = Of<'_>> {
    frame.schema.columns.iter().zip(frame.columns.iter().map(Vec::as_slice))
}

/// The keys of the rows; without any, the first column that is no number.
fn labels(frame: &Frame) -> Vec<Of<'_>> {
    let keys: Vec<Of<'_>> = columns(frame).filter(|(column, _)| column.role == Role::Key).collect();
    if !keys.is_empty() {
        return keys;
    }
    columns(frame).find(|(column, _)| names_rows(&column.ty)).into_iter().collect()
}

/// What lies along x, and what makes a series of its own of each of its values.
fn along(frame: &Frame) -> (Option<Of<'_>>, Vec<Of<'_>>) {
    let timed = |(column, _): &Of<'_>| matches!(column.ty, Type::Date | Type::Time);
    let keys: Vec<Of<'_>> = columns(frame).filter(|(column, _)| column.role == Role::Key).collect();
    if keys.is_empty() {
        let texts = || columns(frame).filter(|(column, _)| column.ty == Type::Text);
        return match columns(frame).find(timed) {
            Some(time) => (Some(time), texts().find(|of| repeats(*of)).into_iter().collect()),
            None => (texts().next(), Vec::new()),
        };
    }
    let along = keys.iter().position(timed).unwrap_or(0);
    let splits = keys.iter().enumerate().filter(|(place, _)| *place != along).map(|(_, key)| *key).collect();
    (keys.get(along).copied(), splits)
}

/// Its texts are names of groups rather than of rows.
fn repeats((_, values): Of<'_>) -> bool {
    let mut seen = std::collections::HashSet::new();
    values.iter().filter(|value| seen.insert(value.name())).count() * 2 <= values.len()
}

fn names_rows(ty: &Type) -> bool {
    matches!(ty, Type::Text | Type::Bool | Type::Date | Type::Time)
}

/// The place of each row along x.
fn placed<'a>((column, values): Of<'a>) -> (X<'a>, Vec<Option<f64>>) {
    match &column.ty {
        Type::Date | Type::Time => (X::Time, values.iter().map(seconds).collect()),
        ty @ Type::Number(..) => (X::Number(ty), values.iter().map(drawable).collect()),
        _ => {
            let mut names: Vec<String> = Vec::new();
            let mut found: HashMap<String, usize> = HashMap::new();
            let place = |name: String| {
                let next = names.len();
                let place = *found.entry(name.clone()).or_insert(next);
                if place == next {
                    names.push(name);
                }
                at(place)
            };
            let places = shown((column, values)).into_iter().map(place).collect();
            (X::Names(names), places)
        }
    }
}

fn at(place: usize) -> Option<f64> {
    Some(place as f64)
}

/// Seconds of the calendar as it is shown, from 1970 on.
fn seconds(value: &Value) -> Option<f64> {
    match value {
        Value::Date(day) => Some(day.to_datetime(jiff::civil::Time::midnight())),
        Value::Time(time) => Some(jiff::tz::Offset::UTC.to_datetime(*time)),
        Value::Local(time, offset) => Some(offset.to_datetime(*time)),
        _ => None,
    }
    .and_then(|time| jiff::tz::Offset::UTC.to_timestamp(time).ok())
    .map(|time| time.as_millisecond() as f64 / 1e3)
}

/// A number that has a place on an axis.
fn drawable(value: &Value) -> Option<f64> {
    value.number().filter(|x| x.is_finite()).map(|x| x.clamp(-FARTHEST, FARTHEST))
}

fn shown((column, values): Of<'_>) -> Vec<String> {
    let cells = Cells::of(&column.ty, values);
    values.iter().map(|value| cells.show(value)).collect()
}

fn name_of(column: &Column) -> String {
    harmless::line(&column.name).into_owned()
}

/// `cost by date and provider`
fn caption(drawn: &[String], keys: &[Of<'_>]) -> String {
    let keys: Vec<String> = keys.iter().map(|(column, _)| name_of(column)).collect();
    let by = if keys.is_empty() { "" } else { " by " };
    format!("{}{by}{}", listed(drawn), listed(&keys))
}

/// `a, b and c`
fn listed(names: &[String]) -> String {
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// `, 2026-01-20 to 2026-02-18`
fn range((column, values): Of<'_>) -> String {
    let cells = Cells::of(&column.ty, values);
    let known = || values.iter().filter_map(|value| Some((seconds(value)?, value)));
    let first = known().min_by(|a, b| a.0.total_cmp(&b.0));
    let last = known().max_by(|a, b| a.0.total_cmp(&b.0));
    match (first, last) {
        (Some((a, first)), Some((b, last))) if a < b => format!(", {} to {}", cells.show(first), cells.show(last)),
        (Some((_, only)), _) => format!(", {}", cells.show(only)),
        _ => String::new(),
    }
}
