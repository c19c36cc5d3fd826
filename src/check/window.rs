//! Ranges of instants: the words of days, and beside them the clock: `last 24h`, `from 2026-07-31T12:00`, `6h ago`.

use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::Checker;
use super::expr::read_date;
use super::range::{Word, split_number};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::lowering::Lowering as _;
use crate::model::units::{self, Length};
use crate::model::value::Value;
use crate::model::window::Window;
use crate::span::Span;

const HOUR: i64 = 3600;
const MINUTE: i64 = 60;

/// From an instant to another; an end that is open is now.
type Part = (Timestamp, Option<Timestamp>);

impl Checker<'_> {
    /// An open end is now; what is not over yet is a part of it.
    pub fn window(&mut self, words: &[Word]) -> Option<Window> {
        let whole = words.first()?.span.to(words.last()?.span);
        let (start, end) = self.part(words, whole)?;
        let end = end.unwrap_or_else(|| self.open_end(start));
        if let Some(time) = [start, end].into_iter().find(|time| down(MINUTE, *time) != *time) {
            let message = format!("the cube counts by the minute, and {time} lies within one");
            let error = Diagnostic::error(Code::E0401, message).at(whole).label("has seconds");
            self.report(error.help(format!("write the minute, as in `from {}`", down(MINUTE, time))));
            return None;
        }
        if start >= end {
            let message = format!("the range starts on {start} and ends before it, on {end}");
            let error = Diagnostic::error(Code::E0402, message).at(whole).label("ends before it starts");
            self.report(error.help("write the earlier end first, as in `from 2026-02-01 to 2026-02-18`"));
            return None;
        }
        Some(Window { start, end })
    }

    /// Nothing was asked after now. A range that starts with a day ends with one, so that the server may count whole days.
    fn open_end(&self, start: Timestamp) -> Timestamp {
        if self.zone.midnight(self.zone.day_of(start)) == start {
            self.zone.midnight(self.today().saturating_add(1.day()))
        } else {
            up(HOUR, self.now)
        }
    }

    fn part(&mut self, words: &[Word], whole: Span) -> Option<Part> {
        let lower: Vec<String> = words.iter().map(|word| word.text.to_lowercase()).collect();
        let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
        match lower.as_slice() {
            ["last", rest @ ..]
                if rest.first().and_then(|word| split_number(word)).is_some_and(|(count, _)| count == 0) =>
            {
                let error = Diagnostic::error(Code::E0401, "a range has at least one unit").at(whole).label("none");
                self.report(error.help("as in `last 7d` or `last 24h`"));
                None
            }
            ["last", rest @ ..] if let Some((length, unit)) = short(rest) => {
                let start = self.now.checked_sub(length).ok();
                Some((down(unit, start?), Some(up(unit, self.now))))
            }
            ["from" | "since", rest @ ..] if rest.iter().any(|word| has_clock(word)) => {
                let to = rest.iter().position(|word| *word == "to");
                let (start, end) = match to {
                    Some(at) => (words.get(1..=at)?, words.get(at + 2..)),
                    None => (words.get(1..)?, None),
                };
                let (start, _) = self.instants(start, whole)?;
                match end {
                    None => Some((start, None)),
                    Some(end) => Some((start, self.instants(end, whole)?.1)),
                }
            }
            _ => {
                let (first, last) = self.calendar_range(words, whole)?;
                let end = last.map(|last| self.zone.midnight(last.saturating_add(1.day())));
                Some((self.zone.midnight(first), end))
            }
        }
    }

    /// One end of a range: an instant, `6h ago`, or the whole of a day, month or year.
    fn instants(&mut self, words: &[Word], whole: Span) -> Option<Part> {
        let at = words.first().zip(words.last()).map_or(whole, |(first, last)| first.span.to(last.span));
        if let [one] = words
            && let Some((Value::Time(time), _)) = read_date(&one.text, self.zone)
        {
            return Some((time, Some(time)));
        }
        let lower: Vec<String> = words.iter().map(|word| word.text.to_lowercase()).collect();
        let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
        if let [rest @ .., "ago"] = lower.as_slice()
            && let Some((length, unit)) = short(rest)
        {
            let time = self.now.checked_sub(length).ok().map(|time| down(unit, time))?;
            return Some((time, Some(time)));
        }
        let (first, last) = self.calendar_moment(words, at)?;
        Some((self.zone.midnight(first), last.map(|last| self.zone.midnight(last.saturating_add(1.day())))))
    }
}

/// `24h`, `24 hours`, `30m`: a length below a day, and what its ends are rounded to, in seconds.
fn short(words: &[&str]) -> Option<(SignedDuration, i64)> {
    let (count, unit) = match words {
        [one] => split_number(one).or(Some((1, *one)))?,
        [count, unit] => (count.parse().ok()?, *unit),
        _ => return None,
    };
    let (name, Length::Millis(length)) = units::unit(unit)? else { return None };
    let seconds = match name {
        "h" => HOUR,
        "m" => MINUTE,
        _ => return None,
    };
    (count > 0).then_some(())?;
    Some((SignedDuration::from_millis(count.checked_mul(length)?), seconds))
}

/// The text has more than a day.
fn has_clock(word: &str) -> bool {
    let (digits, rest) = word.split_at(word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len()));
    let clock = word.len() > 10 && word.get(10..11) == Some("t");
    let ago = !digits.is_empty() && short(&[word]).is_some() || short(&["1", rest]).is_some();
    clock || ago
}

fn down(seconds: i64, time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second().div_euclid(seconds).saturating_mul(seconds)).unwrap_or(time)
}

fn up(seconds: i64, time: Timestamp) -> Timestamp {
    let start = down(seconds, time);
    if start == time { time } else { start.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(time) }
}
