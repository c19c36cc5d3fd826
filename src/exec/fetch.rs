//! All requests of a run at once, and what routing has to look up before.

use jiff::civil::Date;
use polars::frame::DataFrame;
use serde_json::Value as Json;
use tokio::task::JoinSet;

use super::{decode, notice};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::rel::Scan;
use crate::model::request::{CallKind, Request};
use crate::model::route::{Facts, Lookup, Piece, Trust};
use crate::net::Client;
use crate::plan::Fetch;
use crate::sources;

/// The rows of each scan, and the answers they came from.
#[derive(Debug, Default)]
pub struct Fetched {
    pub frames: Vec<(Scan, DataFrame)>,
    /// Last days of scans without a single row: nothing was used, or the API lags behind.
    pub silent: Vec<(Scan, Date)>,
    /// What has to be said along with the rows, each once.
    pub notices: Vec<Diagnostic>,
    /// Every page as the API gave it, but for secrets, in the order of the plan.
    pub pages: Vec<Json>,
}

/// Gets what routing needs to know, and nothing where nothing is needed.
pub async fn look_up(client: &Client, lookups: &[Lookup], facts: Facts) -> Result<Facts, Diagnostic> {
    let mut facts = facts;
    for lookup in lookups {
        match lookup {
            Lookup::Workspaces => {
                let request = Request { kind: CallKind::Lookup, ..sources::workspaces_request() };
                let pages = client.fetch(&request).await?.pages;
                facts.workspaces = Some(decode::names(&pages, &request)?);
            }
        }
    }
    Ok(facts)
}

/// Sends every request of these fetches at once; the first failure ends them all.
pub async fn fetch(client: &Client, fetches: &[Fetch], keep_pages: bool) -> Result<Fetched, Diagnostic> {
    let mut tasks = JoinSet::new();
    for (index, fetch) in fetches.iter().enumerate() {
        for (part, piece) in fetch.offer.pieces.iter().enumerate() {
            let (client, piece) = (client.clone(), piece.clone());
            tasks.spawn(async move { (index, part, answer(&client, &piece).await) });
        }
    }
    let mut answers: Vec<(usize, usize, Vec<Json>)> = Vec::new();
    while let Some(done) = tasks.join_next().await {
        let (index, part, answer) = done.map_err(|error| {
            Diagnostic::error(Code::E0703, format!("a request ended unexpectedly: {error}")).help("please report this")
        })?;
        let place = fetches.get(index).map(|fetch| fetch.scan.span);
        let answer = answer.map_err(|error| match (error.span, place) {
            (None, Some(span)) => error.at(span).label("asked for this"),
            _ => error,
        })?;
        answers.push((index, part, answer));
    }
    answers.sort_by_key(|(index, part, _)| (*index, *part));
    let mut fetched = Fetched::default();
    for (index, fetch) in fetches.iter().enumerate() {
        let mine = answers.iter().filter(|(of, _, _)| *of == index);
        let pieces = mine.filter_map(|(_, part, pages)| Some((fetch.offer.pieces.get(*part)?, pages.as_slice())));
        let pieces: Vec<(&Piece, &[Json])> = pieces.collect();
        if let Some(last) = pieces.iter().filter_map(|(piece, _)| piece.days).map(|days| days.last).max()
            && !decode::has_day(&pieces, last)?
        {
            fetched.silent.push((fetch.scan.clone(), last));
        }
        for said in pieces.iter().filter_map(|(piece, pages)| notice::of(piece, pages)) {
            if fetched.notices.iter().all(|other| other.message != said.message) {
                fetched.notices.push(said);
            }
        }
        fetched.frames.push((fetch.scan.clone(), decode::frame(&fetch.columns, pieces.into_iter())?));
    }
    if keep_pages {
        fetched.pages = answers.into_iter().flat_map(|(_, _, pages)| pages).collect();
    }
    Ok(fetched)
}

/// The pages of one request, where they are to be trusted.
async fn answer(client: &Client, piece: &Piece) -> Result<Vec<Json>, Diagnostic> {
    let pages = decode::without(client.fetch(&piece.request).await?.pages, piece.secret);
    match piece.trust {
        Trust::ZerosOfManagementKeys(fields) if decode::are_zeros(&pages, &piece.request, fields)? => {
            // The same key is asked what it is.
            let request = Request { kind: CallKind::Lookup, key: piece.request.key, ..Request::get("/key") };
            let itself = client.fetch(&request).await?.pages;
            if decode::is_management_key(&itself, &request)? { Ok(pages) } else { Err(not_to_be_trusted(piece)) }
        }
        Trust::AsItIs | Trust::ZerosOfManagementKeys(_) => Ok(pages),
    }
}

fn not_to_be_trusted(piece: &Piece) -> Diagnostic {
    let asked = piece.request.shown();
    let message = format!("`{asked}` answers with zeros, as it does to a key that is not a management key");
    Diagnostic::error(Code::E0502, message)
        .help("this looks like an API key: set OPENROUTER_MANAGEMENT_KEY to a management key")
}
