//! The demo account as a list of requests, and what each of its columns says of one: written down once more, from the
//! contract, with no line of the planner.

use std::collections::HashMap;
use std::sync::LazyLock;

use orq::demo::SEED;
use orq::demo::base::{Finish, Row, rows_of};
use orq::demo::data::Life;

use crate::support::NOW;

pub const DAY: i64 = 86_400_000;
pub const HOUR: i64 = 3_600_000;

/// A column that tells requests apart.
pub struct Dim {
    pub name: &'static str,
    /// The dimensions of the cube that it is read from; none is for `/activity` alone.
    pub of: &'static [&'static str],
    /// What a request says; the names of models that are gone depend on who is asked.
    value: fn(&Row, Names) -> Option<String>,
}

/// Who calls models that are gone by what: `/activity` by their ids, the cube by their lasting names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    List = 0,
    Cube = 1,
}

fn id(row: &Row, names: Names) -> String {
    let model = row.endpoint.model;
    if model.retired && names == Names::Cube { model.permaslug.to_string() } else { model.id.to_string() }
}

fn base(row: &Row, names: Names) -> String {
    id(row, names).split(':').next().unwrap().to_string()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_string())
}

fn context(row: &Row) -> &'static str {
    [(1_000, "<1K"), (10_000, "1K-10K"), (100_000, "10K-100K"), (200_000, "100K-200K")]
        .into_iter()
        .find(|(below, _)| row.prompt < *below)
        .map_or("200K+", |(_, name)| name)
}

fn user(row: &Row) -> Option<String> {
    let names: Vec<&str> = row.user.iter().flat_map(|user| [user.first_name, user.last_name]).flatten().collect();
    (!names.is_empty()).then(|| names.join(" "))
}

/// The hash of a key that lives: no list tells those that are gone.
fn hash(row: &Row) -> Option<String> {
    row.key.filter(|key| key.life != Life::Deleted).map(|key| key.hash.clone())
}

pub static DIMS: &[Dim] = &[
    Dim { name: "model", of: &["model"], value: |row, names| Some(base(row, names)) },
    Dim { name: "author", of: &["model"], value: |row, _| some(row.endpoint.model.author()) },
    Dim { name: "variant", of: &["variant"], value: |row, _| row.endpoint.model.variant().map(str::to_string) },
    Dim { name: "model_id", of: &["model", "variant"], value: |row, names| Some(id(row, names)) },
    Dim { name: "model_permaslug", of: &["model"], value: |row, _| some(row.endpoint.model.permaslug) },
    Dim { name: "provider", of: &["provider"], value: |row, _| some(row.endpoint.provider) },
    Dim { name: "key", of: &["api_key_id"], value: |row, _| row.key.map(|key| key.name.clone()) },
    Dim { name: "workspace", of: &["workspace"], value: |row, _| some(row.workspace.name) },
    Dim { name: "user", of: &["user"], value: |row, _| user(row) },
    Dim { name: "endpoint", of: &[], value: |row, _| some(&row.endpoint.id) },
    // From here on, of `analytics` alone.
    Dim {
        name: "app",
        of: &["app"],
        value: |row, _| row.app.map(|app| app.title.map_or_else(|| app.id.to_string(), str::to_string)),
    },
    Dim {
        name: "finish_reason",
        of: &["finish_reason"],
        value: |row, _| {
            some(match row.finish {
                Finish::Stop => "stop",
                Finish::Length => "length",
                Finish::ToolCalls => "tool_calls",
                Finish::ContentFilter => "content_filter",
                Finish::Error => "error",
                Finish::Cancelled => "none",
            })
        },
    },
    Dim { name: "origin", of: &["origin"], value: |row, _| some(row.origin()) },
    Dim { name: "country", of: &["country"], value: |row, _| row.country().map(str::to_string) },
    Dim { name: "data_region", of: &["data_region"], value: |row, _| some(row.region()) },
    Dim { name: "skin", of: &["skin"], value: |row, _| some(if row.key.is_none() { "chatroom" } else { "none" }) },
    Dim { name: "streamed", of: &["streamed"], value: |row, _| Some(row.streamed().to_string()) },
    Dim { name: "context_length_bucket", of: &["context_length_bucket"], value: |row, _| some(context(row)) },
    Dim { name: "external_user", of: &["external_user"], value: |row, _| row.external_user() },
    Dim { name: "session_id", of: &["session_id"], value: |row, _| row.session() },
    Dim { name: "user_email", of: &["user"], value: |row, _| row.user.map(|user| user.email.to_string()) },
    Dim { name: "key_hash", of: &["api_key_id"], value: |row, _| hash(row) },
    Dim { name: "generation_id", of: &["generation_id"], value: |row, _| Some(row.id()) },
];

/// Dimensions of the cube that reach back a year; the others reach back 31 days (fact 15).
pub const OF_A_YEAR: [&str; 6] = ["model", "variant", "api_key_id", "user", "workspace", "app"];

pub fn dim(name: &str) -> usize {
    DIMS.iter().position(|dim| dim.name == name).unwrap()
}

/// One request, its labels as numbers into [`Account::labels`].
pub struct Event {
    pub time: i64,
    pub row: Row,
    labels: [Vec<u32>; 2],
}

impl Event {
    pub fn day(&self) -> i64 {
        self.time.div_euclid(DAY)
    }

    pub fn label(&self, dim: usize, names: Names) -> u32 {
        self.labels[names as usize][dim]
    }
}

pub struct Account {
    pub now: i64,
    /// In the order of time, until now.
    pub events: Vec<Event>,
    /// The labels of each dimension.
    labels: Vec<Vec<Option<String>>>,
}

/// The account at the clock of the tests.
pub static ACCOUNT: LazyLock<Account> = LazyLock::new(|| Account::at(NOW));

impl Account {
    fn at(now: &str) -> Self {
        let now = now.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        let today = now.div_euclid(DAY);
        let mut numbers: Vec<HashMap<Option<String>, u32>> = DIMS.iter().map(|_| HashMap::new()).collect();
        let mut labels: Vec<Vec<Option<String>>> = DIMS.iter().map(|_| Vec::new()).collect();
        let mut number = |dim: usize, label: Option<String>| {
            *numbers[dim].entry(label.clone()).or_insert_with(|| {
                labels[dim].push(label);
                labels[dim].len() as u32 - 1
            })
        };
        let mut events = Vec::new();
        for row in (today - 400..=today).flat_map(|day| rows_of(SEED, day)).filter(|row| row.time() <= now) {
            let mut of = |names: Names| -> Vec<u32> {
                DIMS.iter().enumerate().map(|(place, dim)| number(place, (dim.value)(&row, names))).collect()
            };
            let labels = [of(Names::List), of(Names::Cube)];
            events.push(Event { time: row.time(), row, labels });
        }
        events.sort_by_key(|event| event.time);
        Self { now, events, labels }
    }

    pub fn today(&self) -> i64 {
        self.now.div_euclid(DAY)
    }

    pub fn label(&self, dim: usize, number: u32) -> Option<&str> {
        self.labels[dim][number as usize].as_deref()
    }

    /// Every label of a dimension.
    pub fn labels(&self, dim: usize) -> impl Iterator<Item = &str> {
        self.labels[dim].iter().flatten().map(String::as_str)
    }

    /// What happened from a moment until before another.
    pub fn between(&self, from: i64, until: i64) -> &[Event] {
        let at = |time: i64| self.events.partition_point(|event| event.time < time);
        &self.events[at(from)..at(until).max(at(from))]
    }
}
