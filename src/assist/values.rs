//! Names that answers have shown, for completion inside of quotes: models, providers, keys, whatever a column of text held.
//! Bounded, and never a key of the API.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::model::frame::Frame;
use crate::model::value::Value;
use crate::types::Type;

/// Keys of both kinds start so (fact 3); what holds one is kept nowhere.
pub const KEY: &str = "sk-or-";

/// So many columns, values of each, and rows of an answer are looked at; a longer value is no name, in bytes.
const COLUMNS: usize = 60;
const VALUES: usize = 500;
const ROWS: usize = 5_000;
const LONGEST: usize = 100;

/// Columns whose values are worth keeping from one run to the next.
const KEPT: &[&str] = &["model", "provider", "key", "workspace", "app"];

/// Values by the names of their columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<String, BTreeSet<String>>);

impl Values {
    /// Those of a column, in their order.
    pub fn of(&self, column: &str) -> impl Iterator<Item = &str> {
        self.0.get(column).into_iter().flatten().map(String::as_str)
    }

    /// Notes what an answer shows; true where something that is kept is new.
    pub fn learn(&mut self, frame: &Frame) -> bool {
        let mut is_new = false;
        for (column, values) in frame.schema.columns.iter().zip(&frame.columns) {
            if column.ty != Type::Text {
                continue;
            }
            for value in values.iter().take(ROWS) {
                let Value::Text(text) = value else { continue };
                let added = self.add(&column.name, text);
                // The list of models calls them `id`.
                let is_model = column.name == "id" && text.contains('/');
                let model = is_model && self.add("model", text);
                is_new |= model || (added && KEPT.contains(&column.name.as_str()));
            }
        }
        is_new
    }

    fn add(&mut self, column: &str, value: &str) -> bool {
        let fits = !value.is_empty() && value.len() <= LONGEST && !value.contains(char::is_control);
        if !fits || value.contains(KEY) || (self.0.len() >= COLUMNS && !self.0.contains_key(column)) {
            return false;
        }
        let known = self.0.entry(column.to_string()).or_default();
        known.len() < VALUES && known.insert(value.to_string())
    }

    /// What is kept for later runs.
    pub fn to_json(&self) -> Json {
        let kept = self.0.iter().filter(|(column, _)| KEPT.contains(&column.as_str()));
        Json::Object(kept.map(|(column, values)| (column.clone(), json!(values))).collect())
    }

    /// What was kept by an earlier run; what does not fit is left out.
    pub fn from_json(kept: &Json) -> Self {
        let mut values = Self::default();
        for column in KEPT {
            let found = kept.get(column).and_then(Json::as_array).into_iter().flatten();
            for value in found.filter_map(Json::as_str) {
                values.add(column, value);
            }
        }
        values
    }
}
