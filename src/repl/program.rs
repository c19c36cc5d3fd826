//! What the prompt is given by the program around it: it runs and prints what the prompt reads.

use serde_json::Value as Json;

use crate::diagnostics::Diagnostic;
use crate::model::schema::Schema;
use crate::session::Session;

/// What a setting was changed to, in words; or what is wrong.
pub type Told = Result<String, Diagnostic>;

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    On,
    Off,
}

/// The program, as the prompt sees it.
pub trait Program {
    fn session(&self) -> &Session;

    fn session_mut(&mut self) -> &mut Session;

    /// Colours may be used for what is typed.
    fn has_colours(&self) -> bool;

    /// Runs a text, and prints its answer or what is wrong.
    fn ask(&mut self, text: &str);

    /// Prints the last answer again; false where there is none.
    fn print_last(&mut self) -> bool;

    /// Prints a text of its own.
    fn show(&mut self, text: &str);

    /// Prints what is wrong.
    fn report(&mut self, text: &str, diagnostics: &[Diagnostic]);

    /// All names, or everything about one.
    fn help(&self, name: Option<&str>) -> Told;

    /// Names and what they mean, in columns.
    fn listed(&self, rows: &[(String, String)]) -> String;

    /// Columns with their types.
    fn columns(&self, title: &str, schema: &Schema) -> String;

    /// Writes the last result to a file.
    fn save(&mut self, path: &str);

    /// Runs a script here.
    fn load(&mut self, path: &str);

    /// The format of answers: which it is, or is to be.
    fn format(&mut self, name: Option<&str>) -> Told;

    /// Where answers go: a file, or `-` for the screen.
    fn output(&mut self, path: Option<&str>) -> Told;

    /// Whether the time that a query took is told.
    fn time(&mut self, switch: Switch);

    /// The demo account or the user's own; the other one where nothing is said.
    fn demo(&mut self, switch: Option<Switch>) -> Told;

    /// What is configured, in lines.
    fn configured(&self) -> String;

    /// Names that earlier runs have seen.
    fn kept_names(&self) -> Option<Json>;

    /// Keeps them for later runs.
    fn keep_names(&self, names: &Json);
}
