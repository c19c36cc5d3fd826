//! `GET /analytics/meta` and `POST /analytics/query`: the cube over the base table (facts 9 to 24).
//!
//! | file | what it does |
//! |---|---|
//! | `metrics`, `dimensions` | what can be asked for: a row for each |
//! | `ask`, `filters`, `window` | a body read and checked, or refused |
//! | `cube` | the generations of the window, added up in groups |
//! | `order` | groups in the order of the answer, and cut |
//! | `table` | groups as they are written |

mod ask;
mod cube;
mod dimensions;
mod figures;
mod filters;
mod metrics;
mod order;
mod table;
mod window;

use serde_json::{Value, json};

use crate::demo::base::prng::{hash_text, mix};
use crate::demo::call::{Answer, Call};
use crate::demo::fault::Fault;

use ask::Ask;
use filters::OPERATORS;
use window::Granularity;

pub fn meta(call: &Call) -> Answer {
    let metrics: Vec<Value> = metrics::all(call.faults)
        .map(|metric| {
            json!({
                "name": metric.name,
                "display_label": metric.label,
                "is_rate": metric.is_rate,
                "display_format": metric.format,
            })
        })
        .collect();
    let dimensions: Vec<Value> = dimensions::all(call.faults)
        .map(|dimension| json!({ "name": dimension.name, "display_label": dimension.label }))
        .collect();
    let operators: Vec<Value> =
        OPERATORS.iter().map(|(name, _, takes)| json!({ "name": name, "value_type": takes.name() })).collect();
    let granularities: Vec<Value> = Granularity::ALL
        .iter()
        .map(|granularity| json!({ "name": granularity.name(), "display_label": granularity.label() }))
        .collect();
    Ok(json!({ "data": {
        "metrics": metrics,
        "dimensions": dimensions,
        "operators": operators,
        "granularities": granularities,
    } }))
}

pub fn query(call: &Call) -> Answer {
    let body = call.json()?;
    let ask = Ask::read(&body, call)?;
    // What is not specified follows from the text of the request, so that the same request is answered the same.
    let chance = hash_text(&body.to_string());
    let groups = cube::groups(&ask, call);
    let ties = if call.faults.has(&Fault::ShuffledTies) { chance } else { 0 };
    let (groups, truncated) = order::arranged(groups, &ask, ties, call);
    let mut rows: Vec<Value> = groups.iter().map(|group| table::row(group, &ask, call.faults)).collect();
    if call.faults.has(&Fault::UnflaggedCut) {
        rows.truncate(rows.len() * 3 / 4);
    }
    let row_count = rows.len();
    if call.faults.has(&Fault::DroppedRow) && !rows.is_empty() {
        rows.remove(rows.len() / 2);
    }
    let mut data = json!({
        "data": rows,
        "metadata": { "query_time_ms": 20 + chance % 400, "row_count": row_count, "truncated": truncated },
    });
    if let Value::Object(fields) = &mut data {
        if !ask.warnings.is_empty() {
            fields.insert("warnings".to_owned(), json!(ask.warnings));
        }
        if mix(chance, 1).is_multiple_of(3) {
            fields.insert("cachedAt".to_owned(), json!(call.now));
        }
    }
    Ok(json!({ "data": data }))
}
