//! `share`, `cumulate` and `delta`: a column beside another, made of the rows around.

use super::arguments::{column_of, misuse, place_of};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::expr::{AggregateOp, Node, ScalarOp, Typed};
use crate::model::hidden::{Hidden, shown_name};
use crate::model::lowering::{Lowering, Table};
use crate::model::over::{Over, OverOp, RowsAround};
use crate::model::rel::{Named, Rel};
use crate::model::schema::{Column, Role};
use crate::span::Span;
use crate::suggest::unused;
use crate::syntax::ast::Stage;
use crate::types::{Class, Type, Unit};

pub const SHARE: VerbDef = VerbDef {
    name: "share",
    aliases: &[],
    doc: "Adds the part of each value in the sum of all, or of those that are alike in `by`, as `NAME_share`",
    usage: "share COLUMN by KEY",
    examples: &[
        Example {
            query: "activity this month | group author | sum cost | share cost",
            shows: "the part of each author",
        },
        Example {
            query: "activity last 7d | group provider, model | sum cost | share cost by provider",
            shows: "the part of each model in the spend of its provider",
        },
    ],
    takes: Takes::BY,
    aggregates: false,
    row_by_row: false,
    lower: |cx, stage, table| {
        beside(cx, &SHARE, stage, table, |cx, value, by, table| {
            if matches!(value.ty.class(), Some(Class::Ratio | Class::Holistic)) {
                cx.report(no_parts(&value));
                return None;
            }
            let sum = hidden(table, &value, by, OverOp::Aggregate(AggregateOp::Sum), RowsAround::All);
            let ty = Type::Number(Unit::RATIO, Class::Ratio);
            Some(vec![("share", divided(value, sum, ty))])
        })
    },
};

pub const CUMULATE: VerbDef = VerbDef {
    name: "cumulate",
    aliases: &["cumsum", "running"],
    doc: "Adds the sum of all values up to the row, in the order of the rows, as `NAME_cumulative`",
    usage: "cumulate COLUMN by KEY",
    examples: &[Example {
        query: "activity this month | group date | sum cost | cumulate cost",
        shows: "what the month has cost so far, day by day",
    }],
    takes: Takes::BY,
    aggregates: false,
    row_by_row: false,
    lower: |cx, stage, table| {
        beside(cx, &CUMULATE, stage, table, |cx, value, by, table| {
            if matches!(value.ty.class(), Some(Class::Ratio | Class::Holistic)) {
                cx.report(no_parts(&value));
                return None;
            }
            in_order(cx, &CUMULATE, value.span, table)?;
            let sum = hidden(table, &value, by, OverOp::Aggregate(AggregateOp::Sum), RowsAround::UpToHere);
            Some(vec![("cumulative", sum)])
        })
    },
};

pub const DELTA: VerbDef = VerbDef {
    name: "delta",
    aliases: &["diff"],
    doc: "Adds the difference to the row before, in the order of the rows, as `NAME_delta`, and what part of it that is as \
          `NAME_pct`",
    usage: "delta COLUMN by KEY",
    examples: &[Example {
        query: "activity last 14d | group date | sum cost | delta cost",
        shows: "how much more or less than the day before",
    }],
    takes: Takes::BY,
    aggregates: false,
    row_by_row: false,
    lower: |cx, stage, table| {
        beside(cx, &DELTA, stage, table, |cx, value, by, table| {
            in_order(cx, &DELTA, value.span, table)?;
            let before = hidden(table, &value, by, OverOp::Lag(1), RowsAround::All);
            let difference =
                Typed::scalar(ScalarOp::Subtract, vec![value.clone(), before.clone()], value.ty.clone(), value.span);
            let part = divided(difference.clone(), before, Type::Number(Unit::RATIO, Class::Ratio));
            Some(vec![("delta", difference), ("pct", part)])
        })
    },
};

