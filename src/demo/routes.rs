//! The table of routes: a new endpoint is a file in `answers` and a line here.

use super::answers::{
    activity, analytics, apps, benchmarks, budgets, byok, classifications, content, credits, destinations, endpoints,
    generation, guardrails, keys, members, models, presets, providers, rankings, session_cost, workspaces,
};
use super::call::{Answer, Call, Caller};
use super::refusal::Refusal;

/// Which keys an endpoint takes (fact 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// A management key; others get this status. The contract has 403 for some endpoints and only 401 for others.
    Management(u16),
    /// A key that runs completions; a management key gets this status.
    Api(u16),
    /// Either kind of key.
    AnyKey,
    /// No key is needed.
    Public,
}

/// One endpoint.
pub struct Route {
    pub method: &'static str,
    /// Below `/api/v1`; a `{…}` part takes any text.
    pub path: &'static str,
    pub access: Access,
    pub answer: fn(&Call) -> Answer,
}

const fn get(path: &'static str, access: Access, answer: fn(&Call) -> Answer) -> Route {
    Route { method: "GET", path, access, answer }
}

const fn post(path: &'static str, access: Access, answer: fn(&Call) -> Answer) -> Route {
    Route { method: "POST", path, access, answer }
}

pub static ROUTES: &[Route] = &[
    get("/activity", Access::Management(403), activity::activity),
    get("/analytics/meta", Access::Management(403), analytics::meta),
    post("/analytics/query", Access::Management(403), analytics::query),
    get("/credits", Access::Management(403), credits::credits),
    get("/key", Access::AnyKey, keys::own),
    get("/keys", Access::Management(401), keys::list),
    get("/keys/{hash}", Access::Management(401), keys::by_hash),
    get("/organization/members", Access::Management(401), members::list),
    get("/workspaces", Access::Management(401), workspaces::list),
    get("/workspaces/{id}", Access::Management(401), workspaces::by_id),
    get("/workspaces/{id}/budgets", Access::Management(401), budgets::list),
    get("/generation", Access::AnyKey, generation::generation),
    get("/generation/content", Access::Management(403), content::content),
    get("/models", Access::Public, models::list),
    get("/models/count", Access::Public, models::count),
    get("/models/{author}/{slug}/endpoints", Access::Public, endpoints::of_model),
    get("/endpoints/zdr", Access::Public, endpoints::zdr),
    get("/providers", Access::Public, providers::list),
    get("/presets", Access::AnyKey, presets::list),
    get("/byok", Access::Management(401), byok::list),
    get("/guardrails", Access::Management(401), guardrails::list),
    get("/observability/destinations", Access::Management(401), destinations::list),
    get("/datasets/rankings-daily", Access::Api(401), rankings::daily),
    get("/datasets/app-rankings", Access::Api(401), apps::ranked),
    get("/datasets/session-cost", Access::Api(401), session_cost::cells),
    get("/benchmarks", Access::Api(401), benchmarks::list),
    get("/classifications/task", Access::Api(401), classifications::tasks),
];

/// The route of a request and the values of its `{…}` parts.
pub fn find(method: &str, path: &str) -> Result<(&'static Route, Vec<String>), Refusal> {
    let mut other_method = false;
    for route in ROUTES {
        if let Some(values) = matched(route.path, path) {
            if route.method == method {
                return Ok((route, values));
            }
            other_method = true;
        }
    }
    Err(if other_method { Refusal::new(405, "Method Not Allowed") } else { Refusal::new(404, "Not Found") })
}

fn matched(pattern: &str, path: &str) -> Option<Vec<String>> {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    if pattern.len() != path.len() {
        return None;
    }
    let mut values = Vec::new();
    for (want, is) in pattern.iter().zip(path) {
        if want.starts_with('{') && !is.is_empty() {
            values.push(is.to_owned());
        } else if *want != is {
            return None;
        }
    }
    Some(values)
}

impl Access {
    /// Who is asking, by the `Authorization` header; a refusal if that is not enough.
    pub fn admit(self, header: Option<&str>) -> Result<Caller, Refusal> {
        let key = header.and_then(|header| header.strip_prefix("Bearer ")).map(str::trim);
        let caller = match key {
            Some(super::MANAGEMENT_KEY) => Some(Caller::ManagementKey),
            Some(super::API_KEY) => Some(Caller::ApiKey),
            Some(_) | None => None,
        };
        match (self, caller) {
            (Access::Public, caller) => Ok(caller.unwrap_or(Caller::Nobody)),
            (Access::AnyKey, Some(caller)) => Ok(caller),
            (Access::Management(_), Some(Caller::ManagementKey)) => Ok(Caller::ManagementKey),
            (Access::Management(status), Some(_)) => {
                Err(Refusal::new(status, "Only management keys can perform this operation"))
            }
            (Access::Api(_), Some(Caller::ApiKey)) => Ok(Caller::ApiKey),
            (Access::Api(status), Some(_)) => Err(Refusal::new(status, "Management keys cannot be used here")),
            (Access::AnyKey | Access::Api(_) | Access::Management(_), None) => {
                Err(Refusal::new(401, if key.is_some() { "User not found." } else { "Missing Authentication header" }))
            }
        }
    }
}
