//! Conditions and nulls.

use crate::model::catalog::{Accepts, Built, Example, FunctionDef, FunctionKind};
use crate::model::expr::{ScalarOp, Typed};
use crate::types::{Class, Type};

pub const ROWS: &[FunctionDef] = &[
    FunctionDef {
        name: "if",
        aliases: &["iff", "iif"],
        doc: "One value where the condition is true, else the other (null where there is none)",
        usage: "if(CONDITION, VALUE, ELSE)",
        example: Example { query: "if(2 > 1, \"more\", \"less\")", shows: "\"more\"" },
        kind: FunctionKind::Scalar {
            params: &[Accepts::Bool, Accepts::Anything, Accepts::Alike],
            required: 2,
            repeats: false,
            build: |arguments| Built::Op(ScalarOp::Choose, common(arguments.get(1..).unwrap_or_default())),
        },
    },
    FunctionDef {
        name: "case",
        aliases: &[],
        doc: "The value of the first condition that is true; a last value without condition is the else",
        usage: "case(CONDITION, VALUE, …, ELSE)",
        example: Example { query: "case(1 > 2, \"a\", 2 > 1, \"b\", \"c\")", shows: "\"b\"" },
        kind: FunctionKind::Scalar {
            params: &[Accepts::Bool, Accepts::Anything, Accepts::Anything],
            required: 2,
            repeats: true,
            build: |arguments| {
                let otherwise = if arguments.len() % 2 == 1 { arguments.last() } else { None };
                let values: Vec<Typed> =
                    arguments.chunks_exact(2).filter_map(|c| c.last()).chain(otherwise).cloned().collect();
                Built::Op(ScalarOp::Choose, common(&values))
            },
        },
    },
    FunctionDef {
        name: "coalesce",
        aliases: &["ifnull"],
        doc: "The first value that is not null, as `??`",
        usage: "coalesce(VALUE, …)",
        example: Example { query: "coalesce(null, 3, 4)", shows: "3" },
        kind: FunctionKind::Scalar {
            params: &[Accepts::Anything, Accepts::Alike],
            required: 1,
            repeats: true,
            build: |arguments| Built::Op(ScalarOp::Coalesce, common(arguments)),
        },
    },
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
