//! The closed primitives that every pipeline is lowered to. Routing, execution and explanation match on all of them.

use super::catalog::{SourceDef, SourceGrain};
use super::expr::Typed;
use super::files::ReadFiles;
use super::schema::Schema;
use super::value::Value;
use super::window::{Days, Window};
use crate::span::Span;
use crate::types::Type;

#[derive(Clone, Debug, PartialEq)]
pub enum Rel {
    Scan(Scan),
    /// Rows of local files.
    Read(ReadFiles),
    /// Rows known without asking anybody.
    Constant {
        schema: Schema,
        rows: Vec<Vec<Value>>,
    },
    Filter {
        input: Box<Rel>,
        condition: Typed,
    },
    /// These columns, in this order, each from columns of the input.
    Project {
        input: Box<Rel>,
        columns: Vec<Named>,
    },
    /// One row for each group, in any order; one row in all where there are no keys.
    Aggregate {
        input: Box<Rel>,
        keys: Vec<Named>,
        aggregates: Vec<Named>,
    },
    /// Stable; nulls last.
    Sort {
        input: Box<Rel>,
        by: Vec<SortKey>,
    },
    Limit {
        input: Box<Rel>,
        skip: usize,
        take: Option<usize>,
    },
    /// A row for each element of a list; the fields of records become columns.
    Unnest {
        input: Box<Rel>,
        column: String,
        fields: Vec<(String, String)>,
    },
    /// Rows of two tables put together where their keys are equal, in the order of the left; a null equals nothing.
    Join {
        left: Box<Rel>,
        right: Box<Rel>,
        kind: JoinKind,
        on: Vec<Pair>,
        /// Columns of the right that are added.
        added: Vec<Added>,
        span: Span,
    },
    /// A join with a source that is asked for each key: only those rows are fetched.
    LookupJoin {
        input: Box<Rel>,
        source: &'static SourceDef,
        /// The argument of the source that the key becomes, and the column of that name.
        parameter: &'static str,
        /// The column of the input.
        key: String,
        kind: LookupKind,
        added: Vec<Added>,
        /// Which look-up join of the plan it is; given when the plan is pruned.
        slot: usize,
        span: Span,
    },
    /// Writes the rows to a file and passes them on.
    Save {
        input: Box<Rel>,
        file: SaveTo,
        schema: Schema,
    },
}

/// Which rows a join gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinKind {
    /// Each pair of rows that match.
    Inner,
    /// Those, and each row of the left that matches none, with nulls.
    Left,
    /// Rows of the left that match some.
    Semi,
    /// Rows of the left that match none.
    Anti,
}

/// Which rows a look-up join gives: the same as a join of that kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupKind {
    Inner,
    Left,
}

/// A column of each side: they are equal in rows that match.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    pub left: String,
    pub right: String,
    /// The type that both fit.
    pub ty: Type,
}

/// A column of the right side, and what it is called in the result.
#[derive(Clone, Debug, PartialEq)]
pub struct Added {
    pub column: String,
    pub shown: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub name: String,
    pub value: Typed,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SortKey {
    pub value: Typed,
    pub descending: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SaveTo {
    pub path: String,
    pub format: &'static str,
    pub span: Span,
}

/// A source and what it was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    pub source: &'static SourceDef,
    pub arguments: SourceArguments,
    /// Which scan of the plan it is; given when the plan is pruned.
    pub slot: usize,
    pub span: Span,
}

/// The arguments of a source, understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceArguments {
    /// Whole days, of the zone of the run, for sources that have a range of them.
    pub days: Option<Days>,
    /// For sources that have a range of instants.
    pub window: Option<Window>,
    pub values: Vec<(&'static str, String)>,
}

impl Scan {
    /// The same rows, wherever it stands in the text.
    pub fn asks_the_same(&self, other: &Self) -> bool {
        self.source == other.source && self.arguments == other.arguments
    }
}

impl JoinKind {
    /// The verb that it is written with.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Inner => "join",
            Self::Left => "left_join",
            Self::Semi => "semi_join",
            Self::Anti => "anti_join",
        }
    }
}

impl From<LookupKind> for JoinKind {
    fn from(kind: LookupKind) -> Self {
        match kind {
            LookupKind::Inner => Self::Inner,
            LookupKind::Left => Self::Left,
        }
    }
}

impl SourceArguments {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

impl Rel {
    pub fn inputs(&self) -> Vec<&Rel> {
        match self {
            Self::Scan(_) | Self::Read(_) | Self::Constant { .. } => vec![],
            Self::Filter { input, .. }
            | Self::Project { input, .. }
            | Self::Aggregate { input, .. }
            | Self::Sort { input, .. }
            | Self::Limit { input, .. }
            | Self::Unnest { input, .. }
            | Self::LookupJoin { input, .. }
            | Self::Save { input, .. } => vec![input],
            Self::Join { left, right, .. } => vec![left, right],
        }
    }

