//! `top` and `bottom`: the first N rows by some order; ties are broken by the keys of the group.

use super::arguments::{misuse, sorted, whole_number};
use super::sort;
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::expr::{ScalarOp, Typed};
use crate::model::hidden::Hidden;
use crate::model::lowering::{Lowering, Table};
use crate::model::over::{Over, OverOp, RowsAround};
use crate::model::rel::{Rel, SortKey};
use crate::model::schema::Role;
use crate::model::value::Value;
use crate::syntax::ast::{Call, Expr, ExprKind, Item, Stage};
use crate::types::Type;

pub const TOP: VerbDef = VerbDef {
    name: "top",
    aliases: &[],
    doc: "The N rows with the greatest values: by the first aggregate, or by what is named",
    usage: "top N by COLUMN per KEY",
    examples: &[
        Example {
            query: "activity last 7d | group model | sum cost | top 5",
            shows: "by cost, as it is the first aggregate",
        },
        Example { query: "keys | top 10 by cost_monthly", shows: "by a column that is named" },
        Example {
            query: "activity last 30d | group provider, model | sum cost | top 3 per provider",
            shows: "the three dearest models of each provider",
        },
    ],
    takes: TAKES,
    aggregates: false,
    row_by_row: false,
    lower: |cx, stage, table| lower(cx, &TOP, stage, table, true),
};

pub const BOTTOM: VerbDef = VerbDef {
    name: "bottom",
    aliases: &[],
    doc: "The N rows with the least values: by the first aggregate, or by what is named",
    usage: "bottom N by COLUMN per KEY",
    examples: &[Example { query: "activity last 7d | group model | sum cost | bottom 5", shows: "the five cheapest" }],
    takes: TAKES,
    aggregates: false,
    row_by_row: false,
    lower: |cx, stage, table| lower(cx, &BOTTOM, stage, table, false),
};

const TAKES: Takes = Takes { clauses: &["by", "per"], ..Takes::ITEMS };

fn lower(cx: &mut dyn Lowering, def: &VerbDef, stage: &Stage, mut table: Table, greatest: bool) -> Option<Table> {
    let items = stage.items.as_slice();
    let [Item { value, .. }] = items else {
        let at = items.get(1).map_or(stage.word.span, |item| item.span);
        cx.report(misuse(def, at, format!("`{}` needs a number, and then `by`", def.name)));
        return None;
    };
    // `top cost 5`
    if let ExprKind::Call(Call { name, arguments, as_word: true, .. }) = &value.kind
        && let [Expr { kind: ExprKind::Number(_), span }] = arguments.as_slice()
    {
        let mended = format!("{} by {}", span.of(cx.text()), name.value);
        let error = misuse(def, value.span, format!("`{}` takes its number first", def.name));
        cx.report(error.help(format!("write `{} {mended}`", def.name)).edit(value.span, mended));
        return None;
    }
    let take = whole_number(cx, def, value)?;
    let by: Vec<&Item> = items_of(stage, "by").collect();
    let mut keys = Vec::new();
    for item in &by {
        let key = sort::key(cx, &item.value, &mut table)?;
        let Some(word) = written_order(&item.value) else {
            keys.push(SortKey { descending: key.descending != greatest, ..key });
            continue;
        };
        // `top 3 by cost desc` says the same twice; `asc` would say the opposite.
        if key.descending != greatest {
            let other = if greatest { "bottom" } else { "top" };
            let error = misuse(def, item.span, format!("`{}` and `{word}` say opposite things", def.name));
            let error = error.label("from the other end").help(format!("write `{other}`, or leave `{word}` out"));
            cx.report(error.edit(stage.word.span, other));
            return None;
        }
        keys.push(key);
    }
    if by.is_empty() {
        let Some(measure) = table.schema.with_role(Role::Measure).next() else {
            let numbers = table.schema.columns.iter().filter(|column| column.ty.is_number());
            let names: Vec<String> = numbers.map(|column| column.name.clone()).collect();
            let mut error = misuse(def, stage.span, format!("`{}` does not know what to sort by", def.name));
            if let Some(first) = names.first() {
                error = error.help(format!("name a column, as in `{} {take} by {first}`", def.name));
                error = error.edit(value.span.after(), format!(" by {first}"));
            }
            error.candidates = names;
            cx.report(error);
            return None;
        };
        let value = Typed::column(&measure.name, measure.ty.clone(), stage.word.span);
        keys.push(SortKey { value, descending: greatest });
    }
    let ties = table.schema.with_role(Role::Key);
    let ties = ties.map(|key| Typed::column(&key.name, key.ty.clone(), stage.word.span));
    keys.extend(ties.map(|value| SortKey { value, descending: false }));
    let mut per = Vec::new();
    for item in items_of(stage, "per") {
        per.push(cx.row_value(&item.value, &mut table)?);
    }
    if per.is_empty() {
        return Some(sorted(table, keys).over(|input| Rel::Limit { input, skip: 0, take: Some(take) }));
    }
    Some(first_of_each(table, per, keys, take, stage))
}

fn items_of<'s>(stage: &'s Stage, word: &'static str) -> impl Iterator<Item = &'s Item> {
    stage.clauses.iter().filter(move |clause| clause.word.value == word).flat_map(|clause| &clause.items)
}

/// The place of a row in its group.
const OF_EACH: Hidden = Hidden::new("of_each");

/// The first rows of each group by an order, group by group.
fn first_of_each(table: Table, per: Vec<Typed>, keys: Vec<SortKey>, take: usize, stage: &Stage) -> Table {
    let span = stage.span;
    let name = OF_EACH.name();
    let place = Over {
        name: name.clone(),
        op: OverOp::RowNumber,
        argument: None,
        by: per.clone(),
        sort: keys.clone(),
        frame: RowsAround::All,
        ty: Type::PLAIN,
        span,
    };
    let first = Typed::literal(Value::Float(take as f64), Type::PLAIN, span);
    let place_of = Typed::column(&name, Type::PLAIN, span);
    let condition = Typed::scalar(ScalarOp::LessEqual, vec![place_of, first], Type::Bool, span);
    let (columns, schema) = (table.schema.as_they_are(), table.schema.clone());
    let group = per.into_iter().map(|value| SortKey { value, descending: false });
    let table = table.over(|input| Rel::Window { input, columns: vec![place] });
    let table = table.over(|input| Rel::Filter { input, condition });
    sorted(table, group.chain(keys).collect()).project(columns, schema)
}

/// The `desc` or `asc` behind a key.
fn written_order(expr: &Expr) -> Option<&str> {
    let ExprKind::Call(Call { arguments, as_word: true, .. }) = &expr.kind else { return None };
    match arguments.as_slice() {
        [Expr { kind: ExprKind::Name(word), .. }] => sort::order(word).map(|_| word.as_str()),
        _ => None,
    }
}
