//! The last result of a session: `| …` goes on from its rows, with what is to be known of them.

use std::sync::Arc;

use super::interrupt::{Ends, Local};
use super::{Output, Session, Step};
use crate::diagnostics::{Diagnostic, Origin};
use crate::exec::{self, Joined, Rows};
use crate::model::frame::Answer;
use crate::model::rel::{Last, Rel};
use crate::model::route::Coverage;
use crate::model::zone::Zone;

/// How the text that a result is of is called once there is another.
const EARLIER: &str = "an earlier line";

/// A table that was printed.
#[derive(Clone)]
pub struct LastResult {
    rows: Rows,
    known: Last,
    /// The query, its coverage and warnings.
    query: String,
    coverage: Coverage,
    warnings: Vec<Diagnostic>,
    format: Option<&'static str>,
    title: Option<String>,
    /// The text that the places of warnings are in.
    origin: Arc<Origin>,
}

impl LastResult {
    /// The rows of an answer as the engine has them, and what goes with it.
    pub fn new(rows: Rows, answer: &Answer, step: &Step, text: &str) -> Self {
        let schema = answer.frame.schema.clone();
        Self {
            known: Last { schema, rows: rows.height(), ordered: step.table.rel.is_ordered() },
            rows,
            query: answer.query.clone(),
            coverage: answer.coverage.clone(),
            warnings: answer.warnings.clone(),
            format: step.table.format,
            title: step.table.title.clone(),
            origin: Arc::new(Origin { name: EARLIER.to_string(), text: text.to_string() }),
        }
    }

    pub fn known(&self) -> &Last {
        &self.known
    }

    /// Without a copy of the values.
    pub fn rows(&self) -> Rows {
        self.rows.clone()
    }

    /// What it does not cover stays uncovered, whatever is made of it; what there was to say of it.
    pub fn add_to(&self, coverage: &mut Coverage) -> Vec<Diagnostic> {
        coverage.days = coverage.days.or(self.coverage.days);
        coverage.missing.extend(&self.coverage.missing);
        coverage.routes.splice(..0, self.coverage.routes.iter().cloned());
        coverage.kept = coverage.kept.max(self.coverage.kept);
        self.warnings.iter().map(|warning| warning.clone().in_text(&self.origin)).collect()
    }

    /// As it was printed.
    pub fn output(&self, zone: &Zone) -> Result<Output, Diagnostic> {
        let frame = exec::shown(&self.rows, &self.known.schema)?.in_zone(zone);
        let answer = Answer {
            query: self.query.clone(),
            frame,
            coverage: self.coverage.clone(),
            warnings: self.warnings.clone(),
        };
        Ok(Output::Table { answer: Box::new(answer), format: self.format, title: self.title.clone() })
    }
}

impl Session {
    /// What a plan is run with on this machine.
    pub(super) fn local(&self, frames: &[&Rows], joined: &Joined, ends: &Ends) -> Local {
        Local {
            frames: frames.iter().map(|rows| (*rows).clone()).collect(),
            joined: joined.clone(),
            last: self.last.as_ref().map(LastResult::rows),
            input: self.input.clone(),
            zone: self.zone.clone(),
            permissions: self.permissions.clone(),
            given_up: ends.given_up.clone(),
        }
    }
}

/// Whether a plan goes on from the last result.
pub fn is_used_by(rel: &Rel) -> bool {
    matches!(rel, Rel::Last(_)) || rel.inputs().into_iter().any(is_used_by)
}
