//! The condition of a join: which columns of the two sides are equal, and what is said where that cannot be told.

use super::arguments::{as_condition, misuse};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{SourceDef, VerbDef};
use crate::model::lowering::Lowering;
use crate::model::rel::Pair;
use crate::model::schema::{Column, Schema};
use crate::span::{Span, Spanned};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Ident, Item, Stage};
use crate::syntax::format;
use crate::types::Type;

/// A join, and the columns that meet in it.
#[derive(Clone, Copy)]
pub struct Sides<'a> {
    pub def: &'static VerbDef,
    pub stage: &'a Stage,
    /// The right side as it is written.
    pub item: &'a Item,
    pub left: &'a Schema,
    pub right: &'a Schema,
    pub asked: Option<Asked>,
}

/// A right side that is asked for each key.
#[derive(Clone, Copy)]
pub struct Asked {
    pub source: &'static SourceDef,
    pub parameter: &'static str,
}

/// A condition that both sides fit.
pub struct Matched {
    pub pairs: Vec<Pair>,
    /// Columns of the right that go by the name of their partner, which stays.
    pub shared: Vec<String>,
    /// The condition, in the text.
    pub span: Span,
}

/// `model == id`, or `model` where both sides call it so.
struct Condition {
    left: Ident,
    right: Option<Ident>,
    span: Span,
}

impl Condition {
    fn names(&self) -> (&Ident, &Ident) {
        (&self.left, self.right.as_ref().unwrap_or(&self.left))
    }
}

/// The columns that must be equal; what does not fit is reported.
pub fn matched(cx: &mut dyn Lowering, sides: &Sides<'_>) -> Option<Matched> {
    let Some(clause) = sides.stage.clauses.iter().find(|clause| clause.word.value == "on") else {
        cx.report(missing(sides));
        return None;
    };
    let mut conditions = Vec::new();
    for item in &clause.items {
        let condition = as_condition(item, cx.text());
        read(cx, sides, &condition, &mut conditions)?;
    }
    if let Some(error) = habit(sides, &conditions) {
        cx.report(error);
        return None;
    }
    let mut matched = Matched { pairs: Vec::new(), shared: Vec::new(), span: clause.span };
    for condition in &conditions {
        let (a, b) = condition.names();
        let (Some(left), Some(right)) = (sides.left.find(&a.value), sides.right.find(&b.value)) else {
            unknown(sides, condition).into_iter().for_each(|error| cx.report(error));
            return None;
        };
        let shared = a.value == b.value || left.name == right.name;
        // A key that is named twice is one key.
        if matched.pairs.iter().any(|pair| pair.left == left.name && pair.right == right.name) {
            continue;
        }
        match common_type(condition, left, right) {
            Ok(ty) => matched.pairs.push(Pair { left: left.name.clone(), right: right.name.clone(), ty, shared }),
            Err(error) => {
                cx.report(error);
                return None;
            }
        }
        if shared {
            matched.shared.push(right.name.clone());
        }
    }
    Some(matched)
}

/// Conditions joined by `,` or `and`, each a name or two.
fn read(cx: &mut dyn Lowering, sides: &Sides<'_>, expr: &Expr, found: &mut Vec<Condition>) -> Option<()> {
    let ident = |expr: &Expr| match &expr.kind {
        ExprKind::Name(name) => Some(Spanned::new(name.clone(), expr.span)),
        _ => None,
    };
    let def = sides.def;
    let written = expr.span.of(cx.text()).to_string();
    let error = match &expr.kind {
        ExprKind::Name(name) => {
            let left = Spanned::new(name.clone(), expr.span);
            found.push(Condition { left, right: None, span: expr.span });
            return Some(());
        }
        ExprKind::List(items) => return items.iter().try_for_each(|item| read(cx, sides, item, found)),
        ExprKind::Binary(BinaryOp::And, _, left, right) => {
            read(cx, sides, left, found)?;
            return read(cx, sides, right, found);
        }
        ExprKind::Binary(BinaryOp::Equal | BinaryOp::Assign, _, left, right) => match (ident(left), ident(right)) {
            (Some(left), right @ Some(_)) => {
                found.push(Condition { left, right, span: expr.span });
                return Some(());
            }
            (left, _) => {
                let other = if left.is_none() { left_of(expr) } else { right_of(expr) };
                let at = other.map_or(expr.span, |other| other.span);
                let written = at.of(cx.text()).to_string();
                let error = misuse(def, at, format!("`on` compares columns, and `{written}` is none"));
                error
                    .label("not a column")
                    .help("compute it first with `derive`; what all rows must be goes into a `where`")
            }
        },
        ExprKind::Binary(BinaryOp::Or, ..) => {
            misuse(def, expr.span, "rows match where all keys are equal, and `or` means some")
                .help("part keys with `,`, or join twice")
        }
        _ => misuse(def, expr.span, format!("`on` compares columns with `==`, and `{written}` does not"))
            .help("name a column of each side, as in `on model_id == id`; filter the result with a `where`"),
    };
    cx.report(error);
    None
}

