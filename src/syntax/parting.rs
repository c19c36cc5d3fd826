//! What stands together and should be parted, or apart and should be one: stages without their `|`, arguments in brackets,
//! a number and its unit.

use super::format::RESERVED;
use super::messages::{Place, token_before};
use super::slips::start;
use crate::diagnostics::{Code, Diagnostic};
use crate::span::Span;

/// `group model sum cost`, `sum cost order by cost`: the verb of a further stage, at the place or just before it.
pub fn unparted(place: &Place<'_>) -> Option<Diagnostic> {
    // `as` and `where` may also be a part of what they follow.
    let verb = |at: Span| {
        let word = at.of(place.text).to_lowercase();
        let part = RESERVED.contains(&word.as_str()) && word != "sort";
        at.start > start(place) && !part && (place.names.starts_a_stage)(&word)
    };
    let goes_on = |at: Span| Span::new(at.end, place.piece.end.max(at.end)).of(place.text).starts_with([' ', '(']);
    let at = [place.before, place.found].into_iter().find(|at| verb(*at) && goes_on(*at))?;
    // An item that is not begun wants a value, not a verb.
    let behind = token_before(place.text, at.start).of(place.text);
    if behind.ends_with(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ')' | '"' | '\'' | '`'))) {
        return None;
    }
    let word = at.of(place.text);
    Some(
        Diagnostic::error(Code::E0001, format!("a `|` is missing before `{word}`"))
            .at(at)
            .label("a stage starts here")
            .help("part the stages with `|`")
            .edit(Span::new(at.start, at.start), "| "),
    )
}

/// The units of time that are written behind a number, as a word.
const UNITS: [&str; 19] = [
    "ms", "s", "sec", "secs", "second", "seconds", "min", "mins", "minute", "minutes", "hour", "hours", "day", "days",
    "week", "weeks", "month", "months", "years",
];

/// `activity(last 7d)`, `activity("last 7d")`: a source with its arguments in brackets.
pub fn called(place: &Place<'_>) -> Option<Diagnostic> {
    let touches = place.before.end == place.found.start && (place.names.is_source)(place.before());
    let inside = place.rest().strip_prefix('(')?.split_once(')')?.0;
    let plain = inside.trim().trim_matches(['"', '\'']);
    let words = !plain.is_empty() && plain.chars().all(|c| c.is_alphanumeric() || " -_./:".contains(c));
    (touches && words).then(|| {
        let at = Span::new(place.found.start, place.found.start + inside.len() + 2);
        let mended = format!("{} {plain}", place.before());
        Diagnostic::error(Code::E0001, "the arguments of a source stand behind it, without brackets")
            .at(at)
            .label("no brackets")
            .help(format!("write `{mended}`"))
            .edit(at, format!(" {plain}"))
    })
}

/// Whether the word behind the place is a verb that goes on.
pub fn stage_follows(place: &Place<'_>) -> bool {
    let behind = place.rest().get(place.found().len()..).unwrap_or_default().trim_start();
    let word = behind.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
    (place.names.starts_a_stage)(&word.to_lowercase())
}

/// `sum(cost) desc`: the sum and its order are two stages.
pub fn ordered(place: &Place<'_>) -> Option<Diagnostic> {
    let descending = match place.found().to_lowercase().as_str() {
        "desc" | "descending" => "-",
        "asc" | "ascending" => "",
        _ => return None,
    };
    let aggregate = Span::new(start(place), place.before.end).of(place.text);
    let column = aggregate.strip_prefix("sum(")?.strip_suffix(')')?.trim();
    let plain = column.chars().all(|c| c.is_alphanumeric() || c == '_');
    (plain && place.rest().len() == place.found().len()).then(|| {
        let mended = format!("| sort {descending}{column}");
        Diagnostic::error(Code::E0001, "an order is a stage of its own")
            .at(place.found)
            .label("no part of an aggregate")
            .help(format!("write `{mended}`"))
            .edit(place.found, mended)
    })
}

/// `created_at < 30d ago`: only a range reckons so.
pub fn ago(place: &Place<'_>) -> Option<Diagnostic> {
    let length = place.before();
    if place.found() != "ago" || !length.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (at, mended) = (place.before.to(place.found), format!("now() - {length}"));
    let error = Diagnostic::error(Code::E0001, "`ago` is for the range of a source").at(at);
    Some(error.label("a time, in a condition").help(format!("write `{mended}`")).edit(at, mended))
}

/// `7 days`, `5 cost`
pub fn spaced_unit(place: &Place<'_>) -> Option<Diagnostic> {
    let number = !place.before().is_empty() && place.before().bytes().all(|b| b.is_ascii_digit());
    let found = place.found();
    if !number || !found.chars().next().is_some_and(char::is_alphabetic) {
        return None;
    }
    let before = place.before();
    let error = Diagnostic::error(Code::E0001, format!("something is missing between `{before}` and `{found}`"));
    if found == "ago" {
        return None;
    }
    if UNITS.contains(&found.to_lowercase().as_str()) {
        let mended = format!("{before}{}", found.to_lowercase());
        let error = Diagnostic::error(Code::E0001, "a length of time is one word").at(place.before.to(place.found));
        let error = error.label("two words").help(format!("write `{mended}`"));
        return Some(error.edit(place.before.to(place.found), mended));
    }
    if matches!(found.to_lowercase().as_str(), "usd" | "dollar" | "dollars") {
        let error = Diagnostic::error(Code::E0001, "an amount of money is written as a number alone").at(place.found);
        let error = error.label("no sign of a currency").help(format!("write `{before}`: costs are in USD"));
        return Some(error.edit(Span::new(place.before.end, place.found.end), ""));
    }
    let first = Span::new(start(place), place.before.start).of(place.text).split_whitespace().count() == 1;
    Some(if first {
        error
            .at(place.found)
            .label("a `|`, a `,` or a `by` is missing before this")
            .help("`by` names what to sort by, as in `top 5 by cost`; part stages with `|`")
    } else {
        error
            .at(place.found)
            .label("a `|`, a `,` or an operator is missing before this")
            .help("part stages with `|` and items with `,`; a length of time is one word, as in `7d`")
    })
}
