//! Functions of text. Positions and lengths count characters.

use crate::model::catalog::{Accepts, Built, Example, FunctionDef, FunctionKind};
use crate::model::expr::{ScalarOp, Typed};
use crate::types::Type;

pub const ROWS: &[FunctionDef] = &[
    text("lower", "In small letters", "lower(TEXT)", Example { query: "lower(\"GPT\")", shows: "\"gpt\"" }, |_| {
        Built::Op(ScalarOp::Lowercase, Type::Text)
    }),
    text("upper", "In capitals", "upper(TEXT)", Example { query: "upper(\"gpt\")", shows: "\"GPT\"" }, |_| {
        Built::Op(ScalarOp::Uppercase, Type::Text)
    }),
    text(
        "trim",
        "Without white space at both ends",
        "trim(TEXT)",
        Example { query: "trim(\"  a \")", shows: "\"a\"" },
        |_| Built::Op(ScalarOp::Trim, Type::Text),
    ),
    row(
        "length",
        &["len"],
        "Characters of a text, elements of a list",
        "length(TEXT)",
        Example { query: "length(\"four\")", shows: "4" },
        &[Accepts::TextOrList],
        1,
        |_| Built::Op(ScalarOp::Length, Type::PLAIN),
    ),
    row(
        "substr",
        &["substring"],
        "From a position, counted from 0, so many characters (all that follow)",
        "substr(TEXT, START, LENGTH)",
        Example { query: "substr(\"openai/gpt\", 7)", shows: "\"gpt\"" },
        &[Accepts::Text, Accepts::Literal, Accepts::Literal],
        2,
        |_| Built::Op(ScalarOp::Substring, Type::Text),
    ),
    row(
        "replace",
        &[],
        "One text for another, everywhere; no regular expression",
        "replace(TEXT, OLD, NEW)",
        Example { query: "replace(\"a-b-c\", \"-\", \"/\")", shows: "\"a/b/c\"" },
        &[Accepts::Text, Accepts::Text, Accepts::Text],
        3,
        |_| Built::Op(ScalarOp::Replace, Type::Text),
    ),
    FunctionDef {
        name: "concat",
        aliases: &[],
        doc: "Values as text, one after the other; a null is empty",
        usage: "concat(VALUE, …)",
        example: Example { query: "concat(\"a\", 1, null)", shows: "\"a1\"" },
        kind: FunctionKind::Scalar {
            params: &[Accepts::Anything],
            required: 1,
            repeats: true,
            build: |_| Built::Op(ScalarOp::Concat, Type::Text),
        },
    },
    row(
        "contains",
        &[],
        "Whether the second lies in the first, as the operator",
        "contains(TEXT, PART)",
        Example { query: "contains(\"openai/gpt\", \"gpt\")", shows: "true" },
        &[Accepts::Text, Accepts::Text],
        2,
        |_| Built::Op(ScalarOp::Contains, Type::Bool),
    ),
    row(
        "starts_with",
        &["startswith"],
        "Whether the first starts with the second, as the operator",
        "starts_with(TEXT, START)",
        Example { query: "starts_with(\"openai/gpt\", \"openai\")", shows: "true" },
        &[Accepts::Text, Accepts::Text],
        2,
        |_| Built::Op(ScalarOp::StartsWith, Type::Bool),
    ),
    row(
        "ends_with",
        &["endswith"],
        "Whether the first ends with the second, as the operator",
        "ends_with(TEXT, END)",
        Example { query: "ends_with(\"model:free\", \":free\")", shows: "true" },
        &[Accepts::Text, Accepts::Text],
        2,
        |_| Built::Op(ScalarOp::EndsWith, Type::Bool),
    ),
];

const fn text(
    name: &'static str,
    doc: &'static str,
    usage: &'static str,
    example: Example,
    build: fn(&[Typed]) -> Built,
) -> FunctionDef {
    row(name, &[], doc, usage, example, &[Accepts::Text], 1, build)
}

#[expect(clippy::too_many_arguments, reason = "a row of a table: each argument is a column")]
const fn row(
    name: &'static str,
    aliases: &'static [&'static str],
    doc: &'static str,
    usage: &'static str,
    example: Example,
    params: &'static [Accepts],
    required: usize,
    build: fn(&[Typed]) -> Built,
) -> FunctionDef {
    let kind = FunctionKind::Scalar { params, required, repeats: false, build };
    FunctionDef { name, aliases, doc, usage, example, kind }
}
