//! The calls that were made, and who watches them being made.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::model::request::{Call, Request};

/// Somebody who shows what goes on: a progress line. Called from the tasks that fetch, so it must not block.
pub trait Observer: Send + Sync {
    /// So many calls more will be made, as far as that is known.
    fn planned(&self, _calls: usize) {}

    /// An attempt goes out.
    fn sent(&self, _request: &Request) {}

    /// The time that the other side has, as its answer says.
    fn dated(&self, _time: Timestamp) {}

    /// An attempt is over, with or without an answer.
    fn answered(&self, _call: &Call) {}

    /// Nothing is sent for this long; the reason in a few words.
    fn waiting(&self, _reason: &str, _time: Duration) {}
}

/// Whether it is told how long calls took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    #[default]
    Measured,
    /// 0 ms each: a recording gives the same again.
    Zero,
}

/// Every attempt, in the order in which they ended.
#[derive(Default)]
pub struct Log {
    calls: Mutex<Vec<Call>>,
    times: Times,
    observer: Option<Arc<dyn Observer>>,
}

impl Log {
    pub fn new(observer: Option<Arc<dyn Observer>>, times: Times) -> Self {
        Self { calls: Mutex::default(), times, observer }
    }

    /// The attempts since this was last asked.
    pub fn take(&self) -> Vec<Call> {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn planned(&self, calls: usize) {
        if let Some(observer) = &self.observer {
            observer.planned(calls);
        }
    }

    pub fn waiting(&self, reason: &str, time: Duration) {
        if let Some(observer) = &self.observer {
            observer.waiting(reason, time);
        }
    }

    /// An attempt begins; it is written down when the record is dropped, be it answered, failed or cancelled.
    pub fn begin(&self, request: &Request) -> Record<'_> {
        if let Some(observer) = &self.observer {
            observer.sent(request);
        }
        let call = Call {
            kind: request.kind,
            method: request.method,
            path: request.path.clone(),
            status: None,
            took: Duration::ZERO,
        };
        Record { log: self, call, started: Instant::now() }
    }
}

/// An attempt that is under way.
pub struct Record<'a> {
    log: &'a Log,
    call: Call,
    started: Instant,
}

impl Record<'_> {
    pub fn status(&mut self, status: u16) {
        self.call.status = Some(status);
    }

    /// The status so far.
    pub fn answered(&self) -> Option<u16> {
        self.call.status
    }

    pub fn dated(&self, time: Timestamp) {
        if let Some(observer) = &self.log.observer {
            observer.dated(time);
        }
    }
}

impl Drop for Record<'_> {
    fn drop(&mut self) {
        self.call.took = match self.log.times {
            Times::Measured => self.started.elapsed(),
            Times::Zero => Duration::ZERO,
        };
        if let Some(observer) = &self.log.observer {
            observer.answered(&self.call);
        }
        self.log.calls.lock().unwrap_or_else(PoisonError::into_inner).push(self.call.clone());
    }
}
