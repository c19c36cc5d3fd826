//! From polars to plain values, and back for rows that are known without asking.

use jiff::Timestamp;
use polars::prelude::*;

use super::decode::{TIME, defect};
use crate::diagnostics::Diagnostic;
use crate::model::frame::Frame;
use crate::model::schema::Schema;
use crate::model::value::Value;
use crate::types::Type;

/// The rows of a plan. The engine would compute what stands twice in it once, and panics where that is the same for all
/// rows beside columns that are not.
pub fn rows(plan: LazyFrame) -> Result<DataFrame, Diagnostic> {
    let sound = plan.get_current_optimizations() - OptFlags::COMM_SUBEXPR_ELIM;
    plan.with_optimizations(sound).collect().map_err(defect)
}

/// The same, some rows at a time, for more of them than memory has room for.
pub fn many_rows(plan: LazyFrame) -> Result<DataFrame, Diagnostic> {
    let sound = plan.get_current_optimizations() - OptFlags::COMM_SUBEXPR_ELIM;
    let collected = plan.with_optimizations(sound).collect_with_engine(Engine::Streaming).map_err(defect)?;
    // Several tables come of several plans alone.
    Ok(collected.unwrap_single())
}

/// The columns of the schema, in its order.
pub fn frame(data: &DataFrame, schema: &Schema) -> Result<Frame, Diagnostic> {
    let mut columns = Vec::with_capacity(schema.columns.len());
    for column in &schema.columns {
        let series = data.column(&column.name).map_err(defect)?.as_materialized_series();
        columns.push(series.iter().map(value).collect());
    }
    Ok(Frame { schema: schema.clone(), columns })
}

/// The values of one column.
pub fn values(column: &Column) -> Vec<Value> {
    column.as_materialized_series().iter().map(value).collect()
}

/// Values as a column of this type.
pub fn series(name: &str, values: &[Value], dtype: &DataType) -> Result<Series, Diagnostic> {
    let cells: Vec<AnyValue<'static>> = values.iter().map(any).collect();
    Series::from_any_values_and_dtype(PlSmallStr::from_str(name), &cells, dtype, false).map_err(defect)
}

fn value(cell: AnyValue<'_>) -> Value {
    match cell {
        AnyValue::Null => Value::Null,
        AnyValue::Boolean(value) => Value::Bool(value),
        AnyValue::String(text) => Value::Text(text.to_string()),
        AnyValue::StringOwned(text) => Value::Text(text.to_string()),
        AnyValue::Date(days) => day(days),
        AnyValue::Datetime(time, unit, _) => instant(time, unit),
        AnyValue::DatetimeOwned(time, unit, _) => instant(time, unit),
        AnyValue::Float32(n) => finite(f64::from(n)),
        AnyValue::Float64(n) => finite(n),
        AnyValue::List(items) => Value::List(items.iter().map(value).collect()),
        AnyValue::Struct(..) | AnyValue::StructOwned(_) => record(&cell),
        other => other.extract::<i64>().map_or(Value::Null, Value::Int),
    }
}

/// A day of the calendar; one that is beyond it is null.
fn day(days: i32) -> Value {
    let since = jiff::Span::new().try_days(days).ok();
    let day = since.and_then(|since| jiff::civil::date(1970, 1, 1).checked_add(since).ok());
    day.map_or(Value::Null, Value::Date)
}

fn finite(n: f64) -> Value {
    if n.is_finite() { Value::Float(n) } else { Value::Null }
}

fn instant(time: i64, unit: TimeUnit) -> Value {
    let micros = match unit {
        TimeUnit::Nanoseconds => time.div_euclid(1000),
        TimeUnit::Microseconds => time,
        TimeUnit::Milliseconds => time.saturating_mul(1000),
    };
    Timestamp::from_microsecond(micros).map_or(Value::Null, Value::Time)
}

fn record(cell: &AnyValue<'_>) -> Value {
    let names: Vec<String> = match cell.dtype() {
        DataType::Struct(fields) => fields.iter().map(|field| field.name().to_string()).collect(),
        _ => return Value::Null,
    };
    let values: Vec<Value> = match cell {
        AnyValue::StructOwned(payload) => payload.0.iter().cloned().map(value).collect(),
        AnyValue::Struct(..) => cell._iter_struct_av().map(value).collect(),
        _ => return Value::Null,
    };
    Value::Record(names.into_iter().zip(values).collect())
}

/// Rows that are known, as a frame.
pub fn constant(schema: &Schema, rows: &[Vec<Value>]) -> Result<DataFrame, Diagnostic> {
    let column = |(index, column): (usize, &crate::model::schema::Column)| {
        let cells: Vec<AnyValue<'static>> = rows.iter().map(|row| row.get(index).map_or(AnyValue::Null, any)).collect();
        let name = PlSmallStr::from_str(&column.name);
        let series = Series::from_any_values_and_dtype(name, &cells, &dtype(&column.ty), false);
        series.map(IntoColumn::into_column).map_err(defect)
    };
    let columns: Result<Vec<Column>, Diagnostic> = schema.columns.iter().enumerate().map(column).collect();
    DataFrame::new(rows.len(), columns?).map_err(defect)
}

fn any(value: &Value) -> AnyValue<'static> {
    match value {
        Value::Bool(value) => AnyValue::Boolean(*value),
        Value::Int(value) => AnyValue::Int64(*value),
        Value::Float(value) => AnyValue::Float64(*value),
        Value::Text(text) => AnyValue::StringOwned(text.as_str().into()),
        Value::Time(time) | Value::Local(time, _) => {
            AnyValue::Datetime(time.as_microsecond(), TimeUnit::Microseconds, None)
        }
        Value::Date(date) => {
            let since = jiff::civil::date(1970, 1, 1).until((jiff::Unit::Day, *date));
            since.map_or(AnyValue::Null, |span| AnyValue::Date(span.get_days()))
        }
        Value::Null | Value::Months(_) | Value::List(_) | Value::Record(_) => AnyValue::Null,
    }
}

/// How the values of a type are kept; what has no such form is text.
pub fn dtype(ty: &Type) -> DataType {
    match ty {
        Type::Number(..) => DataType::Float64,
        Type::Bool => DataType::Boolean,
        Type::Date => DataType::Date,
        Type::Time => TIME,
        Type::List(item) => DataType::List(Box::new(dtype(item))),
        Type::Record(fields) => DataType::Struct(
            fields.iter().map(|(name, ty)| Field::new(PlSmallStr::from_str(name), dtype(ty))).collect(),
        ),
        Type::Text | Type::Period | Type::Null => DataType::String,
    }
}
