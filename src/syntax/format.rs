//! The tree as text again, in one line and one form: names of unnamed results, canonical queries, plans for people.

use std::fmt::Write as _;

use super::ast::*;

/// All statements, one a line, comments left out.
pub fn script(script: &Script) -> String {
    let lines: Vec<String> = script.statements.iter().map(|s| statement(&s.kind)).collect();
    lines.join("\n")
}

pub fn statement(kind: &StatementKind) -> String {
    match kind {
        StatementKind::Param { name, ty, default, doc } => {
            let mut text = format!("param {}: {}", word(&name.value), ty.value);
            match default.as_ref().map(|d| &d.value) {
                Some(Default::Text(value)) => text += &format!(" = {}", quoted(value)),
                Some(Default::Bare(value)) => text += &format!(" = {value}"),
                Some(Default::List(items)) => text += &format!(" = [{}]", list(items)),
                None => {}
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
        StatementKind::Resume(parts) => parts.iter().map(|s| format!("| {}", stage(s))).collect::<Vec<_>>().join(" "),
        StatementKind::Query(p) => pipeline(p),
    }
}

pub fn pipeline(pipeline: &Pipeline) -> String {
    let mut text = source(&pipeline.source);
    for part in &pipeline.stages {
        text += " | ";
        text += &stage(part);
    }
    text
}

fn source(source: &Source) -> String {
    match source {
        Source::Nested(inner) => format!("({})", pipeline(inner)),
        Source::Named { name, arguments } => {
            let mut text = word(&name.value);
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
    let mut text = stage.word.value.clone();
    text += &tail(&stage.tail);
    if !stage.items.is_empty() {
        text += if stage.alone { ", " } else { " " };
        text += &items(&stage.items);
    }
    text + &clauses(&stage.clauses)
}

fn clauses(clauses: &[Clause]) -> String {
    clauses.iter().fold(String::new(), |mut text, clause| {
        // Writing into a String cannot fail.
        let _ = write!(text, " {} {}", clause.word.value, items(&clause.items));
        text
    })
}

fn items(items: &[Item]) -> String {
    items.iter().map(item).collect::<Vec<_>>().join(", ")
}

fn item(item: &Item) -> String {
    let name = item.name.as_ref().map(|name| format!("{} = ", word(&name.value))).unwrap_or_default();
    name + &expr(&item.value) + &tail(&item.tail)
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

/// The text of an expression that stands where operators of at least `least` may stand without brackets.
fn at(e: &Expr, least: u8) -> String {
    let (text, binds) = match &e.kind {
        ExprKind::Null => ("null".to_string(), u8::MAX),
        ExprKind::Bool(value) => (value.to_string(), u8::MAX),
        ExprKind::Number(value) => (number(*value), u8::MAX),
        ExprKind::Text(value) => (quoted(value), u8::MAX),
        ExprKind::Date(text) => (text.clone(), u8::MAX),
        ExprKind::Quantity(value, unit) => (format!("{}{unit}", number(*value)), u8::MAX),
        ExprKind::Name(name) => (path(name), u8::MAX),
        ExprKind::Param(name) => (format!("@{name}"), u8::MAX),
        ExprKind::Call(call) => (call_text(call), u8::MAX),
        ExprKind::List(items) if items.len() == 1 => (format!("({},)", list(items)), u8::MAX),
        ExprKind::List(items) => (format!("({})", list(items)), u8::MAX),
        ExprKind::Pipeline(inner) => (format!("({})", pipeline(inner)), u8::MAX),
        ExprKind::Unary(UnaryOp::Not, value) => (format!("not {}", at(value, NOT + 1)), NOT),
        ExprKind::Unary(UnaryOp::Negate, value) => (format!("-{}", at(value, NEGATE + 1)), NEGATE),
        ExprKind::IsNull { value, negated } => {
            let comparison = BinaryOp::Equal.precedence();
            let not = if *negated { "not " } else { "" };
            (format!("{} is {not}null", at(value, comparison + 1)), comparison)
        }
        ExprKind::Binary(op, _, left, right) => {
            let binds = op.precedence();
            let left_binds = if op.is_comparison() { binds + 1 } else { binds };
            (format!("{} {} {}", at(left, left_binds), op.text(), at(right, binds + 1)), binds)
        }
    };
    if binds < least { format!("({text})") } else { text }
}

fn call_text(call: &Call) -> String {
    let mut text = format!("{}({})", call.name.value, list(&call.arguments));
    if let Some(over) = &call.over {
        text += &format!(" over ({})", clauses(over).trim_start());
    }
    text
}

fn list(items: &[Expr]) -> String {
    items.iter().map(expr).collect::<Vec<_>>().join(", ")
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
            '\\' if !chars.peek().is_none_or(|next| matches!(next, '\\' | '"' | '\'' | 'n' | 't' | 'r')) => {
                quoted.push('\\')
            }
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
    let mut chars = name.chars();
    let starts = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    starts && chars.all(|c| c.is_alphanumeric() || c == '_') && !RESERVED.contains(&name)
}

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