fn left_of(expr: &Expr) -> Option<&Expr> {
    if let ExprKind::Binary(_, _, left, _) = &expr.kind { Some(left) } else { None }
}

fn right_of(expr: &Expr) -> Option<&Expr> {
    if let ExprKind::Binary(_, _, _, right) = &expr.kind { Some(right) } else { None }
}

/// `on a.model == b.id`, `models as m`, the names in the wrong order: what can be told from the columns there are.
fn habit(sides: &Sides<'_>, conditions: &[Condition]) -> Option<Diagnostic> {
    let alias = sides.item.tail.alias.as_ref();
    let turned: Vec<(&Condition, String)> =
        conditions.iter().filter_map(|condition| Some((condition, mended(sides, condition)?))).collect();
    let error = |message: String, at: Span| misuse(sides.def, at, message);
    let first = turned.first().map(|(condition, mended)| (condition.names(), condition.span, mended));
    let mut error = match (alias, first) {
        (None, None) => return None,
        (Some(alias), _) => {
            error("the table of a join gets no name of its own".to_string(), alias.span).label("not needed").help(
                "the first name of a condition belongs to the rows before, the second one to the table that is joined",
            )
        }
        (None, Some(((a, b), at, mended))) => {
            let dotted = a.value.contains('.') || b.value.contains('.');
            let message = if dotted {
                "a column is named without its table".to_string()
            } else {
                format!("`{}` is a column of the right side, and stands on the left of `==`", a.value)
            };
            error(message, at)
                .label("first the column of the rows before, then that of the table")
                .help(format!("write `{mended}`"))
        }
    };
    if let Some(alias) = alias {
        error = error.edit(Span::new(sides.item.value.span.end, alias.span.end), "");
    }
    Some(turned.into_iter().fold(error, |error, (condition, mended)| error.edit(condition.span, mended)))
}

/// The condition in its one form, where it is another one than what is written.
fn mended(sides: &Sides<'_>, condition: &Condition) -> Option<String> {
    let known = |name: &str| sides.left.find(name).is_some() || sides.right.find(name).is_some();
    let plain = |name: &str| match name.split_once('.') {
        Some((table, column)) if !known(name) && !known(table) && known(column) => column.to_string(),
        _ => name.to_string(),
    };
    let (a, b) = condition.names();
    let (left, right) = (plain(&a.value), plain(&b.value));
    let fits = |left: &str, right: &str| sides.left.find(left).is_some() && sides.right.find(right).is_some();
    let (left, right) = match (fits(&left, &right), fits(&right, &left)) {
        (true, _) => (left, right),
        (false, true) => (right, left),
        (false, false) => return None,
    };
    let changed = left != a.value || right != b.value;
    changed.then(|| equal(&left, &right))
}

/// The condition as it is written.
fn equal(left: &str, right: &str) -> String {
    let name = |name: &str| format::expr(&Expr { kind: ExprKind::Name(name.to_string()), span: Span::default() });
    if left == right { name(left) } else { format!("{} == {}", name(left), name(right)) }
}

/// A side that has no such column.
fn unknown(sides: &Sides<'_>, condition: &Condition) -> Vec<Diagnostic> {
    let left = &condition.left;
    let Some(right) = &condition.right else { return vec![not_on_both(sides, left)] };
    let mut errors = Vec::new();
    for (schema, name, side) in [(sides.left, left, "left"), (sides.right, right, "right")] {
        if schema.find(&name.value).is_none() {
            let message = format!("there is no column `{}` on the {side} side", name.value);
            let error = Diagnostic::error(Code::E0103, message).at(name.span).label("unknown column");
            let near = schema.nearest(&name.value);
            errors.push(if near.is_empty() {
                error.help(format!("columns of the {side} side: {}", names(schema)))
            } else {
                error.did_you_mean(name.span, near)
            });
        }
    }
    errors
}

fn names(schema: &Schema) -> String {
    schema.names().collect::<Vec<_>>().join(", ")
}

/// `on model`, where not both sides have it.
fn not_on_both(sides: &Sides<'_>, name: &Ident) -> Diagnostic {
    let (left, right) = (sides.left.find(&name.value), sides.right.find(&name.value));
    let clause = sides.stage.clauses.first().map_or(name.span, |clause| clause.span);
    if let Some(asked) = sides.asked {
        return not_by_key(sides, asked, clause);
    }
    let error = |has: &str| {
        let error = Diagnostic::error(Code::E0103, format!("{has} column `{}`", name.value));
        error.at(name.span).label("unknown column")
    };
    let partners = |of: &Column, others: &Schema| -> Vec<String> {
        let near = others.nearest(&name.value).into_iter();
        near.filter(|near| others.find(near).is_some_and(|near| fit(of, near))).collect()
    };
    let (error, near, schema) = match (left, right) {
        (Some(of), _) => {
            let pairs = partners(of, sides.right).into_iter().map(|near| equal(&name.value, &near));
            (error("the right side has no"), pairs.collect::<Vec<_>>(), sides.right)
        }
        (None, Some(of)) => {
            let pairs = partners(of, sides.left).into_iter().map(|near| equal(&near, &name.value));
            (error("the left side has no"), pairs.collect(), sides.left)
        }
        (None, None) => {
            let both = sides.left.nearest(&name.value).into_iter().filter(|near| sides.right.find(near).is_some());
            (error("neither side has a"), both.collect(), sides.left)
        }
    };
    if !near.is_empty() {
        return error.did_you_mean(name.span, near);
    }
    let side = if left.is_some() { "the right side" } else { "the left side" };
    error.help(format!("name a column of each, as in `on COLUMN == COLUMN`; {side} has {}", names(schema)))
}

