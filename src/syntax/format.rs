//! The tree as text again, in one line and one form: names of unnamed results, canonical queries, plans for people.

use std::fmt::Write as _;

use super::ast::*;
use super::parse::is_id;

/// All statements, one a line, comments left out.
pub fn script(script: &Script) -> String {
    let mut text = String::new();
    for (place, part) in script.statements.iter().enumerate() {
        if place > 0 {
            // A line that starts with `|` goes on with the one before.
            text.push_str(if matches!(part.kind, StatementKind::Resume(_)) { ";\n" } else { "\n" });
        }
        text += &statement(&part.kind);
    }
    text
}

pub fn statement(kind: &StatementKind) -> String {
    match kind {
        StatementKind::Param { name, ty, default, doc } => {
            let mut text = format!("param {}: {}", word(&name.value), word(&ty.value));
            if let Some(default) = default {
                text += &format!(" = {}", default_value(&default.value));
            }
            if let Some(doc) = doc {
                text += &format!(" {}", quoted(&doc.value));
            }
            text
        }
        StatementKind::Const { name, value } => format!("const {} = {}", word(&name.value), expr(value)),
        StatementKind::Fn { name, params, body } => {
            let params: Vec<String> = params.iter().map(|p| word(&p.value)).collect();
            format!("fn {}({}) = {}", name.value, params.join(", "), expr(body))
        }
        StatementKind::Let { name, pipeline: p } => format!("let {} = {}", word(&name.value), pipeline(p)),
        StatementKind::Use { path } => format!("use {}", quoted(&path.value)),
        StatementKind::Explain(p) => format!("explain {}", pipeline(p)),
        StatementKind::Resume(stages) => resumed(stages),
        StatementKind::Query(p) => pipeline(p),
    }
}

pub(super) fn default_value(default: &Default) -> String {
    match default {
        Default::Text(value) => quoted(value),
        Default::Bare(value) => value.clone(),
        Default::List(items) => format!("[{}]", list(items)),
    }
}

/// Stages that go on from the last result.
pub fn resumed(stages: &[Stage]) -> String {
    stages.iter().map(|part| format!("| {}", stage(part))).collect::<Vec<_>>().join(" ")
}

pub fn pipeline(pipeline: &Pipeline) -> String {
    let mut text = source(&pipeline.source);
    for part in &pipeline.stages {
        text += " | ";
        text += &stage(part);
    }
    text
}

pub(super) fn source(source: &Source) -> String {
    match source {
        Source::Nested(inner) => format!("({})", pipeline(inner)),
        Source::Named { name, arguments } => {
            let defines = DEFINERS.contains(&name.value.as_str());
            let mut text = if defines { format!("`{}`", name.value) } else { word(&name.value) };
            for argument in arguments {
                text.push(' ');
                if let Some(name) = &argument.name {
                    text += &format!("{}=", word(&name.value));
                }
                match &argument.value {
                    ArgumentValue::Text(value) => text += &quoted(value),
                    ArgumentValue::Param(name) => text += &format!("@{name}"),
                    ArgumentValue::Bare(value) => text += value,
                }
            }
            text
        }
    }
}

pub fn stage(stage: &Stage) -> String {
    head(stage) + &items(&stage.items) + &clauses(&stage.clauses)
}

/// A stage up to its first item.
pub(super) fn head(stage: &Stage) -> String {
    let mut text = stage.word.value.clone();
    text += &tail(&stage.tail);
    if let Some(first) = stage.items.first() {
        // `count()`: brackets that hold the arguments of the verb touch it.
        let arguments = first.name.is_none() && matches!(first.value.kind, ExprKind::List(_));
        text += match (stage.alone, arguments) {
            (true, _) => ", ",
            (false, true) => "",
            (false, false) => " ",
        };
    }
    text
}

pub(super) fn clauses(clauses: &[Clause]) -> String {
    clauses.iter().fold(String::new(), |mut text, clause| {
        // Writing into a String cannot fail.
        let _ = write!(text, " {} {}", clause.word.value, items(&clause.items));
        text
    })
}

fn items(items: &[Item]) -> String {
    items.iter().map(item).collect::<Vec<_>>().join(", ")
}

pub(super) fn item(item: &Item) -> String {
    let name = item.name.as_ref().map(|name| format!("{} = ", word(&name.value))).unwrap_or_default();
    let value = as_words(&item.value).unwrap_or_else(|| expr(&item.value));
    name + &value + &tail(&item.tail)
}

/// `sum cost`: a call of one argument that is a whole item may go without brackets.
fn as_words(e: &Expr) -> Option<String> {
    let ExprKind::Call(call) = &e.kind else { return None };
    let [argument] = call.arguments.as_slice() else { return None };
    let argument = expr(argument);
    // After a word these would go on with it as an operator or an index.
    let starts = !argument.starts_with(['-', '[']);
    (call.as_word && starts && direction(call).is_none()).then(|| format!("{} {argument}", word(&call.name.value)))
}

fn tail(tail: &Tail) -> String {
    let mut text = String::new();
    if let Some(condition) = &tail.condition {
        text += &format!(" where {}", expr(condition));
    }
    if let Some(alias) = &tail.alias {
        text += &format!(" as {}", word(&alias.value));
    }
    text
}

pub fn expr(e: &Expr) -> String {
    at(e, 0)
}

