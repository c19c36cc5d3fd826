//! Expressions for polars. Nulls, division and time are as the language has them, whatever polars would do by itself.

use polars::prelude::*;

use super::collect::dtype;
use super::decode::TIME;
use super::quotient::{quotient, remainder};
use super::{function, text, zone};
use crate::model::expr::{Node, ScalarOp, TimeUnit as Unit, Typed};
use crate::model::value::Value;
use crate::syntax::format;
use crate::types::Type;

/// The value of each row; aggregates are lowered by `aggregate`.
pub fn lower(typed: &Typed) -> Expr {
    let lowered = unchecked(typed);
    // A sum or product of finite numbers may be none; it is looked at once, where the expression is complete.
    match &typed.node {
        Node::Scalar(op, _) if is_linear(*op) => finite(lowered),
        _ => lowered,
    }
}

fn is_linear(op: ScalarOp) -> bool {
    matches!(op, ScalarOp::Add | ScalarOp::Subtract | ScalarOp::Multiply)
}

/// The value, which may be an infinite number where it is a part of a sum or product.
fn unchecked(typed: &Typed) -> Expr {
    match &typed.node {
        Node::Literal(Value::Null) => nothing(&typed.ty),
        Node::Literal(value) => literal(value),
        Node::Column(name) => column(name),
        Node::Field(record, name) => lower(record).struct_().field_by_name(name),
        Node::Scalar(op, arguments) => scalar(*op, arguments, &typed.ty),
        Node::Aggregate(aggregate) => super::aggregate::lower(aggregate, &typed.ty),
    }
}

/// A null of a type; a number may be of any kind, so that it makes none out of others.
fn nothing(ty: &Type) -> Expr {
    match ty {
        Type::Null | Type::Period => lit(NULL),
        Type::Number(..) => lit(NULL).cast(DataType::Int64),
        Type::Text | Type::Bool | Type::Date | Type::Time | Type::List(_) | Type::Record(_) => {
            lit(NULL).cast(dtype(ty))
        }
    }
}

/// A column by its plain name: polars would take `*` and `^…$` for patterns.
pub fn column(name: &str) -> Expr {
    Expr::Column(PlSmallStr::from_str(name))
}

pub fn literal(value: &Value) -> Expr {
    match value {
        Value::Null | Value::List(_) | Value::Record(_) => lit(NULL),
        Value::Bool(value) => lit(*value),
        Value::Int(value) => lit(*value),
        Value::Float(value) => lit(*value),
        Value::Text(value) => lit(value.as_str()),
        Value::Date(date) => {
            let since = jiff::civil::date(1970, 1, 1).until((jiff::Unit::Day, *date));
            lit(since.map_or(0, |span| span.get_days())).cast(DataType::Date)
        }
        Value::Time(time) | Value::Local(time, _) => lit(time.as_microsecond()).cast(TIME),
        Value::Months(months) => lit(*months),
    }
}

fn scalar(op: ScalarOp, arguments: &[Typed], ty: &Type) -> Expr {
    if let ScalarOp::Function(op) = op {
        return function::lower(op, arguments, ty);
    }
    // Compared with something, a null takes the type of that; among values of any type it fits as it is.
    let any_type = matches!(op, ScalarOp::Coalesce | ScalarOp::Choose);
    let beside =
        arguments.iter().find(|typed| typed.ty != Type::Null).map_or(DataType::Boolean, |typed| dtype(&typed.ty));
    let operand = |typed: &Typed| match typed.ty {
        Type::Null if !any_type => lower(typed).cast(type_of_operands(op).unwrap_or(beside.clone())),
        _ if is_linear(op) => unchecked(typed),
        _ => lower(typed),
    };
    let lowered: Vec<Expr> = arguments.iter().map(operand).collect();
    match arguments {
        [] => lit(NULL),
        [one] => unary(op, one, lowered.into_iter().next().unwrap_or_else(|| lit(NULL)), ty),
        [first, second, rest @ ..] => {
            let mut parts = lowered.into_iter();
            let a = parts.next().unwrap_or_else(|| lit(NULL));
            let b = parts.next().unwrap_or_else(|| lit(NULL));
            if rest.is_empty() {
                binary(op, (first, a), (second, b), ty)
            } else {
                several(op, arguments, a, b, parts.collect())
            }
        }
    }
}

