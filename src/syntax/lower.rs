//! pest's pairs become the tree: precedence is given, escapes are read, and slips that can be named are reported.

use pest::iterators::{Pair, Pairs};

use super::ast::*;
use super::parse::{Rule, span_of};
use super::slips::foreign;
use crate::diagnostics::{Code, Diagnostic};
use crate::span::{Span, Spanned};

/// An expression may have this many operands, and this many signs before one of them.
const MAX_OPERANDS: usize = 1000;
const MAX_PREFIXES: usize = 64;

/// The walk over one text, and what it found wrong.
pub struct Lowering<'a> {
    text: &'a str,
    bad: Vec<(Rule, Span)>,
    diagnostics: Vec<Diagnostic>,
    lost: Vec<String>,
}

/// What a walk found beside the tree.
pub struct Found {
    /// Pieces that recovery swallowed.
    pub bad: Vec<(Rule, Span)>,
    /// Everything else that is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// Names whose definitions do not fit.
    pub lost: Vec<String>,
}

type Inner<'i> = Pair<'i, Rule>;

impl<'a> Lowering<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, bad: Vec::new(), diagnostics: Vec::new(), lost: Vec::new() }
    }

    pub fn finish(self) -> Found {
        Found { bad: self.bad, diagnostics: self.diagnostics, lost: self.lost }
    }

    pub fn statement(&mut self, pair: Inner<'_>) -> Option<Statement> {
        let span = span_of(&pair);
        let inner = pair.into_inner().next()?;
        let kind = match inner.as_rule() {
            Rule::definition => {
                let name = defined_name(inner.as_str());
                let definition = inner.into_inner().next().and_then(|definition| self.definition(definition));
                if definition.is_none() {
                    self.lost.extend(name);
                }
                definition?
            }
            Rule::explain => {
                let pipeline = find(inner.into_inner(), Rule::pipeline)?;
                StatementKind::Explain(self.pipeline(pipeline)?)
            }
            Rule::resume => {
                let (stages, rest) = self.stages(inner.into_inner());
                match rest {
                    Rest::Whole => StatementKind::Resume(stages),
                    Rest::Cut => return None,
                }
            }
            Rule::pipeline => StatementKind::Query(self.pipeline(inner)?),
            rule => {
                self.lost.extend(defined_name(inner.as_str()));
                self.bad.push((rule, span_of(&inner)));
                return None;
            }
        };
        Some(Statement { kind, span })
    }

    fn definition(&mut self, pair: Inner<'_>) -> Option<StatementKind> {
        let rule = pair.as_rule();
        let mut inner = pair.into_inner().filter(|p| !matches!(p.as_rule(), Rule::assign | Rule::colon | Rule::comma));
        inner.next()?; // the keyword
        Some(match rule {
            Rule::param_def => {
                let (name, ty) = (ident(&inner.next()?), ident(&inner.next()?));
                let (mut default, mut doc) = (None, None);
                let rest: Vec<Inner<'_>> = inner.collect();
                let assigned = rest
                    .first()
                    .is_some_and(|first| Span::new(ty.span.end, span_of(first).start).of(self.text).contains('='));
                for (index, part) in rest.into_iter().enumerate() {
                    let span = span_of(&part);
                    match part.as_rule() {
                        Rule::string if index > 0 || !assigned => {
                            doc = Some(Spanned::new(unquoted(part.as_str()), span))
                        }
                        Rule::string => default = Some(Spanned::new(Default::Text(unquoted(part.as_str())), span)),
                        Rule::list => {
                            let items = self.expressions(part.into_inner())?;
                            default = Some(Spanned::new(Default::List(items), span));
                        }
                        _ => default = Some(Spanned::new(Default::Bare(part.as_str().to_string()), span)),
                    }
                }
                StatementKind::Param { name, ty, default, doc }
            }
            Rule::const_def => StatementKind::Const { name: ident(&inner.next()?), value: self.expr(inner.next()?)? },
            Rule::fn_def => {
                let name = ident(&inner.next()?);
                let mut params = Vec::new();
                let mut body = None;
                for part in inner {
                    match part.as_rule() {
                        Rule::name => params.push(ident(&part)),
                        Rule::expr => body = self.expr(part),
                        _ => {}
                    }
                }
                StatementKind::Fn { name, params, body: body? }
            }
            Rule::let_def => {
                StatementKind::Let { name: ident(&inner.next()?), pipeline: self.pipeline(inner.next()?)? }
            }
            _ => {
                let path = inner.next()?;
                StatementKind::Use { path: Spanned::new(unquoted(path.as_str()), span_of(&path)) }
            }
        })
    }

    fn pipeline(&mut self, pair: Inner<'_>) -> Option<Pipeline> {
        let span = span_of(&pair);
        let mut inner = pair.into_inner();
        let source = self.source(inner.next()?);
        let (stages, rest) = self.stages(inner);
        Some(Pipeline { source: source?, stages, rest, span })
    }

    fn source(&mut self, pair: Inner<'_>) -> Option<Source> {
        match pair.as_rule() {
            Rule::nested => {
                let inner = find(pair.into_inner(), Rule::inner)?;
                self.pipeline(inner).map(|pipeline| Source::Nested(Box::new(pipeline)))
            }
            Rule::source | Rule::asking => {
                let mut inner = pair.into_inner();
                let name = ident(&inner.next()?);
                let arguments = every(inner.map(|argument| self.argument(argument)))?;
                Some(Source::Named { name, arguments })
            }
            rule => {
                self.bad.push((rule, span_of(&pair)));
                None
            }
        }
    }

    fn argument(&mut self, pair: Inner<'_>) -> Option<Argument> {
        let span = span_of(&pair);
        let mut name = None;
        let mut value = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => name = Some(ident(&part)),
                Rule::value => value = part.into_inner().next(),
                _ => {}
            }
        }
        let value = value?;
        let text = value.as_str();
        let value = match value.as_rule() {
            Rule::string => ArgumentValue::Text(unquoted(text)),
            Rule::param => ArgumentValue::Param(text.trim_start_matches('@').to_string()),
            Rule::bare => ArgumentValue::Bare(text.to_string()),
            _ => return None, // an unclosed quote, which the scan has reported
        };
        Some(Argument { name, value, span })
    }

    /// The stages up to the first that does not fit; those after it are still looked through.
    fn stages(&mut self, pairs: Pairs<'_, Rule>) -> (Vec<Stage>, Rest) {
        let mut stages = Vec::new();
        let mut rest = Rest::Whole;
        for pair in pairs {
            let shape = match pair.as_rule() {
                Rule::stage => pair.into_inner().next(),
                Rule::shape => Some(pair),
                _ => None,
            };
            let stage = match shape {
                Some(shape) if matches!(shape.as_rule(), Rule::shape | Rule::loose) => self.stage(shape),
                Some(bad) => {
                    let span = bad.as_span();
                    self.bad.push((bad.as_rule(), Span::new(span.start(), span.end())));
                    None
                }
                None => continue,
            };
            match stage {
                Some(stage) if rest == Rest::Whole => stages.push(stage),
                Some(_) => {}
                None => rest = Rest::Cut,
            }
        }
        (stages, rest)
    }

    fn stage(&mut self, pair: Inner<'_>) -> Option<Stage> {
        let span = span_of(&pair);
        let calls = if pair.as_rule() == Rule::loose { Calls::Loose } else { Calls::Plain };
        let mut inner = pair.into_inner();
        let word = ident(&inner.next()?);
        let (mut tail, mut alone, mut items, mut clauses) =
            (Some(Tail::default()), false, Some(Vec::new()), Vec::new());
        for part in inner {
            match part.as_rule() {
                Rule::tail => tail = self.tail(part),
                Rule::comma => alone = true,
                Rule::items | Rule::loose_items => items = self.items(part),
                Rule::clause => clauses.push(self.clause(part)),
                _ => {}
            }
        }
        let clauses = every(clauses.into_iter())?;
        Some(Stage { word, tail: tail?, alone, items: items?, clauses, calls, span })
    }

    fn clause(&mut self, pair: Inner<'_>) -> Option<Clause> {
        let span = span_of(&pair);
        let mut inner = pair.into_inner();
        let word = ident(&inner.next()?);
        let items = self.items(inner.next()?)?;
        Some(Clause { word, items, span })
    }

    fn items(&mut self, pair: Inner<'_>) -> Option<Vec<Item>> {
        let items = pair.into_inner().filter(|p| matches!(p.as_rule(), Rule::item | Rule::loose_item));
        every(items.map(|item| self.item(item)))
    }

    fn item(&mut self, pair: Inner<'_>) -> Option<Item> {
        let span = span_of(&pair);
        let (mut name, mut value, mut tail) = (None, None, Some(Tail::default()));
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => name = Some(ident(&part)),
                Rule::wordcall => value = self.wordcall(part),
                Rule::expr | Rule::loose_expr => value = self.expr(part),
                Rule::tail => tail = self.tail(part),
                _ => {}
            }
        }
        Some(Item { name, value: value?, tail: tail?, span })
    }

    fn tail(&mut self, pair: Inner<'_>) -> Option<Tail> {
        let mut tail = Tail::default();
        for part in pair.into_inner() {
            let rule = part.as_rule();
            let inner = part.into_inner().last()?;
            match rule {
                Rule::where_tail => tail.condition = Some(self.expr(inner)?),
                _ => tail.alias = Some(ident(&inner)),
            }
        }
        Some(tail)
    }

    fn wordcall(&mut self, pair: Inner<'_>) -> Option<Expr> {
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

    fn expressions(&mut self, pairs: Pairs<'_, Rule>) -> Option<Vec<Expr>> {
        every(pairs.filter(|p| p.as_rule() == Rule::expr).map(|p| self.expr(p)))
    }

    /// A flat list of operands and operators, climbed by precedence.
    fn expr(&mut self, pair: Inner<'_>) -> Option<Expr> {
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

    fn primary(&mut self, pair: Inner<'_>) -> Option<Expr> {
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
                    self.diagnostics.push(self.zero(text, span));
                    return None;
                }
                ExprKind::Number(self.number(text, span)?)
            }
        })
    }

    /// `007`, the `02` of `2026-02`, the `000` of `1,000`.
    fn zero(&self, text: &str, span: Span) -> Diagnostic {
        let before = self.text.get(..span.start).unwrap_or_default();
        let digits = |text: &str| text.bytes().rev().take_while(u8::is_ascii_digit).count();
        if let Some(year) = before.strip_suffix('-')
            && digits(year) == 4
            && text.len() == 2
        {
            let month = Span::new(span.start - 5, span.end);
            let written = month.of(self.text);
            return Diagnostic::error(Code::E0006, format!("`{written}` is a month, and only a day is a date here"))
                .at(month)
                .label("a month")
                .help(format!(
                    "name days, as in `date >= {written}-01`, or the month of each, `month(date) == {written}-01`"
                ));
        }
        if let Some(thousands) = before.strip_suffix(',')
            && digits(thousands) > 0
            && text.len() == 3
        {
            let whole = Span::new(span.start - 1 - digits(thousands), span.end);
            let mended = whole.of(self.text).replace(',', "");
            return Diagnostic::error(Code::E0006, "a number is written without commas")
                .at(whole)
                .label("one number or two?")
                .help(format!("write `{mended}`"))
                .edit(whole, mended);
        }
        let plain = text.trim_start_matches('0');
        let plain = if plain.is_empty() { "0" } else { plain };
        Diagnostic::error(Code::E0006, format!("`{text}` is not a number: it starts with a zero"))
            .at(span)
            .label("a zero in front")
            .help(format!("write `{plain}`; a text wants quotes, as in `\"{text}\"`"))
            .edit(span, plain)
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

/// All of them or none; each is looked at, so that each can report what is wrong.
fn every<T>(parts: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let parts: Vec<Option<T>> = parts.collect();
    parts.into_iter().collect()
}

/// The name that a text would define, had it been right: `let x = …`.
fn defined_name(text: &str) -> Option<String> {
    let rest = text.strip_prefix("let")?;
    let name = rest.trim_start().split(|c: char| !(c.is_alphanumeric() || c == '_')).next()?;
    (rest.starts_with([' ', '\t']) && !name.is_empty()).then(|| name.to_string())
}

fn find<'i>(mut pairs: Pairs<'i, Rule>, rule: Rule) -> Option<Inner<'i>> {
    pairs.find(|pair| pair.as_rule() == rule)
}

fn ident(pair: &Inner<'_>) -> Ident {
    Spanned::new(bare_name(pair.as_str()), span_of(pair))
}

fn bare_name(text: &str) -> String {
    text.trim_end().replace('`', "")
}

/// The text between quotes, its escapes read: `\n \t \r`, and any other character stands for itself.
fn unquoted(text: &str) -> String {
    let inside = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    let mut read = String::with_capacity(inside.len());
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            read.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => read.push('\n'),
            Some('t') => read.push('\t'),
            Some('r') => read.push('\r'),
            // `"^gpt-5\.2"` stays a regular expression.
            Some(c) if matches!(c, '\\' | '"' | '\'') => read.push(c),
            Some(c) => read.extend(['\\', c]),
            None => {}
        }
    }
    read
}
