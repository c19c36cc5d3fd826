//! What is said of this machine: directories that orq writes to, and the terminal.

use std::fs::{OpenOptions, remove_file};
use std::io;
use std::path::{Path, PathBuf};

use super::super::arguments::Color;
use super::super::output::terminal_in_words;
use super::Check;
use crate::diagnostics::{Code, Diagnostic};
use crate::net::Places;
use crate::repl;

/// Where things are kept from one run to the next.
pub fn directories(places: &Places) -> [Check; 3] {
    [
        directory("cache", places.cache_dir(false), "name another with ORQ_CACHE_DIR"),
        directory("ledger", places.data_dir(false), "name another with ORQ_DATA_DIR"),
        directory("history", repl::history_directory(), "the prompt works without; see who may write there"),
    ]
}

fn directory(name: &'static str, directory: Option<PathBuf>, help: &str) -> Check {
    let Some(directory) = directory else {
        return Check::warn(name, "there is no home directory to keep it in").help(help);
    };
    match writable(&directory) {
        Ok(()) => Check::ok(name, format!("`{}` can be written to", directory.display())),
        Err(error) => {
            let message = format!("`{}` cannot be written to: {error}", directory.display());
            Check::wrong(name, &Diagnostic::error(Code::E0701, message).help(help))
        }
    }
}

/// Tries it with an empty file that is gone at once. A directory that is not there yet is made where the nearest one above
/// it can be written to.
fn writable(directory: &Path) -> io::Result<()> {
    let there = directory.ancestors().find(|above| above.symlink_metadata().is_ok()).unwrap_or(directory);
    let trial = there.join(format!(".orq-doctor-{}", std::process::id()));
    OpenOptions::new().write(true).create_new(true).open(&trial)?;
    remove_file(&trial)
}

pub fn terminal(color: Color) -> Check {
    const NAME: &str = "terminal";
    let seen = terminal_in_words(color);
    Check::ok(NAME, seen.unwrap_or_else(|| "none: the output goes elsewhere, without colours".to_string()))
}
