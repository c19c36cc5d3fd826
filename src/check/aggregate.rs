//! Aggregating stages: `agg`, and every aggregate as a verb. A group and what aggregates it are one node of the plan.

use super::Checker;
use super::expr::Place;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::FunctionKind;
use crate::model::expr::{AggregateOp, Node, Typed};
use crate::model::lowering::{Lowering as _, Table};
use crate::model::rel::{Named, Rel, SortKey};
use crate::model::schema::{Column, Role, Schema};
use crate::span::{Span, Spanned};
use crate::syntax::ast::{Call, Expr, ExprKind, Item, Stage, Tail};
use crate::syntax::format;
use crate::types::{Class, Type, Unit};

impl Checker<'_> {
    /// `verb` is the aggregate whose name the stage starts with; `None` for `agg`.
    pub fn aggregate_stage(&mut self, stage: &Stage, table: Table, verb: Option<&str>) -> Option<Table> {
        let schema = table.schema.clone();
        let keys = self.stage_keys(stage, &table)?;
        let mut aggregates: Vec<Named> = Vec::new();
        for item in self.calls(stage, verb)? {
            let mut value = self.expr(&item.value, &schema, Place::Group)?;
            if !value.has_aggregate() {
                self.no_aggregate(item.span, &format::expr(&item.value));
                return None;
            }
            if let Some(condition) = &item.tail.condition {
                let condition = self.expr(condition, &schema, Place::Condition)?;
                value = self.only_where(value, condition, item.span)?;
            }
            let name = match item.tail.alias.as_ref().or(item.name.as_ref()) {
                Some(name) => name.value.clone(),
                None => self.result_name(&item.value, &value),
            };
            aggregates.push(Named { name, value });
        }
        self.no_two_alike(&keys, &aggregates)?;
        Some(grouped(table, keys, aggregates, stage.span))
    }

    /// Keys of the `group` before, or of a `by` in the stage itself.
    fn stage_keys(&mut self, stage: &Stage, table: &Table) -> Option<Vec<Named>> {
        let by: Vec<Item> =
            stage.clauses.iter().filter(|c| c.word.value == "by").flat_map(|c| c.items.clone()).collect();
        if let Some(clause) = stage.clauses.iter().find(|clause| clause.word.value != "by") {
            let error = Diagnostic::error(Code::E0302, format!("an aggregate takes no `{}`", clause.word.value));
            self.report(error.at(clause.span).label("does not belong here").help("only `by` may follow"));
            return None;
        }
        match (&table.group, by.first()) {
            (Some(group), Some(first)) => {
                let error = Diagnostic::error(Code::E0302, "the keys are given twice").at(first.span);
                let error = error.label("and here").also(group.span, "here");
                self.report(error.help("name all keys after `group`"));
                None
            }
            (Some(group), None) => Some(group.keys.clone()),
            (None, Some(_)) => self.group_keys(&by, &table.schema),
            (None, None) => Some(Vec::new()),
        }
    }

    /// The aggregates of the stage as calls: the verb given to its own argument, and to columns that stand bare.
    fn calls(&mut self, stage: &Stage, verb: Option<&str>) -> Option<Vec<Item>> {
        let Some(verb) = verb else {
            if stage.items.is_empty() {
                let error =
                    Diagnostic::error(Code::E0302, "`agg` needs at least one aggregate").at(stage.word.span.after());
                self.report(error.label("missing").help("as in `agg cost = sum(cost), rows = count()`"));
                return None;
            }
            return Some(stage.items.clone());
        };
        let word = &stage.word;
        let call = |arguments: Vec<Expr>, span: Span| Expr {
            kind: ExprKind::Call(Call {
                name: Spanned::new(verb.to_string(), word.span),
                arguments,
                as_word: false,
                over: None,
            }),
            span,
        };
        let mut calls = Vec::new();
        let own_tail = stage.tail != Tail::default();
        if stage.items.is_empty() || stage.alone || own_tail {
            let span = word.span;
            calls.push(Item { name: None, value: call(vec![], span), tail: stage.tail.clone(), span });
        }
        for (index, item) in stage.items.iter().enumerate() {
            let first = index == 0 && calls.is_empty();
            let touches = first && item.span.start == word.span.end;
            if touches && self.goes_on(stage, item) {
                return None;
            }
            let value = match (&item.value.kind, first) {
                // `wavg(rate, weight)`, `count()`: the brackets are the arguments.
                (ExprKind::List(arguments), true) if touches => call(arguments.clone(), word.span.to(item.value.span)),
                (_, true) => call(vec![item.value.clone()], word.span.to(item.value.span)),
                (ExprKind::Name(_), false) => call(vec![item.value.clone()], item.value.span),
                (_, false) => item.value.clone(),
            };
            calls.push(Item { value, ..item.clone() });
        }
        Some(calls)
    }

    /// `sum(a) / sum(b)`: a verb that touches its bracket may be followed by that bracket alone.
    fn goes_on(&mut self, stage: &Stage, item: &Item) -> bool {
        let ExprKind::Binary(_, _, left, _) = &item.value.kind else { return false };
        if left.span.start != item.value.span.start {
            return false;
        }
        let name = item.tail.alias.as_ref().map_or("result", |alias| alias.value.as_str());
        let whole = stage.word.span.to(item.value.span);
        let mended = format!("agg {name} = {}", whole.of(self.text));
        let error = Diagnostic::error(Code::E0302, "an expression of several aggregates goes into `agg`").at(whole);
        let error = error.label("more than one call").help(format!("write `{mended}`"));
        self.report(error.edit(stage.word.span.to(item.span), mended));
        true
    }

    fn no_aggregate(&mut self, span: Span, text: &str) {
        let error = Diagnostic::error(Code::E0205, format!("`{text}` is the same for all rows of a group")).at(span);
        self.report(error.label("no aggregate").help("every result of this stage needs one, as in `sum(cost)`"));
    }

    /// Only the rows for which the condition is true count.
    fn only_where(&mut self, value: Typed, condition: Typed, span: Span) -> Option<Typed> {
        let condition = self.must_be_bool(condition)?;
        match value.node {
            Node::Aggregate(mut aggregate) => {
                aggregate.condition = Some(condition);
                Some(Typed { node: Node::Aggregate(aggregate), ..value })
            }
            _ => {
                let error =
                    Diagnostic::error(Code::E0302, "`where` belongs to one aggregate, and here are several").at(span);
                self.report(
                    error.label("which one?").help("name each part first: `sum cost where … as a, sum tokens as b`"),
                );
                None
            }
        }
    }

    /// A sum keeps the name of its column, every other aggregate puts its own in front; what else is unnamed is its text.
    fn result_name(&self, expr: &Expr, value: &Typed) -> String {
        let (ExprKind::Call(call), Node::Aggregate(aggregate)) = (&expr.kind, &value.node) else {
            return format::expr(expr);
        };
        let Some(function) = self.catalog.function(&call.name.value) else { return format::expr(expr) };
        let keeps = matches!(function.kind, FunctionKind::Aggregate { keeps_name: true, .. });
        match aggregate.argument.as_ref().map(|argument| &argument.node) {
            None => function.name.to_string(),
            Some(Node::Column(column)) if keeps => column.clone(),
            Some(Node::Column(column)) => format!("{}_{column}", function.name),
            Some(_) => format::expr(expr),
        }
    }

    fn no_two_alike(&mut self, keys: &[Named], aggregates: &[Named]) -> Option<()> {
        for (index, named) in aggregates.iter().enumerate() {
            let before = keys.iter().chain(aggregates.iter().take(index));
            if let Some(first) = before.clone().find(|earlier| earlier.name == named.name) {
                let span = named.value.span;
                let other = format!("{}_2", named.name);
                let error = Diagnostic::error(Code::E0108, format!("two results are called `{}`", named.name)).at(span);
                let error = error.label("the second one").also(first.value.span, "the first one");
                self.report(
                    error
                        .help(format!("name one of them, as in `… as {other}`"))
                        .edit(span.after(), format!(" as {other}")),
                );
                return None;
            }
        }
        Some(())
    }

    /// The argument of an aggregate, where it may be aggregated so: a rate is never summed.
    pub fn summable(&mut self, op: AggregateOp, argument: Typed, schema: &Schema) -> Option<Typed> {
        if argument.columns().is_empty() {
            let written = argument.span.of(self.text).to_string();
            let error =
                Diagnostic::error(Code::E0205, format!("`{written}` is the same for every row")).at(argument.span);
            self.report(error.label("no column").help("an aggregate looks at a column; `count()` counts rows"));
            return None;
        }
        let Type::Number(unit, class) = argument.ty else { return Some(argument) };
        let rate =
            class == Class::Ratio || class == Class::Holistic || unit.is_quotient() || unit.unscaled() == Unit::RATIO;
        if op != AggregateOp::Sum || !rate {
            return Some(argument);
        }
        let written = argument.span.of(self.text).to_string();
        let known = match &argument.node {
            Node::Column(name) => schema.find(name).and_then(|column| column.parts.clone()),
            _ => argument.parts(),
        };
        let error =
            Diagnostic::error(Code::E0203, format!("`{written}` is a rate, and the sum of rates means nothing"));
        let error = error.at(argument.span).label(format!("a {}", argument.ty));
        self.report(match known {
            Some(parts) => error.help(format!("recompute it from its parts: `agg {} = {parts}`", name_of(&argument))),
            None => error.help(format!("take `avg {written}` or `max {written}`, or sum what it is made of")),
        });
        None
    }
}

