//! Files that a query writes: only where it may, never half, never through a link.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use polars::prelude::*;

use super::collect;
use super::decode::defect;
use super::given_up::GivenUp;
use super::permissions::{Permissions, Places, Refusal};
use crate::diagnostics::{Code, Diagnostic};
use crate::formats;
use crate::model::catalog::{FormatDef, Looks, Render, Titled};
use crate::model::frame::Answer;
use crate::model::rel::{Rel, SaveTo};
use crate::model::route::Coverage;
use crate::model::schema::Schema;

/// Everything that a plan asks for may be asked, and every file that it writes may be written; looked at before anything is
/// sent.
pub fn permit(rel: &Rel, permissions: &Permissions) -> Result<(), Diagnostic> {
    permissions.asks(rel)?;
    if let Rel::Save { file, .. } = rel {
        permitted(file, format_of(file)?, permissions)?;
    }
    rel.inputs().into_iter().try_for_each(|input| permit(input, permissions))
}

/// Writes the rows beside the file, then puts them in its place, where somebody still waits for them.
pub fn save(
    frame: &mut DataFrame,
    file: &SaveTo,
    schema: &Schema,
    permissions: &Permissions,
    given_up: &GivenUp,
) -> Result<(), Diagnostic> {
    let format = format_of(file)?;
    permissions.few_enough(frame.height()).map_err(|error| error.at(file.span).label("nothing is written"))?;
    let path = permitted(file, format, permissions)?;
    let bytes = bytes(frame, file, format, schema)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let failed = |error: std::io::Error| {
        // What is half written is of no use; that it cannot be removed either would not be news.
        let _ = fs::remove_file(&beside);
        let help = match error.kind() {
            std::io::ErrorKind::NotFound => "make the directory first",
            _ => "the file that was there, if any, is unchanged; free space or choose another place",
        };
        Diagnostic::error(Code::E0701, format!("`{}` cannot be written: {error}", file.path))
            .at(file.span)
            .label("this file")
            .help(help)
    };
    let mut written = OpenOptions::new().write(true).create_new(true).open(&beside).map_err(failed)?;
    written.write_all(&bytes).and_then(|()| written.sync_all()).map_err(failed)?;
    given_up.not_yet().inspect_err(|_| {
        // What is beside the file is of no use, and nobody reads why it stays.
        let _ = fs::remove_file(&beside);
    })?;
    fs::rename(&beside, &path).map_err(failed)
}

fn format_of(file: &SaveTo) -> Result<&'static FormatDef, Diagnostic> {
    let found = formats::ALL.iter().copied().find(|format| format.name == file.format);
    found.ok_or_else(|| {
        Diagnostic::error(Code::E0703, format!("there is no format `{}`", file.format))
            .at(file.span)
            .help("this is a defect of orq: please report it with the query")
    })
}

/// The path, where a file of this format may be written over what is there.
fn permitted(file: &SaveTo, format: &FormatDef, permissions: &Permissions) -> Result<PathBuf, Diagnostic> {
    let path = allowed(file, permissions)?;
    if !permissions.may_replace() && !is_of_its_kind(&path, format) {
        let help = match permissions.sandbox() {
            Some(_) => "choose another name",
            None => "choose another name, or allow it with `--force`",
        };
        return Err(refused(file, "a file of another kind is there already", help));
    }
    Ok(path)
}

fn bytes(frame: &mut DataFrame, file: &SaveTo, format: &FormatDef, schema: &Schema) -> Result<Vec<u8>, Diagnostic> {
    match format.render {
        Render::Parquet => {
            let mut bytes = Vec::new();
            ParquetWriter::new(&mut bytes).finish(frame).map_err(defect)?;
            Ok(bytes)
        }
        Render::Text(render) => {
            let frame = collect::frame(frame, schema)?;
            let answer = Answer { query: String::new(), frame, coverage: Coverage::default(), warnings: Vec::new() };
            let looks = Looks { width: None, unicode: true, color: false, max_rows: None };
            let text = render(&[Titled { title: &file.title, answer: &answer, picture: file.picture }], &looks);
            text.map(String::into_bytes).map_err(|error| {
                Diagnostic::error(Code::E0302, error.to_string()).at(file.span).label("this file").help(error.help())
            })
        }
    }
}

/// The path, where it may be written.
fn allowed(file: &SaveTo, permissions: &Permissions) -> Result<PathBuf, Diagnostic> {
    let path = PathBuf::from(&file.path);
    if path.file_name().is_none() || path.is_dir() {
        return Err(refused(file, "this is a directory", "give the name of a file"));
    }
    let root = match &permissions.places {
        Places::Anywhere => return Ok(path),
        Places::Below(root) => root,
        Places::Sandbox(sandbox) => {
            return sandbox.target(&path).map_err(|refusal| no_target(&refusal, file));
        }
    };
    let below = "a script writes only below the working directory, and through no link";
    let help = "name a file below the working directory; a line on the command line may write anywhere";
    let real_root = root.canonicalize().map_err(|_| refused(file, below, help))?;
    let whole = root.join(&path);
    let parent = whole.parent().unwrap_or(root).canonicalize().map_err(|error| {
        Diagnostic::error(Code::E0701, format!("`{}` cannot be written: {error}", file.path))
            .at(file.span)
            .label("its directory")
            .help("make the directory first")
    })?;
    let is_link = fs::symlink_metadata(&whole).is_ok_and(|found| !found.is_file());
    let through_links = path.ancestors().skip(1).any(|part| root.join(part).is_symlink());
    if path.is_absolute() || !parent.starts_with(&real_root) || is_link || through_links {
        return Err(refused(file, below, help));
    }
    Ok(whole)
}

/// Why a file may not be written; where its directory is missing, that is what helps.
fn no_target(refusal: &Refusal, file: &SaveTo) -> Diagnostic {
    let error = refusal.of(&file.path, "written").at(file.span);
    match refusal {
        Refusal::Io(_) => error.label("its directory").help("make the directory first"),
        Refusal::Outside | Refusal::Link | Refusal::NoFile | Refusal::Swapped | Refusal::ReadOnly => error,
    }
}

/// Nothing is there, or what is there starts as a file of this format does.
fn is_of_its_kind(path: &Path, format: &FormatDef) -> bool {
    let Ok(found) = fs::symlink_metadata(path) else { return true };
    if !found.is_file() {
        // Pipes and devices are written by those who mean it.
        return false;
    }
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let named_so = ending.as_deref() == format.extension;
    let Ok(start) = first_bytes(path) else { return false };
    let starts = |with: &str| start.is_empty() || start.starts_with(with.as_bytes());
    named_so
        && match format.extension {
            Some("parquet") => starts("PAR1"),
            Some("json") => starts("["),
            Some("jsonl") => starts("{"),
            Some("html") => starts("<!DOCTYP"),
            Some("svg") => starts("<svg cla"),
            Some(_) => !start.starts_with(b"#!"),
            None => false,
        }
}

fn first_bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut start = Vec::new();
    fs::File::open(path)?.take(8).read_to_end(&mut start)?;
    Ok(start)
}

fn refused(file: &SaveTo, message: &str, help: &str) -> Diagnostic {
    Diagnostic::error(Code::E0702, format!("`{}` may not be written: {message}", file.path))
        .at(file.span)
        .label("refused")
        .help(help)
}
