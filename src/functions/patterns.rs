//! What functions of time have written out among their arguments: patterns of dates, units of time and zones. All of it is
//! looked at by the check, so that nothing of it is wrong when rows are there.

use crate::diagnostics::{Code, Diagnostic};
use crate::model::expr::{Node, TimeUnit, Typed};
use crate::model::value::Value;
use crate::model::zone::Zone;
use crate::suggest;
use crate::types::Type;

/// What may follow a `%` when a date is written.
const WRITTEN: &str = "YymdejHIMSpbBaAuVGqFT%";
/// And when one is read.
const READ: &str = "YymdejHIMSpbBaAFTfz%";

/// What a pattern reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Write,
    Read,
}

/// What a text holds that a pattern reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    Day,
    /// A day, and what a clock shows.
    Time,
    /// That, and how far from UTC the clock is.
    TimeAndOffset,
}

/// The text that an argument writes out.
pub fn written(argument: &Typed) -> &str {
    if let Node::Literal(Value::Text(text)) = &argument.node { text } else { "" }
}

/// The letters of a pattern, all of them known ones.
pub fn letters(argument: &Typed, used: Use) -> Result<Vec<char>, Box<Diagnostic>> {
    let known = match used {
        Use::Write => WRITTEN,
        Use::Read => READ,
    };
    let mut letters = Vec::new();
    let mut rest = written(argument).chars();
    while let Some(c) = rest.next() {
        if c != '%' {
            continue;
        }
        // `%.f` has its dot with it.
        let dotted = rest.as_str().starts_with(".f");
        let letter = if dotted { rest.nth(1) } else { rest.next() };
        match letter.filter(|letter| known.contains(*letter)) {
            Some(letter) => letters.push(letter),
            None => {
                let shown = letter.map_or("%".to_string(), |letter| format!("%{letter}"));
                let all: Vec<String> = known.chars().map(|letter| format!("%{letter}")).collect();
                let error = Diagnostic::error(Code::E0006, format!("`{shown}` is not known in a pattern of dates"));
                let error = error.at(argument.span).label("in this pattern");
                return Err(Box::new(error.help(format!("known are {}", all.join(" ")))));
            }
        }
    }
    Ok(letters)
}

/// What the text of a pattern holds: a whole date at least.
pub fn holds(argument: &Typed) -> Result<Holds, Box<Diagnostic>> {
    let letters = letters(argument, Use::Read)?;
    let has = |some: &str| letters.iter().any(|letter| some.contains(*letter));
    let missing = |what: &str, help: &str| {
        let error = Diagnostic::error(Code::E0006, format!("the pattern has no {what}")).at(argument.span);
        Err(Box::new(error.label(format!("no {what}")).help(help.to_string())))
    };
    if !has("F") && !(has("Yy") && (has("j") || has("mbB") && has("de"))) {
        return missing("whole date", "a date has a year, a month and a day, as in `%Y-%m-%d` or `%d/%m/%Y`");
    }
    if has("MSfpz") && !has("HIT") {
        return missing("hour", "a time has an hour, as in `%Y-%m-%d %H:%M:%S`");
    }
    if has("I") && !has("p") {
        return missing("half of the day", "beside `%I` stands `%p`, am or pm; `%H` counts to 24");
    }
    Ok(match (has("HIT"), has("z")) {
        (false, _) => Holds::Day,
        (true, false) => Holds::Time,
        (true, true) => Holds::TimeAndOffset,
    })
}

/// `"month"`: a unit of time, in any of the ways it can be called.
pub fn unit(argument: &Typed) -> Result<TimeUnit, Box<Diagnostic>> {
    let name = written(argument).trim().to_lowercase();
    let one = name.strip_suffix('s').unwrap_or(&name);
    if let Some(unit) = TimeUnit::named(one) {
        return Ok(unit);
    }
    let names: Vec<&str> = TimeUnit::ALL.iter().map(|(_, name)| *name).collect();
    let near = suggest::nearest(one, names.iter().copied());
    let error = Diagnostic::error(Code::E0006, format!("`{}` is no unit of time", written(argument)));
    let error = error.at(argument.span).label("unknown unit");
    Err(Box::new(if near.is_empty() {
        error.help(format!("units: {}", names.join(", ")))
    } else {
        error.did_you_mean(argument.span, near.iter().map(|name| format!("\"{name}\"")).collect())
    }))
}

/// `N` times and the unit beside them, which stands last or first.
pub fn times_and_unit<const N: usize>(arguments: &[Typed]) -> Result<([&Typed; N], TimeUnit), Box<Diagnostic>> {
    let is_name = |argument: &&Typed| argument.ty == Type::Text;
    let wrong = |argument: Option<&Typed>, wanted: &str, help: &str| {
        let of = argument.map(|argument| argument.ty.to_string()).unwrap_or_default();
        let error = Diagnostic::error(Code::E0202, format!("{wanted} is needed here, not a {of}"));
        let error = error.at(argument.map(|argument| argument.span).unwrap_or_default()).label(format!("a {of}"));
        Err(Box::new(error.help(help)))
    };
    let (names, times): (Vec<&Typed>, Vec<&Typed>) = arguments.iter().partition(is_name);
    let last = names.len().max(1) - 1;
    match (<[&Typed; N]>::try_from(times), names.get(last)) {
        (Ok(times), Some(name)) => Ok((times, unit(name)?)),
        (_, None) => wrong(arguments.last(), "the name of a unit", "units are named in quotes, as in `\"month\"`"),
        (Err(_), name) => {
            let help = "a date is written without quotes, and `parse_date` makes one of a text";
            let no_unit = names.iter().find(|name| unit(name).is_err());
            wrong(no_unit.or(name).copied(), "a date or a time", help)
        }
    }
}

/// The name of a zone that there is.
pub fn zone(argument: &Typed) -> Result<(), Box<Diagnostic>> {
    if Zone::named(written(argument)).is_some() {
        return Ok(());
    }
    let error = Diagnostic::error(Code::E0006, format!("there is no time zone `{}`", written(argument)));
    Err(Box::new(
        error.at(argument.span).label("unknown zone").help("zones are called as in `Europe/Berlin`; `UTC` is one"),
    ))
}
