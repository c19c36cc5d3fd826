//! SQL, understood only to say what to write instead: one `SELECT` becomes the query that it means, or nothing where a
//! part of it is not known.

mod read;
mod write;

use jiff::civil::Date;

use super::ast::*;
use super::format;
use crate::diagnostics::{Code, Diagnostic};
use crate::span::{Span, Spanned};
use read::Reader;

/// Longer texts are not translated.
const MAX_TOKENS: usize = 1000;

/// What a text is told that is a `SELECT … FROM …`.
pub fn whole_query(text: &str) -> Option<Diagnostic> {
    let code = text.trim_start();
    let start = text.len() - code.len();
    let word = code.split(|c: char| !c.is_alphanumeric()).next()?;
    let spaced = code.get(word.len()..)?.starts_with(|c: char| c.is_whitespace() || c == '*');
    let piped = code.contains('|') && !code.contains("||");
    if !word.eq_ignore_ascii_case("select") || !spaced || piped || !has_word(code, "from") {
        return None;
    }
    let at = Span::new(start, start + word.len());
    let error = Diagnostic::error(Code::E0001, format!("a query starts with its source, not with `{word}`"));
    let error = error.at(at).label("this is SQL");
    Some(match translated(code) {
        Some(query) => error.help(format!("write `{query}`")).edit(Span::new(start, text.trim_end().len()), query),
        None => error.help(
            "the source comes first, then a stage for each step: `activity last 7d | where cost > 1 | group model | sum cost`",
        ),
    })
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|part| part.eq_ignore_ascii_case(word))
}

/// The query that a `SELECT` without its table likely means: days of the account's activity.
pub fn without_a_table(text: &str) -> Option<String> {
    if has_word(text, "from") {
        return None;
    }
    let mut words = text.split_whitespace();
    let clause =
        words.position(|word| ["where", "group", "order", "limit"].iter().any(|w| word.eq_ignore_ascii_case(w)));
    let words: Vec<&str> = text.split_whitespace().collect();
    let (items, rest) = words.split_at_checked(clause.unwrap_or(words.len()))?;
    translated(&format!("{} from activity {}", items.join(" "), rest.join(" ")))
}

/// `CASE WHEN … THEN … END` as an expression.
pub fn choice(text: &str) -> Option<String> {
    let tokens = tokens(text)?;
    Some(format::expr(&Reader::new(&tokens).whole()?))
}

/// The query that a `SELECT` means.
fn translated(text: &str) -> Option<String> {
    let tokens = tokens(text)?;
    let select = Reader::new(&tokens).select()?;
    Some(format::pipeline(&select.pipeline()?))
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    /// A name in double quotes, backticks or square brackets.
    Quoted(String),
    Text(String),
    Number(f64),
    Sign(&'static str),
}

const SIGNS: [&str; 16] = ["<>", "!=", "<=", ">=", "==", "=", "<", ">", "(", ")", ",", "*", "/", "+", "-", "%"];

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim().trim_end_matches(';').trim_end();
    while let Some(first) = rest.chars().next() {
        if tokens.len() > MAX_TOKENS {
            return None;
        }
        let after = |length: usize| rest.get(length..);
        let run = |of: fn(char) -> bool| rest.find(|c| !of(c)).unwrap_or(rest.len());
        let (token, left) = match first {
            c if c.is_whitespace() => {
                rest = rest.trim_start();
                continue;
            }
            '\'' | '"' | '`' => {
                let inside = after(1)?;
                let end = inside.find(first)?;
                let (written, left) = (inside.get(..end)?.to_string(), inside.get(end + 1..)?);
                // A doubled quote is one of the text; who needs it writes the query by hand.
                if left.starts_with(first) {
                    return None;
                }
                (if first == '\'' { Token::Text(written) } else { Token::Quoted(written) }, left)
            }
            c if c.is_ascii_digit() => {
                let length = run(|c| c.is_ascii_digit() || c == '.');
                (Token::Number(rest.get(..length)?.parse().ok()?), after(length)?)
            }
            c if c.is_alphabetic() || c == '_' => {
                let length = run(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
                (Token::Word(rest.get(..length)?.to_string()), after(length)?)
            }
            _ => {
                let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign))?;
                (Token::Sign(sign), after(sign.len())?)
            }
        };
        tokens.push(token);
        rest = left;
    }
    Some(tokens)
}

/// One `SELECT`, its parts in the trees of the language.
#[derive(Default)]
struct Select {
    distinct: bool,
    items: Vec<(Expr, Option<String>)>,
    table: String,
    condition: Option<Expr>,
    keys: Vec<Expr>,
    having: Option<Expr>,
    order: Vec<(Expr, bool)>,
    limit: Option<f64>,
    offset: Option<f64>,
}

/// The operator and the text of a pattern that only has `%` at its ends.
pub fn like(pattern: &str) -> Option<(BinaryOp, &str)> {
    let text = pattern.strip_prefix('%').unwrap_or(pattern);
    let text = if text.is_empty() { text } else { text.strip_suffix('%').unwrap_or(text) };
    if text.is_empty() || text.contains(['%', '_', '\\']) {
        return None;
    }
    Some(match (pattern.starts_with('%'), pattern.ends_with('%')) {
        (true, true) => (BinaryOp::Contains, text),
        (false, true) => (BinaryOp::StartsWith, text),
        (true, false) => (BinaryOp::EndsWith, text),
        (false, false) => (BinaryOp::Equal, text),
    })
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<Date>().is_ok()
}

fn at(kind: ExprKind) -> Expr {
    Expr { kind, span: Span::default() }
}

fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    at(ExprKind::Binary(op, Span::default(), Box::new(left), Box::new(right)))
}

fn not(value: Expr) -> Expr {
    at(ExprKind::Unary(UnaryOp::Not, Box::new(value)))
}

fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    at(ExprKind::Call(Call { name: ident(name), arguments, as_word: false, over: None }))
}

fn ident(name: &str) -> Ident {
    Spanned::new(name.to_string(), Span::default())
}

fn column(name: &str) -> Expr {
    at(ExprKind::Name(name.to_string()))
}

fn item(name: Option<&str>, value: Expr) -> Item {
    Item { name: name.map(ident), value, tail: Tail::default(), span: Span::default() }
}

fn stage(word: &str, items: Vec<Item>) -> Stage {
    Stage {
        word: ident(word),
        tail: Tail::default(),
        alone: false,
        items,
        clauses: Vec::new(),
        calls: Calls::Plain,
        span: Span::default(),
    }
}
