//! Functions of dates and times, all UTC. A unit's name gives the start of the unit as a date or time.

use crate::model::catalog::{Accepts, Built, Example, FunctionDef, FunctionKind};
use crate::model::expr::{ScalarOp, TimeUnit, Typed};
use crate::types::{Class, Type, Unit};

pub const ROWS: &[FunctionDef] = &[
    nothing("now", "The instant of the run", "now()", Example { query: "now() > 2020-01-01", shows: "true" }, |_| {
        Built::Now
    }),
    nothing(
        "today",
        "The UTC day of the run",
        "today()",
        Example { query: "today() > 2020-01-01", shows: "true" },
        |_| Built::Today,
    ),
    start(
        "minute",
        "The minute it lies in",
        "minute(TIME)",
        Example { query: "minute(2026-02-18T10:30:15)", shows: "\"2026-02-18T10:30:00Z\"" },
        |a| unit(TimeUnit::Minute, a),
    ),
    start(
        "hour",
        "The hour it lies in",
        "hour(TIME)",
        Example { query: "hour(2026-02-18T10:30:15)", shows: "\"2026-02-18T10:00:00Z\"" },
        |a| unit(TimeUnit::Hour, a),
    ),
    start(
        "day",
        "The day it lies in",
        "day(TIME)",
        Example { query: "day(2026-02-18T10:30:15)", shows: "\"2026-02-18\"" },
        |a| unit(TimeUnit::Day, a),
    ),
    start(
        "week",
        "The Monday of its week",
        "week(DATE)",
        Example { query: "week(2026-02-18T10:30:15)", shows: "\"2026-02-16\"" },
        |a| unit(TimeUnit::Week, a),
    ),
    start(
        "month",
        "The first of its month",
        "month(DATE)",
        Example { query: "month(2026-02-18T10:30:15)", shows: "\"2026-02-01\"" },
        |a| unit(TimeUnit::Month, a),
    ),
    start(
        "quarter",
        "The first of its quarter",
        "quarter(DATE)",
        Example { query: "quarter(2026-02-18T10:30:15)", shows: "\"2026-01-01\"" },
        |a| unit(TimeUnit::Quarter, a),
    ),
    start(
        "year",
        "The first of its year",
        "year(DATE)",
        Example { query: "year(2026-02-18T10:30:15)", shows: "\"2026-01-01\"" },
        |a| unit(TimeUnit::Year, a),
    ),
    start(
        "hour_of_day",
        "0 to 23",
        "hour_of_day(TIME)",
        Example { query: "hour_of_day(2026-02-18T10:30:15)", shows: "10" },
        |_| Built::Op(ScalarOp::HourOfDay, Type::PLAIN),
    ),
    start(
        "weekday",
        "Monday is 1, Sunday 7",
        "weekday(DATE)",
        Example { query: "weekday(2026-02-18T10:30:15)", shows: "3" },
        |_| Built::Op(ScalarOp::Weekday, Type::PLAIN),
    ),
    FunctionDef {
        name: "date_diff",
        aliases: &["datediff"],
        doc: "From the first to the second, as a length",
        usage: "date_diff(FROM, TO)",
        example: Example { query: "date_diff(2026-02-01, 2026-02-03) == 2d", shows: "true" },
        kind: FunctionKind::Scalar {
            params: &[Accepts::Time, Accepts::Time],
            required: 2,
            repeats: false,
            build: |_| Built::Op(ScalarOp::MillisBetween, Type::Number(Unit::MS, Class::Plain)),
        },
    },
];

const fn nothing(
    name: &'static str,
    doc: &'static str,
    usage: &'static str,
    example: Example,
    build: fn(&[Typed]) -> Built,
) -> FunctionDef {
    let kind = FunctionKind::Scalar { params: &[], required: 0, repeats: false, build };
    FunctionDef { name, aliases: &[], doc, usage, example, kind }
}

const fn start(
    name: &'static str,
    doc: &'static str,
    usage: &'static str,
    example: Example,
    build: fn(&[Typed]) -> Built,
) -> FunctionDef {
    let kind = FunctionKind::Scalar { params: &[Accepts::Time], required: 1, repeats: false, build };
    FunctionDef { name, aliases: &[], doc, usage, example, kind }
}

fn unit(unit: TimeUnit, arguments: &[Typed]) -> Built {
    let finer_than_a_day = unit < TimeUnit::Day;
    let of_a_date = arguments.first().is_some_and(|argument| argument.ty == Type::Date);
    let ty = if finer_than_a_day && !of_a_date { Type::Time } else { Type::Date };
    Built::Op(ScalarOp::Start(unit), ty)
}
