//! The closed primitives that every pipeline is lowered to. Routing, execution and explanation match on all of them.

use super::catalog::{Picture, SourceDef, SourceGrain};
use super::expr::Typed;
use super::files::ReadFiles;
use super::over::Over;
use super::reshape::{Fill, Pivot, Unpivot};
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
    /// The rows of the last result of the prompt.
    Last(Last),
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
    /// Further columns, each made of rows around; the rows stay as they are.
    Window {
        input: Box<Rel>,
        columns: Vec<Over>,
    },
    /// The rows of all, one after the other; each has the same columns in the same order.
    Union {
        inputs: Vec<Rel>,
    },
    Pivot {
        input: Box<Rel>,
        pivot: Pivot,
    },
    Unpivot {
        input: Box<Rel>,
        unpivot: Unpivot,
    },
    Fill {
        input: Box<Rel>,
        fill: Fill,
    },
    /// So many rows by chance, in the order they have; the same ones for the same seed.
    Sample {
        input: Box<Rel>,
        rows: usize,
        seed: u64,
    },
    /// A row for each of these columns, with what there is to say of its values.
    Describe {
        input: Box<Rel>,
        columns: Vec<(String, Type)>,
    },
    /// Passes the rows on, if the condition holds for each of them.
    Assert {
        input: Box<Rel>,
        assert: Assert,
    },
    /// Writes the rows to a file and passes them on.
    Save {
        input: Box<Rel>,
        file: SaveTo,
        schema: Schema,
    },
}

/// What is known of the last result without looking at its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Last {
    pub schema: Schema,
    pub rows: usize,
    /// They have an order that means something.
    pub ordered: bool,
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
    /// Each pair of rows that match, and each row of the right that matches none, with nulls.
    Right,
    /// Those, and each row of the left that matches none.
    Full,
    /// Each row of the left with each of the right.
    Cross,
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
    /// Both sides call it alike, and one column of the two stays.
    pub shared: bool,
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
    /// What the query had called itself by then; nothing where it had not.
    pub title: String,
    /// How it wanted to be seen.
    pub picture: Option<Picture>,
    pub span: Span,
}

/// What must hold for every row.
#[derive(Clone, Debug, PartialEq)]
pub struct Assert {
    pub condition: Typed,
    /// What to say where it does not.
    pub message: String,
    /// Columns to show of the rows that fail.
    pub shown: Vec<(String, Type)>,
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
    /// The range was asked for by the calendar: so many months.
    pub months: Option<i32>,
    pub values: Vec<(&'static str, String)>,
}

impl Scan {
    /// The same rows, wherever it stands in the text.
    pub fn asks_the_same(&self, other: &Self) -> bool {
        // However it was asked for.
        let asked = |scan: &Self| SourceArguments { months: None, ..scan.arguments.clone() };
        self.source == other.source && asked(self) == asked(other)
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
            Self::Right => "right_join",
            Self::Full => "full_join",
            Self::Cross => "cross_join",
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
            Self::Scan(_) | Self::Read(_) | Self::Constant { .. } | Self::Last(_) => vec![],
            Self::Filter { input, .. }
            | Self::Project { input, .. }
            | Self::Aggregate { input, .. }
            | Self::Sort { input, .. }
            | Self::Limit { input, .. }
            | Self::Unnest { input, .. }
            | Self::LookupJoin { input, .. }
            | Self::Window { input, .. }
            | Self::Pivot { input, .. }
            | Self::Unpivot { input, .. }
            | Self::Fill { input, .. }
            | Self::Sample { input, .. }
            | Self::Describe { input, .. }
            | Self::Assert { input, .. }
            | Self::Save { input, .. } => vec![input],
            Self::Join { left, right, .. } => vec![left, right],
            Self::Union { inputs } => inputs.iter().collect(),
        }
    }

