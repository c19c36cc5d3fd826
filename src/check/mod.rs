//! The check: a tree and the catalog become a typed program, or diagnostics that say what is wrong. Pure: no IO, and no
//! verb, function or source is known by name here.

mod aggregate;
mod allow;
mod arithmetic;
mod columns;
mod cube;
mod dates;
mod definitions;
mod expr;
mod files;
mod functions;
mod habits;
mod libraries;
mod misplaced;
mod operators;
mod over;
mod parameters;
mod point;
mod quoted;
mod range;
mod resume;
mod series;
mod shape;
mod source;
mod text;
mod weighted;
mod window;
mod zone;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::diagnostics::{Code, Diagnostic, Origin};
use crate::model::catalog::{Catalog, FunctionDef, FunctionKind, RangeOf, SourceDef, Takes};
use crate::model::expr::Typed;
use crate::model::files::Schemas;
use crate::model::hidden::is_hidden;
use crate::model::lowering::{Earlier, Lowering, Table, TimeKey};
use crate::model::rel::{Named, Rel, SourceArguments};
use crate::model::schema::Schema;
use crate::model::zone::Zone;
use crate::span::Span;
use crate::suggest;
use crate::syntax::ast::{Calls, Expr, ExprKind, Item, Pipeline, Rest, Script, Stage, StatementKind};
use crate::syntax::format;
use crate::types::Class;
use crate::types::Type;
use definitions::{DefinedAt, Scope};
use parameters::Missing;
use range::STARTERS;

pub use allow::Allowed;
pub use definitions::{Definitions, Param};
pub use libraries::{Libraries, Library, Uses};
pub use parameters::{Arguments, Purpose, types};
pub use point::columns_at_the_end;
pub use text::Before;

/// Everything a text asks for, in order.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub steps: Vec<Step>,
    /// Warnings that it does not want to hear.
    pub allowed: Allowed,
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
    pub definitions: Definitions,
    /// Files whose heads are to be looked at; until then nothing else here counts.
    pub wanted: Vec<SourceArguments>,
}

/// What a text is called where a later one speaks of it.
const EARLIER: &str = "an earlier line";

/// Checks a whole text.
pub fn check(script: &Script, text: &str, catalog: &Catalog, before: &Before<'_>) -> Checked {
    let (brought, mut diagnostics, wanted) = Checker::libraries(catalog, before);
    let origin = Arc::new(Origin { name: EARLIER.to_string(), text: text.to_string() });
    let mut checker = Checker::new(catalog, &origin, script, before, before.definitions.clone());
    checker.wanted = wanted;
    let mut program = Program::default();
    for (at, statement) in script.statements.iter().enumerate() {
        let (pipeline, explain) = match &statement.kind {
            StatementKind::Query(pipeline) => (pipeline, false),
            StatementKind::Explain(pipeline) => (pipeline, true),
            StatementKind::Use { path } => {
                checker.bring(path, &before.libraries.uses, &brought);
                continue;
            }
            StatementKind::Resume(stages) => {
                let step = checker.resumed(stages, statement.span, before.last.filter(|_| at == 0));
                program.steps.extend(step);
                continue;
            }
            definition => {
                checker.definition(definition);
                continue;
            }
        };
        if let Some(table) = checker.pipeline(pipeline) {
            let query = format::pipeline(pipeline);
            program.steps.push(checker.step(table, query, pipeline.span, explain));
        }
    }
    // Nothing is known of what a text declares that could not be read at all.
    if !script.statements.is_empty() {
        checker.settle_arguments();
    }
    diagnostics.append(&mut checker.diagnostics);
    let definitions = Definitions { lets: checker.lets, scope: checker.scope };
    Checked { program, diagnostics, definitions, wanted: checker.wanted }
}

/// A plan may have this many steps, those of the pipelines with names that it is made of included.
const MAX_STEPS: usize = 2000;

