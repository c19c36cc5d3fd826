//! What a query may do on this machine: which files it reads and writes, what it may ask for, and how much it may take.

use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::diagnostics::{Code, Diagnostic};
use crate::model::rel::Rel;
use crate::sources;
use crate::span::Span;

/// What a query may do on this machine.
#[derive(Clone, Debug)]
pub struct Permissions {
    pub places: Places,
    /// Files of another kind may be replaced.
    pub force: bool,
}

/// Where files may be read and written.
#[derive(Clone, Debug)]
pub enum Places {
    /// A line that a person typed.
    Anywhere,
    /// A script that came from somewhere: only below this directory.
    Below(PathBuf),
    /// A text that nobody looked at before.
    Sandbox(Arc<Sandbox>),
}

/// What is left to a text that nobody looked at before.
#[derive(Debug)]
pub struct Sandbox {
    directories: Vec<Directory>,
    allowed: Allowed,
}

/// What a sandbox allows beside reading in its directories.
#[derive(Clone, Debug)]
pub struct Allowed {
    pub save: Save,
    pub content: Content,
    /// Rows of one table.
    pub rows: usize,
    /// One query.
    pub time: Duration,
}

/// Whether files may be written in the directories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Save {
    Allowed,
    Refused,
}

/// Whether what was asked and answered may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Allowed,
    Refused,
}

/// A directory as it was named, and where that leads.
#[derive(Debug)]
struct Directory {
    named: PathBuf,
    real: PathBuf,
}

/// Why a path is not allowed.
#[derive(Debug)]
pub enum Refusal {
    /// It leads out of the directories.
    Outside,
    /// It goes through a link, where none may be.
    Link,
    /// It is a device, a pipe, a socket or a directory.
    NoFile,
    /// It changed while it was looked at.
    Swapped,
    /// Nothing may be written at all.
    ReadOnly,
    Io(io::Error),
}

/// One query of a sandbox opens at most so many files at once.
pub const MOST_HELD: usize = 256;

impl Permissions {
    pub fn sandbox(&self) -> Option<&Sandbox> {
        match &self.places {
            Places::Sandbox(sandbox) => Some(sandbox),
            Places::Anywhere | Places::Below(_) => None,
        }
    }

    /// Whether files of another kind may be replaced; never by a text that nobody looked at before.
    pub fn may_replace(&self) -> bool {
        self.force && self.sandbox().is_none()
    }

    /// How many rows a table may have; any number where nothing is said.
    pub fn rows(&self) -> Option<usize> {
        self.sandbox().map(|sandbox| sandbox.allowed.rows)
    }

    /// How long one query may take.
    pub fn time(&self) -> Option<Duration> {
        self.sandbox().map(|sandbox| sandbox.allowed.time)
    }

    /// E0702 where a table is longer than it may be.
    pub fn few_enough(&self, rows: usize) -> Result<(), Diagnostic> {
        match self.rows() {
            Some(most) if rows > most => Err(Diagnostic::error(
                Code::E0702,
                format!("the answer has more rows than the {most} that are allowed"),
            )
            .help("group it, or end it with `| limit 100`; where it may be as long, start orq with `--budget-rows N`")),
            _ => Ok(()),
        }
    }

    /// E0702 where a plan asks for what was asked and answered, and may not.
    pub fn asks(&self, rel: &Rel) -> Result<(), Diagnostic> {
        if self.sandbox().is_none_or(|sandbox| sandbox.allowed.content == Content::Allowed) {
            return Ok(());
        }
        let asked: Option<(&str, Span)> = match rel {
            Rel::Scan(scan) => Some((scan.source.name, scan.span)),
            Rel::LookupJoin { source, span, .. } => Some((source.name, *span)),
            Rel::Read(_)
            | Rel::Constant { .. }
            | Rel::Last(_)
            | Rel::Filter { .. }
            | Rel::Project { .. }
            | Rel::Aggregate { .. }
            | Rel::Sort { .. }
            | Rel::Limit { .. }
            | Rel::Unnest { .. }
            | Rel::Join { .. }
            | Rel::Window { .. }
            | Rel::Union { .. }
            | Rel::Pivot { .. }
            | Rel::Unpivot { .. }
            | Rel::Fill { .. }
            | Rel::Sample { .. }
            | Rel::Describe { .. }
            | Rel::Assert { .. }
            | Rel::Save { .. } => None,
        };
        match asked {
            Some((name, span)) if name == sources::CONTENT => Err(Diagnostic::error(
                Code::E0702,
                format!("`{name}` may not be read: it is what was asked and answered"),
            )
            .at(span)
            .label("refused")
            .help("leave it out; where it may be read, start orq with `--allow-content`")),
            _ => Ok(()),
        }
    }
}

