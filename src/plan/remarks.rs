//! What has to be known to read an answer right: buckets that the range cuts, a day that is not over, counts of another
//! table. Nothing here stops a query.

use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::SourceGrain;
use crate::model::expr::TimeUnit;
use crate::model::route::{Facts, Key, Work};
use crate::model::window::{Days, is_whole, start_of};

use super::route::Fetch;
use crate::sources;

pub fn remarks(fetches: &[Fetch], facts: &Facts) -> Vec<Diagnostic> {
    fetches.iter().flat_map(|fetch| of_fetch(fetch, facts).into_iter().chain(of_names(fetch, facts))).collect()
}

/// Models that `/activity` still calls by an id, and the cube by another name.
fn of_names(fetch: &Fetch, facts: &Facts) -> Option<Diagnostic> {
    let by_cube = fetch.offer.pieces.iter().any(|piece| matches!(piece.work, Work::Cube(_)));
    let filters = fetch.filters().iter().filter(|_| by_cube);
    let (filter, name) = filters
        .flat_map(|filter| sources::gone_models(filter, facts).into_iter().map(move |name| (filter, name)))
        .next()?;
    let message =
        format!("no model is called \"{name}\" now, and the cube calls those that are gone by their lasting names");
    let remark = Diagnostic::warning(Code::E0605, message).label("may leave out what is meant");
    let remark = remark.help("compare `model_permaslug`, as `group model_permaslug` shows it");
    Some(remark.at(filter.plain.as_ref().map_or(fetch.scan.span, |plain| plain.span)))
}

fn of_fetch(fetch: &Fetch, facts: &Facts) -> Vec<Diagnostic> {
    let arguments = &fetch.scan.arguments;
    let window = arguments.window.filter(|window| facts.zone.has_whole_days(*window));
    let Some(days) = arguments.days.or(window.map(|window| facts.zone.days(window))) else { return Vec::new() };
    let remark = |message: String| Diagnostic::warning(Code::E0605, message).at(fetch.scan.span);
    let mut found = Vec::new();
    let today = facts.today();
    if days.contains(today) {
        let message = format!("{today} is not over: it has what was used until now");
        found.push(remark(message).label("asks for today").help("completed days end with yesterday"));
    }
    for key in fetch.keys() {
        let Key::Bucket(unit) = key else { continue };
        if let Some((message, help)) = cut(*unit, days) {
            found.push(remark(message).label(format!("cuts a {}", unit.name())).help(help));
        }
    }
    let by_cube = fetch.offer.pieces.iter().any(|piece| matches!(piece.work, Work::Cube(_)));
    let listed = fetch.scan.source.grain == SourceGrain::Rows;
    if by_cube && listed && fetch.columns.iter().any(|def| def.name == "requests") {
        let message = "`requests` of days that only the cube has leave out those of server tools".to_string();
        found.push(
            remark(message).label("has such days").help("`/activity` counts them, for the last 30 completed days"),
        );
    }
    found
}

/// The first and last bucket, where they are not whole.
fn cut(unit: TimeUnit, days: Days) -> Option<(String, String)> {
    let (first, last) = is_whole(unit, days);
    let name = unit.name();
    let whole_from = start_of(unit, days.first);
    let message = match (first, last) {
        (true, true) => return None,
        (false, true) => format!("the first {name} is cut: the range starts on {}", days.first),
        (true, false) => format!("the last {name} is cut: the range ends on {}", days.last),
        (false, false) => format!("the first and the last {name} are cut by the range, {days}"),
    };
    let help = if first {
        format!("a range that ends with a {name} has whole ones alone")
    } else {
        format!("start on {whole_from} for the whole of the first {name}")
    };
    Some((message, help))
}
