//! Whether what the ledger keeps is what was written, and what the API still says.

use std::collections::BTreeMap;

use jiff::civil::Date;
use polars::prelude::*;

use super::collect;
use super::decode::{days_since_epoch, defect};
use super::fetch::Rows;
use super::kept::{DATE, lie_in, whole};
use crate::diagnostics::Diagnostic;
use crate::ledger::Ledger;
use crate::model::kept::{KINDS, KeptGrain, Kind, MEASURES, NAMED};
use crate::model::window::Days;

/// Reads every file, and says in words what is wrong with each: rows that are not as the list has them, or are there twice.
pub fn wrong_files(ledger: &Ledger) -> Result<Vec<String>, Diagnostic> {
    let mut wrong = Vec::new();
    for kind in KINDS {
        let days: BTreeMap<Date, u64> = ledger.days().of(kind).map(|(day, kept)| (day, kept.rows)).collect();
        let (Some((first, _)), Some((last, _))) = (days.first_key_value(), days.last_key_value()) else { continue };
        for path in ledger.files(kind, Days { first: *first, last: *last }) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let rows = match whole(&path) {
                Ok(rows) => rows,
                Err(_) => {
                    wrong.push(format!("{name} cannot be read"));
                    continue;
                }
            };
            if kind.columns().any(|column| rows.column(column).is_err()) {
                wrong.push(format!("{name} lacks columns"));
                continue;
            }
            let month = days.iter().filter(|(day, _)| ledger.file(kind, **day).as_ref() == Some(&path));
            let listed: BTreeMap<i32, u64> = month.map(|(day, rows)| (days_since_epoch(*day), *rows)).collect();
            let listed: BTreeMap<i32, u64> = listed.into_iter().filter(|(_, rows)| *rows > 0).collect();
            if counts(&rows)? != listed {
                wrong.push(format!("{name} does not have the rows that the list has of its days"));
            }
            let keys = rows.select(kind.dimensions.iter().copied()).map_err(defect)?;
            let distinct = collect::many_rows(keys.lazy().unique(None, UniqueKeepStrategy::Any))?;
            if distinct.height() != rows.height() {
                wrong.push(format!("{name} has rows twice"));
            }
        }
    }
    Ok(wrong)
}

/// How many rows each day has, by its number.
fn counts(rows: &DataFrame) -> Result<BTreeMap<i32, u64>, Diagnostic> {
    let days = rows.column(DATE).map_err(defect)?.cast(&DataType::Int32).map_err(defect)?;
    let mut counts = BTreeMap::new();
    for day in days.i32().map_err(defect)?.iter().flatten() {
        *counts.entry(day).or_default() += 1;
    }
    Ok(counts)
}

/// The days of which the API has other rows now. What things are called is left aside: it may change at any time.
pub fn differing(ledger: &Ledger, kind: &Kind, days: Days, now: &Rows) -> Result<Vec<Date>, Diagnostic> {
    let is_name = |column: &str| {
        NAMED.iter().any(|(name, _)| *name == column)
            || (kind.grain == KeptGrain::Sums && matches!(column, "model" | "author"))
    };
    let columns: Vec<&str> = kind.columns().filter(|column| !is_name(column)).collect();
    let of_day = |rows: &DataFrame, day: Date| {
        let rows = rows.clone().lazy().filter(lie_in(Days { first: day, last: day }));
        let kept = rows.select(columns.iter().map(|name| col(*name)).collect::<Vec<_>>());
        let by: Vec<PlSmallStr> = columns.iter().map(|name| PlSmallStr::from_str(name)).collect();
        collect::many_rows(kept.sort(by, SortMultipleOptions::default()))
    };
    let mut differing = Vec::new();
    for day in days.iter() {
        let Some(path) = ledger.file(kind, day) else { continue };
        let (kept, now) = (of_day(&whole(&path)?, day)?, of_day(now, day)?);
        if !are_near(&kept, &now)? {
            differing.push(day);
        }
    }
    Ok(differing)
}

/// The same but for the last digits of sums.
fn are_near(a: &DataFrame, b: &DataFrame) -> Result<bool, Diagnostic> {
    if a.height() != b.height() {
        return Ok(false);
    }
    for (left, right) in a.columns().iter().zip(b.columns()) {
        let same = if MEASURES.contains(&left.name().as_str()) {
            let numbers = |column: &Column| column.cast(&DataType::Float64).map_err(defect);
            let (left, right) = (numbers(left)?, numbers(right)?);
            let (left, right) = (left.f64().map_err(defect)?, right.f64().map_err(defect)?);
            left.iter().zip(right.iter()).all(|pair| match pair {
                (Some(a), Some(b)) => (a - b).abs() <= 1e-6,
                (a, b) => a == b,
            })
        } else {
            left.equals_missing(right)
        };
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}
