//! What the primitives that change the shape of a table are told: pivot, unpivot, fill.

use super::expr::{AggregateOp, TimeUnit};
use super::value::Value;
use crate::types::Type;

/// A column for each value of one; the other columns tell rows apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Pivot {
    /// What tells the rows of the result apart.
    pub keys: Vec<String>,
    /// Whose values become names.
    pub names: String,
    /// Whose values fill the new columns, and how those that meet in one cell are put together.
    pub value: String,
    pub op: AggregateOp,
    /// These alone, each with its name; where nothing is written, all that there are.
    pub columns: Option<Vec<(Value, String)>>,
    pub ty: Type,
}

/// Columns as rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Unpivot {
    pub keys: Vec<String>,
    pub columns: Vec<String>,
    pub name: String,
    pub value: String,
}

/// Rows that are lacking, and values that are.
#[derive(Clone, Debug, PartialEq)]
pub struct Fill {
    /// The column of time and what it is to have, for each combination of the keys.
    pub buckets: Option<(String, Buckets)>,
    pub keys: Vec<String>,
    /// In these columns nulls are filled.
    pub columns: Vec<String>,
    /// And in all that are not known before.
    pub open: bool,
    pub with: FillWith,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Buckets {
    /// Those of the range that was asked for.
    Known(Vec<Value>),
    /// All from the first to the last that there is.
    Seen(TimeUnit),
}

#[derive(Clone, Debug, PartialEq)]
pub enum FillWith {
    Value(Value),
    /// The last one before, in the order of the rows.
    Forward,
}
