//! What can go wrong with one attempt, as a value: it decides on another attempt, and becomes a diagnostic at last.

use std::error::Error;
use std::io;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Why one attempt has no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The API answered that it will not or cannot.
    Refused(Refusal),
    /// No answer, or only a part of one.
    Broken(Break),
    /// A whole answer that is none.
    Unreadable(Unreadable),
}

/// Why an answer cannot be read. Its texts are fit to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Something that is not JSON; where it stops being JSON, and how it begins.
    NotJson { line: usize, column: usize, beginning: String },
    /// More than this many bytes.
    TooLong(usize),
}

/// A status other than 2xx. Its texts are fit to show.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    pub status: u16,
    /// The message of the error body, where there is one (fact 33).
    pub message: Option<String>,
    /// How long the API wants to be left alone.
    pub retry_after: Option<Duration>,
    /// Where a redirect leads.
    pub location: Option<String>,
}

/// How a connection can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// The name of the host has no address.
    NoSuchHost,
    /// The host is there, but nothing listens.
    ConnectionRefused,
    /// TLS failed: a certificate that is not trusted, most of the time.
    Untrusted,
    /// No connection, for another reason.
    Unreachable,
    /// The deadline of the whole attempt passed.
    TimedOut,
    /// Closed before the answer was complete.
    Closed,
}

impl From<&reqwest::Error> for Break {
    fn from(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::TimedOut;
        }
        if !error.is_connect() {
            return Self::Closed;
        }
        let mut cause: Option<&(dyn Error + 'static)> = error.source();
        while let Some(error) = cause {
            // The connector names a failed look-up of the host by this text alone.
            let said = error.to_string();
            if said.contains("dns error") {
                return Self::NoSuchHost;
            }
            if said.contains("certificate") {
                return Self::Untrusted;
            }
            match error.downcast_ref::<io::Error>().map(io::Error::kind) {
                Some(io::ErrorKind::ConnectionRefused) => return Self::ConnectionRefused,
                Some(io::ErrorKind::TimedOut) => return Self::TimedOut,
                _ => cause = error.source(),
            }
        }
        Self::Unreachable
    }
}
