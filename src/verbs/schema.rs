//! `schema`: the columns at this point, in the place of the rows. Nothing is asked of the API for it.

use super::arguments::misuse;
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::rel::Rel;
use crate::model::schema::{Column, Schema};
use crate::model::value::Value;
use crate::types::Type;
use crate::types::Unit;

pub const VERB: VerbDef = VerbDef {
    name: "schema",
    aliases: &["columns"],
    doc: "The columns at this point with type, unit and meaning, in the place of the rows; no request is sent",
    usage: "schema",
    examples: &[Example { query: "activity | schema", shows: "what `activity` has" }],
    takes: Takes::ITEMS,
    aggregates: false,
    row_by_row: true,
    lower: |cx, stage, table| {
        if let Some(item) = stage.items.first() {
            cx.report(misuse(&VERB, item.span, "`schema` takes no argument"));
            return None;
        }
        if table.rel.saves() {
            let error =
                misuse(&VERB, stage.word.span, "`schema` runs nothing, so the `save` before it would write nothing");
            cx.report(error.label("nothing runs").help("take one of them out"));
            return None;
        }
        let row = |column: &Column| {
            let unit = column.ty.unit().filter(|unit| *unit != Unit::NONE);
            let class = column.ty.class().map(|class| format!("{class:?}").to_lowercase());
            vec![
                Value::Text(column.name.clone()),
                Value::Text(column.ty.word().to_string()),
                unit.map_or(Value::Null, |unit| Value::Text(unit.to_string())),
                class.map_or(Value::Null, Value::Text),
                Value::Text(column.doc.to_string()),
            ]
        };
        let rows = table.schema.columns.iter().map(row).collect();
        let columns = ["column", "type", "unit", "class", "meaning"].map(|name| Column::new(name, Type::Text));
        let schema = Schema::new(columns.into());
        Some(crate::model::lowering::Table { rel: Rel::Constant { schema: schema.clone(), rows }, schema, ..table })
    },
};
