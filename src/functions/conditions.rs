//! Conditions and nulls.

use crate::model::catalog::{Accepts, Built, Example, FunctionDef, Most};
use crate::model::expr::{ScalarOp, Typed};
use crate::types::{Class, Type};

pub const ROWS: &[FunctionDef] = &[
    FunctionDef::scalar(
        "if",
        "if(CONDITION, VALUE, ELSE)",
        "One value where the condition is true, else the other (null where there is none)",
        Example::new("if(2 > 1, \"more\", \"less\")", "\"more\""),
        &[Accepts::Bool, Accepts::Anything, Accepts::Alike],
        |arguments| Built::Op(ScalarOp::Choose, common(arguments.get(1..).unwrap_or_default())),
    )
    .alias(&["iff", "iif"])
    .taking(2, Most::Each),
    FunctionDef::scalar(
        "case",
        "case(CONDITION, VALUE, …, ELSE)",
        "The value of the first condition that is true; a last value without condition is the else",
        Example::new("case(1 > 2, \"a\", 2 > 1, \"b\", \"c\")", "\"b\""),
        &[Accepts::Bool, Accepts::Anything, Accepts::Anything],
        |arguments| {
            let otherwise = if arguments.len() % 2 == 1 { arguments.last() } else { None };
            let values = arguments.chunks_exact(2).filter_map(|pair| pair.last());
            let values: Vec<Typed> = values.chain(otherwise).cloned().collect();
            Built::Op(ScalarOp::Choose, common(&values))
        },
    )
    .taking(2, Most::Any),
    FunctionDef::scalar(
        "coalesce",
        "coalesce(VALUE, …)",
        "The first value that is not null, as `??`",
        Example::new("coalesce(null, 3, 4)", "3"),
        &[Accepts::Anything, Accepts::Alike],
        |arguments| Built::Op(ScalarOp::Coalesce, common(arguments)),
    )
    .alias(&["ifnull"])
    .taking(1, Most::Any),
];

/// The type that all values have; a number is of the unit that one of them has.
fn common(values: &[Typed]) -> Type {
    let mut found = Type::Null;
    for value in values {
        found = match (&found, &value.ty) {
            (Type::Null, ty) => ty.clone(),
            (Type::Number(a, ca), Type::Number(b, cb)) => {
                Type::Number(a.or(*b), if ca == cb { *ca } else { Class::Plain })
            }
            (Type::Date, Type::Time) => Type::Time,
            (kept, _) => (*kept).clone(),
        };
    }
    found
}
