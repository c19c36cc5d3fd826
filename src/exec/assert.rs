//! Conditions that must hold: the rows pass if they do, and the run fails if they do not.

use polars::prelude::*;

use super::collect;
use super::decode::defect;
use super::expr;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::expr::{Node, Typed};
use crate::model::hidden::Hidden;
use crate::model::rel::Assert;
use crate::model::schema::{Column as Shown, Schema};
use crate::model::value::Value;
use crate::model::zone::Zone;

/// So many of the rows that fail are shown.
const SHOWN: usize = 5;

pub fn asserted(input: LazyFrame, assert: &Assert, zone: &Zone) -> Result<LazyFrame, Diagnostic> {
    let rows = collect::rows(input)?;
    let holds = expr::lower(&assert.condition).cast(DataType::Boolean).fill_null(lit(false));
    if !reads_rows(&assert.condition) {
        const HOLDS: Hidden = Hidden::new("holds");
        let one = collect::rows(rows.clone().lazy().select([holds.alias(HOLDS.name())]))?;
        let held = one.column(&HOLDS.name()).map_err(defect)?.bool().map_err(defect)?.get(0);
        return if held == Some(true) { Ok(rows.lazy()) } else { Err(failed(assert)) };
    }
    let failing = collect::rows(rows.clone().lazy().filter(holds.not()))?;
    if failing.height() == 0 {
        return Ok(rows.lazy());
    }
    let schema = Schema::new(assert.shown.iter().map(|(name, ty)| Shown::new(name, ty.clone())).collect());
    let frame = collect::frame(&failing.head(Some(SHOWN)), &schema)?.in_zone(zone);
    let row = |row: Vec<&Value>| {
        let cells = schema.names().zip(row).map(|(name, value)| format!("{name} = {}", value.written()));
        cells.collect::<Vec<_>>().join(", ")
    };
    let mut shown: Vec<String> = frame.rows().map(row).collect();
    let more = failing.height().saturating_sub(shown.len());
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    let count = failing.height();
    let all = rows.height();
    let error = failed(assert).label(format!("false or null for {count} of {all} rows"));
    Err(error.help(shown.join("\n")))
}

fn failed(assert: &Assert) -> Diagnostic {
    Diagnostic::error(Code::E0606, assert.message.clone())
        .at(assert.span)
        .label("does not hold")
        .help("leave the `assert` out to see what it is about")
}

/// It has to be looked at for each row.
fn reads_rows(condition: &Typed) -> bool {
    match &condition.node {
        Node::Column(_) => true,
        Node::Literal(_) | Node::Aggregate(_) => false,
        Node::Field(record, _) => reads_rows(record),
        Node::Scalar(_, parts) => parts.iter().any(reads_rows),
    }
}
