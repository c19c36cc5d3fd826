//! What the prompt asks of a session besides answers: what is known where a text ends, values of parameters, the last
//! result, and scripts that run here.

use std::path::PathBuf;

use tokio::runtime::Runtime;

use super::{Outcome, Output, RunOptions, Session};
use crate::check::{self, Definitions};
use crate::diagnostics::Diagnostic;
use crate::exec::Places;
use crate::model::schema::Schema;
use crate::syntax::format;
use crate::{one_form, syntax};

/// What the value of a parameter is taken for, the narrowest first.
const TYPES: &[&str] = &["number", "date", "duration", "bool", "text"];

impl Session {
    /// The columns behind the last stage of a text; none where something is wrong before.
    pub fn columns_at_the_end(&self, text: &str) -> Option<Schema> {
        let script = one_form::script(syntax::parse(text).script, text, &self.catalog);
        self.knowing_files(&script, self.clock.now(), |before| {
            check::columns_at_the_end(&script, text, &self.catalog, before)
        })
    }

    /// The next query asks the API for everything anew.
    pub fn refresh(&self) {
        if let Some(answers) = self.client.answers() {
            answers.forget();
        }
    }

    /// The names that `let` gave, and the columns behind each.
    pub fn lets(&self) -> impl Iterator<Item = (&str, &Schema)> {
        self.definitions.lets.iter().map(|(name, table)| (name.as_str(), &table.schema))
    }

    /// What earlier texts defined.
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// What was printed last, again.
    pub fn last(&self) -> Result<Option<Output>, Diagnostic> {
        self.last.as_ref().map(|last| last.output(&self.zone)).transpose()
    }

    /// The columns of the last result.
    pub fn last_schema(&self) -> Option<&Schema> {
        self.last.as_ref().map(|last| &last.known().schema)
    }

    /// Writes the rows of the last result to a file, as a stage `save` would; the result stays the last.
    pub fn save_last(&mut self, runtime: &Runtime, path: &str, options: RunOptions) -> Outcome {
        let last = self.last.clone();
        let outcome = self.run(runtime, &format!("| save {}", format::quoted(path)), options);
        self.last = last;
        outcome
    }

    /// Runs a script as a file is run: it writes below the working directory only. What it defines stays.
    pub fn run_script(
        &mut self,
        runtime: &Runtime,
        text: &str,
        file: PathBuf,
        here: Places,
        options: RunOptions,
    ) -> Outcome {
        let script = self.script.replace(file);
        // A sandbox is what a script runs in too.
        let here = if self.permissions.sandbox().is_some() { self.permissions.places.clone() } else { here };
        let places = std::mem::replace(&mut self.permissions.places, here);
        let outcome = self.run(runtime, text, options);
        self.permissions.places = places;
        self.script = script;
        outcome
    }

    /// The value of a parameter for the texts to come. It keeps the type that it was declared with; else it has the first
    /// that its value can be read as.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Vec<Diagnostic>> {
        let earlier = self.arguments.clone();
        self.arguments.values.retain(|(known, _)| known != name);
        self.arguments.values.push((name.to_string(), value.to_string()));
        let declared = self.definitions.scope.params.get(name).map(check::Param::ty);
        let types = declared.map_or(TYPES.to_vec(), |ty| vec![ty]);
        let mut wrong = Vec::new();
        for ty in types {
            let checked = self.check(&format!("param {name}: {ty}"));
            if !checked.diagnostics.iter().any(Diagnostic::is_error) {
                self.definitions = checked.definitions;
                return Ok(());
            }
            wrong = checked.diagnostics;
        }
        self.arguments = earlier;
        Err(wrong)
    }

    /// The values that were given for parameters.
    pub fn given(&self) -> impl Iterator<Item = (&str, &str)> {
        self.arguments.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same session, with the definitions and parameters of another; rows of one account are no rows of the other.
    pub fn after(self, earlier: &Self) -> Self {
        Self { definitions: earlier.definitions.clone(), arguments: earlier.arguments.clone(), ..self }
    }
}
