//! `orq fmt`: texts in their one form. Files are written in place, and only those that change.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::arguments::{Options, Text};
use super::commands::{self, Query};
use super::output::{Place, report};
use crate::diagnostics::{Code, Diagnostic, Exit};
use crate::harmless;
use crate::one_form::formatted;
use crate::session::CATALOG;

/// Formats each file, or what stands on the command line or on standard input. With `check` nothing is written, and the
/// names of those that are not in their one form are printed.
pub fn run(text: Text, check: bool, options: &Options) -> Result<Exit, Diagnostic> {
    let place = Place::stdout(options.color, options.errors);
    if !names_files(&text) {
        let query = commands::query(text, options)?;
        let Some(form) = form(&query, options) else { return Ok(Exit::Query) };
        if !check {
            return Ok(place.print(&form));
        }
        // A line on the command line has no line end.
        let differs = query.text.trim_end_matches('\n') != form.trim_end_matches('\n');
        return Ok(if differs { told(&place, &query.name) } else { Exit::Fine });
    }
    if options.sandbox.sandbox && !check {
        return Err(Diagnostic::error(Code::E0702, "`fmt` is refused: it writes files")
            .help("`fmt --check` names those that are not in their one form"));
    }
    let mut ended = Exit::Fine;
    for path in &text.words {
        commands::regular(path)?;
        let query = commands::script(path, options)?;
        let done = match form(&query, options) {
            None => Exit::Query,
            Some(form) if form == query.text => Exit::Fine,
            Some(_) if check => told(&place, path),
            Some(form) => {
                replace(Path::new(path), &form)?;
                Exit::Fine
            }
        };
        // What is wrong weighs more than what only looks so.
        if ended == Exit::Fine || done == Exit::Query {
            ended = done;
        }
    }
    Ok(ended)
}

/// All words are files, rather than the words of a query.
fn names_files(text: &Text) -> bool {
    let file = |word: &String| word != "-" && (Path::new(word).exists() || commands::looks_like_a_file(word));
    text.query.is_none() && !text.words.is_empty() && text.words.iter().all(file)
}

/// The one form; what is wrong is reported, and the text stays as it is.
fn form(query: &Query, options: &Options) -> Option<String> {
    match formatted(&query.text, &CATALOG) {
        Ok(form) => Some(form),
        Err(errors) => {
            report(&errors, &query.name, &query.text, options.errors, options.color);
            None
        }
    }
}

/// Names a text that is not in its one form.
fn told(place: &Place, name: &str) -> Exit {
    match place.print(&format!("{}\n", harmless::line(name))) {
        Exit::Fine => Exit::Assertion,
        failed => failed,
    }
}

/// Writes beside the file and puts it in its place: whoever reads it finds the old text or the new one, never a part.
fn replace(path: &Path, text: &str) -> Result<(), Diagnostic> {
    let failed = |error: &std::io::Error| {
        let name = path.to_string_lossy();
        Diagnostic::error(Code::E0701, format!("{} cannot be written: {error}", harmless::line(&name)))
            .help("the file is unchanged; see who may write it and its directory")
    };
    // A link stays one: the file that it names is replaced.
    let real = path.canonicalize().map_err(|error| failed(&error))?;
    let beside = beside(&real);
    let written = write(&beside, text, &real).and_then(|()| fs::rename(&beside, &real));
    written.map_err(|error| {
        // It may not be there, and nothing can be said of it that matters more than the error.
        let _ = fs::remove_file(&beside);
        failed(&error)
    })
}

fn write(beside: &Path, text: &str, like: &Path) -> std::io::Result<()> {
    let permissions = fs::metadata(like)?.permissions();
    let mut file = OpenOptions::new().write(true).create_new(true).open(beside)?;
    file.set_permissions(permissions)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// A name in the same directory that no other process uses.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}
