//! Which files a path or pattern names, and whether they may be read: regular files only, and for a script only those
//! below the working directory.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::input::{Found, Place, StandardInput};
use super::options::Options;
use super::{ALL, FileFormat, unreadable};
use crate::diagnostics::{Code, Diagnostic};
use crate::exec::permissions::{MOST_HELD, Permissions, Places, Sandbox};
use crate::model::files::PATH;
use crate::model::rel::SourceArguments;

/// A pattern that names more files than this is likely a slip.
const MOST_FILES: usize = 10_000;

/// The files in the order of their names; at least one.
pub fn find(
    asked: &SourceArguments,
    permissions: &Permissions,
    input: &StandardInput,
) -> Result<Vec<Found>, Diagnostic> {
    let path = asked.get(PATH).unwrap_or_default();
    if path == "-" {
        return Ok(vec![Found { name: "standard input".to_string(), place: Place::Standard(input.kept()?) }]);
    }
    if path.contains("://") {
        return Err(refused(path, "`read` reads files of this machine, and no addresses", "fetch it to a file first"));
    }
    if path.contains('\0') {
        return Err(refused(path, "no file has such a name", "name a file"));
    }
    if let Some(sandbox) = permissions.sandbox() {
        return held(path, sandbox);
    }
    let is_pattern = path.contains(['*', '?', '[']) && fs::symlink_metadata(path).is_err();
    let paths = if is_pattern { matching(path)? } else { vec![PathBuf::from(path)] };
    let mut found = Vec::new();
    for path in paths {
        let name = path.to_string_lossy().into_owned();
        permitted(&path, &name, permissions)?;
        found.push(Found { name, place: Place::Path(path) });
    }
    Ok(found)
}

/// The files of a sandbox, opened at once.
fn held(path: &str, sandbox: &Sandbox) -> Result<Vec<Found>, Diagnostic> {
    sandbox.pattern(path).map_err(|refusal| refusal.of(path, "read"))?;
    let is_pattern = path.contains(['*', '?', '[']) && fs::symlink_metadata(path).is_err();
    let paths = if is_pattern { matching(path)? } else { vec![PathBuf::from(path)] };
    if paths.len() > MOST_HELD {
        let error = unreadable(format!("`{path}` names {} files, and {MOST_HELD} may be read at once", paths.len()));
        return Err(error.help("choose a narrower pattern"));
    }
    let open = |path: PathBuf| {
        let name = path.to_string_lossy().into_owned();
        let file = sandbox.open(&path).map_err(|refusal| refusal.of(&name, "read"))?;
        Ok(Found { name, place: Place::Held(Arc::new(file)) })
    };
    paths.into_iter().map(open).collect()
}

/// What a pattern names, directories left out.
fn matching(pattern: &str) -> Result<Vec<PathBuf>, Diagnostic> {
    let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
    let paths = glob::glob_with(pattern, options).map_err(|error| {
        let error = Diagnostic::error(Code::E0006, format!("`{pattern}` is no pattern: {}", error.msg));
        error.label("not a pattern").help("`*`, `?`, `[a-z]` and `**` (directories of any depth) may stand in one")
    })?;
    let mut found = Vec::new();
    for path in paths {
        let path = path
            .map_err(|error| unreadable(format!("`{}` cannot be read: {}", error.path().display(), error.error())))?;
        if path.is_dir() {
            continue;
        }
        if found.len() == MOST_FILES {
            let error = unreadable(format!("`{pattern}` names more than {MOST_FILES} files"));
            return Err(error.help("choose a narrower pattern"));
        }
        found.push(path);
    }
    if found.is_empty() {
        let error = unreadable(format!("no file is called like `{pattern}`"));
        return Err(error.help("a path is relative to the working directory"));
    }
    Ok(found)
}

fn permitted(path: &Path, name: &str, permissions: &Permissions) -> Result<(), Diagnostic> {
    let found = fs::metadata(path).map_err(|error| {
        let error = unreadable(format!("`{name}` cannot be read: {error}"));
        error.help("a path is relative to the working directory")
    })?;
    if found.is_dir() {
        let inside = path.join("*");
        let help = format!("a pattern names the files in it, as `{}`", inside.display());
        return Err(refused(name, "this is a directory", &help));
    }
    if !found.is_file() {
        return Err(refused(name, "this is no regular file", "`-` is standard input, for what another program writes"));
    }
    let Places::Below(root) = &permissions.places else { return Ok(()) };
    let below = "a script reads only files below the working directory";
    let help = "name such a file; a line on the command line may read any";
    match (root.canonicalize(), path.canonicalize()) {
        (Ok(root), Ok(path)) if path.starts_with(&root) => Ok(()),
        _ => Err(refused(name, below, help)),
    }
}

/// The format of a file: the one that was asked for, that of its ending, or, for standard input, that of its start.
pub fn format_of(found: &Found, options: &Options) -> Result<&'static FileFormat, Diagnostic> {
    if let Some(format) = options.format {
        return Ok(format);
    }
    let by_name = |name: &str| ALL.iter().copied().find(|format| format.endings.contains(&name));
    let unknown = || {
        let names: Vec<&str> = ALL.iter().map(|format| format.name).collect();
        let message = format!("the ending of `{}` does not say its format", found.name);
        let error = Diagnostic::error(Code::E0403, message).label("which format?");
        error.help(format!("name it, as `format=jsonl`; formats: {}", names.join(", ")))
    };
    if let Place::Standard(_) = found.place {
        let mut input = found.open().map_err(|trouble| trouble.of(&found.name))?;
        let start = input.fill_buf().unwrap_or_default();
        let first = start.iter().find(|byte| !byte.is_ascii_whitespace());
        let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let name = match first {
            Some(b'{') => "jsonl",
            Some(b'[') => "json",
            _ if start.starts_with(b"PAR1") => "parquet",
            _ if line.contains(&b'\t') && !line.contains(&b',') => "tsv",
            _ => "csv",
        };
        return by_name(name).ok_or_else(unknown);
    }
    let name = found.name.to_ascii_lowercase();
    let unpacked = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    let ending = unpacked.rsplit_once('.').map_or("", |(_, ending)| ending);
    by_name(ending).ok_or_else(unknown)
}

fn refused(name: &str, why: &str, help: &str) -> Diagnostic {
    Diagnostic::error(Code::E0702, format!("`{name}` may not be read: {why}")).label("refused").help(help)
}
