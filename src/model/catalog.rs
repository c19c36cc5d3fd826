//! Descriptors: everything the program knows by name. One value describes a source, a verb, a function or a format to
//! help, completion, the checker, the reference and the tests alike.

use super::cube::Cubed;
use super::expr::{AggregateOp, ScalarOp, Typed};
pub use super::format::{FormatDef, Looks, Picture, Pictures, Render, Titled, Unrenderable};
use super::lowering::{Lowering, Table};
use super::over::OverOp;
use super::request::KeyKind;
use super::route::{Ask, Facts, Lookup, Offer};
use super::schema::{Column, Role, Schema};
use crate::diagnostics::Diagnostic;
use crate::suggest;
use crate::syntax::ast::Stage;
use crate::types::{Class, Type, Unit};

/// All descriptors. It is handed to the checker, which imports none of them.
#[derive(Clone, Copy, Debug)]
pub struct Catalog {
    pub sources: &'static [&'static SourceDef],
    pub verbs: &'static [&'static VerbDef],
    pub functions: &'static [&'static [FunctionDef]],
    pub formats: &'static [&'static FormatDef],
}

/// A query and what it shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Example {
    pub query: &'static str,
    pub shows: &'static str,
}

/// Where rows come from.
#[derive(Debug)]
pub struct SourceDef {
    pub name: &'static str,
    pub doc: &'static str,
    /// How it is written: `activity [RANGE]`.
    pub usage: &'static str,
    pub examples: &'static [Example],
    pub range: RangeOf,
    pub grain: SourceGrain,
    pub params: &'static [ParamDef],
    pub columns: &'static [ColumnDef],
    pub key: KeyKind,
    /// What must be known before it can be routed.
    pub lookups: &'static [Lookup],
    /// The requests that give what is asked; pure.
    pub offer: fn(&Ask<'_>, &Facts) -> Offer,
}

/// Sources are the same when they are called the same.
impl PartialEq for SourceDef {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// Which ranges of time a source takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeOf {
    Nothing,
    /// Whole UTC days; without a range so many completed ones, and an open end is yesterday.
    CompletedDays {
        default: i32,
    },
    /// Instants, to the minute; without a range so many completed UTC days, and an open end is now.
    Instants {
        default: i32,
    },
}

impl RangeOf {
    /// Ranges as they are written, for people.
    pub fn forms(self) -> &'static [&'static str] {
        const DAYS: &[&str] = &[
            "last 7d",
            "last 8w",
            "yesterday",
            "this month",
            "on 2026-02",
            "2mo ago",
            "from 2026-02-01 to 2026-02-18",
            "since 2026-02-01",
        ];
        const INSTANTS: &[&str] = &[
            "last 7d",
            "last 24h",
            "last 30m",
            "today",
            "yesterday",
            "this month",
            "on 2026-02",
            "2mo ago",
            "from 2026-02-01 to 2026-02-18",
            "since 2026-02-18T06:00",
        ];
        match self {
            Self::Nothing => &[],
            Self::CompletedDays { .. } => DAYS,
            Self::Instants { .. } => INSTANTS,
        }
    }
}

/// What a row of a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceGrain {
    /// A thing of its own.
    Rows,
    /// There are none before they are put together: a cube wants an aggregate.
    Cube,
    /// Rows of files, whose columns are known once their heads were looked at.
    Files,
}

/// An argument of a source besides its range.
#[derive(Clone, Copy, Debug)]
pub struct ParamDef {
    pub name: &'static str,
    pub doc: &'static str,
    pub required: bool,
    pub form: Form,
    /// How columns are asked for many values of it at once, where that is possible.
    pub several: Option<Several>,
}

/// Columns and values in, what gives the rows of these values out; nothing where it cannot be asked so. Pure.
pub type Several = fn(&[&'static str], &[String], &Facts) -> Option<Offer>;

/// How a value of an argument is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Any,
    /// `openai/gpt-5.2`, with its variant where it has one.
    Model,
    /// One of these.
    Word(&'static [&'static str]),
}

