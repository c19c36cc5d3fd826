//! `read`: the columns of files are those that were found at their heads. What is not known yet is asked for, and the
//! text is checked again.

use super::Checker;
use crate::diagnostics::{Code, Diagnostic};
use crate::harmless;
use crate::model::files::{self, ReadFiles};
use crate::model::lowering::{Lowering as _, Table};
use crate::model::rel::{Rel, SourceArguments};
use crate::model::schema::Schema;
use crate::span::Span;

/// What parts the values of a line where it is no comma, and how it is asked for.
const DELIMITERS: &[(char, &str)] = &[(';', "\";\""), ('|', "\"|\"")];

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
                self.other_delimiter(&arguments, &schema, span);
                let known = schema.names().map(str::to_string).collect();
                Some(Table::new(Rel::Read(ReadFiles { arguments, columns, known, span }), schema))
            }
        }
    }

    /// `a;b;c` as the only column: the lines are parted by something else than was thought.
    fn other_delimiter(&mut self, arguments: &SourceArguments, schema: &Schema, span: Span) {
        let [column] = schema.columns.as_slice() else { return };
        let Some((delimiter, written)) = DELIMITERS.iter().find(|(delimiter, _)| column.name.contains(*delimiter))
        else {
            return;
        };
        if arguments.get(files::DELIMITER).is_some() {
            return;
        }
        let parts = column.name.split(*delimiter).count();
        let message = format!("one column is called `{}`, which may be {parts}", harmless::line(&column.name));
        let warning = Diagnostic::warning(Code::E0605, message).at(span).label("parted by something else?");
        let mended = format!(" {}={written}", files::DELIMITER);
        self.report(warning.help(format!("add `{}`", mended.trim_start())).edit(span.after(), mended));
    }
}