fn name_of(typed: &Typed) -> &str {
    if let Node::Column(name) = &typed.node { name } else { "rate" }
}

/// The group and its aggregates as one node, its rows in key order.
fn grouped(table: Table, keys: Vec<Named>, aggregates: Vec<Named>, span: Span) -> Table {
    let key = |named: &Named| {
        let column = match &named.value.node {
            Node::Column(from) => table.schema.find(from).cloned(),
            _ => None,
        };
        let column = column.unwrap_or_else(|| Column::new(&named.name, named.value.ty.clone()));
        let aliases = if column.name == named.name { column.aliases } else { &[] };
        Column { name: named.name.clone(), aliases, ..column }.role(Role::Key)
    };
    let measure = |named: &Named| {
        let parts = quotient(&named.value);
        Column { parts, ..Column::new(&named.name, named.value.ty.clone()) }.role(Role::Measure)
    };
    let schema = Schema::new(keys.iter().map(key).chain(aggregates.iter().map(measure)).collect());
    let by: Vec<SortKey> = schema
        .with_role(Role::Key)
        .map(|column| SortKey { value: Typed::column(&column.name, column.ty.clone(), span), descending: false })
        .collect();
    let table = table.over(|input| Rel::Aggregate { input, keys, aggregates });
    let table = Table { schema, group: None, ..table };
    if by.is_empty() { table } else { table.over(|input| Rel::Sort { input, by }) }
}

/// A quotient of two sums over finer groups is recomputed from the same sums.
fn quotient(value: &Typed) -> Option<String> {
    (value.ty.class() == Some(Class::Ratio)).then(|| "the sums it is made of, over all groups".to_string())
}
