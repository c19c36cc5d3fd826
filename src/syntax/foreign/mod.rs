//! Stages and queries of other languages, understood only to say what to write instead: each becomes what it means here,
//! or nothing where a part of it is not known.

mod jq;
mod pandas;
mod plain;
mod promql;
mod prql;
mod splunk;

use super::messages::Place;
use super::slips::{After, start};
use crate::diagnostics::{Code, Diagnostic};
use crate::span::Span;

/// Longer pieces are not translated.
const MAX_BYTES: usize = 2000;

/// What a piece is told that is a stage or a query of another language.
pub fn piece(place: &Place<'_>, after: After) -> Option<Diagnostic> {
    let from = start(place);
    let at = Span::new(from, from + Span::new(from, place.piece.end.max(from)).of(place.text).trim_end().len());
    let piece = at.of(place.text);
    if piece.is_empty() || piece.len() > MAX_BYTES {
        return None;
    }
    let behind = place.text.get(at.end..).unwrap_or_default();
    match after {
        After::Source => None
            .or_else(|| pandas::query(piece).map(|mended| certain("pandas", at, mended)))
            .or_else(|| splunk::source(piece).map(|mended| certain("Splunk", at, mended)))
            .or_else(|| promql::query(piece, place.names).map(|likely| candidate("PromQL", at, likely)))
            .or_else(|| plain::question(piece, place.names).map(|likely| candidate("plain English", at, likely))),
        After::Other => None
            .or_else(|| {
                jq::stages(piece, behind)
                    .map(|(mended, more)| certain("jq", Span::new(at.start, at.end + more), mended))
            })
            .or_else(|| pandas::stages(piece).map(|mended| certain("pandas", at, mended)))
            .or_else(|| prql::stages(piece).map(|mended| certain("PRQL", at, mended)))
            .or_else(|| splunk::stage(piece).map(|mended| certain("Splunk", at, mended))),
    }
}

/// A source with its range as Splunk names it, as it is written here.
pub fn search(text: &str) -> Option<String> {
    splunk::source(text)
}

/// What can only mean one thing.
fn certain(language: &str, at: Span, mended: String) -> Diagnostic {
    let error = Diagnostic::error(Code::E0001, format!("this is {language}, and no query of orq"));
    error.at(at).label(format!("as in {language}")).help(format!("write `{mended}`")).edit(at, mended)
}

/// What leaves open which source or column is meant.
fn candidate(language: &str, at: Span, likely: String) -> Diagnostic {
    let error = Diagnostic::error(Code::E0001, format!("this is {language}, and a query starts with its source"));
    let help = format!("did you mean `{likely}`?");
    let error = error.at(at).label(format!("as in {language}")).help(help);
    Diagnostic { candidates: vec![likely], ..error }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_') && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// The word that starts a text, and the rest.
fn word(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len()))
}

/// What stands between the bracket that starts a text and its other half, and the rest behind it.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0usize;
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some((text.get(1..at)?.trim(), text.get(at + c.len_utf8()..)?));
                }
            }
            (None, _) if depth == 0 => return None,
            (None, _) => {}
        }
    }
    None
}

/// The parts of a text between the commas that stand in no bracket and no quotes.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut quote, mut from) = (0i32, None, 0);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(text.get(from..at).unwrap_or_default().trim());
                from = at + 1;
            }
            (None, _) => {}
        }
    }
    parts.push(text.get(from..).unwrap_or_default().trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// Quotes around a name are taken off.
fn unquoted(text: &str) -> Option<&str> {
    let text = text.trim();
    let inside = text.strip_prefix(['"', '\'']).and_then(|text| text.strip_suffix(['"', '\'']))?;
    is_name(inside).then_some(inside)
}
