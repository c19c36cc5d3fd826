//! Ranges of time.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::expr::TimeUnit;

/// Whole days, both ends included; of UTC unless they are said to be of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Days {
    pub first: Date,
    pub last: Date,
}

impl Days {
    pub fn contains(self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }

    /// Each day, in order.
    pub fn iter(self) -> impl Iterator<Item = Date> {
        self.first.series(1.day()).take_while(move |day| *day <= self.last)
    }

    /// How many there are.
    pub fn count(self) -> i32 {
        self.first.until((jiff::Unit::Day, self.last)).map_or(1, |span| span.get_days() + 1)
    }

    /// The part of these days that lies in `other`.
    pub fn within(self, other: Self) -> Option<Self> {
        let days = Self { first: self.first.max(other.first), last: self.last.min(other.last) };
        (days.first <= days.last).then_some(days)
    }

    /// The days of these before `day`.
    pub fn before(self, day: Date) -> Option<Self> {
        let last = self.last.min(day.saturating_sub(1.day()));
        (self.first <= last).then_some(Self { last, ..self })
    }

    /// The days of these after `day`.
    pub fn after(self, day: Date) -> Option<Self> {
        let first = self.first.max(day.saturating_add(1.day()));
        (first <= self.last).then_some(Self { first, ..self })
    }
}

/// `2026-02-01`, or `2026-02-01 to 2026-02-18`.
impl std::fmt::Display for Days {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.first == self.last { write!(f, "{}", self.first) } else { write!(f, "{} to {}", self.first, self.last) }
    }
}

/// The same days in their order; what overlaps or follows at once is one.
pub fn together(mut days: Vec<Days>) -> Vec<Days> {
    days.sort_by_key(|days| (days.first, days.last));
    let mut found: Vec<Days> = Vec::new();
    for next in days {
        match found.last_mut() {
            Some(last) if next.first <= last.last.saturating_add(1.day()) => last.last = last.last.max(next.last),
            _ => found.push(next),
        }
    }
    found
}

/// How far one time is from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    Months(i32),
    Millis(i64),
}

impl Days {
    /// The days so far before; months end where they do there.
    pub fn earlier(self, shift: Shift) -> Self {
        let back = |day: Date| match shift {
            Shift::Months(months) => {
                let back = day.saturating_sub(i64::from(months).months());
                // The 31st of a month that has none is the first of the next.
                if back.day() < day.day() { back.saturating_add(1.day()) } else { back }
            }
            Shift::Millis(millis) => day.saturating_sub((millis / DAY).days()),
        };
        let end = back(self.last.saturating_add(1.day()));
        Self { first: back(self.first), last: end.saturating_sub(1.day()) }
    }
}

const DAY: i64 = 86_400_000;

/// From an instant up to another, which is not a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    pub start: Timestamp,
    pub end: Timestamp,
}

/// As days where it has whole ones, else with the clock.
impl std::fmt::Display for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.has_whole_days() { self.days().fmt(f) } else { write!(f, "{} to {}", self.start, self.end) }
    }
}

