//! The scripts that files and directories of a command line stand for.

use std::fs;
use std::path::{Path, PathBuf};

use super::commands::unreadable;
use crate::diagnostics::{Code, Diagnostic};
use crate::harmless;

/// What a script is called.
const ENDING: &str = "orq";

/// Each file that is named, and the scripts in and below each directory, by their names. What begins with a dot is passed
/// over, and so are links to directories.
pub fn scripts_in(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Diagnostic> {
    let mut found = Vec::new();
    for path in paths {
        if !path.exists() {
            let message = format!("there is no {}", harmless::line(&path.to_string_lossy()));
            return Err(Diagnostic::error(Code::E0701, message).help("name a script, or a directory that holds some"));
        }
        if path.is_dir() { below(path, &mut found)? } else { found.push(path.clone()) }
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|path| seen.insert(path.clone()));
    Ok(found)
}

fn below(directory: &Path, found: &mut Vec<PathBuf>) -> Result<(), Diagnostic> {
    let failed = |error: std::io::Error| unreadable(&directory.to_string_lossy(), &error);
    let mut entries: Vec<fs::DirEntry> =
        fs::read_dir(directory).and_then(|entries| entries.collect()).map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type().map_err(failed)?;
        let path = if directory == Path::new(".") { PathBuf::from(entry.file_name()) } else { entry.path() };
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            below(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == ENDING) && path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}
