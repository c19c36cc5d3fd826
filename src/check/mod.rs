//! The check: a tree and the catalog become a typed program, or diagnostics that say what is wrong. Pure: no IO, and no
//! verb, function or source is known by name here.

mod aggregate;
mod columns;
mod expr;
mod operators;
mod range;
mod source;
mod units;

use std::collections::HashMap;

use jiff::Timestamp;

use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::Catalog;
use crate::model::expr::Typed;
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::Named;
use crate::model::schema::Schema;
use crate::span::Span;
use crate::suggest;
use crate::syntax::ast::{Expr, Item, Pipeline, Script, Stage, StatementKind};
use crate::syntax::format;

/// Everything a text asks for, in order.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub steps: Vec<Step>,
}

/// One pipeline that prints.
#[derive(Clone, Debug)]
pub struct Step {
    pub table: Table,
    /// In canonical form.
    pub query: String,
    /// Where it stands in the text.
    pub span: Span,
    /// It is to be explained rather than run.
    pub explain: bool,
}

/// Pipelines that have a name.
pub type Lets = HashMap<String, Table>;

#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub program: Program,
    pub diagnostics: Vec<Diagnostic>,
    /// What was there before, and what the text adds.
    pub lets: Lets,
}

/// Checks a whole text. `lets` are the pipelines named so far, `now` the instant of the run.
pub fn check(script: &Script, text: &str, catalog: &Catalog, lets: &Lets, now: Timestamp) -> Checked {
    let mut checker = Checker { catalog, text, now, lets: lets.clone(), diagnostics: Vec::new() };
    let mut program = Program::default();
    for statement in &script.statements {
        let (pipeline, explain) = match &statement.kind {
            StatementKind::Query(pipeline) => (pipeline, false),
            StatementKind::Explain(pipeline) => (pipeline, true),
            StatementKind::Let { name, pipeline } => {
                checker.define(&name.value, name.span, pipeline);
                continue;
            }
            other => {
                checker.not_yet(statement_word(other), statement.span);
                continue;
            }
        };
        if let Some(table) = checker.pipeline(pipeline) {
            let query = format::pipeline(pipeline);
            program.steps.push(Step { table, query, span: pipeline.span, explain });
        }
    }
    Checked { program, diagnostics: checker.diagnostics, lets: checker.lets }
}

fn statement_word(kind: &StatementKind) -> &'static str {
    match kind {
        StatementKind::Param { .. } => "param",
        StatementKind::Const { .. } => "const",
        StatementKind::Fn { .. } => "fn",
        StatementKind::Use { .. } => "use",
        StatementKind::Resume(_) => "a pipeline that goes on from the last result",
        StatementKind::Let { .. } => "let",
        StatementKind::Explain(_) => "explain",
        StatementKind::Query(_) => "a pipeline",
    }
}

