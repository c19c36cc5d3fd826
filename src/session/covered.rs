//! Which days an answer covers, which it could not have, and what is said of those.

use jiff::{Timestamp, ToSpan as _};

use super::fail_on_errors;
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::exec::{Fetched, Silent};
use crate::model::route::{Coverage, Facts, Partial};
use crate::model::window::{Days, day_of, together};
use crate::model::zone::Zone;
use crate::plan::{Fetch, Routed};

/// Days on which something was used, and of which the API has nothing at this grain any more.
pub fn not_kept(fetches: &[Fetch], fetched: &Fetched, facts: &Facts) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    let said = |fetch: &Fetch, days: Days| {
        let name = fetch.scan.source.name;
        let message = format!("the API has nothing of `{name}` for {days} at this grain, though something was used");
        let error = Diagnostic::error(Code::E0601, message).at(fetch.scan.span).label("part of this cannot be had");
        match facts.wishes.partial {
            Partial::Refused if !facts.zone.is_utc() => error.help("leave out `--tz`, or the days"),
            Partial::Refused => error.help("leave out the columns of 31 days (`provider`, latencies, …), or the days"),
            Partial::Allowed => Diagnostic { severity: Severity::Warning, ..error }
                .help("the answer leaves these days out, as `--allow-partial` asks for"),
        }
    };
    let of_fetch = |(index, fetch)| {
        let days = fetched.missing.iter().filter(|(of, _)| *of == index).map(|(_, days)| *days).collect();
        together(days).into_iter().map(move |days| said(fetch, days))
    };
    fail_on_errors(fetches.iter().enumerate().flat_map(of_fetch).collect())
}

pub fn not_there_yet(fetch: &Fetch, day: jiff::civil::Date) -> Diagnostic {
    let name = fetch.scan.source.name;
    Diagnostic::warning(Code::E0601, format!("`{name}` has no row of {day}, the last completed day"))
        .at(fetch.scan.span)
        .label("may be missing a day")
        .help("nothing was used on that day, or the API lags behind: ask again in some hours")
}

/// Days that each fetch was to have and has not.
pub fn missing(fetches: &[Fetch], found: &[(usize, Days)], silent: &[Silent], now: Timestamp) -> Vec<(usize, Days)> {
    let gaps =
        fetches.iter().enumerate().flat_map(|(at, fetch)| fetch.offer.gaps.iter().map(move |gap| (at, gap.days)));
    let yesterday = day_of(now).saturating_sub(1.day());
    let late = silent.iter().filter(|silent| silent.day >= yesterday);
    let late = late.map(|silent| (silent.fetch, Days { first: silent.day, last: silent.day }));
    gaps.chain(found.iter().copied()).chain(late).collect()
}

/// What the scans of a plan covered, and how.
pub fn coverage(plan: &Routed, fetches: &[Fetch], missing: &[(usize, Days)], zone: &Zone) -> Coverage {
    let mut coverage = Coverage::default();
    for index in &plan.fetches {
        let Some(fetch) = fetches.get(*index) else { continue };
        coverage.missing.extend(missing.iter().filter(|(of, _)| of == index).map(|(_, days)| *days));
        let arguments = &fetch.scan.arguments;
        let days = arguments.days.or(arguments.window.map(|window| zone.days(window)));
        coverage.days = match (coverage.days, days) {
            (Some(a), Some(b)) => Some(Days { first: a.first.min(b.first), last: a.last.max(b.last) }),
            (a, b) => a.or(b),
        };
        for piece in &fetch.offer.pieces {
            let route = piece.route().to_string();
            if !coverage.routes.contains(&route) {
                coverage.routes.push(route);
            }
        }
    }
    coverage
}
