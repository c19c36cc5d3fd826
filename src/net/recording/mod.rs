//! Answers that are kept in a directory, and answers that come from there. A recording is written by a run that asks the
//! API, and read by runs that ask nobody: they have its clock, its zone and its answers, no key and no socket.
//!
//! What tells of people and secrets is replaced between the wire and whoever asked (see [`scrub`]), so that the run that
//! records computes with just what is kept, and a later one gives the same bytes. Times of calls are 0 ms in both.

mod asked;
mod files;
mod recorder;
mod replay;
mod scrub;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::retry::Stop;
use super::trouble::{Refusal, Trouble};

pub use files::is_recording;
pub use recorder::{About, Recorded, Recorder};
pub use replay::Recording;

/// How requests are answered.
#[derive(Clone, Default)]
pub enum Transport {
    /// By the API.
    #[default]
    Wire,
    /// By the API, and what it says is kept.
    Recorded(Arc<Recorder>),
    /// By what was kept. Nothing is sent.
    Replayed(Arc<Recording>),
}

/// How the attempts at one page ended.
pub struct Ended {
    /// The status of each attempt; none where no answer came.
    pub statuses: Vec<Option<u16>>,
    pub result: Result<Value, (Trouble, Stop)>,
}

/// An end of attempts that can be kept: the API said something.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    Body(Value),
    Refusal { refusal: Refusal, stop: Stop },
}

/// What the API said in the end, and what it had said to the attempts before and to this one.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Answer {
    statuses: Vec<Option<u16>>,
    #[serde(flatten)]
    said: Said,
}

impl From<Answer> for Ended {
    fn from(answer: Answer) -> Self {
        let result = match answer.said {
            Said::Body(body) => Ok(body),
            Said::Refusal { refusal, stop } => Err((Trouble::Refused(refusal), stop)),
        };
        Self { statuses: answer.statuses, result }
    }
}
