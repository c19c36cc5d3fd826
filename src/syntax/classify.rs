//! What each piece of a text is, for its colours. The grammar says what stands where, whoever calls tells which names
//! there are; pieces that do not parse are looked at word by word.

use pest::Parser as _;
use pest::iterators::Pair;

use super::parse::{OrqParser, Rule, span_of, without};
use super::scan::scan;
use crate::span::Span;

/// What a piece of a text is. White space, commas and brackets are nothing of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Source,
    Verb,
    Function,
    /// A column, or whatever else has a name of the user's.
    Column,
    Keyword,
    Number,
    /// A date, a time or a length of time.
    Time,
    Text,
    Parameter,
    Comment,
    Operator,
    /// Stands where a name of the catalog belongs, and is none.
    Unknown,
}

/// Which names are known; each in its place.
pub struct Names<'a> {
    pub is_source: &'a dyn Fn(&str) -> bool,
    /// A verb, or an aggregate as a verb.
    pub is_verb: &'a dyn Fn(&str) -> bool,
    pub is_function: &'a dyn Fn(&str) -> bool,
    /// A word of a range of time, such as `last`.
    pub is_range: &'a dyn Fn(&str) -> bool,
}

/// A longer text is shown as it is.
const LONGEST: usize = 64 << 10;

/// The pieces that are something, in their order; no two overlap.
pub fn classify(text: &str, names: &Names<'_>) -> Vec<(Span, Class)> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    let mut pieces = Pieces { text, names, found: Vec::new() };
    let scanned = scan(text);
    let parsed = (!scanned.too_deep).then(|| without(&scanned.halves, text));
    let pairs = parsed.as_deref().and_then(|text| OrqParser::parse(Rule::script, text).ok());
    match pairs {
        Some(pairs) => {
            pairs.for_each(|pair| pieces.walk(pair));
            pieces.found.extend(scanned.comments.iter().map(|comment| (comment.span, Class::Comment)));
        }
        None => pieces.words(Span::new(0, text.len()), At::Start),
    }
    in_order(pieces.found)
}

/// Sorted; of two that overlap, the one that starts first.
fn in_order(mut found: Vec<(Span, Class)>) -> Vec<(Span, Class)> {
    found.retain(|(span, _)| span.start < span.end);
    found.sort_by_key(|(span, _)| (span.start, span.end));
    let mut end = 0;
    found.retain(|(span, _)| {
        let apart = span.start >= end;
        end = if apart { span.end } else { end };
        apart
    });
    found
}

/// Where a word stands that does not parse.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// A source or a definition starts here.
    Start,
    /// Behind the source.
    Source,
    /// A stage starts here.
    Stage,
    Inside,
}

struct Pieces<'a> {
    text: &'a str,
    names: &'a Names<'a>,
    found: Vec<(Span, Class)>,
}

