//! Functions of dates and times, UTC or of the zone of the run. A unit's name gives the start of the unit as a date or time.

use super::patterns::{self, Holds, Use};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Accepts, Built, Example, FunctionDef, Most};
use crate::model::expr::{FunctionOp, Node, ScalarOp, TimeUnit, Typed};
use crate::model::value::Value;
use crate::types::{Class, Type, Unit};

const TIME: &[Accepts] = &[Accepts::Time];
const TIME_IN_ZONE: &[Accepts] = &[Accepts::Time, Accepts::WrittenText];

pub const ROWS: &[FunctionDef] = &[
    FunctionDef::scalar(
        "now",
        "now()",
        "The instant of the run",
        Example::new("now() > 2020-01-01", "true"),
        &[],
        |_| Built::Now,
    )
    .alias(&["current_timestamp"]),
    FunctionDef::scalar(
        "today",
        "today()",
        "The day of the run, UTC unless `--tz`",
        Example::new("today() > 2020-01-01", "true"),
        &[],
        |_| Built::Today,
    )
    .alias(&["current_date"]),
    FunctionDef::scalar(
        "minute",
        "minute(TIME)",
        "The minute it lies in",
        Example::new("minute(2026-02-18T10:30:15)", "\"2026-02-18T10:30:00Z\""),
        TIME,
        |a| start(TimeUnit::Minute, a),
    ),
    FunctionDef::scalar(
        "hour",
        "hour(TIME)",
        "The hour it lies in",
        Example::new("hour(2026-02-18T10:30:15)", "\"2026-02-18T10:00:00Z\""),
        TIME,
        |a| start(TimeUnit::Hour, a),
    ),
    FunctionDef::scalar(
        "day",
        "day(TIME, ZONE)",
        "The day it lies in, as for all units of the zone of the run or of the one that is named",
        Example::new("day(2026-02-18T10:30:15)", "\"2026-02-18\""),
        TIME_IN_ZONE,
        |a| day_or_longer(TimeUnit::Day, a),
    )
    .taking(1, Most::Each),
    FunctionDef::scalar(
        "week",
        "week(TIME, ZONE)",
        "The Monday of its week",
        Example::new("week(2026-02-18T10:30:15)", "\"2026-02-16\""),
        TIME_IN_ZONE,
        |a| day_or_longer(TimeUnit::Week, a),
    )
    .taking(1, Most::Each),
    FunctionDef::scalar(
        "month",
        "month(TIME, ZONE)",
        "The first of its month",
        Example::new("month(2026-02-18T10:30:15)", "\"2026-02-01\""),
        TIME_IN_ZONE,
        |a| day_or_longer(TimeUnit::Month, a),
    )
    .taking(1, Most::Each),
    FunctionDef::scalar(
        "quarter",
        "quarter(TIME, ZONE)",
        "The first of its quarter",
        Example::new("quarter(2026-02-18T10:30:15)", "\"2026-01-01\""),
        TIME_IN_ZONE,
        |a| day_or_longer(TimeUnit::Quarter, a),
    )
    .taking(1, Most::Each),
    FunctionDef::scalar(
        "year",
        "year(TIME, ZONE)",
        "The first of its year",
        Example::new("year(2026-02-18T10:30:15)", "\"2026-01-01\""),
        TIME_IN_ZONE,
        |a| day_or_longer(TimeUnit::Year, a),
    )
    .taking(1, Most::Each),
    FunctionDef::scalar(
        "hour_of_day",
        "hour_of_day(TIME, ZONE)",
        "0 to 23, in the zone of the run or the one that is named",
        Example::new("hour_of_day(2026-02-18T10:30:15, \"Asia/Tokyo\")", "19"),
        TIME_IN_ZONE,
        |a| zoned(a, ScalarOp::HourOfDay, Type::PLAIN),
    )
    .taking(1, Most::Each),
    FunctionDef::scalar(
        "weekday",
        "weekday(TIME, ZONE)",
        "Monday is 1, Sunday 7",
        Example::new("weekday(2026-02-18T10:30:15)", "3"),
        TIME_IN_ZONE,
        |a| zoned(a, ScalarOp::Weekday, Type::PLAIN),
    )
    .alias(&["isodow"])
    .taking(1, Most::Each),
    FunctionDef::scalar(
        "trunc",
        "trunc(TIME, UNIT)",
        "The start of the minute, hour, day, week, month, quarter or year that it lies in, as `month(TIME)`; the unit may come first, too",
        Example::new("trunc(2026-02-18T10:30:15, \"week\")", "\"2026-02-16\""),
        &[Accepts::TimeOrUnit, Accepts::TimeOrUnit],
        truncated,
    )
    .alias(&["date_trunc", "datetrunc"]),
    FunctionDef::scalar(
        "date_add",
        "date_add(TIME, NUMBER, UNIT)",
        "So many units later, or earlier where it is negative. Months, quarters and years go by the calendar and are counted \
         whole (else null); shorter units have their fixed length",
        Example::new("date_add(2026-01-31, 1, \"month\")", "\"2026-02-28\""),
        &[Accepts::Time, Accepts::Number, Accepts::WrittenText],
        added,
    )
    .alias(&["dateadd"]),
    FunctionDef::scalar(
        "date_diff",
        "date_diff(FROM, TO, UNIT)",
        "How often a unit begins after the first, up to the second; without a unit the time between them, as a length; the unit may come first, too",
        Example::new("date_diff(2026-01-31, 2026-02-03, \"month\")", "1"),
        &[Accepts::TimeOrUnit, Accepts::TimeOrUnit, Accepts::TimeOrUnit],
        difference,
    )
    .alias(&["datediff"])
    .taking(2, Most::Each),
    FunctionDef::scalar(
        "format_date",
        "format_date(TIME, PATTERN, ZONE)",
        "As text: `%Y %m %d` year, month and day (`%y` two digits, `%e` without a zero, `%j` day of the year), `%H %M %S` hour, \
         minute and second (`%I %p` twelve hours), `%b %B` the month and `%a %A` the day in English, `%u` Monday as 1, `%G %V` \
         year and number of the ISO week, `%q` the quarter, `%F` %Y-%m-%d, `%T` %H:%M:%S, `%%` a percent sign",
        Example::new("format_date(2026-02-18, \"%d %b %Y, week %V\")", "\"18 Feb 2026, week 08\""),
        &[Accepts::Time, Accepts::WrittenText, Accepts::WrittenText],
        formatted,
    )
    .alias(&["strftime", "date_format"])
    .taking(2, Most::Each),
    FunctionDef::scalar(
        "parse_date",
        "parse_date(TEXT, PATTERN)",
        "The date that a text holds in this pattern, and null where it does not fit it: `%Y-%m-%d` where none is given. With an \
         hour in the pattern it is a time, of the zone of the run unless the text has its own (`%z`); the letters are those of \
         `format_date`, and `%f` for fractions of a second",
        Example::new("parse_date(\"18/02/2026\", \"%d/%m/%Y\")", "\"2026-02-18\""),
        &[Accepts::Text, Accepts::WrittenText],
        parsed,
    )
    .alias(&["strptime", "to_date"])
    .taking(1, Most::Each),
];

