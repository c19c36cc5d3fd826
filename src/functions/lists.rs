//! Functions of lists and records. Dots reach into a record by the name of a field: `usage.cost`.

use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Accepts, Built, Example, FunctionDef};
use crate::model::expr::{FunctionOp, Node, ScalarOp, Typed};
use crate::model::value::Value;
use crate::suggest;
use crate::types::{Type, Unit};

pub const ROWS: &[FunctionDef] = &[
    FunctionDef::scalar(
        "length",
        "length(TEXT or LIST)",
        "Characters of a text, elements of a list",
        Example::new("length(\"four\")", "4"),
        &[Accepts::TextOrList],
        |_| Built::Op(ScalarOp::Length, Type::PLAIN),
    )
    .alias(&["len", "size"]),
    FunctionDef::scalar(
        "get",
        "get(LIST, PLACE)",
        "An element of a list, counted from 0, or from its end with -1, -2, …; null where there is none. Of a record the field \
         of that name, as with a dot",
        Example::new("get(split(\"openai/gpt-5.2\", \"/\"), -1)", "\"gpt-5.2\""),
        &[Accepts::ListOrRecord, Accepts::Anything],
        got,
    )
    .alias(&["element_at", "nth"]),
];

fn got(arguments: &[Typed]) -> Built {
    let [of, place] = arguments else { return Built::Op(ScalarOp::Function(FunctionOp::Element), Type::Null) };
    match (&of.ty, &place.node) {
        (Type::Record(fields), Node::Literal(Value::Text(name))) => {
            if let Some((_, ty)) = fields.iter().find(|(field, _)| field == name) {
                let node = Node::Field(Box::new(of.clone()), name.clone());
                return Built::Value(Typed { node, ty: ty.clone(), span: of.span });
            }
            let names = || fields.iter().map(|(field, _)| field.as_str());
            let near = suggest::nearest(name, names());
            let error = Diagnostic::error(Code::E0103, format!("there is no field `{name}` in this record"));
            let error = error.at(place.span).label("unknown field");
            Built::Wrong(Box::new(if near.is_empty() {
                error.help(format!("its fields: {}", names().collect::<Vec<_>>().join(", ")))
            } else {
                error.did_you_mean(place.span, near.iter().map(|name| format!("\"{name}\"")).collect())
            }))
        }
        (Type::Record(_), _) => wrong(place, "the name of a field, in quotes", "as in `get(usage, \"cost\")`"),
        _ if matches!(place.ty, Type::Number(unit, _) if unit != Unit::NONE) || !is_place(place) => {
            wrong(place, "a whole number", "the first element is `get(list, 0)`, the last `get(list, -1)`")
        }
        (Type::List(item), _) => Built::Op(ScalarOp::Function(FunctionOp::Element), item.as_ref().clone()),
        _ => Built::Value(Typed::literal(Value::Null, Type::Null, of.span)),
    }
}

fn is_place(place: &Typed) -> bool {
    let fraction = matches!(&place.node, Node::Literal(Value::Float(n)) if n.fract() != 0.0 || n.abs() > 1e9);
    matches!(place.ty, Type::Number(..) | Type::Null) && !fraction
}

fn wrong(place: &Typed, wanted: &str, help: &str) -> Built {
    let error = Diagnostic::error(Code::E0202, format!("`get` needs {wanted} here, not a {}", place.ty)).at(place.span);
    Built::Wrong(Box::new(error.label(format!("a {}", place.ty)).help(help)))
}
