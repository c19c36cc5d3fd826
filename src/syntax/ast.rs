//! The tree that a text becomes. Spans are kept everywhere; names are not yet looked up.

use crate::span::{Span, Spanned};

/// A name as it was written, backticks removed.
pub type Ident = Spanned<String>;

/// A whole text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    pub statements: Vec<Statement>,
    pub comments: Vec<Comment>,
    /// Names whose definitions do not fit: what uses one of them is not wrong itself.
    pub lost: Vec<String>,
}

/// A comment, `#` included, line end not.
#[derive(Clone, Debug, PartialEq)]
pub struct Comment {
    pub text: String,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub kind: StatementKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    Param {
        name: Ident,
        ty: Ident,
        default: Option<Spanned<Default>>,
        doc: Option<Spanned<String>>,
    },
    Const {
        name: Ident,
        value: Expr,
    },
    Fn {
        name: Ident,
        params: Vec<Ident>,
        body: Expr,
    },
    Let {
        name: Ident,
        pipeline: Pipeline,
    },
    Use {
        path: Spanned<String>,
    },
    Explain(Pipeline),
    /// `| …` at the start of a text: goes on from the last result.
    Resume(Vec<Stage>),
    Query(Pipeline),
}

/// The default of a `param`, which is text until its type is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Default {
    Text(String),
    Bare(String),
    List(Vec<Expr>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    pub source: Source,
    pub stages: Vec<Stage>,
    pub rest: Rest,
    pub span: Span,
}

/// What follows the stages that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Nothing: they are all.
    Whole,
    /// A stage that does not fit, and all behind it.
    Cut,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    Named { name: Ident, arguments: Vec<Argument> },
    Nested(Box<Pipeline>),
}

/// `last`, `7d`, `group_by=workspace`, `"a file"`, `@since`.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    pub name: Option<Ident>,
    pub value: ArgumentValue,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ArgumentValue {
    Text(String),
    Param(String),
    Bare(String),
}

/// A verb and what it was given.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    pub word: Ident,
    /// `count as n`: a tail that belongs to the verb itself.
    pub tail: Tail,
    /// The verb stands alone, and the items after its comma are not its arguments: `count, sum cost`.
    pub alone: bool,
    pub items: Vec<Item>,
    pub clauses: Vec<Clause>,
    pub calls: Calls,
    pub span: Span,
}

/// How the expressions of a stage call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// `f(x)` anywhere, `f x` as a whole item.
    Plain,
    /// `f x` among operators, as in `sum cost / sum tokens`: never right; the checker says what to write.
    Loose,
}

/// `by …`, `on …`, `per …`; in `over (…)` also `sort`, `rows`, `range`.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    pub word: Ident,
    pub items: Vec<Item>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// `name = …`
    pub name: Option<Ident>,
    pub value: Expr,
    pub tail: Tail,
    pub span: Span,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tail {
    pub condition: Option<Expr>,
    pub alias: Option<Ident>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    /// `YYYY-MM-DD`, with or without a time, as written.
    Date(String),
    /// `7d`: the unit is a name that is looked up.
    Quantity(f64, String),
    /// A column, or a path into one.
    Name(String),
    Param(String),
    Call(Call),
    Unary(UnaryOp, Box<Expr>),
    Binary(BinaryOp, Span, Box<Expr>, Box<Expr>),
    IsNull {
        value: Box<Expr>,
        negated: bool,
    },
    /// `(a, b)` or `[a, b]`.
    List(Vec<Expr>),
    /// `(pipeline)` where a value or a table stands.
    Pipeline(Box<Pipeline>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub name: Ident,
    pub arguments: Vec<Expr>,
    /// `p95 latency` rather than `p95(latency)`.
    pub as_word: bool,
    pub over: Option<Vec<Clause>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    Negate,
    Not,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    Or,
    And,
    Equal,
    /// A single `=`, which means `==` where only a condition can stand.
    Assign,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Matches,
    NotMatches,
    In,
    NotIn,
    Contains,
    StartsWith,
    EndsWith,
    Range,
    Coalesce,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl BinaryOp {
    /// All operators, in their one form.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::Or, "or"),
        (Self::And, "and"),
        (Self::Equal, "=="),
        (Self::Assign, "="),
        (Self::NotEqual, "!="),
        (Self::Less, "<"),
        (Self::LessEqual, "<="),
        (Self::Greater, ">"),
        (Self::GreaterEqual, ">="),
        (Self::Matches, "~"),
        (Self::NotMatches, "!~"),
        (Self::In, "in"),
        (Self::NotIn, "not in"),
        (Self::Contains, "contains"),
        (Self::StartsWith, "starts_with"),
        (Self::EndsWith, "ends_with"),
        (Self::Range, ".."),
        (Self::Coalesce, "??"),
        (Self::Add, "+"),
        (Self::Subtract, "-"),
        (Self::Multiply, "*"),
        (Self::Divide, "/"),
        (Self::Remainder, "%"),
    ];

    pub fn text(self) -> &'static str {
        Self::ALL.iter().find(|(op, _)| *op == self).map_or("", |(_, text)| text)
    }

    /// Higher binds tighter. Comparisons do not chain.
    pub fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal
            | Self::Assign
            | Self::NotEqual
            | Self::Less
            | Self::LessEqual
            | Self::Greater
            | Self::GreaterEqual
            | Self::Matches
            | Self::NotMatches
            | Self::In
            | Self::NotIn
            | Self::Contains
            | Self::StartsWith
            | Self::EndsWith => COMPARISON,
            Self::Range => 5,
            Self::Coalesce => 6,
            Self::Add | Self::Subtract => 7,
            Self::Multiply | Self::Divide | Self::Remainder => 8,
        }
    }

    pub fn is_comparison(self) -> bool {
        self.precedence() == COMPARISON
    }
}

/// `not` binds between `and` and the comparisons.
pub const NOT: u8 = 3;
const COMPARISON: u8 = 4;
/// A unary minus binds tighter than every operator.
pub const NEGATE: u8 = 9;
