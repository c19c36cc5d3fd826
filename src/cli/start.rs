//! From flags to a session: the clock, the client with its keys, the demo account where it is asked for.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::runtime::Runtime;

use super::arguments::Options;
use super::progress::Progress;
use super::recording::{self, Opened};
use super::sandbox;
use crate::check::{Arguments, Purpose};
use crate::demo;
use crate::diagnostics::{Code, Diagnostic};
use crate::exec::{Inputs, Permissions, StandardInput, Watch};
use crate::ledger::{Accounts, Ledger};
use crate::model::request::KeyKind;
use crate::model::route::{Partial, Pushdown, Wishes};
use crate::model::zone::Zone;
use crate::net::{
    Answers, Base, Client, ClientOptions, Credentials, KeptMeta, KeptNames, Limiter, Observer, Places, Transport,
};
use crate::session::{Clock, Session};

/// A session, and the demo account that it may ask.
pub struct Started {
    pub session: Session,
    demo: Demo,
    pub credentials: Arc<Credentials>,
    /// Names that earlier prompts have seen.
    pub names: KeptNames,
    /// How its requests are answered.
    pub transport: Transport,
    options: Options,
    /// Where standard error is a terminal.
    pub progress: Option<Progress>,
}

impl Started {
    pub fn new(options: &Options, permissions: crate::exec::Places) -> Result<Self, Diagnostic> {
        Self::keeping(None, options, permissions)
    }

    /// Where a person asks again and again: answers are kept for a minute.
    pub fn prompt(options: &Options) -> Result<Self, Diagnostic> {
        let started = Self::keeping(Some(Arc::default()), options, crate::exec::Places::Anywhere)?;
        Ok(started.with_params(Purpose::Prompt))
    }

    /// With the values of `--param`.
    pub fn with_params(self, purpose: Purpose) -> Self {
        let arguments = Arguments { values: self.options.param.clone(), purpose };
        Self { session: self.session.with(arguments), ..self }
    }

    /// With texts that come from a file.
    pub fn of_script(self, file: Option<PathBuf>) -> Self {
        Self { session: self.session.of_script(file), ..self }
    }

    fn keeping(
        answers: Option<Arc<Answers>>,
        options: &Options,
        permissions: crate::exec::Places,
    ) -> Result<Self, Diagnostic> {
        let permissions = sandbox::places(options)?.unwrap_or(permissions);
        let progress = Progress::on_a_terminal();
        let connection = Connection::open(options, answers, progress.as_ref().map(Progress::observer))?;
        let names = KeptNames::at(&Places::of_process(), &connection.base);
        let permissions = Permissions { places: permissions, force: options.force };
        let ledger = connection.ledger(options)?;
        let session = Session::new(connection.clock, connection.client, permissions).wishing(wishes(options));
        let session = session.in_zone(connection.zone).knowing(connection.meta);
        let session = session.reading(Inputs { watch: watch(progress.as_ref()), ..Inputs::default() });
        let session = match ledger {
            Some(ledger) => session.remembering(ledger),
            None => session,
        };
        let Connection { demo, credentials, options: ClientOptions { transport, .. }, .. } = connection;
        Ok(Self { session, demo, credentials, names, transport, options: options.clone(), progress })
    }

    /// With what queries may read as `-`.
    pub fn reading(self, input: &StandardInput) -> Self {
        let inputs = Inputs { standard: input.clone(), watch: watch(self.progress.as_ref()) };
        Self { session: self.session.reading(inputs), ..self }
    }

    /// What runs the session's requests, and the demo account beside them.
    pub fn runtime(&mut self) -> Result<Runtime, Diagnostic> {
        self.demo.runtime()
    }
}

/// The client with its keys, and where they come from.
pub struct Connection {
    pub client: Client,
    /// What the client is made of, for others like it.
    pub options: ClientOptions,
    pub credentials: Arc<Credentials>,
    pub places: Places,
    pub base: Base,
    pub clock: Clock,
    pub zone: Zone,
    /// What the cube is known to have.
    pub meta: KeptMeta,
    pub demo: Demo,
}

