//! All requests of a run at once, and what routing has to look up before.

use std::collections::{HashSet, VecDeque};

use jiff::civil::Date;
use polars::frame::DataFrame;
use serde_json::Value as Json;
use tokio::task::{JoinError, JoinSet};

use super::kept::KeptRows;
use super::unseen::unseen;
use super::{cube, decode, kept, notice};
use crate::diagnostics::{Code, Diagnostic};
use crate::ledger::Ledger;
use crate::model::catalog::ColumnDef;
use crate::model::cube::{CubeQuery, Dimension};
use crate::model::request::{CallKind, Request};
use crate::model::route::{Facts, Lookup, Piece, Trust, Work};
use crate::model::window::Days;
use crate::net::Client;
use crate::plan::{Fetch, Named};
use crate::sources;

/// Rows as the engine has them; nobody else looks into them.
pub type Rows = DataFrame;

/// The rows of each fetch, and the answers they came from.
#[derive(Debug, Default)]
pub struct Fetched {
    pub frames: Vec<Rows>,
    /// Fetches whose last day has not a single row.
    pub silent: Vec<Silent>,
    /// Every page as the API gave it, in the order of the plan.
    pub pages: Vec<Json>,
    pub warnings: Vec<Diagnostic>,
    /// Names that are not what they seem, by fetch.
    pub names: Vec<(usize, Named)>,
    /// Days that the API was found not to have, by fetch.
    pub missing: Vec<(usize, Days)>,
}

/// A last day without rows: nothing was used, or the API lags behind.
#[derive(Clone, Debug)]
pub struct Silent {
    pub fetch: usize,
    pub day: Date,
    /// What tells which of the two it is.
    pub check: Option<CubeQuery>,
}

