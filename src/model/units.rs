//! Units of lengths of time, in every spelling that can only mean one thing.

use crate::suggest;

/// A length: fixed in milliseconds, or counted on the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    Millis(i64),
    Months(i32),
}

struct Row {
    names: &'static [&'static str],
    length: Length,
}

const MS: i64 = 1;
const SECOND: i64 = 1000 * MS;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Finest first; the first name is the one form.
const ROWS: &[Row] = &[
    Row { names: &["ms", "millisecond", "milliseconds"], length: Length::Millis(MS) },
    Row { names: &["s", "sec", "secs", "second", "seconds"], length: Length::Millis(SECOND) },
    Row { names: &["m", "min", "mins", "minute", "minutes"], length: Length::Millis(MINUTE) },
    Row { names: &["h", "hr", "hrs", "hour", "hours"], length: Length::Millis(HOUR) },
    Row { names: &["d", "day", "days"], length: Length::Millis(DAY) },
    Row { names: &["w", "week", "weeks"], length: Length::Millis(7 * DAY) },
    Row { names: &["mo", "month", "months"], length: Length::Months(1) },
    Row { names: &["q", "quarter", "quarters"], length: Length::Months(3) },
    Row { names: &["y", "yr", "year", "years"], length: Length::Months(12) },
];

/// The one form of a unit, and its length.
pub fn unit(name: &str) -> Option<(&'static str, Length)> {
    let row = ROWS.iter().find(|row| row.names.contains(&name))?;
    Some((row.names.first()?, row.length))
}

/// Every spelling of every unit.
pub fn spellings() -> impl Iterator<Item = &'static str> {
    ROWS.iter().flat_map(|row| row.names.iter().copied())
}

/// Units that were likely meant.
pub fn nearest(name: &str) -> Vec<String> {
    suggest::nearest(name, spellings())
}