/// The type that a written `null` takes beside an operation, where polars wants to know it.
fn type_of_operands(op: ScalarOp) -> Option<DataType> {
    match op {
        ScalarOp::And | ScalarOp::Or | ScalarOp::Not => Some(DataType::Boolean),
        ScalarOp::Matches
        | ScalarOp::Contains
        | ScalarOp::StartsWith
        | ScalarOp::EndsWith
        | ScalarOp::Lowercase
        | ScalarOp::Uppercase
        | ScalarOp::Trim
        | ScalarOp::Length
        | ScalarOp::Substring
        | ScalarOp::Replace
        | ScalarOp::Concat => Some(DataType::String),
        ScalarOp::Start(_)
        | ScalarOp::HourOfDay
        | ScalarOp::Weekday
        | ScalarOp::AddMonths
        | ScalarOp::AddMillis
        | ScalarOp::MillisBetween
        | ScalarOp::OnTheWall
        | ScalarOp::FromTheWall => Some(TIME),
        ScalarOp::Negate
        | ScalarOp::Add
        | ScalarOp::Subtract
        | ScalarOp::Multiply
        | ScalarOp::Divide
        | ScalarOp::Remainder
        | ScalarOp::Absolute
        | ScalarOp::Round
        | ScalarOp::Floor
        | ScalarOp::Ceiling
        | ScalarOp::SquareRoot
        | ScalarOp::Logarithm => Some(DataType::Float64),
        ScalarOp::Equal
        | ScalarOp::NotEqual
        | ScalarOp::Less
        | ScalarOp::LessEqual
        | ScalarOp::Greater
        | ScalarOp::GreaterEqual
        | ScalarOp::In
        | ScalarOp::Between
        | ScalarOp::IsNull
        | ScalarOp::Coalesce
        | ScalarOp::Choose
        | ScalarOp::Function(_) => None,
    }
}

fn unary(op: ScalarOp, typed: &Typed, a: Expr, ty: &Type) -> Expr {
    match op {
        ScalarOp::Not => a.not(),
        ScalarOp::IsNull => a.is_null(),
        ScalarOp::Negate => lit(0.0) - float(a),
        ScalarOp::Absolute => float(a).abs(),
        ScalarOp::Round => float(a).round(0, RoundMode::HalfAwayFromZero),
        ScalarOp::Floor => float(a).floor(),
        ScalarOp::Ceiling => float(a).ceil(),
        ScalarOp::SquareRoot => finite(float(a).sqrt()),
        ScalarOp::Logarithm => finite(float(a).log(lit(std::f64::consts::E))),
        ScalarOp::Lowercase => a.str().to_lowercase(),
        ScalarOp::Uppercase => a.str().to_uppercase(),
        ScalarOp::Trim => a.str().strip_chars(lit(NULL)),
        ScalarOp::Length => match typed.ty {
            Type::List(_) => a.list().len().cast(DataType::Int64),
            _ => a.str().len_chars().cast(DataType::Int64),
        },
        ScalarOp::Concat => as_text(typed, a),
        ScalarOp::Coalesce => a,
        ScalarOp::Start(unit) => start(unit, a, typed, ty),
        ScalarOp::HourOfDay => a.cast(TIME).dt().hour().cast(DataType::Int64),
        ScalarOp::Weekday => a.dt().weekday().cast(DataType::Int64),
        // The check gives these two operands or more.
        ScalarOp::And
        | ScalarOp::Or
        | ScalarOp::Equal
        | ScalarOp::NotEqual
        | ScalarOp::Less
        | ScalarOp::LessEqual
        | ScalarOp::Greater
        | ScalarOp::GreaterEqual
        | ScalarOp::Between
        | ScalarOp::Matches
        | ScalarOp::Contains
        | ScalarOp::StartsWith
        | ScalarOp::EndsWith
        | ScalarOp::Choose
        | ScalarOp::Add
        | ScalarOp::Subtract
        | ScalarOp::Multiply
        | ScalarOp::Divide
        | ScalarOp::Remainder
        | ScalarOp::Substring
        | ScalarOp::Replace
        | ScalarOp::AddMonths
        | ScalarOp::AddMillis
        | ScalarOp::MillisBetween
        | ScalarOp::OnTheWall
        | ScalarOp::FromTheWall
        | ScalarOp::Function(_) => never_checked(op, a),
        // `x in ()` holds for nothing.
        ScalarOp::In => lit(false),
    }
}

