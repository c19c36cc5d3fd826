//! Requests with more dimensions than a call may have: each dimension was asked for beside the ids, and the rows are put
//! together by them. All calls must speak of the same requests.

use std::collections::BTreeMap;

use super::answer::{Label, lost};
use super::run::Found;
use crate::diagnostics::Diagnostic;
use crate::model::cube::{CubeQuery, Dimension, Group};

/// One group with the metrics of the first, and rows with the labels of all dimensions of the question.
pub fn together(
    query: &CubeQuery,
    groups: Vec<Group>,
    found: Vec<Vec<Found>>,
) -> Result<(Vec<Group>, Vec<Vec<Found>>), Diagnostic> {
    let mut parts = groups.into_iter().zip(found);
    let Some((first, rows)) = parts.next() else { return Ok((Vec::new(), Vec::new())) };
    let count = rows.len();
    let mut known = BTreeMap::new();
    for row in rows {
        let Some(id) = id_of(&row) else { continue };
        if known.insert(id.clone(), row).is_some() {
            return Err(several(&id, &first));
        }
    }
    if known.len() != count {
        return Err(lost("the cube gives a request without its id".to_string()));
    }
    let mut labels: BTreeMap<String, Vec<(&'static Dimension, Label)>> = BTreeMap::new();
    for (id, row) in &known {
        labels.insert(id.clone(), first.dimensions.iter().copied().zip(row.labels.iter().cloned()).collect());
    }
    for (group, rows) in parts {
        let Some(dimension) = group.dimensions.last().copied() else { continue };
        let given = rows.len();
        let mut met = 0;
        for row in rows {
            let (Some(id), Some(label)) = (id_of(&row), row.labels.last()) else { continue };
            let Some(of_id) = labels.get_mut(&id) else { continue };
            if of_id.iter().any(|(known, _)| *known == dimension) {
                return Err(several(&id, &group));
            }
            of_id.push((dimension, label.clone()));
            met += 1;
        }
        if met != count || given != count {
            let name = first.dimensions.last().map_or("", |dimension| dimension.name);
            let message = format!(
                "the cube gives `{name}` of {count} requests, and `{}` of {given}, {met} of them the same",
                dimension.name
            );
            return Err(lost(message));
        }
    }
    let whole = known.into_iter().filter_map(|(id, row)| {
        let of_id = labels.remove(&id)?;
        let label = |dimension: &&'static Dimension| of_id.iter().find(|(known, _)| known == dimension);
        let labels = query.dimensions.iter().map(|dimension| label(dimension).map(|(_, label)| label.clone()));
        Some(Found { labels: labels.collect::<Option<Vec<Label>>>()?, ..row })
    });
    let group = Group { dimensions: query.dimensions.clone(), metrics: first.metrics };
    Ok((vec![group], vec![whole.collect()]))
}

/// Ids stand first.
fn id_of(row: &Found) -> Option<String> {
    row.labels.first()?.value.as_str().map(str::to_string)
}

fn several(id: &str, group: &Group) -> Diagnostic {
    let name = group.dimensions.last().map_or("", |dimension| dimension.name);
    lost(format!("the cube gives several `{name}` for the request {id}"))
}
