//! `union`: the rows of several tables, one after the other.

use super::arguments::{closed, misuse, some_items, standing_as};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Example, Shown, Takes, VerbDef};
use crate::model::expr::Typed;
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::{Named, Rel};
use crate::model::schema::{Column, Schema};
use crate::span::Span;
use crate::syntax::ast::{Item, Stage};
use crate::syntax::format;
use crate::types::Type;

pub const VERB: VerbDef = VerbDef {
    name: "union",
    aliases: &["append", "concat", "union_all"],
    doc: "Adds the rows of other tables, which have the same columns by name",
    usage: "union TABLE, TABLE, …",
    examples: &[Example {
        query: "activity on 2025-12 | union (activity on 2026-01) | group month(date) | sum cost",
        shows: "two months of one year each",
    }],
    takes: Takes::ITEMS,
    aggregates: false,
    row_by_row: true,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    let mut tables = vec![(stage.word.span, table)];
    for item in some_items(cx, &VERB, stage)? {
        tables.push((item.span, cx.table_or_cube(&item.value)?));
    }
    for (at, table) in &tables {
        closed(cx, &VERB, *at, &table.schema)?;
    }
    let (_, first) = tables.first()?;
    let cubes = tables.iter().filter(|(_, table)| table.rel.cube().is_some()).count();
    if cubes > 0 && cubes < tables.len() {
        let error = misuse(&VERB, stage.span, "a cube has no rows that could stand beside others");
        cx.report(error.help("aggregate it first, as in `(analytics last 7d | group model | sum cost)`"));
        return None;
    }
    // Columns that nobody named are left out where one side lacks them.
    let everywhere = |column: &&Column| tables.iter().all(|(_, table)| named(&table.schema, &column.name).is_some());
    for (item, (at, other)) in stage.items.iter().zip(tables.iter().skip(1)) {
        alike(cx, item, *at, &first.schema, &other.schema)?;
    }
    let columns: Vec<Column> = first
        .schema
        .columns
        .iter()
        .filter(|column| column.shown == Shown::Always || everywhere(column))
        .map(|column| {
            let types =
                tables.iter().filter_map(|(_, table)| named(&table.schema, &column.name)).map(|other| &other.ty);
            Column { ty: Type::common(types), ..column.clone() }
        })
        .collect();
    let kept = |of: &Schema| -> Vec<Named> {
        let own = columns.iter().filter_map(|column| Some((&named(of, &column.name)?.ty, column)));
        own.map(|(ty, column)| {
            let value = Typed::column(&column.name, ty.clone(), Span::default());
            Named { name: column.name.clone(), value: standing_as(value, &column.ty) }
        })
        .collect()
    };
    let schema = Schema::new(columns.clone());
    let mut tables = tables.into_iter().map(|(_, table)| {
        let kept = kept(&table.schema);
        table.project(kept, schema.clone())
    });
    let first = tables.next()?;
    let Table { rel, group, format, title, .. } = first;
    let inputs = std::iter::once(rel).chain(tables.map(|table| table.rel)).collect();
    Some(Table { rel: Rel::Union { inputs }, schema, group, format, title })
}

fn named<'s>(schema: &'s Schema, name: &str) -> Option<&'s Column> {
    schema.columns.iter().find(|column| column.name == name)
}

/// Both have the same columns, and each of them one type.
fn alike(cx: &mut dyn Lowering, item: &Item, at: Span, left: &Schema, right: &Schema) -> Option<()> {
    let lacks = |of: &Schema, other: &Schema| -> Vec<String> {
        of.shown_columns()
            .filter(|column| named(other, &column.name).is_none())
            .map(|c| format::word(&c.name))
            .collect()
    };
    let (here, there) = (lacks(left, right), lacks(right, left));
    if !here.is_empty() || !there.is_empty() {
        let parts = [(&here, "only above"), (&there, "only here")];
        let parts = parts.iter().filter(|(names, _)| !names.is_empty());
        let parts: Vec<String> = parts.map(|(names, side)| format!("{side}: {}", names.join(", "))).collect();
        let message = format!("the columns of the two tables differ ({})", parts.join("; "));
        let both: Vec<String> =
            left.shown_columns().filter(|c| named(right, &c.name).is_some()).map(|c| format::word(&c.name)).collect();
        let error = Diagnostic::error(Code::E0302, message).at(at).label("has other columns");
        cx.report(if both.is_empty() {
            error.help("name them alike, with `select` or `rename`")
        } else {
            error.help(format!("take those that both have: `select {}` on both sides", both.join(", ")))
        });
        return None;
    }
    let differs = left.shown_columns().find_map(|column| {
        let other = named(right, &column.name)?;
        (!column.ty.fits(&other.ty)).then_some((column, other))
    });
    if let Some((column, other)) = differs {
        let message = format!("`{}` is a {} above, and a {} here", column.name, column.ty, other.ty);
        let error = Diagnostic::error(Code::E0201, message).at(item.span).label("another type");
        cx.report(error.help("give one of them another name, or convert it with `derive`"));
        return None;
    }
    Some(())
}
