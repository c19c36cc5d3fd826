//! `orq sync`: each kind of rows is fetched for the days that are not final yet, and put into the ledger a stretch of days
//! at a time, so that what was fetched before an interruption is kept.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::ToSpan as _;
use jiff::civil::Date;
use tokio::runtime::Runtime;

use super::super::arguments::Options;
use super::super::output::{Place, report};
use super::super::progress::Progress;
use super::super::start::{self, Connection};
use crate::diagnostics::{Code, Diagnostic, Exit};
use crate::exec::{self, Permissions, Places};
use crate::ledger::{Accounts, Aside, Ledger, Writing};
use crate::model::kept::{BY_USER, KINDS, KeptDays, Kind};
use crate::model::request::KeyKind;
use crate::model::route::{Partial, Wishes};
use crate::model::value::Value;
use crate::model::window::{Days, day_of, together};
use crate::net::{Client, Mark};
use crate::session::{Interrupts, Outcome, Output, RunOptions, Session};

/// So many calendar months are fetched and kept at once: an interruption loses no more.
const MONTHS_AT_ONCE: i8 = 3;

/// What the command line asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub since: Option<Date>,
    pub work: Work,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    Fetch,
    /// Only say what would be fetched.
    Tell,
}

pub fn sync(wanted: Wanted, options: &Options) -> Result<Exit, Diagnostic> {
    let place = Place::stdout(options.color, options.errors);
    let progress = Progress::on_a_terminal();
    let mut connection = Connection::open(options, None, progress.as_ref().map(Progress::observer))?;
    let Some(directory) = connection.places.ledger_dir(&connection.base) else {
        return Err(Diagnostic::error(Code::E0701, "there is no directory to keep the ledger in")
            .help("name one with ORQ_DATA_DIR; the demo account is kept only where one is named"));
    };
    let runtime = connection.demo.runtime()?;
    let mut asking = Asking::new(&connection, options, runtime, progress)?;
    let account = asking.account()?;
    match wanted.work {
        Work::Tell => {
            let (ledger, unusable) = Ledger::open(&directory.join(account.text()));
            unusable.into_iter().for_each(|said| tell(options, said));
            let page = asking.each(wanted.since, &ledger.days(), |_, kind, days| {
                Ok(format!("would fetch {days}: {}\n", kind.doc))
            })?;
            Ok(place.print(&or_nothing(page)))
        }
        Work::Fetch => {
            let page = keep(&mut asking, &connection, &directory, account, wanted.since, options)?;
            Ok(place.print(&or_nothing(page)))
        }
    }
}

/// Fetches, and keeps each stretch of days as soon as it is there. Returns what was kept.
fn keep(
    asking: &mut Asking,
    connection: &Connection,
    directory: &Path,
    account: Mark,
    since: Option<Date>,
    options: &Options,
) -> Result<String, Diagnostic> {
    let key = connection.credentials.mark(KeyKind::Management)?;
    let (directory, aside) = Accounts::note(directory, key.as_ref(), account)?;
    aside.iter().for_each(|aside| tell(options, set_aside(aside)));
    let (mut writing, aside) = Writing::begin(&directory)?;
    aside.iter().for_each(|aside| tell(options, set_aside(aside)));
    let days = writing.ledger().days();
    asking.listed = asking.texts("models | select model_permaslug")?.into_iter().collect();
    asking.each(since, &days, |asking, kind, days| {
        let asked = connection.clock.now();
        let (rows, had) = asking.rows(kind, days)?;
        let months = exec::months(&writing.ledger(), kind, &had, &rows)?;
        writing.put(months, exec::names(kind, &rows, &asking.listed)?, asked)?;
        let without = match days.iter().count().saturating_sub(had.len()) {
            0 => String::new(),
            days => format!(", without {days} days that the API does not have now"),
        };
        Ok(format!("kept {days}{without}: {} {}\n", rows.height(), kind.doc))
    })
}

fn or_nothing(page: String) -> String {
    if page.is_empty() { "all days are kept already\n".to_string() } else { page }
}

fn set_aside(aside: &Aside) -> Diagnostic {
    let Aside { directory, why } = aside;
    let directory = crate::harmless::line(&directory.display().to_string()).into_owned();
    Diagnostic::warning(Code::E0701, format!("files of the ledger cannot be used and are set aside: {why}"))
        .help(format!("they are in `{directory}`; nothing of them is changed"))
}

