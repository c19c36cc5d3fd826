//! `orq doctor`: one screen that says what is configured, reachable and permitted, and what to do about the rest.

mod checks;
mod machine;

use serde_json::{Value as Json, json};

use super::arguments::Options;
use super::describe::{Width, hanging};
use super::keys::{self, KINDS};
use super::output::Place;
use super::probe::Probe;
use super::start::Connection;
use crate::diagnostics::{Code, Diagnostic, Exit};
use crate::harmless;

/// One thing that was looked at.
pub struct Check {
    name: &'static str,
    state: State,
    /// What is the case.
    detail: String,
    /// What to do, where something is to be done.
    help: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Ok,
    /// It works, but for a part.
    Warn,
    /// Nothing, or not what is needed, works; the run ends so.
    Wrong(Exit),
}

impl Check {
    fn ok(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, state: State::Ok, detail: detail.into(), help: None }
    }

    fn warn(name: &'static str, detail: impl Into<String>) -> Self {
        Self { state: State::Warn, ..Self::ok(name, detail) }
    }

    fn wrong(name: &'static str, error: &Diagnostic) -> Self {
        let state = State::Wrong(error.code.exit());
        Self { name, state, detail: error.message.clone(), help: error.help.clone() }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// Looks at all of it, prints it, and ends with what weighs most.
pub fn run(options: &Options) -> Result<Exit, Diagnostic> {
    let as_json = as_json(options)?;
    let place = Place::stdout(options.color, options.errors);
    let probe = Probe::new();
    let mut connection = Connection::open(options, None, Some(probe.observer()))?;
    let configured = checks::configuration(&connection.places);
    let runtime = connection.demo.runtime()?;
    let watched = probe.watch();
    let found = KINDS.map(|kind| (kind, keys::look(&connection, &runtime, kind)));
    drop(watched);
    let keys = found.each_ref().map(|(kind, it)| checks::key(*kind, it, &found, &configured));
    let mut all = vec![configured];
    all.extend(keys);
    all.push(checks::sources(&found));
    all.push(checks::host(&connection.base, &connection.client.calls(), &found));
    all.push(checks::clock(connection.clock, probe.time(), options.demo));
    all.extend(machine::directories(&connection.places));
    all.push(machine::terminal(options.color));
    let text = if as_json { json_of(&all) } else { lines(&all, place.looks.width, place.looks.color) };
    Ok(match place.print(&text) {
        Exit::Fine => ended(&all),
        failed => failed,
    })
}

/// `-f json` is for programs.
fn as_json(options: &Options) -> Result<bool, Diagnostic> {
    match options.format.as_deref() {
        None | Some("table") => Ok(false),
        Some("json") => Ok(true),
        Some(other) => {
            let message = format!("`orq doctor` has no format `{}`", harmless::line(other));
            Err(Diagnostic::error(Code::E0801, message).help("`-f json` is for programs; without it, it is for people"))
        }
    }
}

/// Trouble of this machine weighs more than that of the API, for it may be its cause.
fn ended(checks: &[Check]) -> Exit {
    let ends = || {
        checks.iter().filter_map(|check| match check.state {
            State::Ok | State::Warn => None,
            State::Wrong(exit) => Some(exit),
        })
    };
    ends().find(|exit| *exit == Exit::Internal).or_else(|| ends().next()).unwrap_or(Exit::Fine)
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Wrong(_) => "wrong",
        }
    }

    /// Green, yellow, red.
    fn colour(self) -> &'static str {
        match self {
            Self::Ok => "32",
            Self::Warn => "33",
            Self::Wrong(_) => "31",
        }
    }
}

/// A line for each, and one for what to do.
fn lines(checks: &[Check], width: Width, colours: bool) -> String {
    let names = checks.iter().map(|check| check.name.len()).max().unwrap_or_default();
    let mut shown = String::new();
    for Check { name, state, detail, help } in checks {
        let word = format!("{:5}", state.word());
        let line = hanging(&format!("{word}  {name:names$}  "), &harmless::line(detail), width);
        shown += &match line.strip_prefix(&word) {
            Some(rest) if colours => format!("\u{1b}[{}m{word}\u{1b}[0m{rest}", state.colour()),
            _ => line,
        };
        if let Some(help) = help {
            let indent = " ".repeat(word.len() + names + 4);
            shown += &hanging(&format!("{indent}help: "), &harmless::line(help), width);
        }
    }
    shown
}

/// An array of `{check, state, detail, help}`; `help` is null where nothing is to be done.
fn json_of(checks: &[Check]) -> String {
    let one = |check: &Check| -> Json {
        json!({
            "check": check.name,
            "state": check.state.word(),
            "detail": check.detail,
            "help": check.help,
        })
    };
    let rows: Vec<String> = checks.iter().map(|check| format!("  {}", one(check))).collect();
    harmless::json(&format!("[\n{}\n]\n", rows.join(",\n"))).into_owned()
}
