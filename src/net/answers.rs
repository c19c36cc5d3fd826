//! Answers that are kept for a minute, so that a person who tries one query after the other asks the API once. In memory
//! alone; what failed is not kept, and nothing is used twice within the query that asked for it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::model::request::{CallKind, KeyKind, Method, Paging, Request};

/// An answer is as good as a new one for so long.
const KEPT: Duration = Duration::from_secs(60);

/// What is kept at most, in answers and in about as many bytes of memory; the oldest go first.
const MOST_ANSWERS: usize = 200;
const MOST_BYTES: usize = 64 << 20;

/// What a value takes besides its text, in bytes: about.
const VALUE: usize = 40;

/// The answers of earlier queries, and what the query at hand has made of them.
#[derive(Debug, Default)]
pub struct Answers {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Oldest first.
    answers: VecDeque<Answer>,
    bytes: usize,
    /// The query at hand, by its number.
    query: u64,
    /// The age of the oldest answer that was used for it.
    used: Option<Duration>,
}

#[derive(Debug)]
struct Answer {
    asked: Asked,
    pages: Vec<Value>,
    bytes: usize,
    at: Instant,
    query: u64,
}

/// What makes two requests equal.
#[derive(Debug, PartialEq)]
struct Asked {
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    key: KeyKind,
    paging: Paging,
}

impl From<&Request> for Asked {
    fn from(request: &Request) -> Self {
        let Request { method, path, query, body, key, paging, .. } = request.clone();
        Self { method, path, query, body, key, paging }
    }
}

impl Answers {
    /// A new query begins.
    pub fn begin(&self) {
        let mut kept = self.kept();
        kept.query += 1;
        kept.used = None;
    }

    /// All that is known is asked for again.
    pub fn forget(&self) {
        let mut kept = self.kept();
        kept.answers.clear();
        kept.bytes = 0;
    }

    /// The age of the oldest answer that the query at hand has used.
    pub fn used(&self) -> Option<Duration> {
        self.kept().used
    }

    /// What an earlier query was answered, unless that is too old.
    pub fn find(&self, request: &Request, now: Instant) -> Option<Vec<Value>> {
        let asked = Asked::from(request);
        let mut kept = self.kept();
        kept.drop_old(now);
        let query = kept.query;
        let answer = kept.answers.iter_mut().find(|answer| answer.asked == asked && answer.query != query)?;
        // What one query asks twice, it asks to see whether anything has changed.
        answer.query = query;
        let (pages, age) = (answer.pages.clone(), now.saturating_duration_since(answer.at));
        // Names that were looked up are no news to whoever asks.
        if request.kind == CallKind::Data {
            kept.used = kept.used.max(Some(age));
        }
        Some(pages)
    }

    /// Keeps an answer to a request that went out `at` an instant.
    pub fn keep(&self, request: &Request, pages: &[Value], at: Instant) {
        let bytes = pages.iter().map(size).sum();
        let asked = Asked::from(request);
        let mut kept = self.kept();
        kept.remove(|answer| answer.asked == asked);
        if bytes > MOST_BYTES {
            return;
        }
        let query = kept.query;
        kept.answers.push_back(Answer { asked, pages: pages.to_vec(), bytes, at, query });
        kept.bytes += bytes;
        while kept.answers.len() > MOST_ANSWERS || kept.bytes > MOST_BYTES {
            let Some(oldest) = kept.answers.pop_front() else { break };
            kept.bytes -= oldest.bytes;
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn drop_old(&mut self, now: Instant) {
        self.remove(|answer| now.saturating_duration_since(answer.at) >= KEPT);
    }

    fn remove(&mut self, which: impl Fn(&Answer) -> bool) {
        self.answers.retain(|answer| !which(answer));
        self.bytes = self.answers.iter().map(|answer| answer.bytes).sum();
    }
}

/// About how much memory a value takes, in bytes.
fn size(value: &Value) -> usize {
    let inside = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(fields) => fields.iter().map(|(name, value)| name.len() + size(value)).sum(),
    };
    VALUE + inside
}
