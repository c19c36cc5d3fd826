//! Ranges of time.

use jiff::ToSpan;
use jiff::civil::Date;

/// Whole UTC days, both ends included.
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

    /// The part of these days that lies in `other`.
    pub fn within(self, other: Self) -> Option<Self> {
        let days = Self { first: self.first.max(other.first), last: self.last.min(other.last) };
        (days.first <= days.last).then_some(days)
    }
}

/// `2026-02-01`, or `2026-02-01 to 2026-02-18`.
impl std::fmt::Display for Days {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.first == self.last { write!(f, "{}", self.first) } else { write!(f, "{} to {}", self.first, self.last) }
    }
}