    /// The same primitive over what is made of each of its inputs.
    pub fn over_inputs(self, made: &mut impl FnMut(Rel) -> Rel) -> Self {
        match self {
            Self::Scan(_) | Self::Read(_) | Self::Constant { .. } | Self::Last(_) => self,
            Self::Filter { input, condition } => Self::Filter { input: boxed(*input, made), condition },
            Self::Project { input, columns } => Self::Project { input: boxed(*input, made), columns },
            Self::Aggregate { input, keys, aggregates } => {
                Self::Aggregate { input: boxed(*input, made), keys, aggregates }
            }
            Self::Sort { input, by } => Self::Sort { input: boxed(*input, made), by },
            Self::Limit { input, skip, take } => Self::Limit { input: boxed(*input, made), skip, take },
            Self::Unnest { input, column, fields } => Self::Unnest { input: boxed(*input, made), column, fields },
            Self::Join { left, right, kind, on, added, span } => {
                Self::Join { left: boxed(*left, made), right: boxed(*right, made), kind, on, added, span }
            }
            Self::LookupJoin { input, source, parameter, key, kind, added, slot, span } => {
                Self::LookupJoin { input: boxed(*input, made), source, parameter, key, kind, added, slot, span }
            }
            Self::Window { input, columns } => Self::Window { input: boxed(*input, made), columns },
            Self::Union { inputs } => Self::Union { inputs: inputs.into_iter().map(made).collect() },
            Self::Pivot { input, pivot } => Self::Pivot { input: boxed(*input, made), pivot },
            Self::Unpivot { input, unpivot } => Self::Unpivot { input: boxed(*input, made), unpivot },
            Self::Fill { input, fill } => Self::Fill { input: boxed(*input, made), fill },
            Self::Sample { input, rows, seed } => Self::Sample { input: boxed(*input, made), rows, seed },
            Self::Describe { input, columns } => Self::Describe { input: boxed(*input, made), columns },
            Self::Assert { input, assert } => Self::Assert { input: boxed(*input, made), assert },
            Self::Save { input, file, schema } => Self::Save { input: boxed(*input, made), file, schema },
        }
    }

    /// The cube whose requests are not put together yet.
    pub fn cube(&self) -> Option<&Scan> {
        match self {
            Self::Scan(scan) => (scan.source.grain == SourceGrain::Cube).then_some(scan),
            Self::Filter { input, .. } | Self::Project { input, .. } => input.cube(),
            // Whether a value is among those of a table; other joins want rows of their left side.
            Self::Join { left, kind: JoinKind::Left, .. } => left.cube(),
            // A cube beside others is as much one as alone.
            Self::Union { inputs } => inputs.iter().find_map(Self::cube),
            Self::Constant { .. }
            | Self::Last(_)
            | Self::Read(_)
            | Self::Aggregate { .. }
            | Self::Sort { .. }
            | Self::Limit { .. }
            | Self::Unnest { .. }
            | Self::Join { .. }
            | Self::LookupJoin { .. }
            | Self::Window { .. }
            | Self::Pivot { .. }
            | Self::Unpivot { .. }
            | Self::Fill { .. }
            | Self::Sample { .. }
            | Self::Describe { .. }
            | Self::Assert { .. }
            | Self::Save { .. } => None,
        }
    }

    /// The rows have an order that means something.
    pub fn is_ordered(&self) -> bool {
        match self {
            Self::Sort { .. } => true,
            Self::Filter { input, .. }
            | Self::Project { input, .. }
            | Self::Limit { input, .. }
            | Self::Window { input, .. }
            | Self::Sample { input, .. }
            | Self::Assert { input, .. }
            | Self::LookupJoin { input, .. }
            | Self::Unnest { input, .. }
            | Self::Save { input, .. } => input.is_ordered(),
            Self::Join { left, kind, .. } => match kind {
                JoinKind::Inner | JoinKind::Left | JoinKind::Semi | JoinKind::Anti | JoinKind::Cross => {
                    left.is_ordered()
                }
                // By the right side, or by none.
                JoinKind::Right | JoinKind::Full => false,
            },
            // As they stand in the file.
            Self::Read(_) => true,
            // By their keys.
            Self::Pivot { .. } | Self::Fill { .. } => true,
            Self::Last(last) => last.ordered,
            Self::Scan(_)
            | Self::Constant { .. }
            | Self::Aggregate { .. }
            | Self::Union { .. }
            | Self::Unpivot { .. }
            | Self::Describe { .. } => false,
        }
    }

