//! A session in this process: what the program does between its arguments and its output, quick enough for hundreds of
//! queries.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use orq::diagnostics::Diagnostic;
use orq::exec::{Inputs, Permissions, Places};
use orq::model::frame::Answer;
use orq::model::route::Wishes;
use orq::model::zone::Zone;
use orq::net::{Client, ClientOptions, Credentials};
use orq::session::{Cancel, Clock, Interrupts, Outcome, Output, RunOptions, Session};
use tokio::runtime::Runtime;

use super::DemoServer;

/// As deep a stack as the program gives itself.
const STACK: usize = 256 << 20;

/// Runs on a thread with the program's stack; a panic there is a panic here.
pub fn deep<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run).unwrap();
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// A session that can only plan: nobody answers it.
pub fn planner(now: &str) -> Session {
    reader(now, Path::new(NOWHERE))
}

/// The same, and it may read files below a directory.
pub fn reader(now: &str, below: &Path) -> Session {
    session(now, "http://127.0.0.1:9/api/v1", below)
}

/// No such directory: nothing is written.
const NOWHERE: &str = "/nonexistent/orq";

fn session(now: &str, base_url: &str, below: &Path) -> Session {
    let credentials = Arc::new(Credentials::demo(orq::demo::MANAGEMENT_KEY, orq::demo::API_KEY));
    let client = Client::new(ClientOptions { base_url: base_url.to_string(), ..ClientOptions::new(credentials) });
    let now: Timestamp = now.parse().unwrap();
    let permissions = Permissions { places: Places::Below(below.to_path_buf()), force: false };
    Session::new(Clock::Frozen(now), client.unwrap(), permissions)
}

/// A session that reads files of any place, and asks nobody.
pub fn anywhere(inputs: Inputs) -> Inside {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let credentials = Arc::new(Credentials::demo(orq::demo::MANAGEMENT_KEY, orq::demo::API_KEY));
    let base_url = "http://127.0.0.1:9/api/v1".to_string();
    let client = Client::new(ClientOptions { base_url, ..ClientOptions::new(credentials) }).unwrap();
    let permissions = Permissions { places: Places::Anywhere, force: false };
    let clock = Clock::Frozen(super::NOW.parse().unwrap());
    Inside { session: Session::new(clock, client, permissions).reading(inputs), runtime }
}

/// A session on a demo account.
pub struct Inside {
    pub session: Session,
    runtime: Runtime,
}

impl Inside {
    pub fn new() -> Self {
        Self::on(&DemoServer::start(super::NOW, ""), super::NOW, Wishes::default())
    }

    /// On a server that others may ask too: its days are made once.
    pub fn on(server: &DemoServer, now: &str, wishes: Wishes) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { session: session(now, &server.base_url, Path::new(NOWHERE)).wishing(wishes), runtime }
    }

    /// The same, counting days in a zone.
    pub fn in_zone(self, zone: Zone) -> Self {
        Self { session: self.session.in_zone(zone), ..self }
    }

    /// With what is kept of the account.
    pub fn remembering(self, ledger: orq::ledger::Ledger) -> Self {
        Self { session: self.session.remembering(ledger), ..self }
    }

    /// Somebody else may give up what it runs.
    pub fn until(self, cancel: Cancel) -> Self {
        Self { session: self.session.until(cancel), ..self }
    }

    pub fn run(&mut self, query: &str) -> Outcome {
        let options = RunOptions { keep_pages: false, interrupts: Interrupts::EndTheProcess };
        self.session.run(&self.runtime, query, options)
    }

    /// The one answer of a query that works.
    pub fn answer(&mut self, query: &str) -> Answer {
        let outcome = self.run(query);
        let errors: Vec<&Diagnostic> = outcome.diagnostics.iter().filter(|d| d.is_error()).collect();
        assert!(errors.is_empty(), "{query}\n{errors:#?}");
        match outcome.outputs.into_iter().next() {
            Some(Output::Table { answer, .. }) => *answer,
            other => panic!("{query} gave {other:?}"),
        }
    }
}
