//! The local history: which days of an account are kept, in which files. What is in the files is for `exec` to read.

mod account;
mod manifest;
mod trouble;
mod write;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use crate::diagnostics::Diagnostic;
use crate::model::kept::{KeptDays, Kind};
use crate::model::window::Days;
use crate::net::Mark;
use manifest::{Manifest, Read};

pub use account::Accounts;
pub use manifest::month_of;
pub use trouble::unreadable_rows;
pub use write::{Aside, Month, NewDay, Writing};

/// The history of one account; empty where nothing is kept.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    directory: Option<PathBuf>,
    manifest: Arc<Manifest>,
    days: Arc<KeptDays>,
}

impl Ledger {
    /// A directory, before anything in it is looked at.
    pub fn at(directory: &Path) -> Self {
        Self { directory: Some(directory.to_path_buf()), ..Self::default() }
    }

    /// What is kept in a directory; and what is to be said where that cannot be used.
    pub fn open(directory: &Path) -> (Self, Option<Diagnostic>) {
        match Manifest::read(directory) {
            Read::Nothing => (Self::at(directory), None),
            Read::Found(manifest, broken) => {
                let said = (!broken.is_empty()).then(|| trouble::broken(directory, &broken));
                (Self::of(directory, manifest), said)
            }
            Read::Unusable(why) => (Self::at(directory), Some(trouble::unusable(directory, &why))),
        }
    }

    fn of(directory: &Path, manifest: Manifest) -> Self {
        let days = Arc::new(manifest.days());
        Self { directory: Some(directory.to_path_buf()), manifest: Arc::new(manifest), days }
    }

    /// As it is now: another process may have changed it.
    pub fn again(&self) -> (Self, Option<Diagnostic>) {
        match &self.directory {
            Some(directory) => Self::open(directory),
            None => (Self::default(), None),
        }
    }

    pub fn days(&self) -> Arc<KeptDays> {
        Arc::clone(&self.days)
    }

    pub fn directory(&self) -> Option<&Path> {
        self.directory.as_deref()
    }

    /// The files that have rows of these days.
    pub fn files(&self, kind: &Kind, days: Days) -> Vec<PathBuf> {
        let Some(directory) = &self.directory else { return Vec::new() };
        let (first, last) = (month_of(days.first), month_of(days.last));
        let months = self.manifest.months(kind).filter(|(month, _)| (&first..=&last).contains(month));
        months.map(|(_, file)| directory.join(file)).collect()
    }

    /// The file of a month, where there is one.
    pub fn file(&self, kind: &Kind, day: Date) -> Option<PathBuf> {
        self.files(kind, Days { first: day, last: day }).pop()
    }

    /// The files whose bytes are not those that were written.
    pub fn altered(&self) -> Vec<String> {
        let Some(directory) = &self.directory else { return Vec::new() };
        let kept = self.manifest.kinds.values().flat_map(BTreeMap::values);
        let stands = |kept: &&manifest::Kept| {
            fs::read(directory.join(&kept.file)).is_ok_and(|bytes| Mark::of_bytes(&bytes) == kept.mark)
        };
        kept.filter(|kept| !stands(kept)).map(|kept| kept.file.clone()).collect()
    }

    /// How many bytes it takes.
    pub fn size(&self) -> u64 {
        let directory = self.directory.iter().flat_map(fs::read_dir).flatten().flatten();
        directory.filter_map(|entry| entry.metadata().ok()).map(|about| about.len()).sum()
    }
}
