//! What routing has to look up: the requests for it, and the facts that their answers are.

use serde_json::Value as Json;

use super::{keys, models, workspaces};
use crate::model::request::{CallKind, Paging, Request};
use crate::model::route::{Entity, Facts, Lookup, ModelName};

/// The lists that a look-up reads; keys are listed workspace by workspace.
pub fn requests_of(lookup: Lookup, facts: &Facts) -> Vec<Request> {
    let requests = match lookup {
        Lookup::Workspaces => vec![workspaces::request()],
        Lookup::Keys => keys::requests(facts).into_iter().map(|(request, _)| request).collect(),
        Lookup::Members => {
            vec![Request { paging: Paging::OffsetLimit(100), ..Request::get("/organization/members") }]
        }
        Lookup::Models => vec![models::request()],
    };
    requests.into_iter().map(|request| Request { kind: CallKind::Lookup, ..request }).collect()
}

/// The facts with what the rows of each list say. A row without an id is named in words.
pub fn facts_of(lookup: Lookup, lists: Vec<Vec<Json>>, facts: Facts) -> Result<Facts, String> {
    let text = |row: &Json, field: &str| row.get(field).and_then(Json::as_str).map(str::to_string);
    let needed = |row: &Json, field: &str| text(row, field).ok_or_else(|| field.to_string());
    match lookup {
        Lookup::Workspaces => {
            let named = |row: &Json| {
                let id = needed(row, "id")?;
                Ok((id.clone(), text(row, "name").unwrap_or(id)))
            };
            let workspaces: Result<Vec<_>, String> = lists.iter().flatten().map(named).collect();
            Ok(Facts { workspaces: Some(workspaces?), ..facts })
        }
        Lookup::Keys => {
            let mut keys = Vec::new();
            for ((_, workspace), rows) in keys::requests(&facts).into_iter().zip(lists) {
                for row in &rows {
                    let name = needed(row, "name")?;
                    keys.push(Entity { id: needed(row, "hash")?, name, detail: workspace.clone() });
                }
            }
            Ok(Facts { keys: Some(keys), ..facts })
        }
        Lookup::Members => {
            let member = |row: &Json| {
                let names: Vec<String> =
                    ["first_name", "last_name"].iter().filter_map(|field| text(row, field)).collect();
                Ok(Entity {
                    id: needed(row, "id")?,
                    name: names.join(" "),
                    detail: text(row, "email").unwrap_or_default(),
                })
            };
            let members: Result<Vec<_>, String> = lists.iter().flatten().map(member).collect();
            Ok(Facts { members: Some(members?), ..facts })
        }
        Lookup::Models => {
            let model = |row: &Json| {
                let id = needed(row, "id")?;
                Ok(ModelName { permaslug: text(row, "canonical_slug").unwrap_or(id.clone()), id })
            };
            let models: Result<Vec<_>, String> = lists.iter().flatten().map(model).collect();
            Ok(Facts { models: Some(models?), ..facts })
        }
    }
}
