//! Windows for polars: the rows are put in the order that is asked for, looked at, and put back.

use polars::prelude::*;

use super::aggregate::rounded;
use super::decode::TIME;
use super::expr::{self, column};
use crate::model::expr::AggregateOp;
use crate::model::hidden::Hidden;
use crate::model::over::{Over, OverOp, RowsAround};
use crate::model::rel::SortKey;
use crate::types::Unit;

/// Where a row stood.
const PLACE: Hidden = Hidden::new("place");
/// The time that a window of some length is counted by.
const CLOCK: Hidden = Hidden::new("clock");
/// What windows are apart by.
const BY: Hidden = Hidden::new("by");

/// The rows with these columns, in the order they had.
pub fn windows(input: LazyFrame, columns: &[Over]) -> PolarsResult<LazyFrame> {
    let mut rows = input.with_row_index(PLACE.name(), None);
    for over in columns {
        rows = sorted(rows, &over.sort);
        let by: Vec<String> = (0..over.by.len()).map(|at| BY.numbered(at)).collect();
        let mut hidden: Vec<(String, Expr)> =
            over.by.iter().map(expr::lower).zip(&by).map(|(key, name)| (name.clone(), key)).collect();
        hidden.extend(over.sort.iter().enumerate().map(|(at, key)| (ORDER.numbered(at), expr::lower(&key.value))));
        hidden.extend(over.argument.iter().map(|argument| (VALUE.name(), expr::lower(argument))));
        if let (RowsAround::Before(_), Some(key)) = (over.frame, over.sort.first()) {
            hidden.push((CLOCK.name(), expr::lower(&key.value).cast(TIME)));
        }
        let named = |(name, value): &(String, Expr)| value.clone().alias(PlSmallStr::from_str(name));
        rows = rows.with_columns(hidden.iter().map(named).collect::<Vec<_>>());
        let value = within(value(over), by.iter().map(String::as_str))?;
        rows = rows.with_columns([value.alias(PlSmallStr::from_str(&over.name))]);
        rows = rows.drop(by_name(hidden.iter().map(|(name, _)| PlSmallStr::from_str(name)), true, false));
    }
    Ok(rows.sort([PLACE.name()], SortMultipleOptions::default()).drop(by_name([PLACE.name()], true, false)))
}

/// The value among the rows that are alike in these columns.
pub fn within<'a>(value: Expr, by: impl Iterator<Item = &'a str>) -> PolarsResult<Expr> {
    let by: Vec<Expr> = by.map(column).collect();
    if by.is_empty() { Ok(value) } else { value.over(by) }
}

/// What is taken of each row.
const VALUE: Hidden = Hidden::new("value");
/// What windows are ordered by.
const ORDER: Hidden = Hidden::new("order");

/// Back in the place they had where no order is asked for.
fn sorted(rows: LazyFrame, by: &[SortKey]) -> LazyFrame {
    let place = (column(&PLACE.name()), false);
    let by = by.iter().filter(|key| !key.value.columns().is_empty());
    let keys = by.map(|key| (expr::lower(&key.value), key.descending)).chain([place]);
    let (keys, descending): (Vec<Expr>, Vec<bool>) = keys.unzip();
    let options = SortMultipleOptions::default()
        .with_order_descending_multi(descending)
        .with_nulls_last(true)
        .with_maintain_order(true);
    rows.sort_by_exprs(keys, options)
}

fn value(over: &Over) -> Expr {
    let taken = column(&VALUE.name());
    let number = column(&PLACE.name()).cum_count(false).cast(DataType::Int64);
    match over.op {
        OverOp::Lag(rows) => taken.shift(steps(rows)),
        OverOp::Lead(rows) => taken.shift(lit(0) - steps(rows)),
        OverOp::RowNumber => number,
        OverOp::Rank => only_if(is_new(over), number).fill_null_with_strategy(FillNullStrategy::Forward(None)),
        OverOp::DenseRank => is_new(over).cast(DataType::Int64).cum_sum(false),
        OverOp::Aggregate(op) => {
            let made = |op| aggregate(op, over.frame, taken.clone());
            let sum = || rounded(made(AggregateOp::Sum), &over.ty);
            if op == AggregateOp::Sum {
                sum()
            } else if op == AggregateOp::Average && over.ty.unit() == Some(Unit::USD) {
                // The sum is rounded, and not what it is divided into.
                sum() / made(AggregateOp::Count).cast(DataType::Float64)
            } else {
                made(op)
            }
        }
    }
}

fn steps(rows: usize) -> Expr {
    lit(i64::try_from(rows).unwrap_or(i64::MAX))
}

/// The row is not like the one before in what the rows are ordered by.
fn is_new(over: &Over) -> Expr {
    let first = column(&PLACE.name()).cum_count(false).eq(lit(1));
    (0..over.sort.len())
        .map(|at| column(&ORDER.numbered(at)))
        .fold(first, |new, key| new.or(key.clone().neq_missing(key.shift(lit(1)))))
}

