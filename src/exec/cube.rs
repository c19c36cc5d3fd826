//! The calls of one question to the cube: sent as the planner hands them out, their answers handed back.

use jiff::SignedDuration;
use serde_json::Value as Json;
use tokio::task::JoinSet;

use super::fetch::broken_off;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::cube::{CubeQuery, Dimension};
use crate::model::request::{CallKind, Request};
use crate::model::route::Facts;
use crate::model::window::Days;
use crate::net::Client;
use crate::plan::{self, cube::Run};

#[derive(Debug, Default)]
pub struct Gathered {
    pub rows: Vec<Json>,
    pub pages: Vec<Json>,
    /// Labels that several things bear.
    pub namesakes: Vec<(&'static Dimension, String)>,
    pub missing: Vec<Days>,
    /// More came in while it was asked for.
    pub settling: bool,
}

/// The rows of a question. What does not add up while the last days are still settling is asked once more; where parts
/// have more than their total then, they are the later ones.
pub async fn gather(client: &Client, query: &CubeQuery, facts: &Facts) -> Result<Gathered, Diagnostic> {
    let settling = is_settling(query, facts);
    let (gathered, grown) = match gather_as(client, query, facts, CallKind::Data).await {
        Err(error) if error.code == Code::E0604 && settling => gather_as(client, query, facts, CallKind::Data).await?,
        Ok((_, Some(_))) if settling => gather_as(client, query, facts, CallKind::Data).await?,
        answered => answered?,
    };
    match grown {
        Some(error) if !settling => Err(error),
        grown => Ok(Gathered { settling: grown.is_some(), ..gathered }),
    }
}

/// Days settle for so long.
const SETTLING_DAYS: i64 = 3;

fn is_settling(query: &CubeQuery, facts: &Facts) -> bool {
    let settled = facts.now.checked_sub(SignedDuration::from_hours(24 * SETTLING_DAYS));
    settled.is_ok_and(|settled| query.window.end > settled)
}

/// The rows, and what is the matter where parts have more than their totals.
async fn gather_as(
    client: &Client,
    query: &CubeQuery,
    facts: &Facts,
    kind: CallKind,
) -> Result<(Gathered, Option<Diagnostic>), Diagnostic> {
    let mut run = Run::new(query, facts)?;
    let mut pages: Vec<(usize, Json)> = Vec::new();
    let mut tasks = JoinSet::new();
    loop {
        for sent in run.due() {
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
    let plan::cube::Gathered { rows, namesakes, missing, grown } = run.finish()?;
    let pages = pages.into_iter().map(|(_, page)| page).collect();
    Ok((Gathered { rows, pages, namesakes, missing, settling: false }, grown))
}

/// Requests that a check counts.
pub async fn requests(client: &Client, query: &CubeQuery, facts: &Facts) -> Result<f64, Diagnostic> {
    let (gathered, _) = gather_as(client, query, facts, CallKind::Lookup).await?;
    let counts = gathered.rows.iter().filter_map(|row| row.get("request_count").and_then(Json::as_f64));
    Ok(counts.sum())
}
