//! What a query gave, as the texts of a tool's result.

use rmcp::model::{CallToolResult, ContentBlock};

use crate::diagnostics::{Diagnostic, json};
use crate::model::catalog::{Looks, Render, Titled};
use crate::model::route::LeftOut;
use crate::session::{CATALOG, Outcome, Output};

/// An answer has at most so many bytes: more is more than a model reads.
const MAX_BYTES: usize = 1 << 20;

/// In which form rows are told, and how many of them.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// A format of the catalog.
    pub format: &'static str,
    pub max_rows: usize,
}

/// The forms that a tool offers, the usual one first.
pub const FORMATS: &[&str] = &[ENVELOPE, "markdown"];

const ENVELOPE: &str = "envelope";

/// Rows where nothing is said.
pub const ROWS: usize = 200;

pub fn text(text: String) -> CallToolResult {
    CallToolResult::success(vec![ContentBlock::text(text)])
}

/// What is wrong, as `--errors json` says it.
pub fn errors(diagnostics: &[Diagnostic], query: &str) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(json::render(diagnostics, query))])
}

/// The tables of a run; and beside them what goes with the data, and how many rows were left out.
pub fn outcome(mut outcome: Outcome, query: &str, form: Form) -> CallToolResult {
    if outcome.diagnostics.iter().any(Diagnostic::is_error) {
        return errors(&outcome.diagnostics, query);
    }
    let tables = outcome.outputs.iter_mut().filter(|output| matches!(output, Output::Table { .. }));
    let mut beside: Vec<String> = tables.filter_map(|table| cut(table, form)).collect();
    let text = match rendered(&outcome.outputs, form) {
        Ok(text) => text,
        Err(message) => return CallToolResult::error(vec![ContentBlock::text(message)]),
    };
    if form.format != ENVELOPE {
        beside.extend(outcome.diagnostics.iter().map(told));
    }
    if text.len() > MAX_BYTES {
        let message = format!(
            "the answer has {} bytes, and {MAX_BYTES} are sent at most: ask for fewer rows or columns",
            text.len()
        );
        return CallToolResult::error(vec![ContentBlock::text(message)]);
    }
    CallToolResult::success(std::iter::once(text).chain(beside).map(ContentBlock::text).collect())
}

/// A warning in one line.
pub fn told(warning: &Diagnostic) -> String {
    let help = warning.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    format!("{}: {}{help}", warning.code, warning.message)
}

/// Leaves the first rows; where a form has no place to say so, it is said beside.
fn cut(output: &mut Output, form: Form) -> Option<String> {
    let Output::Table { answer, .. } = output else { return None };
    **answer = answer.first(form.max_rows)?;
    let LeftOut { rows_total, more } = answer.coverage.left_out.as_ref().filter(|_| form.format != ENVELOPE)?;
    let most = form.max_rows;
    Some(format!("these are the first {most} of {rows_total} rows; `{more}` gives the others, or group or `top` them"))
}

/// All outputs in one form; explanations as they are.
fn rendered(outputs: &[Output], form: Form) -> Result<String, String> {
    let looks = Looks { width: None, unicode: true, color: false, max_rows: None };
    let mut text = String::new();
    let mut tables = Vec::new();
    for output in outputs {
        match output {
            Output::Text(explanation) => text += explanation,
            Output::Table { answer, title, .. } => {
                let unnamed = if outputs.len() > 1 { answer.query.as_str() } else { "" };
                tables.push(Titled { title: title.as_deref().unwrap_or(unnamed), answer, picture: None });
            }
        }
    }
    if tables.is_empty() {
        return Ok(text);
    }
    match CATALOG.format(form.format).map(|format| &format.render) {
        Some(Render::Text(render)) => {
            render(&tables, &looks).map(|tables| text + &tables).map_err(|error| error.to_string())
        }
        Some(Render::Parquet) | None => Err(format!("there is no form `{}`", form.format)),
    }
}
