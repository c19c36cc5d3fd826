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
    /// Brackets that have no other half of their kind, each one byte long.
    pub halves: Vec<usize>,
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
                if let Some(first) = other_half(&found, quote, span, text) {
                    if let Some(error) = found.diagnostics.get_mut(first) {
                        over_lines(error, span);
                    }
                    continue;
                }
                let error = Diagnostic::error(Code::E0003, "this quote is not closed")
                    .at(Span::new(span.start, end))
                    .label("starts here and runs to the end of the line")
                    .help(format!("close it with `{quote}` on the same line"));
                // Where stages may follow, only the writer knows where it ends.
                let plain = !Span::new(span.start, end).of(text).contains('|');
                found.diagnostics.push(if plain { error.edit(Span::new(end, end), quote) } else { error });
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
                    found.halves.push(span.start);
                    if let Some((bracket, opened)) = open.pop() {
                        found.broken.push(opened);
                        found.halves.push(opened.start);
                        found.diagnostics.push(other_kind(bracket, opened, span));
                        continue;
                    }
                    found.diagnostics.push(
                        Diagnostic::error(Code::E0002, format!("this `{}` closes nothing", pair.as_str()))
                            .at(span)
                            .label("no bracket of its kind is open here")
                            .help("remove it")
                            .edit(span, ""),
                    );
                }
            }
            Rule::stop => report_open(&mut open, span.start, text, &mut found),
            _ => {}
        }
    }
    found.open = !open.is_empty();
    report_open(&mut open, text.trim_end().len(), text, &mut found);
    found
}

/// Brackets that are still open where a statement ends.
fn report_open(open: &mut Vec<(char, Span)>, end: usize, text: &str, found: &mut Scan) {
    let closing: String = open.iter().rev().map(|(bracket, _)| if *bracket == '(' { ')' } else { ']' }).collect();
    if let Some((bracket, span)) = open.last().copied() {
        // All that follows is inside of the bracket, and its line ends part nothing.
        found.broken.extend(open.iter().map(|(_, span)| Span::new(span.start, end)));
        found.halves.extend(open.iter().map(|(_, span)| span.start));
        let error = Diagnostic::error(Code::E0002, format!("this `{bracket}` is not closed"));
        let error = error.at(span).label("opened here").help(format!("close it with `{closing}`"));
        // Where it ends is plain on one line and in one stage only.
        let one_line = !Span::new(span.start, end).of(text).contains(['\n', '|']);
        found.diagnostics.push(if one_line { error.edit(Span::new(end, end), closing) } else { error });
    }
    open.clear();
}

/// `(cost > 1]`
fn other_kind(bracket: char, opened: Span, closed: Span) -> Diagnostic {
    let wanted = if bracket == '(' { ')' } else { ']' };
    Diagnostic::error(Code::E0002, format!("this `{bracket}` is closed by a bracket of the other kind"))
        .at(closed)
        .label("of the other kind")
        .also(opened, "opened here")
        .help(format!("close it with `{wanted}`"))
        .edit(closed, wanted)
}

/// The quote on the line before that this one may close: a text was to have several lines.
fn other_half(found: &Scan, quote: char, span: Span, text: &str) -> Option<usize> {
    let before = found.diagnostics.len().checked_sub(1)?;
    let first = found.diagnostics.get(before).filter(|error| error.code == Code::E0003)?.span?;
    let between = Span::new(first.start, span.start).of(text);
    (between.starts_with(quote) && between.matches('\n').count() == 1).then_some(before)
}

fn over_lines(error: &mut Diagnostic, end: Span) {
    error.message = "a text stays on one line".to_string();
    error.label = Some("a quote without its other half on this line".to_string());
    error.also.push((Span::new(end.start, end.start + 1), "and one here".to_string()));
    error.help = Some("write `\\n` in the text for a line end, or close each quote on its own line".to_string());
    error.edits.clear();
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(Code::E0004, format!("brackets are nested more than {MAX_DEPTH} deep"))
        .at(span)
        .label("one too many")
        .help("split the expression with `derive`, or the pipeline with `let`")
}