/// What is known while a text is checked.
struct Checker<'a> {
    catalog: &'a Catalog,
    text: &'a str,
    now: Timestamp,
    zone: &'a Zone,
    schemas: &'a Schemas,
    /// Files that nobody has looked at yet.
    wanted: Vec<SourceArguments>,
    lets: Lets,
    /// Those of them that stand in this text; the spans of all others belong to texts that are gone.
    defined: HashSet<String>,
    /// Names whose pipelines are wrong, which has been said where they are defined.
    lost: HashSet<String>,
    /// The cube that the stage at hand aggregates.
    of_cube: Option<&'static SourceDef>,
    /// The stage at hand, where it sums one column and says nothing more.
    one_sum: Option<Span>,
    /// Columns that the expression at hand asks for beside the rows; none where it cannot have any.
    beside: Option<over::Beside>,
    /// So many of them have been named.
    hidden: usize,
    diagnostics: Vec<Diagnostic>,
    /// What expressions may name besides columns.
    scope: Scope,
    /// Where the names of this text were defined.
    names: HashMap<String, DefinedAt>,
    /// The consts and functions of the text, those that are yet to come included.
    later: HashMap<String, Span>,
    /// The text as definitions keep it.
    origin: Arc<Origin>,
    arguments: &'a Arguments,
    missing: Vec<Missing>,
    /// The parameters of the text, right or wrong.
    declared: Vec<String>,
    /// How much longer the text has become by what stands for names.
    expanded: usize,
    /// A library could not be read, so that names may be its own.
    blind: bool,
}

