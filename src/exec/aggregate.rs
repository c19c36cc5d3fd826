//! Aggregates for polars. Nulls are skipped; the sum of nothing but nulls is null; money is rounded to a billionth of a
//! dollar, so that the order of adding breaks no ties.

use polars::prelude::*;

use super::expr;
use crate::model::expr::{Aggregate, AggregateOp, Typed};
use crate::types::{Type, Unit};

pub fn lower(aggregate: &Aggregate, ty: &Type) -> Expr {
    let condition = aggregate.condition.as_ref().map(|condition| expr::lower(condition).cast(DataType::Boolean));
    let Some(argument) = &aggregate.argument else {
        return match condition {
            None => len().cast(DataType::Int64),
            // One that looks at no column holds for all rows or for none.
            Some(condition) if is_constant(aggregate) => {
                when(condition).then(len()).otherwise(lit(0)).cast(DataType::Int64)
            }
            Some(condition) => condition.fill_null(lit(false)).cast(DataType::Int64).sum(),
        };
    };
    let values = of_rows(argument, condition);
    match aggregate.op {
        AggregateOp::Sum => {
            let nothing_but_nulls = values.clone().count().eq(lit(0)).and(values.clone().len().gt(lit(0)));
            when(nothing_but_nulls).then(lit(NULL)).otherwise(rounded(values.sum(), ty))
        }
        AggregateOp::Average => values.mean(),
        AggregateOp::Least => values.min(),
        AggregateOp::Greatest => values.max(),
        AggregateOp::Count => values.count().cast(DataType::Int64),
        AggregateOp::CountDistinct => values.drop_nulls().n_unique().cast(DataType::Int64),
        AggregateOp::Quantile(q) => values.cast(DataType::Float64).quantile(lit(q), QuantileMethod::Linear),
        AggregateOp::Deviation => values.cast(DataType::Float64).std(1),
        AggregateOp::List => values.drop_nulls().implode(true),
        AggregateOp::First => values.drop_nulls().first(),
        // That there is one is looked at where the groups are made.
        AggregateOp::Only => values.first(),
        AggregateOp::Last => values.drop_nulls().last(),
    }
}

/// What is aggregated: the values of the rows that count.
pub fn values(aggregate: &Aggregate) -> Option<Expr> {
    let condition = aggregate.condition.as_ref().map(|condition| expr::lower(condition).cast(DataType::Boolean));
    Some(of_rows(aggregate.argument.as_ref()?, condition))
}

fn of_rows(argument: &Typed, condition: Option<Expr>) -> Expr {
    match condition {
        None => expr::lower(argument),
        Some(condition) => expr::lower(argument).filter(condition),
    }
}

/// A sum as it is kept.
pub fn rounded(sum: Expr, ty: &Type) -> Expr {
    if ty.unit() == Some(Unit::USD) { sum.cast(DataType::Float64).round(9, RoundMode::HalfAwayFromZero) } else { sum }
}

fn is_constant(aggregate: &Aggregate) -> bool {
    aggregate.condition.as_ref().is_some_and(|condition| condition.columns().is_empty())
}
