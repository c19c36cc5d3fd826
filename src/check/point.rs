//! The columns where a text ends, for what is being typed there: a group that nothing aggregates yet, or a cube, is no
//! mistake then.

use std::sync::Arc;

use super::{Before, Checker, EARLIER};
use crate::diagnostics::Origin;
use crate::model::catalog::Catalog;
use crate::model::rel::{Rel, SourceArguments};
use crate::model::schema::Schema;
use crate::syntax::ast::{Pipeline, Script, Stage, StatementKind};

/// The columns behind the last stage of a text; none where one before it is wrong. The files whose heads would tell.
pub fn columns_at_the_end(
    script: &Script,
    text: &str,
    catalog: &Catalog,
    before: &Before<'_>,
) -> (Option<Schema>, Vec<SourceArguments>) {
    let (brought, _, wanted) = Checker::libraries(catalog, before);
    let origin = Arc::new(Origin { name: EARLIER.to_string(), text: text.to_string() });
    let mut checker = Checker::new(catalog, &origin, script, before, before.definitions.clone());
    checker.wanted = wanted;
    let mut schema = None;
    for statement in &script.statements {
        schema = match &statement.kind {
            StatementKind::Query(pipeline) | StatementKind::Explain(pipeline) => checker.behind(pipeline),
            StatementKind::Let { pipeline, .. } => {
                let found = checker.behind(pipeline);
                checker.definition(&statement.kind);
                found
            }
            StatementKind::Resume(stages) => {
                let last = before.last.map(|last| (Rel::Last(last.clone()), last.schema.clone()));
                last.and_then(|(rel, schema)| checker.follow(super::Table::new(rel, schema), stages))
            }
            StatementKind::Use { path } => {
                checker.bring(path, &before.libraries.uses, &brought);
                None
            }
            StatementKind::Param { .. } | StatementKind::Const { .. } | StatementKind::Fn { .. } => {
                checker.definition(&statement.kind);
                None
            }
        };
    }
    (schema, checker.wanted)
}

impl Checker<'_> {
    fn behind(&mut self, pipeline: &Pipeline) -> Option<Schema> {
        let table = self.source(&pipeline.source)?;
        self.follow(table, &pipeline.stages)
    }

    fn follow(&mut self, mut table: super::Table, stages: &[Stage]) -> Option<Schema> {
        for stage in stages {
            table = self.stage(stage, table)?;
        }
        Some(table.schema)
    }
}
