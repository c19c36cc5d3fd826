//! Diagnostics for programs: the versioned contract of `--errors json`.

use serde::Serialize;

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
    /// The file that the place and the edits belong to, where it is not the text that was given.
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
        let origin = diagnostic.origin.as_deref();
        let text = origin.map_or(text, |origin| &origin.text);
        let place = diagnostic.span.map(|span| span.line_and_column(text));
        Self {
            code: diagnostic.code.id(),
            severity: diagnostic.severity,
            message: &diagnostic.message,
            file: origin.map(|origin| origin.name.as_str()),
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
    let errors = diagnostics.iter().map(|d| Entry::new(d, text)).collect();
    let json = serde_json::to_string(&Document { orq: VERSION, errors }).unwrap_or_default();
    harmless::json(&json).into_owned()
}
