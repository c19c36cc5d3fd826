//! What a text will do, for programs: nothing is sent.

use super::{Session, fail_on_errors};
use crate::check::{Checked, Program, Step};
use crate::diagnostics::Diagnostic;
use crate::model::schema::Schema;
use crate::plan::outline::{self, Outline};
use crate::plan::{self, remarks};

/// A text that is right, before it runs.
#[derive(Debug)]
pub struct Planned {
    pub pipelines: Vec<Pipeline>,
    pub warnings: Vec<Diagnostic>,
    /// How many calls each may make.
    pub most_calls: usize,
}

/// One of its pipelines.
#[derive(Debug)]
pub struct Pipeline {
    /// In its one form.
    pub query: String,
    pub schema: Schema,
    pub outline: Outline,
}

impl Session {
    /// The plan of each pipeline, and what is to be known before; or what is wrong.
    pub fn planned(&self, text: &str) -> Result<Planned, Vec<Diagnostic>> {
        let now = self.clock.now();
        let Checked { program, diagnostics, .. } = self.checked_at(text, now);
        let mut warnings = fail_on_errors(diagnostics)?;
        let facts = self.facts(now);
        let mut pipelines = Vec::new();
        let Program { steps, allowed } = program;
        for step in steps {
            let Step { table, query, span, .. } = step;
            let (routed, fetches) = plan::route(&[plan::plan(&table.rel, &table.schema)], &facts);
            let offered = fetches.iter().flat_map(|fetch| fetch.offer.warnings.iter().cloned());
            let told = remarks(&fetches, &facts).into_iter().chain(offered).collect();
            warnings.extend(allowed.left(told, Some(span)));
            let needed = plan::lookups(&fetches, &facts);
            for plan in &routed {
                let outline = outline::outline(plan, &needed, &fetches, &facts, text);
                pipelines.push(Pipeline { query: query.clone(), schema: table.schema.clone(), outline });
            }
        }
        let warnings = super::without_doubles(warnings);
        Ok(Planned { pipelines, warnings, most_calls: self.wishes.most_calls })
    }
}
