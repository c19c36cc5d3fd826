//! Mistakes behind mistakes: where the edits for what was found lead to a text that is wrong again, what is wrong there is
//! told with it, so that all edits of one report lead to a text that is right.

use super::{Diagnostic, Edit};
use crate::span::Span;

/// How often a text is mended and looked at again.
const ROUNDS: usize = 8;

/// A part of the text that is mended.
#[derive(Clone, Debug)]
enum Piece {
    /// As it was given.
    Kept(Span),
    /// What an edit wrote, and the diagnostic that it belongs to.
    New(String, usize),
}

/// The diagnostics of a text, and those of the texts that their edits make of it, all with places and edits in the text
/// as it was given. Where the edits lead to no text that is right, it is the first alone.
pub fn further(text: &str, first: Vec<Diagnostic>, check: impl Fn(&str) -> Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mendable = |d: &Diagnostic| d.origin.is_none() && !d.edits.is_empty();
    let mut all = first.clone();
    let mut pieces = vec![Piece::Kept(Span::new(0, text.len()))];
    let mut from = 0;
    for round in 0..ROUNDS {
        let open: Vec<usize> =
            (from..).zip(all.iter().skip(from)).filter(|(_, d)| d.is_error()).map(|(at, _)| at).collect();
        if open.is_empty() || !open.iter().all(|at| all.get(*at).is_some_and(mendable)) {
            return first;
        }
        let mut edits: Vec<(Edit, usize)> = Vec::new();
        for at in open {
            edits.extend(all.get(at).into_iter().flat_map(|d| d.edits.iter().cloned()).map(|edit| (edit, at)));
        }
        edits.sort_by_key(|(edit, _)| (edit.start, edit.end));
        pieces = edited(&pieces, &edits);
        let mended = written(&pieces, text);
        let found: Vec<Diagnostic> = check(&mended).into_iter().filter(Diagnostic::is_error).collect();
        match (found.is_empty(), round) {
            (true, 0) => return first,
            (true, _) => return with_edits(all, &pieces, text),
            (false, _) => {
                from = all.len();
                all.extend(found);
            }
        }
        // Edits stay in the terms of the mended text until the next round has used them; places are told as given.
        for at in from..all.len() {
            let known = all.get(at).and_then(|d| d.span).and_then(|span| given(&pieces, span, &all));
            if let Some(diagnostic) = all.get_mut(at) {
                diagnostic.span = known;
                diagnostic.also.clear();
            }
        }
    }
    first
}

fn length(piece: &Piece) -> usize {
    match piece {
        Piece::Kept(span) => span.end - span.start,
        Piece::New(text, _) => text.len(),
    }
}

fn written(pieces: &[Piece], text: &str) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Kept(span) => span.of(text),
            Piece::New(text, _) => text,
        })
        .collect()
}

/// The pieces between two places of the text that they make.
fn part(pieces: &[Piece], start: usize, end: usize) -> Vec<Piece> {
    let mut parts = Vec::new();
    let mut at = 0;
    for piece in pieces {
        let (first, last) = (start.max(at), end.min(at + length(piece)));
        // What was taken out is kept as well: it is an edit like any other.
        let nothing = matches!(piece, Piece::New(text, _) if text.is_empty()) && start <= at && at <= end;
        if first < last || nothing {
            let (from, to) = (first.saturating_sub(at), last.saturating_sub(at));
            parts.push(match piece {
                Piece::Kept(span) => Piece::Kept(Span::new(span.start + from, span.start + to)),
                Piece::New(text, owner) => Piece::New(text.get(from..to).unwrap_or_default().to_string(), *owner),
            });
        }
        at += length(piece);
    }
    parts
}

fn edited(pieces: &[Piece], edits: &[(Edit, usize)]) -> Vec<Piece> {
    let whole: usize = pieces.iter().map(length).sum();
    let mut parts = Vec::new();
    let mut at = 0;
    for (edit, owner) in edits {
        if edit.start > at {
            parts.extend(part(pieces, at, edit.start));
        }
        parts.push(Piece::New(edit.text.clone(), *owner));
        at = edit.end.max(at);
    }
    parts.extend(part(pieces, at, whole));
    parts
}

/// A place of the mended text in the text as it was given; that of the edit which wrote it, where it is new.
fn given(pieces: &[Piece], span: Span, all: &[Diagnostic]) -> Option<Span> {
    let mut at = 0;
    let (mut kept, mut owners): (Option<Span>, Vec<usize>) = (None, Vec::new());
    for piece in pieces {
        let (first, last) = (span.start.max(at), span.end.min(at + length(piece)));
        if first < last {
            match piece {
                Piece::Kept(whole) => {
                    let here = Span::new(whole.start + first - at, whole.start + last - at);
                    kept = Some(kept.map_or(here, |before| before.to(here)));
                }
                Piece::New(_, owner) => owners.push(*owner),
            }
        }
        at += length(piece);
    }
    kept.or_else(|| owners.iter().find_map(|owner| all.get(*owner)?.span))
}

/// The diagnostics with the edits that make the pieces out of the text: each has its own, but where several changed one
/// place.
fn with_edits(mut all: Vec<Diagnostic>, pieces: &[Piece], text: &str) -> Vec<Diagnostic> {
    all.iter_mut().filter(|d| d.is_error()).for_each(|d| d.edits.clear());
    let mut at = 0;
    let mut open: Option<(String, usize)> = None;
    let end = Piece::Kept(Span::new(text.len(), text.len()));
    for piece in pieces.iter().chain([&end]) {
        match piece {
            Piece::New(text, owner) => {
                let (so_far, _) = open.get_or_insert_with(|| (String::new(), *owner));
                so_far.push_str(text);
            }
            Piece::Kept(span) => {
                if let Some((text, owner)) = open.take()
                    && let Some(diagnostic) = all.get_mut(owner)
                {
                    diagnostic.edits.push(Edit { start: at, end: span.start, text });
                }
                at = span.end;
            }
        }
    }
    all
}
