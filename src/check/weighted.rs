//! Means and quantiles that take a second argument, and what a plain mean of means is told.

use super::Checker;
use super::expr::Place;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Accepts, FunctionDef, FunctionKind, Second, SourceDef};
use crate::model::cube::Cubed;
use crate::model::expr::{Aggregate, AggregateOp, Node, ScalarOp, Typed};
use crate::model::lowering::Lowering as _;
use crate::model::schema::{Column, Role, Schema};
use crate::model::value::Value;
use crate::span::Span;
use crate::syntax::ast::{Call, Expr, ExprKind, Stage};
use crate::types::{Class, Type, Unit};

impl Checker<'_> {
    /// `quantile(cost, 0.42)`: which quantile it is.
    pub fn quantile(&mut self, function: &FunctionDef, call: &Call, schema: &Schema) -> Option<AggregateOp> {
        let written = self.expr(call.arguments.get(1)?, schema, Place::Inside)?;
        let error = match written.node {
            Node::Literal(Value::Float(fraction)) if (0.0..=1.0).contains(&fraction) => {
                return Some(AggregateOp::Quantile(fraction));
            }
            Node::Literal(Value::Float(percent)) if (1.0..=100.0).contains(&percent) => {
                let mended = (percent / 100.0).to_string();
                let error = Diagnostic::error(Code::E0006, format!("a fraction goes from 0 to 1, not to {percent}"));
                error.label("more than 1").help(format!("write `{mended}`")).edit(written.span, mended)
            }
            _ => {
                let message = format!("`{}` needs a fraction that is written out, from 0 to 1", function.name);
                let error = Diagnostic::error(Code::E0202, message).label("no fraction");
                error.help(format!("as in `{}`", function.example.query))
            }
        };
        self.report(error.at(written.span));
        None
    }

    /// `wavg(rate, weight)`: two sums over the rows that have both, and their quotient.
    pub fn weighted_mean(&mut self, function: &FunctionDef, call: &Call, span: Span, schema: &Schema) -> Option<Typed> {
        let [rate, weight] = call.arguments.as_slice() else { return None };
        let mut number = |expr: &Expr| {
            let typed = self.expr(expr, schema, Place::Inside)?;
            let typed = self.accepted(function, Accepts::Number, typed, &[])?;
            self.summable(AggregateOp::Average, typed, schema)
        };
        let (value, counts) = (number(rate)?, number(weight)?);
        if let Some(source) = self.of_cube {
            let cubed = value.columns().first().and_then(|name| source.column(name)).and_then(|def| def.cubed);
            let exact = matches!(cubed, Some(Cubed::Ratio { .. }));
            let has =
                if exact { "its exact value for each group: `avg`" } else { "sums, and counts of different values" };
            self.not_of_cube(function, rate, "has", has);
            return None;
        }
        let ty = match value.ty {
            Type::Number(unit, _) => Type::Number(unit, Class::Holistic),
            _ => Type::PLAIN,
        };
        let product = Typed::scalar(ScalarOp::Multiply, vec![value.clone(), counts.clone()], Type::PLAIN, span);
        let has_value = vec![Typed::scalar(ScalarOp::IsNull, vec![value], Type::Bool, span)];
        let has_value = Typed::scalar(ScalarOp::Not, has_value, Type::Bool, span);
        let counted = Typed::scalar(ScalarOp::Choose, vec![has_value, counts], Type::PLAIN, span);
        Some(Typed::scalar(ScalarOp::Divide, vec![sum(product, span), sum(counted, span)], ty, span))
    }

    /// `wavg_rate`, as every aggregate puts its name in front of its column.
    pub fn result_of_weighted(&self, expr: &Expr, schema: &Schema) -> Option<String> {
        let ExprKind::Call(call) = &expr.kind else { return None };
        let function = self.catalog.function(&call.name.value)?;
        let FunctionKind::Aggregate { second: Second::Weight, .. } = function.kind else { return None };
        let ExprKind::Name(rate) = &call.arguments.first()?.kind else { return None };
        Some(format!("{}_{}", function.name, schema.find(rate)?.name))
    }

    /// `group model | avg latency | avg avg_latency`: says that groups of any size count alike.
    pub fn mean_of_means(&mut self, value: &Typed, schema: &Schema, stage: &Stage) {
        let Node::Aggregate(aggregate) = &value.node else { return };
        let (AggregateOp::Average, Some(rate)) = (aggregate.op, &aggregate.argument) else { return };
        let known = |name: &str| schema.find(name);
        let mean = rate.columns().into_iter().filter_map(known).any(|column| column.averaged);
        let of_groups = has_groups(schema) && rate.ty.class() == Some(Class::Ratio);
        let what = match (mean, of_groups) {
            (true, _) => "means",
            (false, true) => "rates",
            (false, false) => return,
        };
        let written = rate.span.of(self.text);
        let message = format!("`avg {written}` is a mean of {what}: each group counts the same, however much is in it");
        let warning = Diagnostic::warning(Code::E0207, message).at(value.span).label("not the mean of what is in them");
        let parts = match &rate.node {
            Node::Column(name) => known(name).and_then(|column| column.parts.clone()),
            _ => rate.parts(),
        };
        let warning = match weight(schema, &rate.ty, parts.as_deref()) {
            Some(weight) => {
                let mended = format!("wavg({written}, {})", weight.name);
                let warning = warning.help(format!("weigh them: `{mended}`"));
                // The verb of the stage belongs to the columns that follow it too.
                let verb_of_several = value.span.start == stage.word.span.start && stage.items.len() > 1;
                if verb_of_several { warning } else { warning.edit(value.span, mended) }
            }
            None => warning.help(format!(
                "keep what they are to be weighed by, as in `avg latency, count`, and write `wavg({written}, count)`"
            )),
        };
        self.report(warning);
    }
}

