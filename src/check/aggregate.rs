//! Aggregating stages: `agg`, and every aggregate as a verb. A group and what aggregates it are one node of the plan.

use super::Checker;
use super::expr::Place;
use super::weighted;
use crate::diagnostics::{Code, Diagnostic, Edit, apply};
use crate::model::catalog::{FunctionKind, Shown};
use crate::model::expr::{AggregateOp, Node, Typed};
use crate::model::hidden::shown_name;
use crate::model::lowering::{Lowering as _, Table};
use crate::model::rel::{Named, Rel, SortKey};
use crate::model::schema::{Column, Role, Schema};
use crate::span::{Span, Spanned};
use crate::suggest::unused;
use crate::syntax::ast::{Call, Calls, Expr, ExprKind, Item, Stage, Tail};
use crate::syntax::format;
use crate::types::{Class, Type, Unit};

impl Checker<'_> {
    /// `verb` is the aggregate whose name the stage starts with; `None` for `agg`.
    pub fn aggregate_stage(&mut self, stage: &Stage, table: Table, verb: Option<&str>) -> Option<Table> {
        let before = std::mem::replace(&mut self.of_cube, table.rel.cube().map(|scan| scan.source));
        let sum = std::mem::replace(&mut self.one_sum, one_sum(stage, verb));
        let aggregated = self.aggregated(stage, table, verb);
        self.of_cube = before;
        self.one_sum = sum;
        aggregated
    }

    fn aggregated(&mut self, stage: &Stage, table: Table, verb: Option<&str>) -> Option<Table> {
        let schema = table.schema.clone();
        let keys = self.stage_keys(stage, &table)?;
        let mut aggregates: Vec<Named> = Vec::new();
        if let Some(verb) = verb
            && self.nested(stage, verb, &schema)
        {
            return None;
        }
        if let Some(verb) = verb
            && self.in_two_words(stage, verb)
        {
            return None;
        }
        if stage.calls == Calls::Loose {
            self.loose_calls(stage, &schema);
            return None;
        }
        for item in self.calls(stage, verb, &schema)? {
            let mut value = self.expr(&item.value, &schema, Place::Group)?;
            if !value.has_aggregate() {
                self.no_aggregate(item.span, &format::expr(&item.value));
                return None;
            }
            if let Some(condition) = &item.tail.condition {
                let condition = self.expr(condition, &schema, Place::Condition)?;
                value = self.only_where(value, condition, &item)?;
            }
            self.mean_of_means(&value, &schema, stage);
            let name = match item.tail.alias.as_ref().or(item.name.as_ref()) {
                Some(name) => name.value.clone(),
                None => self.result_name(&item.value, &value, &schema),
            };
            aggregates.push(Named { name, value });
        }
        self.no_two_alike(&keys, &aggregates, stage)?;
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
    fn calls(&mut self, stage: &Stage, verb: Option<&str>, schema: &Schema) -> Option<Vec<Item>> {
        let Some(verb) = verb else {
            if stage.items.is_empty() {
                let error = Diagnostic::error(Code::E0302, "`agg` needs at least one aggregate").at(stage.word.span);
                self.report(error.label("missing").help("as in `agg cost = sum(cost), n = count()`"));
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
            let value = match (&item.value.kind, first) {
                // `wavg(rate, weight)`, `count()`: the brackets are the arguments.
                (ExprKind::List(arguments), true) if touches => call(arguments.clone(), word.span.to(item.value.span)),
                (_, true) => call(vec![item.value.clone()], word.span.to(item.value.span)),
                (ExprKind::Name(name), false)
                    if self.bare_aggregate(name, item.span, schema).is_some() || self.is_rate_of_cube(name, schema) =>
                {
                    item.value.clone()
                }
                (ExprKind::Name(_), false) => call(vec![item.value.clone()], item.value.span),
                (_, false) => item.value.clone(),
            };
            calls.push(Item { value, ..item.clone() });
        }
        Some(calls)
    }

    /// `sum cost / sum tokens`, `sum(a) / sum(b)`, `sum cost / count`: the verb takes the whole expression, and an
    /// aggregate stands in it; or the verb touches its bracket, which is all it takes, and more follows.
    fn nested(&mut self, stage: &Stage, verb: &str, schema: &Schema) -> bool {
        let Some(item) = stage.items.first().filter(|_| !stage.alone && stage.tail == Tail::default()) else {
            return false;
        };
        let mut inner = Vec::new();
        self.aggregates_in(&item.value, schema, &mut inner);
        let first = leftmost(&item.value);
        let goes_on = item.span.start == stage.word.span.end
            && first.span != item.value.span
            && first.span.of(self.text).starts_with('(');
        let operators = first.span != item.value.span;
        if !operators || (inner.is_empty() && !goes_on) {
            return false;
        }
        let argument = first.span.of(self.text);
        let call = if argument.starts_with('(') { argument.to_string() } else { format!("({argument})") };
        let alias = item.tail.alias.as_ref().or(item.name.as_ref());
        let name = alias.map_or("result", |alias| alias.value.as_str());
        let word = stage.word.span.of(self.text);
        // What comes before the first operand (a sign), the operand as a call, and the rest with its own brackets.
        let sign = Span::new(item.value.span.start, first.span.start).of(self.text);
        let rest = Span::new(first.span.end, item.value.span.end);
        let brackets: Vec<Edit> = inner
            .iter()
            .filter(|(at, _)| at.start >= rest.start)
            .map(|(at, text)| Edit { start: at.start - rest.start, end: at.end - rest.start, text: text.clone() })
            .collect();
        let mended = format!("agg {name} = {sign}{word}{call}{}", apply(rest.of(self.text), &brackets));
        let whole = stage.word.span.to(item.span);
        let error = match inner.first() {
            Some((at, _)) if !goes_on => {
                let message = format!("an aggregate stands inside of `{verb}`, which takes the whole expression");
                Diagnostic::error(Code::E0205, message).at(*at).label(format!("inside of `{verb}`"))
            }
            _ => Diagnostic::error(Code::E0302, "an expression of several parts goes into `agg`")
                .at(whole)
                .label(format!("`{verb}` ends with its bracket")),
        };
        // A bare column behind it takes its aggregate from the verb, and would lose it.
        let alone = stage.items.iter().skip(1).all(|item| !matches!(item.value.kind, ExprKind::Name(_)));
        let filtered = item.tail.condition.is_some();
        let error = error.help(format!("write `{mended}`"));
        self.report(if alone && !filtered { error.edit(whole, mended) } else { error });
        true
    }

    /// `count distinct model`: an aggregate whose name was written as two words.
    fn in_two_words(&mut self, stage: &Stage, verb: &str) -> bool {
        let Some(ExprKind::Call(call)) = stage.items.first().map(|item| &item.value.kind) else { return false };
        let whole = format!("{verb}_{}", call.name.value);
        if !call.as_word || self.catalog.function(&call.name.value).is_some() || self.catalog.function(&whole).is_none()
        {
            return false;
        }
        let at = stage.word.span.to(call.name.span);
        let error = Diagnostic::error(Code::E0104, format!("there is no function `{}`", call.name.value)).at(at);
        self.report(error.label("one word").did_you_mean(at, vec![whole]));
        true
    }

    /// The aggregates of an expression, each with its text in brackets.
    fn aggregates_in(&self, expr: &Expr, schema: &Schema, found: &mut Vec<(Span, String)>) {
        let aggregate = |name: &str| self.catalog.aggregates().find(|f| f.name == name || f.aliases.contains(&name));
        match &expr.kind {
            ExprKind::Call(call) if aggregate(&call.name.value).is_some() => {
                found.push((expr.span, self.in_brackets(call, expr.span)));
            }
            ExprKind::Call(call) => {
                call.arguments.iter().for_each(|argument| self.aggregates_in(argument, schema, found))
            }
            ExprKind::Name(name) if self.bare_aggregate(name, expr.span, schema).is_some() => {
                found.push((expr.span, format!("{name}()")));
            }
            ExprKind::Unary(_, value) => self.aggregates_in(value, schema, found),
            ExprKind::Binary(_, _, left, right) => {
                self.aggregates_in(left, schema, found);
                self.aggregates_in(right, schema, found);
            }
            _ => {}
        }
    }

    /// `sum tokens` as `sum(tokens)`.
    fn in_brackets(&self, call: &Call, span: Span) -> String {
        match call.arguments.first() {
            Some(argument) if call.as_word => {
                let argument = argument.span.of(self.text);
                let argument = if argument.starts_with('(') { argument.to_string() } else { format!("({argument})") };
                format!("{}{argument}", call.name.value)
            }
            _ => span.of(self.text).to_string(),
        }
    }

    /// Calls without brackets among operators: each gets its brackets.
    pub fn loose_calls(&mut self, stage: &Stage, schema: &Schema) {
        let mut calls = Vec::new();
        for item in &stage.items {
            word_calls(&item.value, &mut calls);
        }
        if let Some((call, _)) = calls.iter().find(|(call, _)| self.catalog.function(&call.name.value).is_none()) {
            self.unknown_function(call, schema);
            return;
        }
        let Some((_, at)) = calls.first() else { return };
        let mended: Vec<String> = calls.iter().map(|(call, at)| format!("`{}`", self.in_brackets(call, *at))).collect();
        let error = Diagnostic::error(Code::E0001, "among operators the argument of a call stands in brackets");
        let mut error = error.at(*at).label("no brackets").help(format!("write {}", mended.join(" and ")));
        for (call, at) in &calls {
            error = error.edit(*at, self.in_brackets(call, *at));
        }
        self.report(error);
    }

    fn no_aggregate(&mut self, span: Span, text: &str) {
        let error = Diagnostic::error(Code::E0205, format!("`{text}` is the same for all rows of a group")).at(span);
        self.report(error.label("no aggregate").help("every result of this stage needs one, as in `sum(cost)`"));
    }

    /// Only the rows for which the condition is true count.
    fn only_where(&mut self, value: Typed, condition: Typed, item: &Item) -> Option<Typed> {
        let condition = self.must_be_bool(condition)?;
        let of_one = |name: &str| self.catalog.aggregates().any(|f| f.name == name || f.aliases.contains(&name));
        let one = matches!(value.node, Node::Aggregate(_))
            || matches!(&item.value.kind, ExprKind::Call(call) if of_one(&call.name.value));
        if one {
            return Some(weighted::only_where(value, &condition));
        }
        let error =
            Diagnostic::error(Code::E0302, "`where` belongs to one aggregate, and here are several").at(item.span);
        self.report(error.label("which one?").help("name each part first: `sum cost where … as a, sum tokens as b`"));
        None
    }

    /// A sum keeps the name of its column, every other aggregate puts its own in front; what else is unnamed is its text.
    fn result_name(&self, expr: &Expr, value: &Typed, schema: &Schema) -> String {
        if let Some(name) = self.result_of_cube(expr, schema) {
            return name;
        }
        if let Some(name) = self.result_of_weighted(expr, schema) {
            return name;
        }
        let (ExprKind::Call(call), Node::Aggregate(aggregate)) = (&expr.kind, &value.node) else {
            return format::expr(expr);
        };
        let Some(function) = self.catalog.function(&call.name.value) else { return format::expr(expr) };
        let keeps = matches!(function.kind, FunctionKind::Aggregate { keeps_name: true, .. });
        match aggregate.argument.as_ref().map(|argument| &argument.node) {
            None => function.name.to_string(),
            Some(Node::Field(_, field)) if keeps => field.clone(),
            Some(Node::Field(_, field)) => format!("{}_{field}", function.name),
            Some(Node::Column(column)) if keeps => shown_name(column).to_string(),
            Some(Node::Column(column)) => format!("{}_{}", function.name, shown_name(column)),
            Some(_) => format::expr(expr),
        }
    }

    fn no_two_alike(&mut self, keys: &[Named], aggregates: &[Named], stage: &Stage) -> Option<()> {
        for (index, named) in aggregates.iter().enumerate() {
            let before = || keys.iter().chain(aggregates.iter().take(index));
            let Some(first) = before().find(|earlier| earlier.name == named.name) else { continue };
            let taken: Vec<&str> = keys.iter().chain(aggregates).map(|named| named.name.as_str()).collect();
            let other = unused(&named.name, &taken);
            let span = named.value.span;
            let error = Diagnostic::error(Code::E0108, format!("two results are called `{}`", named.name)).at(span);
            let error = error.label("the second one").also(first.value.span, "the first one");
            let tail = stage.items.iter().find(|item| item.span.end >= span.end && item.value.span.end == span.end);
            let given = tail.and_then(|item| item.tail.alias.as_ref().or(item.name.as_ref()));
            let given = given.or(stage.tail.alias.as_ref().filter(|_| span == stage.word.span));
            self.report(match given {
                Some(given) => error.help(format!("name it `{other}`")).edit(given.span, other),
                None => error
                    .help(format!("name one of them, as in `{} as {other}`", span.of(self.text)))
                    .edit(span.after(), format!(" as {other}")),
            });
            return None;
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
        // Shares of one whole are ratios that add up.
        let ratio = unit.unscaled() == Unit::RATIO && class != Class::Additive;
        let rate = class == Class::Ratio || class == Class::Holistic || unit.is_quotient() || ratio;
        if op != AggregateOp::Sum || !rate {
            return Some(argument);
        }
        let written = argument.span.of(self.text);
        let written = match &argument.node {
            Node::Column(_) => written.trim_matches(['(', ')', ' ']),
            _ => written,
        };
        let known = match &argument.node {
            Node::Column(name) => schema.find(name).and_then(|column| column.parts.clone()),
            _ => argument.parts(),
        };
        let known = known.filter(|parts| sums_of(parts).all(|part| schema.find(part).is_some()));
        let error = match class {
            Class::Holistic => Diagnostic::error(
                Code::E0203,
                format!("`{written}` is an aggregate already, and the sum of such values means nothing"),
            )
            .help(format!("aggregate the rows themselves, or take `max {written}`")),
            Class::Ratio | Class::Additive | Class::Plain => {
                let message = format!("`{written}` is a rate, and the sum of rates means nothing");
                let error = Diagnostic::error(Code::E0203, message);
                match known {
                    Some(parts) => {
                        let mended = format!("agg {} = {parts}", name_of(&argument));
                        let error = error.help(format!("recompute it from its parts: `{mended}`"));
                        match self.one_sum {
                            Some(stage) => error.edit(stage, mended),
                            None => error,
                        }
                    }
                    None => error.help(match weighted::weight_of_groups(schema, &argument.ty) {
                        Some(weight) => format!("weigh it: `wavg({written}, {weight})`, or sum what it is made of"),
                        None => format!("take `avg {written}` or `max {written}`, or sum what it is made of"),
                    }),
                }
            }
        };
        self.report(error.at(argument.span).label(format!("a {}", argument.ty)));
        None
    }
}

/// `sum cost`, `sum(cost)`: the verb with one column, nothing said about it.
fn one_sum(stage: &Stage, verb: Option<&str>) -> Option<Span> {
    let [item] = stage.items.as_slice() else { return None };
    let column = match &item.value.kind {
        ExprKind::List(items) => matches!(items.as_slice(), [Expr { kind: ExprKind::Name(_), .. }]),
        kind => matches!(kind, ExprKind::Name(_)),
    };
    let bare = item.name.is_none() && item.tail == Tail::default() && stage.tail == Tail::default();
    (verb == Some("sum") && column && bare && !stage.alone).then(|| stage.word.span.to(item.span))
}

/// The columns that are summed in a text such as `sum(cost) / sum(tokens)`.
fn sums_of(parts: &str) -> impl Iterator<Item = &str> {
    parts.split("sum(").skip(1).map(|rest| rest.split_once(')').map_or(rest, |(column, _)| column))
}

/// The operand that an expression starts with. Brackets are one operand.
fn leftmost(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Binary(_, _, left, _) if left.span.start == expr.span.start => leftmost(left),
        ExprKind::Unary(_, value) => leftmost(value),
        _ => expr,
    }
}

/// Calls without brackets, each with its place.
fn word_calls<'e>(expr: &'e Expr, found: &mut Vec<(&'e Call, Span)>) {
    match &expr.kind {
        ExprKind::Call(call) => {
            if call.as_word {
                found.push((call, expr.span));
            }
            call.arguments.iter().for_each(|argument| word_calls(argument, found));
        }
        ExprKind::Unary(_, value) => word_calls(value, found),
        ExprKind::Binary(_, _, left, right) => {
            word_calls(left, found);
            word_calls(right, found);
        }
        _ => {}
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
        Column { name: named.name.clone(), aliases, shown: Shown::Always, ..column }.role(Role::Key)
    };
    let cube = table.rel.cube().map(|scan| scan.source);
    let measure = |named: &Named| {
        let column = Column::new(&named.name, named.value.ty.clone()).role(Role::Measure);
        Column { averaged: weighted::is_mean(&named.value, cube), ..column }
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
