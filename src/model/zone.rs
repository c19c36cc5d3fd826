//! The zone that days are counted in: what an instant is on the calendar there, and when a day of it begins.

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan as _};

use super::window::{Days, Window};

/// UTC unless the command line says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone(TimeZone);

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl Zone {
    /// By a name of the time zone database: `Europe/Berlin`.
    pub fn named(name: &str) -> Option<Self> {
        if ["utc", "etc/utc", "z"].contains(&name.to_ascii_lowercase().as_str()) {
            return Some(Self::default());
        }
        TimeZone::get(name).ok().filter(|zone| zone.iana_name().is_some()).map(Self)
    }

    pub fn is_utc(&self) -> bool {
        self.0 == TimeZone::UTC
    }

    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    pub fn offset(&self, time: Timestamp) -> Offset {
        self.0.to_offset(time)
    }

    /// What clocks and calendars show there.
    pub fn wall(&self, time: Timestamp) -> DateTime {
        self.0.to_datetime(time)
    }

    pub fn day_of(&self, time: Timestamp) -> Date {
        self.wall(time).date()
    }

    /// The instant at which clocks there show this: the first of two, and where there is none the one as long after the
    /// change.
    pub fn instant(&self, wall: DateTime) -> Option<Timestamp> {
        self.0.to_ambiguous_timestamp(wall).compatible().ok()
    }

    /// The first instant of a day.
    pub fn midnight(&self, day: Date) -> Timestamp {
        self.instant(day.into()).unwrap_or(Timestamp::MAX)
    }

    /// From the first instant of some days to their last.
    pub fn window(&self, days: Days) -> Window {
        Window { start: self.midnight(days.first), end: self.midnight(days.last.saturating_add(1.day())) }
    }

    /// The days that a window touches.
    pub fn days(&self, window: Window) -> Days {
        let last = window.end.checked_sub(1.nanosecond()).unwrap_or(window.end);
        Days { first: self.day_of(window.start), last: self.day_of(last.max(window.start)) }
    }

    /// The window starts and ends where days do.
    pub fn has_whole_days(&self, window: Window) -> bool {
        self.window(self.days(window)) == window
    }

    /// The instants within a window at which a day begins.
    pub fn midnights(&self, window: Window) -> Vec<Timestamp> {
        let starts = self.days(window).iter().map(|day| self.midnight(day));
        starts.filter(|start| window.contains(*start)).collect()
    }

    /// Hours there begin with those of UTC, for as long as there is something to count.
    pub fn has_hours_of_utc(&self) -> bool {
        let year = |year: i16| self.midnight(jiff::civil::date(year, 1, 1));
        self.has_whole_hours(Window { start: year(2020), end: year(2100) })
    }

    /// Hours there begin with those of UTC, all through a window.
    pub fn has_whole_hours(&self, window: Window) -> bool {
        let whole = |time: Timestamp| self.offset(time).seconds() % 3600 == 0;
        let changes = self.0.following(window.start).take_while(|change| change.timestamp() < window.end);
        whole(window.start) && changes.map(|change| change.timestamp()).all(whole)
    }
}
