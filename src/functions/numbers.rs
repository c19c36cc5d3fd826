//! Functions of numbers. The unit stays where the value stays of its kind.

use crate::model::catalog::{Accepts, Built, Example, FunctionDef, FunctionKind};
use crate::model::expr::{ScalarOp, Typed};
use crate::types::{Class, Type, Unit};

pub const ROWS: &[FunctionDef] = &[
    one("abs", &[], "Without its sign", "abs(NUMBER)", Example { query: "abs(-2.5)", shows: "2.5" }, |a| {
        Built::Op(ScalarOp::Absolute, same(a))
    }),
    FunctionDef {
        name: "round",
        aliases: &[],
        doc: "To so many digits (0), halves away from zero",
        usage: "round(NUMBER, DIGITS)",
        example: Example { query: "round(2.567, 1)", shows: "2.6" },
        kind: FunctionKind::Scalar {
            params: &[Accepts::Number, Accepts::Literal],
            required: 1,
            repeats: false,
            build: |a| Built::Op(ScalarOp::Round, same(a)),
        },
    },
    one(
        "floor",
        &[],
        "The next whole number below",
        "floor(NUMBER)",
        Example { query: "floor(-2.5)", shows: "-3" },
        |a| Built::Op(ScalarOp::Floor, same(a)),
    ),
    one(
        "ceil",
        &["ceiling"],
        "The next whole number above",
        "ceil(NUMBER)",
        Example { query: "ceil(2.1)", shows: "3" },
        |a| Built::Op(ScalarOp::Ceiling, same(a)),
    ),
    one(
        "sqrt",
        &[],
        "The square root; of a negative number null",
        "sqrt(NUMBER)",
        Example { query: "sqrt(9)", shows: "3" },
        |_| Built::Op(ScalarOp::SquareRoot, Type::PLAIN),
    ),
    one(
        "ln",
        &["log"],
        "The natural logarithm; of nothing positive null",
        "ln(NUMBER)",
        Example { query: "ln(1)", shows: "0" },
        |_| Built::Op(ScalarOp::Logarithm, Type::PLAIN),
    ),
];

const fn one(
    name: &'static str,
    aliases: &'static [&'static str],
    doc: &'static str,
    usage: &'static str,
    example: Example,
    build: fn(&[Typed]) -> Built,
) -> FunctionDef {
    let kind = FunctionKind::Scalar { params: &[Accepts::Number], required: 1, repeats: false, build };
    FunctionDef { name, aliases, doc, usage, example, kind }
}

/// The unit of the argument; parts no longer add up.
fn same(arguments: &[Typed]) -> Type {
    let unit = arguments.first().and_then(|argument| argument.ty.unit()).unwrap_or(Unit::NONE);
    Type::Number(unit, Class::Plain)
}
