//! What a cell says: numbers, days and times as they are written in files.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

use super::super::decode::days_since_epoch;

/// Whole numbers from it on are not all different as floats: the next one is read as it.
const LARGEST: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;

/// A number in figures. One that a float does not hold exactly is none, nor is what starts with zeros, as codes do.
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim_matches(' ');
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut figures = unsigned.bytes();
    match (figures.next()?, figures.next()) {
        (b'0', Some(b'0'..=b'9')) => return None,
        (b'.', Some(b'0'..=b'9')) | (b'0'..=b'9', _) => {}
        _ => return None,
    }
    exact(text.parse().ok()?)
}

/// The number, unless it is beyond what floats tell apart.
pub fn exact(number: f64) -> Option<f64> {
    let is_whole = number.fract() == 0.0;
    (number.is_finite() && (!is_whole || number.abs() < LARGEST || number.abs() >= 1e21)).then_some(number)
}

pub fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// Days since 1970 of `2026-02-18`.
pub fn date(text: &str) -> Option<i32> {
    if text.len() != 10 || !starts_with_a_day(text) {
        return None;
    }
    text.parse::<Date>().ok().map(days_since_epoch)
}

/// Microseconds since 1970 of a day with a time, with an offset or in UTC, with fractions of any length. A day alone is
/// its first moment.
pub fn time(text: &str) -> Option<i64> {
    if let Some(days) = date(text) {
        return Some(i64::from(days) * 86_400_000_000);
    }
    if text.len() < 13 || !starts_with_a_day(text) {
        return None;
    }
    let short = if text.len() > LONGEST { shortened(text) } else { None };
    let text = short.as_deref().unwrap_or(text);
    let clock = text.get(11..)?;
    if clock.bytes().any(|byte| matches!(byte, b'Z' | b'z' | b'+' | b'-')) {
        return text.parse::<jiff::Timestamp>().ok().map(|time| time.as_microsecond());
    }
    let civil = text.parse::<DateTime>().ok()?;
    Offset::UTC.to_timestamp(civil).ok().map(|time| time.as_microsecond())
}

fn starts_with_a_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    let at = |place: usize| bytes.get(place).copied();
    let figure = |place| at(place).is_some_and(|byte| byte.is_ascii_digit());
    figure(0)
        && figure(3)
        && at(4) == Some(b'-')
        && at(7) == Some(b'-')
        && matches!(at(10), None | Some(b'T' | b't' | b' '))
}

/// A time with nine figures behind its point, and no offset.
const LONGEST: usize = "2026-02-18T06:00:00.000000000".len();

/// Nine figures behind the point are all that is read.
fn shortened(text: &str) -> Option<String> {
    let (before, after) = text.split_once(['.', ','])?;
    let figures = after.bytes().take_while(u8::is_ascii_digit).count();
    if figures <= 9 {
        return None;
    }
    Some(format!("{before}.{}{}", after.get(..9)?, after.get(figures..)?))
}
