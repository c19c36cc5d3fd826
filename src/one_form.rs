//! The one form of what can be written in several ways: a tree whose aliases and shorthand are written out. It means the
//! same, keeps its spans, and is what is checked, shown and written by `fmt`. Pure.

use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Argument as Takes, Catalog, FunctionKind, RangeOf};
use crate::model::units;
use crate::span::{Span, Spanned};
use crate::syntax::ast::*;
use crate::syntax::{layout, parse};
use crate::verbs::arguments::as_condition;
use crate::verbs::{agg, assert, group, sort, r#where};

/// A text in its one form and layout, comments kept; or what is wrong with it.
pub fn formatted(text: &str, catalog: &Catalog) -> Result<String, Vec<Diagnostic>> {
    let parsed = parse(text);
    if !parsed.diagnostics.is_empty() {
        return Err(parsed.diagnostics);
    }
    if let Some(stage) = loose(&parsed.script) {
        let error = Diagnostic::error(Code::E0001, "among operators the argument of a call stands in brackets");
        let error = error.at(stage.span).label("no brackets");
        return Err(vec![error.help("as in `agg r = sum(cost) / sum(tokens)`; `orq check` says where")]);
    }
    let script = script(parsed.script, text, catalog);
    Ok(layout::script(&script, text))
}

/// A stage that is understood only to say what to write.
fn loose(script: &Script) -> Option<&Stage> {
    let stages = script.statements.iter().flat_map(|statement| match &statement.kind {
        StatementKind::Query(pipeline) | StatementKind::Explain(pipeline) | StatementKind::Let { pipeline, .. } => {
            pipeline.stages.as_slice()
        }
        StatementKind::Resume(stages) => stages,
        StatementKind::Const { .. }
        | StatementKind::Fn { .. }
        | StatementKind::Param { .. }
        | StatementKind::Use { .. } => &[],
    });
    stages.into_iter().find(|stage| stage.calls == Calls::Loose)
}

/// The tree in its one form.
pub fn script(mut script: Script, text: &str, catalog: &Catalog) -> Script {
    let own = |statement: &Statement| match &statement.kind {
        StatementKind::Fn { name, .. } => Some(name.value.clone()),
        _ => None,
    };
    let form = Form {
        catalog,
        text,
        functions: script.statements.iter().filter_map(own).collect(),
        elsewhere: script.statements.iter().any(|s| matches!(s.kind, StatementKind::Use { .. })),
    };
    for statement in &mut script.statements {
        match &mut statement.kind {
            StatementKind::Query(pipeline) | StatementKind::Explain(pipeline) | StatementKind::Let { pipeline, .. } => {
                form.pipeline(pipeline)
            }
            StatementKind::Resume(stages) => form.stages(stages),
            StatementKind::Const { value: expr, .. } | StatementKind::Fn { body: expr, .. } => form.expr(expr),
            StatementKind::Param { .. } | StatementKind::Use { .. } => {}
        }
    }
    script
}

/// What is known while a tree gets its one form.
struct Form<'a> {
    catalog: &'a Catalog,
    text: &'a str,
    /// Functions that the text itself defines: their names are no aliases.
    functions: Vec<String>,
    /// Names may be defined in another file too.
    elsewhere: bool,
}

