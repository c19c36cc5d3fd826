//! Functions of numbers. The unit stays where the value stays of its kind.

use crate::model::catalog::{Accepts, Built, Example, FunctionDef, Most};
use crate::model::expr::{ScalarOp, Typed};
use crate::types::{Class, Type, Unit};

const NUMBER: &[Accepts] = &[Accepts::Number];

pub const ROWS: &[FunctionDef] = &[
    FunctionDef::scalar("abs", "abs(NUMBER)", "Without its sign", Example::new("abs(-2.5)", "2.5"), NUMBER, |a| {
        Built::Op(ScalarOp::Absolute, same(a))
    }),
    FunctionDef::scalar(
        "round",
        "round(NUMBER, DIGITS)",
        "To so many digits (0), halves away from zero",
        Example::new("round(2.567, 1)", "2.6"),
        &[Accepts::Number, Accepts::Literal],
        |a| Built::Op(ScalarOp::Round, same(a)),
    )
    .taking(1, Most::Each),
    FunctionDef::scalar(
        "floor",
        "floor(NUMBER)",
        "The next whole number below",
        Example::new("floor(-2.5)", "-3"),
        NUMBER,
        |a| Built::Op(ScalarOp::Floor, same(a)),
    ),
    FunctionDef::scalar(
        "ceil",
        "ceil(NUMBER)",
        "The next whole number above",
        Example::new("ceil(2.1)", "3"),
        NUMBER,
        |a| Built::Op(ScalarOp::Ceiling, same(a)),
    )
    .alias(&["ceiling"]),
    FunctionDef::scalar(
        "sqrt",
        "sqrt(NUMBER)",
        "The square root; of a negative number null",
        Example::new("sqrt(9)", "3"),
        NUMBER,
        |_| Built::Op(ScalarOp::SquareRoot, Type::PLAIN),
    ),
    FunctionDef::scalar(
        "ln",
        "ln(NUMBER)",
        "The natural logarithm; of nothing positive null",
        Example::new("ln(1)", "0"),
        NUMBER,
        |_| Built::Op(ScalarOp::Logarithm, Type::PLAIN),
    )
    .alias(&["log"]),
];

/// The unit of the argument; parts no longer add up.
fn same(arguments: &[Typed]) -> Type {
    let unit = arguments.first().and_then(|argument| argument.ty.unit()).unwrap_or(Unit::NONE);
    Type::Number(unit, Class::Plain)
}
