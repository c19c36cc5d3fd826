//! `read`: the columns of files are those that were found at their heads. What is not known yet is asked for, and the
//! text is checked again.

use super::Checker;
use crate::model::files::ReadFiles;
use crate::model::lowering::{Lowering as _, Table};
use crate::model::rel::{Rel, SourceArguments};
use crate::span::Span;

impl Checker<'_> {
    pub fn files(&mut self, arguments: SourceArguments, span: Span) -> Option<Table> {
        match self.schemas.of(&arguments) {
            None => {
                self.wanted.push(arguments);
                None
            }
            Some(Err(error)) => {
                let mut error = error.clone().at(span);
                // An edit of a file's trouble adds an argument behind the others.
                error.edits.iter_mut().for_each(|edit| (edit.start, edit.end) = (span.end, span.end));
                self.report(error);
                None
            }
            Some(Ok(columns)) => {
                let columns = columns.clone();
                let schema = columns.clone();
                let known = schema.names().map(str::to_string).collect();
                Some(Table::new(Rel::Read(ReadFiles { arguments, columns, known, span }), schema))
            }
        }
    }
}
