//! What a verb is given to lower its stage with. The checker implements it; verbs know nothing else of the checker.

use super::catalog::Catalog;
use super::expr::{TimeUnit, Typed};
use super::rel::{Named, Rel};
use super::reshape::Buckets;
use super::schema::Schema;
use super::window::Shift;
use super::zone::Zone;
use crate::diagnostics::Diagnostic;
use crate::span::Span;
use crate::syntax::ast::{Expr, Item, Stage};

/// A pipeline up to some stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub rel: Rel,
    pub schema: Schema,
    /// Keys that wait for the next stage to aggregate.
    pub group: Option<Group>,
    /// The format chosen by `as`.
    pub format: Option<&'static str>,
    /// What stands above the rows.
    pub title: Option<String>,
}

/// The key of a group that is a time.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeKey {
    pub column: String,
    pub unit: TimeUnit,
    /// No other key is made of a time.
    pub alone: bool,
    /// What it has over the range that was asked for.
    pub buckets: Buckets,
}

/// `group model, provider`: consumed by the stage that follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub keys: Vec<Named>,
    pub span: Span,
}

/// A plan for an earlier time.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    pub rel: Rel,
    /// How much earlier it is, by the calendar where that was asked for.
    pub shift: Shift,
    /// From the start of its range to that of the other: what days and hours are moved by, of which no two fall on one.
    pub by: Shift,
}

/// The checker, as verbs see it. What cannot be resolved is reported there, and comes back as `None`.
pub trait Lowering {
    fn catalog(&self) -> &Catalog;

    /// The text that spans refer to.
    fn text(&self) -> &str;

    fn report(&mut self, diagnostic: Diagnostic);

    /// An expression over the rows of `schema`.
    fn row_expr(&mut self, expr: &Expr, schema: &Schema) -> Option<Typed>;

    /// An expression over the rows of a table, which may look at other rows: what it needs of them is added as hidden
    /// columns, which are gone after the stage.
    fn row_value(&mut self, expr: &Expr, table: &mut Table) -> Option<Typed>;

    /// The same for what must be true or false.
    fn row_condition(&mut self, expr: &Expr, table: &mut Table) -> Option<Typed>;

    /// An expression over the rows of `schema` that must be true or false.
    fn condition(&mut self, expr: &Expr, schema: &Schema) -> Option<Typed>;

    /// The value of a `const`, where there is one of this name.
    fn constant_named(&self, name: &str) -> Option<Typed>;

    /// A column by its name or alias.
    fn column(&mut self, expr: &Expr, schema: &Schema) -> Option<Typed>;

    /// Keys of a group: columns or expressions, named.
    fn keys(&mut self, items: &[Item], schema: &Schema) -> Option<Vec<Named>>;

    /// What stands where a table belongs: a source, a pipeline with a name, or a pipeline in brackets.
    fn table(&mut self, expr: &Expr) -> Option<Table>;

    /// The same; it may be a cube that what follows aggregates.
    fn table_or_cube(&mut self, expr: &Expr) -> Option<Table>;

    /// A condition that is looked at for each row, with aggregates over the whole table.
    fn table_condition(&mut self, expr: &Expr, table: &mut Table) -> Option<Typed>;

    /// The zone whose clocks show times.
    fn zone(&self) -> &Zone;

    /// The key of the group that is a time, if there is one.
    fn time_key(&self, table: &Table) -> Option<TimeKey>;

    /// The same plan for an earlier time, and how much earlier: `previous`, or a length of time.
    fn earlier(&mut self, rel: &Rel, length: &Expr) -> Option<Earlier>;

    /// Aggregates the group (or all rows) by the items of the stage; `verb` is the aggregate that bare columns take.
    fn aggregate(&mut self, stage: &Stage, table: Table, verb: Option<&str>) -> Option<Table>;
}

impl Table {
    pub fn new(rel: Rel, schema: Schema) -> Self {
        Self { rel, schema, group: None, format: None, title: None }
    }

    /// The same rows under a further primitive, with the same columns.
    pub fn over(self, wrap: impl FnOnce(Box<Rel>) -> Rel) -> Self {
        Self { rel: wrap(Box::new(self.rel)), ..self }
    }

    /// These columns in the place of all others.
    pub fn project(self, columns: Vec<Named>, schema: Schema) -> Self {
        Self { rel: Rel::Project { input: Box::new(self.rel), columns }, schema, ..self }
    }
}
