//! Names become columns: by name, by alias, by a path into a record. Keys of groups are named here too.

use super::Checker;
use super::expr::Place;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::expr::{Node, ScalarOp, TimeUnit, Typed};
use crate::model::lowering::Lowering as _;
use crate::model::rel::Named;
use crate::model::schema::Schema;
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
        self.name(name, expr.span, schema)
    }

    /// The column of a name; else the longest part before a dot that is one, and its fields.
    pub fn name(&mut self, name: &str, span: Span, schema: &Schema) -> Option<Typed> {
        if let Some(found) = find(name, span, schema) {
            return Some(found);
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
            Some(value) => value,
            None => self.expr(&item.value, schema, Place::Row)?,
        };
        if matches!(value.ty, Type::List(_) | Type::Record(_)) {
            let error = Diagnostic::error(Code::E0202, format!("a {} cannot be a key", value.ty)).at(item.span);
            self.report(error.label("here").help("`unnest` it first"));
            return None;
        }
        let name = match (item.tail.alias.as_ref().or(item.name.as_ref()), &value.node, &item.value.kind) {
            (Some(name), _, _) => name.value.clone(),
            (None, Node::Column(name) | Node::Field(_, name), _) => name.clone(),
            // `week(date)` is the column `week`.
            (None, Node::Scalar(ScalarOp::Start(unit), _), _) => unit.name().to_string(),
            (None, _, _) => format::expr(&item.value),
        };
        Some(Named { name, value })
    }

    /// `group day`: the unit of the first time there is, where no column is called so.
    fn bare_unit(&mut self, expr: &Expr, schema: &Schema) -> Option<Typed> {
        let ExprKind::Name(name) = &expr.kind else { return None };
        let unit = TimeUnit::named(name).filter(|_| schema.find(name).is_none())?;
        let column = schema.columns.iter().find(|column| matches!(column.ty, Type::Date | Type::Time))?;
        let ty = if unit < TimeUnit::Day && column.ty == Type::Time { Type::Time } else { Type::Date };
        let argument = Typed::column(&column.name, column.ty.clone(), expr.span);
        Some(Typed::scalar(ScalarOp::Start(unit), vec![argument], ty, expr.span))
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
