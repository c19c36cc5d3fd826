//! Look-up joins: the keys of the rows that are there, what is asked for them, and the rows of both together. Many keys go
//! into one call where that is possible; those that it does not have are asked for alone.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use polars::prelude::*;
use serde_json::Value as Json;
use tokio::task::JoinSet;

use super::decode::{self, defect};
use super::fetch::{self, Rows};
use super::join::Join;
use super::notice;
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::model::catalog::ColumnDef;
use crate::model::rel::JoinKind;
use crate::model::route::{Facts, Lookup, Offer, Partial, Piece};
use crate::model::zone::Zone;
use crate::net::Client;
use crate::plan::by_key::{self, ByKey};
use crate::sources;

/// Look-up joins that are made, by their slots.
#[derive(Clone, Debug, Default)]
pub struct Joined(BTreeMap<usize, DataFrame>);

impl Joined {
    pub fn rows(&self, slot: usize) -> Option<&DataFrame> {
        self.0.get(&slot)
    }

    /// The rows of the input and those that were looked up, together; and what is worth knowing of them.
    pub fn join(&mut self, by_key: &ByKey<'_>, input: Rows, found: &Found) -> Result<Option<Diagnostic>, Diagnostic> {
        let on = by_key.on();
        // Keys that are looked up are texts.
        let zone = Zone::default();
        let join = Join { kind: by_key.kind(), on: &on, added: by_key.added, span: by_key.span, zone: &zone };
        let (rows, warning) = join.run(input.lazy(), found.rows.clone().lazy())?;
        self.0.insert(by_key.slot, rows.collect().map_err(defect)?);
        Ok(warning)
    }
}

/// The different keys of some rows, in the order in which they come.
pub fn keys(rows: &Rows, key: &str) -> Result<Vec<String>, Diagnostic> {
    let values = rows.column(key).and_then(|column| column.cast(&DataType::String)).map_err(defect)?;
    let values = values.str().map_err(defect)?;
    let mut met = HashSet::new();
    Ok(values.iter().flatten().filter(|value| met.insert(*value)).map(str::to_string).collect())
}

/// What was looked up.
#[derive(Debug)]
pub struct Found {
    rows: DataFrame,
    pub pages: Vec<Json>,
    pub warnings: Vec<Diagnostic>,
    pub routes: Vec<String>,
    /// Calls that were planned for it.
    pub calls: usize,
}

/// Looks up rows for some keys. `spent` is the number of calls that the run has taken before. What a look-up of names
/// gives is kept in the facts.
pub async fn look_up_rows(
    client: &Client,
    by_key: &ByKey<'_>,
    keys: &[String],
    facts: &mut Facts,
    spent: usize,
) -> Result<Found, Diagnostic> {
    let mut search = Search::new(by_key, keys)?;
    if let Some(offer) = by_key.at_once(keys, facts) {
        by_key.affords(by_key::calls(&offer, facts), spent, facts)?;
        search.at_once(client, offer, keys, facts).await?;
    }
    let left: Vec<String> = keys.iter().filter(|key| search.lacks(key)).cloned().collect();
    let offers: Vec<(String, Offer)> = left.into_iter().map(|key| (key.clone(), by_key.alone(&key, facts))).collect();
    let calls: usize = offers.iter().map(|(_, offer)| by_key::calls(offer, facts)).sum();
    by_key.affords(calls, spent + search.found.calls, facts)?;
    search.alone(client, offers, facts).await?;
    Ok(search.told(facts))
}

/// A search for the rows of some keys.
struct Search<'a> {
    by_key: &'a ByKey<'a>,
    columns: Vec<&'static ColumnDef>,
    found: Found,
    had: BTreeSet<String>,
    absent: Vec<String>,
    /// Keys whose calls failed at every attempt, and how.
    failed: Vec<(String, Diagnostic)>,
    asked: usize,
}

