//! A change of the ledger: the new files are written beside the old ones, then the list takes the place of the list before,
//! and that is the moment of the change. Killed at any time, what was there stands.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;

use super::Ledger;
use super::manifest::{Day, FILE, Kept, Manifest, Read, VERSION};
use super::trouble;
use crate::diagnostics::Diagnostic;
use crate::model::kept::Kind;

const LOCK: &str = "lock";

/// The rows of a month as they will be, and how many each new day has.
pub struct Month {
    pub kind: &'static Kind,
    pub name: String,
    pub bytes: Vec<u8>,
    pub days: BTreeMap<Date, u64>,
}

/// The right to change a ledger; no other process has it at the same time.
#[derive(Debug)]
pub struct Writing {
    directory: PathBuf,
    manifest: Manifest,
    _lock: File,
}

impl Writing {
    /// Takes the lock, and sets aside what cannot be used. Returns what was set aside, to be told.
    pub fn begin(directory: &Path) -> Result<(Self, Option<PathBuf>), Diagnostic> {
        private_directory(directory).map_err(|error| trouble::unwritable(directory, &error))?;
        let path = directory.join(LOCK);
        let lock = private(&path, false).map_err(|error| trouble::unwritable(&path, &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(trouble::taken(&path)),
            Err(TryLockError::Error(error)) => return Err(trouble::unwritable(&path, &error)),
        }
        let (manifest, aside) = match Manifest::read(directory) {
            Read::Nothing => (Manifest::default(), None),
            Read::Whole(manifest) => (manifest, None),
            Read::Unusable(_) => (
                Manifest::default(),
                Some(set_aside(directory).map_err(|error| trouble::unwritable(directory, &error))?),
            ),
        };
        let writing = Self { directory: directory.to_path_buf(), manifest, _lock: lock };
        writing.tidy();
        Ok((writing, aside))
    }

    pub fn ledger(&self) -> Ledger {
        Ledger::of(&self.directory, self.manifest.clone())
    }

    /// Puts these months in the place of the ones before, all or none of them.
    pub fn put(
        &mut self,
        months: Vec<Month>,
        key_names: BTreeMap<String, String>,
        now: Timestamp,
    ) -> Result<(), Diagnostic> {
        let mut next = Manifest {
            orq_ledger: VERSION,
            generation: self.manifest.generation + 1,
            superseded: Vec::new(),
            ..self.manifest.clone()
        };
        next.key_names.extend(key_names);
        for month in months {
            let file = format!("{}-{}.{}.parquet", month.kind.name, month.name, next.generation);
            let path = self.directory.join(&file);
            replace(&path, &month.bytes)?;
            let bytes = month.bytes.len() as u64;
            let kept = next.kinds.entry(month.kind.name.to_string()).or_default();
            let kept =
                kept.entry(month.name).or_insert_with(|| Kept { file: String::new(), bytes, days: BTreeMap::new() });
            let before = std::mem::replace(&mut kept.file, file);
            if !before.is_empty() {
                next.superseded.push(before);
            }
            kept.bytes = bytes;
            kept.days.extend(month.days.into_iter().map(|(day, rows)| (day, Day { fetched: now, rows })));
        }
        let list = self.directory.join(FILE);
        let text = serde_json::to_vec(&next).map_err(|error| trouble::unwritable(&list, &io::Error::other(error)))?;
        replace(&list, &text)?;
        self.manifest = next;
        Ok(())
    }

    /// Removes what the list before named. That is done when the next change begins, for queries may still read it.
    fn tidy(&self) {
        for file in &self.manifest.superseded {
            let _ = fs::remove_file(self.directory.join(file));
        }
    }
}

/// Writes beside a file, and renames; it is on the disk when this returns.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let beside = path.with_extension("part");
    let written = private_directory(directory).and_then(|()| private(&beside, true)).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let placed = written.and_then(|()| fs::rename(&beside, path)).and_then(|()| synced(directory));
    placed.map_err(|error| {
        // What is half written is of no use; that it cannot be removed either would not be news.
        let _ = fs::remove_file(&beside);
        trouble::unwritable(path, &error)
    })
}

/// Moves all that is there into a directory of its own, beside the lock.
fn set_aside(directory: &Path) -> io::Result<PathBuf> {
    let free = (1..).map(|number| directory.join(format!("aside-{number}"))).find(|path| !path.exists());
    let aside = free.unwrap_or_else(|| directory.join("aside"));
    private_directory(&aside)?;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        if name != LOCK && entry.file_type()?.is_file() {
            fs::rename(entry.path(), aside.join(name))?;
        }
    }
    synced(directory)?;
    Ok(aside)
}

#[cfg(unix)]
fn private_directory(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

#[cfg(not(unix))]
fn private_directory(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)
}

/// A file with access for nobody else.
fn private(path: &Path, empty: bool) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.create(true).write(true).truncate(empty);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The names in a directory are on the disk.
#[cfg(unix)]
fn synced(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn synced(_: &Path) -> io::Result<()> {
    Ok(())
}
