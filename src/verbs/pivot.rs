//! `pivot` and `unpivot`: values as columns, and columns as rows.

use super::arguments::{closed, column_of, misuse, some_items, standing_as};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::expr::{AggregateOp, Node, Typed};
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::{Named, Rel};
use crate::model::reshape::{Pivot, Unpivot};
use crate::model::schema::{Column, Role, Schema};
use crate::model::value::Value;
use crate::suggest::unused;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Item, Stage};
use crate::types::{Class, Type};

pub const PIVOT: VerbDef = VerbDef {
    name: "pivot",
    aliases: &[],
    doc: "A column for each value of one, filled from another; all other columns tell the rows apart. Names behind it are \
          looked at when it runs, but for those that `in` lists",
    usage: "pivot COLUMN by COLUMN in (VALUE, …)",
    examples: &[
        Example {
            query: "activity last 8w | group week(date), provider | sum cost | pivot cost by provider | fill 0",
            shows: "a column of each provider",
        },
        Example {
            query: "activity last 7d | group date, provider | sum cost | pivot cost by provider in (\"OpenAI\", \"Azure\") | derive both = OpenAI + Azure",
            shows: "two columns, whose names are known",
        },
    ],
    takes: Takes::BY,
    aggregates: false,
    row_by_row: false,
    lower: pivot,
};

pub const UNPIVOT: VerbDef = VerbDef {
    name: "unpivot",
    aliases: &["melt"],
    doc: "A row for each of these columns, with its `name` and its `value`; all others are repeated",
    usage: "unpivot COLUMN, COLUMN, …",
    examples: &[Example {
        query: "activity last 7d | group provider | sum credits, byok | unpivot credits, byok",
        shows: "two rows for each provider",
    }],
    takes: Takes::ITEMS,
    aggregates: false,
    row_by_row: false,
    lower: unpivot,
};

fn pivot(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    closed(cx, &PIVOT, stage.span, &table.schema)?;
    let by: Vec<&Item> = stage.clauses.iter().flat_map(|clause| &clause.items).collect();
    // `pivot provider`: the only measure there is.
    let (value, names) = match (stage.items.as_slice(), by.as_slice()) {
        ([value], [names]) => (cx.column(&value.value, &table.schema)?, *names),
        ([names], []) => (only_measure(cx, stage, &table)?, names),
        _ => {
            cx.report(misuse(&PIVOT, stage.span, "`pivot` needs one column of values, and one of names"));
            return None;
        }
    };
    let (names, listed) = match &names.value.kind {
        ExprKind::Binary(BinaryOp::In, _, names, list) => (cx.column(names, &table.schema)?, Some(list)),
        _ => (cx.column(&names.value, &table.schema)?, None),
    };
    let (Node::Column(value_name), Node::Column(names_name)) = (&value.node, &names.node) else { return None };
    if matches!(names.ty, Type::List(_) | Type::Record(_)) || value_name == names_name {
        cx.report(misuse(&PIVOT, names.span, format!("`{names_name}` cannot become names of columns here")));
        return None;
    }
    let rest = |column: &&Column| column.name != *value_name && column.name != *names_name;
    let keys: Vec<Column> = table.schema.shown_columns().filter(rest).cloned().collect();
    let op = if value.ty.class() == Some(Class::Additive) { AggregateOp::Sum } else { AggregateOp::Only };
    let columns = match listed {
        Some(list) => Some(values(cx, list, &names, &keys)?),
        None => None,
    };
    let role = |column: Column| column.role(Role::Key);
    let mut schema = Schema::new(keys.iter().cloned().map(role).collect());
    match &columns {
        Some(columns) => {
            let made = |(_, name): &(Value, String)| Column::new(name.clone(), value.ty.clone()).role(Role::Measure);
            schema.columns.extend(columns.iter().map(made));
        }
        None => schema.open = Some(value.ty.clone()),
    }
    let keys = keys.into_iter().map(|column| column.name).collect();
    let pivot = Pivot { keys, names: names_name.clone(), value: value_name.clone(), op, columns, ty: value.ty.clone() };
    Some(Table { schema, ..table.over(|input| Rel::Pivot { input, pivot }) })
}