/// What is known while a text is checked.
struct Checker<'a> {
    catalog: &'a Catalog,
    text: &'a str,
    now: Timestamp,
    lets: Lets,
    diagnostics: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn define(&mut self, name: &str, span: Span, pipeline: &Pipeline) {
        if self.catalog.source(name).is_some() {
            let error = Diagnostic::error(Code::E0108, format!("`{name}` is the name of a source"));
            self.report(error.at(span).label("taken").help("choose another name").edit(span, format!("my_{name}")));
            return;
        }
        if let Some(table) = self.pipeline(pipeline) {
            self.lets.insert(name.to_string(), table);
        }
    }

    fn not_yet(&mut self, what: &str, span: Span) {
        self.report(
            Diagnostic::error(Code::E0008, format!("{what} is understood, but does not run in this version"))
                .at(span)
                .label("not yet")
                .help("write the value or the pipeline out where it is used"),
        );
    }

    fn pipeline(&mut self, pipeline: &Pipeline) -> Option<Table> {
        let mut table = self.source(&pipeline.source)?;
        for stage in &pipeline.stages {
            table = self.stage(stage, table)?;
        }
        if let Some(group) = table.group {
            self.idle_group(group.span, None);
            return None;
        }
        Some(table)
    }

    /// A verb of the catalog, or an aggregate as a verb.
    fn stage(&mut self, stage: &Stage, table: Table) -> Option<Table> {
        let word = stage.word.value.as_str();
        if let Some(verb) = self.catalog.verb(word) {
            if let (Some(group), false) = (&table.group, verb.aggregates) {
                self.idle_group(group.span, Some(stage));
                return None;
            }
            return (verb.lower)(self, stage, table);
        }
        if let Some(function) = self.catalog.aggregates().find(|f| f.name == word || f.aliases.contains(&word)) {
            return self.aggregate(stage, table, Some(function.name));
        }
        let error = Diagnostic::error(Code::E0102, format!("there is no verb `{word}`")).at(stage.word.span);
        let near = self.catalog.nearest_verbs(word);
        let error = error.label("unknown verb");
        self.report(if near.is_empty() {
            error.help("`orq describe` lists the verbs")
        } else {
            error.did_you_mean(stage.word.span, near)
        });
        None
    }

    /// Keys that no aggregate follows.
    fn idle_group(&mut self, group: Span, next: Option<&Stage>) {
        let message = match next {
            Some(stage) => format!("`{}` does not aggregate, and a stage after `group` must", stage.word.value),
            None => "`group` wants a stage that aggregates after it".to_string(),
        };
        let error = Diagnostic::error(Code::E0301, message).at(group).label("these groups are not used");
        let error = match next {
            Some(stage) => error.also(stage.word.span, "this stage comes next"),
            None => error,
        };
        self.report(
            error.help("aggregate each group, as in `| sum cost` or `| count`").edit(group.after(), " | count"),
        );
    }

    fn unknown_column(&mut self, name: &str, span: Span, schema: &Schema) {
        let near = schema.nearest(name);
        let error = Diagnostic::error(Code::E0103, format!("there is no column `{name}` here")).at(span);
        let error = error.label("unknown column");
        let names: Vec<&str> = schema.names().collect();
        self.report(if near.is_empty() {
            error.help(format!("columns at this point: {}", names.join(", ")))
        } else {
            error.did_you_mean(span, near)
        });
    }

    fn unknown_source(&mut self, name: &str, span: Span) {
        let known = self.catalog.sources.iter().map(|source| source.name);
        let near = suggest::nearest(name, known.chain(self.lets.keys().map(String::as_str)));
        let error =
            Diagnostic::error(Code::E0101, format!("there is no source `{name}`")).at(span).label("unknown source");
        let names: Vec<&str> = self.catalog.sources.iter().map(|source| source.name).collect();
        self.report(if near.is_empty() {
            error.help(format!("sources: {}", names.join(", ")))
        } else {
            error.did_you_mean(span, near)
        });
    }
}

impl Lowering for Checker<'_> {
    fn catalog(&self) -> &Catalog {
        self.catalog
    }

    fn text(&self) -> &str {
        self.text
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn row_expr(&mut self, expr: &Expr, schema: &Schema) -> Option<Typed> {
        self.expr(expr, schema, expr::Place::Row)
    }

    fn condition(&mut self, expr: &Expr, schema: &Schema) -> Option<Typed> {
        let typed = self.expr(expr, schema, expr::Place::Condition)?;
        self.must_be_bool(typed)
    }

    fn column(&mut self, expr: &Expr, schema: &Schema) -> Option<Typed> {
        self.column_ref(expr, schema)
    }

    fn keys(&mut self, items: &[Item], schema: &Schema) -> Option<Vec<Named>> {
        self.group_keys(items, schema)
    }

    fn aggregate(&mut self, stage: &Stage, table: Table, verb: Option<&str>) -> Option<Table> {
        self.aggregate_stage(stage, table, verb)
    }
}
