//! What is wrong with a text in the terms of the protocol: diagnostics and their fixes.

use std::path::Path;

use lsp_types::{CodeActionKind, DiagnosticSeverity, Range};
use serde_json::{Value as Json, json};

use super::documents::Found;
use super::place::uri_of;
use super::position::{Encoding, Text};
use crate::diagnostics::{Diagnostic, Edit, Severity};
use crate::harmless;
use crate::net::without_secrets;
use crate::span::Span;

/// The text that diagnostics are shown in.
pub struct Shown<'a> {
    pub uri: &'a str,
    pub text: &'a Text,
    pub encoding: Encoding,
    /// What paths of other texts are relative to.
    pub here: &'a Path,
    /// What brings another text, by its name.
    pub brings: &'a dyn Fn(&str) -> Option<Span>,
}

/// A diagnostic as a client takes it; one of another text stands at what brings that.
pub fn diagnostic(found: &Diagnostic, shown_in: &Shown<'_>) -> Json {
    let severity = match found.severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
    };
    let help = found.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let mut all = Vec::new();
    let span = match &found.origin {
        None => {
            all.extend(found.also.iter().map(|(span, label)| related(shown_in.uri, shown_in.text.range(*span), label)));
            found.span.unwrap_or_default()
        }
        Some(origin) => {
            let (uri, text) =
                (uri_of(&shown_in.here.join(&origin.name)), Text::new(origin.text.clone(), shown_in.encoding));
            let label = found.label.as_deref().unwrap_or("here");
            all.push(related(&uri, text.range(found.span.unwrap_or_default()), label));
            all.extend(found.also.iter().map(|(span, label)| related(&uri, text.range(*span), label)));
            (shown_in.brings)(&origin.name).unwrap_or_default()
        }
    };
    let mut json = json!({
        "range": shown_in.text.range(span),
        "severity": severity,
        "code": found.code.to_string(),
        "source": "orq",
        "message": shown(&format!("{}{help}", found.message)),
    });
    if let (false, Some(fields)) = (all.is_empty(), json.as_object_mut()) {
        fields.insert("relatedInformation".to_string(), Json::Array(all));
    }
    json
}

fn related(uri: &str, range: Range, label: &str) -> Json {
    json!({"location": {"uri": uri, "range": range}, "message": shown(label)})
}

/// No key and no control character is shown, wherever it came from.
fn shown(text: &str) -> String {
    without_secrets(&harmless::lines(text))
}

/// One way to mend a text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fix {
    title: String,
    edits: Vec<Edit>,
    is_certain: bool,
}

/// The ways to mend what a diagnostic says: its edits, or one for each name that was likely meant.
fn fixes(found: &Diagnostic) -> Vec<Fix> {
    let place = match found.edits.as_slice() {
        [edit] if found.candidates.first() == Some(&edit.text) => Some(Span::new(edit.start, edit.end)),
        [] => found.span,
        _ => None,
    };
    if let (Some(place), true) = (place, !found.candidates.is_empty()) {
        let is_certain = found.candidates.len() == 1 && !found.edits.is_empty();
        let fix = |name: &String| Fix {
            title: format!("Write `{name}`"),
            edits: vec![Edit { start: place.start, end: place.end, text: name.clone() }],
            is_certain,
        };
        return found.candidates.iter().map(fix).collect();
    }
    if found.edits.is_empty() {
        return Vec::new();
    }
    let title = found.help.clone().unwrap_or_else(|| found.message.clone());
    vec![Fix { title, edits: found.edits.clone(), is_certain: true }]
}

/// What mends the diagnostics that touch a range; each names those as the client has them.
pub fn actions(found: &Found, at: Span, uri: &str, text: &Text, only: Option<&[CodeActionKind]>) -> Vec<Json> {
    let wants = |kind: &CodeActionKind| {
        let is_below = |only: &CodeActionKind| {
            only.as_str().is_empty() || kind == only || kind.as_str().starts_with(&format!("{}.", only.as_str()))
        };
        only.is_none_or(|only| only.iter().any(is_below))
    };
    let mut actions = Vec::new();
    let own = || found.diagnostics.iter().zip(&found.shown).filter(|(found, _)| found.origin.is_none());
    if wants(&CodeActionKind::QUICKFIX) {
        let touching = own().filter(|(found, _)| touches(found, at));
        for (found, json) in touching {
            for fix in fixes(found) {
                actions.push(json!({
                    "title": shown(&fix.title),
                    "kind": CodeActionKind::QUICKFIX,
                    "diagnostics": [json],
                    "isPreferred": fix.is_certain,
                    "edit": {"changes": {uri: edits(&fix.edits, text)}},
                }));
            }
        }
    }
    let all: Vec<Edit> = own().flat_map(|(found, _)| found.edits.iter().cloned()).collect();
    if wants(&CodeActionKind::SOURCE_FIX_ALL) && !all.is_empty() {
        actions.push(json!({
            "title": "Mend all that is certain",
            "kind": CodeActionKind::SOURCE_FIX_ALL,
            "edit": {"changes": {uri: edits(&all, text)}},
        }));
    }
    actions
}

fn touches(found: &Diagnostic, at: Span) -> bool {
    let touch = |start: usize, end: usize| start <= at.end && at.start <= end;
    let span = found.span.unwrap_or_default();
    touch(span.start, span.end) || found.edits.iter().any(|edit| touch(edit.start, edit.end))
}

fn edits(edits: &[Edit], text: &Text) -> Vec<Json> {
    let edit = |edit: &Edit| json!({"range": text.range(Span::new(edit.start, edit.end)), "newText": edit.text});
    edits.iter().map(edit).collect()
}
