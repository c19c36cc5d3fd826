//! Functions of text. Positions and lengths count characters.

use crate::model::catalog::{Accepts, Built, Example, FunctionDef, Most};
use crate::model::expr::ScalarOp;
use crate::types::Type;

const TEXT: &[Accepts] = &[Accepts::Text];
const TEXTS: &[Accepts] = &[Accepts::Text, Accepts::Text];

pub const ROWS: &[FunctionDef] = &[
    FunctionDef::scalar(
        "lower",
        "lower(TEXT)",
        "In small letters",
        Example::new("lower(\"GPT\")", "\"gpt\""),
        TEXT,
        |_| Built::Op(ScalarOp::Lowercase, Type::Text),
    ),
    FunctionDef::scalar("upper", "upper(TEXT)", "In capitals", Example::new("upper(\"gpt\")", "\"GPT\""), TEXT, |_| {
        Built::Op(ScalarOp::Uppercase, Type::Text)
    }),
    FunctionDef::scalar(
        "trim",
        "trim(TEXT)",
        "Without white space at both ends",
        Example::new("trim(\"  a \")", "\"a\""),
        TEXT,
        |_| Built::Op(ScalarOp::Trim, Type::Text),
    ),
    FunctionDef::scalar(
        "length",
        "length(TEXT)",
        "Characters of a text, elements of a list",
        Example::new("length(\"four\")", "4"),
        &[Accepts::TextOrList],
        |_| Built::Op(ScalarOp::Length, Type::PLAIN),
    )
    .alias(&["len"]),
    FunctionDef::scalar(
        "substr",
        "substr(TEXT, START, LENGTH)",
        "From a position, counted from 0, so many characters (all that follow)",
        Example::new("substr(\"openai/gpt\", 7)", "\"gpt\""),
        &[Accepts::Text, Accepts::Literal, Accepts::Literal],
        |_| Built::Op(ScalarOp::Substring, Type::Text),
    )
    .alias(&["substring"])
    .taking(2, Most::Each),
    FunctionDef::scalar(
        "replace",
        "replace(TEXT, OLD, NEW)",
        "One text for another, everywhere; no regular expression",
        Example::new("replace(\"a-b-c\", \"-\", \"/\")", "\"a/b/c\""),
        &[Accepts::Text, Accepts::Text, Accepts::Text],
        |_| Built::Op(ScalarOp::Replace, Type::Text),
    ),
    FunctionDef::scalar(
        "concat",
        "concat(VALUE, …)",
        "Values as text, one after the other; a null is empty",
        Example::new("concat(\"a\", 1, null)", "\"a1\""),
        &[Accepts::Ordered],
        |_| Built::Op(ScalarOp::Concat, Type::Text),
    )
    .taking(1, Most::Any),
    FunctionDef::scalar(
        "contains",
        "contains(TEXT, PART)",
        "Whether the second lies in the first, as the operator",
        Example::new("contains(\"openai/gpt\", \"gpt\")", "true"),
        TEXTS,
        |_| Built::Op(ScalarOp::Contains, Type::Bool),
    ),
    FunctionDef::scalar(
        "starts_with",
        "starts_with(TEXT, START)",
        "Whether the first starts with the second, as the operator",
        Example::new("starts_with(\"openai/gpt\", \"openai\")", "true"),
        TEXTS,
        |_| Built::Op(ScalarOp::StartsWith, Type::Bool),
    )
    .alias(&["startswith"]),
    FunctionDef::scalar(
        "ends_with",
        "ends_with(TEXT, END)",
        "Whether the first ends with the second, as the operator",
        Example::new("ends_with(\"model:free\", \":free\")", "true"),
        TEXTS,
        |_| Built::Op(ScalarOp::EndsWith, Type::Bool),
    )
    .alias(&["endswith"]),
];