type Made = Option<Vec<(&'static str, Typed)>>;

/// Further columns for each that is named, or for the first measure.
fn beside(
    cx: &mut dyn Lowering,
    def: &VerbDef,
    stage: &Stage,
    mut table: Table,
    make: fn(&mut dyn Lowering, Typed, &[Typed], &mut Table) -> Made,
) -> Option<Table> {
    let mut by = Vec::new();
    for item in stage.clauses.iter().flat_map(|clause| &clause.items) {
        by.push(place_of(cx, def, item, &table.schema)?);
    }
    let mut values = Vec::new();
    for item in &stage.items {
        values.push(column_of(cx, def, item, &table.schema)?);
    }
    if values.is_empty() {
        let measure = table.schema.with_role(Role::Measure).find(|column| column.ty.is_number());
        let Some(measure) = measure else {
            cx.report(misuse(def, stage.word.span, format!("`{}` needs a column of numbers", def.name)));
            return None;
        };
        values.push(Typed::column(&measure.name, measure.ty.clone(), stage.word.span));
    }
    let mut columns = table.schema.as_they_are();
    let mut schema = table.schema.clone();
    for value in values {
        let Node::Column(name) = value.node.clone() else { continue };
        if !value.ty.is_number() {
            let error = Diagnostic::error(Code::E0202, format!("`{}` needs a number, not a {}", def.name, value.ty));
            cx.report(error.at(value.span).label(format!("a {}", value.ty)).help("name a column of numbers"));
            return None;
        }
        for (ending, made) in make(cx, value, &by, &mut table)? {
            let names: Vec<&str> = schema.names().collect();
            let wanted = format!("{}_{ending}", shown_name(&name));
            let name = if names.contains(&wanted.as_str()) { unused(&wanted, &names) } else { wanted };
            schema.columns.push(Column::new(name.clone(), made.ty.clone()).role(Role::Measure));
            columns.push(Named { name, value: made });
        }
    }
    Some(table.project(columns, schema))
}

/// What is made of the rows around.
const BESIDE: Hidden = Hidden::new("beside");

/// A column that looks at other rows, which the next projection leaves behind.
fn hidden(table: &mut Table, value: &Typed, by: &[Typed], op: OverOp, frame: RowsAround) -> Typed {
    let name = BESIDE.numbered(table.rel.size());
    let ty = match (op, &value.ty) {
        (OverOp::Aggregate(_), Type::Number(unit, _)) => Type::Number(*unit, Class::Holistic),
        (_, ty) => ty.clone(),
    };
    let over = Over {
        name: name.clone(),
        op,
        argument: Some(value.clone()),
        by: by.to_vec(),
        sort: Vec::new(),
        frame,
        ty: ty.clone(),
        span: value.span,
    };
    let input = Box::new(std::mem::replace(&mut table.rel, Rel::Union { inputs: Vec::new() }));
    table.rel = Rel::Window { input, columns: vec![over] };
    Typed::column(name, ty, value.span)
}

fn divided(above: Typed, below: Typed, ty: Type) -> Typed {
    let span = above.span;
    Typed::scalar(ScalarOp::Divide, vec![above, below], ty, span)
}

/// The rows must have an order.
fn in_order(cx: &mut dyn Lowering, def: &VerbDef, at: Span, table: &Table) -> Option<()> {
    if table.rel.is_ordered() {
        return Some(());
    }
    let time = table.schema.columns.iter().find(|column| matches!(column.ty, Type::Date | Type::Time));
    let key = time.map_or("KEY", |column| column.name.as_str());
    let error = misuse(def, at, format!("`{}` follows the order of the rows, and they have none", def.name));
    cx.report(error.help(format!("order them first: `sort {key} | {} …`", def.name)));
    None
}

fn no_parts(value: &Typed) -> Diagnostic {
    let name = match &value.node {
        Node::Column(name) => name.as_str(),
        _ => "this",
    };
    Diagnostic::error(Code::E0203, format!("the values of `{name}` do not add up to a whole"))
        .at(value.span)
        .label("no sum of it means anything")
        .help("take what it is made of: costs, tokens and requests add up")
}