/// The first instant of a UTC day.
pub fn midnight(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// The UTC day of an instant.
pub fn day_of(time: Timestamp) -> Date {
    time.to_zoned(TimeZone::UTC).date()
}

impl From<Days> for Window {
    fn from(days: Days) -> Self {
        Self { start: midnight(days.first), end: midnight(days.last.saturating_add(1.day())) }
    }
}

impl Window {
    /// The days that it touches.
    pub fn days(self) -> Days {
        let last = self.end.checked_sub(1.nanosecond()).unwrap_or(self.end);
        Days { first: day_of(self.start), last: day_of(last.max(self.start)) }
    }

    /// It starts and ends at midnight.
    pub fn has_whole_days(self) -> bool {
        self == Self::from(self.days())
    }

    /// The coarsest of day, hour and minute that both ends lie on; none where they have seconds.
    pub fn grain(self) -> Option<TimeUnit> {
        let on = |seconds: i64| {
            [self.start, self.end].iter().all(|time| time.as_nanosecond().rem_euclid(i128::from(seconds) * NANOS) == 0)
        };
        [(86_400, TimeUnit::Day), (3600, TimeUnit::Hour), (60, TimeUnit::Minute)]
            .into_iter()
            .find(|(seconds, _)| on(*seconds))
            .map(|(_, unit)| unit)
    }

    /// It begins more than so many days before today.
    pub fn is_older_than(self, days: i32, now: Timestamp) -> bool {
        day_of(self.start) < day_of(now).saturating_sub(days.days())
    }

    pub fn contains(self, time: Timestamp) -> bool {
        self.start <= time && time < self.end
    }

    /// Each start of a unit that lies in it, its own start first: the edges of its buckets.
    pub fn buckets(self, unit: TimeUnit) -> Vec<Self> {
        let mut buckets = Vec::new();
        let mut start = self.start;
        while start < self.end {
            let end = next(unit, start).min(self.end);
            if end <= start {
                break;
            }
            buckets.push(Self { start, end });
            start = end;
        }
        buckets
    }

    /// Two parts that meet at a bucket's edge near the middle; none where it is one bucket.
    pub fn halves(self, unit: TimeUnit) -> Option<(Self, Self)> {
        let buckets = self.buckets(unit);
        let middle = buckets.get(buckets.len() / 2).filter(|_| buckets.len() > 1)?.start;
        Some((Self { end: middle, ..self }, Self { start: middle, ..self }))
    }

    /// Parts of at most so many days, each bucket whole in one of them.
    pub fn chunks(self, unit: TimeUnit, most_days: i32) -> Vec<Self> {
        let most = jiff::SignedDuration::from_hours(i64::from(most_days) * 24);
        self.in_parts(unit, |window| window.end.duration_since(window.start) <= most)
    }

    /// The fewest parts that fit, each bucket whole in one of them, full ones at the end: what is recent is not mixed with
    /// what may be too old. A bucket that does not fit is a part of its own.
    pub fn in_parts(self, unit: TimeUnit, fits: impl Fn(Self) -> bool) -> Vec<Self> {
        let mut parts: Vec<Self> = Vec::new();
        for bucket in self.buckets(unit).into_iter().rev() {
            match parts.last_mut() {
                Some(part) if fits(Self { start: bucket.start, end: part.end }) => part.start = bucket.start,
                _ => parts.push(bucket),
            }
        }
        parts.reverse();
        parts
    }
}

const NANOS: i128 = 1_000_000_000;

/// The first start of a unit after an instant, UTC; weeks start on Monday.
fn next(unit: TimeUnit, time: Timestamp) -> Timestamp {
    let seconds = |length: i64| {
        let start = time.as_second().div_euclid(length).saturating_add(1).saturating_mul(length);
        Timestamp::from_second(start).unwrap_or(Timestamp::MAX)
    };
    let day = day_of(time);
    match unit {
        TimeUnit::Minute => seconds(60),
        TimeUnit::Hour => seconds(3600),
        TimeUnit::Day | TimeUnit::Week | TimeUnit::Month | TimeUnit::Quarter | TimeUnit::Year => {
            midnight(start_after(unit, day))
        }
    }
}

/// The first day of the unit that follows the one of `day`.
fn start_after(unit: TimeUnit, day: Date) -> Date {
    let start = start_of(unit, day);
    match unit {
        TimeUnit::Minute | TimeUnit::Hour | TimeUnit::Day => start.saturating_add(1.day()),
        TimeUnit::Week => start.saturating_add(1.week()),
        TimeUnit::Month => start.saturating_add(1.month()),
        TimeUnit::Quarter => start.saturating_add(3.months()),
        TimeUnit::Year => start.saturating_add(1.year()),
    }
}

/// The first day of the unit that a day lies in; weeks start on Monday.
pub fn start_of(unit: TimeUnit, day: Date) -> Date {
    match unit {
        TimeUnit::Minute | TimeUnit::Hour | TimeUnit::Day => day,
        TimeUnit::Week => day.saturating_sub(i64::from(day.weekday().since(jiff::civil::Weekday::Monday)).days()),
        TimeUnit::Month => day.first_of_month(),
        TimeUnit::Quarter => day.first_of_month().saturating_sub(i64::from((day.month() - 1) % 3).months()),
        TimeUnit::Year => day.first_of_year(),
    }
}

/// The range begins and ends where a unit does, so that none of its buckets is cut.
pub fn is_whole(unit: TimeUnit, days: Days) -> (bool, bool) {
    let after = days.last.saturating_add(1.day());
    (start_of(unit, days.first) == days.first, start_of(unit, after) == after)
}
