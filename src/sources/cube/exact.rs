//! What cannot be put together from parts, and whether a question asks for just what the cube computes.

use std::collections::BTreeSet;

use super::Parts;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::cube::{CubeQuery, MOST_DIMENSIONS, MetricKind};
use crate::model::route::{Ask, Key};

/// Percentiles and means are had for exactly the groups and rows that are asked for, or not at all.
pub fn is_exact(ask: &Ask<'_>, parts: &Parts, taken: &[usize]) -> Result<(), Diagnostic> {
    let demand = ask.demand;
    let names: Vec<&str> = parts.metrics.iter().filter(|m| !m.adds_up()).map(|m| m.name).collect();
    let what = names.join("`, `");
    let refuse = |message: String, help: &str| {
        let error = Diagnostic::error(Code::E0602, message).at(ask.scan.span).label("not to be had exactly");
        Err(error.help(help))
    };
    let mut keys: BTreeSet<&str> = BTreeSet::new();
    for key in &demand.keys {
        match key {
            Key::Column(name) if is_its_dimension(name) => {
                keys.insert(name);
            }
            Key::Bucket(_) => {}
            Key::Column(name) => {
                return refuse(
                    format!("`{what}` cannot be put together by `{name}`, of which the cube knows only parts"),
                    "group by the model itself, or ask for sums",
                );
            }
            Key::Computed(reads, _) => {
                let reads: Vec<&str> = reads.iter().map(String::as_str).collect();
                return refuse(
                    format!("`{what}` cannot be put together by what is computed of {}", reads.join(", ")),
                    "group by the columns themselves, or ask for sums",
                );
            }
        }
    }
    if let Some(name) = demand.apart.iter().find(|name| !keys.contains(name.as_str())) {
        return refuse(
            format!("`{what}` cannot be put together over the values of `{name}`, which another aggregate looks at"),
            "ask for them in two queries",
        );
    }
    let stays = demand.filters.iter().filter(|filter| !taken.contains(&filter.place));
    for filter in stays {
        let outside = filter.reads.iter().find(|name| !keys.contains(name.as_str()));
        let timed = !filter.times.is_empty();
        if let Some(name) = outside.map(String::as_str).or(timed.then_some("time")) {
            return refuse(
                format!("`{what}` cannot be had for a part of `{name}` that the cube cannot filter by"),
                "compare the column with `==` or `in`, or group by it too",
            );
        }
    }
    Ok(())
}

/// The groups of this column are those of its dimensions.
pub fn is_its_dimension(column: &str) -> bool {
    column != "author"
}

/// Of what is new in the live meta nothing is known but what one call says.
pub fn in_one_call(ask: &Ask<'_>, query: &CubeQuery) -> Result<(), Diagnostic> {
    let Some(new) = query.metrics.iter().find(|metric| metric.kind == MetricKind::Opaque) else { return Ok(()) };
    let windows = query.windows(&[*new]).len();
    if windows <= 1 && query.dimensions.len() <= MOST_DIMENSIONS {
        return Ok(());
    }
    let message = format!("`{}` is new in the API, and it is not known how parts of it are put together", new.name);
    Err(Diagnostic::error(Code::E0602, message)
        .at(ask.scan.span)
        .label("takes more than one call")
        .help(format!("ask for {} days at most, by {MOST_DIMENSIONS} dimensions at most", new.reach.days())))
}
