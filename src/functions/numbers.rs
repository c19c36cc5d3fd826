//! Functions of numbers. The unit stays where the value stays of its kind.

use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Accepts, Built, Example, FunctionDef, Most};
use crate::model::expr::{FunctionOp, Node, ScalarOp, Typed};
use crate::model::value::Value;
use crate::suggest;
use crate::types::{Class, Type, Unit};

const NUMBER: &[Accepts] = &[Accepts::Number];

pub const ROWS: &[FunctionDef] = &[
    FunctionDef::scalar(
        "abs",
        "abs(NUMBER)",
        "Without its sign; the unit stays",
        Example::new("abs(-2.5)", "2.5"),
        NUMBER,
        |a| Built::Op(ScalarOp::Absolute, same(a)),
    ),
    FunctionDef::scalar(
        "round",
        "round(NUMBER, DIGITS)",
        "To so many digits (0), halves away from zero; the unit stays",
        Example::new("round(2.567, 1)", "2.6"),
        &[Accepts::Number, Accepts::Literal],
        |a| Built::Op(ScalarOp::Round, same(a)),
    )
    .taking(1, Most::Each),
    FunctionDef::scalar(
        "floor",
        "floor(NUMBER)",
        "The next whole number below; the unit stays",
        Example::new("floor(-2.5)", "-3"),
        NUMBER,
        |a| Built::Op(ScalarOp::Floor, same(a)),
    ),
    FunctionDef::scalar(
        "ceil",
        "ceil(NUMBER)",
        "The next whole number above; the unit stays",
        Example::new("ceil(2.1)", "3"),
        NUMBER,
        |a| Built::Op(ScalarOp::Ceiling, same(a)),
    )
    .alias(&["ceiling"]),
    FunctionDef::scalar(
        "sqrt",
        "sqrt(NUMBER)",
        "The square root, without a unit; of a negative number null",
        Example::new("sqrt(9)", "3"),
        NUMBER,
        |_| Built::Op(ScalarOp::SquareRoot, Type::PLAIN),
    ),
    FunctionDef::scalar(
        "log",
        "log(NUMBER, BASE)",
        "The logarithm, without a unit: the natural one where no base is given; of nothing positive null",
        Example::new("log(1000, 10)", "3"),
        &[Accepts::Number, Accepts::Number],
        |a| match a {
            [_] => Built::Op(ScalarOp::Logarithm, Type::PLAIN),
            _ => Built::Op(ScalarOp::Function(FunctionOp::LogarithmTo), Type::PLAIN),
        },
    )
    .alias(&["ln"])
    .taking(1, Most::Each),
    FunctionDef::scalar(
        "least",
        "least(VALUE, …)",
        "The least of values of one kind and unit: numbers, times or texts; null where one is null",
        Example::new("least(3, 1, 2)", "1"),
        &[Accepts::Ordered, Accepts::Alike],
        |a| picked(FunctionOp::Least, a),
    )
    .taking(1, Most::Any),
    FunctionDef::scalar(
        "greatest",
        "greatest(VALUE, …)",
        "The greatest of values of one kind and unit: numbers, times or texts; null where one is null",
        Example::new("greatest(2026-02-01, 2026-02-18)", "\"2026-02-18\""),
        &[Accepts::Ordered, Accepts::Alike],
        |a| picked(FunctionOp::Greatest, a),
    )
    .taking(1, Most::Any),
    FunctionDef::scalar(
        "clamp",
        "clamp(VALUE, LEAST, GREATEST)",
        "The value, or the end of the range that it is beyond; all of one unit; null where one is null",
        Example::new("clamp(12, 0, 10)", "10"),
        &[Accepts::Ordered, Accepts::Alike, Accepts::Alike],
        clamped,
    ),
    FunctionDef::scalar(
        "unit",
        "unit(NUMBER, UNIT)",
        "The number in a unit, where it has none, as in files: usd, tokens, requests, ms, s (becomes ms), ratio, percent, \
         usd/token, usd/Mtok, usd/request, tokens/s, tokens/request",
        Example::new("unit(1.5, \"s\") == 1500ms", "true"),
        &[Accepts::Number, Accepts::WrittenText],
        given_unit,
    ),
];

