//! `GET /providers`: all providers in one answer.

use serde_json::{Value, json};

use crate::demo::call::{Answer, Call};
use crate::demo::data::{PROVIDERS, Provider};

pub fn list(_: &Call) -> Answer {
    Ok(json!({ "data": PROVIDERS.iter().map(entry).collect::<Vec<_>>() }))
}

fn entry(of: &Provider) -> Value {
    let page = |name: &str| format!("https://{}.example/{name}", of.slug);
    json!({
        "name": of.name,
        "slug": of.slug,
        "headquarters": of.headquarters,
        "datacenters": of.datacenters,
        "privacy_policy_url": page("privacy"),
        "terms_of_service_url": page("terms"),
        "status_page_url": of.status_page.then(|| page("status")),
    })
}
