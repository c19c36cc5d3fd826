//! `compare`: the same question about an earlier time, beside the first.

use super::arguments::{misuse, one_item};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Example, Takes, VerbDef};
use crate::model::expr::{Aggregate, AggregateOp, Node, ScalarOp, TimeUnit, Typed};
use crate::model::hidden::Hidden;
use crate::model::lowering::{Earlier, Lowering, Table};
use crate::model::rel::{Named, Rel, SortKey};
use crate::model::schema::{Column, Role, Schema};
use crate::model::value::Value;
use crate::model::window::Shift;
use crate::span::Span;
use crate::syntax::ast::Stage;
use crate::types::{Class, Type, Unit};

pub const VERB: VerbDef = VerbDef {
    name: "compare",
    aliases: &["versus", "vs"],
    doc: "The same for the time before, or so long ago, beside each row: `_prev`, `_delta` and `_pct` of each number",
    usage: "compare previous or compare 4w",
    examples: &[
        Example {
            query: "activity this month | group model | sum cost | compare previous | sort -cost_delta | limit 5",
            shows: "what grew since the month before, to the same day of it",
        },
        Example { query: "activity last 7d | group provider | sum cost | compare 4w", shows: "beside four weeks ago" },
    ],
    takes: Takes::ITEMS,
    aggregates: false,
    row_by_row: false,
    lower,
};

/// A measure of the earlier range.
const EARLIER: Hidden = Hidden::new("prev");

fn lower(cx: &mut dyn Lowering, stage: &Stage, table: Table) -> Option<Table> {
    let length = one_item(cx, &VERB, stage)?;
    if let Some(other) = table.schema.shown_columns().find(|column| column.role != Role::Key && !column.ty.is_number())
    {
        let error =
            misuse(&VERB, stage.span, format!("`compare` takes groups and numbers, and `{}` is neither", other.name));
        cx.report(error.help("aggregate first, as in `group model | sum cost | compare previous`"));
        return None;
    }
    let measures: Vec<Column> =
        table.schema.shown_columns().filter(|column| column.role != Role::Key).cloned().collect();
    if measures.is_empty() || table.schema.open.is_some() {
        cx.report(misuse(&VERB, stage.span, "there is no number here that is known before it runs"));
        return None;
    }
    let keys: Vec<Column> = table.schema.with_role(Role::Key).cloned().collect();
    if !is_one_each(&table.rel, &keys) {
        let error = misuse(&VERB, stage.span, "several rows may have the same keys here");
        cx.report(error.help("group by what is left, as in `group model | sum cost | compare previous`"));
        return None;
    }
    let Earlier { rel: earlier, shift, by } = cx.earlier(&table.rel, length)?;
    let span = stage.span;
    let column = |column: &Column| Typed::column(&column.name, column.ty.clone(), span);
    let null = |of: &Column| Typed::literal(Value::Null, of.ty.clone(), span);
    let side = |rel: Rel, shifted: Option<Shift>| {
        let key = |key: &Column| {
            let value = column(key);
            let value = shifted.map_or(value.clone(), |shift| later(value, shift, span));
            Named { name: key.name.clone(), value }
        };
        let pair = |of: &Column| {
            let (now, before) = if shifted.is_some() { (null(of), column(of)) } else { (column(of), null(of)) };
            [Named { name: of.name.clone(), value: now }, Named { name: EARLIER.beside(&of.name), value: before }]
        };
        let columns = keys.iter().map(key).chain(measures.iter().flat_map(pair)).collect();
        Rel::Project { input: Box::new(rel), columns }
    };
    let time_key = cx.time_key(&table);
    let by = match time_key.as_ref().map(|key| key.unit) {
        Some(TimeUnit::Month | TimeUnit::Quarter | TimeUnit::Year) => shift,
        Some(TimeUnit::Minute | TimeUnit::Hour | TimeUnit::Day | TimeUnit::Week) | None => by,
    };
    if let Some(key) = time_key.filter(|key| !moves(key.unit, shift)) {
        let written = length.span.of(cx.text());
        let message = format!("`{}` has {}s, which moved by {written} are none again", key.column, key.unit.name());
        let error = Diagnostic::error(Code::E0302, message).at(length.span).label("does not fit");
        cx.report(error.help("compare days with days, weeks by whole weeks, months by months"));
        return None;
    }
    let inputs = vec![side(table.rel.clone(), None), side(earlier, Some(by))];
    let first = |name: String, ty: &Type| {
        let argument = Some(Typed::column(&name, ty.clone(), span));
        let aggregate = Aggregate { op: AggregateOp::First, argument, condition: None };
        Named { name, value: Typed { node: Node::Aggregate(Box::new(aggregate)), ty: ty.clone(), span } }
    };
    let both = |of: &Column| [first(of.name.clone(), &of.ty), first(EARLIER.beside(&of.name), &of.ty)];
    let own = |key: &Column| Named { name: key.name.clone(), value: column(key) };
    let together = Rel::Aggregate {
        input: Box::new(Rel::Union { inputs }),
        keys: keys.iter().map(own).collect(),
        aggregates: measures.iter().flat_map(both).collect(),
    };
    let mut columns: Vec<Named> = keys.iter().map(own).collect();
    let mut schema = Schema::new(keys.clone());
    for measure in &measures {
        let before = Typed::column(EARLIER.beside(&measure.name), measure.ty.clone(), span);
        let now = column(measure);
        // What is not there costs nothing; a rate that is not there is none.
        let counted = |value: &Typed| {
            if measure.ty.class() != Some(Class::Additive) {
                return value.clone();
            }
            let zero = Typed::literal(Value::Float(0.0), measure.ty.clone(), span);
            Typed::scalar(ScalarOp::Coalesce, vec![value.clone(), zero], measure.ty.clone(), span)
        };
        let delta = Typed::scalar(ScalarOp::Subtract, vec![counted(&now), counted(&before)], measure.ty.clone(), span);
        let difference = Typed::scalar(ScalarOp::Subtract, vec![now.clone(), before.clone()], measure.ty.clone(), span);
        let ratio = Type::Number(Unit::RATIO, Class::Ratio);
        let part = Typed::scalar(ScalarOp::Divide, vec![difference, before.clone()], ratio, span);
        let named = [("", now), ("_prev", before), ("_delta", delta), ("_pct", part)];
        for (ending, value) in named {
            let name = format!("{}{ending}", measure.name);
            if schema.columns.iter().any(|known| known.name == name) {
                let error = Diagnostic::error(Code::E0108, format!("two columns would be called `{name}`"));
                cx.report(error.at(span).label("taken").help("give the other one another name before, with `rename`"));
                return None;
            }
            schema.columns.push(Column::new(name.clone(), value.ty.clone()).role(Role::Measure));
            columns.push(Named { name, value });
        }
    }
    let by = keys.iter().map(|key| SortKey { value: column(key), descending: false }).collect::<Vec<_>>();
    let rel = if by.is_empty() { together } else { Rel::Sort { input: Box::new(together), by } };
    Some(Table { rel, ..table }.project(columns, schema))
}

