//! What is said where the ledger cannot be read or written. Nothing of it is ever deleted: what is of no use is set aside.

use std::fmt::Display;
use std::io;
use std::path::Path;

use crate::diagnostics::{Code, Diagnostic};
use crate::harmless;

fn shown(path: &Path) -> String {
    harmless::line(&path.display().to_string()).into_owned()
}

pub fn unusable(directory: &Path, why: &str) -> Diagnostic {
    let why = harmless::line(why);
    Diagnostic::warning(Code::E0701, format!("the ledger in `{}` is left out: {why}", shown(directory)))
        .help("`orq sync` sets it aside and begins a new one; `--no-ledger` leaves it out without a word")
}

/// Some of its files are not as they were written.
pub fn broken(directory: &Path, files: &[String]) -> Diagnostic {
    let files: Vec<String> = files.iter().map(|file| format!("`{}`", harmless::line(file))).collect();
    let message = format!(
        "the ledger in `{}` is used without what is not as it was written: {}",
        shown(directory),
        files.join(", ")
    );
    Diagnostic::warning(Code::E0701, message)
        .help("`orq sync` sets these files aside and fetches what the API still has of their days")
}

pub fn unwritable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::E0701, format!("the ledger cannot be written: `{}`: {error}", shown(path)))
        .help("what was kept before stands; free space, or name another directory with ORQ_DATA_DIR")
}

pub fn taken(path: &Path) -> Diagnostic {
    Diagnostic::error(Code::E0701, format!("another `orq sync` writes the ledger: it holds `{}`", shown(path)))
        .help("wait until it has ended; the lock ends with the process that holds it")
}

/// Rows of a file of the ledger cannot be read.
pub fn unreadable_rows(path: &Path, error: &dyn Display) -> Diagnostic {
    let error = error.to_string();
    let message = format!("`{}` of the ledger cannot be read: {}", shown(path), harmless::line(&error));
    Diagnostic::error(Code::E0701, message)
        .help("`orq ledger verify` says what is wrong with it; `--no-ledger` asks the API alone")
}