/// Nothing binds so tight: what stands here has brackets.
const ALONE: u8 = u8::MAX;
/// What needs no brackets elsewhere.
const ATOM: u8 = ALONE - 1;

/// The text of an expression that stands where operators of at least `least` may stand without brackets.
fn at(e: &Expr, least: u8) -> String {
    let (text, binds) = match &e.kind {
        ExprKind::Null => ("null".to_string(), ATOM),
        ExprKind::Bool(value) => (value.to_string(), ATOM),
        ExprKind::Number(value) => (literal(*value), ATOM),
        ExprKind::Text(value) => (quoted(value), ATOM),
        ExprKind::Date(text) => (text.clone(), ATOM),
        // `1e20d` would be 1 of the unit `e20d`.
        ExprKind::Quantity(value, unit) => (format!("{value}{unit}"), ATOM),
        ExprKind::Name(name) => (path(name), ATOM),
        ExprKind::Param(name) => (format!("@{name}"), ATOM),
        ExprKind::Call(call) => match direction(call) {
            Some("asc") => (word(&call.name.value), ATOM),
            Some(_) => (format!("-{}", word(&call.name.value)), NEGATE),
            None => (call_text(call), ATOM),
        },
        ExprKind::List(items) if items.len() == 1 => (format!("({},)", list(items)), ATOM),
        ExprKind::List(items) => (format!("({})", list(items)), ATOM),
        ExprKind::Pipeline(inner) => (format!("({})", pipeline(inner)), ATOM),
        ExprKind::Unary(UnaryOp::Not, value) => (format!("not {}", at(value, NOT + 1)), NOT),
        ExprKind::Unary(UnaryOp::Negate, value) => (format!("-{}", at(value, NEGATE + 1)), NEGATE),
        ExprKind::IsNull { value, negated } => {
            let comparison = BinaryOp::Equal.precedence();
            let not = if *negated { "not " } else { "" };
            (format!("{} is {not}null", at(value, comparison + 1)), comparison)
        }
        ExprKind::Binary(op, _, left, right) => {
            // A single `=` that compares has no other meaning.
            let op = if *op == BinaryOp::Assign { BinaryOp::Equal } else { *op };
            let binds = op.precedence();
            let left_binds = if op.is_comparison() { binds + 1 } else { binds };
            let gap = if op == BinaryOp::Range { "" } else { " " };
            // `in ("a")` is read as `in "a"`, and is a list all the same.
            let value = matches!(right.kind, ExprKind::Text(_) | ExprKind::Number(_));
            let least = if value && matches!(op, BinaryOp::In | BinaryOp::NotIn) { ALONE } else { binds + 1 };
            (format!("{}{gap}{}{gap}{}", at(left, left_binds), op.text(), at(right, least)), binds)
        }
    };
    if binds < least { format!("({text})") } else { text }
}

/// `cost desc` is the key `-cost`.
fn direction(call: &Call) -> Option<&str> {
    match call.arguments.as_slice() {
        [Expr { kind: ExprKind::Name(word), .. }] if call.as_word && (word == "desc" || word == "asc") => Some(word),
        _ => None,
    }
}

fn call_text(call: &Call) -> String {
    if call.as_word && !is_plain(&call.name.value) {
        return format!("{} {}", word(&call.name.value), list(&call.arguments));
    }
    let mut text = format!("{}({})", call.name.value, list(&call.arguments));
    if let Some(over) = &call.over {
        text += &format!(" over ({})", clauses(over).trim_start());
    }
    text
}

fn list(items: &[Expr]) -> String {
    items.iter().map(expr).collect::<Vec<_>>().join(", ")
}

/// A number as it is written in a query: `1e6` rather than `1000000`.
fn literal(value: f64) -> String {
    let (plain, short) = (number(value), format!("{value:e}"));
    if value.abs() >= 1e6 && short.len() < plain.len() { short } else { plain }
}

/// A number as short as it reads back the same.
pub fn number(value: f64) -> String {
    if value != 0.0 && (value.abs() >= 1e15 || value.abs() < 1e-6) { format!("{value:e}") } else { value.to_string() }
}

pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            // A backslash before anything else is read as itself.
            '\\' if !chars.peek().is_none_or(|next| "\\\"'ntr\n\t\r".contains(*next)) => quoted.push('\\'),
            '\\' => quoted.push_str("\\\\"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A name in an expression, in backticks where it is not a plain one.
pub fn word(name: &str) -> String {
    if is_plain(name) { name.to_string() } else { format!("`{name}`") }
}

fn path(name: &str) -> String {
    if name.split('.').all(is_plain) { name.to_string() } else { format!("`{name}`") }
}

fn is_plain(name: &str) -> bool {
    is_id(name) && !RESERVED.contains(&name)
}

/// The words that start a definition, where a source could stand.
pub const DEFINERS: &[&str] = &["const", "explain", "fn", "let", "param", "use"];

/// The words that can follow an expression, as `reserved` of the grammar has them.
pub const RESERVED: &[&str] = &[
    "and",
    "as",
    "by",
    "contains",
    "ends_with",
    "false",
    "in",
    "is",
    "not",
    "null",
    "on",
    "or",
    "over",
    "per",
    "range",
    "rows",
    "sort",
    "starts_with",
    "true",
    "where",
];
