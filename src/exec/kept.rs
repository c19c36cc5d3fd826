//! Rows of the ledger: read from its files, and written for them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

use jiff::civil::Date;
use polars::prelude::*;

use super::decode::{days_since_epoch, defect};
use super::fetch::Rows;
use super::{collect, decode, expr};
use crate::diagnostics::{Code, Diagnostic};
use crate::ledger::{Ledger, Month, NewDay, month_of, unreadable_rows};
use crate::model::catalog::ColumnDef;
use crate::model::kept::{KeptDay, KeptGrain, KeptNames, Kind, MEASURES, MONEY, NAMED, UNLISTED};
use crate::model::route::{Kept, KeptFilter};
use crate::model::window::Days;

pub const DATE: &str = "date";
const WORKSPACE: &str = "workspace";

/// An expression may be a thousand operators deep.
const STACK: usize = 256 << 20;

/// Kept rows, and what is to be known of the names in them.
pub struct KeptRows {
    pub rows: DataFrame,
    /// Names that several bear, by their column.
    pub namesakes: Vec<(&'static str, String)>,
    /// Models that may be called by their lasting names.
    pub unlisted: Vec<String>,
}

/// These columns of the kept rows of some days. The engine does not run beside requests, so it has a thread of its own.
pub fn kept(
    ledger: &Ledger,
    kept: &Kept,
    days: Option<Days>,
    columns: &[&'static ColumnDef],
) -> Result<KeptRows, Diagnostic> {
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
) -> Result<KeptRows, Diagnostic> {
    let empty = decode::frame(columns, &[])?;
    let Some(days) = days else { return Ok(KeptRows { rows: empty, namesakes: Vec::new(), unlisted: Vec::new() }) };
    let shown = |name: &str| columns.iter().any(|def| def.name == name);
    let apart = |(name, id): &(&'static str, &'static str)| shown(name) && !shown(id);
    let apart: Vec<(&'static str, &'static str)> = NAMED.iter().copied().filter(apart).collect();
    let mut in_order: Vec<Expr> = columns
        .iter()
        .map(|def| {
            let dtype = empty.column(def.name).map(|column| column.dtype().clone()).unwrap_or(DataType::Null);
            col(def.name).cast(dtype).alias(def.name)
        })
        .collect();
    in_order.extend(apart.iter().map(|(_, id)| col(*id)));
    let ids = apart.iter().map(|(_, id)| lit(NULL).cast(DataType::String).alias(*id)).collect::<Vec<_>>();
    let mut all: Vec<LazyFrame> = vec![empty.lazy().with_columns(ids)];
    // The last days first, as `/activity` has them.
    for path in ledger.files(kept.kind, days).into_iter().rev() {
        let mut rows = read(&path, kept, columns)?.lazy().filter(lie_in(days));
        for (name, id) in NAMED.iter().filter(|(name, _)| uses(kept, columns, name)) {
            rows = rows.with_column(called_last(ledger, name, id));
        }
        rows = kept.filters.iter().fold(rows, |rows, filter| held(rows, ledger, filter));
        all.push(rows.select(in_order.clone()));
    }
    let rows = concat(all, UnionArgs::default()).map_err(defect)?;
    let mut rows = collect::many_rows(rows)?;
    let mut namesakes = Vec::new();
    for (name, id) in apart {
        namesakes.extend(borne_by_several(&rows, name, id)?.into_iter().map(|borne| (name, borne)));
        rows.drop_in_place(id).map_err(defect)?;
    }
    let days = ledger.days();
    let unlisted = days.names.get(UNLISTED).filter(|_| kept.kind.grain == KeptGrain::Sums);
    let unlisted = unlisted.into_iter().flat_map(BTreeMap::keys).cloned().collect();
    Ok(KeptRows { rows, namesakes, unlisted })
}

/// The column is read, or a filter looks at it.
fn uses(kept: &Kept, columns: &[&'static ColumnDef], name: &str) -> bool {
    kept.kind.has(name)
        && (columns.iter().any(|def| def.name == name)
            || kept.filters.iter().any(|filter| filter.condition.columns().contains(&name)))
}

/// A column of names, each as it was last.
fn called_last(ledger: &Ledger, name: &str, id: &str) -> Expr {
    let kept = ledger.days();
    let (ids, names): (Vec<&str>, Vec<&str>) =
        kept.names.get(name).into_iter().flatten().map(|(id, name)| (id.as_str(), name.as_str())).unzip();
    let (ids, names) = (lit(Series::new(PlSmallStr::EMPTY, ids)), lit(Series::new(PlSmallStr::EMPTY, names)));
    let last =
        col(id).replace_strict(ids.implode(false), names.implode(false), Some(col(name)), Some(DataType::String));
    last.alias(name)
}

/// The rows that a filter keeps. Where it compares names, one that is gone is no match for one who bears the name now.
fn held(rows: LazyFrame, ledger: &Ledger, filter: &KeptFilter) -> LazyFrame {
    const AS_IT_WAS: &str = "\u{0}as it was";
    let named = NAMED.iter().find(|(name, _)| filter.names == Some(*name));
    let Some((name, id)) = named else { return rows.filter(expr::lower(&filter.condition)) };
    let kept = ledger.days();
    let borne: Vec<&str> =
        kept.names.get(*name).into_iter().flat_map(|names| names.values()).map(String::as_str).collect();
    let borne = lit(Series::new(PlSmallStr::EMPTY, borne)).implode(false);
    let is_gone = col(*id).is_null().and(col(*name).is_in(borne, false));
    // No text of a query has this character.
    let marked =
        when(is_gone).then(concat_str([col(*name), lit("\u{0}")], "", false)).otherwise(col(*name)).alias(*name);
    let rows = rows.with_column(col(*name).alias(AS_IT_WAS)).with_column(marked).filter(expr::lower(&filter.condition));
    rows.with_column(col(AS_IT_WAS).alias(*name)).drop(cols([AS_IT_WAS]))
}

/// Names in these rows that several bear.
fn borne_by_several(rows: &DataFrame, name: &str, id: &str) -> Result<Vec<String>, Diagnostic> {
    let bearers = rows.clone().lazy().filter(col(name).is_not_null()).select([col(name), col(id)]);
    let bearers = bearers.unique(None, UniqueKeepStrategy::Any).group_by([col(name)]).agg([len().alias("bearers")]);
    let several = collect::rows(
        bearers.filter(col("bearers").gt(lit(1))).select([col(name)]).sort([name], SortMultipleOptions::default()),
    )?;
    let names = several.column(name).map_err(defect)?.str().map_err(defect)?;
    Ok(names.iter().flatten().map(str::to_string).collect())
}

pub fn lie_in(days: Days) -> Expr {
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
        used.extend(kept.filters.iter().flat_map(|filter| filter.condition.columns()));
        let apart = NAMED.iter().filter(|(name, _)| used.contains(name)).map(|(_, id)| *id);
        used.extend(apart.collect::<Vec<_>>());
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
    let new = collect::many_rows(rows.clone().lazy().select(columns.clone()).filter(is_new.clone()))?;
    let before = match days.first().and_then(|day| ledger.file(kind, *day)) {
        Some(path) => collect::many_rows(whole(&path)?.lazy().select(columns))?,
        None => new.clear(),
    };
    let kept = before.clone().lazy().filter(is_new.not());
    let all = concat([kept, new.clone().lazy()], UnionArgs::default()).map_err(defect)?;
    // Within a day the rows stay as the API gave them.
    let last_first = SortMultipleOptions::default().with_order_descending(true).with_maintain_order(true);
    let mut all = collect::many_rows(all.sort([DATE], last_first))?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).with_compression(ParquetCompression::Zstd(None)).finish(&mut all).map_err(defect)?;
    let known: BTreeMap<Date, KeptDay> = ledger.days().of(kind).collect();
    let of_day = |day: &Date| {
        let (found, earlier) = (rows_of_day(&new, kind, *day)?, rows_of_day(&before, kind, *day)?);
        let changed = known.contains_key(day) && !found.equals_missing(&earlier);
        Ok((*day, NewDay { rows: found.height() as u64, changed }))
    };
    let days = days.iter().map(of_day).collect::<Result<_, Diagnostic>>()?;
    Ok(Month { kind, name, bytes, days })
}

/// The rows of a day in an order of their own.
fn rows_of_day(rows: &DataFrame, kind: &Kind, day: Date) -> Result<DataFrame, Diagnostic> {
    let by: Vec<PlSmallStr> = kind.dimensions.iter().map(|name| PlSmallStr::from_static(name)).collect();
    let of_day = rows.clone().lazy().filter(lie_in(Days { first: day, last: day }));
    collect::many_rows(of_day.sort(by, SortMultipleOptions::default()))
}

/// All of a file.
pub fn whole(path: &Path) -> Result<DataFrame, Diagnostic> {
    let file = File::open(path).map_err(|error| unreadable_rows(path, &error))?;
    ParquetReader::new(file).finish().map_err(|error| unreadable_rows(path, &error))
}

/// What keys or users were called last, by what tells them apart; and the models that are not among those that are listed.
pub fn names(kind: &Kind, rows: &Rows, listed: &BTreeSet<String>) -> Result<KeptNames, Diagnostic> {
    let sorted = collect::many_rows(rows.clone().lazy().sort([DATE], SortMultipleOptions::default()))?;
    let texts = |name: &str| sorted.column(name).map_err(defect)?.str().map_err(defect).cloned();
    let mut known = KeptNames::new();
    for (name, id) in NAMED.iter().filter(|(name, _)| kind.has(name)) {
        let (ids, names) = (texts(id)?, texts(name)?);
        let pairs = ids.iter().zip(names.iter()).filter_map(|(id, name)| Some((id?.to_string(), name?.to_string())));
        known.insert(name.to_string(), pairs.collect());
    }
    if kind.grain == KeptGrain::Sums {
        let models = texts("model_permaslug")?;
        let unlisted = models.iter().flatten().filter(|model| !listed.contains(*model));
        known.insert(UNLISTED.to_string(), unlisted.map(|model| (model.to_string(), model.to_string())).collect());
    }
    Ok(known)
}
