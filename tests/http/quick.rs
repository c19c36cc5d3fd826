//! A session in this process that waits for nothing: what is asked for again is asked for at once.

use std::path::PathBuf;
use std::sync::Arc;

use orq::demo::{API_KEY, MANAGEMENT_KEY};
use orq::diagnostics::Diagnostic;
use orq::exec::{Permissions, Places};
use orq::model::frame::Answer;
use orq::model::request::CallKind;
use orq::model::route::Wishes;
use orq::model::value::Value;
use orq::net::{Client, ClientOptions, Credentials};
use orq::session::{Clock, Interrupts, Output, RunOptions, Session};
use serde_json::{Value as Json, json};
use tokio::runtime::Runtime;

use super::kit::NoWaiting;
use crate::support::{DemoServer, NOW};

pub struct Quick {
    session: Session,
    runtime: Runtime,
}

impl Quick {
    /// On a demo account with these faults.
    pub fn demo(faults: &str) -> Self {
        Self::new(&DemoServer::start(NOW, faults).base_url, Wishes::default())
    }

    pub fn new(base_url: &str, wishes: Wishes) -> Self {
        let credentials = Arc::new(Credentials::demo(MANAGEMENT_KEY, API_KEY));
        let mut options = ClientOptions::new(credentials);
        options.base_url = base_url.to_string();
        options.pace = Arc::new(NoWaiting::default());
        // No such directory: nothing is written.
        let permissions = Permissions { places: Places::Below(PathBuf::from("/nonexistent/orq")), force: false };
        let session = Session::new(Clock::Frozen(NOW.parse().unwrap()), Client::new(options).unwrap(), permissions);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { session: session.wishing(wishes), runtime }
    }

    /// The answer, or the errors.
    pub fn ask(&mut self, query: &str) -> Result<Answer, Vec<Diagnostic>> {
        let options = RunOptions { keep_pages: false, interrupts: Interrupts::EndTheProcess };
        let outcome = self.session.run(&self.runtime, query, options);
        if outcome.diagnostics.iter().any(Diagnostic::is_error) {
            return Err(outcome.diagnostics);
        }
        match outcome.outputs.into_iter().next() {
            Some(Output::Table { answer, .. }) => Ok(*answer),
            other => panic!("{query} gave {other:?}"),
        }
    }

    pub fn answer(&mut self, query: &str) -> Answer {
        self.ask(query).unwrap_or_else(|errors| panic!("{query}\n{errors:#?}"))
    }

    pub fn rows(&mut self, query: &str) -> Vec<Json> {
        rows(&self.answer(query))
    }

    /// The only error of a query.
    pub fn error(&mut self, query: &str) -> Diagnostic {
        let errors = self.ask(query).map(|_| ()).unwrap_err();
        let mut errors = errors.into_iter().filter(Diagnostic::is_error);
        let error = errors.next().unwrap();
        assert!(errors.next().is_none());
        error
    }
}

/// The rows as objects.
pub fn rows(answer: &Answer) -> Vec<Json> {
    let names: Vec<&str> = answer.frame.schema.names().collect();
    let row = |row: Vec<&Value>| names.iter().zip(row).map(|(name, cell)| (name.to_string(), plain(cell))).collect();
    answer.frame.rows().map(row).collect()
}

fn plain(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Int(n) => json!(n),
        Value::Float(n) => json!(n),
        Value::Text(text) => json!(text),
        Value::Date(day) => json!(day.to_string()),
        Value::Time(time) | Value::Local(time, _) => json!(time.to_string()),
        Value::Months(months) => json!(months),
        Value::List(items) => items.iter().map(plain).collect(),
        Value::Record(fields) => fields.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
    }
}

/// The paths that were asked for data, in order of their names, with how often each was.
pub fn calls(answer: &Answer) -> Vec<(String, usize)> {
    let mut counted = std::collections::BTreeMap::new();
    for call in answer.coverage.calls.iter().filter(|call| call.kind == CallKind::Data) {
        *counted.entry(call.path.clone()).or_insert(0) += 1;
    }
    counted.into_iter().collect()
}
