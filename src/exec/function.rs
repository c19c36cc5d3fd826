//! The operations behind functions, for polars: row by row where it has none that keeps to the language.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use polars::prelude::*;

use super::by_row::{Cell, by_row};
use super::collect::dtype;
use super::decode::TIME;
use super::expr::{float, lower as value, never_checked};
use super::zone;
use crate::model::expr::{FunctionOp, Node, ScalarOp, TimeUnit as Unit, Typed};
use crate::model::value::Value;
use crate::model::zone::Zone;
use crate::types::Type;

/// In microseconds, as all times here.
const DAY: i64 = 24 * HOUR;
const HOUR: i64 = 60 * MINUTE;
const MINUTE: i64 = 60_000_000;

pub fn lower(op: FunctionOp, arguments: &[Typed], ty: &Type) -> Expr {
    match (op, arguments) {
        (FunctionOp::Least | FunctionOp::Greatest | FunctionOp::Clamp, _) => picked(op, arguments, ty),
        (FunctionOp::LogarithmTo, [number, base]) => by_row([value(number), value(base)], |cells: &[f64]| {
            let [number, base] = cells else { return None };
            Some(logarithm(*number, *base)).filter(|found| found.is_finite())
        }),
        (FunctionOp::Split, [text, separator]) => {
            let texts = |typed: &Typed| value(typed).cast(DataType::String);
            texts(text).str().split(texts(separator))
        }
        (FunctionOp::Decimals(decimals), [number]) => {
            by_row([value(number)], move |cells: &[f64]| Some(format!("{:.*}", usize::from(decimals), cells.first()?)))
        }
        (FunctionOp::Element, [list, place]) => value(list).list().get(float(value(place)).cast(DataType::Int64), true),
        (FunctionOp::FormatTime, [time, pattern]) => {
            let pattern = written(pattern);
            by_row([micros(time)], move |cells: &[i64]| {
                BrokenDownTime::from(calendar(*cells.first()?)?).to_string(&pattern).ok()
            })
        }
        (FunctionOp::ParseDay, [text, pattern]) => {
            let pattern = written(pattern);
            let days = by_row([value(text)], move |cells: &[String]| {
                let day = BrokenDownTime::parse(&pattern, cells.first()?).ok()?.to_date().ok()?;
                Some(count(day.into())?.div_euclid(DAY))
            });
            days.cast(DataType::Int32).cast(DataType::Date)
        }
        (FunctionOp::ParseTime, [text, pattern]) => {
            let pattern = written(pattern);
            let times = by_row([value(text)], move |cells: &[String]| {
                count(BrokenDownTime::parse(&pattern, cells.first()?).ok()?.to_datetime().ok()?)
            });
            times.cast(TIME)
        }
        (FunctionOp::ParseInstant, [text, pattern]) => {
            let pattern = written(pattern);
            let patterns = [pattern.clone(), pattern.replace("%z", "%:z")];
            let utc = pattern.replace("%z", "Z");
            let times = by_row([value(text)], move |cells: &[String]| {
                let text = cells.first()?;
                let instant = |pattern: &String| BrokenDownTime::parse(pattern, text).ok()?.to_timestamp().ok();
                match patterns.iter().find_map(instant) {
                    Some(instant) => Some(instant.as_microsecond()),
                    None => count(BrokenDownTime::parse(&utc, text).ok()?.to_datetime().ok()?),
                }
            });
            times.cast(TIME)
        }
        (FunctionOp::UnitsBetween(unit), [from, to]) => by_row([micros(from), micros(to)], move |cells: &[i64]| {
            let [from, to] = cells else { return None };
            begun(unit, *to)?.checked_sub(begun(unit, *from)?)
        }),
        (FunctionOp::AddSpans(months), [time, spans]) => {
            let whole = by_row([value(spans)], |cells: &[f64]| cells.first().filter(|n| n.fract() == 0.0).copied());
            let later = by_row([micros(time), whole], move |cells: &[i64]| {
                let [time, spans] = cells else { return None };
                let months = spans.checked_mul(i64::from(months))?;
                count(calendar(*time)?.checked_add(jiff::Span::new().try_months(months).ok()?).ok()?)
            });
            later.cast(TIME).cast(dtype(ty))
        }
        (FunctionOp::InZone, [time, zone]) => zone::on_the_wall(value(time), zone),
        (
            FunctionOp::LogarithmTo
            | FunctionOp::Split
            | FunctionOp::Decimals(_)
            | FunctionOp::Element
            | FunctionOp::FormatTime
            | FunctionOp::ParseDay
            | FunctionOp::ParseTime
            | FunctionOp::ParseInstant
            | FunctionOp::UnitsBetween(_)
            | FunctionOp::AddSpans(_)
            | FunctionOp::InZone,
            _,
        ) => never_checked(ScalarOp::Function(op), lit(NULL)),
    }
}