/// The unit of the argument; parts no longer add up.
fn same(arguments: &[Typed]) -> Type {
    match arguments.first().map(|argument| &argument.ty) {
        Some(Type::Number(unit, class)) => Type::Number(*unit, class.bent()),
        _ => Type::PLAIN,
    }
}

/// One of the values.
fn picked(op: FunctionOp, arguments: &[Typed]) -> Built {
    let ty = match Type::common(arguments.iter().map(|argument| &argument.ty)) {
        Type::Number(unit, class) => Type::Number(unit, class.bent()),
        other => other,
    };
    match arguments.iter().find(|argument| matches!(argument.ty, Type::Bool | Type::Null)) {
        Some(argument) if argument.ty == Type::Bool => {
            let error = Diagnostic::error(Code::E0201, "conditions have no order").at(argument.span);
            Built::Wrong(Box::new(error.label("a condition").help("use `and`, `or` or `if`")))
        }
        Some(argument) => Built::Value(Typed::literal(Value::Null, ty, argument.span)),
        None => Built::Op(ScalarOp::Function(op), ty),
    }
}

fn clamped(arguments: &[Typed]) -> Built {
    if let [_, low, high] = arguments
        && let (Node::Literal(Value::Float(least)), Node::Literal(Value::Float(most))) = (&low.node, &high.node)
        && least > most
    {
        let error = Diagnostic::error(Code::E0402, "the range ends before it starts, and holds nothing");
        let error = error.at(low.span.to(high.span)).label("the least comes first");
        return Built::Wrong(Box::new(error.help("write the lesser of the two first, as in `clamp(x, 0, 10)`")));
    }
    picked(FunctionOp::Clamp, arguments)
}

/// Seconds, for which there is no unit of their own.
const SECONDS: &str = "s";

fn given_unit(arguments: &[Typed]) -> Built {
    let [number, name] = arguments else { return Built::Value(null(arguments)) };
    let Node::Literal(Value::Text(wanted)) = &name.node else { return Built::Value(null(arguments)) };
    let Some(unit) = (if wanted == SECONDS { Some(Unit::MS) } else { Unit::named(wanted) }) else {
        let names: Vec<String> = Unit::NAMED.iter().map(Unit::to_string).chain([SECONDS.to_string()]).collect();
        let near = suggest::nearest(wanted, names.iter().map(String::as_str));
        let error =
            Diagnostic::error(Code::E0006, format!("`{wanted}` is no unit")).at(name.span).label("unknown unit");
        return Built::Wrong(Box::new(if near.is_empty() {
            error.help(format!("units: {}", names.join(", ")))
        } else {
            error.did_you_mean(name.span, near.iter().map(|name| format!("\"{name}\"")).collect())
        }));
    };
    let (before, class) = match number.ty {
        Type::Number(before, class) => (before, class),
        _ => (Unit::NONE, Class::Plain),
    };
    let stays = before == unit && wanted != SECONDS;
    if before != Unit::NONE && !stays {
        let error = Diagnostic::error(Code::E0201, format!("this number has a unit already: {before}"));
        let error = error.at(number.span).label(format!("in {before}"));
        let help = "a unit is given to numbers without one, as those of files; take `unit` out, or divide for a rate";
        return Built::Wrong(Box::new(error.help(help)));
    }
    let class = match class {
        Class::Ratio | Class::Holistic => class,
        _ if unit.is_quotient() || unit.unscaled() == Unit::RATIO => Class::Ratio,
        Class::Additive | Class::Plain if unit == Unit::MS => class,
        Class::Additive | Class::Plain => Class::Additive,
    };
    let ty = Type::Number(unit, class);
    if wanted == SECONDS {
        let thousand = Typed::literal(Value::Float(1000.0), Type::PLAIN, name.span);
        return Built::Value(Typed::scalar(ScalarOp::Multiply, vec![number.clone(), thousand], ty, number.span));
    }
    // The value as it is, but no longer the column itself, which has no unit.
    Built::Value(Typed::scalar(ScalarOp::Coalesce, vec![number.clone()], ty, number.span))
}

fn null(arguments: &[Typed]) -> Typed {
    let span = arguments.first().map(|argument| argument.span).unwrap_or_default();
    Typed::literal(Value::Null, Type::PLAIN, span)
}