    /// The expressions of the primitive itself.
    pub fn own_values(&self) -> Vec<&Typed> {
        match self {
            Self::Filter { condition, .. } => vec![condition],
            Self::Project { columns, .. } => columns.iter().map(|named| &named.value).collect(),
            Self::Aggregate { keys, aggregates, .. } => {
                keys.iter().chain(aggregates).map(|named| &named.value).collect()
            }
            Self::Sort { by, .. } => by.iter().map(|key| &key.value).collect(),
            Self::Window { columns, .. } => columns.iter().flat_map(Over::values).collect(),
            Self::Assert { assert, .. } => vec![&assert.condition],
            Self::Scan(_)
            | Self::Read(_)
            | Self::Constant { .. }
            | Self::Last(_)
            | Self::Limit { .. }
            | Self::Unnest { .. }
            | Self::Join { .. }
            | Self::LookupJoin { .. }
            | Self::Union { .. }
            | Self::Pivot { .. }
            | Self::Unpivot { .. }
            | Self::Fill { .. }
            | Self::Sample { .. }
            | Self::Describe { .. }
            | Self::Save { .. } => vec![],
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
        self.with_own_values(made).over_inputs(&mut |input| input.with_values(made))
    }

    /// The same primitive with something made of its own expressions.
    fn with_own_values(self, made: &impl Fn(Typed) -> Typed) -> Self {
        let all = |columns: Vec<Named>| {
            columns.into_iter().map(|named| Named { value: made(named.value), ..named }).collect::<Vec<_>>()
        };
        match self {
            Self::Filter { input, condition } => Self::Filter { input, condition: made(condition) },
            Self::Project { input, columns } => Self::Project { input, columns: all(columns) },
            Self::Aggregate { input, keys, aggregates } => {
                Self::Aggregate { input, keys: all(keys), aggregates: all(aggregates) }
            }
            Self::Sort { input, by } => {
                let by = by.into_iter().map(|key| SortKey { value: made(key.value), ..key }).collect();
                Self::Sort { input, by }
            }
            Self::Window { input, columns } => {
                Self::Window { input, columns: columns.into_iter().map(|over| over.with_values(made)).collect() }
            }
            Self::Assert { input, assert } => {
                let condition = made(assert.condition);
                Self::Assert { input, assert: Assert { condition, ..assert } }
            }
            Self::Scan(_)
            | Self::Read(_)
            | Self::Constant { .. }
            | Self::Last(_)
            | Self::Limit { .. }
            | Self::Unnest { .. }
            | Self::Join { .. }
            | Self::LookupJoin { .. }
            | Self::Union { .. }
            | Self::Pivot { .. }
            | Self::Unpivot { .. }
            | Self::Fill { .. }
            | Self::Sample { .. }
            | Self::Describe { .. }
            | Self::Save { .. } => self,
        }
    }

    /// The same plan with all of it standing at one place: the text that it came from is gone.
    pub fn placed(self, at: Span) -> Self {
        let own = match self.with_own_values(&|value| value.placed(at)) {
            Self::Scan(scan) => Self::Scan(Scan { span: at, ..scan }),
            Self::Read(files) => Self::Read(ReadFiles { span: at, ..files }),
            Self::Join { left, right, kind, on, added, .. } => Self::Join { left, right, kind, on, added, span: at },
            Self::LookupJoin { input, source, parameter, key, kind, added, slot, .. } => {
                Self::LookupJoin { input, source, parameter, key, kind, added, slot, span: at }
            }
            Self::Window { input, columns } => {
                Self::Window { input, columns: columns.into_iter().map(|over| Over { span: at, ..over }).collect() }
            }
            Self::Assert { input, assert } => Self::Assert { input, assert: Assert { span: at, ..assert } },
            Self::Save { input, file, schema } => Self::Save { input, file: SaveTo { span: at, ..file }, schema },
            own @ (Self::Constant { .. }
            | Self::Last(_)
            | Self::Filter { .. }
            | Self::Project { .. }
            | Self::Aggregate { .. }
            | Self::Sort { .. }
            | Self::Limit { .. }
            | Self::Unnest { .. }
            | Self::Union { .. }
            | Self::Pivot { .. }
            | Self::Unpivot { .. }
            | Self::Fill { .. }
            | Self::Sample { .. }
            | Self::Describe { .. }) => own,
        };
        own.over_inputs(&mut |input| input.placed(at))
    }
}

fn boxed(input: Rel, made: &mut impl FnMut(Rel) -> Rel) -> Box<Rel> {
    Box::new(made(input))
}
