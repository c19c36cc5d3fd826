//! pest's pairs become the tree: precedence is given, escapes are read, and slips that can be named are reported.

mod expressions;

use pest::iterators::{Pair, Pairs};

use super::ast::*;
use super::parse::{Rule, span_of};
use crate::diagnostics::{Code, Diagnostic};
use crate::span::{Span, Spanned};

/// A pipeline may have this many stages, and a stage or a clause this many items.
const MAX_STAGES: usize = 500;
const MAX_ITEMS: usize = 1000;

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
                Some(stage) if rest == Rest::Whole && stages.len() == MAX_STAGES => {
                    let message = format!("a pipeline has more than {MAX_STAGES} stages");
                    let error = Diagnostic::error(Code::E0004, message).at(stage.span).label("one too many");
                    self.diagnostics
                        .push(error.help("leave out what is not needed, or say several things in one stage"));
                    rest = Rest::Cut;
                }
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
        let word = inner.next()?;
        // `partition by` and `order by` can only mean these.
        let word = match word.as_rule() {
            Rule::sql_word if word.as_str().starts_with('p') => Spanned::new("by".to_string(), span_of(&word)),
            Rule::sql_word => Spanned::new("sort".to_string(), span_of(&word)),
            _ => ident(&word),
        };
        let items = self.items(inner.next()?)?;
        Some(Clause { word, items, span })
    }

    fn items(&mut self, pair: Inner<'_>) -> Option<Vec<Item>> {
        let items = pair.into_inner().filter(|p| matches!(p.as_rule(), Rule::item | Rule::loose_item));
        let items: Vec<Inner<'_>> = items.collect();
        if let Some(first) = items.get(MAX_ITEMS) {
            let error = Diagnostic::error(Code::E0004, format!("more than {MAX_ITEMS} items stand in one list"));
            self.diagnostics.push(error.at(span_of(first)).label("one too many").help("take fewer"));
            return None;
        }
        every(items.into_iter().map(|item| self.item(item)))
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
}

/// All of them or none; each is looked at, so that each can report what is wrong.
fn every<T>(parts: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let parts: Vec<Option<T>> = parts.collect();
    parts.into_iter().collect()
}

/// The name that a text would define, had it been right: `let x = …`, and `@x` for a parameter.
fn defined_name(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix("param") {
        return name_at_start(rest).map(|name| format!("@{name}"));
    }
    name_at_start(["let", "const", "fn"].iter().find_map(|word| text.strip_prefix(word))?)
}

fn name_at_start(rest: &str) -> Option<String> {
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
