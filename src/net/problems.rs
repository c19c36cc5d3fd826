//! Trouble as a diagnostic: what failed, what the API says about it, and what to do.

use std::time::Duration;

use super::credentials::variable;
use super::retry::Stop;
use super::trouble::{Break, Refusal, Trouble, Unreadable};
use super::{Base, Key, safe};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::request::{KeyKind, NotFound, Request};

/// The attempts at one page of one request that has failed.
pub struct Failed<'a> {
    pub request: &'a Request,
    pub base: &'a Base,
    pub key: &'a Key,
    pub attempts: u32,
    /// Of one attempt.
    pub timeout: Duration,
}

impl Failed<'_> {
    /// What to tell of it.
    pub fn diagnostic(&self, trouble: &Trouble, stop: Stop) -> Diagnostic {
        match trouble {
            Trouble::Refused(refusal) => self.refused(refusal, stop),
            Trouble::Broken(broken) => self.broken(*broken),
            Trouble::Unreadable(unreadable) => self.unreadable(unreadable),
        }
    }

    fn refused(&self, refusal: &Refusal, stop: Stop) -> Diagnostic {
        match refusal.status {
            300..=399 => self.redirected(refusal),
            401 => self.not_accepted(refusal),
            403 => self.wrong_kind(refusal),
            404 => self.not_found(refusal),
            408 | 429 | 500.. => self.failed(refusal, stop),
            _ => self.not_answered(refusal),
        }
    }

    fn redirected(&self, refusal: &Refusal) -> Diagnostic {
        let to = refusal.location.as_ref().map(|to| format!(" to `{to}`")).unwrap_or_default();
        let message = format!("`{}` is answered with a redirect ({}){to}", self.asked(), refusal.status);
        Diagnostic::error(Code::E0503, message)
            .help("orq follows no redirect, for the key would go along; check `--base-url` for the right address")
    }

    fn not_accepted(&self, refusal: &Refusal) -> Diagnostic {
        let message =
            format!("the API does not accept the key from {}{}", self.key.origin(), says(refusal.message.as_ref()));
        // Some endpoints say 401 to a key of the wrong kind, too.
        let (wanted, variable) = match self.request.key {
            KeyKind::Management => ("a valid management key (an API key does not do)", variable(KeyKind::Management)),
            KeyKind::Api => ("a valid API key (a management key does not do)", variable(KeyKind::Api)),
            KeyKind::Either => ("a valid key", variable(self.key.kind())),
        };
        Diagnostic::error(Code::E0501, message)
            .help(format!("put {wanted} there, or set {variable} to one; `--demo` answers without a key"))
    }

    fn wrong_kind(&self, refusal: &Refusal) -> Diagnostic {
        let origin = self.key.origin();
        let message =
            format!("`{}` does not take the key from {origin}{}", self.asked(), says(refusal.message.as_ref()));
        let help = match (self.request.key, self.key.kind()) {
            (KeyKind::Management, _) => wants("an API key", "a management key", KeyKind::Management),
            (KeyKind::Api, _) => wants("a management key", "an API key", KeyKind::Api),
            (KeyKind::Either, KeyKind::Management) => wants("an API key", "a management key", KeyKind::Management),
            (KeyKind::Either, KeyKind::Api | KeyKind::Either) => {
                "this may be for management keys alone: set OPENROUTER_MANAGEMENT_KEY to one".to_string()
            }
        };
        Diagnostic::error(Code::E0502, message).help(help)
    }

    fn not_found(&self, refusal: &Refusal) -> Diagnostic {
        let id = self.request.query.iter().find(|(name, _)| *name == "id").map(|(_, id)| safe::line(id));
        let help = match (self.request.absent, &id) {
            (Some(help), _) => help,
            (None, Some(_)) => "check the spelling, and that the key belongs to the account that has it",
            (None, None) => "check `--base-url`: the address of the API ends in `/api/v1`",
        };
        let what = match id {
            Some(ref id) => format!("`{id}` is not found by `{}`", self.asked()),
            None => format!("nothing is found at `{}`", self.asked()),
        };
        let often = match self.request.not_found {
            NotFound::Refused => String::new(),
            NotFound::Wait => format!(", asked {} times over some seconds", self.attempts),
        };
        let message = format!("{what}{often}{}", says(refusal.message.as_ref()));
        Diagnostic::error(Code::E0507, message).help(help)
    }

    fn failed(&self, refusal: &Refusal, stop: Stop) -> Diagnostic {
        let said = says(refusal.message.as_ref());
        let (asked, status) = (self.asked(), refusal.status);
        let message = match stop {
            Stop::LongWait(time) => format!(
                "`{asked}` is answered with {status}, and the API wants no request for {}{said}",
                in_words(time)
            ),
            Stop::Final | Stop::Exhausted => format!("`{asked}` is answered with {status} {}{said}", self.often()),
        };
        let help = match (stop, status) {
            (Stop::LongWait(time), _) => format!("ask again in {}; orq itself waits up to 60 s", in_words(time)),
            (_, 408) => "the query took the API too long: ask for a shorter range or fewer columns".to_string(),
            (_, 429) if self.request.path.starts_with("/datasets/") => {
                "datasets take 30 requests a minute and 500 a day: ask again in a minute, or tomorrow".to_string()
            }
            (_, 429) => "too many requests in a short time: ask again in a minute".to_string(),
            _ => "this is the API's own trouble: ask again later, or more often with `--retries 5`".to_string(),
        };
        Diagnostic::error(Code::E0504, message).help(help)
    }

    fn not_answered(&self, refusal: &Refusal) -> Diagnostic {
        let message =
            format!("`{}` is refused with {}{}", self.asked(), refusal.status, says(refusal.message.as_ref()));
        let help = match refusal.status {
            402 => "the account has no credits left for this: add some on openrouter.ai",
            _ => "change the part of the query that the API's message names; `explain` shows what is sent",
        };
        Diagnostic::error(Code::E0503, message).help(help)
    }

    fn broken(&self, broken: Break) -> Diagnostic {
        let host = self.base.host();
        let (what, help) = match broken {
            Break::NoSuchHost => {
                (format!("the host `{host}` is not found"), "check the network, its DNS, and `--base-url`".to_string())
            }
            Break::ConnectionRefused => (
                format!("`{host}` refuses the connection"),
                "check that something listens there, and the port of `--base-url`".to_string(),
            ),
            Break::Untrusted => (
                format!("`{host}` has no certificate that this system trusts"),
                "check the clock and the certificates of this system, and proxies on the way".to_string(),
            ),
            Break::Unreachable => (
                format!("no connection to `{host}`"),
                "check the network, and HTTPS_PROXY where one is used".to_string(),
            ),
            Break::TimedOut => (
                format!("`{}` has no complete answer after {}", self.asked(), in_words(self.timeout)),
                format!("give it more time with `--timeout {}`", self.timeout.as_secs().max(1).saturating_mul(2)),
            ),
            Break::Closed => (
                format!("`{}`: the connection was closed before the answer was complete", self.asked()),
                "ask again; `--retries 5` does so more often".to_string(),
            ),
        };
        Diagnostic::error(Code::E0505, format!("{what} {}", self.often())).help(help)
    }

    fn unreadable(&self, unreadable: &Unreadable) -> Diagnostic {
        let (what, help) = match unreadable {
            Unreadable::NotJson { line, column, beginning } => (
                format!("something that is not JSON (line {line}, column {column}); it begins `{beginning}`"),
                "check that `--base-url` leads to the API itself, and no proxy's page is in the way",
            ),
            Unreadable::TooLong(bytes) => (
                format!("more than {} MB, the most that is read", bytes >> 20),
                "ask for a shorter range or fewer columns",
            ),
        };
        Diagnostic::error(Code::E0506, format!("`{}` is answered with {what}", self.asked())).help(help)
    }

    /// The request, for people.
    fn asked(&self) -> String {
        asked(self.request)
    }

    fn often(&self) -> String {
        match self.attempts {
            1 => "(1 attempt)".to_string(),
            attempts => format!("({attempts} attempts)"),
        }
    }
}