/// A column of a source, and where the answer has it.
#[derive(Clone, Copy, Debug)]
pub struct ColumnDef {
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    pub ty: ColumnType,
    /// The field of the answer that it is read from; dots reach into records.
    pub field: &'static str,
    /// Computed from the whole row rather than read as it is.
    pub compute: Option<fn(&serde_json::Value) -> serde_json::Value>,
    /// Further fields that it is made of. They are added up unless it is computed; a part is never left out of a sum
    /// because it is absent or no number.
    pub parts: &'static [&'static str],
    /// An answer without its fields cannot be used for a query that needs it.
    pub required: bool,
    /// Whether it is shown where nobody names it.
    pub shown: Shown,
    /// How it is had from the cube, for sources that are one.
    pub cubed: Option<Cubed>,
    pub doc: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Always,
    /// It costs further calls, or is one of many: only where it is named.
    OnDemand,
}

/// A type, written as a constant.
#[derive(Clone, Copy, Debug)]
pub enum ColumnType {
    Number(Unit, Class),
    /// A number that is always whole.
    Count(Unit, Class),
    Text,
    Bool,
    Date,
    Time,
    Texts,
    Records(&'static [ColumnDef]),
}

impl ColumnDef {
    pub const fn new(name: &'static str, field: &'static str, ty: ColumnType, doc: &'static str) -> Self {
        Self {
            name,
            aliases: &[],
            ty,
            field,
            compute: None,
            parts: &[],
            required: false,
            shown: Shown::Always,
            cubed: None,
            doc,
        }
    }

    /// Computed rather than read.
    pub const fn from(self, compute: fn(&serde_json::Value) -> serde_json::Value) -> Self {
        Self { compute: Some(compute), ..self }
    }

    /// Made of these fields too: added up, unless it is computed.
    pub const fn with(self, parts: &'static [&'static str]) -> Self {
        Self { parts, ..self }
    }

    /// The field of the answer and its further parts.
    pub fn fields(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.field).chain(self.parts.iter().copied())
    }

    pub const fn alias(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// How it is recomputed, where it is the quotient of two columns.
    fn parts_of_ratio(&self) -> Option<String> {
        match self.cubed? {
            Cubed::Ratio { above, below } => Some(format!("sum({above}) / sum({below})")),
            Cubed::Time | Cubed::Of(_) | Cubed::Metric(_) | Cubed::Distribution(_) | Cubed::LookedUp(_) => None,
        }
    }

    /// Shown only where it is named.
    pub const fn on_demand(self) -> Self {
        Self { shown: Shown::OnDemand, ..self }
    }

    /// Had from the cube so.
    pub const fn cubed(self, cubed: Cubed) -> Self {
        Self { cubed: Some(cubed), ..self }
    }

    /// An answer without the field is an error where a query uses the column.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }
}

impl ColumnType {
    pub fn ty(self) -> Type {
        match self {
            Self::Number(unit, class) | Self::Count(unit, class) => Type::Number(unit, class),
            Self::Text => Type::Text,
            Self::Bool => Type::Bool,
            Self::Date => Type::Date,
            Self::Time => Type::Time,
            Self::Texts => Type::List(Box::new(Type::Text)),
            Self::Records(fields) => {
                let fields = fields.iter().map(|field| (field.name.to_string(), field.ty.ty())).collect();
                Type::List(Box::new(Type::Record(fields)))
            }
        }
    }
}

impl SourceDef {
    pub fn column(&self, name: &str) -> Option<&'static ColumnDef> {
        self.columns.iter().find(|def| def.name == name)
    }

    pub fn schema(&self) -> Schema {
        let column = |def: &ColumnDef| Column {
            aliases: def.aliases,
            doc: def.doc,
            shown: def.shown,
            parts: def.parts_of_ratio(),
            ..Column::new(def.name, def.ty.ty()).role(Role::Plain)
        };
        Schema::new(self.columns.iter().map(column).collect())
    }
}

/// What a stage does.
#[derive(Debug)]
pub struct VerbDef {
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    pub doc: &'static str,
    pub usage: &'static str,
    pub examples: &'static [Example],
    pub takes: Takes,
    /// It may follow `group`, and consumes it.
    pub aggregates: bool,
    /// It looks at each row alone, and may stand before the aggregate that a cube wants.
    pub row_by_row: bool,
    pub lower: fn(&mut dyn Lowering, &Stage, Table) -> Option<Table>,
}

