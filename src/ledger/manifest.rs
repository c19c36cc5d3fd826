//! The list of what is kept. It is replaced as a whole, and what it does not name is not there: a file that was written
//! before it was replaced is as good as never written.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::model::kept::{KINDS, KeptDay, KeptDays, KeptNames, Kind};
use crate::net::Mark;

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
    /// What keys and users were called last.
    #[serde(default)]
    pub names: KeptNames,
    /// Files that an earlier list named and this one does not: they are removed when the next `orq sync` begins, for a
    /// query may still read them.
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
    /// What stands for all of its bytes; looked at by `orq ledger verify` alone.
    pub mark: Mark,
    pub days: BTreeMap<Date, Day>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    pub fetched: Timestamp,
    pub rows: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Timestamp>,
}

/// What is found where the list should be.
pub enum Read {
    Nothing,
    /// And the files that are not as they were written: their months are not in it.
    Found(Manifest, Vec<String>),
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
            Ok(mut found) => {
                let broken = found.without_broken(directory);
                Read::Found(found, broken)
            }
            Err(_) => Read::Unusable("it is no list of a ledger, or not a whole one".to_string()),
        }
    }

    /// Leaves out the months whose files are not as long as they were written, and returns those files.
    fn without_broken(&mut self, directory: &Path) -> Vec<String> {
        let mut broken = Vec::new();
        for months in self.kinds.values_mut() {
            months.retain(|_, Kept { file, bytes, .. }| {
                let is_name = !file.contains(['/', '\\']);
                let about = fs::symlink_metadata(directory.join(&file));
                let stands = is_name && about.is_ok_and(|about| about.is_file() && about.len() == *bytes);
                if !stands {
                    broken.push(file.clone());
                }
                stands
            });
        }
        broken
    }

    /// A name that it has, or had.
    pub fn names_file(&self, name: &str) -> bool {
        let kept = self.kinds.values().flat_map(BTreeMap::values).map(|kept| &kept.file);
        kept.chain(&self.superseded).any(|file| file == name)
    }

    pub fn months(&self, kind: &Kind) -> impl Iterator<Item = (&String, &String)> {
        self.kinds.get(kind.name).into_iter().flatten().map(|(month, kept)| (month, &kept.file))
    }

    pub fn days(&self) -> KeptDays {
        let mut days = KeptDays::knowing(self.names.clone());
        for kind in KINDS {
            let months = self.kinds.get(kind.name).into_iter().flatten();
            for (day, Day { fetched, rows, changed }) in months.flat_map(|(_, kept)| &kept.days) {
                days.add(kind, *day, KeptDay { fetched: *fetched, rows: *rows, changed: *changed });
            }
        }
        days
    }
}