/// The calls that a run may make are made.
pub fn too_many_calls(request: &Request) -> Diagnostic {
    let message = format!("`{} {}` would be one call more than are allowed", request.method.text(), request.path);
    Diagnostic::error(Code::E0603, message)
        .help("narrow the range or the keys, leave out a dimension, or allow more with `--max-calls`")
}

/// A list that is none, or not complete; `what` goes on after the request.
pub fn no_list(request: &Request, what: &str) -> Diagnostic {
    Diagnostic::error(Code::E0506, format!("`{}` {what}", asked(request)))
        .help("ask again, for the list may have changed meanwhile; a part of it is not given out as the whole")
}

/// The request, for people: one line without keys.
fn asked(request: &Request) -> String {
    safe::line(&request.shown())
}

fn says(message: Option<&String>) -> String {
    message.map(|message| format!("; the API says: {message}")).unwrap_or_default()
}

fn wants(is: &str, wanted: &str, kind: KeyKind) -> String {
    format!("is this {is}? This endpoint wants {wanted}: set {}", variable(kind))
}

/// `90 s`, `1.5 s`, `12 min`, `3 h`: a length of time as people say it.
fn in_words(time: Duration) -> String {
    match time.as_secs() {
        0..2 => format!("{} s", time.as_millis() as f64 / 1000.0),
        seconds @ 2..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{} h", seconds.div_ceil(3600)),
    }
}
