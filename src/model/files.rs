//! Files as a source: what a plan reads of them, and the columns that were found at their heads.

use std::collections::BTreeSet;

use super::rel::SourceArguments;
use super::schema::Schema;
use crate::diagnostics::Diagnostic;
use crate::span::Span;

/// Files that are read, and the columns that are used of them.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadFiles {
    pub arguments: SourceArguments,
    /// Never without a column: rows are counted by them.
    pub columns: Schema,
    /// The names of all columns that were found at the heads.
    pub known: BTreeSet<String>,
    pub span: Span,
}

impl ReadFiles {
    /// As it was written; `-` is standard input.
    pub fn path(&self) -> &str {
        self.arguments.get(PATH).unwrap_or_default()
    }
}

/// The argument that names files.
pub const PATH: &str = "path";
pub const FORMAT: &str = "format";
pub const DELIMITER: &str = "delimiter";
pub const HEADER: &str = "header";
pub const BAD_LINES: &str = "bad_lines";
/// Columns that stay text whatever they look like.
pub const TEXT: &str = "text";

/// What is known of files before the check, by the arguments that ask for them.
#[derive(Clone, Debug, Default)]
pub struct Schemas(Vec<(SourceArguments, Result<Schema, Diagnostic>)>);

impl Schemas {
    /// The columns of these files, or what is wrong with them; nothing where nobody has looked yet.
    pub fn of(&self, asked: &SourceArguments) -> Option<&Result<Schema, Diagnostic>> {
        self.0.iter().find(|(known, _)| known == asked).map(|(_, found)| found)
    }

    pub fn add(&mut self, asked: SourceArguments, found: Result<Schema, Diagnostic>) {
        if self.of(&asked).is_none() {
            self.0.push((asked, found));
        }
    }
}
