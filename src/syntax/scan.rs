//! The look at a text before it is parsed: brackets, quotes and comments, without recursion, so that no text is too deep.

use pest::Parser as _;

use super::ast::Comment;
use super::parse::{OrqParser, Rule, span_of};
use crate::diagnostics::{Code, Diagnostic};
use crate::span::Span;

/// Brackets of one statement may be nested this deep.
pub const MAX_DEPTH: usize = 64;

/// What a scan found.
#[derive(Debug, Default)]
pub struct Scan {
    pub comments: Vec<Comment>,
    pub diagnostics: Vec<Diagnostic>,
    /// Brackets and quotes that have no other half: pieces that hold one are not reported again.
    pub broken: Vec<Span>,
    /// Brackets are open at the end.
    pub open: bool,
    /// Too deep to be parsed at all.
    pub too_deep: bool,
}

pub fn scan(text: &str) -> Scan {
    let mut found = Scan::default();
    let Ok(mut pairs) = OrqParser::parse(Rule::scan, text) else {
        return found;
    };
    let mut open: Vec<(char, Span)> = Vec::new();
    for pair in pairs.next().into_iter().flat_map(|pair| pair.into_inner()) {
        let span = span_of(&pair);
        match pair.as_rule() {
            Rule::comment => found.comments.push(Comment { text: pair.as_str().to_string(), span }),
            Rule::bad_string => {
                let quote = pair.as_str().chars().next().unwrap_or('"');
                let end = span.start + pair.as_str().trim_end().len();
                found.broken.push(Span::new(span.start, end));
                found.diagnostics.push(
                    Diagnostic::error(Code::E0003, "this quote is not closed")
                        .at(Span::new(span.start, end))
                        .label("starts here and runs to the end of the line")
                        .help(format!("close it with `{quote}` on the same line"))
                        .edit(Span::new(end, end), quote),
                );
            }
            Rule::open => {
                open.push((pair.as_str().chars().next().unwrap_or('('), span));
                if open.len() > MAX_DEPTH {
                    found.too_deep = true;
                    found.diagnostics = vec![too_deep(span)];
                    return found;
                }
            }
            Rule::close => {
                let wanted = if pair.as_str() == ")" { '(' } else { '[' };
                if open.last().is_some_and(|(bracket, _)| *bracket == wanted) {
                    open.pop();
                } else {
                    found.broken.push(span);
                    found.diagnostics.push(
                        Diagnostic::error(Code::E0002, format!("this `{}` closes nothing", pair.as_str()))
                            .at(span)
                            .label("no bracket of its kind is open here")
                            .help("remove it")
                            .edit(span, ""),
                    );
                }
            }
            Rule::stop => report_open(&mut open, span.start, &mut found),
            _ => {}
        }
    }
    found.open = !open.is_empty();
    report_open(&mut open, text.trim_end().len(), &mut found);
    found
}

/// Brackets that are still open where a statement ends.
fn report_open(open: &mut Vec<(char, Span)>, end: usize, found: &mut Scan) {
    let closing: String = open.iter().rev().map(|(bracket, _)| if *bracket == '(' { ')' } else { ']' }).collect();
    if let Some((bracket, span)) = open.last().copied() {
        found.broken.extend(open.iter().map(|(_, span)| *span));
        found.diagnostics.push(
            Diagnostic::error(Code::E0002, format!("this `{bracket}` is not closed"))
                .at(span)
                .label("opened here")
                .help(format!("close it with `{closing}`"))
                .edit(Span::new(end, end), closing),
        );
    }
    open.clear();
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(Code::E0004, format!("brackets are nested more than {MAX_DEPTH} deep"))
        .at(span)
        .label("one too many")
        .help("split the expression with `derive`, or the pipeline with `let`")
}