fn binary(op: ScalarOp, (left, a): (&Typed, Expr), (right, b): (&Typed, Expr), ty: &Type) -> Expr {
    let compared = |of: fn(Expr, Expr) -> Expr, a: Expr, b: Expr| {
        let (a, b) = comparable(left, a, right, b);
        of(a, b)
    };
    // What is looked for is written out, as nearly always.
    let written = matches!(right.node, Node::Literal(Value::Text(_)));
    match op {
        ScalarOp::And => a.and(b),
        ScalarOp::Or => a.or(b),
        ScalarOp::Equal => compared(|a, b| a.eq(b), a, b),
        ScalarOp::In => one_of(left, a, &[(right, b)]),
        ScalarOp::NotEqual => compared(|a, b| a.neq(b), a, b),
        ScalarOp::Less => compared(|a, b| a.lt(b), a, b),
        ScalarOp::LessEqual => compared(|a, b| a.lt_eq(b), a, b),
        ScalarOp::Greater => compared(|a, b| a.gt(b), a, b),
        ScalarOp::GreaterEqual => compared(|a, b| a.gt_eq(b), a, b),
        ScalarOp::Matches => a.str().contains(b, true),
        ScalarOp::Contains if matches!(left.ty, Type::List(_)) => a.list().contains(b, false),
        ScalarOp::Contains if written => a.str().contains_literal(b),
        ScalarOp::Contains => text::holds(a, b, |text, part| text.contains(part)),
        ScalarOp::StartsWith if written => a.str().starts_with(b),
        ScalarOp::StartsWith => text::holds(a, b, |text, part| text.starts_with(part)),
        ScalarOp::EndsWith if written => a.str().ends_with(b),
        ScalarOp::EndsWith => text::holds(a, b, |text, part| text.ends_with(part)),
        ScalarOp::Coalesce => {
            let (a, b) = comparable(left, a, right, b);
            coalesce(&[a, b])
        }
        ScalarOp::Choose => only_if(a.cast(DataType::Boolean), b),
        ScalarOp::Add => float(a) + float(b),
        ScalarOp::Subtract => float(a) - float(b),
        ScalarOp::Multiply => float(a) * float(b),
        ScalarOp::Divide => quotient(float(a), float(b)),
        ScalarOp::Remainder => remainder(float(a), float(b)),
        ScalarOp::Round => {
            let digits = whole(right).min(15);
            float(a).round(digits as u32, RoundMode::HalfAwayFromZero)
        }
        ScalarOp::Substring => a.str().slice(lit(whole(right) as i64), lit(NULL)),
        ScalarOp::Concat => concat_str([as_text(left, a), as_text(right, b)], "", true),
        ScalarOp::AddMonths => {
            let months = if let Node::Literal(Value::Months(months)) = right.node { months } else { 0 };
            a.dt().offset_by(lit(format!("{months}mo")))
        }
        ScalarOp::AddMillis => {
            let length =
                (float(b) * lit(1000.0)).cast(DataType::Int64).cast(DataType::Duration(TimeUnit::Microseconds));
            let sum = a.cast(TIME) + length;
            if *ty == Type::Date { sum.cast(DataType::Date) } else { sum }
        }
        ScalarOp::MillisBetween => {
            let micros = b.cast(TIME).cast(DataType::Int64) - a.cast(TIME).cast(DataType::Int64);
            float(micros) / lit(1000.0)
        }
        ScalarOp::OnTheWall => zone::on_the_wall(a, right),
        ScalarOp::FromTheWall => zone::from_the_wall(a, right),
        // The check gives these one operand, or three.
        ScalarOp::Between
        | ScalarOp::Not
        | ScalarOp::IsNull
        | ScalarOp::Negate
        | ScalarOp::Absolute
        | ScalarOp::Floor
        | ScalarOp::Ceiling
        | ScalarOp::SquareRoot
        | ScalarOp::Logarithm
        | ScalarOp::Lowercase
        | ScalarOp::Uppercase
        | ScalarOp::Trim
        | ScalarOp::Length
        | ScalarOp::Start(_)
        | ScalarOp::HourOfDay
        | ScalarOp::Weekday
        | ScalarOp::Replace
        | ScalarOp::Function(_) => never_checked(op, a),
    }
}

