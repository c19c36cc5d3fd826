//! What a tool was called with, read into what it needs.

use rmcp::model::JsonObject;
use serde_json::Value as Json;

use crate::diagnostics::{Code, Diagnostic};
use crate::suggest;

/// The arguments of one call, taken one by one.
pub struct Arguments {
    given: JsonObject,
    known: Vec<&'static str>,
}

impl Arguments {
    pub fn new(given: JsonObject) -> Self {
        Self { given, known: Vec::new() }
    }

    fn take(&mut self, name: &'static str) -> Option<Json> {
        self.known.push(name);
        self.given.remove(name).filter(|value| !value.is_null())
    }

    pub fn text(&mut self, name: &'static str) -> Result<Option<String>, Diagnostic> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(other) => {
                Err(wrong(format!("`{name}` is {other}, and no text")).help(format!("give `{name}` as a text")))
            }
        }
    }

    pub fn needed(&mut self, name: &'static str) -> Result<String, Diagnostic> {
        self.text(name)?.ok_or_else(|| wrong(format!("`{name}` is missing")).help(format!("give `{name}` as a text")))
    }

    /// A number of rows, at least one.
    pub fn count(&mut self, name: &'static str) -> Result<Option<usize>, Diagnostic> {
        let Some(given) = self.take(name) else { return Ok(None) };
        let number = given.as_u64().and_then(|number| usize::try_from(number).ok()).filter(|number| *number > 0);
        let no_number =
            || wrong(format!("`{name}` is {given}, and no number of rows")).help("give a whole number from 1 on");
        number.map(Some).ok_or_else(no_number)
    }

    /// One of these texts; the first where nothing is given.
    pub fn one_of(&mut self, name: &'static str, texts: &[&'static str]) -> Result<&'static str, Diagnostic> {
        let Some(given) = self.text(name)? else { return Ok(texts.first().copied().unwrap_or_default()) };
        let found = texts.iter().copied().find(|text| *text == given);
        found.ok_or_else(|| {
            wrong(format!("`{name}` cannot be `{given}`")).help(format!("it is one of {}", texts.join(", ")))
        })
    }

    /// E0801 where something is left that nobody took.
    pub fn finish(self) -> Result<(), Diagnostic> {
        let Some(name) = self.given.keys().next() else { return Ok(()) };
        let near = suggest::nearest(name, self.known.iter().copied());
        let help = match near.first() {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the tool takes {}", self.known.join(", ")),
        };
        Err(Diagnostic { candidates: near, ..wrong(format!("the tool takes no `{name}`")) }.help(help))
    }

    /// What is left, as values of parameters.
    pub fn rest(self) -> Result<Vec<(String, String)>, Diagnostic> {
        let mut values = Vec::new();
        for (name, value) in self.given {
            if !value.is_null() {
                let text = value_text(&name, &value)?;
                values.push((name, text));
            }
        }
        Ok(values)
    }
}

/// A value as `--param` takes it.
fn value_text(name: &str, value: &Json) -> Result<String, Diagnostic> {
    match value {
        Json::String(text) => Ok(text.clone()),
        Json::Number(_) | Json::Bool(_) => Ok(value.to_string()),
        Json::Array(items) => {
            let items = items.iter().map(|item| match item {
                // The items of a list are parted by commas.
                Json::String(text) if text.contains(',') => Err(()),
                Json::String(_) | Json::Number(_) | Json::Bool(_) => value_text(name, item).map_err(|_| ()),
                Json::Null | Json::Array(_) | Json::Object(_) => Err(()),
            });
            let items = items.collect::<Result<Vec<_>, _>>();
            let wrong = |()| wrong(format!("`{name}` holds an item that is no plain text or number"));
            Ok(items.map_err(|()| wrong(()).help("give texts without commas, or numbers"))?.join(","))
        }
        Json::Null | Json::Object(_) => {
            Err(wrong(format!("`{name}` is no value of a parameter")).help("give a text, a number, a bool or a list"))
        }
    }
}

fn wrong(message: String) -> Diagnostic {
    Diagnostic::error(Code::E0801, message)
}
