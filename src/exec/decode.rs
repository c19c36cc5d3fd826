//! Answers become columns. Numbers may be texts, unknown fields are passed over, absent ones are null; what a query needs
//! and an answer lacks is an error.

use std::collections::HashSet;

use polars::prelude::*;
use serde_json::Value as Json;

use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{ColumnDef, ColumnType};
use crate::model::request::Request;
use crate::model::route::{Piece, Translation};
use crate::model::window::Days;
use crate::sources;

/// The rows of a piece, with the fields that its route knows and its answer lacks; only those of its days.
pub fn rows_of(piece: &Piece, request: &Request, pages: &[Json]) -> Result<Vec<Json>, Diagnostic> {
    let mut kept = Vec::new();
    for page in pages {
        for row in rows(page, request)? {
            if let Some(days) = piece.days
                && !lies_in(row, days)?
            {
                continue;
            }
            let mut row = row.clone();
            if let Json::Object(fields) = &mut row {
                fields.extend(piece.added.iter().map(|(name, value)| (name.to_string(), value.clone())));
                for Translation { from, to, names } in &piece.translated {
                    let id = fields.get(*from).and_then(Json::as_str);
                    let name =
                        names.iter().find(|(known, _)| Some(known.as_str()) == id).map(|(_, name)| name.as_str());
                    let name: Json = name.or(id).into();
                    fields.insert(to.to_string(), name);
                }
            }
            kept.push(row);
        }
    }
    Ok(kept)
}

/// Without rows that came before, by the field that tells them apart; rows of all pieces are `known` by it.
pub fn once(piece: &Piece, rows: Vec<Json>, known: &mut HashSet<String>) -> Vec<Json> {
    let Some(name) = piece.once else { return rows };
    let is_new = |row: &Json| field(row, name).is_none_or(|identity| known.insert(identity.to_string()));
    rows.into_iter().filter(is_new).collect()
}

