//! Unions below an aggregate: what is asked of all of them together is asked of each, so that a sum after them is still a
//! sum for the source of each. Pure.

use crate::model::expr::{Aggregate, AggregateOp, Node, Typed};
use crate::model::hidden::Hidden;
use crate::model::rel::{Named, Rel};

/// What is made of one of the inputs.
const PART: Hidden = Hidden::new("input");

/// The same rows, with filters, projections and sums below the unions that they stand above.
pub fn distributed(rel: &Rel) -> Rel {
    let rel = rel.clone().over_inputs(&mut |input| distributed(&input));
    match rel {
        Rel::Filter { input, condition } => match *input {
            Rel::Union { inputs } => {
                let each = |input| Rel::Filter { input: Box::new(input), condition: condition.clone() };
                Rel::Union { inputs: inputs.into_iter().map(each).collect() }
            }
            input => Rel::Filter { input: Box::new(input), condition },
        },
        Rel::Project { input, columns } => match *input {
            Rel::Union { inputs } => {
                let each = |input| Rel::Project { input: Box::new(input), columns: columns.clone() };
                Rel::Union { inputs: inputs.into_iter().map(each).collect() }
            }
            input => Rel::Project { input: Box::new(input), columns },
        },
        Rel::Aggregate { input, keys, aggregates } => match *input {
            Rel::Union { inputs } => match partial(&aggregates) {
                Some((parts, together)) => {
                    let each = |input| Rel::Aggregate {
                        input: Box::new(input),
                        keys: keys.clone(),
                        aggregates: parts.clone(),
                    };
                    let input = Box::new(Rel::Union { inputs: inputs.into_iter().map(each).collect() });
                    let own = |key: &Named| Named {
                        name: key.name.clone(),
                        value: Typed::column(&key.name, key.value.ty.clone(), key.value.span),
                    };
                    Rel::Aggregate { input, keys: keys.iter().map(own).collect(), aggregates: together }
                }
                None => Rel::Aggregate { input: Box::new(Rel::Union { inputs }), keys, aggregates },
            },
            input => Rel::Aggregate { input: Box::new(input), keys, aggregates },
        },
        other => other,
    }
}

/// What each side is asked for, and how it is put together; nothing where an aggregate has no parts.
fn partial(aggregates: &[Named]) -> Option<(Vec<Named>, Vec<Named>)> {
    let mut parts = Vec::new();
    let together = aggregates
        .iter()
        .map(|named| Some(Named { name: named.name.clone(), value: put_together(&named.value, &mut parts)? }))
        .collect::<Option<Vec<Named>>>()?;
    (!parts.is_empty()).then_some((parts, together))
}

/// The same value of the parts' values, which are named on the way.
fn put_together(typed: &Typed, parts: &mut Vec<Named>) -> Option<Typed> {
    let node = match &typed.node {
        Node::Literal(_) => typed.node.clone(),
        Node::Scalar(op, arguments) => {
            Node::Scalar(*op, arguments.iter().map(|part| put_together(part, parts)).collect::<Option<Vec<Typed>>>()?)
        }
        Node::Field(record, name) => Node::Field(Box::new(put_together(record, parts)?), name.clone()),
        Node::Column(_) => return None,
        Node::Aggregate(aggregate) => {
            let op = match aggregate.op {
                AggregateOp::Sum | AggregateOp::Least | AggregateOp::Greatest | AggregateOp::Only => aggregate.op,
                AggregateOp::Average
                | AggregateOp::Count
                | AggregateOp::CountDistinct
                | AggregateOp::Quantile(_)
                | AggregateOp::Deviation
                | AggregateOp::List
                | AggregateOp::First
                | AggregateOp::Last => return None,
            };
            let name = PART.numbered(parts.len());
            parts.push(Named { name: name.clone(), value: typed.clone() });
            let argument = Some(Typed::column(name, typed.ty.clone(), typed.span));
            Node::Aggregate(Box::new(Aggregate { op, argument, condition: None }))
        }
    };
    Some(Typed { node, ty: typed.ty.clone(), span: typed.span })
}