/// The least or greatest of values of one kind, or the first of them within the two that follow.
fn picked(op: FunctionOp, arguments: &[Typed], ty: &Type) -> Expr {
    match ty {
        Type::Number(..) => pick(op, arguments.iter().map(value), f64::total_cmp),
        Type::Date | Type::Time => {
            // A day beside a time is its first moment.
            pick(op, arguments.iter().map(micros), i64::cmp).cast(TIME).cast(dtype(ty))
        }
        _ => pick(op, arguments.iter().map(value), String::cmp),
    }
}

fn pick<T: Cell>(op: FunctionOp, values: impl Iterator<Item = Expr>, order: fn(&T, &T) -> Ordering) -> Expr {
    by_row(values, move |cells: &[T]| match (op, cells) {
        (FunctionOp::Clamp, [value, low, high]) => {
            let raised = std::cmp::max_by(low, value, |a, b| order(a, b));
            Some(std::cmp::min_by(raised, high, |a, b| order(a, b)).clone())
        }
        (FunctionOp::Greatest, cells) => cells.iter().max_by(|a, b| order(a, b)).cloned(),
        (_, cells) => cells.iter().min_by(|a, b| order(a, b)).cloned(),
    })
}

/// Those of the bases that have one of their own are exact: the logarithm of 1000 to the base of 10 is 3.
fn logarithm(number: f64, base: f64) -> f64 {
    if base == 10.0 {
        number.log10()
    } else if base == 2.0 {
        number.log2()
    } else {
        number.ln() / base.ln()
    }
}

/// A date or time in microseconds.
fn micros(typed: &Typed) -> Expr {
    value(typed).cast(TIME).cast(DataType::Int64)
}

/// What a pattern or name says that is written out; the check lets nothing else through.
fn written(typed: &Typed) -> String {
    if let Node::Literal(Value::Text(text)) = &typed.node { text.clone() } else { String::new() }
}

/// Microseconds on the calendar, and back.
fn calendar(micros: i64) -> Option<DateTime> {
    Some(Zone::default().wall(Timestamp::from_microsecond(micros).ok()?))
}

fn count(calendar: DateTime) -> Option<i64> {
    Zone::default().instant(calendar).map(Timestamp::as_microsecond)
}

/// How many of a unit have begun up to a time, counted from some fixed one.
fn begun(unit: Unit, micros: i64) -> Option<i64> {
    let months = || {
        let day = calendar(micros)?;
        Some(i64::from(day.year()) * 12 + i64::from(day.month()) - 1)
    };
    match unit {
        Unit::Minute => Some(micros.div_euclid(MINUTE)),
        Unit::Hour => Some(micros.div_euclid(HOUR)),
        Unit::Day => Some(micros.div_euclid(DAY)),
        // Day 0 is a Thursday.
        Unit::Week => Some((micros.div_euclid(DAY) + 3).div_euclid(7)),
        Unit::Month => months(),
        Unit::Quarter => Some(months()?.div_euclid(3)),
        Unit::Year => Some(months()?.div_euclid(12)),
    }
}