impl Sandbox {
    /// With these directories, relative ones below `here`. E0702 where one is not there.
    pub fn new(here: &Path, directories: &[PathBuf], allowed: Allowed) -> Result<Self, Diagnostic> {
        let directory = |path: &PathBuf| {
            let named = plain(&here.join(path));
            match named.canonicalize() {
                Ok(real) if real.is_dir() => Ok(Directory { named, real }),
                _ => Err(Diagnostic::error(Code::E0702, format!("`{}` is no directory that is there", path.display()))
                    .help("`--allow-dir` names a directory")),
            }
        };
        let directories = directories.iter().map(directory).collect::<Result<_, _>>()?;
        Ok(Self { directories, allowed })
    }

    /// The directories as they really are.
    pub fn directories(&self) -> impl Iterator<Item = &Path> {
        self.directories.iter().map(|directory| directory.real.as_path())
    }

    /// Whether files may be written at all.
    pub fn may_save(&self) -> bool {
        self.allowed.save == Save::Allowed
    }

    /// The directory that a path lies below by its words alone; nothing is looked at.
    fn around(&self, path: &Path) -> Result<(&Directory, PathBuf), Refusal> {
        let whole = std::path::absolute(path).map_err(Refusal::Io)?;
        let whole = plain(&whole);
        let below = |directory: &'_ Directory| {
            let rest = whole.strip_prefix(&directory.named).or_else(|_| whole.strip_prefix(&directory.real));
            rest.map(Path::to_path_buf).ok()
        };
        let found = self.directories.iter().find_map(|directory| Some((directory, below(directory)?)));
        found.ok_or(Refusal::Outside)
    }

    /// Whether a pattern can name files of the directories only, links aside.
    pub fn pattern(&self, pattern: &str) -> Result<(), Refusal> {
        self.around(Path::new(pattern)).map(|_| ())
    }

    /// Where a path leads, which is below one of the directories; links are followed.
    pub fn real(&self, path: &Path) -> Result<PathBuf, Refusal> {
        // What lies outside is not even looked at: that it is there would be news.
        self.around(path)?;
        let real = path.canonicalize().map_err(Refusal::Io)?;
        if self.directories().any(|directory| real.starts_with(directory)) { Ok(real) } else { Err(Refusal::Outside) }
    }

    /// The regular file at a path, opened; what stands there later is not read.
    pub fn open(&self, path: &Path) -> Result<File, Refusal> {
        let real = self.real(path)?;
        let before = fs::symlink_metadata(&real).map_err(Refusal::Io)?;
        if !before.is_file() {
            return Err(Refusal::NoFile);
        }
        let file = File::open(&real).map_err(Refusal::Io)?;
        let opened = file.metadata().map_err(Refusal::Io)?;
        // A part of the path may have become a link meanwhile, and the file another.
        if !opened.is_file() || !is_same(&before, &opened) || self.real(path)? != real {
            return Err(Refusal::Swapped);
        }
        Ok(file)
    }

    /// Where a file may be written: no part of its path is a link, and what is there is a regular file.
    pub fn target(&self, path: &Path) -> Result<PathBuf, Refusal> {
        if !self.may_save() {
            return Err(Refusal::ReadOnly);
        }
        let (directory, rest) = self.around(path)?;
        let mut whole = directory.real.clone();
        for part in rest.parent().into_iter().flat_map(Path::components) {
            whole.push(part);
            let found = fs::symlink_metadata(&whole).map_err(Refusal::Io)?;
            if found.is_symlink() {
                return Err(Refusal::Link);
            }
        }
        whole.extend(rest.file_name());
        match fs::symlink_metadata(&whole) {
            Ok(found) if found.is_symlink() => Err(Refusal::Link),
            Ok(found) if !found.is_file() => Err(Refusal::NoFile),
            _ => Ok(whole),
        }
    }
}

impl Refusal {
    /// What a query did not get, in a word of the file: `read` or `written`.
    pub fn of(&self, name: &str, what: &str) -> Diagnostic {
        let refused = |why: &str, help: &str| {
            Diagnostic::error(Code::E0702, format!("`{name}` may not be {what}: {why}")).label("refused").help(help)
        };
        match self {
            Self::Outside => refused(
                "it is outside of the directories that are allowed",
                "name a file in one of them; to allow another, start orq with `--allow-dir DIR`",
            ),
            Self::Link => refused("a part of its path is a link", "name the file by the path that the link stands for"),
            Self::NoFile => refused("this is no regular file", "name a file of data"),
            Self::Swapped => refused("it changed while it was opened", "run the query again"),
            Self::ReadOnly => refused(
                "nothing may be saved here",
                "leave `save` out; where files may be written, start orq with `--allow-save`",
            ),
            Self::Io(error) => Diagnostic::error(Code::E0701, format!("`{name}` cannot be {what}: {error}"))
                .label("this file")
                .help("a path is relative to the working directory"),
        }
    }
}

/// The path without `.`, and with each `..` taken back; links are not looked at.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => plain.push(part),
        }
    }
    plain
}

#[cfg(unix)]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Where files have no numbers, their sizes and times are what tells them apart.
#[cfg(not(unix))]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    one.len() == other.len() && one.modified().ok() == other.modified().ok()
}
