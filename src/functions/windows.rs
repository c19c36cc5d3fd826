//! Windows: functions of a row and those around it. All aggregates take `over` as well.

use crate::model::catalog::{Example, FunctionDef, OverTakes};
use crate::model::over::OverOp;

pub const ROWS: &[FunctionDef] = &[
    FunctionDef::window(
        "lag",
        "lag(VALUE, ROWS) over (by KEY sort KEY)",
        "The value so many rows before, 1 where that is not said; null where there is none. Without `over` in the order of \
         the rows",
        Example::new(
            "activity last 7d | group date | sum cost | derive change = cost / lag(cost) over (sort date) - 1",
            "how much more or less than the day before",
        ),
        OverOp::Lag(1),
        OverTakes::ValueAndDistance,
    ),
    FunctionDef::window(
        "lead",
        "lead(VALUE, ROWS) over (by KEY sort KEY)",
        "The value so many rows behind, 1 where that is not said; null where there is none",
        Example::new(
            "activity last 7d | group date | sum cost | derive next = lead(cost) over (sort date)",
            "each day beside the next",
        ),
        OverOp::Lead(1),
        OverTakes::ValueAndDistance,
    ),
    FunctionDef::window(
        "row_number",
        "row_number() over (by KEY sort KEY)",
        "The place of the row, from 1",
        Example::new(
            "activity last 7d | group provider, model | sum cost | where row_number() over (by provider sort -cost) <= 2",
            "the two dearest models of each provider",
        ),
        OverOp::RowNumber,
        OverTakes::Nothing,
    ),
    FunctionDef::window(
        "rank",
        "rank() over (by KEY sort KEY)",
        "The place of the row, from 1; rows that are alike share the place of the first of them",
        Example::new(
            "activity last 7d | group model | sum cost | derive place = rank() over (sort -cost) | sort place",
            "the place of each by cost",
        ),
        OverOp::Rank,
        OverTakes::Order,
    ),
    FunctionDef::window(
        "dense_rank",
        "dense_rank() over (by KEY sort KEY)",
        "The same without gaps behind rows that are alike",
        Example::new(
            "models | derive step = dense_rank() over (sort price_prompt) | select id, price_prompt, step | sort step | limit 5",
            "steps of prices",
        ),
        OverOp::DenseRank,
        OverTakes::Order,
    ),
];
