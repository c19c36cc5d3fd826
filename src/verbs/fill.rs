//! `fill`: rows for every bucket of time and combination of the keys, and values in the place of nulls.

use super::arguments::misuse;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::expr::{Node, Typed};
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::Rel;
use crate::model::reshape::{Fill, FillWith};
use crate::model::schema::{Role, Schema};
use crate::syntax::ast::{Call, Expr, ExprKind, Stage};
use crate::types::{Class, Type};

pub const VERB: VerbDef = VerbDef {
    name: "fill",
    aliases: &[],
    doc: "Adds the rows that a series of time lacks, for all keys, and fills the nulls of columns that add up, and of those \
          that are named; `forward` takes the value before",
    usage: "fill VALUE, COLUMN, … or fill forward, COLUMN, …",
    examples: &[
        Example {
            query: "activity last 8w | group week(date), provider | sum cost | fill 0",
            shows: "a row for each week and provider",
        },
        Example {
            query: "analytics last 24h | group hour(time) | sum requests, p90 latency | fill forward, p90_latency",
            shows: "the latency of the hour before, where nothing was asked",
        },
    ],
    takes: Takes::ITEMS,
    aggregates: false,
    row_by_row: false,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    let Some(first) = stage.items.first() else {
        cx.report(misuse(&VERB, stage.word.span, "`fill` needs what to fill with"));
        return None;
    };
    let mut named: Vec<Expr> = stage.items.iter().skip(1).map(|item| item.value.clone()).collect();
    let (with, ty) = match &first.value.kind {
        ExprKind::Name(word) if word == "forward" => (FillWith::Forward, Type::Null),
        ExprKind::Call(Call { name, arguments, as_word: true, .. }) if name.value == "forward" => {
            named.splice(0..0, arguments.iter().cloned());
            (FillWith::Forward, Type::Null)
        }
        _ => {
            let value = cx.row_expr(&first.value, &Schema::default())?;
            let Node::Literal(written) = value.node else {
                cx.report(misuse(&VERB, first.span, "`fill` needs a value that is written out"));
                return None;
            };
            (FillWith::Value(written), value.ty)
        }
    };
    let mut columns = Vec::new();
    for expr in &named {
        let column = cx.column(expr, &table.schema)?;
        if !fits(&ty, &column.ty) {
            let error = Diagnostic::error(Code::E0201, format!("a {ty} cannot fill a {}", column.ty)).at(expr.span);
            cx.report(error.label(format!("a {}", column.ty)).help("fill with a value of the type of the column"));
            return None;
        }
        if let Typed { node: Node::Column(name), .. } = column {
            columns.push(name);
        }
    }
    let is_number = ty.is_number() || ty == Type::Null;
    // What adds up is nothing where there is nothing; whether a rate is, is for the query to say.
    let of_all = named.is_empty() || ty.is_number();
    if of_all {
        let fills = |role: Role, of: &Type| {
            role != Role::Key && if is_number { of.class() == Some(Class::Additive) } else { fits(&ty, of) }
        };
        let all = table.schema.columns.iter().filter(|column| fills(column.role, &column.ty));
        let more: Vec<String> = all.map(|column| column.name.clone()).filter(|name| !columns.contains(name)).collect();
        columns.extend(more);
    }
    let open = of_all && table.schema.open.as_ref().is_some_and(|of| of.class() == Some(Class::Additive) && is_number);
    let time_key = cx.time_key(&table);
    if let Some(key) = time_key.as_ref().filter(|key| !key.alone) {
        let error = misuse(&VERB, stage.span, format!("`{}` is not the only key that is made of a time", key.column));
        cx.report(error.help("group by one unit of time, and `derive` the others behind the `fill`"));
        return None;
    }
    let buckets = time_key.map(|key| (key.column, key.buckets));
    let time = buckets.as_ref().map(|(column, _)| column.clone());
    let keys = table.schema.with_role(Role::Key).map(|column| column.name.clone());
    let keys: Vec<String> = keys.filter(|key| Some(key) != time.as_ref()).collect();
    if columns.is_empty() && !open && buckets.is_none() {
        let error = misuse(&VERB, stage.span, "there is nothing here that `fill` fills by itself");
        cx.report(error.help("name the columns: `fill 0, COLUMN`"));
        return None;
    }
    let fill = Fill { buckets, keys, columns, open, with };
    Some(table.over(|input| Rel::Fill { input, fill }))
}

fn fits(value: &Type, column: &Type) -> bool {
    matches!(column, Type::Number(..) | Type::Text | Type::Bool | Type::Date | Type::Time) && value.fits(column)
}