/// What may stand in a stage besides plain items; the checker refuses the rest before the verb sees it.
#[derive(Clone, Copy, Debug)]
pub struct Takes {
    /// Words of clauses, as `by`.
    pub clauses: &'static [&'static str],
    /// `name = …`
    pub names: bool,
    /// `… as name`
    pub aliases: bool,
    /// `… where condition`
    pub conditions: bool,
    /// `"…"` as an item of its own; for other verbs a text with the name of a column is that column, in quotes.
    pub texts: bool,
}

impl Takes {
    pub const ITEMS: Self = Self { clauses: &[], names: false, aliases: false, conditions: false, texts: false };
    pub const TEXT: Self = Self { texts: true, ..Self::ITEMS };
    /// Results that may be named.
    pub const NAMED: Self = Self { names: true, aliases: true, ..Self::ITEMS };
    pub const BY: Self = Self { clauses: &["by"], ..Self::ITEMS };
    pub const AGGREGATES: Self = Self { clauses: &["by"], names: true, aliases: true, conditions: true, texts: false };
}

/// What an expression may call.
#[derive(Debug)]
pub struct FunctionDef {
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    pub doc: &'static str,
    /// An expression without columns and the JSON of its value; for aggregates, a query.
    pub example: Example,
    pub kind: FunctionKind,
}

#[derive(Debug)]
pub enum FunctionKind {
    Scalar {
        /// How it is written: `round(NUMBER, DIGITS)`.
        usage: &'static str,
        params: &'static [Accepts],
        /// So many of the first must be given.
        required: usize,
        /// The last may be repeated.
        repeats: bool,
        build: fn(&[Typed]) -> Built,
    },
    Aggregate {
        op: AggregateOp,
        takes: Argument,
        second: Second,
        result: fn(&Type) -> Type,
        /// The sum of a cost is a cost; all others put their name in front.
        keeps_name: bool,
    },
    /// Of a row and those around it: only with `over`, or where the rows have an order.
    Window { usage: &'static str, op: OverOp, takes: OverTakes },
}

/// What a function that looks at other rows is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverTakes {
    /// Nothing: it counts rows.
    Nothing,
    /// Nothing, and the rows must be ordered by something.
    Order,
    /// A value, and how many rows away it is; one where that is not said.
    ValueAndDistance,
}

impl FunctionDef {
    /// A function of one row that takes all of `params`.
    pub const fn scalar(
        name: &'static str,
        usage: &'static str,
        doc: &'static str,
        example: Example,
        params: &'static [Accepts],
        build: fn(&[Typed]) -> Built,
    ) -> Self {
        let kind = FunctionKind::Scalar { usage, params, required: params.len(), repeats: false, build };
        Self { name, aliases: &[], doc, example, kind }
    }

    /// A function of many rows; it puts its name in front of that of its column.
    pub const fn aggregate(
        name: &'static str,
        doc: &'static str,
        example: Example,
        op: AggregateOp,
        takes: Argument,
        result: fn(&Type) -> Type,
    ) -> Self {
        let kind = FunctionKind::Aggregate { op, takes, second: Second::None, result, keeps_name: false };
        Self { name, aliases: &[], doc, example, kind }
    }

    /// A function of the rows around.
    pub const fn window(
        name: &'static str,
        usage: &'static str,
        doc: &'static str,
        example: Example,
        op: OverOp,
        takes: OverTakes,
    ) -> Self {
        Self { name, aliases: &[], doc, example, kind: FunctionKind::Window { usage, op, takes } }
    }

    pub const fn alias(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// So many of the first arguments are enough, and the last may be repeated or not.
    pub const fn taking(self, least: usize, most: Most) -> Self {
        match self.kind {
            FunctionKind::Scalar { usage, params, build, .. } => {
                let repeats = matches!(most, Most::Any);
                Self { kind: FunctionKind::Scalar { usage, params, required: least, repeats, build }, ..self }
            }
            FunctionKind::Aggregate { .. } | FunctionKind::Window { .. } => self,
        }
    }

    /// How it is written.
    pub fn usage(&self) -> String {
        match self.kind {
            FunctionKind::Scalar { usage, .. } | FunctionKind::Window { usage, .. } => usage.to_string(),
            FunctionKind::Aggregate { second: Second::Weight, .. } => format!("{}(RATE, WEIGHT)", self.name),
            FunctionKind::Aggregate { second: Second::Fraction, .. } => format!("{}(COLUMN, FRACTION)", self.name),
            FunctionKind::Aggregate { takes: Argument::Optional, .. } => format!("{} [COLUMN]", self.name),
            FunctionKind::Aggregate { .. } => format!("{} COLUMN", self.name),
        }
    }

    /// The result keeps the name of its column.
    pub const fn keeping_name(self) -> Self {
        match self.kind {
            FunctionKind::Aggregate { op, takes, second, result, .. } => {
                Self { kind: FunctionKind::Aggregate { op, takes, second, result, keeps_name: true }, ..self }
            }
            FunctionKind::Scalar { .. } | FunctionKind::Window { .. } => self,
        }
    }

    /// It takes a second argument.
    pub const fn and(self, second: Second) -> Self {
        match self.kind {
            FunctionKind::Aggregate { op, takes, result, keeps_name, .. } => {
                Self { kind: FunctionKind::Aggregate { op, takes, second, result, keeps_name }, ..self }
            }
            FunctionKind::Scalar { .. } | FunctionKind::Window { .. } => self,
        }
    }
}

/// How many arguments a function takes at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Most {
    /// One for each parameter.
    Each,
    /// The last parameter again and again.
    Any,
}

