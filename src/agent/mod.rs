//! `orq mcp`: agents ask over the Model Context Protocol, a line of JSON each way. Every query is one of a sandbox.

mod answer;
mod arguments;
mod lines;
mod scripts;
mod server;
mod tools;

use std::path::PathBuf;
use std::sync::Arc;

use rmcp::service::{ServerInitializeError, serve_server};
use tokio::runtime::Runtime;

use crate::check::Arguments;
use crate::diagnostics::{Code, Diagnostic};
use crate::exec::Sandbox;
use crate::model::schema::Schema;
use crate::session::Session;

/// What a server is made of: sessions, and the texts that the command line shows too.
pub trait Host: Send + Sync + 'static {
    /// A session of its own for one text, and what runs its requests.
    fn start(&self, asked: Asked) -> Result<(Session, Runtime), Diagnostic>;

    /// What is allowed to each of them.
    fn sandbox(&self) -> &Sandbox;

    /// One name of the catalog, or all of them.
    fn describe(&self, name: Option<&str>) -> Result<String, Diagnostic>;

    /// The columns of a query.
    fn columns(&self, query: &str, schema: &Schema) -> String;

    /// The whole reference as Markdown.
    fn reference(&self) -> String;
}

/// What a session is for.
#[derive(Debug, Default)]
pub struct Asked {
    pub arguments: Arguments,
    /// The file of the script, where the text is one.
    pub script: Option<PathBuf>,
}

/// Answers the lines of standard input until that ends.
pub fn serve(host: impl Host, runtime: &Runtime) -> Result<(), Diagnostic> {
    let (transport, writer) = lines::standard()?;
    let server = server::Server::new(Arc::new(host));
    let served = runtime.block_on(async {
        match serve_server(server, transport).await {
            // Whatever ended it, there is nobody left to tell.
            Ok(running) => {
                let _ = running.waiting().await;
                Ok(())
            }
            Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
            Err(error) => Err(Diagnostic::error(Code::E0801, format!("the client did not begin as MCP does: {error}"))
                .help("a client sends `initialize` first")),
        }
    });
    // What was answered is written before the process ends.
    writer.finish();
    served
}
