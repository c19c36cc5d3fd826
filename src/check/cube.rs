//! Aggregates of a cube: it has sums, and a few percentiles and means that it computes itself, but no single rows.

use super::Checker;
use super::expr::Place;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Accepts, Argument, FunctionDef, FunctionKind, RangeOf, SourceDef, SourceGrain};
use crate::model::cube::Cubed;
use crate::model::expr::{Aggregate, AggregateOp, Node, ScalarOp, Typed};
use crate::model::lowering::{Lowering as _, Table};
use crate::model::rel::Rel;
use crate::model::schema::Schema;
use crate::span::Span;
use crate::syntax::ast::{Call, Expr, ExprKind, Stage};
use crate::types::{Class, Type, Unit};

/// What a cube counts where rows would be counted.
const REQUESTS: &str = "requests";

impl Checker<'_> {
    /// A stage that looks at rows, or the end of the pipeline, where nothing has been put together yet.
    pub fn no_rows_yet(&mut self, source: &SourceDef, span: Span, rel: &Rel, stage: Option<&Stage>) {
        let name = source.name;
        let error = Diagnostic::error(Code::E0304, format!("`{name}` is a cube, and wants an aggregate first"));
        let error = error.at(span).label("has no rows before its requests are put together");
        let help = "say by what and which sums, as in `group model | sum cost`";
        let looks_at_rows = stage.filter(|stage| self.catalog.verb(&stage.word.value).is_some_and(|v| !v.row_by_row));
        // The columns that are left may lack what the edit names.
        self.report(match looks_at_rows {
            _ if projects(rel) => error.help(help),
            Some(stage) => {
                let start = Span::new(stage.span.start, stage.span.start);
                error.also(stage.word.span, "looks at rows").help(help).edit(start, "group model | sum cost | ")
            }
            None => {
                let end = stage.map_or(span, |stage| stage.span).after();
                error.help(help).edit(end, " | group model | sum cost")
            }
        });
    }

    /// A condition, key or computed column of a cube reads what has no value before requests are put together.
    pub fn looks_at_a_measure(&mut self, source: &SourceDef, table: &Table, stage: &Stage) -> bool {
        let measure = |typed: &Typed| {
            let columns = typed.columns();
            let of = columns.into_iter().find(|name| {
                source.column(name).is_some_and(|def| {
                    matches!(def.cubed, Some(Cubed::Metric(_) | Cubed::Ratio { .. } | Cubed::Distribution(_)))
                })
            });
            of.map(str::to_string)
        };
        let found = match &table.rel {
            Rel::Filter { condition, .. } => measure(condition),
            Rel::Project { columns, .. } => {
                columns.iter().filter(|c| !matches!(c.value.node, Node::Column(_))).find_map(|c| measure(&c.value))
            }
            Rel::Sort { input, .. } => match input.as_ref() {
                Rel::Aggregate { keys, .. } => keys.iter().find_map(|key| measure(&key.value)),
                _ => None,
            },
            _ => table.group.iter().flat_map(|group| &group.keys).find_map(|key| measure(&key.value)),
        };
        let Some(name) = found else { return false };
        let message = format!("`{name}` has no value before requests are put together");
        let error = Diagnostic::error(Code::E0304, message).at(stage.span).label("looks at single requests");
        self.report(
            error.help(format!("aggregate first, as in `group model | sum cost`, and then `{}`", stage.word.value)),
        );
        true
    }

    /// A column that means itself among aggregates.
    pub fn is_rate_of_cube(&self, name: &str, schema: &Schema) -> bool {
        let Some(source) = self.of_cube else { return false };
        let Some(column) = schema.find(name) else { return false };
        match source.column(&column.name).and_then(|def| def.cubed) {
            Some(Cubed::Metric(metric)) => !metric.adds_up(),
            Some(Cubed::Ratio { .. }) => true,
            Some(Cubed::Time | Cubed::Of(_) | Cubed::Distribution(_) | Cubed::LookedUp(_)) | None => false,
        }
    }

    /// `agg cache_hit_rate`: the value of the group.
    pub fn rate_of_cube(&self, source: &'static SourceDef, column: &Typed) -> Option<Typed> {
        let Node::Column(name) = &column.node else { return None };
        match source.column(name)?.cubed? {
            Cubed::Metric(metric) if !metric.adds_up() => Some(only(source, name, column.span)),
            Cubed::Ratio { above, below } => Some(ratio(source, above, below, column)),
            Cubed::Metric(_) | Cubed::Time | Cubed::Of(_) | Cubed::Distribution(_) | Cubed::LookedUp(_) => None,
        }
    }

    /// An aggregate of a cube, where the cube can give it.
    pub fn aggregate_of_cube(
        &mut self,
        source: &'static SourceDef,
        function: &FunctionDef,
        op: AggregateOp,
        call: &Call,
        span: Span,
        schema: &Schema,
    ) -> Option<Typed> {
        let Some(argument) = call.arguments.first() else {
            // In a cube, rows are requests.
            let requests = Typed::column(REQUESTS, column_type(source, REQUESTS), span);
            return Some(aggregate(AggregateOp::Sum, requests, Type::Number(Unit::REQUESTS, Class::Additive), span));
        };
        let typed = self.expr(argument, schema, Place::Inside)?;
        let accepts = match &function.kind {
            FunctionKind::Aggregate { takes: Argument::Needed(accepts), .. } => *accepts,
            FunctionKind::Aggregate { takes: Argument::Optional, .. }
            | FunctionKind::Scalar { .. }
            | FunctionKind::Window { .. } => Accepts::Anything,
        };
        let typed = self.accepted(function, accepts, typed, &[])?;
        let cubed = match &typed.node {
            Node::Column(name) => source.column(name).and_then(|def| def.cubed),
            _ => None,
        };
        let result = |ty: &Type| match &function.kind {
            FunctionKind::Aggregate { result, .. } => result(ty),
            FunctionKind::Scalar { .. } | FunctionKind::Window { .. } => ty.clone(),
        };
        match (cubed, op) {
            (Some(Cubed::Distribution(known)), _) => match known.iter().find(|(known, _)| *known == op) {
                Some((_, name)) => Some(only(source, name, span)),
                None => {
                    let names: Vec<&str> = known.iter().map(|(_, name)| *name).collect();
                    self.not_of_cube(function, argument, "computes", &names.join(", "));
                    None
                }
            },
            (Some(Cubed::Ratio { above, below }), AggregateOp::Average) => {
                Some(Typed { span, ..ratio(source, above, below, &typed) })
            }
            (Some(Cubed::Metric(metric)), AggregateOp::Sum) if metric.adds_up() => {
                let ty = result(&typed.ty);
                Some(aggregate(op, typed, ty, span))
            }
            (Some(Cubed::Ratio { .. }), _) | (None, AggregateOp::Sum) | (Some(Cubed::Metric(_)), AggregateOp::Sum) => {
                let ty = result(&typed.ty);
                let typed = self.summable(op, typed, schema)?;
                if let (Some(Cubed::Ratio { .. }), _) = (cubed, op) {
                    self.not_of_cube(function, argument, "has", "its exact value for each group: `avg`");
                    return None;
                }
                Some(aggregate(op, typed, ty, span))
            }
            (
                Some(Cubed::Of(_) | Cubed::Time),
                AggregateOp::CountDistinct | AggregateOp::Least | AggregateOp::Greatest,
            ) => {
                let ty = result(&typed.ty);
                Some(aggregate(op, typed, ty, span))
            }
            (Some(Cubed::Metric(metric)), AggregateOp::Average) if metric.adds_up() => {
                let written = argument.span.of(self.text).to_string();
                self.not_of_cube(
                    function,
                    argument,
                    "has",
                    &format!("sums: `agg avg_{written} = sum({written}) / count()`"),
                );
                None
            }
            (Some(Cubed::Metric(metric)), _) if !metric.adds_up() => {
                self.not_of_cube(function, argument, "has", "this one for each group as it is: `agg` it alone");
                None
            }
            (Some(Cubed::Metric(_) | Cubed::Of(_) | Cubed::Time | Cubed::LookedUp(_)) | None, _) => {
                self.not_of_cube(function, argument, "has", "sums, and counts of different values");
                None
            }
        }
    }

    pub fn not_of_cube(&mut self, function: &FunctionDef, argument: &Expr, verb: &str, what: &str) {
        let written = argument.span.of(self.text).to_string();
        let message = format!("the cube has no `{} {written}`", function.name);
        let error = Diagnostic::error(Code::E0304, message).at(argument.span).label("requests are put together there");
        let of_requests = self.catalog.sources.iter().find(|source| {
            source.grain == SourceGrain::Rows && source.range != RangeOf::Nothing && source.column(&written).is_some()
        });
        self.report(match of_requests {
            Some(source) => error.help(format!("it {verb} {what}; `{}` has the requests themselves", source.name)),
            None => error.help(format!("it {verb} {what}")),
        });
    }

    /// The name of a result: that of the aggregate in front of its column, as for rows.
    pub fn result_of_cube(&self, expr: &Expr, schema: &Schema) -> Option<String> {
        self.of_cube?;
        match &expr.kind {
            ExprKind::Name(name) => schema.find(name).map(|column| column.name.clone()),
            ExprKind::Call(call) => {
                let function = self.catalog.function(&call.name.value)?;
                let FunctionKind::Aggregate { keeps_name, .. } = &function.kind else { return None };
                let Some(argument) = call.arguments.first() else { return Some(function.name.to_string()) };
                let ExprKind::Name(name) = &argument.kind else { return None };
                let column = schema.find(name)?;
                Some(if *keeps_name { column.name.clone() } else { format!("{}_{}", function.name, column.name) })
            }
            _ => None,
        }
    }
}

fn projects(rel: &Rel) -> bool {
    matches!(rel, Rel::Project { .. }) || rel.inputs().into_iter().any(projects)
}

fn column_type(source: &SourceDef, name: &str) -> Type {
    source.column(name).map_or(Type::PLAIN, |def| def.ty.ty())
}

/// What the cube has computed for the group.
fn only(source: &SourceDef, name: &str, span: Span) -> Typed {
    let ty = column_type(source, name);
    aggregate(AggregateOp::Only, Typed::column(name, ty.clone(), span), ty, span)
}

/// The sum of one column in that of another.
fn ratio(source: &SourceDef, above: &str, below: &str, of: &Typed) -> Typed {
    let sum = |name: &str| {
        let ty = column_type(source, name);
        aggregate(AggregateOp::Sum, Typed::column(name, ty.clone(), of.span), ty, of.span)
    };
    Typed::scalar(ScalarOp::Divide, vec![sum(above), sum(below)], of.ty.clone(), of.span)
}

fn aggregate(op: AggregateOp, argument: Typed, ty: Type, span: Span) -> Typed {
    Typed { node: Node::Aggregate(Box::new(Aggregate { op, argument: Some(argument), condition: None })), ty, span }
}
