//! Whose history it is: accounts by a mark of their user, found by marks of the keys that were used. A key may be replaced
//! by another of the same account; no key can be read from its mark.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::trouble;
use super::write::{Aside, Waits, locked, replace, set_aside};
use crate::diagnostics::Diagnostic;
use crate::net::Mark;

const FILE: &str = "accounts.json";

/// The accounts of one API that something is kept of.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    directory: PathBuf,
    known: Known,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Known {
    /// The account of each key that was used.
    keys: BTreeMap<String, Mark>,
    /// The one that was written last.
    last: Option<Mark>,
}

impl Accounts {
    /// Those of a directory; none where nothing was ever kept.
    pub fn read(directory: &Path) -> Self {
        let text = fs::read_to_string(directory.join(FILE)).ok();
        let known = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        Self { directory: directory.to_path_buf(), known }
    }

    /// Nothing was ever kept.
    pub fn are_none(&self) -> bool {
        self.known.last.is_none()
    }

    /// The directory of the account that a key is of; that of the last one where there is no key at all. Nothing where
    /// the key was never used before.
    pub fn directory_of(&self, key: Option<&Mark>) -> Option<PathBuf> {
        let account = match key {
            Some(key) => self.known.keys.get(key.text()),
            None => self.known.last.as_ref(),
        };
        account.map(|account| self.directory.join(account.text()))
    }

    /// Notes that a key is of this account. Returns the directory of the account; and what was there and cannot be used,
    /// where it is now.
    pub fn note(directory: &Path, key: Option<&Mark>, account: Mark) -> Result<(PathBuf, Option<Aside>), Diagnostic> {
        let _lock = locked(directory, Waits::Yes)?;
        let path = directory.join(FILE);
        let text = match fs::read(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(trouble::unwritable(&path, &error)),
        };
        let (mut known, aside) = match text.map(|text| serde_json::from_slice::<Known>(&text)) {
            None => (Known::default(), None),
            Some(Ok(known)) => (known, None),
            Some(Err(_)) => {
                let to = set_aside(directory, &[FILE.to_string()]);
                let to = to.map_err(|error| trouble::unwritable(&path, &error))?;
                let why = "it is no list of accounts, or not a whole one".to_string();
                (Known::default(), Some(Aside { directory: to, why }))
            }
        };
        let of_account = directory.join(account.text());
        if let Some(key) = key {
            known.keys.insert(key.text().to_string(), account.clone());
        }
        known.last = Some(account);
        let text = serde_json::to_vec(&known).map_err(|error| trouble::unwritable(&path, &io::Error::other(error)))?;
        replace(&path, &text)?;
        Ok((of_account, aside))
    }
}