/// These columns of some rows; each is read as its definition says.
pub fn frame(columns: &[&'static ColumnDef], rows: &[Json]) -> Result<DataFrame, Diagnostic> {
    let series: Result<Vec<Column>, Diagnostic> = columns.iter().map(|def| column(def, rows)).collect();
    DataFrame::new(rows.len(), series?).map_err(defect)
}

/// The pages without fields of these names, wherever they stand.
pub fn without(mut pages: Vec<Json>, names: &[&str]) -> Vec<Json> {
    pages.iter_mut().for_each(|page| cut_out(page, names));
    pages
}

fn cut_out(value: &mut Json, names: &[&str]) {
    match value {
        Json::Object(fields) => {
            fields.retain(|name, _| !names.contains(&name.as_str()));
            fields.values_mut().for_each(|value| cut_out(value, names));
        }
        Json::Array(items) => items.iter_mut().for_each(|item| cut_out(item, names)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// Some row is of this day.
pub fn has_day(rows: &[Json], day: jiff::civil::Date) -> Result<bool, Diagnostic> {
    for row in rows {
        if lies_in(row, Days { first: day, last: day })? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The rows of all pages of a list.
pub fn listed(pages: &[Json], request: &Request) -> Result<Vec<Json>, Diagnostic> {
    let mut all = Vec::new();
    for page in pages {
        all.extend(rows(page, request)?.iter().cloned());
    }
    Ok(all)
}

/// Every row has zeros in all of these fields.
pub fn are_zeros(pages: &[Json], request: &Request, fields: &[&str]) -> Result<bool, Diagnostic> {
    let zero = |row: &Json, name: &str| field(row, name).and_then(number) == Some(0.0);
    let mut all = true;
    for page in pages {
        all &= rows(page, request)?.iter().all(|row| fields.iter().all(|name| zero(row, name)));
    }
    Ok(all)
}

/// What `/key` says of the key that asks (fact 3).
pub fn is_management_key(pages: &[Json], request: &Request) -> Result<bool, Diagnostic> {
    let says = |row: &Json, name: &str| field(row, name).and_then(Json::as_bool).unwrap_or(false);
    let mut found = false;
    for page in pages {
        found |=
            rows(page, request)?.iter().any(|row| says(row, "is_management_key") || says(row, "is_provisioning_key"));
    }
    Ok(found)
}

/// The rows of a page, one or many.
fn rows<'a>(page: &'a Json, request: &Request) -> Result<&'a [Json], Diagnostic> {
    match field(page, request.rows) {
        Some(Json::Array(rows)) => match rows.iter().find(|row| !row.is_object()) {
            None => Ok(rows),
            Some(_) => Err(unreadable(format!("a row of the answer to {} is no object", request.shown()))),
        },
        Some(row @ Json::Object(_)) => Ok(std::slice::from_ref(row)),
        _ => Err(unreadable(format!("the answer to {} has no `{}`", request.shown(), request.rows))),
    }
}

/// A row without a day that can be read belongs nowhere, and must not be left out in silence.
fn lies_in(row: &Json, days: Days) -> Result<bool, Diagnostic> {
    let day = row.get("date").and_then(Json::as_str).and_then(day_of);
    day.map(|day| days.contains(day)).ok_or_else(|| {
        let shown: String = row.get("date").unwrap_or(&Json::Null).to_string().chars().take(60).collect();
        unreadable(format!("the field `date` of the answer is no date: {shown}"))
    })
}

fn column(def: &ColumnDef, rows: &[Json]) -> Result<Column, Diagnostic> {
    let lacking = |name: &&str| rows.iter().any(|row| field(row, name).is_none());
    if let Some(absent) = def.fields().find(lacking).filter(|_| def.required) {
        return Err(lacks(def.name, absent));
    }
    let cells: Result<Vec<Json>, Diagnostic> = rows.iter().map(|row| cell(def, row)).collect();
    let cells = cells?.into_iter();
    let name = PlSmallStr::from_static(def.name);
    let wrong = |cell: &Json| no_value(def, def.field, cell);
    macro_rules! typed {
        ($read:expr) => {{
            let read = $read;
            let values: Result<Vec<_>, Diagnostic> = cells
                .map(|cell| if cell.is_null() { Ok(None) } else { read(&cell).map(Some).ok_or_else(|| wrong(&cell)) })
                .collect();
            Series::new(name, values?)
        }};
    }
    let series = match def.ty {
        ColumnType::Number(..) => typed!(number),
        ColumnType::Count(..) => typed!(count),
        ColumnType::Text => typed!(text),
        ColumnType::Bool => typed!(Json::as_bool),
        ColumnType::Date => typed!(|cell: &Json| cell.as_str().and_then(day_of).map(days_since_epoch))
            .cast(&DataType::Date)
            .map_err(defect)?,
        ColumnType::Time => typed!(micros).cast(&TIME).map_err(defect)?,
        ColumnType::Texts | ColumnType::Records(_) => {
            let dtype = dtype(def.ty);
            let values: Vec<AnyValue<'static>> = cells.map(|cell| nested(&cell, def.ty)).collect();
            Series::from_any_values_and_dtype(name, &values, &dtype, false).map_err(defect)?
        }
    };
    Ok(series.into_column())
}

/// What a row has in this column, before it is read as the column's type.
fn cell(def: &ColumnDef, row: &Json) -> Result<Json, Diagnostic> {
    if let Some(compute) = def.compute {
        return Ok(compute(row));
    }
    let own = field(row, def.field).cloned().unwrap_or(Json::Null);
    if def.parts.is_empty() {
        return Ok(own);
    }
    let mut total = None;
    for part in def.fields() {
        match field(row, part) {
            // The sum is not known where a part of it is not there.
            None => return Ok(Json::Null),
            // An unused part of a cost is null (fact 17).
            Some(Json::Null) => {}
            Some(value) => {
                let value = number(value).ok_or_else(|| no_value(def, part, value))?;
                total = Some(total.unwrap_or(0.0) + value);
            }
        }
    }
    Ok(total.map_or(Json::Null, sources::amount))
}

fn no_value(def: &ColumnDef, field: &str, cell: &Json) -> Diagnostic {
    let shown: String = cell.to_string().chars().take(60).collect();
    unreadable(format!("the field `{field}` of the answer is no {}: {shown}", def.ty.ty().word()))
}

/// Instants, in UTC without saying so.
pub const TIME: DataType = DataType::Datetime(TimeUnit::Microseconds, None);

fn dtype(ty: ColumnType) -> DataType {
    match ty {
        ColumnType::Number(..) => DataType::Float64,
        ColumnType::Count(..) => DataType::Int64,
        ColumnType::Text => DataType::String,
        ColumnType::Bool => DataType::Boolean,
        ColumnType::Date => DataType::Date,
        ColumnType::Time => TIME,
        ColumnType::Texts => DataType::List(Box::new(DataType::String)),
        ColumnType::Records(fields) => {
            let fields =
                fields.iter().map(|def| Field::new(PlSmallStr::from_static(def.name), dtype(def.ty))).collect();
            DataType::List(Box::new(DataType::Struct(fields)))
        }
    }
}

/// A cell inside of a list or record; what does not fit its type is null there.
fn nested(cell: &Json, ty: ColumnType) -> AnyValue<'static> {
    let list = |items: Vec<AnyValue<'static>>, dtype: DataType| {
        let series = Series::from_any_values_and_dtype(PlSmallStr::EMPTY, &items, &dtype, false);
        series.map_or(AnyValue::Null, AnyValue::List)
    };
    let some = |value: Option<AnyValue<'static>>| value.unwrap_or(AnyValue::Null);
    match ty {
        ColumnType::Number(..) => some(number(cell).map(AnyValue::Float64)),
        ColumnType::Count(..) => some(count(cell).map(AnyValue::Int64)),
        ColumnType::Text => some(text(cell).map(|text| AnyValue::StringOwned(text.into()))),
        ColumnType::Bool => some(cell.as_bool().map(AnyValue::Boolean)),
        ColumnType::Date => some(cell.as_str().and_then(day_of).map(|day| AnyValue::Date(days_since_epoch(day)))),
        ColumnType::Time => some(micros(cell).map(|time| AnyValue::Datetime(time, TimeUnit::Microseconds, None))),
        ColumnType::Texts => match cell {
            Json::Array(items) => {
                list(items.iter().map(|item| nested(item, ColumnType::Text)).collect(), DataType::String)
            }
            _ => AnyValue::Null,
        },
        ColumnType::Records(defs) => match cell {
            Json::Array(items) => {
                let DataType::List(element) = dtype(ty) else { return AnyValue::Null };
                let DataType::Struct(fields) = element.as_ref() else { return AnyValue::Null };
                let record = |item: &Json| {
                    let values =
                        defs.iter().map(|def| nested(item.get(def.field).unwrap_or(&Json::Null), def.ty)).collect();
                    AnyValue::StructOwned(Box::new((values, fields.clone())))
                };
                list(items.iter().map(record).collect(), (*element).clone())
            }
            _ => AnyValue::Null,
        },
    }
}

/// The field of a name, or of a path with dots.
fn field<'a>(row: &'a Json, path: &str) -> Option<&'a Json> {
    path.split('.').try_fold(row, |value, name| value.get(name))
}

