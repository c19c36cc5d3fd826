//! What the protocol asks for: who this is, which tools and resources there are, and their answers. Each query has a thread
//! and a session of its own.

use std::sync::Arc;

use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ErrorData, Implementation, ListResourcesResult,
    ListToolsResult, PaginatedRequestParams, ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult,
    Resource, ResourceContents, ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData as McpError, RoleServer};
use tokio::sync::{Semaphore, oneshot};

use super::{Host, scripts, tools};
use crate::harmless;
use crate::session::Cancel;

/// So many queries run at once; others wait.
const AT_ONCE: usize = 4;

/// An expression may be a thousand operators deep.
const STACK: usize = 256 << 20;

const REFERENCE: &str = "orq://reference";

const INSTRUCTIONS: &str = "orq answers questions about OpenRouter usage. A query is a source and stages: \
    `activity last 7d | group model | sum cost | top 5`. Sources are `activity` (spend by day), `analytics` (all \
    requests of a year, percentiles too), `generations` (single requests), `keys`, `credits`, `models`, `endpoints` and \
    others: `describe` lists them, `describe` with a name shows columns and examples. An answer that would miss days is \
    an error, never a smaller number.";

pub struct Server {
    host: Arc<dyn Host>,
    turns: Arc<Semaphore>,
}

impl Server {
    pub fn new(host: Arc<dyn Host>) -> Self {
        Self { host, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// The work of a tool on a thread of its own.
    async fn called(&self, request: CallToolRequestParams, cancel: Cancel) -> Result<CallToolResult, McpError> {
        let broken = |error: &dyn std::fmt::Display| McpError::internal_error(error.to_string(), None);
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|error| broken(&error))?;
        let (host, name) = (Arc::clone(&self.host), request.name.into_owned());
        let called = name.clone();
        let (done, result) = oneshot::channel();
        let work = move || {
            let answer = tools::call(host.as_ref(), &called, request.arguments.unwrap_or_default(), cancel);
            drop(turn);
            // Nobody waits for it any more.
            let _ = done.send(answer);
        };
        std::thread::Builder::new().stack_size(STACK).spawn(work).map_err(|error| broken(&error))?;
        let answer = result.await.map_err(|error| broken(&error))?;
        answer.ok_or_else(|| McpError::invalid_params(format!("there is no tool `{}`", harmless::line(&name)), None))
    }
}

/// Ends the query when nobody waits for it any more.
struct EndsWithMe(Cancel);

impl Drop for EndsWithMe {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_resources().build();
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("orq", env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, McpError> {
        Ok(ListToolsResult::with_all_items(tools::list(self.host.sandbox())))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, McpError> {
        let cancel = Cancel::default();
        let ends = EndsWithMe(cancel.clone());
        let answered = tokio::select! {
            answered = self.called(request, cancel) => answered,
            () = context.ct.cancelled() => Err(McpError::internal_error("cancelled", None)),
        };
        drop(ends);
        answered.map(CallToolResponse::from)
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, McpError> {
        let reference = Resource::new(REFERENCE, "reference")
            .with_description("The whole language: sources with their columns, verbs, functions and formats")
            .with_mime_type("text/markdown");
        let saved = scripts::all(self.host.sandbox()).into_iter().map(|saved| {
            Resource::new(saved.uri(), saved.file.clone()).with_description(saved.doc()).with_mime_type("text/plain")
        });
        Ok(ListResourcesResult::with_all_items(std::iter::once(reference).chain(saved).collect()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, McpError> {
        let text = if request.uri == REFERENCE {
            Some((self.host.reference(), "text/markdown"))
        } else {
            let found = scripts::all(self.host.sandbox()).into_iter().find(|saved| saved.uri() == request.uri);
            found.map(|saved| (saved.text, "text/plain"))
        };
        let (text, kind) = text.ok_or_else(|| {
            let message = format!("there is no resource `{}`", harmless::line(&request.uri));
            ErrorData::resource_not_found(message, None)
        })?;
        Ok(ReadResourceResult::new(vec![ResourceContents::text(text, request.uri).with_mime_type(kind)]).into())
    }
}