fn only_if(test: Expr, value: Expr) -> Expr {
    when(test).then(value).otherwise(lit(NULL))
}

/// Nulls are skipped, as by aggregates of groups.
fn aggregate(op: AggregateOp, frame: RowsAround, taken: Expr) -> Expr {
    match frame {
        RowsAround::All => of_all(op, taken),
        RowsAround::UpToHere => up_to_here(op, taken),
        RowsAround::Last(rows) => {
            let options = RollingOptionsFixedWindow { window_size: rows, min_periods: 1, ..Default::default() };
            rolling(op, taken, |values, of| match of {
                Rolled::Sum => values.rolling_sum(options.clone()),
                Rolled::Mean => values.rolling_mean(options.clone()),
                Rolled::Least => values.rolling_min(options.clone()),
                Rolled::Greatest => values.rolling_max(options.clone()),
            })
        }
        RowsAround::Before(millis) => {
            let options = RollingOptionsDynamicWindow {
                window_size: Duration::parse(&format!("{millis}ms")),
                min_periods: 1,
                closed_window: ClosedWindow::Right,
                fn_params: None,
            };
            let by = column(&CLOCK.name());
            rolling(op, taken, |values, of| match of {
                Rolled::Sum => values.rolling_sum_by(by.clone(), options.clone()),
                Rolled::Mean => values.rolling_mean_by(by.clone(), options.clone()),
                Rolled::Least => values.rolling_min_by(by.clone(), options.clone()),
                Rolled::Greatest => values.rolling_max_by(by.clone(), options.clone()),
            })
        }
    }
}

/// What moves along with the row.
#[derive(Clone, Copy)]
enum Rolled {
    Sum,
    Mean,
    Least,
    Greatest,
}

fn rolling(op: AggregateOp, taken: Expr, rolled: impl Fn(Expr, Rolled) -> Expr) -> Expr {
    let numbers = || taken.clone().cast(DataType::Float64);
    match op {
        AggregateOp::Sum => rolled(numbers(), Rolled::Sum),
        AggregateOp::Average => rolled(numbers(), Rolled::Mean),
        AggregateOp::Least => rolled(numbers(), Rolled::Least),
        AggregateOp::Greatest => rolled(numbers(), Rolled::Greatest),
        AggregateOp::Count => rolled(taken.is_not_null().cast(DataType::Float64), Rolled::Sum).cast(DataType::Int64),
        // The check lets no other through.
        AggregateOp::CountDistinct
        | AggregateOp::Quantile(_)
        | AggregateOp::Deviation
        | AggregateOp::List
        | AggregateOp::First
        | AggregateOp::Last
        | AggregateOp::Only => lit(NULL),
    }
}

fn of_all(op: AggregateOp, taken: Expr) -> Expr {
    match op {
        AggregateOp::Sum => only_if(taken.clone().count().gt(lit(0)).or(taken.clone().len().eq(lit(0))), taken.sum()),
        AggregateOp::Average => taken.mean(),
        AggregateOp::Least => taken.min(),
        AggregateOp::Greatest => taken.max(),
        AggregateOp::Count => taken.count().cast(DataType::Int64),
        AggregateOp::First => taken.drop_nulls().first(),
        AggregateOp::Last => taken.drop_nulls().last(),
        AggregateOp::CountDistinct => taken.drop_nulls().n_unique().cast(DataType::Int64),
        AggregateOp::Quantile(q) => taken.cast(DataType::Float64).quantile(lit(q), QuantileMethod::Linear),
        AggregateOp::Deviation => taken.cast(DataType::Float64).std(1),
        // The check lets no other through.
        AggregateOp::Only | AggregateOp::List => lit(NULL),
    }
}

fn up_to_here(op: AggregateOp, taken: Expr) -> Expr {
    let seen = taken.clone().cum_count(false);
    let forward = |value: Expr| value.fill_null_with_strategy(FillNullStrategy::Forward(None));
    let number = || taken.clone().cast(DataType::Float64);
    let sum = || only_if(seen.clone().gt(lit(0)), number().fill_null(lit(0.0)).cum_sum(false));
    match op {
        AggregateOp::Sum => sum(),
        AggregateOp::Average => sum() / seen.clone().cast(DataType::Float64),
        AggregateOp::Least => forward(number().cum_min(false)),
        AggregateOp::Greatest => forward(number().cum_max(false)),
        AggregateOp::Count => seen.cast(DataType::Int64),
        AggregateOp::First => only_if(seen.gt(lit(0)), taken.drop_nulls().first()),
        AggregateOp::Last => forward(taken),
        // The check lets no other through.
        AggregateOp::CountDistinct
        | AggregateOp::Quantile(_)
        | AggregateOp::Deviation
        | AggregateOp::List
        | AggregateOp::Only => lit(NULL),
    }
}
