//! What is wrong, where, and how to mend it. Every layer reports with a [`Diagnostic`]; only [`human`] and [`json`]
//! turn one into text.

mod codes;
mod exit;
mod further;
pub mod human;
pub mod json;
pub mod schema;

pub use codes::Code;
pub use exit::Exit;
pub use further::further;

use std::sync::Arc;

use serde::Serialize;

use crate::span::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
}

/// A change of the text; the edits of one report never overlap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edit {
    pub start: usize,
    pub end: usize,
    pub text: String,
}

/// A text other than the one that was given: a library, or an earlier line of the prompt.
#[derive(Debug, PartialEq, Eq)]
pub struct Origin {
    /// As it is shown, such as the path of a file.
    pub name: String,
    pub text: String,
}

/// One thing that is wrong or worth knowing. Built with `Diagnostic::error(code, message)` and the methods below.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    pub message: String,
    /// The place in the query text; none where the trouble is elsewhere (the network, a file).
    pub span: Option<Span>,
    /// A few words at the place.
    pub label: Option<String>,
    /// Further places that belong to it.
    pub also: Vec<(Span, String)>,
    /// What to do.
    pub help: Option<String>,
    /// Names that were likely meant, best first.
    pub candidates: Vec<String>,
    pub edits: Vec<Edit>,
    /// The text that all places belong to, where it is not the one that was given.
    pub origin: Option<Arc<Origin>>,
}

impl Diagnostic {
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            span: None,
            label: None,
            also: Vec::new(),
            help: None,
            candidates: Vec::new(),
            edits: Vec::new(),
            origin: None,
        }
    }

    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    pub fn also(mut self, span: Span, label: impl Into<String>) -> Self {
        self.also.push((span, label.into()));
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub fn edit(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push(Edit { start: span.start, end: span.end, text: text.into() });
        self
    }

    /// Names that were likely meant: the best becomes the help and the edit at `span`.
    pub fn did_you_mean(mut self, span: Span, candidates: Vec<String>) -> Self {
        if let Some(best) = candidates.first() {
            let shown: Vec<String> = candidates.iter().map(|name| format!("`{name}`")).collect();
            self.help = Some(format!("did you mean {}?", shown.join(" or ")));
            let text = best.clone();
            self = self.edit(span, text);
        }
        self.candidates = candidates;
        self
    }

    /// The same, with all places in another text.
    pub fn in_text(mut self, origin: &Arc<Origin>) -> Self {
        self.origin.get_or_insert_with(|| Arc::clone(origin));
        self
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// A text with the edits applied, for tests, quick fixes and agents.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse((edit.start, edit.end)));
    let mut mended = text.to_string();
    for edit in edits {
        if mended.is_char_boundary(edit.start) && mended.is_char_boundary(edit.end) && edit.start <= edit.end {
            mended.replace_range(edit.start..edit.end, &edit.text);
        }
    }
    mended
}

/// The exit code of a run that ended with these: that of the first error.
pub fn exit_of(diagnostics: &[Diagnostic]) -> Exit {
    diagnostics.iter().find(|d| d.is_error()).map_or(Exit::Fine, |d| d.code.exit())
}