impl Checker<'_> {
    fn step(&self, table: Table, query: String, span: Span, explain: bool) -> Step {
        let schema = table.schema.shown();
        let rel = zone::localized(table.rel, self.zone);
        Step { table: Table { rel, schema, ..table }, query, span, explain }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) -> Option<Table> {
        let table = self.stages(pipeline)?;
        if let Some(scan) = table.rel.cube() {
            self.no_rows_yet(scan.source, scan.span, &table.rel, pipeline.stages.last());
            return None;
        }
        Some(table)
    }

    /// The same where what follows may aggregate a cube.
    fn stages(&mut self, pipeline: &Pipeline) -> Option<Table> {
        let before = self.beside.take();
        let table = self.all_stages(pipeline);
        self.beside = before;
        table
    }

    fn all_stages(&mut self, pipeline: &Pipeline) -> Option<Table> {
        if self.misplaced(pipeline) {
            return None;
        }
        let table = self.source(&pipeline.source)?;
        self.after(table, &pipeline.stages, pipeline.rest)
    }

    /// The stages of a pipeline behind what it starts with.
    fn after(&mut self, mut table: Table, stages: &[Stage], rest: Rest) -> Option<Table> {
        for stage in stages {
            table = self.stage(stage, table)?;
            if table.rel.size() > MAX_STEPS {
                let error =
                    Diagnostic::error(Code::E0004, "the pipeline, with those it is made of, has too many steps");
                self.report(
                    error
                        .at(stage.span)
                        .label("one too many")
                        .help("`save` a part of it to a file, and go on from there"),
                );
                return None;
            }
        }
        if rest == Rest::Cut {
            return None;
        }
        if let Some(group) = table.group {
            self.idle_group(group.span, &table.schema, None);
            return None;
        }
        Some(table)
    }

    /// A verb of the catalog, or an aggregate as a verb.
    fn stage(&mut self, stage: &Stage, table: Table) -> Option<Table> {
        let word = stage.word.value.as_str();
        let aggregate = self.catalog.aggregates().find(|f| f.name == word || f.aliases.contains(&word));
        if self.two_names(stage) {
            return None;
        }
        if let Some(verb) = self.catalog.verb(word) {
            if let (Some(group), false) = (&table.group, verb.aggregates) {
                self.idle_group(group.span, &table.schema, Some(stage));
                return None;
            }
            if let (true, Some(first)) = (stage.alone, stage.items.first()) {
                let gap = Span::new(stage.word.span.end, first.span.start);
                let comma = gap.start + gap.of(self.text).find(',').unwrap_or(0);
                let error = Diagnostic::error(Code::E0001, "one `,` is too many").at(Span::new(comma, comma + 1));
                self.report(error.label("nothing stands before it").help("remove it").edit(gap, " "));
                return None;
            }
            if stage.calls == Calls::Loose {
                self.loose_calls(stage, &table.schema);
                return None;
            }
            if !self.has_its_shape(stage, verb.takes, &table.schema) {
                return None;
            }
            let cube = table.rel.cube().map(|scan| (scan.source, scan.span));
            if let (Some((source, span)), false, false) = (cube, verb.row_by_row, verb.aggregates) {
                self.no_rows_yet(source, span, &table.rel, Some(stage));
                return None;
            }
            let lowered = without_hidden((verb.lower)(self, stage, table)?);
            if let (Some((source, span)), false, None) = (cube, verb.aggregates, lowered.rel.cube()) {
                self.no_rows_yet(source, span, &lowered.rel, Some(stage));
                return None;
            }
            if let Some((source, _)) = cube
                && self.looks_at_a_measure(source, &lowered, stage)
            {
                return None;
            }
            return Some(lowered);
        }
        if let Some(function) = aggregate {
            if !self.has_its_shape(stage, Takes::AGGREGATES, &table.schema) {
                return None;
            }
            return self.aggregate(stage, table, Some(function.name));
        }
        if !self.foreign_verb(stage, &table.schema) {
            self.unknown_verb(stage);
        }
        None
    }

    /// `x = cost as y`: which of the two is meant is not guessed.
    fn two_names(&mut self, stage: &Stage) -> bool {
        let both = |item: &Item| Some((item.name.clone()?, item.tail.alias.clone()?));
        let Some((name, alias)) = stage.items.iter().find_map(both) else { return false };
        let message = format!("a result is given two names, `{}` and `{}`", name.value, alias.value);
        let error = Diagnostic::error(Code::E0302, message).at(alias.span).label("the second name");
        self.report(error.also(name.span, "the first name").help("leave one of them out"));
        true
    }

    fn unknown_verb(&mut self, stage: &Stage) {
        let (word, at) = (stage.word.value.as_str(), stage.word.span);
        if self.catalog.function(word).is_some() {
            let error =
                Diagnostic::error(Code::E0102, format!("`{word}` is a function, and a stage starts with a verb"));
            let start = Span::new(at.start, at.start);
            self.report(
                error
                    .at(at)
                    .label("a function")
                    .help(format!("write `derive {}`", stage.span.of(self.text)))
                    .edit(start, "derive "),
            );
            return;
        }
        let error = Diagnostic::error(Code::E0102, format!("there is no verb `{word}`")).at(at).label("unknown verb");
        // `left join models`: a verb of two words.
        if let Some(ExprKind::Call(call)) = stage.items.first().map(|item| &item.value.kind)
            && let Some(verb) = self.catalog.verb(&format!("{word}_{}", call.name.value).to_lowercase())
        {
            let at = at.to(call.name.span);
            self.report(error.at(at).label("one word").did_you_mean(at, vec![verb.name.to_string()]));
            return;
        }
        let near = self.catalog.nearest_verbs(word);
        let verbs: Vec<&str> = self.catalog.verbs.iter().map(|verb| verb.name).collect();
        let aggregates: Vec<&str> = self.catalog.aggregates().map(|function| function.name).collect();
        self.report(if near.is_empty() {
            error.help(format!("verbs: {}; and the aggregates {}", verbs.join(", "), aggregates.join(", ")))
        } else {
            error.did_you_mean(at, near)
        });
    }

    /// Keys that no aggregate follows.
    fn idle_group(&mut self, group: Span, schema: &Schema, next: Option<&Stage>) {
        let message = match next {
            Some(stage) => format!("`{}` does not aggregate, and a stage after `group` must", stage.word.value),
            None => "`group` wants a stage that aggregates after it".to_string(),
        };
        let error = Diagnostic::error(Code::E0301, message).at(group).label("these groups are not used");
        let error = match next {
            Some(stage) => error.also(stage.word.span, "this stage comes next"),
            None => error,
        };
        // The same verb twice: its keys belong together.
        if let (Some(stage), Some(first)) = (next, next.and_then(|stage| stage.items.first()))
            && group.of(self.text).starts_with(&stage.word.value)
        {
            let gap = Span::new(group.end, first.span.start);
            let keys = Span::new(first.span.start, stage.span.end).of(self.text);
            let mended = format!("{}, {keys}", group.of(self.text));
            self.report(error.help(format!("name all keys at once: `{mended}`")).edit(gap, ", "));
            return;
        }
        let additive = schema.columns.iter().find(|column| column.ty.class() == Some(Class::Additive));
        let mended = additive.map_or("count".to_string(), |column| format!("sum {}", column.name));
        self.report(
            error.help(format!("aggregate each group, as in `| {mended}`")).edit(group.after(), format!(" | {mended}")),
        );
    }

    fn unknown_column(&mut self, name: &str, span: Span, schema: &Schema) {
        let mut near = schema.nearest(name);
        if self.blind && near.is_empty() {
            return;
        }
        near.splice(..0, self.foreign_column(name, schema).filter(|ours| !near.contains(ours)));
        if near.is_empty() {
            near = suggest::nearest(name, self.scope.consts.keys().map(String::as_str));
        }
        let error = Diagnostic::error(Code::E0103, format!("there is no column `{name}` here")).at(span);
        let error = error.label("unknown column");
        let names: Vec<&str> = schema.names().filter(|name| !is_hidden(name)).collect();
        let lower = name.to_lowercase();
        if name != lower && matches!(lower.as_str(), "true" | "false" | "null") {
            let error = Diagnostic::error(Code::E0005, format!("`{name}` wants small letters")).at(span);
            self.report(error.label(format!("use `{lower}`")).help(format!("write `{lower}`")).edit(span, lower));
            return;
        }
        let bare = |function: &&FunctionDef| matches!(function.kind, FunctionKind::Scalar { required: 0, .. });
        if near.is_empty() && self.catalog.function(name).as_ref().is_some_and(bare) {
            let mended = format!("{name}()");
            let error = error.label("a function");
            self.report(error.help(format!("write `{mended}`: a function has brackets")).edit(span, mended));
            return;
        }
        let function = self.catalog.function(name).filter(|_| near.is_empty());
        let elsewhere = self.sources_with(name, &names);
        self.report(if let Some(function) = function {
            error.label("a function").help(format!("a function has its arguments behind it: `{}`", function.usage()))
        } else if !elsewhere.is_empty() {
            // What is near is not what was asked for: it is there, but not here.
            let sources: Vec<String> = elsewhere.iter().map(|source| format!("`{source}`")).collect();
            let has = if sources.len() == 1 { "has" } else { "have" };
            let error =
                error.help(format!("{} {has} `{name}`; columns here: {}", sources.join(" and "), names.join(", ")));
            Diagnostic { candidates: near, ..error }
        } else if near.is_empty() {
            error.help(format!("columns at this point: {}", names.join(", ")))
        } else {
            error.did_you_mean(span, near)
        });
    }

    /// Sources of usage that have a column of this name, where these are all columns of another one.
    fn sources_with(&self, name: &str, here: &[&str]) -> Vec<&'static str> {
        let has = |source: &SourceDef, name: &str| source.schema().find(name).is_some();
        let usage =
            || self.catalog.sources.iter().filter(|source| source.range != RangeOf::Nothing && has(source, "cost"));
        let is_whole = |source: &SourceDef| source.columns.iter().all(|def| here.contains(&def.name));
        if !usage().any(|source| is_whole(source)) {
            return Vec::new();
        }
        usage().filter(|source| has(source, name)).map(|source| source.name).collect()
    }

    fn unknown_source(&mut self, name: &str, span: Span) {
        if self.blind {
            return;
        }
        if let Some((source, column)) = name.split_once('.')
            && let Some(column) = self.catalog.source(source).and_then(|def| def.schema().find(column).cloned())
        {
            let mended = format!("{source} | select {}", format::word(&column.name));
            let error =
                Diagnostic::error(Code::E0101, format!("`{name}` is a column, and a query starts with its source"));
            self.report(error.at(span).label("a column").help(format!("write `{mended}`")).edit(span, mended));
            return;
        }
        let known = self.catalog.sources.iter().map(|source| source.name);
        let near = suggest::nearest(name, known.chain(self.lets.keys().map(String::as_str)));
        let lower = name.to_lowercase();
        let aggregate = |function: &FunctionDef| function.name == lower || function.aliases.contains(&lower.as_str());
        if self.catalog.verb(&lower).is_some() || self.catalog.aggregates().any(aggregate) {
            let message = format!("`{name}` is a verb, and a query starts with a source");
            let error = Diagnostic::error(Code::E0101, message).at(span).label("not a source");
            let before = self.text.get(..span.start).unwrap_or_default().trim_end();
            if before.ends_with(|c: char| !matches!(c, ';' | '|' | '(' | '='))
                && self.text.get(before.len()..span.start).is_some_and(|gap| gap.contains('\n'))
            {
                if STARTERS.contains(&lower.as_str()) {
                    let gap = Span::new(before.len(), span.start);
                    let error = error.help("a line end ends a query: write the range behind its source");
                    self.report(error.edit(gap, " "));
                    return;
                }
                let here = Span::new(span.start, span.start);
                self.report(error.help("a `|` goes on with the pipeline of the line before").edit(here, "| "));
                return;
            }
            if before.ends_with(';') {
                self.report(error.help("a `;` ends a query: a further stage follows a `|`, a further result a `,`"));
                return;
            }
            let example = self.catalog.sources.iter().find_map(|source| source.examples.last());
            let example = example.map_or("", |example| example.query);
            self.report(error.help(format!("name a source first, then a stage for each step: `{example}`")));
            return;
        }
        let error =
            Diagnostic::error(Code::E0101, format!("there is no source `{name}`")).at(span).label("unknown source");
        let names: Vec<&str> = self.catalog.sources.iter().map(|source| source.name).collect();
        let before = self.text.get(..span.start).unwrap_or_default();
        let ended = before.trim_end_matches([' ', '\t']).ends_with(';');
        let ended = if ended { "a `;` ends a query, and a `,` parts items; " } else { "" };
        self.report(if near.is_empty() {
            error.help(format!("{ended}sources: {}", names.join(", ")))
        } else {
            error.did_you_mean(span, near)
        });
    }
}

