//! Axes: what they reach over, and ticks at round numbers of their unit, or where hours, days, weeks and months start.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

use super::super::number;
use super::X;
use crate::types::{Class, Type, Unit};

const DAY: f64 = 86_400.0;

/// The first Monday of 1970: weeks are counted from here, and hours and days start with it.
const MONDAY: f64 = 4.0 * DAY;

/// From one value to another, with marks on the way.
#[derive(Clone, Debug)]
pub struct Scale {
    low: f64,
    high: f64,
    /// Places between 0 and 1, and what they are called.
    pub ticks: Vec<(f64, String)>,
}

impl Scale {
    /// Where a value lies: 0 at the start, 1 at the end.
    pub fn place(&self, x: f64) -> f64 {
        ((x - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// The same from the least to the greatest of these values and 0, for bars that fill their room.
    pub fn tight(self, values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = values.fold((0f64, 0f64), |(low, high), x| (low.min(x), high.max(x)));
        if low >= high {
            return self;
        }
        let tight = Self { low, high, ticks: Vec::new() };
        let value = |place: f64| self.low + place * (self.high - self.low);
        let inside = self.ticks.iter().filter(|(place, _)| (low..=high).contains(&value(*place)));
        let ticks = inside.map(|(place, name)| (tight.place(value(*place)), name.clone())).collect();
        Self { ticks, ..tight }
    }

    /// For values of this type, with about so many ticks, ends included. Bars start at nothing, and so do lines of what
    /// adds up.
    pub fn of(ty: &Type, values: impl Iterator<Item = f64>, ticks: usize, from_zero: bool) -> Self {
        let (mut low, mut high) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        if low > high {
            (low, high) = (0.0, 0.0);
        }
        let near = low > 0.0 && low > high / 2.0 || high < 0.0 && high < low / 2.0;
        if from_zero || ty.class() == Some(Class::Additive) || !near {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        if high - low <= f64::EPSILON * high.abs().max(low.abs()) || high - low < 1e-290 {
            let size = if high == 0.0 { 1.0 } else { high.abs() };
            (low, high) = if high < 0.0 { (-size, 0.0) } else { (0.0, size) };
        }
        let step = step(ty, high - low, ticks.max(1));
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        let count = (last - first).clamp(1.0, 4.0 * (ticks as f64 + 1.0)) as usize;
        let marks: Vec<f64> = (0..=count).map(|n| (first + n as f64) * step).collect();
        let scale = Self { low: first * step, high: last * step, ticks: Vec::new() };
        let names = number::ticks(ty, &marks);
        let ticks = marks.iter().zip(names).map(|(mark, name)| (scale.place(*mark), name)).collect();
        Self { ticks, ..scale }
    }

    /// Along x, from the first row to the last, with at most so many ticks.
    pub fn along(x: &X<'_>, (low, high): (f64, f64), most: usize) -> Self {
        let wide = if high > low { high } else { low + 1.0 };
        let scale = Self { low, high: wide, ticks: Vec::new() };
        let marks = match x {
            X::Time => time(low, high, most.max(1)),
            X::Names(names) => {
                let each = names.len().div_ceil(most.max(1)).max(1);
                names.iter().cloned().enumerate().step_by(each).map(|(n, name)| (n as f64, name)).collect()
            }
            X::Number(ty) => {
                let round = Self::of(ty, [low, high].into_iter(), most.max(2) - 1, false);
                let value = |place: f64| round.low + place * (round.high - round.low);
                round.ticks.iter().map(|(place, name)| (value(*place), name.clone())).collect()
            }
        };
        let inside = marks.into_iter().filter(|(x, _)| *x >= low && *x <= wide);
        let ticks = inside.map(|(x, name)| (scale.place(x), name)).collect();
        Self { ticks, ..scale }
    }
}

/// A round number that goes into `range` about so many times.
fn step(ty: &Type, range: f64, times: usize) -> f64 {
    let unit = ty.unit().unwrap_or(Unit::NONE);
    let least = range / times as f64;
    if unit == Unit::MS && least > 5_000.0 {
        const SECONDS: [f64; 11] =
            [10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 3.0 * 3600.0, 6.0 * 3600.0];
        if let Some(seconds) = SECONDS.iter().find(|seconds| **seconds * 1e3 >= least) {
            return seconds * 1e3;
        }
        return round(least / (DAY * 1e3)).max(0.5) * DAY * 1e3;
    }
    let whole = unit == Unit::TOKENS || unit == Unit::REQUESTS;
    if whole { round(least).max(1.0) } else { round(least) }
}

/// The least of 1, 2, 5 and their tens that is not less.
fn round(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    let fits = [1.0, 2.0, 5.0].into_iter().map(|n| n * power).find(|step| *step >= least * (1.0 - 1e-9));
    fits.unwrap_or(power * 10.0)
}

/// How far a tick of time is from the next.
#[derive(Clone, Copy)]
enum Every {
    Seconds(f64),
    Months(i64),
}

/// Starts of the longest of minutes, hours, days, weeks, months and years that are not too many.
fn time(low: f64, high: f64, most: usize) -> Vec<(f64, String)> {
    const SECONDS: [f64; 17] = [
        1.0,
        5.0,
        15.0,
        30.0,
        60.0,
        300.0,
        900.0,
        1800.0,
        3600.0,
        2.0 * 3600.0,
        3.0 * 3600.0,
        6.0 * 3600.0,
        12.0 * 3600.0,
        DAY,
        2.0 * DAY,
        7.0 * DAY,
        14.0 * DAY,
    ];
    const MONTHS: [i64; 10] = [1, 2, 3, 6, 12, 24, 60, 120, 600, 2400];
    let steps = SECONDS.into_iter().map(Every::Seconds).chain(MONTHS.into_iter().map(Every::Months));
    for every in steps {
        let found = match every {
            Every::Seconds(step) => starts(low, high, step, most),
            Every::Months(months) => months_between(low, high, months, most),
        };
        if let Some(found) = found {
            let name = |x: f64| Some((x, called(every, civil(x)?)));
            return found.into_iter().filter_map(name).collect();
        }
    }
    Vec::new()
}

/// Multiples of a step; nothing where there are too many.
fn starts(low: f64, high: f64, step: f64, most: usize) -> Option<Vec<f64>> {
    let (first, last) = (((low - MONDAY) / step).ceil(), ((high - MONDAY) / step).floor());
    let count = last - first + 1.0;
    if count > most as f64 {
        return None;
    }
    let count = if count < 1.0 { 0 } else { count as usize };
    Some((0..count).map(|n| MONDAY + (first + n as f64) * step).collect())
}

/// First days of every so many months; nothing where there are too many.
fn months_between(low: f64, high: f64, every: i64, most: usize) -> Option<Vec<f64>> {
    let month = |day: Date| i64::from(day.year()) * 12 + i64::from(day.month()) - 1;
    let (first, last) = (month(civil(low)?.date()), month(civil(high)?.date()));
    let first = first.div_euclid(every) * every;
    if usize::try_from((last - first) / every).unwrap_or(usize::MAX) > most {
        return None;
    }
    let start = |month: i64| {
        let year = i16::try_from(month.div_euclid(12)).ok()?;
        let day = Date::new(year, i8::try_from(month.rem_euclid(12) + 1).ok()?, 1).ok()?;
        Some(Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()?.as_second() as f64)
    };
    let step = usize::try_from(every).unwrap_or(1);
    let found: Vec<f64> = (first..=last).step_by(step).filter_map(start).filter(|x| *x >= low).collect();
    (found.len() <= most).then_some(found)
}

fn civil(seconds: f64) -> Option<DateTime> {
    jiff::Timestamp::from_second(seconds.round() as i64).ok().map(|time| Offset::UTC.to_datetime(time))
}

/// `2026-02-16`, or `2026-02-16 06:00` where it is no midnight.
pub fn instant(seconds: f64) -> String {
    let Some(time) = civil(seconds) else { return String::new() };
    let midnight = time.time() == jiff::civil::Time::midnight();
    time.strftime(if midnight { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" }).to_string()
}

/// `06:00`, `Feb 16`, `Feb 2026`, `2026`
fn called(every: Every, time: DateTime) -> String {
    let midnight = time.time() == jiff::civil::Time::midnight();
    let form = match every {
        Every::Seconds(step) if step < 60.0 => "%H:%M:%S",
        Every::Seconds(step) if step < DAY && !midnight => "%H:%M",
        Every::Seconds(_) => "%b %-d",
        Every::Months(months) if months < 12 => "%b %Y",
        Every::Months(_) => "%Y",
    };
    time.strftime(form).to_string()
}
