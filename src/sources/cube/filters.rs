//! Filters that the server can hold exactly; the others stay here.

use super::Reading;
use crate::diagnostics::Diagnostic;
use crate::model::cube::{CubeFilter, Cubed, Test, Values};
use crate::model::expr::{Node, ScalarOp, Typed};
use crate::model::route::{Facts, Filter, Lookup, Pushdown};
use crate::model::value::Value;
use crate::sources::names::{self, Resolved};

/// What becomes of a filter.
pub enum Pushed {
    Taken(Vec<CubeFilter>),
    /// It is looked at here, for this reason.
    Stays(String),
}

pub fn pushed(
    filter: &Filter,
    exact: bool,
    facts: &Facts,
    reading: Reading,
    lookups: &mut Vec<Lookup>,
) -> Result<Pushed, Diagnostic> {
    let stays = |why: &str| {
        let names: Vec<&str> = filter.reads.iter().map(String::as_str).collect();
        // The time is of the call, and no column that is read.
        let names = if names.is_empty() { "the time".to_string() } else { names.join(", ") };
        Ok(Pushed::Stays(format!("the filter on {names} stays here: {why}")))
    };
    let Some((column, test, values)) = filter.plain.as_ref().and_then(membership) else {
        return stays("the cube tells only equal from unequal");
    };
    let Some(Cubed::Of([dimension])) = reading.cubed(&column) else {
        return stays("it is no dimension of its own");
    };
    if reading.nothing.is_some_and(|(name, label)| name == column && values.iter().any(|value| value == label)) {
        return stays("the cube calls it so where there is none");
    }
    let by_id = match dimension.values {
        Values::Plain | Values::Permaslugs | Values::Requests => false,
        Values::Keys | Values::Users | Values::Workspaces => true,
        Values::Apps => return stays("no list gives the numbers of apps"),
    };
    let unset = matches!(dimension.values, Values::Keys | Values::Users);
    if test == Test::NotIn && !unset {
        return stays("what a negation makes of requests without a value is not documented");
    }
    if !by_id && facts.wishes.pushdown == Pushdown::Off && !exact {
        return stays("nothing is pushed down, as asked");
    }
    let at = filter.plain.as_ref().map(|plain| plain.span).unwrap_or_default();
    match names::resolve(&column, dimension, &values, test, facts, at)? {
        Resolved::To(values) => {
            lookups.extend(names::lookup_of(&column, dimension.values));
            Ok(Pushed::Taken(vec![CubeFilter { dimension, test, values }]))
        }
        Resolved::Not(why) => {
            lookups.extend(names::lookup_of(&column, dimension.values));
            stays(&why)
        }
    }
}

/// `x == "a"`, `x in ("a", "b")`, `x == "a" or x == "b"`, and their negations.
pub fn membership(condition: &Typed) -> Option<(String, Test, Vec<String>)> {
    let Node::Scalar(op, parts) = &condition.node else { return None };
    match op {
        ScalarOp::Equal | ScalarOp::In => texts(parts).map(|(column, values)| (column, Test::In, values)),
        ScalarOp::NotEqual => texts(parts).map(|(column, values)| (column, Test::NotIn, values)),
        ScalarOp::Not => match membership(parts.first()?)? {
            (column, Test::In, values) => Some((column, Test::NotIn, values)),
            (_, Test::NotIn | Test::NotInOrUnset, _) => None,
        },
        ScalarOp::Or => {
            let mut all: Option<(String, Vec<String>)> = None;
            for part in parts {
                let (column, test, values) = membership(part)?;
                match &mut all {
                    _ if test != Test::In => return None,
                    None => all = Some((column, values)),
                    Some((known, before)) if *known == column => before.extend(values),
                    Some(_) => return None,
                }
            }
            all.map(|(column, values)| (column, Test::In, values))
        }
        _ => None,
    }
}

/// A column and the texts that it is compared with, on either side.
pub fn texts(parts: &[Typed]) -> Option<(String, Vec<String>)> {
    let column = parts.iter().find_map(|part| match &part.node {
        Node::Column(name) => Some(name.clone()),
        _ => None,
    })?;
    let rest: Vec<&Typed> = parts.iter().filter(|part| !matches!(part.node, Node::Column(_))).collect();
    let values: Option<Vec<String>> = rest
        .iter()
        .map(|part| match &part.node {
            Node::Literal(Value::Text(text)) => Some(text.clone()),
            _ => None,
        })
        .collect();
    let values = values.filter(|values| !values.is_empty() && values.len() + 1 == parts.len())?;
    Some((column, values))
}
