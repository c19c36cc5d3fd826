//! Where keys are found: the environment, the user's profile, `--key-file`, `./.env`, `~/.openclaw/.env`, in that
//! order. Nothing is read and no command runs before a key is needed, and no text made here holds a key.

mod dotenv;
mod key;
mod mark;
mod places;
mod profile;
mod setup;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::OnceLock;

use secrecy::{ExposeSecret, SecretString};

use crate::diagnostics::{Code, Diagnostic};
use crate::harmless;
use crate::model::request::KeyKind;

use profile::Entry;

pub use key::{Key, Origin, variable};
pub use mark::Mark;
pub use places::{Env, Places};
pub use setup::{Configuration, Written, configuration, write_configuration};

/// More than any file of keys or configuration holds, in bytes.
const LONGEST_FILE: u64 = 1 << 20;

/// The keys of the user, found when they are needed and kept from then on.
pub struct Credentials {
    places: Places,
    management: Kept<Option<Key>>,
    api: Kept<Option<Key>>,
    /// The text of `--key-file`, which may be a pipe that can be read once.
    key_file: Kept<SecretString>,
}

/// What was looked for once, or why that failed.
type Kept<T> = OnceLock<Result<T, Diagnostic>>;

/// Where a key is, before any command has run for it.
enum Found {
    Key(Key),
    Entry(Entry),
}

impl Credentials {
    pub fn new(places: Places) -> Self {
        Self { places, management: OnceLock::new(), api: OnceLock::new(), key_file: OnceLock::new() }
    }

    /// The keys of the demo account; the user's own are not looked at.
    pub fn demo(management: &str, api: &str) -> Self {
        let keep = |kind, text: &str| OnceLock::from(Key::new(SecretString::from(text), kind, Origin::Demo).map(Some));
        Self {
            management: keep(KeyKind::Management, management),
            api: keep(KeyKind::Api, api),
            ..Self::new(Places::nowhere())
        }
    }

    /// The key for an endpoint that takes this kind. Where either will do, a management key is preferred, for it sees
    /// the whole account. A key of unknown kind serves for both.
    ///
    /// E0501 where there is none, or it cannot be used; E0502 where there is only one of the other kind; E0701 where a
    /// file cannot be read.
    pub fn for_kind(&self, kind: KeyKind) -> Result<&Key, Diagnostic> {
        let wanted: &[KeyKind] = match kind {
            KeyKind::Either => &[KeyKind::Management, KeyKind::Api],
            KeyKind::Management => &[KeyKind::Management],
            KeyKind::Api => &[KeyKind::Api],
        };
        for &kind in wanted {
            if let Some(key) = self.of_kind(kind)? {
                return Ok(key);
            }
        }
        Err(self.missing(kind))
    }

    /// The key of one kind, where there is one; looked for once. E0501 where what is there is no key, E0701 where a file
    /// cannot be read.
    pub fn of_kind(&self, kind: KeyKind) -> Result<Option<&Key>, Diagnostic> {
        let kept = if kind == KeyKind::Api { &self.api } else { &self.management };
        let look = || match self.find(kind)? {
            None => Ok(None),
            Some(Found::Key(key)) => Ok(Some(key)),
            Some(Found::Entry(entry)) => entry.key(&self.places, kind).map(Some),
        };
        kept.get_or_init(look).as_ref().map(Option::as_ref).map_err(Clone::clone)
    }

    /// The first place that has a key of this kind.
    fn find(&self, kind: KeyKind) -> Result<Option<Found>, Diagnostic> {
        if let Some(text) = self.places.variable(variable(kind)) {
            let key = Key::new(SecretString::from(text), kind, Origin::Variable(variable(kind)))?;
            return Ok(Some(Found::Key(key)));
        }
        if let Some(entry) = profile::entry(&self.places, kind)? {
            return Ok(Some(Found::Entry(entry)));
        }
        if let Some(path) = self.places.key_file_path()
            && let Some(key) = dotenv::key_or_bare(self.key_file(&path)?, &path, kind)?
        {
            return Ok(Some(Found::Key(key)));
        }
        for path in self.places.dotenvs() {
            // A directory called `.env`, or a pipe, is somebody else's.
            if path.is_file()
                && let Some(text) = read(&path)?
                && let Some(key) = dotenv::key(&text, &path, kind)?
            {
                return Ok(Some(Found::Key(key)));
            }
        }
        Ok(None)
    }