impl Connection {
    /// The history of the account whose key would be used, where one is kept. A recording has all that it was made of, and
    /// nothing of what is kept on this machine.
    pub fn ledger(&self, options: &Options) -> Result<Option<Ledger>, Diagnostic> {
        if !matches!(self.options.transport, Transport::Wire) {
            return Ok(None);
        }
        let Some(directory) = self.places.ledger_dir(&self.base).filter(|_| !options.no_ledger && !options.raw) else {
            return Ok(None);
        };
        let accounts = Accounts::read(&directory);
        if accounts.are_none() {
            return Ok(None);
        }
        let mark = self.credentials.mark(KeyKind::Management)?;
        // What cannot be used is said by the run, which looks again.
        Ok(accounts.directory_of(mark.as_ref()).map(|directory| Ledger::open(&directory).0))
    }

    /// Opens a socket for the demo account where it is asked for; sends and reads nothing.
    pub fn open(
        options: &Options,
        answers: Option<Arc<Answers>>,
        observer: Option<Arc<dyn Observer>>,
    ) -> Result<Self, Diagnostic> {
        let listener =
            if options.demo { Some(TcpListener::bind("127.0.0.1:0").map_err(|error| no_demo(&error))?) } else { None };
        let places =
            Places { key_file: options.key_file.clone(), profile: options.profile.clone(), ..Places::of_process() };
        let credentials = Arc::new(match listener {
            Some(_) => Credentials::demo(demo::MANAGEMENT_KEY, demo::API_KEY),
            None => Credentials::new(places.clone()),
        });
        let base_url = match &listener {
            Some(listener) => {
                let address = listener.local_addr().map_err(|error| no_demo(&error))?;
                format!("http://{address}{}", demo::BASE_PATH)
            }
            None => options.base_url.clone(),
        };
        let base = Base::new(&base_url, &options.allow_host)?;
        let Opened { transport, clock, zone, meta } = recording::open(options, &base)?;
        let client_options = ClientOptions {
            base_url,
            allow_hosts: options.allow_host.clone(),
            timeout: options.timeout,
            retries: options.retries,
            limiter: options.rate_limit.then(|| Arc::new(Limiter::on())),
            answers,
            observer,
            transport,
            ..ClientOptions::new(Arc::clone(&credentials))
        };
        let client = Client::new(client_options.clone())?;
        let demo = Demo { listener, clock, faults: options.fault.clone() };
        Ok(Self { client, options: client_options, credentials, places, base, clock, zone, meta, demo })
    }
}

/// The demo account, where it is asked for.
pub struct Demo {
    listener: Option<TcpListener>,
    clock: Clock,
    faults: Vec<demo::Fault>,
}

impl Demo {
    /// What runs requests, and the demo account beside them.
    pub fn runtime(&mut self) -> Result<Runtime, Diagnostic> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| no_runtime(&error))?;
        if let Some(listener) = self.listener.take() {
            let served = serve(listener, self.clock, std::mem::take(&mut self.faults));
            runtime.spawn(async move {
                // The client reports what it cannot reach.
                let _ = served.await;
            });
        }
        Ok(runtime)
    }
}

/// Who is told how far files are read.
fn watch(progress: Option<&Progress>) -> Watch {
    Watch(progress.map(Progress::read_observer))
}

pub fn no_runtime(error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(Code::E0703, format!("no runtime can be started: {error}")).help("close other programs")
}

pub fn wishes(options: &Options) -> Wishes {
    Wishes {
        pushdown: if options.no_pushdown { Pushdown::Off } else { Pushdown::On },
        most_calls: options.max_calls,
        partial: if options.allow_partial { Partial::Allowed } else { Partial::Refused },
    }
}

/// The demo account on a listener, by the clock of the run.
pub async fn serve(listener: TcpListener, clock: Clock, faults: Vec<demo::Fault>) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let account = demo::Options { faults: faults.into(), ..demo::Options::new(Arc::new(move || clock.now())) };
    demo::serve(listener, account).await
}

pub fn no_demo(error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(Code::E0701, format!("the demo account cannot be started: {error}"))
        .help("choose another port, or `--port 0` for a free one")
}
