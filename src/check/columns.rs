//! Names become columns: by name, by alias, by a path into a record. Keys of groups are named here too.

use super::Checker;
use super::expr::Place;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::expr::{Node, ScalarOp, TimeUnit, Typed};
use crate::model::hidden::{open_name, shown_name};
use crate::model::lowering::Lowering as _;
use crate::model::rel::Named;
use crate::model::schema::{Column, Schema};
use crate::span::Span;
use crate::syntax::ast::{Expr, ExprKind, Item};
use crate::syntax::format;
use crate::types::Type;

impl Checker<'_> {
    /// A column that is named and nothing else.
    pub fn column_ref(&mut self, expr: &Expr, schema: &Schema) -> Option<Typed> {
        let ExprKind::Name(name) = &expr.kind else {
            let error = Diagnostic::error(Code::E0302, "the name of a column is needed here").at(expr.span);
            self.report(error.label("this is an expression").help("compute it first, with `derive name = …`"));
            return None;
        };
        let found = self.name(name, expr.span, schema)?;
        if let Node::Field(_, field) = &found.node {
            let of = expr.span.of(self.text);
            let message = format!("`{field}` is a field of a record, and a column is needed here");
            let error = Diagnostic::error(Code::E0302, message).at(expr.span).label("not a column of its own");
            let other = if schema.find(field).is_some() { of.replace('.', "_") } else { format::word(field) };
            self.report(error.help(format!("make a column of it first: `derive {other} = {of}`")));
            return None;
        }
        Some(found)
    }

    /// The column of a name; else the longest part before a dot that is one, and its fields.
    pub fn name(&mut self, name: &str, span: Span, schema: &Schema) -> Option<Typed> {
        if let Some(found) = find(name, span, schema) {
            return Some(found);
        }
        if let Some(ty) = &schema.open {
            return Some(Typed::column(open_name(name), ty.clone(), span));
        }
        self.unknown_column(name, span, schema);
        None
    }

    /// Keys of a group, each under its name.
    pub fn group_keys(&mut self, items: &[Item], schema: &Schema) -> Option<Vec<Named>> {
        let mut keys: Vec<Named> = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|index| items.get(index));
            if self.aggregate_among_keys(before, item) {
                return None;
            }
            let key = self.key(item, schema)?;
            if keys.iter().any(|known| known.name == key.name) {
                let error = Diagnostic::error(Code::E0108, format!("two keys are called `{}`", key.name)).at(item.span);
                self.report(
                    error
                        .label("the second one")
                        .help(format!("name it, as in `{} as other`", item.span.of(self.text))),
                );
                return None;
            }
            keys.push(key);
        }
        Some(keys)
    }

    /// `group model, sum(cost)`: the aggregate belongs to the next stage.
    fn aggregate_among_keys(&mut self, before: Option<&Item>, item: &Item) -> bool {
        let ExprKind::Call(call) = &item.value.kind else { return false };
        let name = call.name.value.as_str();
        let aggregate = self.catalog.aggregates().any(|f| f.name == name || f.aliases.contains(&name));
        let (Some(before), true) = (before, aggregate) else { return false };
        let message = format!("`{name}` is an aggregate, and here are keys");
        let error = Diagnostic::error(Code::E0205, message).at(item.span).label("belongs to the next stage");
        let gap = Span::new(before.span.end, item.span.start);
        self.report(error.help(format!("write `| {}`", item.span.of(self.text))).edit(gap, " | "));
        true
    }

    fn key(&mut self, item: &Item, schema: &Schema) -> Option<Named> {
        let value = match self.bare_unit(&item.value, schema) {
            Some(Ok(value)) => value,
            Some(Err(error)) => {
                self.report(error);
                return None;
            }
            None => self.expr(&item.value, schema, Place::Row)?,
        };
        if matches!(value.ty, Type::List(_) | Type::Record(_)) {
            let error = Diagnostic::error(Code::E0202, format!("a {} cannot be a key", value.ty)).at(item.span);
            self.report(error.label("here").help("`unnest` it first"));
            return None;
        }
        let name = match (item.tail.alias.as_ref().or(item.name.as_ref()), &value.node, &item.value.kind) {
            (Some(name), _, _) => name.value.clone(),
            (None, Node::Column(name) | Node::Field(_, name), _) => shown_name(name).to_string(),
            // `week(date)` is the column `week`.
            (None, Node::Scalar(ScalarOp::Start(unit), _), _) => unit.name().to_string(),
            // `weekday(date)` is the column `weekday`.
            (None, Node::Scalar(ScalarOp::HourOfDay | ScalarOp::Weekday, _), ExprKind::Call(call)) => {
                call.name.value.clone()
            }
            (None, _, _) => format::expr(&item.value),
        };
        Some(Named { name, value })
    }

    /// `group day`: the unit of the only time there is, where no column is called so.
    fn bare_unit(&mut self, expr: &Expr, schema: &Schema) -> Option<Result<Typed, Diagnostic>> {
        let ExprKind::Name(name) = &expr.kind else { return None };
        let unit = TimeUnit::named(name).filter(|_| schema.find(name).is_none())?;
        let times: Vec<&Column> =
            schema.shown_columns().filter(|column| matches!(column.ty, Type::Date | Type::Time)).collect();
        let column = match times.as_slice() {
            [] => return None,
            [column] => *column,
            [first, ..] => {
                let names: Vec<String> = times.iter().map(|column| format!("{name}({})", column.name)).collect();
                let error = Diagnostic::error(Code::E0302, format!("which `{name}`? There are several times here"));
                let error = error.at(expr.span).label("of which column?").help(format!("write {}", names.join(" or ")));
                return Some(Err(error.edit(expr.span, format!("{name}({})", first.name))));
            }
        };
        if unit < TimeUnit::Day && column.ty == Type::Date {
            let error = Diagnostic::error(Code::E0202, format!("`{}` has days, and no {name}s", column.name));
            return Some(Err(error
                .at(expr.span)
                .label("finer than a day")
                .help("group by `day`, `week`, `month` or longer")));
        }
        let ty = if unit < TimeUnit::Day { Type::Time } else { Type::Date };
        let argument = Typed::column(&column.name, column.ty.clone(), expr.span);
        Some(Ok(Typed::scalar(ScalarOp::Start(unit), vec![argument], ty, expr.span)))
    }
}

fn find(name: &str, span: Span, schema: &Schema) -> Option<Typed> {
    if let Some(column) = schema.find(name) {
        return Some(Typed::column(&column.name, column.ty.clone(), span));
    }
    let (path, field) = name.rsplit_once('.')?;
    let record = find(path, span, schema)?;
    let Type::Record(fields) = &record.ty else { return None };
    let (_, ty) = fields.iter().find(|(known, _)| known == field)?;
    let ty = ty.clone();
    Some(Typed { node: Node::Field(Box::new(record), field.to_string()), ty, span })
}
