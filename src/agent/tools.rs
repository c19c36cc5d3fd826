//! The tools: each has a name, what it is for, the shape of its arguments, and what it does.

use rmcp::model::{CallToolResult, JsonObject, Tool, ToolAnnotations};
use serde_json::{Value as Json, json};

use super::answer::{self, FORMATS, Form, ROWS};
use super::arguments::Arguments as Given;
use super::scripts::{self, Saved};
use super::{Asked, Host};
use crate::check::{Arguments, Purpose};
use crate::diagnostics::{Code, Diagnostic};
use crate::exec::Sandbox;
use crate::session::{Cancel, Interrupts, RunOptions};

/// A tool that is always there.
struct Row {
    name: &'static str,
    title: &'static str,
    doc: &'static str,
    /// Its arguments, and those that are needed.
    takes: &'static [Takes],
    call: fn(&dyn Host, Given, Cancel) -> Result<CallToolResult, Diagnostic>,
}

struct Takes {
    name: &'static str,
    doc: &'static str,
    needed: bool,
    shape: fn() -> Json,
}

const QUERY: Takes = Takes {
    name: "query",
    doc: "A source and stages, as in `activity last 7d | group model | sum cost | top 5`",
    needed: true,
    shape: text,
};

const FORMAT: Takes = Takes {
    name: "format",
    doc: "`envelope` is JSON with exact values, schema, coverage and warnings; `markdown` is a table for people",
    needed: false,
    shape: || json!({"type": "string", "enum": FORMATS, "default": FORMATS.first()}),
};

const MAX_ROWS: Takes = Takes {
    name: "max_rows",
    doc: "Rows of each table; how many there are is said where some are left out",
    needed: false,
    shape: || json!({"type": "integer", "minimum": 1, "default": ROWS}),
};

fn text() -> Json {
    json!({"type": "string"})
}

/// In the order in which they are listed.
const ALL: &[Row] = &[
    Row {
        name: "query",
        title: "Ask about OpenRouter usage",
        doc: "Run a query of OpenRouter usage: what was spent, by which model, provider, key or user, what became of a \
              request, which models there are. A query is a source and stages: `activity last 7d | group model | sum cost \
              | top 5`. A wrong query is answered with the place, the reason and an edit; apply it and ask again. \
              `describe` lists sources, verbs and functions",
        takes: &[QUERY, FORMAT, MAX_ROWS],
        call: query,
    },
    Row {
        name: "check",
        title: "Check a query",
        doc: "Say what is wrong with a query, or which columns it gives; nothing is sent",
        takes: &[QUERY],
        call: check,
    },
    Row {
        name: "explain",
        title: "Explain a query",
        doc: "Show the calls and steps of a query, or the page of a code such as E0103; nothing is sent",
        takes: &[Takes { doc: "A query, or a code of an error", ..QUERY }],
        call: explain,
    },
    Row {
        name: "describe",
        title: "Describe the language",
        doc: "Describe a source with its columns, a verb, a function or a format; all of them where no name is given",
        takes: &[Takes { name: "name", doc: "As in `activity`, `group` or `p95`", needed: false, shape: text }],
        call: describe,
    },
];

/// All tools, those of scripts last.
pub fn list(sandbox: &Sandbox) -> Vec<Tool> {
    let annotations = |title: &str| {
        let read_only = !sandbox.may_save();
        ToolAnnotations::with_title(title).read_only(read_only).destructive(false).idempotent(true).open_world(true)
    };
    let own = ALL.iter().map(|row| {
        let mut properties = JsonObject::new();
        for takes in row.takes {
            let mut property = (takes.shape)();
            if let Some(property) = property.as_object_mut() {
                property.insert("description".to_string(), json!(takes.doc));
            }
            properties.insert(takes.name.to_string(), property);
        }
        let needed = row.takes.iter().filter(|takes| takes.needed).map(|takes| takes.name.to_string());
        Tool::new(row.name, row.doc, schema(properties, needed.collect())).with_annotations(annotations(row.title))
    });
    let saved = programs(sandbox).into_iter().map(|saved| {
        let (properties, needed) = saved.params();
        let own = saved.doc();
        let doc = format!("Run the saved script {}. {own}", saved.file);
        Tool::new(saved.tool(), doc.trim().to_string(), schema(properties, needed))
            .with_annotations(annotations(&format!("Run {}", saved.file)))
    });
    own.chain(saved).collect()
}

