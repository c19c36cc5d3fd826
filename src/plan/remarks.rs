//! What has to be known to read an answer right: buckets that the range cuts, a day that is not over, counts of another
//! table. Nothing here stops a query.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::SourceGrain;
use crate::model::cube::{Dimension, Values};
use crate::model::expr::TimeUnit;
use crate::model::kept::KeptGrain;
use crate::model::route::{Facts, Key, Work};
use crate::model::window::{Days, Window, is_whole, start_of};
use crate::sources;

use super::route::Fetch;

pub fn remarks(fetches: &[Fetch], facts: &Facts) -> Vec<Diagnostic> {
    fetches.iter().flat_map(|fetch| of_fetch(fetch, facts)).collect()
}

fn of_fetch(fetch: &Fetch, facts: &Facts) -> Vec<Diagnostic> {
    let mut found = unknown_names(fetch, facts);
    let arguments = &fetch.scan.arguments;
    let remark = |message: String| Diagnostic::warning(Code::E0605, message).at(fetch.scan.span);
    let Some(window) = arguments.days.map(|days| facts.zone.window(days)).or(arguments.window) else { return found };
    let (days, whole) = (facts.zone.days(window), facts.zone.has_whole_days(window));
    let today = facts.today();
    if days.contains(today) && whole {
        let message = format!("{today} is not over: it has what was used until now");
        found.push(remark(message).label("asks for today").help("completed days end with yesterday"));
    }
    for key in fetch.keys() {
        let Key::Bucket(unit) = key else { continue };
        let cut = if whole { cut(*unit, days) } else { cut_by_the_clock(*unit, window) };
        if let Some((message, help)) = cut {
            found.push(remark(message).label(format!("cuts a {}", unit.name())).help(help));
        }
    }
    let by_cube = fetch.offer.pieces.iter().any(|piece| match &piece.work {
        Work::Cube(_) => true,
        Work::Kept(kept) => kept.kind.grain == KeptGrain::Sums,
        Work::Request(_) => false,
    });
    let listed = fetch.scan.source.grain == SourceGrain::Rows && arguments.days.is_some();
    if by_cube && listed && fetch.columns.iter().any(|def| def.name == "requests") {
        let message = "`requests` of days that only the cube has leave out those of server tools".to_string();
        found.push(
            remark(message)
                .label("has such days")
                .help("counts by model, provider or workspace of the last 30 completed days have them"),
        );
    }
    found
}

/// Names that a filter asks for, and that nothing listed bears.
fn unknown_names(fetch: &Fetch, facts: &Facts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for filter in fetch.filters() {
        for (column, name, near) in sources::unknown(filter, &fetch.offer.lookups, facts) {
            let message = format!("no {column} is called \"{name}\" now");
            let at = filter.plain.as_ref().map_or(fetch.scan.span, |plain| plain.span);
            let warning = Diagnostic::warning(Code::E0605, message).at(at).label("one that is gone, or a slip?");
            let meant: Vec<String> = near.iter().map(|near| format!("\"{near}\"")).collect();
            let help = match meant.is_empty() {
                true if column == "model" => {
                    "the cube calls models that are gone by their lasting names: see `group model_permaslug`"
                        .to_string()
                }
                true => "rows of one that is gone are found by that name".to_string(),
                false => format!("did you mean {}?", meant.join(" or ")),
            };
            found.push(Diagnostic { candidates: near, ..warning.help(help) });
        }
    }
    found
}

/// A name of an answer that is not what it seems.
#[derive(Clone, Debug, PartialEq)]
pub enum Named {
    /// Several things bear it, and their rows are one.
    Several(&'static Dimension, String),
    /// A model that is not listed any more.
    Unlisted(String),
}

/// What the names of an answer hide: those that rows were put together by, and models that the result shows.
pub fn of_names(fetches: &[Fetch], names: &[(usize, Named)], shows: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (index, fetch) in fetches.iter().enumerate() {
        let mine = || names.iter().filter(|(of, _)| *of == index).map(|(_, named)| named);
        let shown = |dimension: &'static Dimension| {
            fetch.keys().iter().any(|key| match key {
                Key::Column(name) => sources::reads(name, dimension),
                Key::Computed(names, _) => names.iter().any(|name| sources::reads(name, dimension)),
                Key::Bucket(_) => false,
            })
        };
        let mut several: BTreeMap<&'static str, (&'static Dimension, BTreeSet<&str>)> = BTreeMap::new();
        let mut unlisted = BTreeSet::new();
        for named in mine() {
            match named {
                Named::Several(dimension, name) if shown(dimension) => {
                    several.entry(dimension.name).or_insert_with(|| (dimension, BTreeSet::new())).1.insert(name);
                }
                Named::Several(..) => {}
                Named::Unlisted(name) if shows(name) => {
                    unlisted.insert(name.as_str());
                }
                Named::Unlisted(_) => {}
            }
        }
        for (dimension, names) in several.into_values() {
            let (noun, apart) = words(dimension);
            let message = format!("several {noun} share a name, and their rows are one here: {}", listed(&names));
            let warning = Diagnostic::warning(Code::E0605, message).at(fetch.scan.span);
            found.push(warning.label(format!("{noun} by their names")).help(apart));
        }
        let named = |name: &str| fetch.columns.iter().any(|def| def.name == name);
        if !unlisted.is_empty() && ["model", "model_id"].into_iter().any(named) {
            let message =
                format!("models that are not listed any more have their lasting names here: {}", listed(&unlisted));
            let warning = Diagnostic::warning(Code::E0605, message).at(fetch.scan.span).label("has retired models");
            found.push(warning.help("`model_permaslug` calls every model so, on all days"));
        }
    }
    found
}

/// Up to five names, and how many more there are.
fn listed(names: &BTreeSet<&str>) -> String {
    const SHOWN: usize = 5;
    let mut shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("\"{name}\"")).collect();
    if names.len() > SHOWN {
        shown.push(format!("and {} more", names.len() - SHOWN));
    }
    shown.join(", ")
}

/// What things of a dimension are called, and what tells two of one name apart.
fn words(dimension: &Dimension) -> (&'static str, &'static str) {
    match dimension.values {
        Values::Keys => ("keys", "`key_hash` tells live keys apart"),
        Values::Users => ("members", "`user_email` tells members apart"),
        Values::Workspaces => ("workspaces", "give them names of their own"),
        Values::Apps => ("apps", "give them names of their own"),
        Values::Plain | Values::Permaslugs | Values::Requests => ("things", "group by what tells them apart"),
    }
}

/// A range with parts of days has parts of longer buckets.
fn cut_by_the_clock(unit: TimeUnit, window: Window) -> Option<(String, String)> {
    let name = unit.name();
    (unit >= TimeUnit::Day).then(|| {
        let message = format!("the first and the last {name} are cut by the range, {window}");
        (message, "start and end the range with days for whole ones".to_string())
    })
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