/// There is one row for each combination of these keys.
fn is_one_each(rel: &Rel, keys: &[Column]) -> bool {
    let has = |name: &String| keys.iter().any(|key| key.name == *name);
    match rel {
        Rel::Aggregate { keys: own, .. } => own.iter().all(|key| has(&key.name)),
        Rel::Pivot { pivot, .. } => pivot.keys.iter().all(has),
        Rel::Project { input, columns } => {
            let below = |key: &Column| {
                let named = columns.iter().find(|named| named.name == key.name)?;
                match &named.value.node {
                    Node::Column(name) => Some(Column { name: name.clone(), ..key.clone() }),
                    _ => None,
                }
            };
            keys.iter().map(below).collect::<Option<Vec<Column>>>().is_some_and(|keys| is_one_each(input, &keys))
        }
        Rel::Filter { input, .. }
        | Rel::Sort { input, .. }
        | Rel::Limit { input, .. }
        | Rel::Window { input, .. }
        | Rel::Fill { input, .. }
        | Rel::Sample { input, .. }
        | Rel::Assert { input, .. }
        | Rel::Save { input, .. } => is_one_each(input, keys),
        Rel::Scan(_)
        | Rel::Read(_)
        | Rel::Constant { .. }
        | Rel::Last(_)
        | Rel::Unnest { .. }
        | Rel::Join { .. }
        | Rel::LookupJoin { .. }
        | Rel::Union { .. }
        | Rel::Unpivot { .. }
        | Rel::Describe { .. } => false,
    }
}

/// A moment as much later as the other side is earlier.
fn later(value: Typed, shift: Shift, span: Span) -> Typed {
    if !matches!(value.ty, Type::Date | Type::Time) {
        return value;
    }
    let ty = value.ty.clone();
    let (op, by) = match shift {
        Shift::Months(months) => (ScalarOp::AddMonths, Typed::literal(Value::Months(months), Type::Period, span)),
        Shift::Millis(millis) => {
            let length = Type::Number(Unit::MS, Class::Plain);
            (ScalarOp::AddMillis, Typed::literal(Value::Float(millis as f64), length, span))
        }
    };
    Typed::scalar(op, vec![value, by], ty, span)
}

/// A bucket moved so far is a bucket again.
fn moves(unit: TimeUnit, shift: Shift) -> bool {
    let whole = |length: i64| matches!(shift, Shift::Millis(millis) if millis % length == 0);
    let months = |count: i32| matches!(shift, Shift::Months(months) if months % count == 0);
    match unit {
        TimeUnit::Minute => whole(60_000) || months(1),
        TimeUnit::Hour => whole(3_600_000) || months(1),
        TimeUnit::Day => whole(DAY) || months(1),
        TimeUnit::Week => whole(7 * DAY),
        TimeUnit::Month => months(1),
        TimeUnit::Quarter => months(3),
        TimeUnit::Year => months(12),
    }
}

const DAY: i64 = 86_400_000;
