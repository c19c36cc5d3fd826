//! What is seen of the API beside its answers: the time that it has.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::progress::{Progress, Watched};
use crate::model::request::{Call, Request};
use crate::net::Observer;

/// Watches the calls of a command that asks few of them, and shows them as they go on.
pub struct Probe {
    progress: Option<Progress>,
    seen: Arc<Seen>,
}

struct Seen {
    time: Mutex<Option<Timestamp>>,
    shown: Option<Arc<dyn Observer>>,
}

impl Probe {
    pub fn new() -> Self {
        let progress = Progress::on_a_terminal();
        let shown = progress.as_ref().map(Progress::observer);
        Self { progress, seen: Arc::new(Seen { time: Mutex::default(), shown }) }
    }

    pub fn observer(&self) -> Arc<dyn Observer> {
        self.seen.clone()
    }

    /// While this lives, calls are shown.
    pub fn watch(&self) -> Option<Watched> {
        self.progress.as_ref().map(Progress::watch)
    }

    /// The time of the last answer by the clock of the other side.
    pub fn time(&self) -> Option<Timestamp> {
        *self.seen.time.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Seen {
    fn planned(&self, calls: usize) {
        if let Some(shown) = &self.shown {
            shown.planned(calls);
        }
    }

    fn sent(&self, request: &Request) {
        if let Some(shown) = &self.shown {
            shown.sent(request);
        }
    }

    fn dated(&self, time: Timestamp) {
        *self.time.lock().unwrap_or_else(PoisonError::into_inner) = Some(time);
    }

    fn answered(&self, call: &Call) {
        if let Some(shown) = &self.shown {
            shown.answered(call);
        }
    }

    fn waiting(&self, reason: &str, time: Duration) {
        if let Some(shown) = &self.shown {
            shown.waiting(reason, time);
        }
    }
}
