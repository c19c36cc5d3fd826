//! Series of time: which key of a group is one, what it has over its range, and the same range earlier.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use jiff::civil::Date;

use super::Checker;
use super::expr::Place;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::expr::{Node, ScalarOp, TimeUnit, Typed};
use crate::model::lowering::{Earlier, Lowering as _, Table, TimeKey};
use crate::model::rel::{Named, Rel, Scan, SourceArguments};
use crate::model::reshape::{Buckets, Fill};
use crate::model::schema::Schema;
use crate::model::value::Value;
use crate::model::window::{Days, Shift, Window, start_of};
use crate::model::zone::Zone;
use crate::span::Span;
use crate::syntax::ast::{Expr, ExprKind};
use crate::types::{Type, Unit};

/// A key that is a time, below the stages that pass it on.
struct Found<'a> {
    column: String,
    unit: TimeUnit,
    /// No other key is made of a time.
    alone: bool,
    scans: Vec<&'a Scan>,
}

impl Found<'_> {
    /// What the key has over the ranges of its scans; where one has none, what there is.
    fn buckets(&self, of_days: bool, zone: &Zone) -> Buckets {
        let unit = self.unit;
        let ranges: Option<Vec<Window>> = self.scans.iter().map(|scan| range(&scan.arguments, zone)).collect();
        match ranges.filter(|ranges| !ranges.is_empty()) {
            None => Buckets::Seen(unit),
            Some(ranges) if of_days => {
                let days = ranges.iter().flat_map(|range| days(zone.days(*range), unit));
                Buckets::Known(days.collect::<BTreeSet<Date>>().into_iter().map(Value::Date).collect())
            }
            Some(ranges) => {
                let starts = ranges.iter().flat_map(|range| aligned(*range, unit).buckets(unit));
                let starts: BTreeSet<_> = starts.map(|bucket| bucket.start).collect();
                Buckets::Known(starts.into_iter().map(Value::Time).collect())
            }
        }
    }
}

impl Checker<'_> {
    pub fn key_of_time(&self, table: &Table) -> Option<TimeKey> {
        let found = found(&table.rel)?;
        let ty = table.schema.find(&found.column).map(|column| column.ty.clone())?;
        let buckets = found.buckets(ty == Type::Date, self.zone);
        Some(TimeKey { column: found.column, unit: found.unit, alone: found.alone, buckets })
    }

    /// The same plan for the time before, or for a time so much earlier.
    pub fn moved_back(&mut self, rel: &Rel, length: &Expr) -> Option<Earlier> {
        let mut scans = Vec::new();
        ranged(rel, &mut scans);
        let Some(first) = scans.first() else {
            let error = Diagnostic::error(Code::E0302, "nothing here has a range of time that could be earlier");
            self.report(
                error.at(length.span).label("earlier than what?").help("compare sources that have one, as `activity`"),
            );
            return None;
        };
        if let Some(at) = fixed_time(rel) {
            let error =
                Diagnostic::error(Code::E0302, "this condition names a time, which does not move with the range");
            let error = error.at(at).label("stays where it is").also(length.span, "the range moves back");
            self.report(
                error
                    .help("give the time to the source, as in `activity from 2026-02-10`, and leave the condition out"),
            );
            return None;
        }
        let shift = self.shift(length, &first.arguments)?;
        let of_days = scans.iter().any(|scan| scan.arguments.days.is_some());
        if let (true, Shift::Millis(millis)) = (of_days, shift)
            && millis % DAY != 0
        {
            let error = Diagnostic::error(Code::E0302, "this source has whole days").at(length.span);
            self.report(error.label("not whole days").help("compare by days, as in `compare 7d`"));
            return None;
        }
        let start = range(&first.arguments, self.zone).map(|range| range.start);
        let rel = back(rel.clone(), shift, self.zone);
        let mut scans = Vec::new();
        ranged(&rel, &mut scans);
        let before = scans.first().and_then(|scan| range(&scan.arguments, self.zone)).map(|range| range.start);
        let millis = start.zip(before).map(|(start, before)| {
            // Days are counted by the clock of the zone, whatever its offset.
            let (day, earlier) = (self.zone.day_of(start), self.zone.day_of(before));
            match shift {
                Shift::Months(_) => {
                    earlier.until((jiff::Unit::Day, day)).map_or(0, |span| i64::from(span.get_days()) * DAY)
                }
                Shift::Millis(millis) => millis,
            }
        });
        Some(Earlier { rel, shift, by: Shift::Millis(millis.unwrap_or(0)) })
    }

    fn shift(&mut self, length: &Expr, of: &SourceArguments) -> Option<Shift> {
        if matches!(&length.kind, ExprKind::Name(word) if word == "previous") {
            if let Some(months) = of.months {
                return Some(Shift::Months(months));
            }
            return Some(match (of.days, of.window) {
                (Some(days), _) => Shift::Millis(i64::from(days.count()) * DAY),
                (None, window) => window.map_or(Shift::Millis(DAY), |window| {
                    Shift::Millis(window.end.duration_since(window.start).as_millis().try_into().unwrap_or(DAY))
                }),
            });
        }
        let wrong = Diagnostic::error(Code::E0302, "`compare` needs `previous` or a length of time").at(length.span);
        let wrong = wrong.label("neither").help("as in `compare previous` or `compare 4w`");
        if matches!(length.kind, ExprKind::Call(_)) {
            self.report(wrong);
            return None;
        }
        let typed = self.expr(length, &Schema::default(), Place::Row)?;
        match (&typed.node, &typed.ty) {
            (Node::Literal(Value::Months(months)), _) if *months > 0 => Some(Shift::Months(*months)),
            // Written lengths are far below what a number can hold.
            (Node::Literal(Value::Float(millis)), ty)
                if ty.unit() == Some(Unit::MS) && *millis >= 1.0 && *millis < 1e15 =>
            {
                Some(Shift::Millis(*millis as i64))
            }
            _ => {
                self.report(wrong);
                None
            }
        }
    }
}

