//! Aggregates of files, put together from those of their parts: rows are needed no longer than they are read, and the
//! order of adding is that of the file.

use polars::prelude::*;

use super::super::{aggregate, expr};
use super::scan::takes_limit;
use crate::model::expr::{Aggregate, AggregateOp, Node, Typed};
use crate::model::hidden::Hidden;
use crate::model::rel::{Named, Rel};

/// What is made of a part.
const PART: Hidden = Hidden::new("part");

/// How some aggregates are made in two steps.
#[derive(Default)]
pub struct Partial {
    /// What is made of the rows of a part.
    pub of_rows: Vec<Expr>,
    /// What is made of the parts of a group.
    pub of_parts: Vec<Expr>,
    /// The aggregates, as expressions of what was made of the parts.
    pub results: Vec<Named>,
}

impl Partial {
    /// Nothing where the rows are not those of files, or an aggregate needs all of them at once.
    pub fn of(input: &Rel, aggregates: &[Named]) -> Option<Self> {
        if !takes_limit(input) || aggregates.is_empty() {
            return None;
        }
        let mut partial = Self::default();
        for named in aggregates {
            let value = partial.split(&named.value)?;
            partial.results.push(Named { name: named.name.clone(), value });
        }
        Some(partial)
    }

    /// The same expression over what is made of the parts.
    fn split(&mut self, typed: &Typed) -> Option<Typed> {
        let node = match &typed.node {
            Node::Literal(_) => typed.node.clone(),
            // Of which row?
            Node::Column(_) => return None,
            Node::Field(record, name) => Node::Field(Box::new(self.split(record)?), name.clone()),
            Node::Scalar(op, parts) => {
                Node::Scalar(*op, parts.iter().map(|part| self.split(part)).collect::<Option<_>>()?)
            }
            Node::Aggregate(aggregate) => Node::Column(self.add(aggregate, typed)?),
        };
        Some(Typed { node, ..typed.clone() })
    }

    /// Makes an aggregate in two steps, and gives the name of its result.
    fn add(&mut self, aggregate: &Aggregate, typed: &Typed) -> Option<String> {
        let name = PART.numbered(self.of_parts.len());
        let part = |what: &str| PlSmallStr::from_string(format!("{name}{what}"));
        let column = |what: &str| expr::column(&part(what));
        let whole = aggregate::lower(aggregate, &typed.ty).alias(part(""));
        let (of_rows, of_parts) = match aggregate.op {
            AggregateOp::Count => (vec![whole], column("").sum().cast(DataType::Int64)),
            AggregateOp::Least => (vec![whole], column("").min()),
            AggregateOp::Greatest => (vec![whole], column("").max()),
            AggregateOp::First => (vec![whole], column("").drop_nulls().first()),
            AggregateOp::Last => (vec![whole], column("").drop_nulls().last()),
            AggregateOp::Sum | AggregateOp::Average => {
                let values = aggregate::values(aggregate)?;
                let of_rows = vec![
                    values.clone().sum().alias(part("sum")),
                    values.clone().count().cast(DataType::Int64).alias(part("count")),
                    values.len().cast(DataType::Int64).alias(part("rows")),
                ];
                let (sum, count, rows) = (column("sum").sum(), column("count").sum(), column("rows").sum());
                let none = count.clone().eq(lit(0));
                let of_parts = match aggregate.op {
                    AggregateOp::Average => when(none).then(lit(NULL)).otherwise(sum / count),
                    _ => when(none.and(rows.gt(lit(0)))).then(lit(NULL)).otherwise(aggregate::rounded(sum, &typed.ty)),
                };
                (of_rows, of_parts)
            }
            AggregateOp::CountDistinct
            | AggregateOp::Quantile(_)
            | AggregateOp::Deviation
            | AggregateOp::List
            | AggregateOp::Only => return None,
        };
        self.of_rows.extend(of_rows);
        self.of_parts.push(of_parts.alias(part("")));
        Some(name)
    }
}
