//! Columns whose names only the rows tell, as behind a `pivot`: they are passed on, asked for by name, and named in the end.

use polars::prelude::*;

use super::collect;
use super::decode::defect;
use super::expr::column;
use super::frame::one;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::expr::Node;
use crate::model::hidden::{OTHERS, is_open_name, shown_name};
use crate::model::rel::{Named, Rel};
use crate::model::schema::{Column as Known, Role, Schema};
use crate::suggest;

/// The columns of the schema, and those that are there beside them, under their names.
pub fn closed(
    rows: LazyFrame,
    schema: &Schema,
    collected: impl Fn(LazyFrame) -> Result<DataFrame, Diagnostic>,
) -> Result<(DataFrame, Schema), Diagnostic> {
    let Some(ty) = &schema.open else {
        let own = schema.names().map(column).collect::<Vec<_>>();
        return Ok((collected(rows.select(own))?, schema.clone()));
    };
    let rows = collected(rows)?;
    let mut known = schema.clone();
    known.open = None;
    let mut shown: Vec<Expr> = schema.names().map(column).collect();
    for name in rows.get_column_names().iter().filter(|name| is_open_name(name)) {
        let taken: Vec<&str> = known.names().collect();
        let own = shown_name(name);
        let own = if taken.contains(&own) { suggest::unused(own, &taken) } else { own.to_string() };
        shown.push(column(name).alias(PlSmallStr::from_str(&own)));
        known.columns.push(Known::new(own, ty.clone()).role(Role::Measure));
    }
    Ok((collect::rows(rows.lazy().select(shown))?, known))
}

/// These columns, and in one place all whose names only the rows tell.
pub fn projected(mut input: LazyFrame, columns: &[Named]) -> Result<LazyFrame, Diagnostic> {
    let schema = input.collect_schema().map_err(defect)?;
    let others: Vec<Expr> = schema.iter_names().filter(|name| is_open_name(name)).map(|name| column(name)).collect();
    let values = columns.iter().flat_map(|named| if named.name == OTHERS { others.clone() } else { vec![one(named)] });
    Ok(input.select(values.collect::<Vec<_>>()))
}

/// A primitive reads only what is there.
pub fn must_have(input: &mut LazyFrame, rel: &Rel) -> Result<(), Diagnostic> {
    let mut wanted = Vec::new();
    for value in rel.own_values() {
        value.visit(&mut |part| {
            if let Node::Column(name) = &part.node
                && is_open_name(name)
                && name != OTHERS
            {
                wanted.push((name, part.span));
            }
        });
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let schema = input.collect_schema().map_err(defect)?;
    let Some((name, span)) = wanted.into_iter().find(|(name, _)| !schema.contains(name)) else { return Ok(()) };
    let known: Vec<&str> = schema.iter_names().map(|name| shown_name(name)).collect();
    let name = shown_name(name);
    let error = Diagnostic::error(Code::E0103, format!("there is no column `{name}` here")).at(span);
    let error = error.label("not among the columns that the rows give");
    let near = suggest::nearest(name, known.iter().copied());
    Err(if near.is_empty() {
        error.help(format!("columns at this point: {}", known.join(", ")))
    } else {
        error.did_you_mean(span, near)
    })
}
