//! The first rows by a metric, where the server may choose them.

use super::Parts;
use crate::model::cube::{Cubed, Cut, MetricKind};
use crate::model::route::{Demand, Facts, Key, Pushdown};

/// The first rows, where the server's order by the metric is the one that is made of them here.
pub fn cut(demand: &Demand, facts: &Facts, parts: &Parts) -> Option<Cut> {
    let first = first(demand, facts, parts)?;
    // Labels of these are never put together later, and neither are requests, whatever they are called.
    let lasting = |key: &Key| match key {
        Key::Column(name) => {
            ["model_permaslug", "provider", "generation_id", "session_id", "external_user"].contains(&name.as_str())
        }
        Key::Bucket(_) | Key::Computed(..) => false,
    };
    let single = demand.keys.contains(&Key::Column("generation_id".to_string()));
    let together = |key: &Key| match key {
        Key::Column(_) => single,
        Key::Bucket(_) | Key::Computed(..) => false,
    };
    let keyed = !demand.keys.is_empty() && demand.keys.iter().all(|key| lasting(key) || together(key));
    let one_call = single || parts.dimensions.len() <= crate::model::cube::MOST_DIMENSIONS;
    (keyed && one_call && demand.apart.is_empty()).then_some(first)
}

/// The same, whatever the rows are: all filters are the server's, and the metric is there for each row.
pub fn first(demand: &Demand, facts: &Facts, parts: &Parts) -> Option<Cut> {
    let top = demand.top.as_ref().filter(|_| facts.wishes.pushdown == Pushdown::On)?;
    let held = demand.filters.iter().all(|filter| parts.taken.contains(&filter.place));
    let Some(Cubed::Metric(metric)) = parts.reading.cubed(&top.column) else { return None };
    let ordered = match metric.kind {
        MetricKind::Additive => true,
        // They may be null or negative.
        MetricKind::Component | MetricKind::Holistic | MetricKind::Opaque => false,
    };
    let fits = top.rows > 0 && top.rows <= 4_000;
    let read = parts.metrics.contains(&metric);
    (held && ordered && fits && read).then_some(Cut { metric, descending: top.descending, rows: top.rows })
}
