//! Which scripts touch the same files: those run one after the other, in the order of their names.

use std::path::{Component, Path, PathBuf};

use super::sessions::Sessions;
use crate::cli::many as kept;
use crate::exec::{self, Permissions};
use crate::model::files::PATH;
use crate::session::CATALOG;
use crate::syntax;
use crate::syntax::ast::{Argument, ArgumentValue, ExprKind, Script, Source, Stage};
use crate::syntax::parts::{Part, each_part};
use crate::{sources, verbs};

/// A file that a script names.
#[derive(Clone, Debug, PartialEq, Eq)]
enum File {
    At(PathBuf),
    /// A pattern: what starts so.
    Like(String),
    /// A parameter says which.
    Any,
}

/// The files of one script, those of its libraries included.
#[derive(Debug, Default)]
pub struct Files {
    saved: Vec<File>,
    read: Vec<File>,
}

impl Files {
    /// Those that the words of a text name; nothing is opened but what it brings with `use`.
    fn of(text: &str, path: &Path, permissions: &Permissions) -> Self {
        let script = syntax::parse(text).script;
        let mut files = Self::default();
        files.add(&script);
        for library in exec::load(&script, Some(path), permissions).files {
            files.add(&library.script);
        }
        files
    }

    fn add(&mut self, script: &Script) {
        each_part(script, &mut |part| match part {
            Part::Source(Source::Named { name, arguments }) if name.value == sources::READ => {
                self.read.extend(path_of(arguments));
            }
            Part::Stage(stage)
                if CATALOG.verb(&stage.word.value).is_some_and(|verb| verb.name == verbs::save::VERB.name) =>
            {
                self.saved.push(saved(stage));
            }
            Part::Source(_) | Part::Stage(_) => {}
        });
    }

    /// One of them writes what the other reads or writes.
    pub fn clash(&self, other: &Self) -> bool {
        meet(&self.saved, &other.saved) || self.feeds(other) || other.feeds(self)
    }

    /// This writes what the other reads.
    pub fn feeds(&self, other: &Self) -> bool {
        meet(&self.saved, &other.read)
    }
}

/// The files of a script; none where it cannot be read.
pub fn touched(script: &kept::Script, sessions: &Sessions<'_>) -> Files {
    let Ok(query) = &script.query else { return Files::default() };
    Files::of(&query.text, Path::new(&script.name), &sessions.permissions(query))
}

/// For each script those before it that it cannot run beside.
pub fn waits(all: &[Files]) -> Vec<Vec<usize>> {
    let before = |(at, files): (usize, &Files)| {
        all.iter()
            .take(at)
            .enumerate()
            .filter(|(_, earlier)| earlier.clash(files))
            .map(|(earlier, _)| earlier)
            .collect()
    };
    all.iter().enumerate().map(before).collect()
}

fn meet(some: &[File], others: &[File]) -> bool {
    some.iter().any(|one| others.iter().any(|other| one.may_be(other)))
}

impl File {
    fn named(path: &str) -> Self {
        match path.find(['*', '?', '[']) {
            Some(end) => {
                Self::Like(plain(Path::new(path.get(..end).unwrap_or_default())).to_string_lossy().into_owned())
            }
            None => Self::at(path),
        }
    }

    /// Where a link leads, if one is there.
    fn at(path: &str) -> Self {
        let path = Path::new(path);
        Self::At(path.canonicalize().unwrap_or_else(|_| plain(path)))
    }

    fn may_be(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::At(one), Self::At(other)) => one == other,
            (Self::At(path), Self::Like(start)) | (Self::Like(start), Self::At(path)) => {
                path.to_string_lossy().starts_with(start)
            }
            (Self::Like(one), Self::Like(other)) => one.starts_with(other) || other.starts_with(one),
        }
    }
}

/// The path of `read`, which may be named or not; standard input is no file.
fn path_of(arguments: &[Argument]) -> Option<File> {
    let is_path = |argument: &&Argument| argument.name.as_ref().is_none_or(|name| name.value == PATH);
    match &arguments.iter().find(is_path)?.value {
        ArgumentValue::Text(path) | ArgumentValue::Bare(path) if path == "-" => None,
        ArgumentValue::Text(path) | ArgumentValue::Bare(path) => Some(File::named(path)),
        ArgumentValue::Param(_) => Some(File::Any),
    }
}

fn saved(stage: &Stage) -> File {
    match stage.items.first().map(|item| &item.value.kind) {
        Some(ExprKind::Text(path)) => File::at(path),
        _ => File::Any,
    }
}

/// From the working directory, without `.`, and with each `..` taken back.
fn plain(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut plain = PathBuf::new();
    for part in whole.components() {
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
