//! Expressions after the check: every name is resolved and every node has a type.

use super::value::Value;
use crate::span::Span;
use crate::types::Type;

#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    pub node: Node,
    pub ty: Type,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Literal(Value),
    Column(String),
    /// A field of a record.
    Field(Box<Typed>, String),
    Scalar(ScalarOp, Vec<Typed>),
    Aggregate(Box<Aggregate>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    pub op: AggregateOp,
    /// `count` has none.
    pub argument: Option<Typed>,
    /// `sum cost where …`: only these rows.
    pub condition: Option<Typed>,
}

/// The closed set of aggregates; nulls are skipped by all of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AggregateOp {
    /// The sum of no rows is 0, of nothing but nulls is null.
    Sum,
    Average,
    Least,
    Greatest,
    /// Rows, or values that are not null.
    Count,
    CountDistinct,
    /// Interpolated linearly, 0 to 1.
    Quantile(f64),
    First,
    Last,
    /// The standard deviation of a sample; of one value null.
    Deviation,
    /// All values, in the order of the rows; of nothing an empty list.
    List,
    /// The one value of the group; there must not be two. What a cube has put together already.
    Only,
}

/// The closed set of operations on values of one row. Nulls in, null out, but for those that say otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarOp {
    /// Three-valued logic: `false and null` is false.
    And,
    Or,
    Not,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    /// The first is one of the others.
    In,
    /// From the second to the third, both included.
    Between,
    /// A regular expression, unanchored.
    Matches,
    /// A text in a text, an element in a list.
    Contains,
    StartsWith,
    EndsWith,
    /// Never null.
    IsNull,
    /// The first that is not null.
    Coalesce,
    /// Condition, value, condition, value, …, else.
    Choose,
    Negate,
    Add,
    Subtract,
    Multiply,
    /// `x / 0` is null.
    Divide,
    Remainder,
    Absolute,
    /// To so many digits, halves away from zero.
    Round,
    Floor,
    Ceiling,
    SquareRoot,
    /// The natural logarithm; of nothing positive it is null.
    Logarithm,
    Lowercase,
    Uppercase,
    Trim,
    /// Characters of a text, elements of a list.
    Length,
    /// From a position counted from 0, so many characters.
    Substring,
    /// Plain text for plain text, everywhere.
    Replace,
    /// Values as text, one after the other; a null is empty.
    Concat,
    /// The start of the unit that a time lies in.
    Start(TimeUnit),
    HourOfDay,
    /// Monday is 1.
    Weekday,
    /// A date or time, and months.
    AddMonths,
    /// A date or time, and milliseconds.
    AddMillis,
    /// Milliseconds between two times.
    MillisBetween,
    /// What the clock of a zone shows at a time; the second is the name of the zone. A time again, for units of the
    /// calendar to be taken of.
    OnTheWall,
    /// The time at which the clock of a zone shows a day or time; the second is the name of the zone.
    FromTheWall,
    /// What no operator and no clause of the language needs.
    Function(FunctionOp),
}

/// The operations behind functions that are nothing else. Nulls in, null out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionOp {
    Least,
    Greatest,
    /// A value, the least and the greatest that it may be.
    Clamp,
    /// Of the first, to the base of the second.
    LogarithmTo,
    /// The texts between those places where another text stands.
    Split,
    /// A number as text, with so many decimals.
    Decimals(u8),
    /// An element of a list, counted from 0, or backwards from -1; null where there is none.
    Element,
    /// A date or time as a text of this pattern.
    FormatTime,
    /// A text of this pattern as a date; null where it has none of it.
    ParseDay,
    /// A text of this pattern as a time; it says what a clock shows, and not where.
    ParseTime,
    /// A text of this pattern, which says how far from UTC its clock is, as a time.
    ParseInstant,
    /// How often a unit begins after the first time, up to the second.
    UnitsBetween(TimeUnit),
    /// A date or time, and a number of spans of so many months; null where that number is not whole.
    AddSpans(i32),
    /// What the clock of a zone that the query names shows, whatever the zone of the run.
    InZone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TimeUnit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl TimeUnit {
    /// Finest first, each with its name.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::Minute, "minute"),
        (Self::Hour, "hour"),
        (Self::Day, "day"),
        (Self::Week, "week"),
        (Self::Month, "month"),
        (Self::Quarter, "quarter"),
        (Self::Year, "year"),
    ];

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(unit, _)| *unit)
    }

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(unit, _)| *unit == self).map_or("", |(_, name)| name)
    }
}

impl Typed {
    pub fn literal(value: Value, ty: Type, span: Span) -> Self {
        Self { node: Node::Literal(value), ty, span }
    }

    pub fn column(name: impl Into<String>, ty: Type, span: Span) -> Self {
        Self { node: Node::Column(name.into()), ty, span }
    }

    pub fn scalar(op: ScalarOp, arguments: Vec<Typed>, ty: Type, span: Span) -> Self {
        Self { node: Node::Scalar(op, arguments), ty, span }
    }

    /// Visits this expression and all below it.
    pub fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Typed)) {
        see(self);
        match &self.node {
            Node::Literal(_) | Node::Column(_) => {}
            Node::Field(record, _) => record.visit(see),
            Node::Scalar(_, arguments) => arguments.iter().for_each(|argument| argument.visit(see)),
            Node::Aggregate(aggregate) => {
                aggregate.argument.iter().chain(&aggregate.condition).for_each(|part| part.visit(see));
            }
        }
    }

    /// The same expression with all of it standing at one place.
    pub fn placed(self, span: Span) -> Self {
        let node = match self.node {
            Node::Literal(_) | Node::Column(_) => self.node,
            Node::Field(record, name) => Node::Field(Box::new(record.placed(span)), name),
            Node::Scalar(op, arguments) => Node::Scalar(op, arguments.into_iter().map(|a| a.placed(span)).collect()),
            Node::Aggregate(aggregate) => Node::Aggregate(Box::new(Aggregate {
                op: aggregate.op,
                argument: aggregate.argument.map(|argument| argument.placed(span)),
                condition: aggregate.condition.map(|condition| condition.placed(span)),
            })),
        };
        Self { node, ty: self.ty, span }
    }

    pub fn has_aggregate(&self) -> bool {
        let mut found = false;
        self.visit(&mut |part| found |= matches!(part.node, Node::Aggregate(_)));
        found
    }

    /// The columns it reads.
    pub fn columns(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.visit(&mut |part| {
            if let Node::Column(name) = &part.node {
                names.push(name.as_str());
            }
        });
        names
    }

    /// How a quotient of additive columns is recomputed from its parts: `sum(cost) / sum(tokens) * 1e6`.
    pub fn parts(&self) -> Option<String> {
        let Node::Scalar(op, arguments) = &self.node else { return None };
        let [left, right] = arguments.as_slice() else { return None };
        match (op, &left.node, &right.node) {
            (ScalarOp::Divide, Node::Column(above), Node::Column(below)) => {
                Some(format!("sum({above}) / sum({below})"))
            }
            (ScalarOp::Multiply | ScalarOp::Divide, _, Node::Literal(value)) => {
                let sign = if *op == ScalarOp::Multiply { '*' } else { '/' };
                Some(format!("{} {sign} {}", left.parts()?, value.number()?))
            }
            _ => None,
        }
    }
}
