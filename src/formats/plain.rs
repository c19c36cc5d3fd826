//! Values for programs: unrounded, as JSON. Characters that act on a terminal are escaped, so that the text is safe to
//! look at and means the same.

use std::borrow::Cow;
use std::fmt::{Display, Write as _};
use std::slice::Iter;

use serde::Serialize;

use crate::harmless;
use crate::model::frame::Frame;
use crate::model::value::Value;

/// From here on not every integer is a float.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The rows of a frame as JSON objects with columns in their order, each with `before` in front and `between` after all
/// but the last.
pub fn rows(out: &mut String, frame: &Frame, before: &str, between: &str) {
    out.reserve(24 * frame.columns.len() * frame.height());
    let column = |(name, values)| {
        let mut key = String::new();
        text(&mut key, name);
        key.push(':');
        (key, <[Value]>::iter(values))
    };
    let mut columns: Vec<(String, Iter<'_, Value>)> =
        frame.schema.names().zip(frame.columns.iter().map(Vec::as_slice)).map(column).collect();
    for row in 0..frame.height() {
        out.push_str(if row > 0 { between } else { "" });
        out.push_str(before);
        out.push('{');
        for (place, (key, values)) in columns.iter_mut().enumerate() {
            out.push_str(if place > 0 { "," } else { "" });
            out.push_str(key);
            json(out, values.next().unwrap_or(&Value::Null));
        }
        out.push('}');
    }
}

/// A value as JSON; what is not a number is null.
pub fn json(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        Value::Int(n) => put(out, n),
        Value::Float(x) if x.is_finite() => float(out, *x),
        Value::Float(_) => out.push_str("null"),
        Value::Text(raw) => text(out, raw),
        Value::Date(day) => quoted(out, |out| put(out, day)),
        Value::Time(time) => quoted(out, |out| put(out, time)),
        Value::Local(time, offset) => quoted(out, |out| put(out, time.display_with_offset(*offset))),
        Value::Months(count) => quoted(out, |out| months(out, *count)),
        Value::List(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                json(out, item);
            }
            out.push(']');
        }
        Value::Record(fields) => {
            out.push('{');
            for (place, (name, field)) in fields.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                text(out, name);
                out.push(':');
                json(out, field);
            }
            out.push('}');
        }
    }
}

/// The shortest digits that give the same number back: `3` for 3.0, no exponent unless it would be very long.
pub fn float(out: &mut String, x: f64) {
    let size = x.abs();
    if x.fract() == 0.0 && size < EXACT {
        put(out, x as i64);
    } else if (1e-12..1e21).contains(&size) {
        put(out, x);
    } else {
        put(out, format_args!("{x:e}"));
    }
}

/// A calendar length: `3mo`.
pub fn months(out: &mut String, count: i32) {
    put(out, format_args!("{count}mo"));
}

/// Whatever can be displayed, without a text of its own.
pub fn put(out: &mut String, shown: impl Display) {
    // Writing into a String cannot fail.
    let _ = write!(out, "{shown}");
}

/// A text as JSON, quotes included.
pub fn text(out: &mut String, raw: &str) {
    let simple = |byte: u8| (b' '..0x7f).contains(&byte) && byte != b'"' && byte != b'\\';
    if raw.bytes().all(simple) {
        quoted(out, |out| out.push_str(raw));
    } else {
        quoted(out, |out| raw.chars().for_each(|c| character(out, c)));
    }
}

/// Anything that serialises, as JSON that is safe on a terminal.
pub fn serialized(out: &mut String, value: &impl Serialize) {
    let json = serde_json::to_string(value).unwrap_or_else(|_| "null".to_string());
    out.push_str(&harmless::json(&json));
}

fn quoted(out: &mut String, write: impl FnOnce(&mut String)) {
    out.push('"');
    write(out);
    out.push('"');
}

fn character(out: &mut String, c: char) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if acts(c.encode_utf8(&mut [0; 4])) => escape(out, c),
        c => out.push(c),
    }
}

fn escape(out: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        put(out, format_args!("\\u{unit:04x}"));
    }
}

/// Does this text hold characters that a terminal would not just show?
fn acts(text: &str) -> bool {
    matches!(harmless::line(text), Cow::Owned(_))
}
