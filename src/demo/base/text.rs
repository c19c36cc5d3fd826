//! How ids and days are written: hexadecimal, UUIDs, generation ids, `YYYY-MM-DD`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::prng::{hash_text, mix};

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

/// `digits` hexadecimal digits that depend on the salt alone.
pub fn hex(salt: u64, digits: usize) -> String {
    let mut text = String::with_capacity(digits + 16);
    for nth in 0.. {
        if text.len() >= digits {
            break;
        }
        text.push_str(&format!("{:016x}", mix(salt, nth)));
    }
    text.truncate(digits);
    text
}

/// A UUID (version 5 in form) for a thing of a kind.
pub fn uuid(kind: &str, name: &str) -> String {
    let salt = mix(hash_text(kind), hash_text(name));
    uuid_of(salt)
}

/// A UUID (version 5 in form) for a salt.
pub fn uuid_of(salt: u64) -> String {
    let (a, b) = (mix(salt, 1), mix(salt, 2));
    format!(
        "{:08x}-{:04x}-5{:03x}-{:04x}-{:012x}",
        a >> 32,
        a >> 16 & 0xffff,
        a & 0xfff,
        b >> 48 & 0x3fff | 0x8000,
        b & 0xffff_ffff_ffff
    )
}

/// `length` letters and digits that depend on the salt alone.
pub fn letters(salt: u64, length: u64) -> String {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    (0..length)
        .filter_map(|nth| ALPHABET.get((mix(salt, nth) % 62) as usize))
        .map(|letter| char::from(*letter))
        .collect()
}

/// The day (counted from 1970-01-01, UTC) that holds a moment.
pub fn day_of(ms: i64) -> i64 {
    ms.div_euclid(DAY_MS)
}

/// The calendar date of a day number.
pub fn civil(day: i64) -> jiff::civil::Date {
    let at = Timestamp::from_millisecond(day.saturating_mul(DAY_MS)).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned(TimeZone::UTC).date()
}

/// `YYYY-MM-DD` of a day number.
pub fn date_of(day: i64) -> String {
    civil(day).to_string()
}

/// RFC 3339 in UTC with milliseconds.
pub fn moment(ms: i64) -> String {
    let at = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{at:.3}")
}

/// The day number of a `YYYY-MM-DD`; nothing for any other text.
pub fn parse_date(text: &str) -> Option<i64> {
    if text.len() != 10 {
        return None;
    }
    let date: jiff::civil::Date = text.parse().ok()?;
    let at = date.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(day_of(at.as_millisecond()))
}

/// Whether a text has the form of a UUID.
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
