//! Reading the arguments of a stage: what several verbs ask for in the same way.

use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Shown, Unrenderable, VerbDef};
use crate::model::expr::{Node, ScalarOp, Typed};
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::{Named, Rel, SortKey};
use crate::model::schema::{Column, Schema};
use crate::model::value::Value;
use crate::span::Span;
use crate::suggest::unused;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Item, Stage, UnaryOp};
use crate::types::{Class, Type};

/// A stage that does not fit its verb.
pub fn misuse(def: &VerbDef, at: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code::E0302, message)
        .at(at)
        .label(format!("`{}` is written `{}`", def.name, def.usage))
        .help(def.examples.first().map_or(String::new(), |example| format!("as in `{}`", example.query)))
}

/// The items, of which there must be some.
pub fn some_items<'s>(cx: &mut dyn Lowering, def: &VerbDef, stage: &'s Stage) -> Option<&'s [Item]> {
    if stage.items.is_empty() {
        cx.report(misuse(def, stage.word.span, format!("`{}` needs at least one argument", def.name)));
        return None;
    }
    Some(&stage.items)
}

/// The one item of a verb that takes exactly one.
pub fn one_item<'s>(cx: &mut dyn Lowering, def: &VerbDef, stage: &'s Stage) -> Option<&'s Expr> {
    match stage.items.as_slice() {
        [Item { value, .. }] => Some(value),
        [] => {
            cx.report(misuse(def, stage.word.span, format!("`{}` needs its argument", def.name)));
            None
        }
        [first, ..] => {
            let at = stage.items.get(1).unwrap_or(first).span;
            cx.report(misuse(def, at, format!("`{}` takes one argument", def.name)));
            None
        }
    }
}

/// A whole number that is written out.
pub fn whole_number(cx: &mut dyn Lowering, def: &VerbDef, expr: &Expr) -> Option<usize> {
    let number = match &expr.kind {
        ExprKind::Number(n) => Some(*n),
        ExprKind::Param(_) => number_of(&cx.row_expr(expr, &Schema::default())?),
        ExprKind::Name(name) => cx.constant_named(name).as_ref().and_then(number_of),
        _ => None,
    };
    if let Some(n) = number.filter(|n| *n >= 0.0 && n.fract() == 0.0 && *n < 1e15) {
        // Whole, not negative and far below 2^53: the cast is exact.
        return Some(n as usize);
    }
    let written = expr.span.of(cx.text()).to_string();
    let mut error = misuse(def, expr.span, format!("`{}` needs a whole number, not `{written}`", def.name));
    if let Some(number) = WORDS.iter().position(|word| *word == written.to_lowercase()) {
        error = error.help(format!("write `{number}`")).edit(expr.span, number.to_string());
    }
    cx.report(error);
    None
}

fn number_of(typed: &Typed) -> Option<f64> {
    match &typed.node {
        Node::Literal(value) => value.number(),
        _ => None,
    }
}

const WORDS: [&str; 13] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// `-x`, `x desc`, `x asc`: what to sort by, and whether from above.
pub fn direction(expr: &Expr) -> (&Expr, bool) {
    match &expr.kind {
        ExprKind::Unary(UnaryOp::Negate, inner) => (inner, true),
        _ => (expr, false),
    }
}

/// The column of an item that names one, and nothing else.
pub fn column_of(cx: &mut dyn Lowering, def: &VerbDef, item: &Item, schema: &Schema) -> Option<Typed> {
    if item.name.is_some() || !matches!(item.value.kind, ExprKind::Name(_)) {
        cx.report(misuse(def, item.span, format!("`{}` takes names of columns", def.name)));
        return None;
    }
    cx.column(&item.value, schema)
}

/// The same; it may be a field of a record.
pub fn place_of(cx: &mut dyn Lowering, def: &VerbDef, item: &Item, schema: &Schema) -> Option<Typed> {
    match &item.value.kind {
        ExprKind::Name(name) if item.name.is_none() && schema.find(name).is_none() => cx.row_expr(&item.value, schema),
        _ => column_of(cx, def, item, schema),
    }
}

/// A value where values of a common type stand: a null is one of them, a day its first moment.
pub fn standing_as(value: Typed, ty: &Type) -> Typed {
    let span = value.span;
    match (&value.ty, ty) {
        (Type::Null, Type::Null) => value,
        (Type::Null, ty) => Typed::literal(Value::Null, ty.clone(), span),
        (Type::Date, Type::Time) => {
            let parts = vec![value, Typed::literal(Value::Null, Type::Time, span)];
            Typed::scalar(ScalarOp::Coalesce, parts, Type::Time, span)
        }
        (_, ty) => Typed { ty: ty.clone(), ..value },
    }
}