    /// Where the key of one kind is; none where there is none. Runs no command to find out.
    pub fn origin(&self, kind: KeyKind) -> Result<Option<Origin>, Diagnostic> {
        let kept = if kind == KeyKind::Api { &self.api } else { &self.management };
        if let Some(Ok(Some(key))) = kept.get() {
            return Ok(Some(key.origin().clone()));
        }
        Ok(self.find(kind)?.map(|found| match found {
            Found::Key(key) => key.origin().clone(),
            Found::Entry(entry) => entry.origin(&self.places),
        }))
    }

    /// What stands for the key of one kind, or for the command that gives it; none where there is none. Runs no command.
    pub fn mark(&self, kind: KeyKind) -> Result<Option<Mark>, Diagnostic> {
        let of_key = |key: &Key| Mark::of(key.secret().expose_secret());
        let kept = if kind == KeyKind::Api { &self.api } else { &self.management };
        Ok(match (self.find(kind)?, kept.get()) {
            (Some(Found::Key(key)), _) => Some(of_key(&key)),
            (Some(Found::Entry(entry)), _) => Some(Mark::of(&entry.origin(&self.places).to_string())),
            (None, Some(Ok(Some(key)))) => Some(of_key(key)),
            (None, _) => None,
        })
    }

    fn key_file(&self, path: &Path) -> Result<&str, Diagnostic> {
        let look = || match read(path)? {
            Some(text) => Ok(SecretString::from(text)),
            None => Err(Diagnostic::error(Code::E0701, format!("the key file {} does not exist", shown(path)))
                .help("give `--key-file` the path of a file that holds the key")),
        };
        self.key_file.get_or_init(look).as_ref().map(ExposeSecret::expose_secret).map_err(Clone::clone)
    }

    /// There is no key for this kind of endpoint; perhaps one of the other kind. Runs no command to find out.
    fn missing(&self, kind: KeyKind) -> Diagnostic {
        let variable = variable(kind);
        let (wanted, other) = match kind {
            KeyKind::Management => ("a management key", Some((KeyKind::Api, "an API key"))),
            KeyKind::Api => ("an API key", Some((KeyKind::Management, "a management key"))),
            KeyKind::Either => ("a key", None),
        };
        let variables = match kind {
            KeyKind::Management | KeyKind::Api => variable.to_string(),
            KeyKind::Either => format!("{variable} or {}", key::variable(KeyKind::Api)),
        };
        let there = other.filter(|(other, _)| matches!(self.find(*other), Ok(Some(_))));
        match there {
            Some((_, other)) => Diagnostic::error(
                Code::E0502,
                format!("this needs {wanted}; there is only {other}, which cannot stand in for it"),
            )
            .help(format!("set {variable} to {wanted}; both kinds are made in the settings of openrouter.ai")),
            None => Diagnostic::error(Code::E0501, format!("this needs {wanted}, and none was found")).help(format!(
                "set {variables} to {wanted} of openrouter.ai, or try the query on the demo account with `--demo`"
            )),
        }
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// The text of a file; none where there is no such file. E0701 where it cannot be read, or is too long.
fn read(path: &Path) -> Result<Option<String>, Diagnostic> {
    let mut bytes = Vec::new();
    match File::open(path).and_then(|file| file.take(LONGEST_FILE + 1).read_to_end(&mut bytes)) {
        Ok(_) if bytes.len() as u64 > LONGEST_FILE => {
            Err(Diagnostic::error(Code::E0701, format!("{} is too long for a file of keys", shown(path)))
                .help("give the path of a file that holds the key alone"))
        }
        // What is not UTF-8 may stand beside a key; within one, it is found when the key is used.
        Ok(_) => Ok(Some(String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_string())),
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(problem) => Err(Diagnostic::error(Code::E0701, format!("{} cannot be read: {problem}", shown(path)))
            .help("make the file readable, or move it away")),
    }
}

/// A path in backticks, harmless to show.
fn shown(path: &Path) -> String {
    format!("`{}`", harmless::line(&path.to_string_lossy()))
}
