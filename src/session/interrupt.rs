//! What ends a query before its answer is there: Ctrl-C, whoever asked, or the time that it may take. The API is waited for,
//! and so is this machine.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use crate::diagnostics::{Code, Diagnostic};
use crate::exec::{self, Given, GivenUp, Inputs, Joined, Permissions, Ran, Rows};
use crate::model::rel::Rel;
use crate::model::schema::Schema;
use crate::model::zone::Zone;

/// An expression may be a thousand operators deep.
const STACK: usize = 256 << 20;

/// What Ctrl-C does while a query is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupts {
    EndTheProcess,
    EndTheQuery,
}

/// Ends the query of a session from elsewhere; clones end the same one.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<Notify>);

impl Cancel {
    /// The query that is under way, or the next one, ends with E0704.
    pub fn cancel(&self) {
        self.0.notify_one();
    }
}

/// All that may end one query.
#[derive(Clone, Debug)]
pub struct Ends {
    pub interrupts: Interrupts,
    pub cancel: Option<Cancel>,
    /// When it has to be done, and how long that is from its start.
    deadline: Option<(Instant, Duration)>,
    /// Set when one of them came.
    pub given_up: GivenUp,
}

impl Ends {
    pub fn new(interrupts: Interrupts, cancel: Option<Cancel>, time: Option<Duration>) -> Self {
        let deadline = time.and_then(|time| Some((Instant::now().checked_add(time)?, time)));
        Self { interrupts, cancel, deadline, given_up: GivenUp::default() }
    }

    /// Nothing but the end of the process ends it.
    fn are_none(&self) -> bool {
        self.interrupts == Interrupts::EndTheProcess && self.cancel.is_none() && self.deadline.is_none()
    }

    /// Waits until one of them is there, and says which.
    async fn come(&self) -> Diagnostic {
        let interrupted = async {
            match self.interrupts {
                // Where Ctrl-C cannot be listened for, it ends the process.
                Interrupts::EndTheQuery if tokio::signal::ctrl_c().await.is_ok() => {}
                Interrupts::EndTheQuery | Interrupts::EndTheProcess => std::future::pending().await,
            }
        };
        let cancelled = async {
            match &self.cancel {
                Some(cancel) => cancel.0.notified().await,
                None => std::future::pending().await,
            }
        };
        let late = async {
            match self.deadline {
                Some((at, time)) => {
                    tokio::time::sleep_until(at).await;
                    time
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = interrupted => Diagnostic::error(Code::E0704, "interrupted").help("run it again for the answer"),
            _ = cancelled => Diagnostic::error(Code::E0704, "cancelled").help("run it again for the answer"),
            time = late => too_long(time),
        }
    }
}

fn too_long(time: Duration) -> Diagnostic {
    let message = format!("this takes longer than the {} s that are allowed", time.as_secs_f64());
    Diagnostic::error(Code::E0702, message)
        .help("narrow the range or the keys; where it may take longer, start orq with `--budget-seconds N`")
}

/// What a plan is run with, of its own, so that it may go on when nobody waits for it any more.
pub struct Local {
    pub frames: Vec<Rows>,
    pub joined: Joined,
    pub last: Option<Rows>,
    pub input: Inputs,
    pub zone: Zone,
    pub permissions: Permissions,
    pub given_up: GivenUp,
}

impl Local {
    pub fn run(&self, rel: &Rel, schema: &Schema) -> Result<Ran, Diagnostic> {
        let frames: Vec<&Rows> = self.frames.iter().collect();
        exec::run(rel, schema, self.given(&frames), &self.permissions)
    }

    pub fn part(&self, rel: &Rel) -> Result<(Rows, Vec<Diagnostic>), Diagnostic> {
        let frames: Vec<&Rows> = self.frames.iter().collect();
        exec::part_of(rel, self.given(&frames), &self.permissions)
    }

    fn given<'a>(&'a self, frames: &'a [&'a Rows]) -> Given<'a> {
        Given {
            frames,
            joined: &self.joined,
            last: self.last.as_ref(),
            input: &self.input,
            zone: &self.zone,
            given_up: &self.given_up,
        }
    }
}

/// Waits for the API, unless something ends the wait.
pub fn wait<T>(
    runtime: &Runtime,
    ends: &Ends,
    work: impl Future<Output = Result<T, Vec<Diagnostic>>>,
) -> Result<T, Vec<Diagnostic>> {
    runtime.block_on(async {
        let answered = tokio::select! {
            answered = work => answered,
            ended = ends.come() => {
                ends.given_up.set();
                Err(vec![ended])
            }
        };
        // Requests that are given up end here, and not in the next query.
        tokio::task::yield_now().await;
        answered
    })
}

/// Waits for work on this machine, unless something ends the wait. The engine cannot be stopped: what is left goes on in the
/// background until it ends, and writes no file.
pub fn local<T: Send + 'static>(
    runtime: &Runtime,
    ends: &Ends,
    work: impl FnOnce() -> Result<T, Diagnostic> + Send + 'static,
) -> Result<T, Vec<Diagnostic>> {
    let one = |error: Diagnostic| vec![error];
    if ends.are_none() {
        return work().map_err(one);
    }
    wait(runtime, ends, async {
        let (done, result) = oneshot::channel();
        let tell = move || {
            // Nobody waits for it any more.
            let _ = done.send(work());
        };
        let started = std::thread::Builder::new().stack_size(STACK).spawn(tell);
        started.map_err(|error| one(no_thread(&error)))?;
        // A panic has printed what it knows.
        result.await.map_err(|_| one(ended()))?.map_err(one)
    })
}

fn no_thread(error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(Code::E0703, format!("no thread can be started: {error}")).help("close other programs")
}

fn ended() -> Diagnostic {
    Diagnostic::error(Code::E0703, "the work on this machine ended without a result")
        .help("this is a defect of orq; please report the query")
}
