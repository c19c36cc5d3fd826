//! The dimensions of the cube: a row for each, in the order of `/analytics/meta` (facts 14, 15, 20).

use serde_json::{Value, json};

use super::metrics::{MONTH, YEAR};
use crate::demo::answers::names;
use crate::demo::base::Row;
use crate::demo::base::prng::hash_text;
use crate::demo::data::MEMBERS;
use crate::demo::fault::{Fault, Faults};

/// One dimension.
#[derive(Debug)]
pub struct Dimension {
    pub name: &'static str,
    pub label: &'static str,
    /// The longest window.
    pub days: i64,
    /// Whether a filter may include what has no value (`include_unset`).
    pub unset_bucket: bool,
    /// Equal for rows that have the same value, and for no others.
    pub key: fn(&Row, &Faults) -> u64,
    /// What filters are compared with, and what orders go by; nothing where the row has no value.
    pub raw: fn(&Row, &Faults) -> Option<String>,
    /// What the answer shows instead: a name.
    shown: Option<fn(&Row, &Faults) -> Value>,
    /// A second field of the answer.
    pub beside: Option<Field>,
}

/// A field by its name.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub value: fn(&Row) -> Value,
}

/// Stands for "no value" among keys.
const NONE: u64 = u64::MAX;

/// A dimension that shows what filters are compared with.
const fn plain(
    name: &'static str,
    label: &'static str,
    key: fn(&Row, &Faults) -> u64,
    raw: fn(&Row, &Faults) -> Option<String>,
) -> Dimension {
    Dimension { name, label, days: MONTH, unset_bucket: false, key, raw, shown: None, beside: None }
}

impl Dimension {
    const fn year(mut self) -> Self {
        self.days = YEAR;
        self
    }

    const fn unset_bucket(mut self) -> Self {
        self.unset_bucket = true;
        self
    }

    const fn shown(mut self, as_name: fn(&Row, &Faults) -> Value) -> Self {
        self.shown = Some(as_name);
        self
    }

    const fn beside(mut self, name: &'static str, value: fn(&Row) -> Value) -> Self {
        self.beside = Some(Field { name, value });
        self
    }

    /// What the answer says.
    pub fn value(&self, row: &Row, faults: &Faults) -> Value {
        match self.shown {
            Some(shown) => shown(row, faults),
            None => json!((self.raw)(row, faults)),
        }
    }
}

/// The key of a text that few rows are asked for; of the many, the tables hold a number.
fn of_text(text: Option<&str>) -> u64 {
    text.map_or(NONE, hash_text)
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// What there is with the knob `new-columns` alone.
static NEW: &[Dimension] =
    &[plain("gateway", "Gateway", |row, _| row.salt % 3, |row, _| Some(format!("edge-{}", row.salt % 3)))];

/// Every dimension that the account has.
pub fn all(faults: &Faults) -> impl Iterator<Item = &'static Dimension> {
    DIMENSIONS.iter().chain(if faults.has(&Fault::NewColumns) { NEW } else { &[] })
}

#[rustfmt::skip]
static DIMENSIONS: &[Dimension] = &[
    plain("model", "Model", |row, _| row.endpoint.permaslug_key, |row, _| text(row.endpoint.model.permaslug)).year(),
    plain("variant", "Variant", |row, _| row.endpoint.variant_key, |row, _| row.endpoint.model.variant().map(str::to_owned)).year(),
    plain("api_key_id", "API Key", |row, _| row.key.map_or(NONE, |key| key.number), key_number).year().unset_bucket().shown(key_name),
    plain("provider", "Provider", |row, _| row.endpoint.provider_key, |row, _| text(row.endpoint.provider)),
    plain("origin", "Origin", |row, _| of_text(Some(row.origin())), |row, _| text(row.origin())),
    plain("country", "Country", |row, _| of_text(row.country()), |row, _| row.country().map(str::to_owned)),
    plain("data_region", "Region", |row, _| of_text(Some(row.region())), |row, _| text(row.region())),
    plain("finish_reason", "Finish Reason", |row, _| row.finish as u64, |row, _| text(row.finish.name().unwrap_or("none"))),
    plain("workspace", "Workspace", workspace_key, workspace_id).year().shown(workspace_name),
    plain("app", "App", |row, _| row.app.map_or(NONE, |app| app.id), |row, _| row.app.map(|app| app.id.to_string())).year().unset_bucket().shown(app_title),
    plain("user", "User", user_key, |row, _| row.user.map(|user| user.id.to_owned())).year().unset_bucket().shown(user_name).beside("user_email", user_email),
    plain("external_user", "Custom User ID", |row, _| of_text(row.external_user().as_deref()), |row, _| row.external_user()),
    plain("context_length_bucket", "Context Length", |row, _| of_text(Some(context(row))), |row, _| text(context(row))),
    plain("generation_id", "Generation ID", |row, _| row.salt, |row, _| Some(row.id())),
    plain("session_id", "Session ID", |row, _| of_text(row.session().as_deref()), |row, _| row.session()),
    plain("skin", "Skin", |row, _| u64::from(row.key.is_none()), |row, _| text(if row.key.is_none() { "chatroom" } else { "none" })),
    plain("streamed", "Streamed", |row, _| u64::from(row.streamed()), |row, _| Some(row.streamed().to_string())),
];

fn key_number(row: &Row, _: &Faults) -> Option<String> {
    row.key.map(|key| key.number.to_string())
}

/// `Chatroom` where there is no key (fact 20).
fn key_name(row: &Row, faults: &Faults) -> Value {
    json!(row.key.map_or("Chatroom", |key| names::of_key(key, faults)))
}

/// Requests without a key have no workspace where the knob says so.
fn in_workspace(row: &Row, faults: &Faults) -> bool {
    row.key.is_some() || !faults.has(&Fault::Unattributed)
}

fn workspace_key(row: &Row, faults: &Faults) -> u64 {
    if in_workspace(row, faults) { row.workspace.index as u64 } else { NONE }
}

fn workspace_id(row: &Row, faults: &Faults) -> Option<String> {
    in_workspace(row, faults).then(|| row.workspace.id.to_owned())
}

/// `Unattributed` where there is no workspace (fact 20).
fn workspace_name(row: &Row, faults: &Faults) -> Value {
    if in_workspace(row, faults) { json!(names::of_workspace(row.workspace, faults)) } else { json!("Unattributed") }
}

/// `Unknown` where there is no app; an app without a title shows its number (fact 20).
fn app_title(row: &Row, _: &Faults) -> Value {
    match row.app {
        None => json!("Unknown"),
        Some(app) => app.title.map_or_else(|| json!(app.id.to_string()), |title| json!(title)),
    }
}

fn user_key(row: &Row, _: &Faults) -> u64 {
    let place = row.user.and_then(|user| MEMBERS.iter().position(|member| std::ptr::eq(member, user)));
    place.map_or(NONE, |place| place as u64)
}

/// First and last name; null for members without them, and where there is no user.
fn user_name(row: &Row, _: &Faults) -> Value {
    let parts = row.user.map(|user| [user.first_name, user.last_name].into_iter().flatten().collect::<Vec<_>>());
    json!(parts.filter(|parts| !parts.is_empty()).map(|parts| parts.join(" ")))
}

fn user_email(row: &Row) -> Value {
    json!(row.user.map(|user| user.email))
}

/// By the length of the prompt.
fn context(row: &Row) -> &'static str {
    match row.prompt {
        0..1_000 => "<1K",
        1_000..10_000 => "1K-10K",
        10_000..100_000 => "10K-100K",
        100_000..200_000 => "100K-200K",
        200_000.. => "200K+",
    }
}
