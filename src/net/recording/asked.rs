//! What was asked, as a recording has it: by this an answer is found again.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::scrub::without_people;
use crate::model::request::Request;
use crate::net::safe;

/// The longest body that a message shows, in characters.
const SHOWN: usize = 160;

/// The longest name of a file that a path gives, in characters.
const LONGEST_NAME: usize = 48;

/// A call without its key. What a text says of people is in it only by the marks that stand for them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub body: Option<Value>,
}

impl Asked {
    /// The call as it is kept. What looks like a key, an address or a user is one mark for all of its kind.
    pub fn new(request: &Request, query: &[(&str, String)]) -> Self {
        let mut asked = Self::as_it_is(request, query);
        asked.path = super::scrub::marked(&asked.path, None);
        for (name, value) in &mut asked.query {
            *value = super::scrub::marked(value, Some(name));
        }
        if let Some(body) = &mut asked.body {
            without_people(body);
        }
        asked
    }

    /// The call as the run makes it.
    pub fn as_it_is(request: &Request, query: &[(&str, String)]) -> Self {
        Self {
            method: request.method.text().to_string(),
            path: request.path.clone(),
            query: query.iter().map(|(name, value)| ((*name).to_string(), value.clone())).collect(),
            body: request.body.clone(),
        }
    }

    /// The same for two calls that ask the same, in whatever order they have their arguments and fields.
    pub fn identity(&self) -> String {
        let mut query = self.query.clone();
        query.sort();
        let mut text = format!("{} {}", self.method, self.path);
        for (name, value) in query {
            let _ = write!(text, "\n{name}={value}");
        }
        if let Some(body) = &self.body {
            text.push('\n');
            text += &sorted(body).to_string();
        }
        text
    }

    /// The name of its file without its ending: the path, and what tells it from other calls of it.
    pub fn name(&self) -> String {
        let letter = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
        let path: String = self.path.trim_matches('/').chars().map(letter).take(LONGEST_NAME).collect();
        let path = path.trim_matches(['.', '-']);
        format!("{}-{:012x}", if path.is_empty() { "call" } else { path }, hash(&self.identity()) >> 16)
    }

    /// For people: one line without keys.
    pub fn shown(&self) -> String {
        let query: Vec<String> = self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        let body = self.body.as_ref().map(|body| {
            let text = body.to_string();
            let cut: String = text.chars().take(SHOWN).collect();
            format!(" {cut}{}", if cut.len() < text.len() { "…" } else { "" })
        });
        safe::line(&format!("{} {}{mark}{}{}", self.method, self.path, query.join("&"), body.unwrap_or_default()))
    }
}

/// The same value, its fields by name.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort();
            names.into_iter().filter_map(|name| Some((name.clone(), sorted(fields.get(name)?)))).collect()
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// FNV-1a: the same on every machine and in every version, for names of files.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
