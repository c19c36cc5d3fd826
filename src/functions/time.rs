//! Functions of dates and times, UTC or of the zone of the run. A unit's name gives the start of the unit as a date or time.

use crate::model::catalog::{Accepts, Built, Example, FunctionDef};
use crate::model::expr::{ScalarOp, TimeUnit, Typed};
use crate::types::{Class, Type, Unit};

const TIME: &[Accepts] = &[Accepts::Time];

pub const ROWS: &[FunctionDef] = &[
    FunctionDef::scalar(
        "now",
        "now()",
        "The instant of the run",
        Example::new("now() > 2020-01-01", "true"),
        &[],
        |_| Built::Now,
    ),
    FunctionDef::scalar(
        "today",
        "today()",
        "The day of the run, UTC unless `--tz`",
        Example::new("today() > 2020-01-01", "true"),
        &[],
        |_| Built::Today,
    ),
    FunctionDef::scalar(
        "minute",
        "minute(TIME)",
        "The minute it lies in",
        Example::new("minute(2026-02-18T10:30:15)", "\"2026-02-18T10:30:00Z\""),
        TIME,
        |a| unit(TimeUnit::Minute, a),
    ),
    FunctionDef::scalar(
        "hour",
        "hour(TIME)",
        "The hour it lies in",
        Example::new("hour(2026-02-18T10:30:15)", "\"2026-02-18T10:00:00Z\""),
        TIME,
        |a| unit(TimeUnit::Hour, a),
    ),
    FunctionDef::scalar(
        "day",
        "day(TIME)",
        "The day it lies in",
        Example::new("day(2026-02-18T10:30:15)", "\"2026-02-18\""),
        TIME,
        |a| unit(TimeUnit::Day, a),
    ),
    FunctionDef::scalar(
        "week",
        "week(DATE)",
        "The Monday of its week",
        Example::new("week(2026-02-18T10:30:15)", "\"2026-02-16\""),
        TIME,
        |a| unit(TimeUnit::Week, a),
    ),
    FunctionDef::scalar(
        "month",
        "month(DATE)",
        "The first of its month",
        Example::new("month(2026-02-18T10:30:15)", "\"2026-02-01\""),
        TIME,
        |a| unit(TimeUnit::Month, a),
    ),
    FunctionDef::scalar(
        "quarter",
        "quarter(DATE)",
        "The first of its quarter",
        Example::new("quarter(2026-02-18T10:30:15)", "\"2026-01-01\""),
        TIME,
        |a| unit(TimeUnit::Quarter, a),
    ),
    FunctionDef::scalar(
        "year",
        "year(DATE)",
        "The first of its year",
        Example::new("year(2026-02-18T10:30:15)", "\"2026-01-01\""),
        TIME,
        |a| unit(TimeUnit::Year, a),
    ),
    FunctionDef::scalar(
        "hour_of_day",
        "hour_of_day(TIME)",
        "0 to 23",
        Example::new("hour_of_day(2026-02-18T10:30:15)", "10"),
        TIME,
        |_| Built::Op(ScalarOp::HourOfDay, Type::PLAIN),
    ),
    FunctionDef::scalar(
        "weekday",
        "weekday(DATE)",
        "Monday is 1, Sunday 7",
        Example::new("weekday(2026-02-18T10:30:15)", "3"),
        TIME,
        |_| Built::Op(ScalarOp::Weekday, Type::PLAIN),
    ),
    FunctionDef::scalar(
        "date_diff",
        "date_diff(FROM, TO)",
        "From the first to the second, as a length",
        Example::new("date_diff(2026-02-01, 2026-02-03) == 2d", "true"),
        &[Accepts::Time, Accepts::Time],
        |_| Built::Op(ScalarOp::MillisBetween, Type::Number(Unit::MS, Class::Plain)),
    )
    .alias(&["datediff"]),
];

fn unit(unit: TimeUnit, arguments: &[Typed]) -> Built {
    let finer_than_a_day = unit < TimeUnit::Day;
    let of_a_date = arguments.first().is_some_and(|argument| argument.ty == Type::Date);
    let ty = if finer_than_a_day && !of_a_date { Type::Time } else { Type::Date };
    Built::Op(ScalarOp::Start(unit), ty)
}
