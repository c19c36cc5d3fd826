//! The directory of a recording: `recording.json`, which says of what and when it is, and a file for each call. Files are
//! written beside the old ones and put in their place; the manifest comes last. Nobody else may read them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Answer;
use super::asked::Asked;
use crate::diagnostics::{Code, Diagnostic};
use crate::harmless;
use crate::net::meta;

/// What a directory of ours has.
const MANIFEST: &str = "recording.json";

/// The form of the files; it goes up where an older orq cannot read them.
const VERSION: u64 = 1;

/// No file of a recording is longer, in bytes.
const LONGEST: u64 = 128 << 20;

/// What a recording is of.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// [`VERSION`].
    pub orq_recording: u64,
    /// The version of orq that made it.
    pub orq: String,
    /// The clock of the run.
    #[serde(with = "instant")]
    pub now: Timestamp,
    /// The zone that it counted days in.
    pub zone: String,
    /// The path of the base URL.
    pub base: String,
    /// What the cube was known to have.
    pub meta: Option<Value>,
    /// How many values were replaced, by field.
    pub scrubbed: BTreeMap<String, usize>,
    /// Files of calls, in the order in which they ended.
    pub calls: Vec<String>,
}

/// One call, in a file of its own.
#[derive(Debug, Serialize, Deserialize)]
pub struct Kept {
    pub request: Asked,
    pub answer: Answer,
}

/// Whether a directory holds a recording.
pub fn is_recording(directory: &Path) -> bool {
    directory.join(MANIFEST).is_file()
}

/// A recording may be written here: nothing is there, or an older one.
///
/// E0702 where a directory holds something else.
pub fn writable(directory: &Path) -> Result<(), Diagnostic> {
    let foreign = |what: &str| {
        Diagnostic::error(Code::E0702, format!("no recording is written to {}: {what}", shown(directory)))
            .help("name a directory that is new, empty, or holds a recording")
    };
    match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Err(foreign("it is no directory")),
        Err(error) => Err(unwritable(directory, &error)),
        Ok(mut entries) => match entries.next() {
            Some(_) if !is_recording(directory) => Err(foreign("it holds other files, and no recording")),
            Some(_) | None => Ok(()),
        },
    }
}

/// Writes a recording, and takes away the calls of the one that was there.
pub fn write(directory: &Path, manifest: Manifest, calls: &[Kept]) -> Result<(), Diagnostic> {
    writable(directory)?;
    let failed = |error: io::Error| unwritable(directory, &error);
    let older: Option<Manifest> = read(&directory.join(MANIFEST)).ok();
    make(directory).map_err(failed)?;
    let mut names: Vec<String> = Vec::new();
    for call in calls {
        let name = call.request.name();
        let often = names.iter().filter(|other| other.split('.').next() == Some(name.as_str())).count();
        let repeat = if often > 0 { format!(".{}", often + 1) } else { String::new() };
        let name = format!("{name}{repeat}.json");
        write_one(directory, &name, call).map_err(failed)?;
        names.push(name);
    }
    write_one(directory, MANIFEST, &Manifest { calls: names.clone(), ..manifest }).map_err(failed)?;
    for old in older.into_iter().flat_map(|older| older.calls).filter(|old| !names.contains(old) && is_name(old)) {
        // A file that is already gone, or cannot be removed, is not read any longer.
        let _ = fs::remove_file(directory.join(old));
    }
    Ok(())
}

/// The manifest and the calls of a recording.
///
/// E0701 where one cannot be read, is cut off, or is of a newer form.
pub fn load(directory: &Path) -> Result<(Manifest, Vec<Kept>), Diagnostic> {
    let file = directory.join(MANIFEST);
    if !is_recording(directory) {
        return Err(Diagnostic::error(Code::E0701, format!("{} holds no recording", shown(directory))).help(format!(
            "a recording has a file `{MANIFEST}`; make one with `--record {}` and a key",
            harmless::line(&directory.to_string_lossy())
        )));
    }
    let found: Value = read(&file)?;
    let version = found.get("orq_recording").and_then(Value::as_u64);
    if let Some(version) = version.filter(|version| *version > VERSION) {
        let message = format!("{} is of a newer form ({version}) than this orq reads ({VERSION})", shown(&file));
        return Err(Diagnostic::error(Code::E0701, message).help("use a newer orq, or record anew with this one"));
    }
    let manifest: Manifest =
        serde_json::from_value(found).map_err(|problem| unreadable(&file, &problem.to_string()))?;
    let mut calls = Vec::new();
    for name in &manifest.calls {
        if !is_name(name) {
            return Err(unreadable(&file, "it names a file outside of its directory"));
        }
        calls.push(read(&directory.join(name))?);
    }
    Ok((manifest, calls))
}

impl Manifest {
    /// Of this form, made by this orq.
    pub fn new(now: Timestamp, zone: String, base: String, meta: Option<Value>) -> Self {
        Self {
            orq_recording: VERSION,
            orq: env!("CARGO_PKG_VERSION").to_string(),
            now,
            zone,
            base,
            meta,
            scrubbed: BTreeMap::new(),
            calls: Vec::new(),
        }
    }
}

/// An instant as text.
mod instant {
    use jiff::Timestamp;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(now: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(now)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// A file in the directory itself.
fn is_name(name: &str) -> bool {
    !name.starts_with('.') && name.ends_with(".json") && !name.contains(['/', '\\', ':'])
}

fn read<T: DeserializeOwned>(file: &Path) -> Result<T, Diagnostic> {
    let about = fs::metadata(file).map_err(|error| unreadable(file, &error.to_string()))?;
    if !about.is_file() || about.len() > LONGEST {
        return Err(unreadable(file, "it is no file of a recording"));
    }
    let text = fs::read_to_string(file).map_err(|error| unreadable(file, &error.to_string()))?;
    serde_json::from_str(&text).map_err(|problem| {
        let what = if problem.is_eof() { format!("it is cut off: {problem}") } else { problem.to_string() };
        unreadable(file, &what)
    })
}

fn write_one<T: Serialize>(directory: &Path, name: &str, value: &T) -> io::Result<()> {
    let mut text = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
    text.push('\n');
    let new: PathBuf = directory.join(format!(".{name}.{}.new", std::process::id()));
    meta::write(&directory.join(name), &new, &text).inspect_err(|_| {
        // It may not be there, and nothing can be said of it that matters more than the error.
        let _ = fs::remove_file(&new);
    })
}

#[cfg(unix)]
fn make(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

#[cfg(not(unix))]
fn make(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)
}

fn unreadable(file: &Path, what: &str) -> Diagnostic {
    Diagnostic::error(Code::E0701, format!("{} cannot be read: {}", shown(file), harmless::line(what)))
        .help("record anew, or take the directory back from version control")
}

fn unwritable(directory: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::E0701, format!("the recording {} cannot be written: {error}", shown(directory)))
        .help("free space, or see who may write there")
}

fn shown(path: &Path) -> String {
    format!("`{}`", harmless::line(&path.to_string_lossy()))
}
