//! What the live meta of the cube has beyond the columns that are known here: new dimensions are plain ones, and new
//! metrics are opaque, since nobody has said how they add up.

use serde_json::Value as Json;

use super::analytics::{self, DIMENSIONS};
use super::{ALL, fields};
use crate::harmless;
use crate::model::catalog::{ColumnDef, ColumnType, SourceDef};
use crate::model::cube::{Cubed, Dimension, Metric, MetricKind, Reach};
use crate::model::request::{CallKind, Request};
use crate::types::{Class, Unit};

/// More than this is no list of new things.
const MOST: usize = 64;
const LONGEST_NAME: usize = 64;
const LONGEST_LABEL: usize = 100;

/// About as many values as a dimension has of which nothing is known.
const USUAL_SIZE: usize = 50;

/// The request that its answer comes from.
pub fn meta_request() -> Request {
    Request { kind: CallKind::Lookup, ..Request::get("/analytics/meta") }
}

/// All sources, with the columns of an answer of `/analytics/meta` that are new. Descriptors live as long as the program,
/// so those of new columns are leaked: once for a session that finds some, and no more than [`MOST`] of each kind.
pub fn with_live(meta: &Json) -> &'static [&'static SourceDef] {
    let new: Vec<ColumnDef> =
        listed(meta, "dimensions").map(dimension).chain(listed(meta, "metrics").map(metric)).collect();
    if new.is_empty() {
        return ALL;
    }
    let columns = analytics::SOURCE.columns.iter().copied().chain(new).collect::<Vec<_>>();
    let source: &'static SourceDef =
        Box::leak(Box::new(SourceDef { columns: Vec::leak(columns), ..analytics::SOURCE }));
    let sources = ALL.iter().map(|known| if *known == source { source } else { known });
    Vec::leak(sources.collect())
}

/// Something new, by the name that the API gives it.
struct New {
    name: &'static str,
    label: &'static str,
    format: Option<String>,
}

/// The things of a list that are not known here, each once.
fn listed(meta: &Json, list: &str) -> impl Iterator<Item = New> {
    let text = |item: &Json, field: &str| item.get(field).and_then(Json::as_str).map(str::to_string);
    let mut seen: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for item in meta.pointer(&format!("/data/{list}")).and_then(Json::as_array).into_iter().flatten() {
        let Some(name) = text(item, "name") else { continue };
        if found.len() == MOST || !is_name(&name) || is_known(&name) || seen.contains(&name) {
            continue;
        }
        let label = text(item, "display_label").unwrap_or_else(|| name.clone());
        let label: String = harmless::line(&label).chars().take(LONGEST_LABEL).collect();
        seen.push(name.clone());
        found.push(New { name: name.leak(), label: label.leak(), format: text(item, "display_format") });
    }
    found.into_iter()
}

/// It can be written in a query as it is.
fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.len() <= LONGEST_NAME && name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(plain)
}

/// A column, one of its other names, or what a column is made of.
fn is_known(name: &str) -> bool {
    let of = |def: &ColumnDef| def.name == name || def.aliases.contains(&name) || def.field == name;
    analytics::SOURCE.columns.iter().any(of) || DIMENSIONS.iter().any(|dimension| dimension.name == name)
}

fn dimension(new: New) -> ColumnDef {
    let dimension: &'static Dimension = Box::leak(Box::new(Dimension::plain(new.name, Reach::Month, USUAL_SIZE)));
    ColumnDef::new(new.name, new.name, fields::TEXT, new.label).cubed(Cubed::Of(Vec::leak(vec![dimension])))
}

fn metric(new: New) -> ColumnDef {
    let unit = match new.format.as_deref() {
        Some("currency") => Unit::USD,
        Some("percent") => Unit::RATIO,
        Some("latency") => Unit::MS,
        Some("throughput") => Unit::TOKENS_PER_SECOND,
        Some(_) | None => Unit::NONE,
    };
    let metric = Metric { name: new.name, reach: Reach::Month, kind: MetricKind::Opaque };
    let ty = ColumnType::Number(unit, Class::Holistic);
    ColumnDef::new(new.name, new.name, ty, new.label).cubed(Cubed::Metric(metric))
}
