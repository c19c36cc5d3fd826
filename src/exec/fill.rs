//! Rows that are lacking: every bucket of time for every combination of the keys, and values in the place of nulls.

use jiff::{SignedDuration, Timestamp};
use polars::prelude::*;

use super::collect;
use super::decode::defect;
use super::expr::{self, column};
use super::over;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::expr::TimeUnit as Bucket;
use crate::model::hidden::is_open_name;
use crate::model::reshape::{Buckets, Fill, FillWith};
use crate::model::value::Value;
use crate::model::window::{Window, day_of, midnight};

pub fn filled(input: LazyFrame, fill: &Fill) -> Result<LazyFrame, Diagnostic> {
    let rows = collect::rows(input)?;
    let mut names = fill.columns.clone();
    if fill.open {
        names.extend(rows.get_column_names().iter().map(|name| name.to_string()).filter(|name| is_open_name(name)));
    }
    let rows = match &fill.buckets {
        Some((bucket, buckets)) => completed(rows, bucket, buckets, &fill.keys)?,
        None => rows.lazy(),
    };
    let values: Vec<Expr> = match &fill.with {
        FillWith::Value(value) => names.iter().map(|name| column(name).fill_null(expr::literal(value))).collect(),
        FillWith::Forward => {
            let carried = |name: &String| {
                let carried = column(name).fill_null_with_strategy(FillNullStrategy::Forward(None));
                over::within(carried, fill.keys.iter().map(String::as_str)).map_err(defect)
            };
            names.iter().map(carried).collect::<Result<_, _>>()?
        }
    };
    Ok(rows.with_columns(values))
}

/// Each combination of the keys with each bucket, in their order.
fn completed(rows: DataFrame, bucket: &str, buckets: &Buckets, keys: &[String]) -> Result<LazyFrame, Diagnostic> {
    let of_bucket = rows.column(bucket).map_err(defect)?.as_materialized_series().clone();
    let values = match buckets {
        Buckets::Known(values) => values.clone(),
        Buckets::Seen(unit) => between(&of_bucket, *unit)?,
    };
    if values.is_empty() {
        return Ok(rows.lazy());
    }
    let known = collect::series(bucket, &values, of_bucket.dtype())?.into_frame().lazy();
    let columns: Vec<Expr> = rows.get_column_names().iter().map(|name| column(name)).collect();
    let by = |name: &str| column(name);
    let keyed: Vec<Expr> = keys.iter().map(|key| by(key)).collect();
    let wanted = if keys.is_empty() {
        known
    } else {
        let combinations = rows.clone().lazy().select(keyed.clone()).unique(None, UniqueKeepStrategy::Any);
        combinations.cross_join(known, None)
    };
    let on: Vec<Expr> = keyed.into_iter().chain([by(bucket)]).collect();
    // Rows of a bucket beyond the range stay.
    let all = wanted.join_builder().with(rows.lazy()).on(on.clone()).how(JoinType::Full);
    let all = all.coalesce(JoinCoalesce::CoalesceColumns).join_nulls(true).finish();
    let order = std::iter::once(bucket).chain(keys.iter().map(String::as_str)).collect::<Vec<_>>();
    let last = SortMultipleOptions::default().with_nulls_last(true).with_maintain_order(true);
    Ok(all.select(columns).sort(order, last))
}

/// All buckets from the first to the last.
fn between(seen: &Series, unit: Bucket) -> Result<Vec<Value>, Diagnostic> {
    let days = matches!(seen.dtype(), DataType::Date);
    let values = collect::values(&seen.clone().into_column());
    let times: Vec<Timestamp> = values
        .iter()
        .filter_map(|value| match value {
            Value::Date(day) => Some(midnight(*day)),
            Value::Time(time) => Some(*time),
            _ => None,
        })
        .collect();
    let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) else { return Ok(Vec::new()) };
    let end = last.checked_add(SignedDuration::from_micros(1)).unwrap_or(*last);
    let window = Window { start: *first, end };
    let shortest = if unit == Bucket::Minute { 60 } else { 3600 };
    if window.end.duration_since(window.start).as_secs() / shortest > MOST_BUCKETS {
        let message = format!("there are too many {}s between the first and the last", unit.name());
        return Err(Diagnostic::error(Code::E0004, message).help("take a coarser unit, or filter the rows first"));
    }
    let bucket = |bucket: Window| if days { Value::Date(day_of(bucket.start)) } else { Value::Time(bucket.start) };
    Ok(window.buckets(unit).into_iter().map(bucket).collect())
}

/// A table is filled with no more than these.
const MOST_BUCKETS: i64 = 1_000_000;
