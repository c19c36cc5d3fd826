//! Rows of the ledger: read from its files, and written for them.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use jiff::civil::Date;
use polars::prelude::*;

use super::decode::{days_since_epoch, defect};
use super::fetch::Rows;
use super::{collect, decode, expr};
use crate::diagnostics::{Code, Diagnostic};
use crate::ledger::{Ledger, Month, month_of, unreadable_rows};
use crate::model::catalog::ColumnDef;
use crate::model::expr::Typed;
use crate::model::kept::{Kind, MEASURES, MONEY};
use crate::model::route::Kept;
use crate::model::window::Days;

const DATE: &str = "date";
const WORKSPACE: &str = "workspace";

/// An expression may be a thousand operators deep.
const STACK: usize = 256 << 20;

/// These columns of the kept rows of some days. The engine does not run beside requests, so it has a thread of its own.
pub fn kept(
    ledger: &Ledger,
    kept: &Kept,
    days: Option<Days>,
    columns: &[&'static ColumnDef],
) -> Result<DataFrame, Diagnostic> {
    let work = || rows_of(ledger, kept, days, columns);
    std::thread::scope(|scope| {
        let started = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let broken = |what: String| Diagnostic::error(Code::E0703, what).help("close other programs, or report this");
        let started = started.map_err(|error| broken(format!("no thread can be started: {error}")))?;
        started.join().unwrap_or_else(|_| Err(broken("the ledger cannot be read: the work broke off".to_string())))
    })
}

fn rows_of(
    ledger: &Ledger,
    kept: &Kept,
    days: Option<Days>,
    columns: &[&'static ColumnDef],
) -> Result<DataFrame, Diagnostic> {
    let empty = decode::frame(columns, &[])?;
    let Some(days) = days else { return Ok(empty) };
    let mut all: Vec<LazyFrame> = Vec::new();
    for path in ledger.files(kept.kind, days) {
        let rows = read(&path, kept, columns)?.lazy().filter(lie_in(days));
        all.push(kept.filters.iter().fold(rows, |rows, filter| rows.filter(expr::lower(filter))));
    }
    let named = |name: &str| all_named(name, ledger);
    let in_order = columns.iter().map(|def| {
        let dtype = empty.column(def.name).map(|column| column.dtype().clone()).unwrap_or(DataType::Null);
        named(def.name).cast(dtype).alias(def.name)
    });
    let in_order: Vec<Expr> = in_order.collect();
    let parts = all.into_iter().map(|rows| rows.select(in_order.clone()));
    let parts: Vec<LazyFrame> = std::iter::once(empty.lazy()).chain(parts).collect();
    let rows = concat(parts, UnionArgs::default()).map_err(defect)?;
    collect::many_rows(rows)
}

/// The value of a column; keys are called what they were called last.
fn all_named(name: &str, ledger: &Ledger) -> Expr {
    let hash = col("key_hash");
    if name != "key" {
        return col(name);
    }
    let (hashes, names): (Vec<&str>, Vec<&str>) = ledger.key_names().unzip();
    let (hashes, names) = (lit(Series::new(PlSmallStr::EMPTY, hashes)), lit(Series::new(PlSmallStr::EMPTY, names)));
    hash.replace_strict(hashes.implode(false), names.implode(false), Some(col("key")), Some(DataType::String))
}

fn lie_in(days: Days) -> Expr {
    let day = |day: Date| lit(days_since_epoch(day)).cast(DataType::Date);
    col(DATE).gt_eq(day(days.first)).and(col(DATE).lt_eq(day(days.last)))
}

/// What is needed of a file.
fn read(path: &Path, kept: &Kept, columns: &[&'static ColumnDef]) -> Result<DataFrame, Diagnostic> {
    let failed = |error: &dyn std::fmt::Display| unreadable_rows(path, error);
    let file = File::open(path).map_err(|error| failed(&error))?;
    let mut names: Vec<String> = kept.kind.columns().map(str::to_string).collect();
    if !kept.merged {
        let mut used: Vec<&str> = columns.iter().map(|def| def.name).chain([DATE]).collect();
        used.extend(kept.filters.iter().flat_map(Typed::columns));
        if used.contains(&"key") {
            used.push("key_hash");
        }
        names.retain(|name| used.contains(&name.as_str()));
    }
    let rows = ParquetReader::new(file).with_columns(Some(names)).finish().map_err(|error| failed(&error))?;
    if !kept.merged {
        return Ok(rows);
    }
    let keys: Vec<Expr> =
        kept.kind.dimensions.iter().filter(|name| **name != WORKSPACE).map(|name| col(*name)).collect();
    let sums = MEASURES.iter().map(|name| {
        let some = col(*name).is_not_null().any(true);
        let sum = if MONEY.contains(name) { col(*name).sum().round(9, RoundMode::default()) } else { col(*name).sum() };
        when(some).then(sum).otherwise(lit(NULL)).alias(*name)
    });
    let sums: Vec<Expr> = sums.collect();
    collect::many_rows(rows.lazy().group_by_stable(keys).agg(sums))
}

/// The months of these days as they will be: with new rows for these days, and those that are kept for all others.
pub fn months(ledger: &Ledger, kind: &'static Kind, days: &[Date], rows: &Rows) -> Result<Vec<Month>, Diagnostic> {
    let mut by_month: BTreeMap<String, Vec<Date>> = BTreeMap::new();
    for day in days {
        by_month.entry(month_of(*day)).or_default().push(*day);
    }
    by_month.into_iter().map(|(name, days)| month(ledger, kind, name, &days, rows)).collect()
}

fn month(ledger: &Ledger, kind: &'static Kind, name: String, days: &[Date], rows: &Rows) -> Result<Month, Diagnostic> {
    let columns: Vec<Expr> = kind.columns().map(col).collect();
    let numbers: Vec<i32> = days.iter().copied().map(days_since_epoch).collect();
    let numbers = lit(Series::new(PlSmallStr::EMPTY, numbers)).cast(DataType::Date).implode(false);
    let is_new = col(DATE).is_in(numbers, false);
    let new = rows.clone().lazy().select(columns.clone()).filter(is_new.clone());
    let before = match days.first().and_then(|day| ledger.file(kind, *day)) {
        Some(path) => {
            let failed = |error: &dyn std::fmt::Display| unreadable_rows(&path, error);
            let file = File::open(&path).map_err(|error| failed(&error))?;
            let kept = ParquetReader::new(file).finish().map_err(|error| failed(&error))?;
            vec![kept.lazy().select(columns).filter(is_new.not())]
        }
        None => Vec::new(),
    };
    let all = concat(before.into_iter().chain([new]).collect::<Vec<_>>(), UnionArgs::default()).map_err(defect)?;
    let by: Vec<PlSmallStr> = kind.dimensions.iter().map(|name| PlSmallStr::from_static(name)).collect();
    let mut all = collect::rows(all.sort(by, SortMultipleOptions::default()))?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).with_compression(ParquetCompression::Zstd(None)).finish(&mut all).map_err(defect)?;
    let dates = all.column(DATE).map_err(defect)?.cast(&DataType::Int32).map_err(defect)?;
    let dates = dates.i32().map_err(defect)?;
    let count = |day: &Date| dates.iter().flatten().filter(|of| *of == days_since_epoch(*day)).count() as u64;
    let days = days.iter().map(|day| (*day, count(day))).collect();
    Ok(Month { kind, name, bytes, days })
}

/// What each key was called last, by its hash.
pub fn key_names(rows: &Rows) -> Result<BTreeMap<String, String>, Diagnostic> {
    let sorted = collect::rows(rows.clone().lazy().sort([DATE], SortMultipleOptions::default()))?;
    let texts = |name: &str| sorted.column(name).map_err(defect)?.str().map_err(defect).cloned();
    let (hashes, names) = (texts("key_hash")?, texts("key")?);
    let pairs = hashes.iter().zip(names.iter()).filter_map(|(hash, name)| Some((hash?.to_string(), name?.to_string())));
    Ok(pairs.collect())
}
