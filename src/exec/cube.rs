//! The calls of one question to the cube: sent as the planner hands them out, their answers handed back.

use serde_json::Value as Json;
use tokio::task::JoinSet;

use crate::diagnostics::{Code, Diagnostic};
use crate::model::cube::CubeQuery;
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
    let mut run = Run::new(query, facts)?;
    let mut pages: Vec<(usize, Json)> = Vec::new();
    let mut tasks = JoinSet::new();
    loop {
        for sent in run.next() {
            let client = client.clone();
            tasks.spawn(async move { (sent.id, client.fetch(&sent.request).await) });
        }
        let Some(done) = tasks.join_next().await else { break };
        let (id, fetched) = done.map_err(|error| {
            Diagnostic::error(Code::E0703, format!("a request ended unexpectedly: {error}")).help("please report this")
        })?;
        let page = fetched?.pages.into_iter().next().unwrap_or_default();
        run.take(id, &page)?;
        pages.push((id, page));
    }
    pages.sort_by_key(|(id, _)| *id);
    let gathered = run.finish()?;
    let warnings = gathered.namesakes.into_iter().map(|(dimension, label)| {
        let message = format!("several of `{}` are called \"{label}\", and their rows are one here", dimension.name);
        Diagnostic::warning(Code::E0605, message).help("`key_hash` tells keys apart, `user_email` members")
    });
    Ok(Gathered {
        rows: gathered.rows,
        warnings: warnings.collect(),
        missing: gathered.missing,
        pages: pages.into_iter().map(|(_, page)| page).collect(),
    })
}

/// Requests that a check counts.
pub async fn requests(client: &Client, query: &CubeQuery, facts: &Facts) -> Result<f64, Diagnostic> {
    let gathered = gather(client, query, facts).await?;
    let counts = gathered.rows.iter().filter_map(|row| row.get("request_count").and_then(Json::as_f64));
    Ok(counts.sum())
}
