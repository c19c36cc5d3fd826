//! `unnest`: a row for each element of a list; the fields of records become columns.

use super::arguments::{column_of, misuse, one_item};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::expr::Node;
use crate::model::hidden::shown_name;
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::Rel;
use crate::model::schema::Column;
use crate::syntax::ast::Stage;
use crate::types::Type;

pub const VERB: VerbDef = VerbDef {
    name: "unnest",
    aliases: &["explode"],
    doc: "A row for each element of a list; fields of records become columns, a taken name gets the list's in front",
    usage: "unnest COLUMN",
    examples: &[Example {
        query: "generation gen-demo-2 | select id, provider_responses | unnest provider_responses",
        shows: "a row for each provider that was tried",
    }],
    takes: Takes::ITEMS,
    aggregates: false,
    row_by_row: false,
    lower,
};

fn lower(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    one_item(cx, &VERB, stage)?;
    let item = stage.items.first()?;
    let value = column_of(cx, &VERB, item, &table.schema)?;
    let Node::Column(name) = &value.node else { return None };
    let Type::List(element) = &value.ty else {
        let lists = table.schema.columns.iter().filter(|column| matches!(column.ty, Type::List(_)));
        let names: Vec<String> = lists.map(|column| column.name.clone()).collect();
        let error = Diagnostic::error(Code::E0202, format!("`{}` is no list", shown_name(name))).at(item.span);
        let error = error.label(format!("this is a {}", value.ty));
        cx.report(if names.is_empty() {
            error.help("no column is a list here")
        } else {
            error.did_you_mean(item.span, names)
        });
        return None;
    };
    let at = table.schema.columns.iter().position(|column| column.name == *name)?;
    let mut schema = table.schema.clone();
    let mut fields = Vec::new();
    match element.as_ref() {
        Type::Record(inner) => {
            schema.columns.remove(at);
            let mut columns = Vec::new();
            for (field, ty) in inner {
                let taken = schema.columns.iter().any(|column| column.name == *field);
                let shown = if taken { format!("{name}_{field}") } else { field.clone() };
                if taken && schema.find(&shown).is_some() {
                    cx.report(misuse(&VERB, item.span, format!("both `{field}` and `{shown}` are taken")));
                    return None;
                }
                fields.push((field.clone(), shown.clone()));
                columns.push(Column::new(shown, ty.clone()));
            }
            schema.columns.splice(at..at, columns);
        }
        ty => {
            if let Some(column) = schema.columns.get_mut(at) {
                column.ty = ty.clone();
            }
        }
    }
    let column = name.clone();
    let table = table.over(|input| Rel::Unnest { input, column, fields });
    Some(Table { schema, ..table })
}
