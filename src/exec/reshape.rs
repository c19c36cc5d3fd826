//! Tables in another shape: values as columns, columns as rows, and some rows by chance.

use polars::prelude::*;

use super::collect;
use super::decode::defect;
use super::expr::{self, column};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::expr::AggregateOp;
use crate::model::hidden::{self, Hidden};
use crate::model::reshape::{Pivot, Unpivot};
use crate::model::zone::Zone;
use crate::suggest::unused;
use crate::syntax::format;
use crate::types::Unit;

/// A result has no more columns than these.
const MOST_COLUMNS: usize = 1000;

/// A column for each value of one, times named as the clocks of a zone show them; the rows in the order of what tells them apart.
pub fn pivoted(input: LazyFrame, pivot: &Pivot, zone: &Zone) -> Result<LazyFrame, Diagnostic> {
    let rows = collect::rows(input)?;
    if pivot.op == AggregateOp::Only {
        one_each(&rows, pivot)?;
    }
    let names = column(&pivot.names);
    let cells: Vec<Expr> = match &pivot.columns {
        Some(columns) => columns
            .iter()
            .map(|(value, shown)| cell(pivot, names.clone().eq_missing(expr::literal(value)), shown))
            .collect(),
        None => {
            let seen = rows.clone().lazy().select([names.clone()]).unique(None, UniqueKeepStrategy::Any);
            let seen = collect::rows(seen.sort([pivot.names.as_str()], last()))?;
            if seen.height() > MOST_COLUMNS {
                let message = format!("`{}` has {} values, and each would be a column", pivot.names, seen.height());
                return Err(Diagnostic::error(Code::E0004, message).help(format!(
                    "take fewer of them before, or name some: `pivot … in (…)`; {MOST_COLUMNS} are allowed"
                )));
            }
            let values = collect::values(seen.column(&pivot.names).map_err(defect)?);
            let mut cells = Vec::new();
            let mut taken: Vec<String> = pivot.keys.clone();
            for value in &values {
                let known: Vec<&str> = taken.iter().map(String::as_str).collect();
                let name = value.clone().in_zone(zone).name();
                // Null, and a text that says so.
                let name = if known.contains(&name.as_str()) { unused(&name, &known) } else { name };
                cells.push(cell(pivot, names.clone().eq_missing(expr::literal(value)), &hidden::open_name(&name)));
                taken.push(name);
            }
            cells
        }
    };
    let rows = rows.lazy();
    if pivot.keys.is_empty() {
        return Ok(rows.select(cells));
    }
    let keys: Vec<Expr> = pivot.keys.iter().map(|key| column(key)).collect();
    Ok(rows.group_by(keys).agg(cells).sort(pivot.keys.iter().map(String::as_str).collect::<Vec<_>>(), last()))
}

fn last() -> SortMultipleOptions {
    SortMultipleOptions::default().with_nulls_last(true).with_maintain_order(true)
}

/// Null where no row has it.
fn cell(pivot: &Pivot, is_it: Expr, shown: &str) -> Expr {
    let values = column(&pivot.value).filter(is_it);
    let some = values.clone().count().gt(lit(0));
    let made = match pivot.op {
        AggregateOp::Sum if pivot.ty.unit() == Some(Unit::USD) => {
            values.sum().cast(DataType::Float64).round(9, RoundMode::HalfAwayFromZero)
        }
        AggregateOp::Sum => values.sum(),
        AggregateOp::Average
        | AggregateOp::Least
        | AggregateOp::Greatest
        | AggregateOp::Count
        | AggregateOp::CountDistinct
        | AggregateOp::Quantile(_)
        | AggregateOp::Deviation
        | AggregateOp::List
        | AggregateOp::First
        | AggregateOp::Last
        | AggregateOp::Only => values.drop_nulls().first(),
    };
    when(some).then(made).otherwise(lit(NULL)).alias(PlSmallStr::from_str(shown))
}

/// What does not add up cannot be put together in a cell.
fn one_each(rows: &DataFrame, pivot: &Pivot) -> Result<(), Diagnostic> {
    const COUNT: Hidden = Hidden::new("count");
    let apart: Vec<Expr> = pivot.keys.iter().chain([&pivot.names]).map(|name| column(name)).collect();
    let counted = rows.clone().lazy().group_by(apart).agg([len().alias(COUNT.name())]);
    let several = collect::rows(counted.filter(column(&COUNT.name()).gt(lit(1))))?;
    if several.height() == 0 {
        return Ok(());
    }
    let message = format!("several rows meet in one cell of the pivot, and `{}` does not add up", pivot.value);
    Err(Diagnostic::error(Code::E0302, message).help(format!(
        "group by {} before, so that there is one row for each",
        pivot.keys.iter().chain([&pivot.names]).map(|name| format::word(name)).collect::<Vec<_>>().join(", ")
    )))
}

/// A row for each of the columns, under their names.
pub fn unpivoted(input: LazyFrame, unpivot: &Unpivot) -> Result<LazyFrame, Diagnostic> {
    let input = input.with_row_index(PLACE.name(), None);
    let part = |(at, name): (usize, &String)| {
        let keys = unpivot.keys.iter().map(|key| column(key));
        let own = [
            lit(name.as_str()).alias(PlSmallStr::from_str(&unpivot.name)),
            column(name).alias(PlSmallStr::from_str(&unpivot.value)),
            column(&PLACE.name()),
            lit(i64::try_from(at).unwrap_or(i64::MAX)).alias(TURN.name()),
        ];
        input.clone().select(keys.chain(own).collect::<Vec<_>>())
    };
    let parts: Vec<LazyFrame> = unpivot.columns.iter().enumerate().map(part).collect();
    let all = concat(parts, UnionArgs { to_supertypes: true, ..UnionArgs::default() }).map_err(defect)?;
    let own = [PLACE.name(), TURN.name()];
    Ok(all.sort(&own, SortMultipleOptions::default()).drop(by_name(&own, true, false)))
}

/// Where a row stood, and which of its columns a new row is made of.
const PLACE: Hidden = Hidden::new("row");
const TURN: Hidden = Hidden::new("turn");

/// The rows with the least hashes of their places: the same ones for the same seed, whatever the engine.
pub fn sampled(input: LazyFrame, rows: usize, seed: u64) -> Result<LazyFrame, Diagnostic> {
    let all = collect::rows(input)?;
    let height = all.height();
    let mut places: Vec<(u64, IdxSize)> =
        (0..height).filter_map(|at| Some((scrambled(seed, at as u64), IdxSize::try_from(at).ok()?))).collect();
    places.sort_unstable();
    let mut kept: Vec<IdxSize> = places.into_iter().take(rows).map(|(_, at)| at).collect();
    kept.sort_unstable();
    let kept = IdxCa::from_vec(PlSmallStr::EMPTY, kept);
    Ok(all.take(&kept).map_err(defect)?.lazy())
}

/// A number that looks like chance.
fn scrambled(seed: u64, place: u64) -> u64 {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(place).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
