//! One value: a literal of the text, or a cell of the answer.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::zone::Zone;

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
    /// As it is shown in a zone.
    pub fn in_zone(self, zone: &Zone) -> Self {
        match self {
            Self::Time(time) => Self::Local(time, zone.offset(time)),
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
}
