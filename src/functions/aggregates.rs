//! Aggregates: many rows in, one value out. Nulls are skipped.

use crate::model::catalog::{Accepts, Argument, Example, FunctionDef, FunctionKind};
use crate::model::expr::AggregateOp;
use crate::types::{Class, Type, Unit};

pub const ROWS: &[FunctionDef] = &[
    FunctionDef {
        name: "sum",
        aliases: &[],
        doc: "The sum; of no rows 0, of nothing but nulls null. It keeps the name of its column",
        usage: "sum COLUMN",
        example: Example {
            query: "activity last 7d | group provider | sum cost, tokens",
            shows: "spend and tokens of each",
        },
        kind: FunctionKind::Aggregate {
            op: AggregateOp::Sum,
            takes: Argument::Needed(Accepts::Number),
            result: Type::clone,
            keeps_name: true,
        },
    },
    FunctionDef {
        name: "avg",
        aliases: &["mean", "average"],
        doc: "The mean of the rows",
        usage: "avg COLUMN",
        example: Example { query: "activity last 7d | avg cost", shows: "the mean cost of a row" },
        kind: FunctionKind::Aggregate {
            op: AggregateOp::Average,
            takes: Argument::Needed(Accepts::Number),
            result: holistic,
            keeps_name: false,
        },
    },
    FunctionDef {
        name: "min",
        aliases: &[],
        doc: "The least value",
        usage: "min COLUMN",
        example: Example { query: "activity last 7d | min date, max date", shows: "the first and the last day" },
        kind: FunctionKind::Aggregate {
            op: AggregateOp::Least,
            takes: Argument::Needed(Accepts::Ordered),
            result: holistic,
            keeps_name: false,
        },
    },
    FunctionDef {
        name: "max",
        aliases: &[],
        doc: "The greatest value",
        usage: "max COLUMN",
        example: Example { query: "activity last 7d | group model | max cost", shows: "the dearest row of each" },
        kind: FunctionKind::Aggregate {
            op: AggregateOp::Greatest,
            takes: Argument::Needed(Accepts::Ordered),
            result: holistic,
            keeps_name: false,
        },
    },
    FunctionDef {
        name: "count",
        aliases: &[],
        doc: "The number of rows, or of values that are not null",
        usage: "count [COLUMN]",
        example: Example { query: "models | group author | count | top 3", shows: "who has most models" },
        kind: FunctionKind::Aggregate {
            op: AggregateOp::Count,
            takes: Argument::Optional,
            result: counted,
            keeps_name: false,
        },
    },
    FunctionDef {
        name: "count_distinct",
        aliases: &["distinct_count", "n_unique"],
        doc: "The number of different values, null not counted",
        usage: "count_distinct COLUMN",
        example: Example {
            query: "activity last 7d | count_distinct model as models",
            shows: "how many models were used",
        },
        kind: FunctionKind::Aggregate {
            op: AggregateOp::CountDistinct,
            takes: Argument::Needed(Accepts::Ordered),
            result: distinct,
            keeps_name: false,
        },
    },
    quantile("median", "median COLUMN", "The middle value, interpolated linearly", 0.5),
    quantile("p50", "p50 COLUMN", "The 50th percentile, interpolated linearly", 0.5),
    quantile("p75", "p75 COLUMN", "The 75th percentile, interpolated linearly", 0.75),
    quantile("p90", "p90 COLUMN", "The 90th percentile, interpolated linearly", 0.9),
    quantile("p95", "p95 COLUMN", "The 95th percentile, interpolated linearly", 0.95),
    quantile("p99", "p99 COLUMN", "The 99th percentile, interpolated linearly", 0.99),
    FunctionDef {
        name: "first",
        aliases: &[],
        doc: "The value of the first row that has one",
        usage: "first COLUMN",
        example: Example {
            query: "models | sort -context_length | group author | first id",
            shows: "the longest of each",
        },
        kind: FunctionKind::Aggregate {
            op: AggregateOp::First,
            takes: Argument::Needed(Accepts::Anything),
            result: holistic,
            keeps_name: false,
        },
    },
    FunctionDef {
        name: "last",
        aliases: &[],
        doc: "The value of the last row that has one",
        usage: "last COLUMN",
        example: Example {
            query: "activity last 7d | sort date | group provider | last model",
            shows: "what was used last",
        },
        kind: FunctionKind::Aggregate {
            op: AggregateOp::Last,
            takes: Argument::Needed(Accepts::Anything),
            result: holistic,
            keeps_name: false,
        },
    },
];

const fn quantile(name: &'static str, usage: &'static str, doc: &'static str, q: f64) -> FunctionDef {
    FunctionDef {
        name,
        aliases: &[],
        doc,
        usage,
        example: Example {
            query: "activity last 7d | group model | median cost, p95 cost",
            shows: "the middle and the tail",
        },
        kind: FunctionKind::Aggregate {
            op: AggregateOp::Quantile(q),
            takes: Argument::Needed(Accepts::Number),
            result: holistic,
            keeps_name: false,
        },
    }
}

/// The same unit, but not to be put together any further.
fn holistic(of: &Type) -> Type {
    match of {
        Type::Number(unit, _) => Type::Number(*unit, Class::Holistic),
        other => other.clone(),
    }
}

/// Counts of parts add up.
fn counted(_: &Type) -> Type {
    Type::Number(Unit::NONE, Class::Additive)
}

/// One value may be in several parts.
fn distinct(_: &Type) -> Type {
    Type::Number(Unit::NONE, Class::Holistic)
}