const DAY: i64 = 86_400_000;

fn found(rel: &Rel) -> Option<Found<'_>> {
    match rel {
        Rel::Sort { input, .. }
        | Rel::Filter { input, .. }
        | Rel::Limit { input, .. }
        | Rel::Window { input, .. }
        | Rel::Fill { input, .. }
        | Rel::Assert { input, .. }
        | Rel::Sample { input, .. }
        | Rel::LookupJoin { input, .. }
        | Rel::Unnest { input, .. }
        | Rel::Save { input, .. } => found(input),
        Rel::Join { left, .. } => found(left),
        Rel::Pivot { input, pivot } => found(input).filter(|found| pivot.keys.contains(&found.column)),
        Rel::Unpivot { input, unpivot } => found(input).filter(|found| unpivot.keys.contains(&found.column)),
        Rel::Project { input, columns } => {
            let below = found(input)?;
            let passed = |named: &&Named| matches!(&named.value.node, Node::Column(name) if *name == below.column);
            let column = columns.iter().find(passed)?.name.clone();
            Some(Found { column, ..below })
        }
        Rel::Aggregate { input, keys, .. } => {
            let below = found(input);
            // A bucket that is grouped by again stays one.
            let again = |key: &Named| match (&key.value.node, &below) {
                (Node::Column(name), Some(below)) if *name == below.column => Some(below.unit),
                _ => unit_of(&key.value),
            };
            let (column, unit) = keys.iter().find_map(|key| Some((key.name.clone(), again(key)?)))?;
            let of_time = |typed: &Typed| {
                let mut reads = false;
                typed.visit(&mut |part| {
                    reads |= matches!(part.node, Node::Column(_)) && matches!(part.ty, Type::Date | Type::Time);
                });
                reads
            };
            let alone = keys.iter().filter(|key| of_time(&key.value)).count() == 1;
            let mut scans = Vec::new();
            all(input, &mut scans);
            Some(Found { column, unit, alone, scans })
        }
        Rel::Union { inputs } => {
            let mut parts = inputs.iter().map(found);
            let mut first = parts.next()??;
            for part in parts {
                let part = part.filter(|part| (&part.column, part.unit) == (&first.column, first.unit))?;
                first.scans.extend(part.scans);
            }
            Some(first)
        }
        Rel::Scan(_) | Rel::Read(_) | Rel::Constant { .. } | Rel::Last(_) | Rel::Describe { .. } => None,
    }
}

fn unit_of(key: &Typed) -> Option<TimeUnit> {
    match &key.node {
        Node::Scalar(ScalarOp::Start(unit), _) => Some(*unit),
        Node::Column(_) if key.ty == Type::Date => Some(TimeUnit::Day),
        _ => None,
    }
}