/// Numbers may come as texts (facts 17 and 31).
fn number(cell: &Json) -> Option<f64> {
    match cell {
        Json::Number(n) => n.as_f64(),
        Json::String(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
        _ => None,
    }
}

/// A whole number that a float holds exactly.
fn count(cell: &Json) -> Option<i64> {
    const LARGEST: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;
    number(cell).filter(|n| n.fract() == 0.0 && n.abs() <= LARGEST).map(|n| n as i64)
}

fn text(cell: &Json) -> Option<String> {
    match cell {
        Json::String(text) => Some(text.clone()),
        Json::Number(n) => Some(n.to_string()),
        Json::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// `2026-05-19`, also with a time behind it (fact 18).
fn day_of(text: &str) -> Option<jiff::civil::Date> {
    text.get(..10)?.parse().ok()
}

pub fn days_since_epoch(day: jiff::civil::Date) -> i32 {
    let since = jiff::civil::date(1970, 1, 1).until((jiff::Unit::Day, day));
    since.map_or(0, |span| span.get_days())
}

/// Microseconds since 1970 of an instant with an offset, of one without (UTC, fact 18), or of whole seconds.
fn micros(cell: &Json) -> Option<i64> {
    if let Some(seconds) = cell.as_i64() {
        return seconds.checked_mul(1_000_000);
    }
    let text = cell.as_str()?;
    let time = text.parse::<jiff::Timestamp>().ok().or_else(|| {
        let civil = text.parse::<jiff::civil::DateTime>().ok()?;
        civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    });
    time.map(|time| time.as_microsecond())
}

pub fn lacks(name: &str, field: &str) -> Diagnostic {
    unreadable(format!("the answer has no field `{field}`, which `{name}` needs"))
}

fn unreadable(message: String) -> Diagnostic {
    Diagnostic::error(Code::E0506, message)
        .help("the API may have changed; `--raw` shows its answer, and leaving the column out avoids the field")
}

/// The engine refused what the check had let through.
pub fn defect(error: PolarsError) -> Diagnostic {
    Diagnostic::error(Code::E0703, format!("the engine refused the plan: {error}"))
        .help("this is a defect of orq; please report the query")
}