/// All columns must be known before it runs.
pub fn closed(cx: &mut dyn Lowering, def: &VerbDef, at: Span, schema: &Schema) -> Option<()> {
    if schema.open.is_none() {
        return Some(());
    }
    let error =
        misuse(def, at, format!("`{}` must know all columns, and those of a pivot only the rows tell", def.name));
    cx.report(error.help("list them: `pivot cost by provider in (\"A\", \"B\")`"));
    None
}

/// The item names a column that is known before it runs.
pub fn known(cx: &mut dyn Lowering, def: &VerbDef, item: &Item, schema: &Schema) -> Option<()> {
    match &item.value.kind {
        ExprKind::Name(name) if schema.find(name).is_none() => closed(cx, def, item.span, schema),
        _ => Some(()),
    }
}

/// The column that an expression becomes under a name; a plain column keeps what is known of it.
pub fn becomes(name: &str, value: &Typed, schema: &Schema) -> Column {
    match &value.node {
        Node::Column(from) => match schema.find(from) {
            // What is named is shown.
            Some(column) if column.name == name => Column { shown: Shown::Always, ..column.clone() },
            Some(column) => Column { name: name.to_string(), aliases: &[], shown: Shown::Always, ..column.clone() },
            None => Column::new(name, value.ty.clone()),
        },
        _ => {
            let of_means = value.columns().into_iter().filter_map(|from| schema.find(from)).any(|from| from.averaged);
            let averaged = of_means && value.ty.class() == Some(Class::Holistic);
            Column { parts: value.parts(), averaged, ..Column::new(name, value.ty.clone()) }
        }
    }
}

/// The one result of each name, or an error with the fix. `named` is where the name of each stands, if anywhere.
pub fn distinct_names(cx: &mut dyn Lowering, columns: &[Named], named: &[Option<Span>]) -> Option<()> {
    for (index, column) in columns.iter().enumerate() {
        let before = || columns.iter().take(index);
        let Some(first) = before().find(|earlier| earlier.name == column.name) else { continue };
        let taken: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let other = unused(&column.name, &taken);
        let span = column.value.span;
        let error = Diagnostic::error(Code::E0108, format!("two results are called `{}`", column.name))
            .at(span)
            .label("the second one");
        let error =
            if first.value.span == Span::default() { error } else { error.also(first.value.span, "the first one") };
        let error = error.help(format!("give it another name, such as `{other}`"));
        let kept = span == Span::default();
        let error = if kept { error.at(first.value.span).label("this one takes a name that is there") } else { error };
        if kept {
            cx.report(error);
            return None;
        }
        cx.report(match named.get(index).copied().flatten() {
            Some(name) => error.edit(name, other),
            None => error.edit(Span::new(span.start, span.start), format!("{other} = ")),
        });
        return None;
    }
    Some(())
}

/// The rows in the order of these keys.
pub fn sorted(table: Table, by: Vec<SortKey>) -> Table {
    table.over(|input| Rel::Sort { input, by })
}

/// `model = "x"` can only mean `model == "x"` here. What follows the first comparison belongs to it.
pub fn as_condition(item: &Item, text: &str) -> Expr {
    let Some(name) = &item.name else { return item.value.clone() };
    let column = Expr { kind: ExprKind::Name(name.value.clone()), span: name.span };
    let gap = Span::new(name.span.end, item.value.span.start);
    let at = gap.start + gap.of(text).find('=').unwrap_or(0);
    equals(column, Span::new(at, at + 1), item.value.clone())
}

/// The comparison binds tighter than the `and` and `or` that the parser found in the value.
fn equals(column: Expr, at: Span, value: Expr) -> Expr {
    let span = column.span.to(value.span);
    match value.kind {
        // In brackets it is one value: its span is longer than its parts.
        ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), between, left, right)
            if value.span.start == left.span.start =>
        {
            let left = Box::new(equals(column, at, *left));
            Expr { kind: ExprKind::Binary(op, between, left, right), span }
        }
        kind => {
            let value = Expr { kind, span: value.span };
            Expr { kind: ExprKind::Binary(BinaryOp::Assign, at, Box::new(column), Box::new(value)), span }
        }
    }
}

/// A picture of these columns would be empty.
pub fn nothing_to_draw(format: &'static str) -> Diagnostic {
    let error = Unrenderable::NoNumber(format);
    Diagnostic::error(Code::E0202, error.to_string()).help(error.help())
}
