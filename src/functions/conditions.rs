//! Conditions and nulls.

use crate::model::catalog::{Accepts, Built, Example, FunctionDef, Most};
use crate::model::expr::ScalarOp;
use crate::types::Type;

pub const ROWS: &[FunctionDef] = &[
    FunctionDef::scalar(
        "if",
        "if(CONDITION, VALUE, ELSE)",
        "One value where the condition is true, else the other (null where there is none)",
        Example::new("if(2 > 1, \"more\", \"less\")", "\"more\""),
        &[Accepts::Bool, Accepts::Anything, Accepts::Alike],
        |arguments| Built::Op(ScalarOp::Choose, Type::common(arguments.iter().skip(1).map(|a| &a.ty))),
    )
    .alias(&["iff", "iif", "if_else"])
    .taking(2, Most::Each),
    FunctionDef::scalar(
        "case",
        "case(CONDITION, VALUE, …, ELSE)",
        "The value of the first condition that is true; a last value without condition is the else, and without one it is null",
        Example::new("case(1 > 2, \"a\", 2 > 1, \"b\", \"c\")", "\"b\""),
        &[Accepts::Bool, Accepts::Anything, Accepts::Anything],
        |arguments| {
            let otherwise = if arguments.len() % 2 == 1 { arguments.last() } else { None };
            let values = arguments.chunks_exact(2).filter_map(|pair| pair.last()).chain(otherwise);
            Built::Op(ScalarOp::Choose, Type::common(values.map(|value| &value.ty)))
        },
    )
    .alias(&["case_when"])
    .taking(2, Most::Any),
    FunctionDef::scalar(
        "coalesce",
        "coalesce(VALUE, …)",
        "The first value that is not null, as `??`",
        Example::new("coalesce(null, 3, 4)", "3"),
        &[Accepts::Anything, Accepts::Alike],
        |arguments| Built::Op(ScalarOp::Coalesce, Type::common(arguments.iter().map(|a| &a.ty))),
    )
    .alias(&["ifnull", "nvl"])
    .taking(1, Most::Any),
];
