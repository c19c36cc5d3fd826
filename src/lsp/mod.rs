//! `orq lsp`: editors ask over the Language Server Protocol. Whatever is answered is what the program says elsewhere: the
//! check, the prompt's completion, the pages of the reference, `fmt`. Nothing is sent, and nothing is written.
//!
//! | room | what it holds |
//! |---|---|
//! | `wire` | messages in and out |
//! | `server` | which message is answered by whom |
//! | `documents` | texts that are open, and what is wrong with them |
//! | `position` | positions and bytes (pure) |
//! | `place` | files and their addresses (pure) |
//! | `trouble` | diagnostics and their fixes in the terms of the protocol (pure) |
//! | `cursor` | completion, the page of a name, what a function takes |
//! | `outline` | what a text defines, and where (pure) |
//! | `paint` | what each piece of a text is |

mod cursor;
mod documents;
mod outline;
mod paint;
mod place;
pub mod position;
mod server;
mod trouble;
mod wire;

use std::path::{Path, PathBuf};

use crate::diagnostics::{Diagnostic, Exit};
use crate::session::Session;

/// What a server is made of.
pub trait Host {
    /// The directory that paths of texts are relative to is this one from now on, where it is there.
    fn enter(&mut self, directory: &Path);

    /// A session for the text of a file, or of none, that asks nobody and reads files below these directories alone.
    fn session(&self, file: Option<PathBuf>, directories: &[PathBuf]) -> Result<Session, Diagnostic>;
}

/// Answers until the client is done: well, where it said so before.
pub fn serve(host: impl Host) -> Result<Exit, Diagnostic> {
    let wire = wire::Wire::standard()?;
    let ended = server::Server::new(host).run(&wire);
    wire.finish();
    Ok(ended)
}
