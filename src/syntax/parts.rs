//! A look at the parts of a text: its statements, and all sources and stages, however deep they stand.

use super::ast::*;

/// What pipelines are made of.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    Source(&'a Source),
    Stage(&'a Stage),
}

/// Whether a script prints something; a library only defines.
pub fn prints(script: &Script) -> bool {
    script.statements.iter().any(|statement| match statement.kind {
        StatementKind::Query(_) | StatementKind::Explain(_) | StatementKind::Resume(_) => true,
        StatementKind::Param { .. }
        | StatementKind::Const { .. }
        | StatementKind::Fn { .. }
        | StatementKind::Let { .. }
        | StatementKind::Use { .. } => false,
    })
}

/// Shows each source and each stage of a script.
pub fn each_part<'a>(script: &'a Script, look: &mut dyn FnMut(Part<'a>)) {
    for statement in &script.statements {
        match &statement.kind {
            StatementKind::Let { pipeline: inner, .. }
            | StatementKind::Explain(inner)
            | StatementKind::Query(inner) => pipeline(inner, look),
            StatementKind::Resume(inner) => stages(inner, look),
            StatementKind::Const { value, .. } | StatementKind::Fn { body: value, .. } => expr(value, look),
            StatementKind::Param { .. } | StatementKind::Use { .. } => {}
        }
    }
}

fn pipeline<'a>(whole: &'a Pipeline, look: &mut dyn FnMut(Part<'a>)) {
    look(Part::Source(&whole.source));
    if let Source::Nested(inner) = &whole.source {
        pipeline(inner, look);
    }
    stages(&whole.stages, look);
}

fn stages<'a>(stages: &'a [Stage], look: &mut dyn FnMut(Part<'a>)) {
    for stage in stages {
        look(Part::Stage(stage));
        tail(&stage.tail, look);
        items(&stage.items, look);
        clauses(&stage.clauses, look);
    }
}

fn clauses<'a>(clauses: &'a [Clause], look: &mut dyn FnMut(Part<'a>)) {
    clauses.iter().for_each(|clause| items(&clause.items, look));
}

fn items<'a>(items: &'a [Item], look: &mut dyn FnMut(Part<'a>)) {
    for item in items {
        expr(&item.value, look);
        tail(&item.tail, look);
    }
}

fn tail<'a>(tail: &'a Tail, look: &mut dyn FnMut(Part<'a>)) {
    tail.condition.iter().for_each(|condition| expr(condition, look));
}

fn expr<'a>(whole: &'a Expr, look: &mut dyn FnMut(Part<'a>)) {
    match &whole.kind {
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Date(_)
        | ExprKind::Quantity(..)
        | ExprKind::Name(_)
        | ExprKind::Param(_) => {}
        ExprKind::Call(call) => {
            call.arguments.iter().for_each(|argument| expr(argument, look));
            call.over.iter().for_each(|over| clauses(over, look));
        }
        ExprKind::Unary(_, value) | ExprKind::IsNull { value, .. } => expr(value, look),
        ExprKind::Binary(_, _, left, right) => {
            expr(left, look);
            expr(right, look);
        }
        ExprKind::List(items) => items.iter().for_each(|item| expr(item, look)),
        ExprKind::Pipeline(inner) => pipeline(inner, look),
    }
}
