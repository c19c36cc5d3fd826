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
use crate::model::kept::{KINDS, KeptNames, Kind};
use crate::net::Mark;

const LOCK: &str = "lock";

/// How a file ends that is not whole yet.
const PART: &str = ".part";

/// The rows of a month as they will be, and what is to be known of each new day.
pub struct Month {
    pub kind: &'static Kind,
    pub name: String,
    pub bytes: Vec<u8>,
    pub days: BTreeMap<Date, NewDay>,
}

#[derive(Clone, Copy, Debug)]
pub struct NewDay {
    pub rows: u64,
    /// The day was kept already, with other rows.
    pub changed: bool,
}

/// What could not be used, and where it is now.
#[derive(Debug)]
pub struct Aside {
    pub directory: PathBuf,
    pub why: String,
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
    pub fn begin(directory: &Path) -> Result<(Self, Option<Aside>), Diagnostic> {
        private_directory(directory).map_err(|error| trouble::unwritable(directory, &error))?;
        let lock = locked(directory, Waits::No)?;
        let (manifest, aside) = match Manifest::read(directory) {
            Read::Nothing => {
                let files = files_in(directory).map_err(|error| trouble::unwritable(directory, &error))?;
                (Manifest::default(), Some((files, "they are in no list".to_string())))
            }
            Read::Found(manifest, broken) => {
                // What is missing cannot be moved.
                let there = broken.into_iter().filter(|file| is_ours(file) && directory.join(file).exists()).collect();
                (manifest, Some((there, "they are not as they were written".to_string())))
            }
            Read::Unusable(why) => {
                let files = files_in(directory).map_err(|error| trouble::unwritable(directory, &error))?;
                (Manifest::default(), Some((files, why)))
            }
        };
        let aside = match aside.filter(|(files, _)| !files.is_empty()) {
            Some((files, why)) => {
                let to = set_aside(directory, &files).map_err(|error| trouble::unwritable(directory, &error))?;
                Some(Aside { directory: to, why })
            }
            None => None,
        };
        let mut writing = Self { directory: directory.to_path_buf(), manifest, _lock: lock };
        writing.tidy();
        if writing.manifest.generation == 0 {
            // From here on, files without a list are a sign of a list that was lost.
            writing.replace_list(Manifest { orq_ledger: VERSION, generation: 1, ..writing.manifest.clone() })?;
        }
        Ok((writing, aside))
    }

    pub fn ledger(&self) -> Ledger {
        Ledger::of(&self.directory, self.manifest.clone())
    }

    /// Puts these months in the place of the ones before, all or none of them. They were asked for at this time.
    pub fn put(&mut self, months: Vec<Month>, names: KeptNames, asked: Timestamp) -> Result<(), Diagnostic> {
        let mut next =
            Manifest { orq_ledger: VERSION, generation: self.manifest.generation + 1, ..self.manifest.clone() };
        for (column, names) in names {
            next.names.entry(column).or_default().extend(names);
        }
        for month in months {
            let file = format!("{}-{}.{}.parquet", month.kind.name, month.name, next.generation);
            let path = self.directory.join(&file);
            replace(&path, &month.bytes)?;
            let of_kind = next.kinds.entry(month.kind.name.to_string()).or_default();
            let mut days = BTreeMap::new();
            if let Some(before) = of_kind.remove(&month.name) {
                next.superseded.push(before.file);
                days = before.days;
            }
            for (day, NewDay { rows, changed }) in month.days {
                let changed = if changed { Some(asked) } else { days.get(&day).and_then(|day: &Day| day.changed) };
                days.insert(day, Day { fetched: asked, rows, changed });
            }
            let mark = Mark::of_bytes(&month.bytes);
            of_kind.insert(month.name, Kept { file, bytes: month.bytes.len() as u64, mark, days });
        }
        self.replace_list(next)
    }

    fn replace_list(&mut self, next: Manifest) -> Result<(), Diagnostic> {
        let list = self.directory.join(FILE);
        let text = serde_json::to_vec(&next).map_err(|error| trouble::unwritable(&list, &io::Error::other(error)))?;
        replace(&list, &text)?;
        self.manifest = next;
        Ok(())
    }

    /// Removes what an earlier list named, and what was written for one that never came.
    fn tidy(&mut self) {
        for file in std::mem::take(&mut self.manifest.superseded).iter().filter(|file| is_ours(file)) {
            let _ = fs::remove_file(self.directory.join(file));
        }
        let next = format!(".{}.parquet", self.manifest.generation + 1);
        for file in files_in(&self.directory).unwrap_or_default() {
            let is_left = (is_ours(&file) && file.ends_with(&next)) || file.ends_with(PART);
            if is_left && !self.manifest.names_file(&file) {
                let _ = fs::remove_file(self.directory.join(file));
            }
        }
    }
}

/// A name that files of the ledger have: a list of somebody else's making may hold any.
fn is_ours(file: &str) -> bool {
    let of_kind = KINDS.iter().any(|kind| file.strip_prefix(kind.name).is_some_and(|rest| rest.starts_with('-')));
    of_kind && file.ends_with(".parquet") && !file.contains(['/', '\\'])
}

/// Whether one waits for another process that holds a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    Yes,
    No,
}

/// The lock of a directory, held until the file is closed.
pub fn locked(directory: &Path, waits: Waits) -> Result<File, Diagnostic> {
    let path = directory.join(LOCK);
    let opened = private_directory(directory).and_then(|()| private(&path, false));
    let lock = opened.map_err(|error| trouble::unwritable(&path, &error))?;
    let taken = match waits {
        Waits::Yes => lock.lock().map_err(TryLockError::Error),
        Waits::No => lock.try_lock(),
    };
    match taken {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(trouble::taken(&path)),
        Err(TryLockError::Error(error)) => Err(trouble::unwritable(&path, &error)),
    }
}

/// Writes beside a file, and renames; it is on the disk when this returns.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let beside = path.with_extension(PART.trim_start_matches('.'));
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

/// The plain files of a directory but for the lock.
fn files_in(directory: &Path) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name != LOCK && entry.file_type()?.is_file() {
            files.push(name);
        }
    }
    Ok(files)
}

/// Moves files into a new directory beside them.
pub fn set_aside(directory: &Path, files: &[String]) -> io::Result<PathBuf> {
    let free = (1..).map(|number| directory.join(format!("aside-{number}"))).find(|path| !path.exists());
    let aside = free.unwrap_or_else(|| directory.join("aside"));
    private_directory(&aside)?;
    for name in files {
        fs::rename(directory.join(name), aside.join(name))?;
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