fn start(unit: TimeUnit, arguments: &[Typed]) -> Built {
    Built::Op(ScalarOp::Start(unit), started(unit, arguments.first()))
}

/// The start of a unit is a day, but for units that are finer than that.
fn started(unit: TimeUnit, time: Option<&Typed>) -> Type {
    let of_a_date = time.is_some_and(|time| time.ty == Type::Date);
    if unit < TimeUnit::Day && !of_a_date { Type::Time } else { Type::Date }
}

/// The start of a unit in the zone that is named, or that of the run.
fn day_or_longer(unit: TimeUnit, arguments: &[Typed]) -> Built {
    zoned(arguments, ScalarOp::Start(unit), Type::Date)
}

/// An operation on a time, as the clocks of the zone show it that is named behind it.
fn zoned(arguments: &[Typed], op: ScalarOp, ty: Type) -> Built {
    match arguments {
        [time, zone] => match in_zone(time, zone) {
            Ok(time) => Built::Value(Typed::scalar(op, vec![time], ty, zone.span)),
            Err(error) => Built::Wrong(error),
        },
        _ => Built::Op(op, ty),
    }
}

fn in_zone(time: &Typed, zone: &Typed) -> Result<Typed, Box<Diagnostic>> {
    patterns::zone(zone)?;
    if time.ty == Type::Date {
        let error = Diagnostic::error(Code::E0202, "a day is the same in every zone").at(zone.span);
        return Err(Box::new(error.label("changes nothing").also(time.span, "a day").help("leave the zone out")));
    }
    let op = ScalarOp::Function(FunctionOp::InZone);
    Ok(Typed::scalar(op, vec![time.clone(), zone.clone()], Type::Time, time.span))
}

fn truncated(arguments: &[Typed]) -> Built {
    match patterns::times_and_unit(arguments) {
        Ok(([time], unit)) => {
            let ty = started(unit, Some(time));
            Built::Value(Typed::scalar(ScalarOp::Start(unit), vec![time.clone()], ty, time.span))
        }
        Err(error) => Built::Wrong(error),
    }
}

/// A unit of time as a part of an addition.
enum Length {
    Months(i32),
    Millis(f64),
}

