//! How the window of a question is cut in time: by the server, one call each, or not at all.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Parts;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::cube::{Bucket, Metric, Reach};
use crate::model::expr::TimeUnit;
use crate::model::route::{Ask, Facts};
use crate::model::window::{Window, is_whole};
use crate::model::zone::Zone;

/// How the window is cut: by the server, and into which parts where one unit is not enough.
pub type Cuts = (Bucket, Vec<(Window, TimeUnit)>);

/// By the calendar of the run's zone.
pub fn buckets(
    ask: &Ask<'_>,
    facts: &Facts,
    parts: &Parts,
    times: &BTreeSet<TimeUnit>,
    exact: bool,
    window: Window,
) -> Result<Cuts, Diagnostic> {
    match facts.zone.is_utc() {
        true => Ok((bucket(ask, parts, times, exact, window)?, Vec::new())),
        false => local(ask, &facts.zone, parts, times, exact, window),
    }
}

/// How the window is cut: as coarse as what is read allows.
pub fn bucket(
    ask: &Ask<'_>,
    parts: &Parts,
    times: &BTreeSet<TimeUnit>,
    exact: bool,
    window: Window,
) -> Result<Bucket, Diagnostic> {
    let days = window.days();
    let edges = window.grain().unwrap_or(TimeUnit::Minute);
    let refuse = |message: String, help: String| {
        Err(Diagnostic::error(Code::E0602, message).at(ask.scan.span).label("this range").help(help))
    };
    let short = jiff::SignedDuration::from_hours(3);
    let length = window.end.duration_since(window.start);
    if parts.instants && length > short {
        return refuse(
            "the cube knows the time by the minute, and that for three hours at most".to_string(),
            "take a unit of it: `hour(time)` or `day(time)`".to_string(),
        );
    }
    let finest = if parts.instants { Some(TimeUnit::Minute) } else { times.iter().min().copied() };
    if exact {
        let units: Vec<TimeUnit> = times.iter().copied().collect();
        return match units.as_slice() {
            [] if edges == TimeUnit::Day && days.count() <= reach(&parts.metrics).days() => Ok(Bucket::Whole),
            [] if edges == TimeUnit::Day => refuse(
                format!(
                    "percentiles and means of {} days at once are not to be had: the cube has {} days of them",
                    days.count(),
                    reach(&parts.metrics).days()
                ),
                "narrow the range to `last 31d`, or take them by a unit of time: `group week(time)`".to_string(),
            ),
            [] => refuse(
                "percentiles and means of a range that does not start and end at midnight UTC cannot be put together"
                    .to_string(),
                "take whole days, group by `hour(time)`, or take them of `generations`, which has each request"
                    .to_string(),
            ),
            [unit @ (TimeUnit::Minute | TimeUnit::Hour)] if *unit <= edges => Ok(Bucket::By(*unit)),
            [TimeUnit::Day] if edges == TimeUnit::Day => Ok(Bucket::By(TimeUnit::Day)),
            [TimeUnit::Month] if is_whole(TimeUnit::Month, days) == (true, true) && edges == TimeUnit::Day => {
                Ok(Bucket::Each(TimeUnit::Month))
            }
            [unit] if edges == TimeUnit::Day => {
                let reach = reach(&parts.metrics);
                match window.buckets(*unit).iter().all(|bucket| bucket.days().count() <= reach.days()) {
                    true => Ok(Bucket::Each(*unit)),
                    false => refuse(
                        format!(
                            "percentiles and means of a {} are not to be had: the cube has {} days of them at once",
                            unit.name(),
                            reach.days()
                        ),
                        "group by `month(time)` or a shorter unit".to_string(),
                    ),
                }
            }
            _ => refuse(
                "percentiles and means cannot be put together from buckets that the range cuts".to_string(),
                "start and end the range where the unit does, and group by one unit of time".to_string(),
            ),
        };
    }
    let unit = match finest {
        None if edges == TimeUnit::Day => return Ok(Bucket::Whole),
        None => edges,
        Some(unit) if edges == TimeUnit::Day => unit,
        Some(unit) => unit.min(edges),
    };
    if unit == TimeUnit::Minute && length > short && !parts.instants && !times.contains(&TimeUnit::Minute) {
        return refuse(
            "a range that does not start and end on whole hours is counted by the minute, for three hours at most"
                .to_string(),
            "write the range in whole hours or days".to_string(),
        );
    }
    let only_months = finest == Some(TimeUnit::Month) && times.iter().all(|unit| *unit == TimeUnit::Month);
    Ok(match unit {
        TimeUnit::Minute | TimeUnit::Hour => Bucket::By(unit),
        // Weeks of the server start on Sunday (fact 24), and its months are whole ones.
        TimeUnit::Month if only_months && is_whole(TimeUnit::Month, days) == (true, true) => Bucket::By(unit),
        TimeUnit::Day | TimeUnit::Week | TimeUnit::Month | TimeUnit::Quarter | TimeUnit::Year => {
            Bucket::By(TimeUnit::Day)
        }
    })
}

/// The same for a zone whose days are not those of UTC: they are put together from hours, and from minutes about
/// midnights that lie within an hour. What cannot be put together has no days there.
pub fn local(
    ask: &Ask<'_>,
    zone: &Zone,
    parts: &Parts,
    times: &BTreeSet<TimeUnit>,
    exact: bool,
    window: Window,
) -> Result<Cuts, Diagnostic> {
    let refuse = |message: String, help: &str| {
        Err(Diagnostic::error(Code::E0602, message).at(ask.scan.span).label("in this zone").help(help))
    };
    let name = zone.name();
    let days = times.iter().any(|unit| *unit >= TimeUnit::Day);
    if exact && days {
        return refuse(
            format!("percentiles and means of the days of {name} cannot be put together from those of UTC"),
            "leave out `--tz`, or group by `hour(time)`",
        );
    }
    if times.contains(&TimeUnit::Hour) && !zone.has_whole_hours(window) {
        return refuse(
            format!("the hours of {name} begin within those of UTC, which are all that the cube has"),
            "leave out `--tz`, or group by `day(time)`",
        );
    }
    let minutes = parts.instants || times.contains(&TimeUnit::Minute);
    let edges = [window.start, window.end].into_iter().chain(if days { zone.midnights(window) } else { Vec::new() });
    let within: BTreeSet<Timestamp> = edges.filter(|edge| hour_of(*edge) != *edge).map(hour_of).collect();
    if exact || minutes || within.is_empty() {
        // The days of the zone are cut out of hours.
        let finest = times.iter().copied().map(|unit| unit.min(TimeUnit::Hour)).collect();
        return Ok((bucket(ask, parts, &finest, exact, window)?, Vec::new()));
    }
    let mut cuts = Vec::new();
    let mut start = window.start;
    for hour in within {
        let next = hour.checked_add(jiff::SignedDuration::from_hours(1)).unwrap_or(hour);
        let (from, to) = (hour.max(window.start), next.min(window.end));
        cuts.push((Window { start, end: from }, TimeUnit::Hour));
        cuts.push((Window { start: from, end: to }, TimeUnit::Minute));
        start = to;
    }
    cuts.push((Window { start, end: window.end }, TimeUnit::Hour));
    cuts.retain(|(part, _)| part.start < part.end);
    Ok((Bucket::By(TimeUnit::Minute), cuts))
}

/// The start of its hour, UTC.
pub fn hour_of(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second().div_euclid(3600).saturating_mul(3600)).unwrap_or(time)
}

pub fn reach(metrics: &[Metric]) -> Reach {
    metrics.iter().map(|metric| metric.reach).min().unwrap_or(Reach::Year)
}