/// The same rows without the columns that a stage asked for beside them.
fn without_hidden(table: Table) -> Table {
    if !table.schema.names().any(is_hidden) {
        return table;
    }
    let shown = table.schema.columns.iter().filter(|column| !is_hidden(&column.name));
    let schema = Schema { columns: shown.cloned().collect(), ..table.schema.clone() };
    table.project(schema.as_they_are(), schema)
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
        let typed = self.expr(expr, schema, expr::Place::Row)?;
        if typed.ty == Type::Period {
            let error = Diagnostic::error(Code::E0202, "a length of the calendar is no value of its own").at(expr.span);
            self.report(
                error.label("how many days it has depends on the month").help("add it to a date, as in `date + 1mo`"),
            );
            return None;
        }
        Some(typed)
    }

    fn row_value(&mut self, expr: &Expr, table: &mut Table) -> Option<Typed> {
        self.beside(table, |cx, schema| cx.row_expr(expr, schema))
    }

    fn row_condition(&mut self, expr: &Expr, table: &mut Table) -> Option<Typed> {
        self.beside(table, |cx, schema| cx.condition(expr, schema))
    }

    fn condition(&mut self, expr: &Expr, schema: &Schema) -> Option<Typed> {
        let typed = self.expr(expr, schema, expr::Place::Condition)?;
        self.must_be_bool(typed)
    }

    fn table_condition(&mut self, expr: &Expr, table: &mut Table) -> Option<Typed> {
        self.beside(table, |cx, schema| {
            let typed = cx.expr(expr, schema, expr::Place::Table)?;
            cx.must_be_bool(typed)
        })
    }

    fn zone(&self) -> &Zone {
        self.zone
    }

    fn time_key(&self, table: &Table) -> Option<TimeKey> {
        self.key_of_time(table)
    }

    fn earlier(&mut self, rel: &Rel, length: &Expr) -> Option<Earlier> {
        self.moved_back(rel, length)
    }

    fn constant_named(&self, name: &str) -> Option<Typed> {
        match self.scope.consts.get(name)? {
            definitions::Constant::One(typed) => Some(typed.clone()),
            definitions::Constant::Several(_) => None,
        }
    }

    fn column(&mut self, expr: &Expr, schema: &Schema) -> Option<Typed> {
        self.column_ref(expr, schema)
    }

    fn keys(&mut self, items: &[Item], schema: &Schema) -> Option<Vec<Named>> {
        self.group_keys(items, schema)
    }

    fn table(&mut self, expr: &Expr) -> Option<Table> {
        self.table_of(expr)
    }

    fn table_or_cube(&mut self, expr: &Expr) -> Option<Table> {
        match &expr.kind {
            ExprKind::Pipeline(pipeline) => self.stages(pipeline),
            _ => self.table_of(expr),
        }
    }

    fn aggregate(&mut self, stage: &Stage, table: Table, verb: Option<&str>) -> Option<Table> {
        self.aggregate_stage(stage, table, verb)
    }
}
