//! `orq mcp`: what the server of agents needs of the command line.

use std::sync::Arc;

use tokio::runtime::Runtime;

use super::arguments::Options;
use super::sandbox::{self, SandboxOptions};
use super::start::{Connection, no_runtime, wishes};
use super::{describe, programs, reference};
use crate::agent::{self, Asked, Host};
use crate::diagnostics::{Diagnostic, Exit};
use crate::exec::{Permissions, Places, Sandbox};
use crate::ledger::Ledger;
use crate::model::route::Wishes;
use crate::model::schema::Schema;
use crate::model::zone::Zone;
use crate::net::{Client, ClientOptions, KeptMeta, Limiter};
use crate::session::{CATALOG, Clock, Session};

/// How a client is told of it, and what is allowed.
pub const HELP: &str = "A client starts it with the command `orq` and the argument `mcp`; keys come from the environment \
    or a profile. Queries read files of the working directory alone, or of those of `--allow-dir`; they save nothing \
    without `--allow-save`, and show no `content` without `--allow-content`. Each `.orq` script of these directories is \
    a tool.";

pub fn run(options: &Options) -> Result<Exit, Diagnostic> {
    let options = Options { sandbox: SandboxOptions { sandbox: true, ..options.sandbox.clone() }, ..options.clone() };
    let sandbox = sandbox::of(&options)?;
    let mut connection = Connection::open(&options, None, None)?;
    let runtime = connection.demo.runtime()?;
    // One limit for all sessions: the API counts them together.
    let limiter = if options.demo && !options.rate_limit { Limiter::at_rest() } else { Limiter::on() };
    let ledger = connection.ledger(&options)?.unwrap_or_default();
    let client = ClientOptions { limiter: Some(Arc::new(limiter)), ..connection.options.clone() };
    let host = Sessions {
        clock: connection.clock,
        client,
        connection,
        ledger,
        sandbox: Arc::new(sandbox),
        wishes: wishes(&options),
        zone: options.tz.clone().unwrap_or_default(),
    };
    agent::serve(host, &runtime).map(|()| Exit::Fine)
}

/// Makes a session for each text, with one set of keys and one limit for all.
struct Sessions {
    connection: Connection,
    clock: Clock,
    ledger: Ledger,
    client: ClientOptions,
    sandbox: Arc<Sandbox>,
    wishes: Wishes,
    zone: Zone,
}

impl Sessions {
    fn session(&self) -> Result<Session, Diagnostic> {
        let meta = KeptMeta::load(&self.connection.places, &self.connection.base);
        let permissions = Permissions { places: Places::Sandbox(Arc::clone(&self.sandbox)), force: false };
        let session = Session::new(self.clock, Client::new(self.client.clone())?, permissions);
        let session = session.remembering(self.ledger.again().0);
        Ok(session.wishing(self.wishes).in_zone(self.zone.clone()).knowing(meta))
    }
}

impl Host for Sessions {
    fn start(&self, asked: Asked) -> Result<(Session, Runtime), Diagnostic> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| no_runtime(&error))?;
        Ok((self.session()?.with(asked.arguments).of_script(asked.script), runtime))
    }

    fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    fn describe(&self, name: Option<&str>) -> Result<String, Diagnostic> {
        match name {
            None => Ok(programs::agents::page_without_commands(&CATALOG)),
            Some(name) => describe::one(self.session()?.catalog(), name, None),
        }
    }

    fn columns(&self, query: &str, schema: &Schema) -> String {
        describe::columns(query, schema, None)
    }

    fn reference(&self) -> String {
        reference::reference(&CATALOG)
    }
}
