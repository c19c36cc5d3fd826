//! A key that cannot be printed, and where it comes from, which can.

use std::fmt;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use super::shown;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::request::KeyKind;

/// A key and what is known of it. `Debug` shows where it comes from, never the key.
#[derive(Clone)]
pub struct Key {
    secret: SecretString,
    kind: KeyKind,
    origin: Origin,
}

/// Where a key comes from, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A variable of the environment.
    Variable(&'static str),
    /// A command of a profile.
    Command { profile: String, entry: &'static str },
    /// A `.env`, a key file, or a file that a profile names.
    File(PathBuf),
    /// The demo account.
    Demo,
    /// The run that recorded what is answered now.
    Recording,
}

impl Key {
    /// A key as it was found; white space around it does not count. E0501 where no key looks like that.
    pub fn new(text: SecretString, kind: KeyKind, origin: Origin) -> Result<Self, Diagnostic> {
        let text = text.expose_secret().trim();
        if text.is_empty() {
            return Err(Diagnostic::error(Code::E0501, format!("{origin} gives no key: it is empty"))
                .help(format!("put the key there, or set {}", variable(kind))));
        }
        if !text.chars().all(|c| c.is_ascii_graphic()) {
            let what = "spaces, line ends, or letters beyond ASCII within it";
            return Err(Diagnostic::error(Code::E0501, format!("the key from {origin} has {what}, as no key has"))
                .help("copy the key anew, and put it there alone, on one line"));
        }
        Ok(Self { secret: SecretString::from(text), kind, origin })
    }

    /// Stands for the key of a run that was recorded: it is nowhere sent.
    pub fn of_recording(kind: KeyKind) -> Self {
        Self { secret: SecretString::from("no key"), kind, origin: Origin::Recording }
    }

    /// The key itself: for the header of a request, and nothing else.
    pub fn secret(&self) -> &SecretString {
        &self.secret
    }

    /// `Either` where it is not known: a bare key of a file, until the API says otherwise.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The same key, by somebody who knows its kind.
    pub(super) fn of_kind(self, kind: KeyKind) -> Self {
        Self { kind, ..self }
    }

    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:?} from {})", self.kind, self.origin)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "the environment variable {name}"),
            Self::Command { profile, entry } => write!(f, "`{entry}` of the profile `{profile}`"),
            Self::File(path) => write!(f, "the file {}", shown(path)),
            Self::Demo => f.write_str("the demo account"),
            Self::Recording => f.write_str("the run that was recorded"),
        }
    }
}

/// The variable that sets a key of this kind, in the environment and in `.env` files.
pub const fn variable(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Management | KeyKind::Either => "OPENROUTER_MANAGEMENT_KEY",
        KeyKind::Api => "OPENROUTER_API_KEY",
    }
}
