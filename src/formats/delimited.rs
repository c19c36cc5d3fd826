//! What `csv` and `tsv` share: a header and a line for each row. A null is an empty field, an empty text is `""`.

use super::plain;
use crate::harmless;
use crate::model::catalog::Looks;
use crate::model::frame::Frame;
use crate::model::value::Value;

/// How fields are kept apart.
#[derive(Clone, Copy)]
pub enum Dialect {
    /// Fields with commas, quotes or line ends stand in quotes.
    Commas,
    /// Tabs, line ends and backslashes are escaped.
    Tabs,
}

/// Data as it is; on a terminal, made harmless.
pub fn render(frame: &Frame, dialect: Dialect, looks: &Looks) -> String {
    let text = written(frame, dialect);
    if looks.width.is_some() { harmless::lines(&text).into_owned() } else { text }
}

fn written(frame: &Frame, dialect: Dialect) -> String {
    let mut out = String::with_capacity(16 * frame.columns.len() * (frame.height() + 1));
    let separator = match dialect {
        Dialect::Commas => ',',
        Dialect::Tabs => '\t',
    };
    for (place, name) in frame.schema.names().enumerate() {
        if place > 0 {
            out.push(separator);
        }
        dialect.field(&mut out, name);
    }
    out.push('\n');
    let mut columns: Vec<_> = frame.columns.iter().map(|column| column.iter()).collect();
    let mut nested = String::new();
    for _ in 0..frame.height() {
        for (place, value) in columns.iter_mut().map(Iterator::next).enumerate() {
            if place > 0 {
                out.push(separator);
            }
            match value {
                None | Some(Value::Null) => {}
                Some(Value::Text(text)) => dialect.field(&mut out, text),
                Some(value @ (Value::List(_) | Value::Record(_))) => {
                    nested.clear();
                    plain::json(&mut nested, value);
                    dialect.field(&mut out, &nested);
                }
                Some(Value::Bool(yes)) => out.push_str(if *yes { "true" } else { "false" }),
                Some(Value::Int(n)) => plain::put(&mut out, n),
                Some(Value::Float(x)) => {
                    if x.is_finite() {
                        plain::float(&mut out, *x);
                    }
                }
                Some(Value::Date(day)) => plain::put(&mut out, day),
                Some(Value::Time(time)) => plain::put(&mut out, time),
                Some(Value::Local(time, offset)) => plain::put(&mut out, time.display_with_offset(*offset)),
                Some(Value::Months(months)) => plain::months(&mut out, *months),
            }
        }
        out.push('\n');
    }
    out
}

impl Dialect {
    fn field(self, out: &mut String, text: &str) {
        let quoted = match self {
            Self::Commas => text.is_empty() || text.contains([',', '"', '\n', '\r']),
            // A reader that knows quotes would take a leading one for its own.
            Self::Tabs => text.is_empty() || text.starts_with('"'),
        };
        if quoted {
            out.push('"');
        }
        if matches!(self, Self::Commas) && !quoted {
            out.push_str(text);
        } else {
            text.chars().for_each(|c| self.character(out, c, quoted));
        }
        if quoted {
            out.push('"');
        }
    }

    fn character(self, out: &mut String, c: char, quoted: bool) {
        match (self, c) {
            (_, '"') if quoted => out.push_str("\"\""),
            (Self::Tabs, '\t') => out.push_str("\\t"),
            (Self::Tabs, '\n') => out.push_str("\\n"),
            (Self::Tabs, '\r') => out.push_str("\\r"),
            (Self::Tabs, '\\') => out.push_str("\\\\"),
            (_, c) => out.push(c),
        }
    }
}
