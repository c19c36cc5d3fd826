//! Diagnostics for programs: the versioned contract of `--errors json`.

use serde::Serialize;

use super::human::Source;
use super::{Diagnostic, Edit, Severity};
use crate::harmless;
use crate::span::Span;

/// The version of the contract; fields are only ever added.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    orq: u32,
    errors: Vec<Entry<'a>>,
}

/// One diagnostic as the contract has it.
#[derive(Serialize)]
pub struct Entry<'a> {
    code: &'static str,
    severity: Severity,
    message: &'a str,
    /// The file that the place and the edits belong to, where it is not the one text that was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    span: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    candidates: &'a [String],
    edits: &'a [Edit],
}

impl<'a> Entry<'a> {
    pub fn new(diagnostic: &'a Diagnostic, text: &str) -> Self {
        Self::of_file(diagnostic, text, None)
    }

    /// The same of one text among several.
    pub fn of_file(diagnostic: &'a Diagnostic, text: &str, file: Option<&'a str>) -> Self {
        let origin = diagnostic.origin.as_deref();
        let text = origin.map_or(text, |origin| &origin.text);
        let place = diagnostic.span.map(|span| span.line_and_column(text));
        Self {
            code: diagnostic.code.id(),
            severity: diagnostic.severity,
            message: &diagnostic.message,
            file: origin.map(|origin| origin.name.as_str()).or(file),
            span: diagnostic.span,
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
            help: diagnostic.help.as_deref(),
            candidates: &diagnostic.candidates,
            edits: &diagnostic.edits,
        }
    }
}

/// One line of JSON for all of them, harmless to a terminal.
pub fn render(diagnostics: &[Diagnostic], text: &str) -> String {
    document(diagnostics.iter().map(|d| Entry::new(d, text)).collect())
}

/// The same for several texts, each with the file that it is.
pub fn render_several<'a>(told: impl Iterator<Item = (Source<'a>, &'a [Diagnostic])>) -> String {
    let entries = |(source, diagnostics): (Source<'a>, &'a [Diagnostic])| {
        diagnostics.iter().map(move |d| Entry::of_file(d, source.text, Some(source.name)))
    };
    document(told.flat_map(entries).collect())
}

fn document(errors: Vec<Entry<'_>>) -> String {
    let json = serde_json::to_string(&Document { orq: VERSION, errors }).unwrap_or_default();
    harmless::json(&json).into_owned()
}
