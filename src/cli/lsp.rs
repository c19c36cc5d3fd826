//! `orq lsp`: what the server of editors needs of the command line.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::Options;
use super::sandbox::{self, SandboxOptions};
use super::start::wishes;
use crate::check::{Arguments, Purpose};
use crate::diagnostics::{Diagnostic, Exit};
use crate::exec::{Permissions, Places};
use crate::lsp::{self, Host};
use crate::net::{Base, Client, ClientOptions, Credentials, KeptMeta, Places as KeyPlaces};
use crate::session::{Clock, Session};

/// How an editor is told of it, and what it does not do.
pub const HELP: &str = "An editor starts it with the command `orq` and the argument `lsp` for files that end in `.orq`. It \
    checks, completes, explains and formats; it sends nothing, needs no key and writes no file. Files that texts use or \
    read are looked at below the folders of the workspace and beside the text, or in those of `--allow-dir`. \
    `orq describe --reference` says how editors are set up.";

pub fn run(options: &Options) -> Result<Exit, Diagnostic> {
    lsp::serve(Sessions { options: options.clone() })
}

struct Sessions {
    options: Options,
}

impl Host for Sessions {
    fn enter(&mut self, directory: &Path) {
        // Where it is not there, paths stay relative to where the editor started the server.
        let _ = std::env::set_current_dir(directory);
    }

    fn session(&self, file: Option<PathBuf>, directories: &[PathBuf]) -> Result<Session, Diagnostic> {
        let own = &self.options;
        let there = directories.iter().filter(|directory| directory.is_dir()).cloned();
        let allow_dir: Vec<PathBuf> = own.sandbox.allow_dir.iter().cloned().chain(there).collect();
        let flags = SandboxOptions { sandbox: true, allow_dir, ..own.sandbox.clone() };
        let sandbox = sandbox::of(&Options { sandbox: flags, ..own.clone() })?;
        let clock = own.now.map_or(Clock::System, Clock::Frozen);
        let client = ClientOptions::new(Arc::new(Credentials::new(KeyPlaces::nowhere())));
        let base = Base::new(&client.base_url, &[])?;
        let permissions = Permissions { places: Places::Sandbox(Arc::new(sandbox)), force: false };
        let arguments = Arguments { values: Vec::new(), purpose: Purpose::Look };
        let session = Session::new(clock, Client::new(client)?, permissions).wishing(wishes(own)).with(arguments);
        let session = session.in_zone(own.tz.clone().unwrap_or_default());
        Ok(session.knowing(KeptMeta::load(&KeyPlaces::of_process(), &base)).of_script(file))
    }
}
