//! Which scripts the words of a command line name: files, and all `*.orq` below directories.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::arguments::{Options, Text};
use crate::cli::commands::{looks_like_a_file, unreadable};
use crate::cli::sandbox;
use crate::diagnostics::{Code, Diagnostic};
use crate::harmless;

/// How scripts are called in a directory.
const ENDING: &str = "orq";

/// What the words of a command line are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// A query, standard input, or nothing.
    Text,
    /// One file.
    File,
    /// Files and directories: one directory may hold many.
    Many,
}

/// Words are paths where all of them are there, or where one of them can be nothing else.
pub fn named(text: &Text) -> Named {
    let is_there = |word: &String| word != "-" && Path::new(word).exists();
    let words = text.words.as_slice();
    match words {
        _ if text.query.is_some() => Named::Text,
        [] => Named::Text,
        [one] if Path::new(one).is_dir() => Named::Many,
        [one] if is_there(one) || looks_like_a_file(one) => Named::File,
        [_] => Named::Text,
        several if several.iter().all(is_there) || several.iter().any(|word| looks_like_a_file(word)) => Named::Many,
        _ => Named::Text,
    }
}

/// The scripts that paths name, each once, in the order of their names. A file is one whatever it is called.
pub fn scripts(words: &[String], options: &Options) -> Result<Vec<String>, Diagnostic> {
    let mut found: Vec<PathBuf> = Vec::new();
    for word in words {
        let path = Path::new(word);
        if path.is_dir() {
            sandbox::directory(word, options)?;
            let before = found.len();
            below(path, &root(path)?, &mut found)?;
            if found.len() == before {
                return Err(Diagnostic::error(
                    Code::E0701,
                    format!("there is no script in the directory {}", harmless::line(word)),
                )
                .help("scripts end in `.orq`; a query that is called like a directory follows `-e`"));
            }
        } else {
            found.push(path.to_path_buf());
        }
    }
    found.sort();
    let mut seen = HashSet::new();
    // What is not there is one of its own: reading it says so.
    found.retain(|path| seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())));
    Ok(found.iter().map(|path| path.strip_prefix(".").unwrap_or(path).to_string_lossy().into_owned()).collect())
}

fn root(path: &Path) -> Result<PathBuf, Diagnostic> {
    path.canonicalize().map_err(|error| unreadable(&path.to_string_lossy(), &error))
}

/// All regular files that end in `.orq`. Hidden ones, and links that lead out of the directory, are passed over; so are
/// links to directories, which would only lead to what is there already.
fn below(directory: &Path, root: &Path, found: &mut Vec<PathBuf>) -> Result<(), Diagnostic> {
    let failed = |error: &std::io::Error| unreadable(&directory.to_string_lossy(), error);
    for entry in fs::read_dir(directory).map_err(|error| failed(&error))? {
        let entry = entry.map_err(|error| failed(&error))?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(|error| failed(&error))?);
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            below(&path, root, found)?;
            continue;
        }
        let named_so = path.extension().is_some_and(|ending| ending == ENDING);
        let inside = || path.canonicalize().is_ok_and(|real| real.starts_with(root));
        if named_so && path.is_file() && (kind.is_file() || inside()) {
            found.push(path);
        }
    }
    Ok(())
}
