//! Files as sources: one file a format, and its line here. What can be read row by row gives rows, whose types are told by
//! the first of them; the engine reads Parquet itself.

mod batch;
mod cell;
mod csv;
mod find;
mod head;
mod input;
mod json;
mod jsonl;
mod kept;
mod kind;
mod lines;
mod options;
mod parquet;
mod partial;
mod scan;
mod watch;

use std::io::BufRead;

use serde_json::{Map, Value as Json};

use crate::diagnostics::{Code, Diagnostic};
use options::Options;

pub use head::head;
pub use input::StandardInput;
pub use kept::Kept;
pub use partial::Partial;
pub use scan::{FileRows, Size, each, files_of, scan, takes_filter, takes_limit};
pub use watch::{Inputs, ReadObserver, Watch};

/// A format that files may have.
pub struct FileFormat {
    pub name: &'static str,
    /// Endings of files, without the dot.
    pub endings: &'static [&'static str],
    pub read: Read,
}

/// How the rows of a file are had.
pub enum Read {
    /// One after the other.
    Rows(Open),
    /// By the engine, which knows the columns without looking at rows.
    Engine,
}

pub type Open = fn(Box<dyn BufRead>, &Options) -> Result<Box<dyn Reader>, Trouble>;

pub const ALL: &[&FileFormat] = &[&csv::CSV, &csv::TSV, &jsonl::FORMAT, &json::FORMAT, &parquet::FORMAT];

/// The rows of one file, from the first to the last.
pub trait Reader {
    /// The names of the fields; none where rows bring their own.
    fn names(&self) -> &[String] {
        &[]
    }

    /// Goes on to the next row, and says whether there is one.
    fn advance(&mut self) -> Result<bool, Trouble>;

    /// The row at hand.
    fn row(&self) -> Row<'_>;

    /// The line that it starts on, from 1.
    fn line(&self) -> u64;

    /// How many bytes were read so far.
    fn bytes(&self) -> u64;
}

/// One row as it was written.
pub enum Row<'a> {
    Fields(csv::Fields<'a>),
    Record(&'a Map<String, Json>),
}

/// Why a row cannot be had.
#[derive(Debug)]
pub enum Trouble {
    /// One line does not fit; those that follow may.
    Line(u64, String),
    /// A cell of a line, and its column: it is not of the type that the column has.
    Cell { line: u64, column: String, why: String },
    /// The file cannot be read on.
    File(String, Option<&'static str>),
}

impl Trouble {
    fn io(error: &std::io::Error) -> Self {
        Self::File(format!("cannot be read: {error}"), None)
    }

    /// As it is told of a file.
    fn of(self, file: &str) -> Diagnostic {
        match self {
            Self::Line(line, why) => {
                unreadable(format!("line {line} of `{file}` {why}")).help("`bad_lines=skip` leaves such lines out")
            }
            Self::Cell { line, column, why } => unreadable(format!("line {line} of `{file}` {why}")).help(format!(
                "`text={}` reads the column as text, and `bad_lines=skip` leaves such lines out",
                crate::syntax::format::quoted(&column)
            )),
            Self::File(why, help) => {
                let error = unreadable(format!("`{file}` {why}"));
                error.help(help.unwrap_or("name a file that can be read, and of the format that it has"))
            }
        }
    }
}

fn unreadable(message: String) -> Diagnostic {
    Diagnostic::error(Code::E0701, message).label("read here")
}
