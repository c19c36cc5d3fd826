//! A run that is kept: each answer is scrubbed before anybody computes with it, and written when the run is over.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::MutexGuard as Turn;

use super::asked::Asked;
use super::files::{self, Kept, Manifest};
use super::scrub::Scrub;
use super::{Answer, Ended, Said};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::request::Request;
use crate::net::trouble::Trouble;

/// What a run is like, beside its calls.
#[derive(Clone, Debug)]
pub struct About {
    pub now: Timestamp,
    pub zone: String,
    /// The path of the base URL.
    pub base: String,
    /// What the cube was known to have.
    pub meta: Option<Value>,
}

/// What was written.
#[derive(Debug)]
pub struct Recorded {
    pub directory: PathBuf,
    pub calls: usize,
    /// How many values were replaced, by field.
    pub scrubbed: BTreeMap<String, usize>,
}

/// Keeps what the API says until it is written.
pub struct Recorder {
    directory: PathBuf,
    about: About,
    /// One call at a time, so that replacements come out the same again.
    turn: tokio::sync::Mutex<()>,
    kept: Mutex<Calls>,
}

#[derive(Default)]
struct Calls {
    scrub: Scrub,
    calls: Vec<Kept>,
    /// The first call that no recording can answer, and why.
    lost: Option<Diagnostic>,
    /// What each call as it is kept was in truth.
    truths: HashMap<String, String>,
}

impl Recorder {
    /// E0702 where the directory holds something else. Writes nothing yet.
    pub fn new(directory: &Path, about: About) -> Result<Self, Diagnostic> {
        files::writable(directory)?;
        let (turn, kept) = (tokio::sync::Mutex::new(()), Mutex::default());
        Ok(Self { directory: directory.to_path_buf(), about, turn, kept })
    }

    /// The right to make the next call.
    pub async fn turn(&self) -> Turn<'_, ()> {
        self.turn.lock().await
    }

    /// The request as the API knows it: what stands for something else in answers may have come into it.
    pub fn real(&self, request: &Request, query: &[(&'static str, String)]) -> (Request, Vec<(&'static str, String)>) {
        let kept = self.kept();
        let scrub = &kept.scrub;
        let parts: Vec<String> = request.path.split('/').map(|part| scrub.original(part)).collect();
        let mut real = Request { path: parts.join("/"), ..request.clone() };
        if let Some(body) = &mut real.body {
            scrub.originals(body);
        }
        (real, query.iter().map(|(name, value)| (*name, scrub.original(value))).collect())
    }

    /// Keeps how a call ended, and hands on what is kept of it.
    pub fn keep(&self, request: &Request, query: &[(&'static str, String)], ended: Ended) -> Ended {
        let kept = &mut *self.kept();
        let asked = Asked::new(request, query);
        let truth = Asked::as_it_is(request, query).identity();
        let known = kept.truths.entry(asked.identity()).or_insert_with(|| truth.clone());
        if *known != truth {
            let shown = asked.shown();
            kept.lost.get_or_insert_with(|| {
                not_kept(&format!("`{shown}` is made for several people, who are not told apart in it"))
                    .help("record a query for each of them, or ask for all and group by them")
            });
        }
        let said = match ended.result {
            Ok(mut body) => {
                kept.scrub.answer(&request.path, &mut body);
                // A number may read differently from how it is written: the run has what later ones will have.
                Said::Body(serde_json::from_str(&body.to_string()).unwrap_or(body))
            }
            Err((Trouble::Refused(mut refusal), stop)) => {
                refusal.message = refusal.message.map(|message| kept.scrub.text("message", &message));
                refusal.location = refusal.location.map(|location| kept.scrub.text("location", &location));
                Said::Refusal { refusal, stop }
            }
            Err((trouble @ (Trouble::Broken(_) | Trouble::Unreadable(_)), stop)) => {
                kept.lost.get_or_insert_with(|| {
                    not_kept(&format!("`{}` has no answer", asked.shown()))
                        .help("record again once the query is answered as a whole")
                });
                return Ended { result: Err((trouble, stop)), ..ended };
            }
        };
        let answer = Answer { statuses: ended.statuses, said };
        kept.calls.push(Kept { request: asked, answer: answer.clone() });
        answer.into()
    }

    /// Writes what was kept.
    ///
    /// E0701 where it cannot be written · E0508 where a call has nothing that could be kept: then nothing is written.
    pub fn finish(&self) -> Result<Recorded, Diagnostic> {
        let kept = self.kept();
        if let Some(lost) = &kept.lost {
            return Err(lost.clone());
        }
        let About { now, zone, base, meta } = self.about.clone();
        let scrubbed = kept.scrub.counts.clone();
        let manifest = Manifest { scrubbed: scrubbed.clone(), ..Manifest::new(now, zone, base, meta) };
        files::write(&self.directory, manifest, &kept.calls)?;
        Ok(Recorded { directory: self.directory.clone(), calls: kept.calls.len(), scrubbed })
    }

    fn kept(&self) -> MutexGuard<'_, Calls> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn not_kept(why: &str) -> Diagnostic {
    Diagnostic::error(Code::E0508, format!("nothing is recorded: {why}"))
}
