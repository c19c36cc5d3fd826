//! Times of UTC and what the clocks of a zone show: the engine keeps both as microseconds.

use jiff::Timestamp;
use polars::prelude::*;

use super::decode::TIME;
use crate::model::expr::{Node, Typed};
use crate::model::value::Value;
use crate::model::zone::Zone;

/// What the clock shows at each time.
pub fn on_the_wall(times: Expr, zone: &Typed) -> Expr {
    shown(times, &named(zone))
}

/// The same, of a zone that is at hand.
pub fn shown(times: Expr, zone: &Zone) -> Expr {
    if zone.is_utc() {
        return times;
    }
    moved(times, zone.clone(), |zone, time| {
        let wall = zone.wall(Timestamp::from_microsecond(time).ok()?);
        Zone::default().instant(wall).map(Timestamp::as_microsecond)
    })
}

/// The time at which the clock shows each of these; a day begins at its first instant.
pub fn from_the_wall(walls: Expr, zone: &Typed) -> Expr {
    moved(walls, named(zone), |zone, wall| {
        let wall = Zone::default().wall(Timestamp::from_microsecond(wall).ok()?);
        zone.instant(wall).map(Timestamp::as_microsecond)
    })
}

fn named(zone: &Typed) -> Zone {
    match &zone.node {
        Node::Literal(Value::Text(name)) => Zone::named(name).unwrap_or_default(),
        _ => Zone::default(),
    }
}

fn moved(times: Expr, zone: Zone, to: fn(&Zone, i64) -> Option<i64>) -> Expr {
    let move_all = move |column: Column| {
        let micros = column.cast(&DataType::Int64)?;
        let moved: Int64Chunked = micros.i64()?.iter().map(|time| time.and_then(|time| to(&zone, time))).collect();
        moved.with_name(column.name().clone()).into_column().cast(&TIME)
    };
    times.cast(TIME).map(move_all, |_, field| Ok(Field::new(field.name().clone(), TIME)))
}