/// The type that both columns fit, or why there is none.
fn common_type(condition: &Condition, left: &Column, right: &Column) -> Result<Type, Diagnostic> {
    let (a, b) = condition.names();
    for (name, column) in [(a, left), (b, right)] {
        if matches!(column.ty, Type::List(_) | Type::Record(_)) {
            let error = Diagnostic::error(Code::E0202, format!("a {} cannot be a key", column.ty)).at(name.span);
            return Err(error.label(format!("a {}", column.ty)).help("`unnest` it first"));
        }
    }
    if fit(left, right) {
        return Ok(Type::common([&left.ty, &right.ty]));
    }
    let error = Diagnostic::error(Code::E0201, format!("a {} and a {} cannot be matched", left.ty, right.ty));
    let error = match &condition.right {
        Some(right_name) => {
            let error = error.at(condition.span).label("these do not go together");
            error.also(a.span, format!("a {}", left.ty)).also(right_name.span, format!("a {}", right.ty))
        }
        None => error.at(a.span).label(format!("a {} on the left, a {} on the right", left.ty, right.ty)),
    };
    let is_time = |column: &Column| matches!(column.ty, Type::Date | Type::Time);
    Err(error.help(if is_time(left) && is_time(right) {
        "take the day of the time first, as in `derive date = day(created_at)`"
    } else if left.ty.is_number() && right.ty.is_number() {
        "name columns of one unit"
    } else {
        "name columns of one type"
    }))
}

/// Values of both columns can be equal. A day and an instant are so at midnight alone, which nobody means.
fn fit(left: &Column, right: &Column) -> bool {
    let nested = |column: &Column| matches!(column.ty, Type::List(_) | Type::Record(_));
    let days = |column: &Column| column.ty == Type::Date;
    let times = |column: &Column| column.ty == Type::Time;
    let mixed = (days(left) && times(right)) || (times(left) && days(right));
    left.ty.fits(&right.ty) && !nested(left) && !nested(right) && !mixed
}

/// No `on`: what could stand there.
fn missing(sides: &Sides<'_>) -> Diagnostic {
    let word = sides.def.name;
    let error = misuse(sides.def, sides.item.span, format!("`{word}` needs `on` and the columns that must be equal"));
    let error = error.label("equal in what?");
    let likely = likely(sides);
    match likely.as_slice() {
        [] => error.help(format!("as in `on COLUMN == COLUMN`; the right side has {}", names(sides.right))),
        [only] => {
            let rest = Span::new(sides.item.value.span.end, sides.item.span.end);
            error.help(format!("write `on {only}`")).edit(rest, format!(" on {only}"))
        }
        [first, ..] => {
            let all: Vec<String> = likely.iter().map(|pair| format!("`{pair}`")).collect();
            error.help(format!("what both sides have: {}; write `on {first}`, or several with `,`", all.join(", ")))
        }
    }
}

/// A join with a source that is asked for each key, by another column or by several.
pub fn not_by_key(sides: &Sides<'_>, asked: Asked, at: Span) -> Diagnostic {
    let Asked { source, parameter } = asked;
    let message = format!("`{}` is asked for each {parameter}, so `on` needs just that", source.name);
    let error = Diagnostic::error(Code::E0403, message).at(at).label(format!("not by its {parameter}"));
    match likely(sides).as_slice() {
        [only] => error.help(format!("write `on {only}`")).edit(at, format!("on {only}")),
        _ => error.help(format!("write `on COLUMN == {parameter}`; the left side has {}", names(sides.left))),
    }
}

/// Conditions that were likely meant: columns that both sides know by a name, but for numbers and conditions.
fn likely(sides: &Sides<'_>) -> Vec<String> {
    if let Some(Asked { source, parameter }) = sides.asked {
        let names = [format!("{}_{parameter}", source.name), parameter.to_string()];
        return names
            .iter()
            .filter(|name| sides.left.find(name).is_some())
            .map(|name| equal(name, parameter))
            .collect();
    }
    let key = |column: &&Column| matches!(column.ty, Type::Text | Type::Date | Type::Time);
    let mut found = Vec::new();
    for left in sides.left.columns.iter().filter(key) {
        let named_so = |right: &&Column| {
            let names = || std::iter::once(left.name.as_str()).chain(left.aliases.iter().copied());
            names().any(|name| right.name == name) || right.aliases.contains(&left.name.as_str())
        };
        let partners = sides.right.columns.iter().filter(key).filter(named_so).filter(|right| fit(left, right));
        found.extend(partners.map(|right| equal(&left.name, &right.name)));
    }
    found
}
