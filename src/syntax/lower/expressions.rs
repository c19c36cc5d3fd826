//! Expressions: a flat list of operands and operators is given its precedence, and literals are read.

use pest::iterators::{Pair, Pairs};

use super::{Inner, Lowering, bare_name, every, find, ident, unquoted};
use crate::diagnostics::{Code, Diagnostic};
use crate::span::{Span, Spanned};
use crate::syntax::ast::*;
use crate::syntax::parse::{Rule, span_of};
use crate::syntax::slips::{self, foreign};

/// An expression may have this many operands, and this many signs before one of them.
const MAX_OPERANDS: usize = 1000;
const MAX_PREFIXES: usize = 64;

impl Lowering<'_> {
    pub(super) fn wordcall(&mut self, pair: Inner<'_>) -> Option<Expr> {
        let span = span_of(&pair);
        let mut inner = pair.into_inner();
        let name = ident(&inner.next()?);
        let argument = self.expr(inner.last()?)?;
        Some(Expr { kind: ExprKind::Call(Call { name, arguments: vec![argument], as_word: true, over: None }), span })
    }

    /// `sum tokens` among operators.
    fn loose_call(&mut self, pair: Inner<'_>) -> Option<Expr> {
        let span = span_of(&pair);
        let mut inner = pair.into_inner();
        let name = ident(&inner.next()?);
        // The argument is wrapped twice: in its own rule, and in `primary`.
        let argument = inner.last()?.into_inner().next()?.into_inner().next()?;
        let argument = self.primary(argument)?;
        Some(Expr { kind: ExprKind::Call(Call { name, arguments: vec![argument], as_word: true, over: None }), span })
    }

    pub(super) fn expressions(&mut self, pairs: Pairs<'_, Rule>) -> Option<Vec<Expr>> {
        every(pairs.filter(|p| p.as_rule() == Rule::expr).map(|p| self.expr(p)))
    }

    /// A flat list of operands and operators, climbed by precedence.
    pub(super) fn expr(&mut self, pair: Inner<'_>) -> Option<Expr> {
        let span = span_of(&pair);
        let parts: Vec<Inner<'_>> = pair.into_inner().collect();
        if parts.len() > 2 * MAX_OPERANDS {
            let message = format!("an expression has more than {MAX_OPERANDS} operands");
            let at = parts.get(2 * MAX_OPERANDS).map_or(span, span_of);
            self.diagnostics.push(
                Diagnostic::error(Code::E0004, message)
                    .at(at)
                    .label("one too many")
                    .help("use `in (…)`, or split it with `derive`"),
            );
            return None;
        }
        let mut tokens = Vec::with_capacity(parts.len());
        for part in parts {
            match part.as_rule() {
                Rule::infix => tokens.push(Token::Infix(self.operator(&part), operator_span(&part))),
                _ => self.operand(part, &mut tokens)?,
            }
        }
        let mut tokens = tokens.into_iter().peekable();
        self.climb(&mut tokens, 0)
    }

    fn operand(&mut self, pair: Inner<'_>, tokens: &mut Vec<Token>) -> Option<()> {
        let mut prefixes = 0;
        for part in pair.into_inner() {
            let span = span_of(&part);
            match part.as_rule() {
                Rule::prefix => {
                    prefixes += 1;
                    if prefixes > MAX_PREFIXES {
                        let message = format!("more than {MAX_PREFIXES} signs stand before one value");
                        self.diagnostics.push(
                            Diagnostic::error(Code::E0004, message)
                                .at(span)
                                .label("one too many")
                                .help("one sign is enough"),
                        );
                        return None;
                    }
                    let op = match part.as_str() {
                        "-" if let Some(Token::Infix(BinaryOp::Subtract, before)) = tokens.last()
                            && before.end == span.start =>
                        {
                            let at = before.to(span);
                            let error = Diagnostic::error(Code::E0005, "`--` starts no comment").at(at);
                            let help = "a comment starts with `#`; a blank stands between the signs of `5 - -2`";
                            self.diagnostics.push(error.label("two signs").help(help));
                            return None;
                        }
                        "-" => UnaryOp::Negate,
                        "!" => {
                            self.foreign_operator(span, "!", "not ");
                            UnaryOp::Not
                        }
                        _ => UnaryOp::Not,
                    };
                    tokens.push(Token::Prefix(op, span));
                }
                Rule::is_null => {
                    let negated = part.into_inner().any(|p| p.as_rule() == Rule::kw_not);
                    tokens.push(Token::IsNull(negated, span));
                }
                Rule::loose_call => tokens.push(Token::Value(self.loose_call(part)?)),
                _ => {
                    let value = part.into_inner().next().and_then(|p| self.primary(p))?;
                    tokens.push(Token::Value(value));
                }
            }
        }
        Some(())
    }

    fn climb(&mut self, tokens: &mut Tokens, least: u8) -> Option<Expr> {
        let mut left = match tokens.next()? {
            Token::Prefix(op, span) => {
                let bound = if op == UnaryOp::Not { NOT } else { NEGATE };
                let value = self.climb(tokens, bound)?;
                let span = span.to(value.span);
                Expr { kind: ExprKind::Unary(op, Box::new(value)), span }
            }
            Token::Value(value) => value,
            Token::Infix(..) | Token::IsNull(..) => return None,
        };
        loop {
            match tokens.peek() {
                Some(Token::IsNull(negated, end)) if least <= BinaryOp::Equal.precedence() => {
                    let (negated, span) = (*negated, left.span.to(*end));
                    tokens.next();
                    left = Expr { kind: ExprKind::IsNull { value: Box::new(left), negated }, span };
                }
                Some(Token::Infix(op, at)) if op.precedence() > least => {
                    let (op, at) = (*op, *at);
                    tokens.next();
                    let right = self.climb(tokens, op.precedence())?;
                    if op.is_comparison() && is_comparison(&left) {
                        self.chained(&left, op, at, &right);
                        return None;
                    }
                    let span = left.span.to(right.span);
                    left = Expr { kind: ExprKind::Binary(op, at, Box::new(left), Box::new(right)), span };
                }
                _ => return Some(left),
            }
        }
    }

    fn chained(&mut self, left: &Expr, op: BinaryOp, at: Span, right: &Expr) {
        let mut error = Diagnostic::error(Code::E0001, "comparisons do not chain").at(at).label("a second comparison");
        if let ExprKind::Binary(_, _, _, middle) = &left.kind {
            let mended = format!(
                "{} and {} {} {}",
                left.span.of(self.text),
                middle.span.of(self.text),
                op.text(),
                right.span.of(self.text)
            );
            error = error.help(format!("write `{mended}`")).edit(left.span.to(right.span), mended);
        }
        self.diagnostics.push(error);
    }

    fn operator(&mut self, pair: &Inner<'_>) -> BinaryOp {
        let span = operator_span(pair);
        let written = span.of(self.text);
        let written = if written.starts_with("not") { "not in" } else { written };
        let foreign = match written {
            "&&" => Some((BinaryOp::And, "and")),
            "||" => Some((BinaryOp::Or, "or")),
            "\\!=" => Some((BinaryOp::NotEqual, "!=")),
            "===" => Some((BinaryOp::Equal, "==")),
            "=~" => Some((BinaryOp::Matches, "~")),
            _ => None,
        };
        if let Some((op, ours)) = foreign {
            self.foreign_operator(span, written, ours);
            return op;
        }
        if written == "<>" {
            return BinaryOp::NotEqual;
        }
        BinaryOp::ALL.iter().find(|(_, text)| *text == written).map_or(BinaryOp::Equal, |(op, _)| *op)
    }

    fn foreign_operator(&mut self, span: Span, theirs: &str, ours: &str) {
        let help = match theirs {
            "\\!=" => "write `!=`, or `<>` where the shell or an agent puts a backslash before `!`".to_string(),
            _ => format!("write `{}`", ours.trim()),
        };
        self.diagnostics.push(foreign(span, theirs, ours, &help));
    }

    pub(super) fn primary(&mut self, pair: Inner<'_>) -> Option<Expr> {
        let span = span_of(&pair);
        let kind = match pair.as_rule() {
            Rule::literal => self.literal(pair.into_inner().next()?)?,
            Rule::name => ExprKind::Name(bare_name(pair.as_str())),
            Rule::param => ExprKind::Param(pair.as_str().trim_start_matches('@').to_string()),
            Rule::call => self.call(pair)?,
            Rule::list => ExprKind::List(self.expressions(pair.into_inner())?),
            Rule::tuple => {
                let trailing = pair.clone().into_inner().rev().nth(1).is_some_and(|last| last.as_rule() == Rule::comma);
                if let Some(stages) = pair.clone().into_inner().find(|part| part.as_rule() == Rule::piped) {
                    let start = self.expr(find(pair.into_inner(), Rule::expr)?)?;
                    let source = self.as_source(start)?;
                    let (stages, rest) = self.stages(stages.into_inner());
                    let pipeline = Pipeline { source, stages, rest, span: Span::new(span.start + 1, span.end - 1) };
                    return Some(Expr { kind: ExprKind::Pipeline(Box::new(pipeline)), span });
                }
                let mut items = self.expressions(pair.into_inner())?;
                match items.pop() {
                    // The brackets belong to the span, not to the tree.
                    Some(only) if items.is_empty() && !trailing => return Some(Expr { span, ..only }),
                    last => ExprKind::List(items.into_iter().chain(last).collect()),
                }
            }
            Rule::asked => {
                let inner = find(pair.into_inner(), Rule::asked_for)?;
                ExprKind::Pipeline(Box::new(self.pipeline(inner)?))
            }
            _ => return None, // an unclosed quote, which the scan has reported
        };
        Some(Expr { kind, span })
    }

    /// What stands before a `|` in brackets was read as an expression, and must be a source.
    fn as_source(&mut self, expr: Expr) -> Option<Source> {
        match expr.kind {
            ExprKind::Name(name) => Some(Source::Named { name: Spanned::new(name, expr.span), arguments: Vec::new() }),
            ExprKind::Pipeline(pipeline) => Some(Source::Nested(pipeline)),
            _ => {
                let message = format!("`{}` does not fit here: a query starts with a source", expr.span.of(self.text));
                self.diagnostics.push(
                    Diagnostic::error(Code::E0001, message)
                        .at(expr.span)
                        .label("expected a source")
                        .help("as in `activity last 7d`"),
                );
                None
            }
        }
    }

    fn call(&mut self, pair: Inner<'_>) -> Option<ExprKind> {
        let mut inner = pair.into_inner();
        let name = ident(&inner.next()?);
        let (mut arguments, mut over) = (Vec::new(), None);
        for part in inner {
            match part.as_rule() {
                Rule::expr => arguments.push(self.expr(part)?),
                Rule::over => {
                    let clauses = part.into_inner().filter(|p| p.as_rule() == Rule::over_clause);
                    over = Some(every(clauses.map(|clause| self.clause(clause)))?);
                }
                _ => {}
            }
        }
        Some(ExprKind::Call(Call { name, arguments, as_word: false, over }))
    }

    fn literal(&mut self, pair: Inner<'_>) -> Option<ExprKind> {
        let (text, span) = (pair.as_str(), span_of(&pair));
        Some(match pair.as_rule() {
            Rule::kw_true => ExprKind::Bool(true),
            Rule::kw_false => ExprKind::Bool(false),
            Rule::kw_null => ExprKind::Null,
            Rule::string => ExprKind::Text(unquoted(text)),
            Rule::date => ExprKind::Date(text.to_string()),
            Rule::quantity => {
                let unit = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_'))).unwrap_or(text.len());
                let (number, unit) = text.split_at(unit);
                ExprKind::Quantity(self.number(number, span)?, unit.to_string())
            }
            _ => {
                let leading_zero = text.len() > 1 && text.starts_with('0') && !text.starts_with("0.");
                if leading_zero && text.bytes().all(|b| b.is_ascii_digit()) {
                    self.diagnostics.push(slips::zero(self.text, span));
                    return None;
                }
                ExprKind::Number(self.number(text, span)?)
            }
        })
    }

    fn number(&mut self, text: &str, span: Span) -> Option<f64> {
        let number = text.replace('_', "").parse::<f64>().ok().filter(|n| n.is_finite());
        if number.is_none() {
            self.diagnostics.push(
                Diagnostic::error(Code::E0006, format!("`{text}` is too large for a number"))
                    .at(span)
                    .label("more than 1e308")
                    .help("use a smaller one"),
            );
        }
        number
    }
}

enum Token {
    Prefix(UnaryOp, Span),
    Value(Expr),
    IsNull(bool, Span),
    Infix(BinaryOp, Span),
}

type Tokens = std::iter::Peekable<std::vec::IntoIter<Token>>;

fn is_comparison(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Binary(op, _, left, _) if op.is_comparison() && expr.span.start == left.span.start)
}

/// An operator takes the gap behind it; its span does not, comments included.
fn operator_span(pair: &Pair<'_, Rule>) -> Span {
    let start = pair.as_span().start();
    let text = pair.as_str();
    let length = text.find('#').map_or(text, |at| text.get(..at).unwrap_or(text)).trim_end().len();
    Span::new(start, start + length)
}
