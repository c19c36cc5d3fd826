//! Days that could not be had, in what is made of them: they are not filled, for nothing is not 0. Pure.

use jiff::civil::Date;

use crate::model::rel::Rel;
use crate::model::reshape::{Buckets, Fill};
use crate::model::route::Coverage;
use crate::model::value::Value;
use crate::model::window::Days;
use crate::model::zone::Zone;

/// The same plan, without the buckets of `fill` that have no day of what is covered.
pub fn without_gaps(rel: &Rel, coverage: &Coverage, zone: &Zone) -> Rel {
    let rel = rel.clone().over_inputs(&mut |input| without_gaps(&input, coverage, zone));
    match rel {
        Rel::Fill {
            input,
            fill: Fill { buckets: Some((column, Buckets::Known(values))), with, columns, keys, open },
        } => {
            let buckets = Some((column, Buckets::Known(had(&values, coverage, zone))));
            Rel::Fill { input, fill: Fill { buckets, with, columns, keys, open } }
        }
        other => other,
    }
}

/// The buckets with a day that was had. Each ends where the next one starts; the last is as long as the one
/// before it.
fn had(values: &[Value], coverage: &Coverage, zone: &Zone) -> Vec<Value> {
    let day = |value: &Value| match value {
        Value::Date(day) => Some(*day),
        Value::Time(time) => Some(zone.day_of(*time)),
        _ => None,
    };
    let last_day = |at: usize| {
        let start = day(values.get(at)?)?;
        match values.get(at + 1).and_then(day) {
            Some(next) => Some(start.max(next.yesterday().ok()?)),
            None => {
                let before = at.checked_sub(1).and_then(|before| day(values.get(before)?)).unwrap_or(start);
                let length = start.since(before).ok()?;
                Some(start.max(start.checked_add(length).ok()?.yesterday().ok()?))
            }
        }
    };
    let asked = |day: Date| coverage.days.is_none_or(|days| days.contains(day));
    let had = |day: Date| asked(day) && !coverage.missing.iter().any(|days| days.contains(day));
    let is_missing = |at: usize| {
        let (Some(first), Some(last)) = (values.get(at).and_then(day), last_day(at)) else { return false };
        !Days { first, last }.iter().any(had)
    };
    values.iter().enumerate().filter(|(at, _)| !is_missing(*at)).map(|(_, value)| value.clone()).collect()
}
