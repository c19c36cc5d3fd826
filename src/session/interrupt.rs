//! What Ctrl-C ends: the process, or only the wait for an answer, be it of the API or of this machine.

use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::diagnostics::{Code, Diagnostic};
use crate::exec::{self, Given, Inputs, Joined, Permissions, Ran, Rows};
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

/// What a plan is run with, of its own, so that it may go on when nobody waits for it any more.
pub struct Local {
    pub frames: Vec<Rows>,
    pub joined: Joined,
    pub last: Option<Rows>,
    pub input: Inputs,
    pub zone: Zone,
    pub permissions: Permissions,
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
        Given { frames, joined: &self.joined, last: self.last.as_ref(), input: &self.input, zone: &self.zone }
    }
}

/// Waits for the API, unless Ctrl-C ends the wait.
pub fn wait<T>(
    runtime: &Runtime,
    interrupts: Interrupts,
    work: impl Future<Output = Result<T, Vec<Diagnostic>>>,
) -> Result<T, Vec<Diagnostic>> {
    let interrupted = async {
        match interrupts {
            Interrupts::EndTheQuery => tokio::signal::ctrl_c().await,
            Interrupts::EndTheProcess => std::future::pending().await,
        }
    };
    runtime.block_on(async {
        let answered = tokio::select! {
            answered = work => answered,
            _ = interrupted => Err(vec![
                Diagnostic::error(Code::E0704, "interrupted").help("run it again for the answer"),
            ]),
        };
        // Requests that are given up end here, and not in the next query.
        tokio::task::yield_now().await;
        answered
    })
}

/// Waits for work on this machine, unless Ctrl-C ends the wait. The engine cannot be stopped: what is left goes on in the
/// background until it ends, and a file that it was to write is written.
pub fn local<T: Send + 'static>(
    runtime: &Runtime,
    interrupts: Interrupts,
    work: impl FnOnce() -> Result<T, Diagnostic> + Send + 'static,
) -> Result<T, Vec<Diagnostic>> {
    let one = |error: Diagnostic| vec![error];
    match interrupts {
        Interrupts::EndTheProcess => work().map_err(one),
        Interrupts::EndTheQuery => wait(runtime, interrupts, async {
            let (done, result) = oneshot::channel();
            let tell = move || {
                // Nobody waits for it any more.
                let _ = done.send(work());
            };
            let started = std::thread::Builder::new().stack_size(STACK).spawn(tell);
            started.map_err(|error| one(no_thread(&error)))?;
            // A panic has printed what it knows.
            result.await.map_err(|_| one(ended()))?.map_err(one)
        }),
    }
}

fn no_thread(error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(Code::E0703, format!("no thread can be started: {error}")).help("close other programs")
}

fn ended() -> Diagnostic {
    Diagnostic::error(Code::E0703, "the work on this machine ended without a result")
        .help("this is a defect of orq; please report the query")
}
