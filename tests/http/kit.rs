//! The client alone, with waiting and chance in the hands of the test.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use orq::diagnostics::{Code, Diagnostic};
use orq::model::request::{Call, Request};
use orq::net::{Client, ClientOptions, Credentials, Fetched, Observer, Pace, Pause, Places};

use crate::support::scripted::{KEY, Reply, Server};

/// Waits for nothing, and remembers what it should have waited for: its time goes on by that alone.
pub struct NoWaiting {
    start: Instant,
    waits: Mutex<Vec<Duration>>,
    passed: Mutex<Duration>,
}

impl Default for NoWaiting {
    fn default() -> Self {
        Self { start: Instant::now(), waits: Mutex::default(), passed: Mutex::default() }
    }
}

impl NoWaiting {
    /// Time goes by without a wait.
    pub fn passes(&self, time: Duration) {
        *self.passed.lock().unwrap() += time;
    }

    pub fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }
}

impl Pace for NoWaiting {
    fn now(&self) -> Instant {
        self.start + *self.passed.lock().unwrap()
    }

    fn sleep(&self, time: Duration) -> Pause {
        self.waits.lock().unwrap().push(time);
        self.passes(time);
        Box::pin(std::future::ready(()))
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

/// Remembers what a progress line would show.
#[derive(Default)]
pub struct Watch(Mutex<Vec<String>>);

impl Observer for Watch {
    fn sent(&self, request: &Request) {
        self.0.lock().unwrap().push(format!("sent {}", request.path));
    }

    fn answered(&self, call: &Call) {
        self.0.lock().unwrap().push(format!("answered {:?}", call.status));
    }

    fn waiting(&self, reason: &str, time: Duration) {
        self.0.lock().unwrap().push(format!("waiting {time:?}: {reason}"));
    }
}

pub struct Kit {
    pub client: Client,
    pub pace: Arc<NoWaiting>,
    watch: Arc<Watch>,
}

impl Kit {
    pub fn new(base_url: &str, change: impl FnOnce(&mut ClientOptions)) -> Self {
        let mut places = Places::nowhere();
        places.env = Arc::new(|name| (name == "OPENROUTER_MANAGEMENT_KEY").then(|| KEY.to_string()));
        let mut options = ClientOptions::new(Arc::new(Credentials::new(places)));
        let (pace, watch) = (Arc::new(NoWaiting::default()), Arc::new(Watch::default()));
        options.base_url = base_url.to_string();
        options.pace = pace.clone();
        options.observer = Some(watch.clone());
        change(&mut options);
        Self { client: Client::new(options).unwrap(), pace, watch }
    }

    /// No diagnostic ever holds the key.
    pub fn fetch(&self, request: &Request) -> Result<Fetched, Diagnostic> {
        let fetched = block_on(self.client.fetch(request));
        if let Err(error) = &fetched {
            assert!(!format!("{error:?}").contains("0123456789"), "{error:?}");
            assert!(error.help.is_some(), "{error:?}");
        }
        fetched
    }

    /// What was waited for so far.
    pub fn waits(&self) -> Vec<Duration> {
        self.pace.waits()
    }

    pub fn watched(&self) -> Vec<String> {
        self.watch.0.lock().unwrap().clone()
    }

    /// The statuses of the calls since this was last asked.
    pub fn statuses(&self) -> Vec<Option<u16>> {
        self.client.calls().iter().map(|call| call.status).collect()
    }
}

/// A failure: what it says, and what was done before it was given up.
pub struct Failure {
    pub diagnostic: Diagnostic,
    pub calls: usize,
    pub waits: Vec<Duration>,
}

/// Asks a server with these replies in turn, and expects an error of this code after so many calls.
pub fn fails(replies: Vec<Reply>, request: &Request, code: Code, calls: usize) -> Failure {
    let kit = Kit::new(&Server::in_turn(replies.clone()).base_url, |_| {});
    let diagnostic = kit.fetch(request).unwrap_err();
    assert_eq!(diagnostic.code, code, "{replies:?}: {}", diagnostic.message);
    let failure = Failure { diagnostic, calls: kit.statuses().len(), waits: kit.waits() };
    assert_eq!(failure.calls, calls, "{replies:?}: {}", failure.diagnostic.message);
    failure
}

pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A request like most.
pub fn activity() -> Request {
    Request::get("/activity").with("date", "2026-02-01")
}
