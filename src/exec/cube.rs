//! The calls of one question to the cube: sent as the planner hands them out, their answers handed back.

use serde_json::Value as Json;
use tokio::task::JoinSet;

use super::fetch::broken_off;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::cube::{CubeQuery, Dimension, Values};
use crate::model::request::{CallKind, Request};
use crate::model::route::Facts;
use crate::model::window::Days;
use crate::net::Client;
use crate::plan::cube::Run;

#[derive(Debug, Default)]
pub struct Gathered {
    pub rows: Vec<Json>,
    pub pages: Vec<Json>,
    pub warnings: Vec<Diagnostic>,
    pub missing: Vec<Days>,
}

pub async fn gather(client: &Client, query: &CubeQuery, facts: &Facts) -> Result<Gathered, Diagnostic> {
    gather_as(client, query, facts, CallKind::Data).await
}

async fn gather_as(client: &Client, query: &CubeQuery, facts: &Facts, kind: CallKind) -> Result<Gathered, Diagnostic> {
    let mut run = Run::new(query, facts)?;
    let mut pages: Vec<(usize, Json)> = Vec::new();
    let mut tasks = JoinSet::new();
    loop {
        for sent in run.next() {
            let (client, request) = (client.clone(), Request { kind, ..sent.request });
            tasks.spawn(async move { (sent.id, client.fetch(&request).await) });
        }
        let Some(done) = tasks.join_next().await else { break };
        let (id, fetched) = done.map_err(broken_off)?;
        let page = fetched?.pages.into_iter().next().unwrap_or_default();
        run.take(id, &page)?;
        pages.push((id, page));
    }
    pages.sort_by_key(|(id, _)| *id);
    let gathered = run.finish()?;
    let mut warnings = Vec::new();
    for named in gathered.namesakes.chunk_by(|(a, _), (b, _)| a == b) {
        let Some((dimension, _)) = named.first() else { continue };
        let labels: Vec<String> = named.iter().map(|(_, label)| format!("\"{label}\"")).collect();
        let message =
            format!("several of `{}` share a name, and their rows are one here: {}", dimension.name, labels.join(", "));
        warnings.push(Diagnostic::warning(Code::E0605, message).label("names that are not one").help(apart(dimension)));
    }
    Ok(Gathered {
        rows: gathered.rows,
        warnings,
        missing: gathered.missing,
        pages: pages.into_iter().map(|(_, page)| page).collect(),
    })
}

/// What tells two of one name apart.
fn apart(dimension: &Dimension) -> &'static str {
    match dimension.values {
        Values::Keys => "`key_hash` tells live keys apart",
        Values::Users => "`user_email` tells members apart",
        Values::Plain | Values::Permaslugs | Values::Requests | Values::Workspaces | Values::Apps => {
            "give them names of their own"
        }
    }
}

/// Requests that a check counts.
pub async fn requests(client: &Client, query: &CubeQuery, facts: &Facts) -> Result<f64, Diagnostic> {
    let gathered = gather_as(client, query, facts, CallKind::Lookup).await?;
    let counts = gathered.rows.iter().filter_map(|row| row.get("request_count").and_then(Json::as_f64));
    Ok(counts.sum())
}