impl Pieces<'_> {
    fn add(&mut self, pair: &Pair<'_, Rule>, class: Class) {
        self.found.push((span_of(pair), class));
    }

    fn walk(&mut self, pair: Pair<'_, Rule>) {
        match pair.as_rule() {
            Rule::bad_stage => self.words(span_of(&pair), At::Stage),
            Rule::bad_source | Rule::bad_statement => self.words(span_of(&pair), At::Start),
            Rule::source | Rule::asking => self.source(pair),
            Rule::shape | Rule::loose => self.stage(pair),
            Rule::wordcall | Rule::loose_call => {
                let mut inner = pair.into_inner();
                if let Some(name) = inner.next() {
                    // `sort cost desc` is read as a call before anybody looks at the names.
                    let is_function = (self.names.is_function)(name.as_str().trim());
                    self.add(&name, if is_function { Class::Function } else { Class::Column });
                }
                inner.for_each(|part| self.walk(part));
            }
            Rule::callee => self.known(&pair, Class::Function, self.names.is_function),
            Rule::infix => self.infix(span_of(&pair)),
            _ => match class_of(pair.as_rule()) {
                Some(class) => {
                    let mut span = span_of(&pair);
                    // White space and comments go along with what they follow.
                    if matches!(pair.as_rule(), Rule::pipe | Rule::assign) {
                        span.end = span.start + 1;
                    }
                    self.found.push((span, class));
                }
                None => pair.into_inner().for_each(|part| self.walk(part)),
            },
        }
    }

    fn known(&mut self, pair: &Pair<'_, Rule>, class: Class, is_known: &dyn Fn(&str) -> bool) {
        let name = pair.as_str().trim().trim_matches('`');
        self.add(pair, if is_known(name) { class } else { Class::Unknown });
    }

    fn source(&mut self, pair: Pair<'_, Rule>) {
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => self.known(&part, Class::Source, self.names.is_source),
                Rule::argument => self.argument(part),
                _ => self.walk(part),
            }
        }
    }

    /// `last`, `7d`, `group_by=workspace`
    fn argument(&mut self, pair: Pair<'_, Rule>) {
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => self.add(&part, Class::Keyword),
                Rule::value => match part.clone().into_inner().next() {
                    Some(value) if value.as_rule() == Rule::bare => self.bare(span_of(&value)),
                    Some(value) => self.walk(value),
                    None => {}
                },
                _ => self.walk(part),
            }
        }
    }

    fn bare(&mut self, span: Span) {
        let word = span.of(self.text);
        let class = if (self.names.is_range)(word) {
            Class::Keyword
        } else if word.starts_with(|c: char| c.is_ascii_digit()) {
            Class::Time
        } else {
            Class::Text
        };
        self.found.push((span, class));
    }

    fn stage(&mut self, pair: Pair<'_, Rule>) {
        let mut inner = pair.into_inner();
        if let Some(word) = inner.next() {
            self.known(&word, Class::Verb, self.names.is_verb);
        }
        inner.for_each(|part| self.walk(part));
    }

    /// An operator of signs or of words; what is behind it belongs to it for the grammar only.
    fn infix(&mut self, span: Span) {
        let text = span.of(self.text);
        let wordy = |c: char| c.is_alphabetic() || c == '_';
        let is_word = text.starts_with(wordy);
        let end = match is_word {
            true => text.find(|c: char| !wordy(c) && c != ' ' && c != '\t').unwrap_or(text.len()),
            false => text.find(|c: char| c.is_whitespace() || c == '#').unwrap_or(text.len()),
        };
        let end = text.get(..end).unwrap_or_default().trim_end().len();
        let class = if is_word { Class::Keyword } else { Class::Operator };
        self.found.push((Span::new(span.start, span.start + end), class));
    }

    /// A piece that does not parse, word by word.
    fn words(&mut self, piece: Span, at: At) {
        let Ok(mut pairs) = OrqParser::parse(Rule::lexed, piece.of(self.text)) else { return };
        let mut at = at;
        for pair in pairs.next().into_iter().flat_map(|pair| pair.into_inner()) {
            let own = span_of(&pair);
            let span = Span::new(piece.start + own.start, piece.start + own.end);
            let word = pair.as_str().trim_end();
            let next = match (pair.as_rule(), at) {
                (Rule::comment, _) => at,
                (Rule::line, At::Inside | At::Source) | (Rule::stop, _) => At::Start,
                (Rule::line, _) => at,
                (Rule::one_pipe, _) => At::Stage,
                (Rule::bare_name, At::Source) => At::Source,
                (Rule::bare_name, At::Start) if !is_definer(word) => At::Source,
                (_, At::Source) => At::Source,
                (_, At::Start) if is_definer(word) && word == "explain" => At::Start,
                _ => At::Inside,
            };
            let class = match (pair.as_rule(), at) {
                (Rule::bare_name, At::Start) if is_definer(word) => Some(Class::Keyword),
                (Rule::bare_name, At::Start) => Some(self.or_unknown(word, Class::Source, self.names.is_source)),
                (Rule::bare_name, At::Stage) => Some(self.or_unknown(word, Class::Verb, self.names.is_verb)),
                (Rule::bare_name, _) if is_reserved(word) => Some(Class::Keyword),
                (Rule::bare_name, At::Source) => {
                    self.bare(span);
                    None
                }
                (Rule::bare_name, At::Inside) => Some(Class::Column),
                (Rule::callee, At::Stage) => Some(self.or_unknown(word, Class::Verb, self.names.is_verb)),
                (Rule::callee, _) => Some(self.or_unknown(word, Class::Function, self.names.is_function)),
                (rule, _) => class_of(rule),
            };
            self.found.extend(class.map(|class| (span, class)));
            at = next;
        }
    }

    fn or_unknown(&self, word: &str, class: Class, is_known: &dyn Fn(&str) -> bool) -> Class {
        if is_known(word.trim_matches('`')) { class } else { Class::Unknown }
    }
}

/// Words that start a statement.
pub(super) fn is_definer(word: &str) -> bool {
    matches!(word, "let" | "const" | "fn" | "param" | "use" | "explain")
}

fn is_reserved(word: &str) -> bool {
    super::format::RESERVED.contains(&word)
}

/// Of what stands for itself.
fn class_of(rule: Rule) -> Option<Class> {
    Some(match rule {
        Rule::name | Rule::quoted_name => Class::Column,
        Rule::number => Class::Number,
        Rule::quantity | Rule::date => Class::Time,
        Rule::string | Rule::bad_string => Class::Text,
        Rule::bare => Class::Text,
        Rule::param => Class::Parameter,
        Rule::comment => Class::Comment,
        Rule::pipe | Rule::one_pipe | Rule::assign | Rule::sign | Rule::prefix => Class::Operator,
        Rule::kw_where
        | Rule::kw_as
        | Rule::kw_over
        | Rule::kw_is
        | Rule::kw_not
        | Rule::kw_true
        | Rule::kw_false
        | Rule::kw_null
        | Rule::kw_param
        | Rule::kw_const
        | Rule::kw_fn
        | Rule::kw_let
        | Rule::kw_use
        | Rule::kw_explain
        | Rule::clause_word
        | Rule::sql_word
        | Rule::word => Class::Keyword,
        _ => return None,
    })
}