/// The values that are listed, each with the name of its column.
fn values(cx: &mut dyn Lowering, list: &Expr, names: &Typed, keys: &[Column]) -> Option<Vec<(Value, String)>> {
    let one = std::slice::from_ref(list);
    let items: &[Expr] = if let ExprKind::List(items) = &list.kind { items } else { one };
    let mut found: Vec<(Value, String)> = Vec::new();
    for item in items {
        let value = cx.row_expr(item, &Schema::default())?;
        let Node::Literal(written) = value.node else {
            cx.report(misuse(&PIVOT, item.span, "`in` lists values that are written out"));
            return None;
        };
        if !value.ty.fits(&names.ty) {
            let error = Diagnostic::error(Code::E0201, format!("a {} is no value of a {}", value.ty, names.ty));
            cx.report(error.at(item.span).label(format!("a {}", value.ty)).help("list values of the column"));
            return None;
        }
        let name = written.clone().in_zone(cx.zone()).name();
        if keys.iter().any(|key| key.name == name) || found.iter().any(|(_, known)| *known == name) {
            let error = Diagnostic::error(Code::E0108, format!("two columns would be called `{name}`")).at(item.span);
            cx.report(error.label("taken").help("give the other column another name before, with `rename`"));
            return None;
        }
        found.push((written, name));
    }
    Some(found)
}

fn only_measure(cx: &mut dyn Lowering, stage: &Stage, table: &Table) -> Option<Typed> {
    let measures: Vec<&Column> = table.schema.with_role(Role::Measure).collect();
    match measures.as_slice() {
        [one] => Some(Typed::column(&one.name, one.ty.clone(), stage.word.span)),
        several => {
            let names: Vec<String> = several.iter().map(|column| column.name.clone()).collect();
            let mut error = misuse(&PIVOT, stage.span, "`pivot` does not know which values are meant");
            if let (Some(first), Some(item)) = (names.first(), stage.items.first()) {
                let by = item.span.of(cx.text());
                error = error.help(format!("name them, as in `pivot {first} by {by}`"));
            }
            error.candidates = names;
            cx.report(error);
            None
        }
    }
}

fn unpivot(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    closed(cx, &UNPIVOT, stage.span, &table.schema)?;
    let mut columns: Vec<Typed> = Vec::new();
    for item in some_items(cx, &UNPIVOT, stage)? {
        let column = column_of(cx, &UNPIVOT, item, &table.schema)?;
        if let Some(first) = columns.first().filter(|first| !first.ty.fits(&column.ty)) {
            let message = format!("a {} and a {} cannot stand in one column", first.ty, column.ty);
            let error = Diagnostic::error(Code::E0201, message).at(column.span).label(format!("a {}", column.ty));
            let error = error.also(first.span, format!("a {}", first.ty));
            cx.report(error.help("unpivot columns of one type and unit"));
            return None;
        }
        columns.push(column);
    }
    let ty = Type::common(columns.iter().map(|column| &column.ty));
    let names: Vec<String> = columns
        .iter()
        .filter_map(|column| match &column.node {
            Node::Column(name) => Some(name.clone()),
            _ => None,
        })
        .collect();
    let alike = columns.iter().all(|column| std::mem::discriminant(&column.ty) == std::mem::discriminant(&ty));
    let keys: Vec<Column> =
        table.schema.shown_columns().filter(|column| !names.contains(&column.name)).cloned().collect();
    let taken: Vec<&str> = keys.iter().map(|column| column.name.as_str()).collect();
    let free = |name: &str| if taken.contains(&name) { unused(name, &taken) } else { name.to_string() };
    let (name, value) = (free("name"), free("value"));
    let own = [
        Column::new(name.clone(), Type::Text).role(Role::Key),
        Column::new(value.clone(), ty.clone()).role(Role::Measure),
    ];
    let schema = Schema::new(keys.iter().cloned().chain(own).collect());
    let keys = keys.into_iter().map(|column| column.name).collect();
    let table = if alike { table } else { standing_as_one(table, &names, &ty) };
    let unpivot = Unpivot { keys, columns: names, name, value };
    Some(Table { schema, ..table.over(|input| Rel::Unpivot { input, unpivot }) })
}

/// The same rows, these columns being of one type.
fn standing_as_one(table: Table, names: &[String], ty: &Type) -> Table {
    let columns = table.schema.as_they_are().into_iter();
    let made = columns.map(|named| {
        let value = if names.contains(&named.name) { standing_as(named.value, ty) } else { named.value };
        Named { value, ..named }
    });
    let (made, schema) = (made.collect(), table.schema.clone());
    table.project(made, schema)
}
