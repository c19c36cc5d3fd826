//! One generation. Amounts are integers: tokens, milliseconds, nano-USD (1e-9).

use super::text::{DAY_MS, letters};
use crate::demo::data::{App, Endpoint, Key, Member, Workspace};

/// How many special generations each day has: `gen-demo-1` … `gen-demo-9` are yesterday's.
pub const SPECIALS: u64 = 9;

/// How a generation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    Stop,
    Length,
    ToolCalls,
    ContentFilter,
    Error,
    /// The caller went away; there is no finish reason then.
    Cancelled,
}

impl Finish {
    /// As the API writes it; null for a cancelled generation.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Finish::Stop => Some("stop"),
            Finish::Length => Some("length"),
            Finish::ToolCalls => Some("tool_calls"),
            Finish::ContentFilter => Some("content_filter"),
            Finish::Error => Some("error"),
            Finish::Cancelled => None,
        }
    }
}

/// One generation of the base table. What few endpoints ask for follows from `salt`, see `detail`.
#[derive(Clone, Debug)]
pub struct Row {
    /// Days since 1970-01-01, UTC.
    pub day: i64,
    /// Milliseconds since midnight, UTC.
    pub ms: i64,
    /// 1 to [`SPECIALS`]; 0 is an ordinary generation.
    pub special: u64,
    /// Where everything comes from that has no field here.
    pub salt: u64,
    pub endpoint: &'static Endpoint,
    /// No key is a request from the chatroom.
    pub key: Option<&'static Key>,
    pub workspace: &'static Workspace,
    pub user: Option<&'static Member>,
    pub app: Option<&'static App>,
    pub finish: Finish,
    /// Attempts that failed before the one that answered.
    pub failed: u64,
    pub prompt: u64,
    pub completion: u64,
    /// Part of `completion` (fact 8).
    pub reasoning: u64,
    /// Part of `prompt`.
    pub cached: u64,
    pub byok: bool,
    /// Inference at list price.
    pub upstream: i64,
    /// What caching changes: negative for reads, positive for writes.
    pub cache: i64,
    /// The discount for logged data: never positive.
    pub data: i64,
    /// Web searches.
    pub web: i64,
    /// OpenRouter's fee on the organisation's own credentials.
    pub fee: i64,
}

impl Row {
    /// Milliseconds since 1970-01-01.
    pub fn time(&self) -> i64 {
        self.day * DAY_MS + self.ms
    }

    /// What inference costs, whoever is paid.
    fn inference(&self) -> i64 {
        self.upstream + self.cache + self.data
    }

    /// Credits taken by OpenRouter, the fee on BYOK included (fact 19).
    pub fn credits(&self) -> i64 {
        let inference = if self.byok { 0 } else { self.inference() };
        inference + self.web + self.fee
    }

    /// Spent at a provider with the organisation's own credentials.
    pub fn byok_inference(&self) -> i64 {
        if self.byok { self.inference() } else { 0 }
    }

    /// `gen-<Unix seconds>-<20 letters>`.
    pub fn id(&self) -> String {
        format!("gen-{}-{}", self.time().div_euclid(1000), letters(self.salt, 20))
    }
}
