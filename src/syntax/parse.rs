//! The only user of pest: a text becomes a tree and a list of everything that does not fit, several errors at once.

use std::borrow::Cow;

use pest::Parser as _;
use pest::iterators::Pair;

use super::ast::Script;
use super::lower::{Found, Lowering};
use super::messages;
use super::scan::{Scan, scan};
use super::sql;
use crate::diagnostics::{Code, Diagnostic};
use crate::span::Span;

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/orq.pest"]
pub struct OrqParser;

/// A tree, which is whole only where no diagnostic is an error.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub script: Script,
    pub diagnostics: Vec<Diagnostic>,
}

/// A text longer than this is not a query.
const MAX_BYTES: usize = 4 << 20;

/// What is known by name, for what is said of a text that does not fit; the grammar itself knows no name.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// Whether a word is a verb, or an aggregate.
    pub starts_a_stage: &'a dyn Fn(&str) -> bool,
    pub is_source: &'a dyn Fn(&str) -> bool,
}

const NO_NAMES: Names<'static> = Names { starts_a_stage: &|_| false, is_source: &|_| false };

/// The tree of a text, and what does not fit.
pub fn parse(text: &str) -> Parsed {
    parse_knowing(text, NO_NAMES)
}

/// The same, said with what is known by name.
pub fn parse_knowing(text: &str, names: Names<'_>) -> Parsed {
    if text.len() > MAX_BYTES {
        let message = format!("the text is {} MB long; at most {} MB are read", text.len() >> 20, MAX_BYTES >> 20);
        return failed(Diagnostic::error(Code::E0004, message).help("put data into files, and `read` them"));
    }
    if let Some(sql) = sql::whole_query(text) {
        return failed(sql);
    }
    let found = scan(text);
    if found.too_deep {
        return Parsed { script: Script::default(), diagnostics: found.diagnostics };
    }
    match OrqParser::parse(Rule::script, &without(&found.halves, text)) {
        Ok(mut pairs) => {
            let mut lowering = Lowering::new(text);
            let statements = pairs
                .next()
                .into_iter()
                .flat_map(|script| script.into_inner())
                .filter(|pair| pair.as_rule() == Rule::statement)
                .filter_map(|statement| lowering.statement(statement))
                .collect();
            let Scan { comments, diagnostics, broken, .. } = found;
            let quiet = |d: &Diagnostic| d.span.is_some_and(|span| broken.iter().any(|b| touches(span, *b)));
            let Found { bad, diagnostics: mut lowered, lost } = lowering.finish();
            let pieces = bad.into_iter().filter(|(_, piece)| !broken.iter().any(|b| touches(*piece, *b)));
            lowered.retain(|d| !(quiet(d) && d.code == Code::E0001));
            lowered.extend(pieces.map(|(rule, piece)| messages::explain(rule, piece, text, names)));
            let mut diagnostics: Vec<Diagnostic> = diagnostics.into_iter().chain(lowered).collect();
            diagnostics.sort_by_key(|d| d.span.map(|span| span.start));
            Parsed { script: Script { statements, comments, lost }, diagnostics }
        }
        Err(error) if found.diagnostics.is_empty() => {
            failed(messages::of_pest(&error, Span::new(0, text.len()), text, names))
        }
        Err(_) => Parsed { script: Script::default(), diagnostics: found.diagnostics },
    }
}

/// The text without the brackets that have no other half, each replaced by a character of one byte that fits nowhere.
pub fn without<'a>(halves: &[usize], text: &'a str) -> Cow<'a, str> {
    let mut blanked = Cow::Borrowed(text);
    for at in halves {
        blanked.to_mut().replace_range(at..=at, "\u{1}");
    }
    blanked
}

fn failed(diagnostic: Diagnostic) -> Parsed {
    Parsed { script: Script::default(), diagnostics: vec![diagnostic] }
}

/// A name as the rule `id` has it: a letter, then letters and digits of any script.
pub fn is_id(text: &str) -> bool {
    use pest::unicode::{LETTER, NUMBER};
    let starts = |c: char| c.is_ascii_alphabetic() || c == '_' || (!c.is_ascii() && LETTER(c));
    let goes_on = |c: char| starts(c) || c.is_ascii_digit() || (!c.is_ascii() && NUMBER(c));
    text.starts_with(starts) && text.chars().all(goes_on)
}

fn touches(a: Span, b: Span) -> bool {
    a.start <= b.end && b.start <= a.end
}

/// Where a pair stands, without trailing white space.
pub fn span_of(pair: &Pair<'_, Rule>) -> Span {
    let span = pair.as_span();
    Span::new(span.start(), span.start() + pair.as_str().trim_end().len())
}