/// The column that groups are weighed by: what a rate was divided by, else how much was counted.
fn weight<'s>(schema: &'s Schema, rate: &Type, parts: Option<&str>) -> Option<&'s Column> {
    let additive = || schema.shown_columns().filter(|column| column.ty.class() == Some(Class::Additive));
    let below = |column: &&Column| parts.is_some_and(|parts| parts.contains(&format!("/ sum({})", column.name)));
    let counts = |column: &&Column| matches!(column.ty.unit(), Some(Unit::REQUESTS | Unit::NONE));
    let unit = rate.unit().filter(|unit| unit.is_quotient());
    let cancels = |column: &&Column| {
        let product = unit.zip(column.ty.unit()).and_then(|(rate, weight)| rate.times(weight));
        product.is_some_and(|product| !product.is_quotient())
    };
    additive()
        .find(below)
        .or_else(|| additive().find(cancels))
        .or_else(|| additive().find(counts))
        .or_else(|| additive().next())
}

/// The rows are groups that an earlier stage has made.
fn has_groups(schema: &Schema) -> bool {
    schema.with_role(Role::Measure).next().is_some()
}

/// What a rate of groups is best weighed by, where the rows are some.
pub fn weight_of_groups<'s>(schema: &'s Schema, rate: &Type) -> Option<&'s str> {
    weight(schema, rate, None).filter(|_| has_groups(schema)).map(|column| column.name.as_str())
}

/// Whether the values of an aggregate are means, or quotients of sums.
pub fn is_mean(value: &Typed, cube: Option<&SourceDef>) -> bool {
    match &value.node {
        Node::Aggregate(aggregate) => match (aggregate.op, &aggregate.argument) {
            (AggregateOp::Average, _) => true,
            (AggregateOp::Only, Some(Typed { node: Node::Column(name), .. })) => {
                cube.is_some_and(|source| is_mean_of_cube(source, name))
            }
            _ => false,
        },
        Node::Scalar(..) => value.ty.class() == Some(Class::Ratio) || is_quotient_of_sums(value),
        Node::Literal(_) | Node::Column(_) | Node::Field(..) => false,
    }
}

/// A mean that the cube has computed itself.
fn is_mean_of_cube(source: &SourceDef, name: &str) -> bool {
    source.columns.iter().any(|def| match def.cubed {
        Some(Cubed::Distribution(known)) => known.iter().any(|(op, of)| *op == AggregateOp::Average && *of == name),
        _ => false,
    })
}

fn is_quotient_of_sums(value: &Typed) -> bool {
    matches!(&value.node, Node::Scalar(ScalarOp::Divide, parts) if parts.iter().all(Typed::has_aggregate))
}

/// The value with all its aggregates over only those rows for which the condition is true.
pub fn only_where(value: Typed, condition: &Typed) -> Typed {
    let node = match value.node {
        Node::Aggregate(aggregate) => {
            Node::Aggregate(Box::new(Aggregate { condition: Some(condition.clone()), ..*aggregate }))
        }
        Node::Scalar(op, parts) => {
            Node::Scalar(op, parts.into_iter().map(|part| only_where(part, condition)).collect())
        }
        node @ (Node::Literal(_) | Node::Column(_) | Node::Field(..)) => node,
    };
    Typed { node, ..value }
}

/// A sum that is only a part of a quotient: it is not rounded as money is.
fn sum(argument: Typed, span: Span) -> Typed {
    let aggregate = Aggregate { op: AggregateOp::Sum, argument: Some(argument), condition: None };
    Typed { node: Node::Aggregate(Box::new(aggregate)), ty: Type::PLAIN, span }
}
