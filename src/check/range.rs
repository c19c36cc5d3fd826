//! Ranges of time in the words of a source: `last 30d`, `from 2026-02-01`, `this month`, `on 2026-09`, `2mo ago`.

use jiff::civil::{Date, Weekday};
use jiff::{Span as Length, ToSpan};

use super::{Checker, dates};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::RangeOf;
use crate::model::lowering::Lowering as _;
use crate::model::units;
use crate::model::window::Days;
use crate::span::Span;
use crate::suggest;

/// One word of the arguments, and where it stands.
#[derive(Clone, Debug)]
pub struct Word {
    pub text: String,
    pub span: Span,
}

/// A calendar unit of a day or longer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CalendarUnit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// Days that a phrase names, before an open end is closed.
#[derive(Clone, Copy)]
struct Phrase {
    first: Date,
    last: Option<Date>,
}

/// The words that a range can start with.
pub const STARTERS: &[&str] = &["from", "since", "last", "this", "on", "to", "today", "yesterday"];

/// How many months a range has that is one of the calendar: `this month`, `last 2mo`, `on 2026-09`.
pub fn months(words: &[Word]) -> Option<i32> {
    let texts: Vec<String> = words.iter().map(|word| word.text.to_lowercase()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let of_unit = |text: &str| {
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (count, unit) = text.split_at(digits);
        let count = if count.is_empty() { 1 } else { count.parse::<i32>().ok()? };
        match units::unit(unit)?.1 {
            units::Length::Months(months) => count.checked_mul(months),
            units::Length::Millis(_) => None,
        }
    };
    match texts.as_slice() {
        ["this" | "last", unit, ..] | [unit, "ago"] => of_unit(unit),
        ["on" | "from" | "since", date] | [date] => match date.bytes().filter(u8::is_ascii_digit).count() {
            6 if date.len() == 7 => Some(1),
            4 if date.len() == 4 => Some(12),
            _ => None,
        },
        _ => None,
    }
}

impl Checker<'_> {
    pub fn today(&self) -> Date {
        self.zone.day_of(self.now)
    }

    /// Whole days. An open end is yesterday, since today is not completed.
    pub fn days(&mut self, words: &[Word]) -> Option<Days> {
        let whole = words.first()?.span.to(words.last()?.span);
        let phrase = self.phrase(words, whole)?;
        let yesterday = self.today().saturating_sub(1.days());
        let last = phrase.last.unwrap_or_else(|| yesterday.max(phrase.first));
        if phrase.first > last {
            let message = format!("the range starts on {} and ends before it, on {last}", phrase.first);
            self.report(
                Diagnostic::error(Code::E0402, message)
                    .at(whole)
                    .label("ends before it starts")
                    .help(format!("write `from {last} to {}`", phrase.first))
                    .edit(whole, format!("from {last} to {}", phrase.first)),
            );
            return None;
        }
        Some(Days { first: phrase.first, last })
    }

    /// The first and the last day of a phrase; none where its end is open.
    pub fn calendar_range(&mut self, words: &[Word], whole: Span) -> Option<(Date, Option<Date>)> {
        self.phrase(words, whole).map(|phrase| (phrase.first, phrase.last))
    }

    /// The same for one end of a range.
    pub fn calendar_moment(&mut self, words: &[Word], at: Span) -> Option<(Date, Option<Date>)> {
        let texts: Vec<String> = words.iter().map(|word| word.text.to_lowercase()).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        self.moment(&texts, at).map(|phrase| (phrase.first, phrase.last))
    }

    fn phrase(&mut self, words: &[Word], whole: Span) -> Option<Phrase> {
        let texts: Vec<String> = words.iter().map(|word| word.text.to_lowercase()).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        match texts.as_slice() {
            ["past" | "previous" | "prior" | "trailing", _, ..] => {
                let first = words.first()?;
                let message = format!("`{}` starts no range of time", first.text);
                let error = Diagnostic::error(Code::E0401, message).at(first.span).label("use `last`");
                self.report(error.help("write `last`, as in `last 7d`").edit(first.span, "last"));
                None
            }
            ["from" | "since", rest @ ..] => {
                let to = rest.iter().position(|word| *word == "to");
                let other = rest.iter().position(|word| matches!(*word, "until" | "till" | "through" | "-" | "and"));
                if let (None, Some(other)) = (to, other.and_then(|at| words.get(at + 1))) {
                    let error = Diagnostic::error(
                        Code::E0401,
                        format!("the end of a range follows `to`, not `{}`", other.text),
                    );
                    self.report(error.at(other.span).label("use `to`").help("write `to`").edit(other.span, "to"));
                    return None;
                }
                let (start, end) = match to {
                    Some(at) => (rest.get(..at)?, rest.get(at + 1..)),
                    None => (rest, None),
                };
                let word = |at: usize| words.get(at).map_or(whole, |word| word.span);
                let example = format!("from {} to {}", self.today().first_of_month(), self.today());
                if start.is_empty() {
                    return self.unfinished(word(0), "a date", &example);
                }
                if end.is_some_and(<[&str]>::is_empty) {
                    return self.unfinished(word(start.len() + 1), "a date", &example);
                }
                let at = |from: usize, length: usize| span_of(words, from, length).unwrap_or(whole);
                let start_at = at(1, start.len());
                let first = self.moment(start, start_at)?.first;
                let last = match end {
                    None => None,
                    Some(end) => self.moment(end, at(start.len() + 2, end.len()))?.last,
                };
                Some(Phrase { first, last })
            }
            ["this"] => self.unfinished(whole, "a unit of time", "this month"),
            ["on"] => self.unfinished(whole, "a day, a month or a year", "on 2026-02"),
            ["this", unit] => self.this(unit, whole, None),
            ["this", unit, "to", "today"] => self.this(unit, whole, Some(self.today())),
            ["last", rest @ ..] => self.last(rest, whole),
            ["on", rest @ ..] => {
                let at = span_of(words, 1, rest.len()).unwrap_or(whole);
                self.moment(rest, at)
            }
            ["to", ..] => {
                let error = Diagnostic::error(Code::E0401, "a range needs its start").at(whole).label("only an end");
                self.report(error.help("write both ends, as in `from 2026-02-01 to 2026-02-18`"));
                None
            }
            [one] if one.contains("..") => {
                let (start, end) = one.split_once("..")?;
                let first = self.moment(&[start], whole)?.first;
                let last = self.moment(&[end], whole)?.last;
                Some(Phrase { first, last })
            }
            other => self.moment(other, whole),
        }
    }

    /// `this month` ends yesterday; `this month to today` has the open day.
    fn this(&mut self, unit: &str, at: Span, last: Option<Date>) -> Option<Phrase> {
        let unit = self.calendar_unit(unit, at)?;
        Some(Phrase { first: start_of(unit, self.today()), last })
    }

    /// The N whole units before the current one.
    fn last(&mut self, rest: &[&str], at: Span) -> Option<Phrase> {
        let (count, unit) = match rest {
            [] => return self.unfinished(at, "a number of units", "last 7d"),
            [one] => match split_number(one) {
                Some((count, "")) => {
                    let error = Diagnostic::error(Code::E0401, format!("`last {count}` has no unit")).at(at);
                    self.report(error.label("which unit?").help("as in `last 7d`; units: d w mo q y"));
                    return None;
                }
                Some((_, unit)) if unit.starts_with('.') => {
                    let error = Diagnostic::error(Code::E0401, "a range has whole units").at(at).label("a part of one");
                    self.report(error.help("as in `last 7d`; units: d w mo q y"));
                    return None;
                }
                Some((count, unit)) => (count, unit),
                None if one.starts_with('-') => {
                    let error = Diagnostic::error(Code::E0401, "`last` counts back, and its number has no sign").at(at);
                    self.report(error.label("no sign").help("as in `last 7d`"));
                    return None;
                }
                None if one.starts_with(|c: char| c.is_ascii_digit()) => return self.too_far(at),
                None => (1, *one),
            },
            [count, unit] if count.parse::<i64>().is_ok() => (count.parse().ok()?, *unit),
            [count, _] if split_number(count).is_none() => {
                let error = Diagnostic::error(Code::E0401, format!("`{count}` is no number")).at(at);
                self.report(error.label("no number").help("as in `last 7d`; units: d w mo q y"));
                return None;
            }
            _ => {
                let text = rest.join(" ");
                let error = Diagnostic::error(Code::E0401, format!("`last {text}` is more than one range")).at(at);
                self.report(error.label("cannot be read").help("as in `last 7d`; stages follow after a `|`"));
                return None;
            }
        };
        let unit = self.calendar_unit(unit, at)?;
        if count < 1 {
            let error = Diagnostic::error(Code::E0401, "a range has at least one unit").at(at).label("none");
            self.report(error.help("as in `last 7d`"));
            return None;
        }
        let end = start_of(unit, self.today());
        let Some(first) = length(unit, count).and_then(|length| end.checked_sub(length).ok()) else {
            return self.too_far(at);
        };
        Some(Phrase { first, last: end.checked_sub(1.days()).ok() })
    }

    /// A day, month or year by its number, `today`, `yesterday`, or `2mo ago`: all of it.
    fn moment(&mut self, words: &[&str], at: Span) -> Option<Phrase> {
        let today = self.today();
        let day = |date: Date| Phrase { first: date, last: Some(date) };
        match words {
            ["today"] => Some(day(today)),
            ["yesterday"] => Some(day(today.saturating_sub(1.days()))),
            [amount, "ago"] => match split_number(amount) {
                Some((count, unit)) => self.ago(count, unit, at),
                None => self.not_a_range(amount, at),
            },
            [count, unit, "ago"] => match count.parse::<i64>() {
                Ok(count) => self.ago(count, unit, at),
                Err(_) => self.not_a_range(count, at),
            },
            [one] => match calendar(one) {
                Some(phrase) => Some(phrase),
                None => self.not_a_range(one, at),
            },
            other => self.not_a_range(&other.join(" "), at),
        }
    }

    fn ago(&mut self, count: i64, unit: &str, at: Span) -> Option<Phrase> {
        let unit = self.calendar_unit(unit, at)?;
        let back = |count| length(unit, count).and_then(|length| start_of(unit, self.today()).checked_sub(length).ok());
        match (back(count), back(count - 1)) {
            (Some(first), Some(next)) => Some(Phrase { first, last: next.checked_sub(1.days()).ok() }),
            _ => self.too_far(at),
        }
    }

    /// Days and longer; hours and minutes are no part of a day's rows.
    fn calendar_unit(&mut self, name: &str, at: Span) -> Option<CalendarUnit> {
        let unit = match units::unit(name).map(|(unit, _)| unit) {
            Some("d") => CalendarUnit::Day,
            Some("w") => CalendarUnit::Week,
            Some("mo") => CalendarUnit::Month,
            Some("q") => CalendarUnit::Quarter,
            Some("y") => CalendarUnit::Year,
            Some(unit) => {
                let error =
                    Diagnostic::error(Code::E0401, format!("this source has whole UTC days, and `{unit}` is finer"));
                let finer = self.catalog.sources.iter().filter(|def| matches!(def.range, RangeOf::Instants { .. }));
                let finer: Vec<String> = finer.map(|def| format!("`{}`", def.name)).collect();
                let help =
                    format!("use `d`, `w`, `mo`, `q` or `y`, as in `last 7d`; {} take hours", finer.join(" and "));
                self.report(error.at(at).label("too fine").help(help));
                return None;
            }
            None => {
                let near: Vec<String> = units::nearest(name).into_iter().filter(|unit| days_or_longer(unit)).collect();
                let place = at.of(self.text).to_lowercase().rfind(name);
                let at = place.map_or(at, |start| Span::new(at.start + start, at.start + start + name.len()));
                let error =
                    Diagnostic::error(Code::E0401, format!("`{name}` is no unit of time")).at(at).label("unknown unit");
                self.report(if near.is_empty() {
                    error.help("units: d w mo q y, as in `last 7d`")
                } else {
                    error.did_you_mean(at, near)
                });
                return None;
            }
        };
        Some(unit)
    }

    fn not_a_range(&mut self, text: &str, at: Span) -> Option<Phrase> {
        let error = |message: String| Diagnostic::error(Code::E0401, message).at(at).label("cannot be read");
        let digit = text.starts_with(|c: char| c.is_ascii_digit());
        // As it was written: words are compared in small letters.
        let whole = at.of(self.text);
        let text = if whole.to_lowercase() == text { whole } else { text };
        let small = text.to_lowercase();
        let start = Span::new(at.start, at.start);
        let length = split_number(&small).is_some_and(|(_, unit)| days_or_longer(unit));
        let day = small.split_once('t').is_some_and(|(day, _)| calendar(day).is_some());
        self.report(if let Some(why) = off_the_calendar(text) {
            error(format!("`{text}` is not in the calendar")).label("no such day").help(why)
        } else if padded(text).is_some_and(|padded| padded == text) {
            error(format!("`{text}` is at the end of the calendar")).help("write an earlier day, as in `2026-02-01`")
        } else if let Some(mended) = padded(text).or_else(|| dates::written_here(text)) {
            error(format!("`{text}` is not a date")).help(format!("write `{mended}`")).edit(at, mended)
        } else if length && follows(self.text, at, &["since", "from"]) {
            error(format!("`{text}` is a length of time, and no day"))
                .help(format!("write `{text} ago`"))
                .edit(Span::new(at.end, at.end), " ago")
        } else if length {
            error(format!("`{text}` is a length of time, and no range"))
                .help(format!("write `last {text}`"))
                .edit(start, "last ")
        } else if digit && small.contains(" to ") {
            error("a range with a `to` starts with `from`".to_string())
                .help(format!("write `from {text}`"))
                .edit(start, "from ")
        } else if day {
            error(format!("`{text}` has a time, and this source has whole UTC days"))
                .help("write the day alone, as in `2026-02-01`")
        } else if digit {
            error(format!("`{text}` is not a date")).help("a day is written 2026-02-28, a month 2026-02, a year 2026")
        } else if let Some(word) =
            suggest::nearest(&small, WORDS.iter().copied()).first().filter(|_| !small.contains(' '))
        {
            error(format!("`{text}` is no range of time")).did_you_mean(at, vec![word.clone()])
        } else {
            error(format!("`{text}` is no range of time"))
                .help("as in `last 30d`, `from 2026-02-01 to 2026-02-18`, `this month`, `on 2026-02`, `yesterday`")
        });
        None
    }

    /// A word that wants more after it.
    fn unfinished(&mut self, at: Span, wanted: &str, example: &str) -> Option<Phrase> {
        let message = format!("{wanted} is missing after `{}`", at.of(self.text));
        let error = Diagnostic::error(Code::E0401, message).at(at).label("nothing follows");
        self.report(error.help(format!("as in `{example}`")));
        None
    }

    fn too_far(&mut self, at: Span) -> Option<Phrase> {
        let error = Diagnostic::error(Code::E0401, "this reaches back before the calendar").at(at).label("too far");
        self.report(error.help("use a smaller number"));
        None
    }
}