impl<'a> Search<'a> {
    fn new(by_key: &'a ByKey<'a>, keys: &[String]) -> Result<Self, Diagnostic> {
        let columns = by_key.columns();
        let rows = decode::frame(&columns, &[])?;
        let found = Found { rows, pages: Vec::new(), warnings: Vec::new(), routes: Vec::new(), calls: 0 };
        let (had, absent, failed) = (BTreeSet::new(), Vec::new(), Vec::new());
        Ok(Self { by_key, columns, found, had, absent, failed, asked: keys.len() })
    }

    fn lacks(&self, key: &str) -> bool {
        !self.had.contains(key) && self.failed.iter().all(|(failed, _)| failed != key)
    }

    /// Many keys with each call. Keys that it has no rows for are left to be asked for alone, and so are all of them
    /// where the key of the API may not ask this.
    async fn at_once(
        &mut self,
        client: &Client,
        offer: Offer,
        keys: &[String],
        facts: &mut Facts,
    ) -> Result<(), Diagnostic> {
        match self.ask_at_once(client, &offer, facts).await {
            Ok(()) => Ok(()),
            Err(error) if matches!(error.code, Code::E0501 | Code::E0502) => Ok(()),
            Err(error) if may_fail(&error, facts) => {
                self.failed.extend(keys.iter().map(|key| (key.clone(), error.clone())));
                Ok(())
            }
            Err(error) => Err(self.placed(error)),
        }
    }

    async fn ask_at_once(&mut self, client: &Client, offer: &Offer, facts: &mut Facts) -> Result<(), Diagnostic> {
        let needed: Vec<Lookup> = offer.lookups.iter().copied().filter(|lookup| !facts.knows(*lookup)).collect();
        if !needed.is_empty() {
            *facts = fetch::look_up(client, &needed, facts.clone()).await?;
        }
        self.found.calls += by_key::calls(offer, facts);
        client.planned(by_key::calls(offer, facts));
        let mut tasks = JoinSet::new();
        for (place, piece) in offer.pieces.iter().enumerate() {
            let (client, piece, facts) = (client.clone(), piece.clone(), facts.clone());
            tasks.spawn(async move { (place, fetch::part(&client, &piece, &facts).await) });
        }
        let mut parts = Vec::new();
        while let Some(done) = tasks.join_next().await {
            let (place, part) = done.map_err(fetch::broken_off)?;
            parts.push((place, part?));
        }
        parts.sort_by_key(|(place, _)| *place);
        for (place, mut part) in parts {
            let Some(piece) = offer.pieces.get(place) else { continue };
            // What it names in another way than the source does is asked for alone.
            part.rows.retain(|row| sources::is_sure(row, facts));
            let rows = decode::frame(&fetch::read_as(piece, &self.columns), &part.rows)?;
            self.had.extend(self::keys(&rows, self.by_key.parameter)?);
            self.add(piece, rows, part)?;
        }
        Ok(())
    }

