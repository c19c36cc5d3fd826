//! What programs and agents read instead of pages: schemas of the contracts, the catalog, plans, and the language in brief.

pub mod agents;
pub mod catalog;
pub mod plans;
pub mod runs;
pub mod schemas;

use serde_json::Value as Json;

use crate::harmless;

/// One line of JSON, harmless to a terminal.
fn line(json: &Json) -> String {
    format!("{}\n", harmless::json(&json.to_string()))
}
