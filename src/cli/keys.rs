//! The keys that are found, and what the API says of them: for `init` and `doctor`.

use serde_json::Value as Json;
use tokio::runtime::Runtime;

use super::start::Connection;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Paging, Request};
use crate::net::Origin;
use crate::session::CATALOG;

/// The kinds that a key can be of.
pub const KINDS: [KeyKind; 2] = [KeyKind::Management, KeyKind::Api];

/// Said of a key that stands in the place of the other kind.
pub const MIXED_UP: &str = "the API says that it is of the other kind, and works with";

/// What was found of one kind.
pub enum Found {
    Nothing,
    /// A place has something that is no key, or cannot be read.
    Unusable(Diagnostic),
    Key {
        origin: Origin,
        said: Result<About, Diagnostic>,
    },
}

/// What the API says of a key.
#[derive(Debug, Default)]
pub struct About {
    /// None where it does not say.
    pub kind: Option<KeyKind>,
    /// USD; none is no limit.
    pub limit: Option<f64>,
    pub remaining: Option<f64>,
    /// `daily`, `weekly`, `monthly`.
    pub reset: Option<String>,
    pub expires: Option<String>,
}

/// Looks for the key of a kind, and asks what it is. A key of unknown kind that turns out to be of the other is none of
/// this one.
pub fn look(connection: &Connection, runtime: &Runtime, kind: KeyKind) -> Found {
    let (origin, known) = match connection.credentials.of_kind(kind) {
        Err(error) => return Found::Unusable(error),
        Ok(None) => return Found::Nothing,
        Ok(Some(key)) => (key.origin().clone(), key.kind()),
    };
    let said = runtime.block_on(ask(connection, kind));
    let other = said.as_ref().is_ok_and(|about| about.kind.is_some_and(|is| is != kind));
    if other && known == KeyKind::Either { Found::Nothing } else { Found::Key { origin, said } }
}

/// `/key` takes both kinds, as far as is known (fact 2); where it does not, a list that is for management keys alone shows
/// whether it is one.
async fn ask(connection: &Connection, kind: KeyKind) -> Result<About, Diagnostic> {
    let fetch = |path: &str| {
        let request = Request { key: kind, paging: Paging::Whole, ..Request::get(path) };
        async move { connection.client.fetch(&request).await }
    };
    match fetch("/key").await {
        Ok(fetched) => Ok(fetched.pages.first().and_then(|page| page.get("data")).map(about).unwrap_or_default()),
        Err(error) if kind == KeyKind::Management && does_not_do(error.code) => {
            fetch("/keys").await.map(|_| About { kind: Some(KeyKind::Management), ..About::default() })
        }
        Err(error) => Err(error),
    }
}

/// The endpoint is not for this key, rather than the key for nothing.
fn does_not_do(code: Code) -> bool {
    matches!(code, Code::E0502 | Code::E0503 | Code::E0507)
}

fn about(data: &Json) -> About {
    let flag = |name: &str| data.get(name).and_then(Json::as_bool);
    let text = |name: &str| data.get(name).and_then(Json::as_str).map(str::to_string);
    let manages = flag("is_management_key").or_else(|| flag("is_provisioning_key"));
    About {
        kind: manages.map(|manages| if manages { KeyKind::Management } else { KeyKind::Api }),
        limit: data.get("limit").and_then(Json::as_f64),
        remaining: data.get("limit_remaining").and_then(Json::as_f64),
        reset: text("limit_reset"),
        expires: text("expires_at"),
    }
}

/// `management key`, `API key`.
pub fn name(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Management => "management key",
        KeyKind::Api => "API key",
        KeyKind::Either => "key",
    }
}

/// The sources that can be asked with keys of these kinds.
pub fn sources(kinds: &[KeyKind]) -> Vec<&'static str> {
    let works = |def: &&&SourceDef| match def.key {
        KeyKind::Either => !kinds.is_empty(),
        kind => kinds.contains(&kind),
    };
    online().filter(works).map(|def| def.name).collect()
}

/// The sources that only this kind opens.
pub fn needing(kind: KeyKind) -> Vec<&'static str> {
    online().filter(|def| def.key == kind).map(|def| def.name).collect()
}

/// All sources that want a key.
fn online() -> impl Iterator<Item = &'static &'static SourceDef> {
    CATALOG.sources.iter().filter(|def| match def.grain {
        SourceGrain::Files => false,
        SourceGrain::Rows | SourceGrain::Cube => true,
    })
}
