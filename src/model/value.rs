//! One value: a literal of the text, or a cell of the answer.

use jiff::Timestamp;
use jiff::civil::Date;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Date(Date),
    Time(Timestamp),
    /// A calendar length in months; never a cell.
    Months(i32),
    List(Vec<Value>),
    Record(Vec<(String, Value)>),
}

impl Value {
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Int(n) => Some(*n as f64),
            Self::Float(n) => Some(*n),
            _ => None,
        }
    }
}