fn length(unit: TimeUnit) -> Length {
    const MINUTE: f64 = 60_000.0;
    match unit {
        TimeUnit::Minute => Length::Millis(MINUTE),
        TimeUnit::Hour => Length::Millis(60.0 * MINUTE),
        TimeUnit::Day => Length::Millis(1440.0 * MINUTE),
        TimeUnit::Week => Length::Millis(7.0 * 1440.0 * MINUTE),
        TimeUnit::Month => Length::Months(1),
        TimeUnit::Quarter => Length::Months(3),
        TimeUnit::Year => Length::Months(12),
    }
}

fn added(arguments: &[Typed]) -> Built {
    let [time, count, name] = arguments else { return Built::Op(ScalarOp::AddMillis, Type::Time) };
    let unit = match patterns::unit(name) {
        Ok(unit) => unit,
        Err(error) => return Built::Wrong(error),
    };
    if let Some(of) = count.ty.unit().filter(|of| *of != Unit::NONE) {
        let error = Diagnostic::error(Code::E0201, format!("a number without a unit is needed here, not one in {of}"));
        let error = error.at(count.span).label(format!("in {of}"));
        return Built::Wrong(Box::new(error.help("a length of time is added with `+`, as in `date + 7d`")));
    }
    if time.ty == Type::Null {
        return Built::Value(Typed::literal(Value::Null, Type::Date, time.span));
    }
    let of_a_date = time.ty == Type::Date && unit >= TimeUnit::Day;
    let ty = if of_a_date { Type::Date } else { Type::Time };
    let add =
        |op: ScalarOp, what: Typed, ty: Type| Built::Value(Typed::scalar(op, vec![time.clone(), what], ty, time.span));
    match (length(unit), &count.node) {
        (Length::Millis(length), _) => {
            let length = Typed::literal(Value::Float(length), Type::Number(Unit::MS, Class::Plain), name.span);
            let ms = Type::Number(Unit::MS, Class::Plain);
            let whole = Typed::scalar(ScalarOp::Multiply, vec![count.clone(), length], ms, count.span);
            add(ScalarOp::AddMillis, whole, ty)
        }
        (Length::Months(_), Node::Literal(Value::Float(n))) if n.fract() != 0.0 || n.abs() > 1e5 => {
            let error = Diagnostic::error(Code::E0006, "months, quarters and years are counted whole").at(count.span);
            Built::Wrong(Box::new(error.label("not whole").help("use days or weeks for parts of a month")))
        }
        // Whole and small: the cast is exact.
        (Length::Months(months), Node::Literal(Value::Float(n))) => {
            let months = Typed::literal(Value::Months(*n as i32 * months), Type::Period, count.span);
            add(ScalarOp::AddMonths, months, time.ty.clone())
        }
        (Length::Months(months), _) => {
            add(ScalarOp::Function(FunctionOp::AddSpans(months)), count.clone(), time.ty.clone())
        }
    }
}

fn difference(arguments: &[Typed]) -> Built {
    if arguments.len() == 2 && arguments.iter().all(|argument| argument.ty != Type::Text) {
        return Built::Op(ScalarOp::MillisBetween, Type::Number(Unit::MS, Class::Plain));
    }
    match patterns::times_and_unit(arguments) {
        Ok(([from, to], unit)) => {
            let op = ScalarOp::Function(FunctionOp::UnitsBetween(unit));
            Built::Value(Typed::scalar(op, vec![from.clone(), to.clone()], Type::PLAIN, from.span))
        }
        Err(error) => Built::Wrong(error),
    }
}

fn formatted(arguments: &[Typed]) -> Built {
    let op = ScalarOp::Function(FunctionOp::FormatTime);
    let ([time, pattern] | [time, pattern, _]) = arguments else { return Built::Op(op, Type::Text) };
    let time = match arguments {
        [time, _, zone] => in_zone(time, zone),
        _ => Ok(time.clone()),
    };
    match patterns::letters(pattern, Use::Write).and(time) {
        Ok(time) => Built::Value(Typed::scalar(op, vec![time, pattern.clone()], Type::Text, pattern.span)),
        Err(error) => Built::Wrong(error),
    }
}

fn parsed(arguments: &[Typed]) -> Built {
    let Some(text) = arguments.first() else { return Built::Op(ScalarOp::Function(FunctionOp::ParseDay), Type::Date) };
    let iso = Typed::literal(Value::Text("%Y-%m-%d".to_string()), Type::Text, text.span);
    let pattern = arguments.get(1).unwrap_or(&iso);
    let (op, ty) = match patterns::holds(pattern) {
        Ok(Holds::Day) => (FunctionOp::ParseDay, Type::Date),
        Ok(Holds::Time) => (FunctionOp::ParseTime, Type::Time),
        Ok(Holds::TimeAndOffset) => (FunctionOp::ParseInstant, Type::Time),
        Err(error) => return Built::Wrong(error),
    };
    Built::Value(Typed::scalar(ScalarOp::Function(op), vec![text.clone(), pattern.clone()], ty, text.span))
}