/// What one piece gave.
#[derive(Debug, Default)]
pub struct Part {
    pub rows: Vec<Json>,
    pub pages: Vec<Json>,
    /// Labels that several things bear.
    pub namesakes: Vec<(&'static Dimension, String)>,
    /// Models that are no longer listed, by their lasting names.
    pub unlisted: Vec<String>,
    missing: Vec<Days>,
    /// More came in while it was asked for.
    settling: bool,
}

/// Gets what routing needs to know, and nothing where nothing is needed.
pub async fn look_up(client: &Client, lookups: &[Lookup], facts: Facts) -> Result<Facts, Diagnostic> {
    let mut facts = facts;
    for lookup in lookups {
        let mut lists = Vec::new();
        for request in sources::requests_of(*lookup, &facts) {
            let pages = match client.fetch(&request).await {
                Ok(fetched) => fetched.pages,
                // An account of one has no list of members (fact 5).
                Err(error) if error.code == Code::E0507 && *lookup == Lookup::Members => Vec::new(),
                Err(error) => return Err(error),
            };
            lists.push(decode::listed(&pages, &request)?);
        }
        facts = sources::facts_of(*lookup, lists, facts)
            .map_err(|field| decode::lacks(&format!("the look-up of {lookup:?}").to_lowercase(), &field))?;
    }
    Ok(facts)
}

/// Sends every request of these fetches at once; the first failure ends them all. What the ledger has is read from there.
pub async fn fetch(
    client: &Client,
    ledger: &Ledger,
    fetches: &[Fetch],
    facts: &Facts,
    keep_pages: bool,
) -> Result<Fetched, Diagnostic> {
    client.planned(fetches.iter().map(|fetch| fetch.calls(facts).0).sum());
    let mut tasks = JoinSet::new();
    for (index, fetch) in fetches.iter().enumerate() {
        for (place, piece) in fetch.offer.pieces.iter().enumerate() {
            let (client, piece, facts) = (client.clone(), piece.clone(), facts.clone());
            tasks.spawn(async move { (index, place, part(&client, &piece, &facts).await) });
        }
    }
    let mut parts: Vec<(usize, usize, Part)> = Vec::new();
    while let Some(done) = tasks.join_next().await {
        let (index, place, part) = done.map_err(broken_off)?;
        let span = fetches.get(index).map(|fetch| fetch.scan.span);
        let part = part.map_err(|error| match (error.span, span) {
            (None, Some(span)) => error.at(span).label("asked for this"),
            _ => error,
        })?;
        parts.push((index, place, part));
    }
    parts.sort_by_key(|(index, place, _)| (*index, *place));
    one_name_for_each_model(fetches, &mut parts, facts);
    let mut parts = VecDeque::from(parts);
    let mut fetched = Fetched::default();
    for (index, fetch) in fetches.iter().enumerate() {
        let mut frame = decode::frame(&fetch.columns, &[])?;
        let mut rows: Vec<(&Piece, Vec<Json>)> = Vec::new();
        let mut known = HashSet::new();
        for piece in &fetch.offer.pieces {
            let Some((_, _, mut part)) = parts.pop_front() else { break };
            part.rows = decode::once(piece, part.rows, &mut known);
            let settling = part.settling.then(|| notice::settling(fetch.scan.span));
            for said in notice::of(piece, &part.pages).into_iter().chain(settling) {
                if fetched.warnings.iter().all(|other| other.message != said.message) {
                    fetched.warnings.push(said);
                }
            }
            let rows_of_piece = match &piece.work {
                Work::Kept(kept) => {
                    let KeptRows { rows, namesakes, unlisted } = kept::kept(ledger, kept, piece.days, &fetch.columns)?;
                    fetched.names.extend(unlisted.into_iter().map(|name| (index, Named::Unlisted(name))));
                    let of = |(column, name): (&str, String)| Some((sources::entity(column)?, name));
                    fetched.names.extend(
                        namesakes.into_iter().filter_map(of).map(|(of, name)| (index, Named::Several(of, name))),
                    );
                    rows
                }
                Work::Request(_) | Work::Cube(_) => decode::frame(&read_as(piece, &fetch.columns), &part.rows)?,
            };
            frame.vstack_mut(&rows_of_piece).map_err(decode::defect)?;
            fetched.names.extend(part.namesakes.into_iter().map(|(of, name)| (index, Named::Several(of, name))));
            fetched.names.extend(part.unlisted.into_iter().map(|name| (index, Named::Unlisted(name))));
            fetched.missing.extend(part.missing.into_iter().map(|days| (index, days)));
            if keep_pages {
                fetched.pages.extend(part.pages);
            }
            rows.push((piece, part.rows));
        }
        fetched.silent.extend(silent(index, &rows)?);
        fetched.warnings.extend(unseen(fetch, &frame));
        fetched.frames.push(frame);
    }
    Ok(fetched)
}

/// Days of the cube and days of `/activity` call a retired model the same, whichever way each of them came.
fn one_name_for_each_model(fetches: &[Fetch], parts: &mut [(usize, usize, Part)], facts: &Facts) {
    let of_cube = |index: usize, place: usize| {
        let piece = fetches.get(index).and_then(|fetch| fetch.offer.pieces.get(place));
        piece.is_some_and(|piece| matches!(piece.work, Work::Cube(_)))
    };
    let others = parts.iter().filter(|(index, place, _)| !of_cube(*index, *place));
    let retired = sources::retired(others.flat_map(|(_, _, part)| &part.rows), facts);
    for (index, place, part) in parts {
        if of_cube(*index, *place) {
            sources::renamed(&mut part.rows, &retired);
            part.unlisted.retain(|name| !retired.contains_key(name));
        }
    }
}

/// A task that did not come to its end.
pub fn broken_off(error: JoinError) -> Diagnostic {
    Diagnostic::error(Code::E0703, format!("a request ended unexpectedly: {error}")).help("please report this")
}

/// Where the answer of a piece has the columns.
pub fn read_as(piece: &Piece, columns: &[&'static ColumnDef]) -> Vec<&'static ColumnDef> {
    let own = |def: &&'static ColumnDef| piece.read_as.and_then(|source| source.column(def.name)).unwrap_or(*def);
    columns.iter().map(own).collect()
}

/// The last day of a list by days, where no piece that reaches it has a row of it.
fn silent(fetch: usize, rows: &[(&Piece, Vec<Json>)]) -> Result<Option<Silent>, Diagnostic> {
    let listed = || rows.iter().filter(|(piece, _)| matches!(piece.work, Work::Request(_)));
    let Some(day) = listed().filter_map(|(piece, _)| piece.days).map(|days| days.last).max() else { return Ok(None) };
    let mut check = None;
    for (piece, rows) in listed().filter(|(piece, _)| piece.days.is_some_and(|days| days.last == day)) {
        if decode::has_day(rows, day)? {
            return Ok(None);
        }
        check = check.or_else(|| piece.check.clone());
    }
    Ok(Some(Silent { fetch, day, check }))
}

/// All rows of one piece.
pub async fn part(client: &Client, piece: &Piece, facts: &Facts) -> Result<Part, Diagnostic> {
    match &piece.work {
        Work::Request(request) => {
            let pages = answer(client, piece, request).await?;
            Ok(Part { rows: decode::rows_of(piece, request, &pages)?, pages, ..Part::default() })
        }
        // It is read where the columns are known.
        Work::Kept(_) => Ok(Part::default()),
        Work::Cube(query) => {
            let mut gathered = cube::gather(client, query, facts).await?;
            let mut rows = sources::named(std::mem::take(&mut gathered.rows), query, facts)?;
            for fields in rows.iter_mut().filter_map(Json::as_object_mut) {
                fields.extend(piece.added.iter().map(|(name, value)| (name.to_string(), value.clone())));
            }
            let unlisted = sources::unlisted(&rows, facts);
            let cube::Gathered { pages, namesakes, missing, settling, .. } = gathered;
            Ok(Part { rows, pages, namesakes, unlisted, missing, settling })
        }
    }
}

/// The pages of one request, where they are to be trusted.
async fn answer(client: &Client, piece: &Piece, request: &Request) -> Result<Vec<Json>, Diagnostic> {
    let pages = decode::without(client.fetch(request).await?.pages, piece.secret);
    match piece.trust {
        Trust::ZerosOfManagementKeys(fields) if decode::are_zeros(&pages, request, fields)? => {
            // The same key is asked what it is.
            let about = Request { kind: CallKind::Lookup, key: request.key, ..Request::get("/key") };
            let itself = client.fetch(&about).await?.pages;
            if decode::is_management_key(&itself, &about)? { Ok(pages) } else { Err(not_to_be_trusted(request)) }
        }
        Trust::AsItIs | Trust::ZerosOfManagementKeys(_) => Ok(pages),
    }
}

fn not_to_be_trusted(request: &Request) -> Diagnostic {
    let asked = request.shown();
    let message = format!("`{asked}` answers with zeros, as it does to a key that is not a management key");
    Diagnostic::error(Code::E0502, message)
        .help("this looks like an API key: set OPENROUTER_MANAGEMENT_KEY to a management key")
}
