//! `orq sync`: each kind of rows is fetched for the days that are not final yet, and put into the ledger a stretch of days
//! at a time, so that what was fetched before an interruption is kept.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use tokio::runtime::Runtime;

use super::super::arguments::Options;
use super::super::start::Connection;
use crate::diagnostics::{Code, Diagnostic, Exit};
use crate::exec::{self, Permissions, Places};
use crate::ledger::{Accounts, Writing};
use crate::model::kept::{BY_KEY, BY_USER, KINDS, Kind};
use crate::model::route::{Partial, Wishes};
use crate::model::window::{Days, day_of, together};
use crate::net::{Client, Mark};
use crate::session::{Interrupts, Outcome, Output, RunOptions, Session};

/// What the command line asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub since: Option<Date>,
    pub dry_run: bool,
}

pub fn sync(wanted: Wanted, options: &Options) -> Result<Exit, Diagnostic> {
    let mut connection = Connection::open(options, None, None)?;
    let Some(directory) = connection.places.ledger_dir(&connection.base) else {
        return Err(Diagnostic::error(Code::E0701, "there is no directory to keep the ledger in")
            .help("name one with ORQ_DATA_DIR; the demo account is kept only where one is named"));
    };
    let runtime = connection.demo.runtime()?;
    let mut asking = Asking::new(&connection, options, runtime)?;
    let account = asking.account()?;
    let key = connection.credentials.mark(crate::model::request::KeyKind::Management)?;
    let mut accounts = Accounts::read(&directory);
    let directory = accounts.note(key.as_ref(), account)?;
    let (mut writing, aside) = Writing::begin(&directory)?;
    if let Some(aside) = aside {
        eprintln!("what was there cannot be used and is set aside: {}", aside.display());
    }
    let today = day_of(connection.clock.now());
    let has_members = asking.has_members();
    for kind in KINDS.iter().copied().filter(|kind| **kind != BY_USER || has_members) {
        for days in to_fetch(kind, &writing, wanted.since, today) {
            if wanted.dry_run {
                eprintln!("would fetch {days}: {}", kind.doc);
                continue;
            }
            let (rows, had) = asking.rows(kind, days)?;
            let height = rows.height();
            let months = exec::months(&writing.ledger(), kind, &had, &rows)?;
            let names = if *kind == BY_KEY { exec::key_names(&rows)? } else { BTreeMap::new() };
            writing.put(months, names, connection.clock.now())?;
            eprintln!("kept {days}: {height} {}", kind.doc);
        }
    }
    Ok(Exit::Fine)
}

/// The days that may be had and are not final, as stretches.
fn to_fetch(kind: &Kind, writing: &Writing, since: Option<Date>, today: Date) -> Vec<Days> {
    let first = today.saturating_sub(kind.reach.days());
    let first = since.map_or(first, |since| since.max(first));
    let reach = Days { first, last: today.saturating_sub(1.day()) };
    let finals = writing.ledger().days().finals(kind);
    let open = reach.iter().filter(|day| !finals.iter().any(|days| days.contains(*day)));
    together(open.map(|day| Days { first: day, last: day }).collect())
}

/// A session that asks the API alone.
struct Asking {
    session: Session,
    runtime: Runtime,
}

impl Asking {
    fn new(connection: &Connection, options: &Options, runtime: Runtime) -> Result<Self, Diagnostic> {
        let permissions = Permissions { places: Places::Anywhere, force: false };
        // A day that the API does not have yet is fetched by the next run.
        let wishes = Wishes { partial: Partial::Allowed, ..super::super::start::wishes(options) };
        let session = Session::new(connection.clock, Client::new(connection.options.clone())?, permissions);
        Ok(Self { session: session.wishing(wishes), runtime })
    }

    fn run(&mut self, query: &str) -> Result<Outcome, Diagnostic> {
        let options = RunOptions { keep_pages: false, interrupts: Interrupts::EndTheProcess };
        let outcome = self.session.run(&self.runtime, query, options);
        match outcome.diagnostics.iter().find(|said| said.is_error()) {
            // The query is none of the user's.
            Some(error) => Err(Diagnostic { span: None, label: None, ..error.clone() }),
            None => Ok(outcome),
        }
    }

    /// What stands for the account: the user that the key is of.
    fn account(&mut self) -> Result<Mark, Diagnostic> {
        let outcome = self.run("key | select creator_user_id")?;
        let user = outcome.outputs.iter().find_map(|output| match output {
            Output::Table { answer, .. } => answer.frame.columns.first()?.first().map(|value| format!("{value:?}")),
            Output::Text(_) => None,
        });
        Ok(Mark::of(&user.unwrap_or_default()))
    }

    fn has_members(&mut self) -> bool {
        self.run("members | count").is_ok()
    }

    /// The rows of these days, and the days that they are all of.
    fn rows(&mut self, kind: &Kind, days: Days) -> Result<(exec::Rows, Vec<Date>), Diagnostic> {
        let outcome = self.run(&kind.query(days))?;
        let missing = outcome.outputs.iter().flat_map(|output| match output {
            Output::Table { answer, .. } => answer.coverage.missing.clone(),
            Output::Text(_) => Vec::new(),
        });
        let missing: Vec<Days> = missing.collect();
        let had = days.iter().filter(|day| !missing.iter().any(|days| days.contains(*day))).collect();
        let rows = self.session.last_rows().ok_or_else(|| {
            Diagnostic::error(Code::E0703, "a query of the ledger gave no rows").help("please report this")
        })?;
        Ok((rows, had))
    }
}
