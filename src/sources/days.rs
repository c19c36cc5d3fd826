//! Ranges of days that the API keeps or has, and the gaps that are named before anything is sent.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use crate::diagnostics::{Code, Diagnostic};
use crate::model::request::Request;
use crate::model::route::{Ask, Facts, Gap};
use crate::model::window::Days;

/// The datasets begin on this day, and one answer has so many days (fact 32).
const BEGINNING: Date = date(2025, 1, 1);
const LONGEST: i32 = 366;

/// What of a question can be had, and what cannot.
pub struct Split {
    pub had: Option<Days>,
    pub gaps: Vec<Gap>,
}

/// The day of the run.
pub fn today(facts: &Facts) -> Date {
    facts.now.to_zoned(TimeZone::UTC).date()
}

/// The days that lie in those that are kept; `early` says why there is nothing before.
pub fn within(wanted: Days, kept: Days, early: String) -> Split {
    let had = wanted.within(kept);
    let before = Days { first: wanted.first, last: wanted.last.min(kept.first.saturating_sub(1.days())) };
    let after = Days { first: wanted.first.max(kept.last.saturating_add(1.days())), last: wanted.last };
    let reasons = [(before, early), (after, "not completed yet".to_string())];
    let missing = reasons.into_iter().filter(|(days, _)| days.first <= days.last);
    Split { had, gaps: missing.map(|(days, why)| Gap { days, why, had }).collect() }
}

/// The same for the datasets: from their first day to yesterday, and no more than one answer has.
pub fn of_dataset(ask: &Ask<'_>, facts: &Facts) -> Split {
    let kept = Days { first: BEGINNING, last: today(facts).saturating_sub(1.days()) };
    let wanted = ask.scan.arguments.days.unwrap_or(kept);
    let split = within(wanted, kept, format!("the data begins on {BEGINNING}"));
    let Some(days) = split.had else { return split };
    let first = days.last.saturating_sub((LONGEST - 1).days());
    if days.first >= first {
        return split;
    }
    let had = Some(Days { first, ..days });
    let beyond = Days { first: days.first, last: first.saturating_sub(1.days()) };
    let beyond = Gap { days: beyond, why: format!("one answer has {LONGEST} days at most"), had };
    let others = split.gaps.into_iter().map(|gap| Gap { had, ..gap });
    Split { had, gaps: others.chain([beyond]).collect() }
}

/// A dataset has the days of UTC and no hours that others could be made of.
pub fn only_utc(ask: &Ask<'_>, facts: &Facts) -> Option<Diagnostic> {
    let (name, zone) = (ask.scan.source.name, facts.zone.name());
    let message = format!("`{name}` has the days of UTC, and no others can be made of them: not those of {zone}");
    let error = Diagnostic::error(Code::E0602, message).at(ask.scan.span).label("UTC days");
    (!facts.zone.is_utc()).then(|| error.help("leave out `--tz`"))
}

/// The request for these days of a dataset, both ends included, with all other arguments as they are.
pub fn asked(ask: &Ask<'_>, request: Request, days: Days) -> Request {
    let request = request.with("start_date", days.first.to_string()).with("end_date", days.last.to_string());
    ask.scan.arguments.values.iter().fold(request, |request, (name, value)| request.with(name, value))
}