/// What a scalar function becomes.
#[derive(Debug)]
pub enum Built {
    Op(ScalarOp, Type),
    /// The instant of the run.
    Now,
    /// The day of the run.
    Today,
    /// Another expression in its place.
    Value(Typed),
    /// What is written out among the arguments does not fit: a pattern, the name of a unit.
    Wrong(Box<Diagnostic>),
}

/// The second argument of an aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Second {
    None,
    /// A written number from 0 to 1: which quantile it is.
    Fraction,
    /// How much each value counts.
    Weight,
}

/// Whether an aggregate looks at a value or just at rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    Optional,
    Needed(Accepts),
}

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    Anything,
    Number,
    /// A literal number: digits, positions.
    Literal,
    Text,
    /// A text that is written out: a pattern, the name of a unit or zone.
    WrittenText,
    TextOrList,
    ListOrRecord,
    Bool,
    /// A date or a time.
    Time,
    /// A date or a time, or the written name of a unit of time: functions of both take the unit at either end.
    TimeOrUnit,
    /// Whatever can be put in order.
    Ordered,
    /// A number or a date or a time or a text, the same kind as the first such argument.
    Alike,
}

impl Example {
    pub const fn new(query: &'static str, shows: &'static str) -> Self {
        Self { query, shows }
    }
}

impl Catalog {
    pub fn source(&self, name: &str) -> Option<&'static SourceDef> {
        self.sources.iter().copied().find(|source| source.name == name)
    }

    pub fn verb(&self, name: &str) -> Option<&'static VerbDef> {
        self.verbs.iter().copied().find(|verb| verb.name == name || verb.aliases.contains(&name))
    }

    pub fn function(&self, name: &str) -> Option<&'static FunctionDef> {
        self.all_functions().find(|function| function.name == name || function.aliases.contains(&name))
    }

    pub fn format(&self, name: &str) -> Option<&'static FormatDef> {
        self.formats.iter().copied().find(|format| format.name == name || format.aliases.contains(&name))
    }

    /// The picture that a format is.
    pub fn picture(&self, format: Option<&str>) -> Option<Picture> {
        match self.format(format?)?.pictures {
            Pictures::Is(picture) => Some(picture),
            Pictures::Never | Pictures::Instead | Pictures::Beside | Pictures::Only => None,
        }
    }

    /// The format that files with this ending have.
    pub fn format_of_file(&self, path: &str) -> Option<&'static FormatDef> {
        let (_, extension) = path.rsplit_once('.')?;
        let extension = extension.to_ascii_lowercase();
        self.formats.iter().copied().find(|format| format.extension == Some(extension.as_str()))
    }

    pub fn all_functions(&self) -> impl Iterator<Item = &'static FunctionDef> {
        self.functions.iter().copied().flatten()
    }

    /// Functions that put rows together; each is also a verb.
    pub fn aggregates(&self) -> impl Iterator<Item = &'static FunctionDef> {
        self.all_functions().filter(|function| matches!(function.kind, FunctionKind::Aggregate { .. }))
    }

    /// What can stand first in a stage.
    pub fn nearest_verbs(&self, name: &str) -> Vec<String> {
        let verbs = self.verbs.iter().map(|verb| verb.name);
        suggest::nearest(name, verbs.chain(self.aggregates().map(|function| function.name)))
    }
}
