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

/// The characters of a text that stand in no quotes, each with its place and the brackets around it.
fn bare(text: &str) -> impl Iterator<Item = (usize, char, i32)> {
    let (mut depth, mut quote) = (0, None);
    text.char_indices().filter_map(move |(at, c)| {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(' | '[' | '{') => {
                depth += 1;
                return Some((at, c, depth - 1));
            }
            (None, ')' | ']' | '}') => {
                depth -= 1;
                return Some((at, c, depth));
            }
            (None, _) => return Some((at, c, depth)),
        }
        None
    })
}

/// What stands between the bracket that starts a text and its other half, and the rest behind it.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    text.starts_with(['(', '[', '{']).then_some(())?;
    let (end, ..) = bare(text).find(|(_, c, depth)| *depth == 0 && matches!(c, ')' | ']' | '}'))?;
    Some((text.get(1..end)?.trim(), text.get(end + 1..)?))
}

/// The parts of a text between the commas that stand in no bracket and no quotes.
fn parts(text: &str) -> Vec<&str> {
    let commas = bare(text).filter(|(_, c, depth)| *c == ',' && *depth == 0).map(|(at, ..)| at);
    let mut from = 0;
    let ends = commas.chain([text.len()]);
    let part = |end| text.get(std::mem::replace(&mut from, end + 1)..end).unwrap_or_default().trim();
    ends.map(part).filter(|part| !part.is_empty()).collect()
}

/// Quotes around a name are taken off.
fn unquoted(text: &str) -> Option<&str> {
    let text = text.trim();
    let inside = text.strip_prefix(['"', '\'']).and_then(|text| text.strip_suffix(['"', '\'']))?;
    is_name(inside).then_some(inside)
}