    /// The cube whose requests are not put together yet.
    pub fn cube(&self) -> Option<&Scan> {
        match self {
            Self::Scan(scan) => (scan.source.grain == SourceGrain::Cube).then_some(scan),
            Self::Filter { input, .. } | Self::Project { input, .. } => input.cube(),
            Self::Read(_)
            | Self::Constant { .. }
            | Self::Aggregate { .. }
            | Self::Sort { .. }
            | Self::Limit { .. }
            | Self::Unnest { .. }
            | Self::Join { .. }
            | Self::LookupJoin { .. }
            | Self::Save { .. } => None,
        }
    }

    /// Of how many primitives it is made.
    pub fn size(&self) -> usize {
        let (mut size, mut open) = (0, vec![self]);
        while let Some(rel) = open.pop() {
            size += 1;
            open.extend(rel.inputs());
        }
        size
    }

    /// Some rows are written to a file on the way.
    pub fn saves(&self) -> bool {
        matches!(self, Self::Save { .. }) || self.inputs().iter().any(|input| input.saves())
    }

    /// The same plan with something made of each of its expressions.
    pub fn with_values(self, made: &impl Fn(Typed) -> Typed) -> Self {
        let below = |input: Box<Self>| Box::new(input.with_values(made));
        let all = |columns: Vec<Named>| {
            columns.into_iter().map(|named| Named { value: made(named.value), ..named }).collect::<Vec<_>>()
        };
        match self {
            Self::Scan(_) | Self::Read(_) | Self::Constant { .. } => self,
            Self::Filter { input, condition } => Self::Filter { input: below(input), condition: made(condition) },
            Self::Project { input, columns } => Self::Project { input: below(input), columns: all(columns) },
            Self::Aggregate { input, keys, aggregates } => {
                Self::Aggregate { input: below(input), keys: all(keys), aggregates: all(aggregates) }
            }
            Self::Sort { input, by } => {
                let by = by.into_iter().map(|key| SortKey { value: made(key.value), ..key }).collect();
                Self::Sort { input: below(input), by }
            }
            Self::Limit { input, skip, take } => Self::Limit { input: below(input), skip, take },
            Self::Unnest { input, column, fields } => Self::Unnest { input: below(input), column, fields },
            Self::Join { left, right, kind, on, added, span } => {
                Self::Join { left: below(left), right: below(right), kind, on, added, span }
            }
            Self::LookupJoin { input, source, parameter, key, kind, added, span, slot } => {
                Self::LookupJoin { input: below(input), source, parameter, key, kind, added, span, slot }
            }
            Self::Save { input, file, schema } => Self::Save { input: below(input), file, schema },
        }
    }

    /// The same plan with all of it standing at one place: the text that it came from is gone.
    pub fn placed(self, span: Span) -> Self {
        let below = |input: Box<Self>| Box::new(input.placed(span));
        match self {
            Self::Scan(scan) => Self::Scan(Scan { span, ..scan }),
            Self::Read(files) => Self::Read(ReadFiles { span, ..files }),
            Self::Constant { .. } => self,
            Self::Filter { input, condition } => {
                Self::Filter { input: below(input), condition: condition.placed(span) }
            }
            Self::Project { input, columns } => Self::Project { input: below(input), columns: placed(columns, span) },
            Self::Aggregate { input, keys, aggregates } => {
                Self::Aggregate { input: below(input), keys: placed(keys, span), aggregates: placed(aggregates, span) }
            }
            Self::Sort { input, by } => {
                let by = by.into_iter().map(|key| SortKey { value: key.value.placed(span), ..key }).collect();
                Self::Sort { input: below(input), by }
            }
            Self::Limit { input, skip, take } => Self::Limit { input: below(input), skip, take },
            Self::Unnest { input, column, fields } => Self::Unnest { input: below(input), column, fields },
            Self::Join { left, right, kind, on, added, .. } => {
                Self::Join { left: below(left), right: below(right), kind, on, added, span }
            }
            Self::LookupJoin { input, source, parameter, key, kind, added, slot, .. } => {
                Self::LookupJoin { input: below(input), source, parameter, key, kind, added, slot, span }
            }
            Self::Save { input, file, schema } => {
                Self::Save { input: below(input), file: SaveTo { span, ..file }, schema }
            }
        }
    }
}

fn placed(columns: Vec<Named>, span: Span) -> Vec<Named> {
    columns.into_iter().map(|named| Named { value: named.value.placed(span), ..named }).collect()
}