    /// One key with each call, few of them at once (fact 28).
    async fn alone(&mut self, client: &Client, offers: Vec<(String, Offer)>, facts: &Facts) -> Result<(), Diagnostic> {
        let calls: usize = offers.iter().map(|(_, offer)| by_key::calls(offer, facts)).sum();
        self.found.calls += calls;
        client.planned(calls);
        let mut tasks = JoinSet::new();
        for (place, (key, offer)) in offers.into_iter().enumerate() {
            let (client, facts) = (client.clone(), facts.clone());
            tasks.spawn(async move {
                let mut parts = Vec::new();
                for piece in offer.pieces {
                    match fetch::part(&client, &piece, &facts).await {
                        Ok(part) => parts.push((piece, part)),
                        Err(error) => return (place, key, Err(error)),
                    }
                }
                (place, key, Ok(parts))
            });
        }
        let mut answers = Vec::new();
        while let Some(done) = tasks.join_next().await {
            let (place, key, parts) = done.map_err(fetch::broken_off)?;
            match parts {
                Ok(parts) => answers.push((place, key, Some(parts))),
                Err(error) if error.code == Code::E0507 => answers.push((place, key, None)),
                Err(error) if may_fail(&error, facts) => self.failed.push((key, error)),
                // What was begun is given up with the others.
                Err(error) => return Err(self.placed(error)),
            }
        }
        answers.sort_by_key(|(place, ..)| *place);
        for (_, key, parts) in answers {
            let Some(parts) = parts else {
                self.absent.push(key);
                continue;
            };
            for (piece, part) in parts {
                let mut rows = decode::frame(&fetch::read_as(&piece, &self.columns), &part.rows)?;
                // Whatever the answer calls it, it is of this key.
                let keys = Series::new(PlSmallStr::from_str(self.by_key.parameter), vec![key.as_str(); rows.height()]);
                rows.with_column(keys.into_column()).map_err(defect)?;
                self.add(&piece, rows, part)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, piece: &Piece, rows: DataFrame, part: fetch::Part) -> Result<(), Diagnostic> {
        self.found.rows.vstack_mut(&rows).map_err(defect)?;
        let route = piece.route().to_string();
        if !self.found.routes.contains(&route) {
            self.found.routes.push(route);
        }
        if let Some(warning) = notice::of(piece, &part.pages)
            && self.found.warnings.iter().all(|known| known.message != warning.message)
        {
            self.found.warnings.push(warning);
        }
        self.found.pages.extend(part.pages);
        Ok(())
    }

    /// What was found, and a word on what was not.
    fn told(self, facts: &Facts) -> Found {
        let Self { by_key, mut found, absent, mut failed, asked, .. } = self;
        let name = by_key.source.name;
        let left_out = match by_key.kind() {
            JoinKind::Left => "the columns of these rows are null",
            JoinKind::Inner | JoinKind::Semi | JoinKind::Anti | JoinKind::Right | JoinKind::Full | JoinKind::Cross => {
                "their rows are left out"
            }
        };
        if !absent.is_empty() {
            let (count, first) = (absent.len(), by_key::some_of(&absent));
            let message = format!("{count} of {asked} are not found by `{name}`: {first}");
            let warning = Diagnostic::warning(Code::E0605, message).at(by_key.span).label("not all are found");
            found.warnings.push(warning.help(left_out));
        }
        failed.sort_by(|(a, _), (b, _)| a.cmp(b));
        if let (Some((_, error)), Partial::Allowed) = (failed.first(), facts.wishes.partial) {
            let keys: Vec<String> = failed.iter().map(|(key, _)| key.clone()).collect();
            let (count, first) = (keys.len(), by_key::some_of(&keys));
            let message = format!("{count} of {asked} could not be looked up: {first}; {}", error.message);
            let warning = Diagnostic { severity: Severity::Warning, edits: Vec::new(), ..error.clone() };
            let warning = Diagnostic { message, ..warning }.at(by_key.span).label("not complete");
            found.warnings.push(warning.help(format!("{left_out}, as `--allow-partial` asks for")));
        }
        found
    }

    /// The error at the join. Without all rows there is no answer, unless a part of it is asked for.
    fn placed(&self, error: Diagnostic) -> Diagnostic {
        let error = match error.span {
            None => error.at(self.by_key.span).label("asked for this"),
            Some(_) => error,
        };
        match (is_trouble(&error), error.help.clone()) {
            (true, Some(help)) => error.help(format!("{help}; `--allow-partial` gives the rows that can be had")),
            _ => error,
        }
    }
}

/// A call that failed at every attempt, where a part of the answer is good enough.
fn may_fail(error: &Diagnostic, facts: &Facts) -> bool {
    is_trouble(error) && facts.wishes.partial == Partial::Allowed
}

/// The API's own trouble, which may pass.
fn is_trouble(error: &Diagnostic) -> bool {
    matches!(error.code, Code::E0504 | Code::E0505)
}
