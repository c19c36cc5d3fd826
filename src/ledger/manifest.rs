//! The list of what is kept. It is replaced as a whole, and what it does not name is not there: a file that was written
//! before it was replaced is as good as never written.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::model::kept::{KINDS, KeptDay, KeptDays, Kind};

/// What the list is called.
pub const FILE: &str = "ledger.json";

/// The form of the list that this program writes, and the newest that it reads.
pub const VERSION: u32 = 1;

/// `2026-02`
pub fn month_of(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub orq_ledger: u32,
    /// Counts how often the list was replaced; names of files hold it.
    pub generation: u64,
    pub kinds: BTreeMap<String, Months>,
    /// What a key was called last, by its hash.
    #[serde(default)]
    pub key_names: BTreeMap<String, String>,
    /// Files that the list before named and this one does not: they are removed when the next one is made.
    #[serde(default)]
    pub superseded: Vec<String>,
}

pub type Months = BTreeMap<String, Kept>;

/// A month of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub file: String,
    /// The size of the file: one of another size is not the one that was written.
    pub bytes: u64,
    pub days: BTreeMap<Date, Day>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    pub fetched: Timestamp,
    pub rows: u64,
}

/// What is found where the list should be.
pub enum Read {
    Nothing,
    Whole(Manifest),
    /// And why, in a few words.
    Unusable(String),
}

impl Manifest {
    pub fn read(directory: &Path) -> Read {
        let text = match fs::read_to_string(directory.join(FILE)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Read::Nothing,
            Err(error) => return Read::Unusable(error.to_string()),
        };
        match serde_json::from_str::<Self>(&text) {
            Ok(found) if found.orq_ledger > VERSION => Read::Unusable("a newer orq wrote it".to_string()),
            Ok(found) => match found.changed(directory) {
                Some(file) => Read::Unusable(format!("`{file}` is missing or is not as it was written")),
                None => Read::Whole(found),
            },
            Err(_) => Read::Unusable("it is no list of a ledger, or not a whole one".to_string()),
        }
    }

    /// A file that is not as long as the one that was written.
    fn changed(&self, directory: &Path) -> Option<&str> {
        let kept = self.kinds.values().flat_map(BTreeMap::values);
        let mut files = kept.map(|kept| (kept.file.as_str(), kept.bytes));
        let differs = |(name, bytes): &(&str, u64)| {
            let is_name = !name.contains(['/', '\\']) && *name != "..";
            let about = fs::symlink_metadata(directory.join(name));
            !is_name || !about.is_ok_and(|about| about.is_file() && about.len() == *bytes)
        };
        files.find(differs).map(|(name, _)| name)
    }

    pub fn months(&self, kind: &Kind) -> impl Iterator<Item = (&String, &String)> {
        self.kinds.get(kind.name).into_iter().flatten().map(|(month, kept)| (month, &kept.file))
    }

    pub fn days(&self) -> KeptDays {
        let mut days = KeptDays::default();
        for kind in KINDS {
            let months = self.kinds.get(kind.name).into_iter().flatten();
            for (day, Day { fetched, rows }) in months.flat_map(|(_, kept)| &kept.days) {
                days.add(kind, *day, KeptDay { fetched: *fetched, rows: *rows });
            }
        }
        days
    }

    pub fn key_names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.key_names.iter().map(|(hash, name)| (hash.as_str(), name.as_str()))
    }
}