/// Operations of three operands and more; all others have had their two.
fn several(op: ScalarOp, arguments: &[Typed], a: Expr, b: Expr, rest: Vec<Expr>) -> Expr {
    let all: Vec<Expr> = [a.clone(), b.clone()].into_iter().chain(rest.iter().cloned()).collect();
    match op {
        ScalarOp::In => {
            let items: Vec<(&Typed, Expr)> = arguments.iter().zip(all).skip(1).collect();
            arguments.first().map_or_else(|| lit(false), |value| one_of(value, a, &items))
        }
        ScalarOp::Between => {
            let (Some(value), Some(low), Some(high)) = (arguments.first(), arguments.get(1), arguments.get(2)) else {
                return lit(NULL);
            };
            let upper = rest.into_iter().next().unwrap_or_else(|| lit(NULL));
            // One time among days makes times of them all.
            let timed = [value, low, high].iter().any(|typed| typed.ty == Type::Time);
            let alike = |expr: Expr| if timed { expr.cast(TIME) } else { expr };
            alike(a).is_between(alike(b), alike(upper), ClosedInterval::Both)
        }
        ScalarOp::Coalesce => coalesce(&all),
        ScalarOp::Choose => {
            let otherwise = if all.len() % 2 == 1 { all.last().cloned() } else { None };
            let pairs: Vec<(Expr, Expr)> =
                all.chunks_exact(2).filter_map(|pair| Some((pair.first()?.clone(), pair.last()?.clone()))).collect();
            let start = otherwise.unwrap_or_else(|| lit(NULL));
            pairs.into_iter().rev().fold(start, |otherwise, (test, value)| {
                when(test.cast(DataType::Boolean)).then(value).otherwise(otherwise)
            })
        }
        ScalarOp::Substring => {
            let (start, length) = (arguments.get(1).map_or(0, whole), arguments.get(2).map_or(0, whole));
            a.str().slice(lit(start as i64), lit(length as u64))
        }
        ScalarOp::Replace => text::replaced(a, b, rest.into_iter().next().unwrap_or_else(|| lit(""))),
        ScalarOp::Concat => {
            let texts: Vec<Expr> = arguments.iter().zip(all).map(|(typed, expr)| as_text(typed, expr)).collect();
            concat_str(texts, "", true)
        }
        // The check gives these one operand, or two.
        ScalarOp::And
        | ScalarOp::Or
        | ScalarOp::Not
        | ScalarOp::Equal
        | ScalarOp::NotEqual
        | ScalarOp::Less
        | ScalarOp::LessEqual
        | ScalarOp::Greater
        | ScalarOp::GreaterEqual
        | ScalarOp::Matches
        | ScalarOp::Contains
        | ScalarOp::StartsWith
        | ScalarOp::EndsWith
        | ScalarOp::IsNull
        | ScalarOp::Negate
        | ScalarOp::Add
        | ScalarOp::Subtract
        | ScalarOp::Multiply
        | ScalarOp::Divide
        | ScalarOp::Remainder
        | ScalarOp::Absolute
        | ScalarOp::Round
        | ScalarOp::Floor
        | ScalarOp::Ceiling
        | ScalarOp::SquareRoot
        | ScalarOp::Logarithm
        | ScalarOp::Lowercase
        | ScalarOp::Uppercase
        | ScalarOp::Trim
        | ScalarOp::Length
        | ScalarOp::Start(_)
        | ScalarOp::HourOfDay
        | ScalarOp::Weekday
        | ScalarOp::AddMonths
        | ScalarOp::AddMillis
        | ScalarOp::MillisBetween
        | ScalarOp::OnTheWall
        | ScalarOp::FromTheWall
        | ScalarOp::Function(_) => never_checked(op, a),
    }
}

/// An operation with another number of operands than the check lets through: a defect that must not become a value.
pub fn never_checked(op: ScalarOp, a: Expr) -> Expr {
    let message = format!("{op:?} has another number of operands");
    a.map(move |_| Err(PolarsError::ComputeError(message.clone().into())), |_, field| Ok(field.clone()))
}