fn span_of(words: &[Word], from: usize, length: usize) -> Option<Span> {
    let part = words.get(from..from + length)?;
    Some(part.first()?.span.to(part.last()?.span))
}

/// Units that days can be counted by.
fn days_or_longer(name: &str) -> bool {
    units::unit(name).is_some_and(|(unit, _)| matches!(unit, "d" | "w" | "mo" | "q" | "y"))
}

/// `30d` is 30 and `d`.
pub fn split_number(text: &str) -> Option<(i64, &str)> {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    Some((number.parse().ok()?, unit))
}

/// `2026`, `2026-02`, `2026-02-01`.
fn calendar(text: &str) -> Option<Phrase> {
    let digits: Vec<&str> = text.split('-').collect();
    if !digits
        .iter()
        .zip([4, 2, 2])
        .all(|(part, length)| part.len() == length && part.bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    let (unit, first) = match digits.as_slice() {
        [_] => (CalendarUnit::Year, format!("{text}-01-01")),
        [_, _] => (CalendarUnit::Month, format!("{text}-01")),
        [_, _, _] => (CalendarUnit::Day, text.to_string()),
        _ => return None,
    };
    let first: Date = first.parse().ok()?;
    let last = first.checked_add(length(unit, 1)?).ok()?.checked_sub(1.days()).ok();
    Some(Phrase { first, last })
}

fn start_of(unit: CalendarUnit, day: Date) -> Date {
    match unit {
        CalendarUnit::Day => day,
        CalendarUnit::Week => day.saturating_sub(i64::from(day.weekday().since(Weekday::Monday)).days()),
        CalendarUnit::Month => day.first_of_month(),
        CalendarUnit::Quarter => {
            let back = (day.month() - 1) % 3;
            day.first_of_month().saturating_sub(i64::from(back).months())
        }
        CalendarUnit::Year => day.first_of_year(),
    }
}

/// Why a day or month of the right shape is not in the calendar: `2026-13-01`, `2026-02-30`.
pub fn off_the_calendar(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |(part, length): (&&str, usize)| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    if !(2..=3).contains(&parts.len()) || !parts.iter().zip([4, 2, 2]).all(digits) {
        return None;
    }
    let number = |at: usize| parts.get(at).and_then(|part| part.parse::<i8>().ok());
    let (year, month) = (parts.first()?.parse().ok()?, number(1)?);
    match Date::new(year, month, 1) {
        Err(_) => Some("months go from 01 to 12".to_string()),
        Ok(first) if number(2).is_some_and(|day| !(1..=first.days_in_month()).contains(&day)) => {
            Some(format!("the days of {year}-{month:02} go from 01 to {}", first.days_in_month()))
        }
        Ok(_) => None,
    }
}

/// Ranges of one word.
const WORDS: &[&str] = &["yesterday", "today"];

/// `2026-2-1` as it should be written.
fn padded(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    (year.len() == 4).then(|| date.to_string())
}

/// So many units; `None` where no calendar has them.
fn length(unit: CalendarUnit, count: i64) -> Option<Length> {
    let none = Length::new();
    match unit {
        CalendarUnit::Day => none.try_days(count),
        CalendarUnit::Week => none.try_weeks(count),
        CalendarUnit::Month => none.try_months(count),
        CalendarUnit::Quarter => none.try_months(count.checked_mul(3)?),
        CalendarUnit::Year => none.try_years(count),
    }
    .ok()
}

/// One of these words stands before the place.
fn follows(text: &str, at: Span, words: &[&str]) -> bool {
    let before = text.get(..at.start).and_then(|before| before.split_whitespace().next_back());
    before.is_some_and(|before| words.iter().any(|word| before.eq_ignore_ascii_case(word)))
}
