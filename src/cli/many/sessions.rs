//! Sessions for many scripts: each has its own, and they share keys, limits and the demo account.

use std::sync::Arc;

use tokio::runtime::Runtime;

use super::pool::no_thread;
use crate::check::{Arguments, Purpose};
use crate::cli::arguments::Options;
use crate::cli::commands::Query;
use crate::cli::sandbox;
use crate::cli::start::{Connection, no_runtime, wishes};
use crate::diagnostics::Diagnostic;
use crate::exec::{Inputs, Permissions, Places, Watch};
use crate::net::{Client, ClientOptions, KeptMeta, Limiter};
use crate::session::{Clock, Session};

/// What sessions are made of.
pub struct Sessions<'o> {
    pub options: &'o Options,
    clock: Clock,
    client: ClientOptions,
    meta: KeptMeta,
    sandbox: Option<Places>,
}

impl<'o> Sessions<'o> {
    /// Opens nothing but the demo account, where it is asked for.
    pub fn new(options: &'o Options) -> Result<Self, Diagnostic> {
        let mut connection = Connection::open(options, None, None)?;
        if options.demo {
            let runtime = connection.demo.runtime()?;
            let serve = move || runtime.block_on(std::future::pending::<()>());
            std::thread::Builder::new().spawn(serve).map_err(|error| no_thread(&error))?;
        }
        // One limit for all sessions: the API counts them together.
        let at_rest = connection.base.is_loopback() && !options.rate_limit;
        let limiter = if at_rest { Limiter::at_rest() } else { Limiter::on() };
        Ok(Self {
            options,
            clock: connection.clock,
            client: ClientOptions { limiter: Some(Arc::new(limiter)), ..connection.options },
            meta: KeptMeta::load(&connection.places, &connection.base),
            sandbox: sandbox::places(options)?,
        })
    }

    /// What a script may do.
    pub fn permissions(&self, query: &Query) -> Permissions {
        let places = self.sandbox.clone().unwrap_or_else(|| query.places.clone());
        Permissions { places, force: self.options.force }
    }

    /// A session for one script, with the values of its parameters.
    pub fn session(
        &self,
        query: &Query,
        values: Vec<(String, String)>,
        purpose: Purpose,
    ) -> Result<Session, Diagnostic> {
        let client = Client::new(self.client.clone())?;
        let session = Session::new(self.clock, client, self.permissions(query)).wishing(wishes(self.options));
        let session = session.in_zone(self.options.tz.clone().unwrap_or_default()).knowing(self.meta.clone());
        let inputs = Inputs { standard: query.input.clone(), watch: Watch::default() };
        Ok(session.reading(inputs).with(Arguments { values, purpose }).of_script(query.file.clone()))
    }
}

/// What runs the requests of one session.
pub fn runtime() -> Result<Runtime, Diagnostic> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| no_runtime(&error))
}