fn tell(options: &Options, said: Diagnostic) {
    report(&[said], "", "", options.errors, options.color);
}

/// The days that may be had and are not final, as stretches of a few calendar months.
fn to_fetch(kind: &Kind, kept: &KeptDays, since: Option<Date>, today: Date) -> Vec<Days> {
    let first = today.saturating_sub(kind.reach.days());
    let first = since.map_or(first, |since| since.max(first));
    let reach = Days { first, last: today.saturating_sub(1.day()) };
    let finals = kept.finals(kind);
    let open = reach.iter().filter(|day| !finals.iter().any(|days| days.contains(*day)));
    let stretches = together(open.map(|day| Days { first: day, last: day }).collect());
    stretches.into_iter().flat_map(parted).collect()
}

/// Parted where a quarter of a year begins, so that the files of months are written once.
fn parted(days: Days) -> Vec<Days> {
    let quarter = |day: Date| (day.year(), (day.month() - 1) / MONTHS_AT_ONCE);
    let mut parts: Vec<Days> = Vec::new();
    for day in days.iter() {
        match parts.last_mut().filter(|part| quarter(part.first) == quarter(day)) {
            Some(part) => part.last = day,
            None => parts.push(Days { first: day, last: day }),
        }
    }
    parts
}

/// A session that asks the API alone.
pub struct Asking {
    session: Session,
    runtime: Runtime,
    progress: Option<Progress>,
    today: Date,
    /// The lasting names of the models that are listed now.
    listed: BTreeSet<String>,
}

impl Asking {
    pub fn new(
        connection: &Connection,
        options: &Options,
        runtime: Runtime,
        progress: Option<Progress>,
    ) -> Result<Self, Diagnostic> {
        let permissions = Permissions { places: Places::Anywhere, force: false };
        // A day that the API does not have yet is fetched by the next run.
        let wishes = Wishes { partial: Partial::Allowed, ..start::wishes(options) };
        let session = Session::new(connection.clock, Client::new(connection.options.clone())?, permissions);
        let today = day_of(connection.clock.now());
        Ok(Self { session: session.wishing(wishes), runtime, progress, today, listed: BTreeSet::new() })
    }

    /// Does something for each stretch of days that is to be fetched, and returns what all of it said.
    fn each(
        &mut self,
        since: Option<Date>,
        kept: &KeptDays,
        mut work: impl FnMut(&mut Self, &'static Kind, Days) -> Result<String, Diagnostic>,
    ) -> Result<String, Diagnostic> {
        let has_members = self.has_members()?;
        let mut said = String::new();
        for kind in KINDS.iter().copied().filter(|kind| **kind != BY_USER || has_members) {
            for days in to_fetch(kind, kept, since, self.today) {
                said += &work(self, kind, days)?;
            }
        }
        Ok(said)
    }

    fn run(&mut self, query: &str) -> Result<Outcome, Diagnostic> {
        let _watched = self.progress.as_ref().map(Progress::watch);
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
        let user = self.texts("key | select creator_user_id")?.into_iter().find(|user| !user.is_empty());
        user.map(|user| Mark::of(&user)).ok_or_else(|| {
            Diagnostic::error(
                Code::E0506,
                "the API does not say whose key this is, so nothing can be kept of its account",
            )
            .help("`orq key` shows what it says; another management key may do")
        })
    }

    /// The texts in the first column of an answer.
    fn texts(&mut self, query: &str) -> Result<Vec<String>, Diagnostic> {
        let outcome = self.run(query)?;
        let columns = outcome.outputs.into_iter().filter_map(|output| match output {
            Output::Table { answer, .. } => answer.frame.columns.into_iter().next(),
            Output::Text(_) => None,
        });
        let text = |value: Value| if let Value::Text(text) = value { Some(text) } else { None };
        Ok(columns.flatten().filter_map(text).collect())
    }

    fn has_members(&mut self) -> Result<bool, Diagnostic> {
        match self.run("members | count") {
            Ok(_) => Ok(true),
            // An account of one person has no list of them.
            Err(error) if error.code == Code::E0507 => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The rows of these days, and the days that they are all of.
    pub fn rows(&mut self, kind: &Kind, days: Days) -> Result<(exec::Rows, Vec<Date>), Diagnostic> {
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
