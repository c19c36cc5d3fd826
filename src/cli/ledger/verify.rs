//! `orq ledger verify`: every file is read again, and final days are held against what the API still has of them.

use std::fmt::Write as _;

use jiff::ToSpan as _;

use super::super::arguments::Options;
use super::super::output::Place;
use super::super::progress::Progress;
use super::super::start::Connection;
use super::sync::Asking;
use crate::diagnostics::{Diagnostic, Exit};
use crate::exec;
use crate::ledger::Ledger;
use crate::model::kept::{KINDS, KeptDay};
use crate::model::window::{Days, day_of};

/// So many days that differ are named.
const SHOWN: usize = 5;

/// Exit code 1 where a file is not as it was written. That the API says something else now is counted, and no failure:
/// what is kept is what it said when the day was final.
pub fn run(
    mut connection: Connection,
    ledger: &Ledger,
    unusable: Option<Diagnostic>,
    options: &Options,
) -> Result<Exit, Diagnostic> {
    let place = Place::stdout(options.color, options.errors);
    let mut wrong: Vec<String> = unusable.map(|said| said.message).into_iter().collect();
    let altered = ledger.altered();
    if altered.is_empty() {
        wrong.extend(exec::wrong_files(ledger)?);
    }
    wrong.extend(altered.into_iter().map(|file| format!("{file} is not as it was written")));
    if !wrong.is_empty() {
        let page: String = wrong.iter().map(|what| format!("wrong  {}\n", crate::harmless::line(what))).collect();
        let next = "`orq sync` sets aside what is shorter or longer than it was written; move other files away by hand";
        return Ok(match place.print(&format!("{page}{next}\n")) {
            Exit::Fine => Exit::Internal,
            other => other,
        });
    }
    let progress = Progress::on_a_terminal();
    let runtime = connection.demo.runtime()?;
    let today = day_of(connection.clock.now());
    let mut asking = Asking::new(&connection, options, runtime, progress)?;
    let mut page = String::new();
    for kind in KINDS {
        let kept: Vec<(_, KeptDay)> = ledger.days().of(kind).collect();
        let rows: u64 = kept.iter().map(|(_, day)| day.rows).sum();
        let _ = writeln!(page, "ok      {}: {} days with {rows} rows are as they were written", kind.name, kept.len());
        let reach = Days { first: today.saturating_sub(kind.reach.days()), last: today };
        let (mut compared, mut differing) = (0, Vec::new());
        for days in ledger.days().finals(kind).into_iter().filter_map(|days| days.within(reach)) {
            let (now, had) = asking.rows(kind, days)?;
            compared += had.len();
            differing.extend(exec::differing(ledger, kind, days, &now)?.into_iter().filter(|day| had.contains(day)));
        }
        let shown: Vec<String> = differing.iter().take(SHOWN).map(ToString::to_string).collect();
        let _ = if shown.is_empty() {
            writeln!(page, "ok      {}: {compared} final days are as the API has them now", kind.name)
        } else {
            let (count, first) = (differing.len(), shown.join(", "));
            writeln!(page, "differs {}: {count} of {compared} final days from what the API has now: {first}", kind.name)
        };
    }
    Ok(place.print(&page))
}
