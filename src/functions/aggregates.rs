//! Aggregates: many rows in, one value out. Nulls are skipped.

use crate::model::catalog::{Accepts, Argument, Example, FunctionDef, Second};
use crate::model::expr::AggregateOp as Op;
use crate::types::{Class, Type, Unit};

const NUMBER: Argument = Argument::Needed(Accepts::Number);
const ORDERED: Argument = Argument::Needed(Accepts::Ordered);
const ANYTHING: Argument = Argument::Needed(Accepts::Anything);

pub const ROWS: &[FunctionDef] = &[
    FunctionDef::aggregate(
        "sum",
        "The sum; of no rows 0, of nothing but nulls null. It keeps the name of its column",
        Example::new("activity last 7d | group provider | sum cost, tokens", "spend and tokens of each"),
        Op::Sum,
        NUMBER,
        summed,
    )
    .keeping_name(),
    FunctionDef::aggregate(
        "avg",
        "The mean of the rows",
        Example::new("activity last 7d | avg cost", "the mean cost of a row"),
        Op::Average,
        NUMBER,
        holistic,
    )
    .alias(&["mean", "average"]),
    FunctionDef::aggregate(
        "min",
        "The least value",
        Example::new("activity last 7d | min date, max date", "the first and the last day"),
        Op::Least,
        ORDERED,
        holistic,
    ),
    FunctionDef::aggregate(
        "max",
        "The greatest value",
        Example::new("activity last 7d | group model | max cost", "the dearest row of each"),
        Op::Greatest,
        ORDERED,
        holistic,
    ),
    FunctionDef::aggregate(
        "count",
        "The number of rows, or of values that are not null",
        Example::new("models | group author | count | top 3", "who has most models"),
        Op::Count,
        Argument::Optional,
        |_| Type::Number(Unit::NONE, Class::Additive),
    ),
    FunctionDef::aggregate(
        "count_distinct",
        "The number of different values, null not counted",
        Example::new("activity last 7d | count_distinct model as models", "how many models were used"),
        Op::CountDistinct,
        ORDERED,
        // One value may be in several parts: their counts do not add up.
        |_| Type::Number(Unit::NONE, Class::Holistic),
    )
    .alias(&["distinct_count", "n_unique", "nunique"]),
    percentile(
        "median",
        "The middle value, interpolated linearly",
        0.5,
        "activity last 7d | group model | median cost",
    ),
    percentile("p50", "The 50th percentile, interpolated linearly", 0.5, "activity last 7d | group model | p50 cost"),
    percentile("p75", "The 75th percentile, interpolated linearly", 0.75, "activity last 7d | group model | p75 cost"),
    percentile("p90", "The 90th percentile, interpolated linearly", 0.9, "activity last 7d | group model | p90 cost"),
    percentile("p95", "The 95th percentile, interpolated linearly", 0.95, "activity last 7d | group model | p95 cost"),
    percentile("p99", "The 99th percentile, interpolated linearly", 0.99, "activity last 7d | group model | p99 cost"),
    FunctionDef::aggregate(
        "quantile",
        "The value below which that fraction of the values lies, 0 to 1, interpolated linearly",
        Example::new("activity last 7d | group model | quantile(cost, 0.42)", "of the rows of each"),
        Op::Quantile(0.5),
        NUMBER,
        holistic,
    )
    .alias(&["percentile", "percentile_cont"])
    .and(Second::Fraction),
    FunctionDef::aggregate(
        "stddev",
        "The standard deviation of a sample; of fewer than two values null",
        Example::new("activity last 7d | group date | sum cost | stddev cost", "how far days differ"),
        Op::Deviation,
        NUMBER,
        holistic,
    )
    .alias(&["std", "stdev", "stddev_samp"]),
    FunctionDef::aggregate(
        "wavg",
        "The mean in which each value counts as much as its weight, sum(rate * weight) / sum(weight): the mean of rates and \
         means. Rows in which either is null are left out; of nothing, or of weights that sum to 0, null",
        Example::new(
            "activity last 7d | group date | sum cost, tokens | derive price = cost / tokens | wavg(price, tokens)",
            "the price of a token of the whole week",
        ),
        Op::Average,
        NUMBER,
        holistic,
    )
    .alias(&["weighted_avg", "weighted_mean", "avg_weighted"])
    .and(Second::Weight),
    FunctionDef::aggregate(
        "list",
        "All values that are not null, in the order of the rows; of nothing an empty list",
        Example::new("models | group author | list id", "the models of each"),
        Op::List,
        ORDERED,
        |of| Type::List(Box::new(of.clone())),
    )
    .alias(&["array_agg", "collect_list"]),
    FunctionDef::aggregate(
        "first",
        "The value of the first row that has one",
        Example::new("models | sort -context_length | group author | first id", "the longest of each"),
        Op::First,
        ANYTHING,
        holistic,
    ),
    FunctionDef::aggregate(
        "last",
        "The value of the last row that has one",
        Example::new("activity last 7d | sort date | group provider | last model", "what was used last"),
        Op::Last,
        ANYTHING,
        holistic,
    ),
];

const fn percentile(name: &'static str, doc: &'static str, q: f64, query: &'static str) -> FunctionDef {
    let example = Example::new(query, "of the rows of each");
    FunctionDef::aggregate(name, doc, example, Op::Quantile(q), NUMBER, holistic)
}

/// Sums add up, whatever they are made of.
fn summed(of: &Type) -> Type {
    match of {
        Type::Number(unit, Class::Plain) => Type::Number(*unit, Class::Additive),
        other => other.clone(),
    }
}

/// The same unit, but not to be put together any further.
fn holistic(of: &Type) -> Type {
    match of {
        Type::Number(unit, _) => Type::Number(*unit, Class::Holistic),
        other => other.clone(),
    }
}
