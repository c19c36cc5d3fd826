//! The client: a request in, its pages out, with keys, paging and retries put together.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::Value;

use super::answers::Answers;
use super::exchange::{self, Exchange};
use super::log::{Log, Observer, Times};
use super::paging::{More, Pages};
use super::problems::{self, Failed};
use super::recording::{Ended, Transport};
use super::retry::{Next, Patience};
use super::trouble::Trouble;
use super::{Base, Credentials, DEFAULT_BASE_URL, Key, Limiter, Pace, RealPace};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::request::{Call, CallKind, KeyKind, Request};

/// What a client is made of.
#[derive(Clone)]
pub struct ClientOptions {
    /// As the command line gives it; where a key may go there is checked by [`Client::new`].
    pub base_url: String,
    /// The hosts of `--allow-host`.
    pub allow_hosts: Vec<String>,
    /// For one attempt, from the connection to the end of the body.
    pub timeout: Duration,
    /// How often an attempt that failed for a moment is made again.
    pub retries: u32,
    pub credentials: Arc<Credentials>,
    /// None: at rest on this machine, on elsewhere.
    pub limiter: Option<Arc<Limiter>>,
    pub pace: Arc<dyn Pace>,
    pub observer: Option<Arc<dyn Observer>>,
    /// None: every request is sent.
    pub answers: Option<Arc<Answers>>,
    pub transport: Transport,
}

impl ClientOptions {
    /// OpenRouter itself, 30 s, 2 retries.
    pub fn new(credentials: Arc<Credentials>) -> Self {
        Self {
            base_url: DEFAULT_BASE_URL.to_string(),
            allow_hosts: Vec::new(),
            timeout: Duration::from_secs(30),
            retries: 2,
            credentials,
            limiter: None,
            pace: Arc::new(RealPace),
            observer: None,
            answers: None,
            transport: Transport::Wire,
        }
    }
}

/// What the API answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Fetched {
    /// At least one; each as the API gave it. The last page of a list may be empty.
    pub pages: Vec<Value>,
}

/// Asks the API. Clones share connections, limits and the log of calls.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    base: Base,
    timeout: Duration,
    retries: u32,
    credentials: Arc<Credentials>,
    limiter: Arc<Limiter>,
    pace: Arc<dyn Pace>,
    log: Log,
    answers: Option<Arc<Answers>>,
    transport: Transport,
    http: OnceLock<Result<reqwest::Client, Diagnostic>>,
    /// Calls for data that may still be made.
    allowed: AtomicUsize,
}