fn schema(properties: JsonObject, needed: Vec<String>) -> JsonObject {
    let mut schema = JsonObject::new();
    schema.insert("type".to_string(), json!("object"));
    schema.insert("properties".to_string(), Json::Object(properties));
    schema.insert("required".to_string(), json!(needed));
    schema.insert("additionalProperties".to_string(), json!(false));
    schema
}

fn programs(sandbox: &Sandbox) -> Vec<Saved> {
    scripts::all(sandbox).into_iter().filter(Saved::is_program).collect()
}

/// What a tool answers; nothing where no tool is called so.
pub fn call(host: &dyn Host, name: &str, given: JsonObject, cancel: Cancel) -> Option<CallToolResult> {
    let given = Given::new(given);
    let called = match ALL.iter().find(|row| row.name == name) {
        Some(row) => (row.call)(host, given, cancel),
        None => {
            let saved = programs(host.sandbox()).into_iter().find(|saved| saved.tool() == name)?;
            given.rest().map(|values| run_saved(host, saved, values, cancel))
        }
    };
    Some(called.unwrap_or_else(|error| answer::errors(&[error], "")))
}

fn query(host: &dyn Host, mut given: Given, cancel: Cancel) -> Result<CallToolResult, Diagnostic> {
    let text = given.needed("query")?;
    let format = given.one_of("format", FORMATS)?;
    let max_rows = given.count("max_rows")?.unwrap_or(ROWS);
    given.finish()?;
    Ok(run(host, &text, Asked::default(), Form { format, max_rows }, cancel))
}

fn run_saved(host: &dyn Host, saved: Saved, values: Vec<(String, String)>, cancel: Cancel) -> CallToolResult {
    let arguments = Arguments { values, purpose: Purpose::Run };
    let asked = Asked { arguments, script: Some(saved.path) };
    run(host, &saved.text, asked, Form { format: FORMATS.first().copied().unwrap_or_default(), max_rows: ROWS }, cancel)
}

fn run(host: &dyn Host, text: &str, asked: Asked, form: Form, cancel: Cancel) -> CallToolResult {
    match host.start(asked) {
        Err(error) => answer::errors(&[error], text),
        Ok((session, runtime)) => {
            let options = RunOptions { keep_pages: false, interrupts: Interrupts::EndTheProcess };
            answer::outcome(session.until(cancel).run(&runtime, text, options), text, form)
        }
    }
}

fn check(host: &dyn Host, mut given: Given, _: Cancel) -> Result<CallToolResult, Diagnostic> {
    let text = given.needed("query")?;
    given.finish()?;
    let arguments = Arguments { purpose: Purpose::Look, ..Arguments::default() };
    let (session, _runtime) = host.start(Asked { arguments, script: None })?;
    let checked = session.check(&text);
    if checked.diagnostics.iter().any(Diagnostic::is_error) {
        return Ok(answer::errors(&checked.diagnostics, &text));
    }
    let columns = checked.program.steps.iter().map(|step| host.columns(&step.query, &step.table.schema));
    let warnings = checked.diagnostics.iter().map(|warning| format!("{}\n", answer::told(warning)));
    Ok(answer::text(columns.chain(warnings).collect()))
}

fn explain(host: &dyn Host, mut given: Given, _: Cancel) -> Result<CallToolResult, Diagnostic> {
    let text = given.needed("query")?;
    given.finish()?;
    if let Ok(code) = text.trim().parse::<Code>() {
        return Ok(answer::text(code.page().to_string()));
    }
    let (session, _runtime) = host.start(Asked::default())?;
    Ok(match session.explain(&text) {
        Ok(plans) => answer::text(plans.join("\n")),
        Err(errors) => answer::errors(&errors, &text),
    })
}

fn describe(host: &dyn Host, mut given: Given, _: Cancel) -> Result<CallToolResult, Diagnostic> {
    let name = given.text("name")?;
    given.finish()?;
    host.describe(name.as_deref()).map(answer::text)
}
