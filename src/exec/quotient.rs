//! Quotients and remainders, right to the last bit: the engine would multiply by the reciprocal of a divisor that is the
//! same for all rows.

use polars::prelude::*;

/// Null where it is no number, as of a division by 0.
pub fn quotient(above: Expr, below: Expr) -> Expr {
    row_by_row(above, below, |above, below| above / below)
}

/// What is left, with the sign of the divisor.
pub fn remainder(above: Expr, below: Expr) -> Expr {
    row_by_row(above, below, |above, below| {
        let left = above % below;
        if left != 0.0 && (left < 0.0) != (below < 0.0) { left + below } else { left }
    })
}

fn row_by_row(above: Expr, below: Expr, made: fn(f64, f64) -> f64) -> Expr {
    let run = move |columns: &mut [Column]| {
        let [above, below] = columns else { return Err(PolarsError::ComputeError("two numbers are needed".into())) };
        let (above, below) = (above.f64()?.clone(), below.f64()?.clone());
        // A column of one value is the same for all rows, of which there may be none.
        let lengths = [above.len(), below.len()];
        let height = lengths.into_iter().filter(|length| *length != 1).min().unwrap_or(1);
        let cell = |numbers: &Float64Chunked, row: usize| numbers.get(if numbers.len() == 1 { 0 } else { row });
        let row = |row: usize| {
            let value = made(cell(&above, row)?, cell(&below, row)?);
            value.is_finite().then_some(value)
        };
        let values: Float64Chunked = (0..height).map(row).collect();
        Ok(values.with_name(above.name().clone()).into_column())
    };
    let field = |_: &Schema, fields: &[Field]| {
        Ok(Field::new(fields.first().map_or(PlSmallStr::EMPTY, |field| field.name().clone()), DataType::Float64))
    };
    above.map_many(run, &[below], field)
}