impl Client {
    /// E0802 where a key may not go to the base URL. Opens and reads nothing.
    pub fn new(options: ClientOptions) -> Result<Self, Diagnostic> {
        let base = Base::new(&options.base_url, &options.allow_hosts)?;
        let limiter = options
            .limiter
            .unwrap_or_else(|| Arc::new(if base.is_loopback() { Limiter::at_rest() } else { Limiter::on() }));
        let times = match options.transport {
            Transport::Wire => Times::Measured,
            Transport::Recorded(_) | Transport::Replayed(_) => Times::Zero,
        };
        let shared = Shared {
            base,
            timeout: options.timeout,
            retries: options.retries,
            credentials: options.credentials,
            limiter,
            pace: options.pace,
            log: Log::new(options.observer, times),
            answers: options.answers,
            transport: options.transport,
            http: OnceLock::new(),
            allowed: AtomicUsize::new(usize::MAX),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// All pages of the answer, or none.
    ///
    /// E0501 no key, or one that is not accepted · E0502 a key of the wrong kind · E0503 refused · E0504 failed at
    /// every attempt · E0505 not reached · E0506 not readable, or a list that is not complete · E0507 not found ·
    /// E0701 a file of keys that cannot be read.
    pub async fn fetch(&self, request: &Request) -> Result<Fetched, Diagnostic> {
        let Some(answers) = &self.shared.answers else { return self.ask(request).await };
        let now = self.shared.pace.now();
        if let Some(pages) = answers.find(request, now) {
            return Ok(Fetched { pages });
        }
        let fetched = self.ask(request).await?;
        answers.keep(request, &fetched.pages, now);
        Ok(fetched)
    }

    /// The answers that are kept, where they are.
    pub fn answers(&self) -> Option<&Answers> {
        self.shared.answers.as_deref()
    }

    async fn ask(&self, request: &Request) -> Result<Fetched, Diagnostic> {
        let key = self.key(request.key).await?;
        let mut pages = Pages::new(request.paging);
        loop {
            let page = self.page(request, &pages.arguments(), &key).await?;
            if pages.push(page).map_err(|what| problems::no_list(request, &what))? == More::No {
                return Ok(Fetched { pages: pages.into_pages() });
            }
        }
    }

    /// Hands over the calls that were made since this was last asked, failed and cancelled ones too, in the order in
    /// which they ended.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.log.take()
    }

    /// Who watches is told that so many calls will be made.
    pub fn planned(&self, calls: usize) {
        self.shared.log.planned(calls);
    }

    /// No more calls for data than these are made from now on; look-ups and further attempts are not counted.
    pub fn allow(&self, calls: usize) {
        self.shared.allowed.store(calls, Ordering::Relaxed);
    }

    /// E0603 where no call for data is left.
    fn spend(&self, request: &Request) -> Result<(), Diagnostic> {
        if request.kind == CallKind::Lookup {
            return Ok(());
        }
        let one_less = |left: usize| left.checked_sub(1);
        let spent = self.shared.allowed.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
        spent.map(|_| ()).map_err(|_| problems::too_many_calls(request))
    }

    /// One page, from wherever answers come.
    async fn page(&self, request: &Request, more: &[(&'static str, String)], key: &Key) -> Result<Value, Diagnostic> {
        self.spend(request)?;
        let shared = &*self.shared;
        let query: Vec<(&'static str, String)> = request.query.iter().chain(more).cloned().collect();
        shared.base.address(&request.path, &query)?;
        let _turn = self.turn().await;
        let ended = match &shared.transport {
            Transport::Wire => self.sent(request, &query, key).await?,
            Transport::Recorded(recorder) => {
                let (real, real_query) = recorder.real(request, &query);
                recorder.keep(request, &query, self.sent(&real, &real_query, key).await?)
            }
            Transport::Replayed(recording) => {
                let ended = recording.answer(request, &query)?;
                for status in &ended.statuses {
                    let mut record = shared.log.begin(request);
                    if let Some(status) = status {
                        record.status(*status);
                    }
                }
                ended
            }
        };
        let attempts = ended.statuses.len().try_into().unwrap_or(u32::MAX);
        ended.result.map_err(|(trouble, stop)| {
            let failed = Failed { request, base: &shared.base, key, attempts, timeout: shared.timeout };
            failed.diagnostic(&trouble, stop)
        })
    }

    /// Recorded calls are made one after the other, in the same order each time.
    async fn turn(&self) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        match &self.shared.transport {
            Transport::Wire => None,
            Transport::Recorded(recorder) => Some(recorder.turn().await),
            Transport::Replayed(recording) => Some(recording.turn().await),
        }
    }

    /// Asks the API until there is an answer or no hope of one.
    async fn sent(&self, request: &Request, query: &[(&'static str, String)], key: &Key) -> Result<Ended, Diagnostic> {
        let shared = &*self.shared;
        let url = shared.base.address(&request.path, query)?;
        let http = shared.http.get_or_init(|| exchange::http(&shared.base)).as_ref().map_err(Clone::clone)?;
        let mut patience = Patience::new(shared.retries, request.not_found);
        let mut statuses = Vec::new();
        loop {
            let waiting = |time| shared.log.waiting("orq keeps the API's limit", time);
            let pass = shared.limiter.ready(&request.path, shared.pace.as_ref(), waiting).await;
            let mut record = shared.log.begin(request);
            let exchange = Exchange {
                http,
                method: request.method,
                url: url.clone(),
                body: request.body.as_ref(),
                key,
                timeout: shared.timeout,
            };
            let answer = exchange.run(&mut record).await;
            statuses.push(record.answered());
            drop(record);
            drop(pass);
            let trouble = match answer {
                Ok(page) => return Ok(Ended { statuses, result: Ok(page) }),
                Err(trouble) => trouble,
            };
            if let Trouble::Refused(refusal) = &trouble
                && let Some(time) = refusal.retry_after
            {
                shared.limiter.hold(&request.path, time, shared.pace.now());
            }
            match patience.after(&trouble, shared.pace.chance()) {
                Next::Again { after, reason } => {
                    shared.log.waiting(reason, after);
                    shared.pace.sleep(after).await;
                }
                Next::Stop(stop) => return Ok(Ended { statuses, result: Err((trouble, stop)) }),
            }
        }
    }

    /// The key, looked for beside the tasks that are under way: a command may ask its user for a password first.
    async fn key(&self, kind: KeyKind) -> Result<Key, Diagnostic> {
        let _turn = self.turn().await;
        if let Transport::Replayed(_) = self.shared.transport {
            return Ok(Key::of_recording(kind));
        }
        let credentials = Arc::clone(&self.shared.credentials);
        let found = tokio::task::spawn_blocking(move || credentials.for_kind(kind).cloned());
        found.await.unwrap_or_else(|problem| {
            Err(Diagnostic::error(Code::E0703, format!("the look-up of the key broke off: {problem}"))
                .help("this is a defect of orq; set the key as an environment variable meanwhile"))
        })
    }
}
