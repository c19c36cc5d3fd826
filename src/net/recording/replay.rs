//! Answers from a recording. There is nothing in here that could send.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::MutexGuard as Turn;

use super::asked::Asked;
use super::{Answer, Ended, files};
use crate::diagnostics::{Code, Diagnostic};
use crate::harmless;
use crate::model::request::Request;

/// A recording that was read, or one without a call.
pub struct Recording {
    /// None where there is none.
    directory: Option<PathBuf>,
    now: Option<Timestamp>,
    zone: Option<String>,
    meta: Option<Value>,
    /// As in the run that recorded: one call at a time.
    turn: tokio::sync::Mutex<()>,
    answers: Mutex<HashMap<String, Answers>>,
}

/// What one call was answered each time that it was made.
#[derive(Default)]
struct Answers {
    in_order: Vec<Answer>,
    given: usize,
}

impl Recording {
    /// E0701 where it cannot be read as a whole.
    pub fn open(directory: &Path) -> Result<Self, Diagnostic> {
        let (manifest, calls) = files::load(directory)?;
        let mut answers: HashMap<String, Answers> = HashMap::new();
        for call in calls {
            answers.entry(call.request.identity()).or_default().in_order.push(call.answer);
        }
        Ok(Self {
            directory: Some(directory.to_path_buf()),
            now: Some(manifest.now),
            zone: Some(manifest.zone),
            meta: manifest.meta,
            turn: tokio::sync::Mutex::new(()),
            answers: Mutex::new(answers),
        })
    }

    /// Without a call: what asks nobody needs no recording.
    pub fn nothing() -> Self {
        let (turn, answers) = (tokio::sync::Mutex::new(()), Mutex::default());
        Self { directory: None, now: None, zone: None, meta: None, turn, answers }
    }

    /// The clock of the run that recorded.
    pub fn now(&self) -> Option<Timestamp> {
        self.now
    }

    /// The zone of the run that recorded.
    pub fn zone(&self) -> Option<&str> {
        self.zone.as_deref()
    }

    /// What the cube was known to have.
    pub fn meta(&self) -> Option<Value> {
        self.meta.clone()
    }

    /// Who may go on next, in the order of the run that recorded: the others come to their calls meanwhile.
    pub async fn turn(&self) -> Turn<'_, ()> {
        let turn = self.turn.lock().await;
        tokio::task::yield_now().await;
        turn
    }

    /// What this call was answered: a call that is made again has the next answer, and the last one from then on.
    ///
    /// E0508 where it was never made.
    pub fn answer(&self, request: &Request, query: &[(&str, String)]) -> Result<Ended, Diagnostic> {
        let asked = Asked::new(request, query);
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let found = answers.get_mut(&asked.identity()).and_then(|answers| {
            let answer = answers.in_order.get(answers.given).or(answers.in_order.last()).cloned();
            answers.given += 1;
            answer
        });
        found.map(Ended::from).ok_or_else(|| self.missing(&asked))
    }

    fn missing(&self, asked: &Asked) -> Diagnostic {
        let (place, help) = match &self.directory {
            None => (
                "no recording stands beside it".to_string(),
                "`orq test --record` with this script and a key makes one".to_string(),
            ),
            Some(directory) => {
                let name = harmless::line(&directory.to_string_lossy()).into_owned();
                (
                    format!("it is not in the recording `{name}`"),
                    format!("record the query as it is now: the same line with `--record {name}`, and a key"),
                )
            }
        };
        Diagnostic::error(Code::E0508, format!("`{}` has no answer: {place}", asked.shown())).help(help)
    }
}