/// Whether the value is one of the items. Written ones become one list, so that the value is computed once.
fn one_of(value: &Typed, a: Expr, items: &[(&Typed, Expr)]) -> Expr {
    let timed = value.ty == Type::Time || items.iter().any(|(item, _)| item.ty == Type::Time);
    let a = if timed && value.ty == Type::Date { a.cast(TIME) } else { a };
    let alike = |item: &Typed, expr: Expr| if timed && item.ty == Type::Date { expr.cast(TIME) } else { expr };
    let list = concat_list(items.iter().map(|(item, expr)| alike(item, expr.clone())).collect::<Vec<_>>());
    let number = |expr: Expr| if value.ty.is_number() { float(expr) } else { expr };
    match list {
        Ok(list) if value.ty.is_number() => {
            number(a).is_in(list.cast(DataType::List(Box::new(DataType::Float64))), false)
        }
        Ok(list) => a.is_in(list, false),
        Err(_) => lit(NULL),
    }
}

/// Numbers that are none (`x / 0`, the root of -1, what is beyond 1e308) are null.
fn finite(a: Expr) -> Expr {
    let nulled = |column: Column| {
        let numbers = column.f64()?;
        if numbers.iter().flatten().all(f64::is_finite) {
            return Ok(column);
        }
        let kept: Float64Chunked = numbers.iter().map(|n| n.filter(|n| n.is_finite())).collect();
        Ok(kept.with_name(column.name().clone()).into_column())
    };
    a.map(nulled, |_, field| Ok(field.clone()))
}

pub fn float(a: Expr) -> Expr {
    a.cast(DataType::Float64)
}

/// The value where the test is true, else null.
fn only_if(test: Expr, value: Expr) -> Expr {
    when(test).then(value).otherwise(lit(NULL))
}

/// A day beside an instant is its first moment.
fn comparable(left: &Typed, a: Expr, right: &Typed, b: Expr) -> (Expr, Expr) {
    match (&left.ty, &right.ty) {
        (Type::Date, Type::Time) => (a.cast(TIME), b),
        (Type::Time, Type::Date) => (a, b.cast(TIME)),
        _ => (a, b),
    }
}

/// A written whole number; the check lets nothing else through.
fn whole(typed: &Typed) -> usize {
    match &typed.node {
        Node::Literal(Value::Float(n)) if *n >= 0.0 => *n as usize,
        _ => 0,
    }
}

/// As text: numbers as short as they can be, times as they are written in a query, null as nothing.
fn as_text(typed: &Typed, a: Expr) -> Expr {
    let text = match typed.ty {
        Type::Number(..) => float(a).map(written, |_, field| Ok(Field::new(field.name().clone(), DataType::String))),
        Type::Time => a.dt().to_string("%Y-%m-%dT%H:%M:%S%.f"),
        _ => a.cast(DataType::String),
    };
    text.fill_null(lit(""))
}

fn written(column: Column) -> PolarsResult<Column> {
    let texts: StringChunked = column.f64()?.iter().map(|n| n.map(format::number)).collect();
    Ok(texts.with_name(column.name().clone()).into_column())
}

/// The start of the unit that a time lies in; weeks start on Monday.
fn start(unit: Unit, a: Expr, typed: &Typed, ty: &Type) -> Expr {
    if typed.ty == Type::Date && unit <= Unit::Day {
        return a;
    }
    let every = match unit {
        Unit::Minute => "1m",
        Unit::Hour => "1h",
        Unit::Day => "1d",
        Unit::Week => "1w",
        Unit::Month => "1mo",
        Unit::Quarter => "1q",
        Unit::Year => "1y",
    };
    let started = sound_nulls(a).dt().truncate(lit(every));
    if *ty == Type::Date { started.cast(DataType::Date) } else { started }
}

/// What lies under a null may be any number, and truncating that one may overflow: it becomes the epoch.
fn sound_nulls(a: Expr) -> Expr {
    let mend = |column: Column| {
        if column.null_count() == 0 {
            return Ok(column);
        }
        let kind = column.dtype().clone();
        let counts: Int64Chunked = column.cast(&DataType::Int64)?.i64()?.iter().collect();
        let counts = counts.with_name(column.name().clone()).into_column();
        if kind == DataType::Date { counts.cast(&DataType::Int32)?.cast(&kind) } else { counts.cast(&kind) }
    };
    a.map(mend, |_, field| Ok(field.clone()))
}