fn all<'a>(rel: &'a Rel, scans: &mut Vec<&'a Scan>) {
    match rel {
        Rel::Scan(scan) => scans.push(scan),
        // What is joined has another time.
        Rel::Join { left, .. } => all(left, scans),
        other => other.inputs().into_iter().for_each(|input| all(input, scans)),
    }
}

fn ranged<'a>(rel: &'a Rel, scans: &mut Vec<&'a Scan>) {
    match rel {
        Rel::Scan(scan) if scan.arguments.days.is_some() || scan.arguments.window.is_some() => scans.push(scan),
        other => other.inputs().into_iter().for_each(|input| ranged(input, scans)),
    }
}

/// A written day or time in a condition on rows of a range.
fn fixed_time(rel: &Rel) -> Option<Span> {
    let mut below = Vec::new();
    ranged(rel, &mut below);
    if below.is_empty() {
        return None;
    }
    let mut at = None;
    if let Rel::Filter { condition, .. } = rel {
        condition.visit(&mut |part| {
            if matches!(part.node, Node::Literal(Value::Date(_) | Value::Time(_))) {
                at = Some(condition.span);
            }
        });
    }
    at.or_else(|| rel.inputs().into_iter().find_map(fixed_time))
}

fn range(arguments: &SourceArguments, zone: &Zone) -> Option<Window> {
    arguments.window.or(arguments.days.map(|days| zone.window(days)))
}

/// The first day of each unit that these days touch.
fn days(days: Days, unit: TimeUnit) -> impl Iterator<Item = Date> {
    let starts: BTreeSet<Date> = days.iter().map(|day| start_of(unit, day)).collect();
    starts.into_iter()
}

/// From the start of the unit that it begins in.
fn aligned(window: Window, unit: TimeUnit) -> Window {
    let length = if unit == TimeUnit::Minute { 60 } else { 3600 };
    let past = window.start.as_second().rem_euclid(length);
    let start = window.start.checked_sub(SignedDuration::from_secs(past)).unwrap_or(window.start);
    Window { start, ..window }
}

fn back(rel: Rel, shift: Shift, zone: &Zone) -> Rel {
    match rel {
        Rel::Scan(scan) => {
            let days = scan.arguments.days.map(|days| days.earlier(shift));
            let window = scan.arguments.window.map(|window| match shift {
                // Days of the zone stay days, whatever their length.
                _ if zone.window(zone.days(window)) == window && whole_days(shift) => {
                    zone.window(zone.days(window).earlier(shift))
                }
                Shift::Millis(millis) => {
                    let by = SignedDuration::from_millis(millis);
                    let move_back = |time: jiff::Timestamp| time.checked_sub(by).unwrap_or(time);
                    Window { start: move_back(window.start), end: move_back(window.end) }
                }
                Shift::Months(_) => {
                    let (now, then) = (zone.days(window), zone.days(window).earlier(shift));
                    let by = zone.window(now).start.duration_since(zone.window(then).start);
                    let move_back = |time: jiff::Timestamp| time.checked_sub(by).unwrap_or(time);
                    Window { start: move_back(window.start), end: move_back(window.end) }
                }
            });
            Rel::Scan(Scan { arguments: SourceArguments { days, window, ..scan.arguments }, ..scan })
        }
        // Files and assertions are of what was asked for.
        Rel::Save { input, .. } | Rel::Assert { input, .. } => back(*input, shift, zone),
        // An earlier range has other buckets.
        Rel::Fill { input, fill } => {
            let input = back(*input, shift, zone);
            let buckets = fill.buckets.map(|(column, buckets)| {
                let buckets = match (&buckets, found(&input)) {
                    (Buckets::Known(values), Some(found)) => {
                        found.buckets(matches!(values.first(), Some(Value::Date(_))), zone)
                    }
                    _ => buckets,
                };
                (column, buckets)
            });
            Rel::Fill { input: Box::new(input), fill: Fill { buckets, ..fill } }
        }
        other => other.over_inputs(&mut |input| back(input, shift, zone)),
    }
}

fn whole_days(shift: Shift) -> bool {
    match shift {
        Shift::Months(_) => true,
        Shift::Millis(millis) => millis % DAY == 0,
    }
}
