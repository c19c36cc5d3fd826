//! What there is to say of the values of each column.

use polars::prelude::*;

use super::collect;
use super::decode::defect;
use super::expr::column;
use super::zone as clocks;
use crate::diagnostics::Diagnostic;
use crate::model::zone::Zone;
use crate::types::Type;

/// A row for each column: its name and type, how many values, nulls and different ones, and how they are spread.
pub fn described(input: LazyFrame, columns: &[(String, Type)], zone: &Zone) -> Result<LazyFrame, Diagnostic> {
    let rows = collect::rows(input)?;
    let parts = columns.iter().map(|(name, ty)| rows.clone().lazy().select(row(name, ty, zone)));
    concat(parts.collect::<Vec<_>>(), UnionArgs::default()).map_err(defect)
}

fn row(name: &str, ty: &Type, zone: &Zone) -> Vec<Expr> {
    let values = column(name);
    let whole = |value: Expr| value.cast(DataType::Int64);
    let number = |value: Expr| value.cast(DataType::Float64);
    let (none, nothing) = (|| lit(NULL).cast(DataType::Float64), || lit(NULL).cast(DataType::String));
    let numbers = || number(values.clone());
    let quantile = |q: f64| numbers().quantile(lit(q), QuantileMethod::Linear);
    let (is_number, is_flat) = (ty.is_number(), !matches!(ty, Type::List(_) | Type::Record(_)));
    let spread = if is_number {
        [numbers().min(), numbers().mean(), quantile(0.5), quantile(0.95), numbers().max()]
    } else {
        [none(), none(), none(), none(), none()]
    };
    let ends = if is_number || !is_flat {
        [nothing(), nothing()]
    } else {
        [values.clone().min(), values.clone().max()].map(|end| as_text(end, ty, zone))
    };
    let distinct = if is_flat { values.clone().drop_nulls().n_unique() } else { lit(NULL) };
    let stats = [
        lit(name).alias(PlSmallStr::from_static("column")),
        lit(ty.to_string()).alias(PlSmallStr::from_static("type")),
        whole(values.clone().count()).alias(PlSmallStr::from_static("count")),
        whole(values.clone().null_count()).alias(PlSmallStr::from_static("nulls")),
        whole(distinct).alias(PlSmallStr::from_static("distinct")),
    ];
    let names = ["min", "mean", "p50", "p95", "max"].map(PlSmallStr::from_static);
    let spread = spread.into_iter().zip(names).map(|(value, name)| value.alias(name));
    let ends = ends.into_iter().zip(["least", "greatest"].map(PlSmallStr::from_static));
    stats.into_iter().chain(spread).chain(ends.map(|(value, name)| value.alias(name))).collect()
}

/// As the clocks of the zone show it.
fn as_text(value: Expr, ty: &Type, zone: &Zone) -> Expr {
    match ty {
        Type::Time => clocks::shown(value, zone).dt().to_string("%Y-%m-%dT%H:%M:%S%.f"),
        _ => value.cast(DataType::String),
    }
}