impl Form<'_> {
    fn pipeline(&self, pipeline: &mut Pipeline) {
        match &mut pipeline.source {
            Source::Nested(inner) => self.pipeline(inner),
            Source::Named { name, arguments } => {
                let ranged = |range: RangeOf| !matches!(range, RangeOf::Nothing);
                if self.catalog.source(&name.value).is_some_and(|source| ranged(source.range)) {
                    lengths(arguments);
                }
            }
        }
        self.stages(&mut pipeline.stages);
    }

    fn stages(&self, stages: &mut Vec<Stage>) {
        let mut grouped = false;
        for mut stage in std::mem::take(stages) {
            self.stage(&mut stage);
            let keys = if grouped { None } else { self.keys(&mut stage) };
            grouped = stage.word.value == group::VERB.name;
            stages.extend(keys);
            stages.push(stage);
        }
    }

    fn stage(&self, stage: &mut Stage) {
        if stage.calls == Calls::Loose {
            return;
        }
        stage.items.iter_mut().for_each(|item| self.item(item));
        stage.clauses.iter_mut().flat_map(|clause| &mut clause.items).for_each(|item| self.item(item));
        self.tail(&mut stage.tail);
        let word = stage.word.value.as_str();
        let verb = self.catalog.verb(word);
        let aggregate = self.catalog.aggregates().find(|f| f.name == word || f.aliases.contains(&word));
        let name = verb.map(|verb| verb.name).or(aggregate.map(|function| function.name));
        let Some(name) = name else { return };
        stage.word.value = name.to_string();
        if name == r#where::VERB.name || name == assert::VERB.name {
            for item in &mut stage.items {
                item.value = as_condition(item, self.text);
                item.name = None;
            }
        } else if name == group::VERB.name || name == sort::VERB.name {
            if stage.clauses.iter().all(|clause| clause.word.value == "by") {
                stage.items.extend(std::mem::take(&mut stage.clauses).into_iter().flat_map(|clause| clause.items));
            }
        } else if aggregate.is_some() || name == agg::VERB.name {
            stage.items.iter_mut().for_each(|item| self.as_words(item));
        }
        let counts = |kind: &FunctionKind| matches!(kind, FunctionKind::Aggregate { takes: Takes::Optional, .. });
        if aggregate.is_some_and(|function| counts(&function.kind)) {
            without_brackets(stage);
        }
    }

    /// `sum cost by model` is `group model | sum cost`.
    fn keys(&self, stage: &mut Stage) -> Option<Stage> {
        let word = stage.word.value.as_str();
        let aggregates = word == agg::VERB.name || self.catalog.aggregates().any(|f| f.name == word);
        let by = |clause: &Clause| clause.word.value == "by";
        let plain = stage.calls == Calls::Plain && !stage.clauses.is_empty() && stage.clauses.iter().all(by);
        if !(aggregates && plain) {
            return None;
        }
        let clauses = std::mem::take(&mut stage.clauses);
        let span = clauses.iter().map(|clause| clause.span).reduce(Span::to)?;
        Some(Stage {
            word: Spanned::new(group::VERB.name.to_string(), clauses.first()?.word.span),
            tail: Tail::default(),
            alone: false,
            items: clauses.into_iter().flat_map(|clause| clause.items).collect(),
            clauses: Vec::new(),
            calls: Calls::Plain,
            span,
        })
    }

    /// `sum cost, sum(requests)` is `sum cost, sum requests`.
    fn as_words(&self, item: &mut Item) {
        if let (None, ExprKind::Call(call)) = (&item.name, &mut item.value.kind) {
            let column = matches!(call.arguments.as_slice(), [Expr { kind: ExprKind::Name(_), .. }]);
            let aggregate = self.catalog.aggregates().any(|function| function.name == call.name.value);
            call.as_word |= aggregate && column && call.over.is_none();
        }
    }

    fn item(&self, item: &mut Item) {
        self.expr(&mut item.value);
        self.tail(&mut item.tail);
    }

    fn tail(&self, tail: &mut Tail) {
        if let Some(condition) = &mut tail.condition {
            self.expr(condition);
        }
    }

    fn expr(&self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Date(_)
            | ExprKind::Name(_)
            | ExprKind::Param(_) => {}
            ExprKind::Quantity(_, unit) => {
                if let Some((name, _)) = units::unit(unit) {
                    *unit = name.to_string();
                }
            }
            ExprKind::Call(call) => {
                call.arguments.iter_mut().for_each(|argument| self.expr(argument));
                let over = call.over.iter_mut().flatten();
                over.flat_map(|clause| &mut clause.items).for_each(|item| self.item(item));
                self.function(call);
            }
            ExprKind::Unary(_, value) | ExprKind::IsNull { value, .. } => self.expr(value),
            ExprKind::Binary(_, _, left, right) => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::List(items) => items.iter_mut().for_each(|item| self.expr(item)),
            ExprKind::Pipeline(inner) => self.pipeline(inner),
        }
    }

    fn function(&self, call: &mut Call) {
        if let (true, [Expr { kind: ExprKind::Name(word), .. }]) = (call.as_word, call.arguments.as_mut_slice())
            && let Some(descending) = sort::order(word)
        {
            *word = if descending { "desc" } else { "asc" }.to_string();
            return;
        }
        let name = &call.name.value;
        let Some(function) = self.catalog.function(name) else { return };
        if !self.elsewhere && !self.functions.contains(name) {
            call.name.value = function.name.to_string();
        }
        // Only the items of an aggregating stage are written without brackets.
        call.as_word = false;
    }
}

/// `last 7 days` is `last 7d`.
fn lengths(arguments: &mut Vec<Argument>) {
    let mut kept: Vec<Argument> = Vec::with_capacity(arguments.len());
    for argument in std::mem::take(arguments) {
        let ArgumentValue::Bare(word) = &argument.value else {
            kept.push(argument);
            continue;
        };
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = word.split_at(digits);
        let unit = units::unit(&unit.to_lowercase()).map(|(unit, _)| unit);
        let before = kept.last().and_then(count);
        match (before, unit) {
            (Some(before), Some(unit)) if number.is_empty() && argument.name.is_none() => {
                let value = ArgumentValue::Bare(format!("{before}{unit}"));
                if let Some(last) = kept.last_mut() {
                    *last = Argument { name: None, value, span: last.span.to(argument.span) };
                }
            }
            (_, Some(unit)) if !number.is_empty() => {
                let value = ArgumentValue::Bare(format!("{number}{unit}"));
                kept.push(Argument { value, ..argument });
            }
            _ => kept.push(argument),
        }
    }
    *arguments = kept;
}

/// The digits of an argument that is a number alone.
fn count(argument: &Argument) -> Option<String> {
    match (&argument.name, &argument.value) {
        (None, ArgumentValue::Bare(word)) if word.bytes().all(|b| b.is_ascii_digit()) => Some(word.clone()),
        _ => None,
    }
}

/// `count()` is `count`.
fn without_brackets(stage: &mut Stage) {
    let empty =
        |item: &Item| item.name.is_none() && matches!(&item.value.kind, ExprKind::List(items) if items.is_empty());
    if stage.alone || stage.tail != Tail::default() || !stage.items.first().is_some_and(empty) {
        return;
    }
    stage.tail = stage.items.remove(0).tail;
    stage.alone = !stage.items.is_empty();
}
