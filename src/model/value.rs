//! One value: a literal of the text, or a cell of the answer.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::zone::Zone;
use crate::syntax::format;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Date(Date),
    Time(Timestamp),
    /// A time of an answer that is shown at another offset than that of UTC.
    Local(Timestamp, Offset),
    /// A calendar length in months; never a cell.
    Months(i32),
    List(Vec<Value>),
    Record(Vec<(String, Value)>),
}

impl Value {
    /// As it is shown in a zone; in UTC as it is.
    pub fn in_zone(self, zone: &Zone) -> Self {
        match self {
            Self::Time(time) if !zone.is_utc() => Self::Local(time, zone.offset(time)),
            Self::List(items) => Self::List(items.into_iter().map(|item| item.in_zone(zone)).collect()),
            Self::Record(fields) => {
                Self::Record(fields.into_iter().map(|(name, value)| (name, value.in_zone(zone))).collect())
            }
            other => other,
        }
    }

    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Int(n) => Some(*n as f64),
            Self::Float(n) => Some(*n),
            _ => None,
        }
    }

    /// As it is written in a query; what cannot be written is null.
    pub fn written(&self) -> String {
        match self {
            Self::Text(text) => format::quoted(text),
            other => other.name(),
        }
    }

    /// As the name of something; texts are their own.
    pub fn name(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Bool(value) => value.to_string(),
            Self::Int(n) => n.to_string(),
            Self::Float(n) => format::number(*n),
            Self::Date(day) => day.to_string(),
            Self::Time(time) => time.to_string(),
            Self::Local(time, offset) => time.display_with_offset(*offset).to_string(),
            Self::Null | Self::Months(_) | Self::List(_) | Self::Record(_) => "null".to_string(),
        }
    }
}
