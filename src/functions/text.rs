//! Functions of text. Positions and lengths count characters.

use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Accepts, Built, Example, FunctionDef, Most};
use crate::model::expr::{FunctionOp, Node, ScalarOp, Typed};
use crate::model::value::Value;
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
    )
    .alias(&["lowercase", "lcase"]),
    FunctionDef::scalar("upper", "upper(TEXT)", "In capitals", Example::new("upper(\"gpt\")", "\"GPT\""), TEXT, |_| {
        Built::Op(ScalarOp::Uppercase, Type::Text)
    })
    .alias(&["uppercase", "ucase"]),
    FunctionDef::scalar(
        "trim",
        "trim(TEXT)",
        "Without white space at both ends",
        Example::new("trim(\"  a \")", "\"a\""),
        TEXT,
        |_| Built::Op(ScalarOp::Trim, Type::Text),
    )
    .alias(&["strip"]),
    FunctionDef::scalar(
        "substr",
        "substr(TEXT, START, LENGTH)",
        "From a position, counted from 0, so many characters (all that follow)",
        Example::new("substr(\"openai/gpt\", 7)", "\"gpt\""),
        &[Accepts::Text, Accepts::Literal, Accepts::Literal],
        |_| Built::Op(ScalarOp::Substring, Type::Text),
    )
    .alias(&["substring", "mid"])
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
        "split",
        "split(TEXT, SEPARATOR)",
        "The list of the texts between the separators; an empty separator parts it into characters",
        Example::new("split(\"openai/gpt-5.2\", \"/\")", "[\"openai\", \"gpt-5.2\"]"),
        TEXTS,
        |_| Built::Op(ScalarOp::Function(FunctionOp::Split), Type::List(Box::new(Type::Text))),
    )
    .alias(&["split_text", "string_split", "str_split"]),
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
        "format",
        "format(TEXT, VALUE, …)",
        "The text with the values in its places, in their order: `{}` is a value as `concat` writes it, `{:.2}` a number with \
         two decimals, `{{` and `}}` are brackets; a null is empty",
        Example::new("format(\"{} of {} ({:.1} %)\", 1, 3, 100 / 3)", "\"1 of 3 (33.3 %)\""),
        &[Accepts::WrittenText, Accepts::Ordered],
        formatted,
    )
    .alias(&["printf"])
    .taking(1, Most::Any),
    FunctionDef::scalar(
        "contains",
        "contains(TEXT, PART)",
        "Whether the second lies in the first, a text or a list of texts, as the operator",
        Example::new("contains(\"openai/gpt\", \"gpt\")", "true"),
        &[Accepts::TextOrList, Accepts::Text],
        contains,
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

fn contains(arguments: &[Typed]) -> Built {
    if let Some(Typed { ty: Type::List(item), span, .. }) = arguments.first()
        && **item != Type::Text
    {
        let error =
            Diagnostic::error(Code::E0202, format!("`contains` needs a text or a list of texts, not a list of {item}"));
        return Built::Wrong(Box::new(
            error.at(*span).label(format!("a list of {item}")).help("`unnest` it, and filter the rows"),
        ));
    }
    Built::Op(ScalarOp::Contains, Type::Bool)
}

/// A part of the text of `format`.
enum Piece {
    Written(String),
    Value,
    Decimals(u8),
}

fn formatted(arguments: &[Typed]) -> Built {
    let Some((text, values)) = arguments.split_first() else { return Built::Op(ScalarOp::Concat, Type::Text) };
    let pieces = match &text.node {
        Node::Literal(Value::Text(written)) => pieces(written),
        _ => Ok(Vec::new()),
    };
    let pieces = match pieces {
        Ok(pieces) => pieces,
        Err(place) => {
            let error = Diagnostic::error(Code::E0006, format!("`{place}` is no place for a value")).at(text.span);
            let help = "`{}` is the next value, `{:.2}` a number with two decimals, `{{` and `}}` are brackets";
            return Built::Wrong(Box::new(error.label("in this text").help(help)));
        }
    };
    let places = pieces.iter().filter(|piece| !matches!(piece, Piece::Written(_))).count();
    if places != values.len() {
        let counted = |n: usize, what: &str| if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") };
        let message = format!(
            "the text has {}, and there {}",
            counted(places, "place"),
            match values.len() {
                0 => "is no value".to_string(),
                1 => "is 1 value".to_string(),
                n => format!("are {n} values"),
            }
        );
        let error = Diagnostic::error(Code::E0204, message).at(text.span).label(counted(places, "place"));
        return Built::Wrong(Box::new(error.help("write a `{}` for each value, and `{{` for a bracket")));
    }
    let mut values = values.iter();
    let mut parts = vec![Typed::literal(Value::Text(String::new()), Type::Text, text.span)];
    for piece in pieces {
        let part = match piece {
            Piece::Written(written) => Some(Typed::literal(Value::Text(written), Type::Text, text.span)),
            Piece::Value => values.next().cloned(),
            Piece::Decimals(decimals) => match values.next() {
                Some(number) if !matches!(number.ty, Type::Number(..) | Type::Null) => {
                    let error = Diagnostic::error(
                        Code::E0202,
                        format!("`{{:.{decimals}}}` needs a number, not a {}", number.ty),
                    );
                    let error = error.at(number.span).label(format!("a {}", number.ty));
                    return Built::Wrong(Box::new(error.help("write `{}` for a value of any type")));
                }
                Some(number) => {
                    let op = ScalarOp::Function(FunctionOp::Decimals(decimals));
                    Some(Typed::scalar(op, vec![number.clone()], Type::Text, number.span))
                }
                None => None,
            },
        };
        parts.extend(part);
    }
    Built::Value(Typed::scalar(ScalarOp::Concat, parts, Type::Text, text.span))
}

/// The text and its places; or what stands in brackets and is none.
fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut written = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        written.push_str(before);
        if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
            written.extend(from.chars().next());
            rest = after;
            continue;
        }
        let end = from.find('}').map_or(from.len(), |end| end + 1);
        let (place, after) = from.split_at(end);
        let piece = match place.strip_prefix("{:.").and_then(|digits| digits.strip_suffix('}')) {
            _ if place == "{}" => Piece::Value,
            Some(digits) if digits.len() == 1 => Piece::Decimals(digits.parse().map_err(|_| place.to_string())?),
            _ => return Err(place.to_string()),
        };
        pieces.extend([Piece::Written(std::mem::take(&mut written)), piece]);
        rest = after;
    }
    written.push_str(rest);
    pieces.push(Piece::Written(written));
    Ok(pieces)
}
