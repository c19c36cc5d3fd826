//! Texts that are open, and what is wrong with them: told for the newest text alone.

use std::path::{Path, PathBuf};

use lsp_types::TextDocumentContentChangeEvent;
use serde_json::{Value as Json, json};

use super::place::{path_of, uri_of};
use super::position::{Encoding, Text};
use super::trouble::{Shown, diagnostic};
use crate::diagnostics::{Code, Diagnostic};
use crate::session::Session;
use crate::span::Span;
use crate::syntax::ast::StatementKind;

/// A longer text is not looked at while it is typed.
const MAX_BYTES: usize = 512 << 10;

/// A text that is open.
pub struct Document {
    pub uri: String,
    pub text: Text,
    version: i32,
    pub session: Session,
    encoding: Encoding,
    found: Option<Found>,
}

/// What is wrong, and how that was told.
#[derive(Clone, Debug)]
pub struct Found {
    pub diagnostics: Vec<Diagnostic>,
    pub shown: Vec<Json>,
}

impl Document {
    pub fn new(uri: String, version: i32, text: Text, session: Session, encoding: Encoding) -> Self {
        Self { uri, text, version, session, encoding, found: None }
    }

    /// The file that it is.
    pub fn path(&self) -> Option<PathBuf> {
        path_of(&self.uri)
    }

    /// Changes in their order, each in the text that the one before left.
    pub fn change(&mut self, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        for change in changes {
            match change.range {
                Some(range) => self.text.replace(range, &change.text),
                None => self.text = Text::new(change.text, self.encoding),
            }
        }
        self.version = version;
        self.found = None;
    }

    /// Another file that it uses may have changed.
    pub fn look_again(&mut self) {
        self.found = None;
    }

    /// What was found is that of an older text.
    pub fn is_stale(&self) -> bool {
        self.found.is_none()
    }

    /// It is short enough to be looked at.
    pub fn is_bearable(&self) -> bool {
        self.text.as_str().len() <= MAX_BYTES
    }

    /// What is wrong with the text as it is now.
    pub fn found(&mut self, here: &Path) -> &Found {
        let found = self.found.take().unwrap_or_else(|| self.look(here));
        self.found.insert(found)
    }

    fn look(&self, here: &Path) -> Found {
        let text = self.text.as_str();
        let diagnostics = match self.is_bearable() {
            true => self.session.check(text).diagnostics,
            false => vec![too_long(text)],
        };
        let brings = |name: &str| self.brings(&here.join(name));
        let shown_in = Shown { uri: &self.uri, text: &self.text, encoding: self.encoding, here, brings: &brings };
        let shown = diagnostics.iter().map(|found| diagnostic(found, &shown_in)).collect();
        Found { diagnostics, shown }
    }

    /// The `use` that names a file; else the first, by which it may come.
    fn brings(&self, file: &Path) -> Option<Span> {
        let (script, _) = self.session.read(self.text.as_str());
        let beside = self.path().and_then(|path| path.parent().map(Path::to_path_buf)).unwrap_or_default();
        let uses = script.statements.iter().filter_map(|statement| match &statement.kind {
            StatementKind::Use { path } => Some(path),
            _ => None,
        });
        let named =
            |path: &&crate::span::Spanned<String>| uri_of(&plain(&beside.join(&path.value))) == uri_of(&plain(file));
        uses.clone().find(named).or_else(|| uses.clone().next()).map(|path| path.span)
    }

    /// What a client is told of it.
    pub fn told(&mut self, here: &Path) -> Json {
        let shown = self.found(here).shown.clone();
        json!({"uri": self.uri, "version": self.version, "diagnostics": shown})
    }
}

/// A path as it really is, where it is there.
fn plain(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

fn too_long(text: &str) -> Diagnostic {
    let first = Span::new(0, text.find('\n').unwrap_or(text.len()).min(MAX_BYTES));
    let message = format!("the text has {} kB; an editor is told of at most {} kB", text.len() >> 10, MAX_BYTES >> 10);
    Diagnostic::warning(Code::E0004, message)
        .at(first)
        .help("`orq check FILE` checks it; definitions can go into files of their own, which `use` brings")
}
