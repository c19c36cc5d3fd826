//! Windows: a value of each row that is made of the rows around it, as `lag(cost) over (by model sort date)` asks.

use super::expr::{AggregateOp, Typed};
use super::rel::SortKey;
use crate::span::Span;
use crate::types::Type;

/// One column that looks at other rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Over {
    /// The column that it becomes.
    pub name: String,
    pub op: OverOp,
    /// What is taken of each row; ranks have none.
    pub argument: Option<Typed>,
    /// Rows look at those that are alike in all of these.
    pub by: Vec<Typed>,
    /// Without it the rows stand as they come.
    pub sort: Vec<SortKey>,
    pub frame: RowsAround,
    pub ty: Type,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OverOp {
    /// So many rows before.
    Lag(usize),
    /// So many rows behind.
    Lead(usize),
    /// From 1.
    RowNumber,
    /// Rows that are alike share the place of the first of them.
    Rank,
    /// The same without gaps.
    DenseRank,
    Aggregate(AggregateOp),
}

/// Which rows an aggregate is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RowsAround {
    /// All.
    All,
    /// Those up to this one.
    UpToHere,
    /// So many, this one the last.
    Last(usize),
    /// Those of so many milliseconds before this one's time, and this one.
    Before(i64),
}

impl OverOp {
    /// The same so many rows away.
    pub fn at(self, distance: usize) -> Self {
        match self {
            Self::Lag(_) => Self::Lag(distance),
            Self::Lead(_) => Self::Lead(distance),
            Self::RowNumber | Self::Rank | Self::DenseRank | Self::Aggregate(_) => self,
        }
    }
}

impl Over {
    /// Its expressions.
    pub fn values(&self) -> impl Iterator<Item = &Typed> {
        self.argument.iter().chain(&self.by).chain(self.sort.iter().map(|key| &key.value))
    }

    /// The columns that it reads.
    pub fn columns(&self) -> Vec<&str> {
        self.values().flat_map(Typed::columns).collect()
    }

    /// The same with something made of each of its expressions.
    pub fn with_values(self, made: &impl Fn(Typed) -> Typed) -> Self {
        let sort = self.sort.into_iter().map(|key| SortKey { value: made(key.value), ..key }).collect();
        Self { argument: self.argument.map(made), by: self.by.into_iter().map(made).collect(), sort, ..self }
    }
}
