//! The time range of a query: read to the second, held against the longest window, and cut into buckets (facts 11 to
//! 14, 18, 24).

use jiff::Timestamp;
use serde_json::Value;

use super::metrics::{MONTH, YEAR};
use crate::demo::base::text::{DAY_MS, civil, date_of, day_of, moment};
use crate::demo::call::Call;
use crate::demo::fault::Fault;
use crate::demo::refusal::Refusal;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;

/// Minutes are given for a window of three hours at most.
const LONGEST_OF_MINUTES: i64 = 3 * HOUR_MS;

/// The days of a query that names no range.
const USUAL_DAYS: i64 = 7;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granularity {
    Minute,
    Hour,
    Day,
    Week,
    Month,
}

impl Granularity {
    pub const ALL: [Self; 5] = [Self::Minute, Self::Hour, Self::Day, Self::Week, Self::Month];

    pub fn name(self) -> &'static str {
        match self {
            Granularity::Minute => "minute",
            Granularity::Hour => "hour",
            Granularity::Day => "day",
            Granularity::Week => "week",
            Granularity::Month => "month",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Granularity::Minute => "Minute",
            Granularity::Hour => "Hour",
            Granularity::Day => "Day",
            Granularity::Week => "Week",
            Granularity::Month => "Month",
        }
    }

    /// The bucket of a moment by its first millisecond. Weeks start on Sunday (fact 24).
    pub fn bucket(self, ms: i64) -> i64 {
        let day = day_of(ms);
        match self {
            Granularity::Minute => ms - ms.rem_euclid(MINUTE_MS),
            Granularity::Hour => ms - ms.rem_euclid(HOUR_MS),
            Granularity::Day => day * DAY_MS,
            Granularity::Week => (day - (day + 4).rem_euclid(7)) * DAY_MS,
            Granularity::Month => (day - i64::from(civil(day).day()) + 1) * DAY_MS,
        }
    }
}

/// From which table the service answers: it keeps days for long, and single requests for anything finer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    Days,
    Requests,
}

/// What is counted: Unix ms, the start inside, the end outside.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub from: i64,
    pub until: i64,
    pub kept: Kept,
}

impl Window {
    /// Reads `time_range` and refuses what is longer than what is asked for allows; `days` is the longest window of
    /// the metrics, dimensions and filters.
    pub fn read(
        range: Option<&Value>,
        granularity: Option<Granularity>,
        days: i64,
        call: &Call,
    ) -> Result<Self, Refusal> {
        let (from, until) = match range {
            None => (call.now - USUAL_DAYS * DAY_MS, call.now),
            Some(range) => (instant(range, "start")?, instant(range, "end")?),
        };
        if from >= until {
            return Err(Refusal::new(400, "time_range.start must be before time_range.end"));
        }
        let (longest, words) = match granularity {
            Some(Granularity::Minute) => (LONGEST_OF_MINUTES, "3 hours".to_owned()),
            Some(Granularity::Hour) => (days.min(MONTH) * DAY_MS, format!("{} days", days.min(MONTH))),
            Some(Granularity::Day | Granularity::Week | Granularity::Month) | None => {
                (days * DAY_MS, format!("{days} days"))
            }
        };
        if until - from > longest {
            let message = format!(
                "Time range exceeds the maximum of {words} for the requested metrics, dimensions and granularity"
            );
            return Err(Refusal::new(400, message));
        }
        let fine = matches!(granularity, Some(Granularity::Minute | Granularity::Hour));
        let kept = if fine || days < YEAR { Kept::Requests } else { Kept::Days };
        let inclusive = call.faults.has(&Fault::EndInclusive);
        let (from, until) = match granularity {
            // What has no time column is counted by whole days (fact 19).
            None => (Granularity::Day.bucket(from), Granularity::Day.bucket(until - i64::from(!inclusive)) + DAY_MS),
            Some(_) if !inclusive => (from, until),
            Some(Granularity::Minute) => (from, Granularity::Minute.bucket(until) + MINUTE_MS),
            Some(Granularity::Hour) => (from, Granularity::Hour.bucket(until) + HOUR_MS),
            Some(Granularity::Day | Granularity::Week | Granularity::Month) => {
                (from, Granularity::Day.bucket(until) + DAY_MS)
            }
        };
        Ok(Window { from, until, kept })
    }

    /// The name of the time column and the form of its values (fact 18).
    pub fn written(&self, granularity: Granularity, bucket: i64) -> (String, String) {
        let name = granularity.name();
        let value = match (self.kept, granularity) {
            (Kept::Requests, _) => {
                let text = moment(bucket);
                text.get(..19).unwrap_or(&text).replace('T', " ")
            }
            (Kept::Days, Granularity::Week | Granularity::Month) => date_of(day_of(bucket)),
            (Kept::Days, Granularity::Minute | Granularity::Hour | Granularity::Day) => moment(bucket),
        };
        match self.kept {
            Kept::Requests => (format!("created_at__{name}"), value),
            Kept::Days => (format!("date__{name}"), value),
        }
    }
}

/// ISO 8601 with date, time to the second, and offset; a time without seconds is refused (fact 11).
fn instant(range: &Value, end: &str) -> Result<i64, Refusal> {
    let wrong = || Refusal::new(400, format!("time_range.{end} must be an ISO 8601 date-time with seconds"));
    let text = range.get(end).and_then(Value::as_str).ok_or_else(wrong)?;
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if marks.iter().any(|(at, mark)| text.as_bytes().get(*at) != Some(mark)) {
        return Err(wrong());
    }
    text.parse::<Timestamp>().map(|at| at.as_millisecond()).map_err(|_| wrong())
}
