//! The parts of a `SELECT` become stages, in the order in which they take effect.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{Select, at, binary, column, ident, item, stage};
use crate::span::Span;
use crate::syntax::ast::*;

const AGGREGATES: &[&str] = &["sum", "avg", "min", "max", "count", "median", "count_distinct"];

impl Select {
    pub fn pipeline(mut self) -> Option<Pipeline> {
        let mut stages = Vec::new();
        let mut conditions = Vec::new();
        self.condition.take().into_iter().for_each(|condition| parts(condition, &mut conditions));
        let arguments = range(&mut conditions)?;
        if let Some(condition) = conditions.into_iter().reduce(|a, b| binary(BinaryOp::And, a, b)) {
            (!aggregates(&condition)).then_some(())?;
            stages.push(stage("where", vec![item(None, condition)]));
        }
        let grouped = !self.keys.is_empty() || self.having.is_some();
        if grouped || self.items.iter().any(|(value, _)| aggregates(value)) {
            self.aggregated(&mut stages)?;
        } else {
            self.plain(&mut stages)?;
        }
        for (word, count) in [("skip", self.offset), ("limit", self.limit)] {
            stages.extend(count.map(|count| stage(word, vec![item(None, at(ExprKind::Number(count)))])));
        }
        let source = Source::Named { name: ident(&self.table), arguments };
        Some(Pipeline { source, stages, rest: Rest::Whole, span: Span::default() })
    }

    /// `SELECT model, cost … ORDER BY cost`
    fn plain(&mut self, stages: &mut Vec<Stage>) -> Option<()> {
        let order = std::mem::take(&mut self.order);
        let named = |(value, alias): &(Expr, Option<String>)| alias.clone().or(name_of(value));
        let names: Option<Vec<String>> = self.items.iter().map(named).collect();
        let mut keys = Vec::new();
        for (key, descending) in order {
            let key = match &key.kind {
                ExprKind::Number(place) => column(names.as_ref()?.get((*place as usize).checked_sub(1)?)?),
                _ => key,
            };
            keys.push(sort_key(key, descending));
        }
        let shown = |key: &Item| {
            let column = match &key.value.kind {
                ExprKind::Unary(_, inner) => name_of(inner),
                _ => name_of(&key.value),
            };
            column.is_some_and(|column| names.as_ref().is_some_and(|names| names.contains(&column)))
        };
        let sort = (!keys.is_empty()).then(|| keys.iter().all(shown));
        let items: Vec<Item> = self.items.drain(..).map(|(value, alias)| item(alias.as_deref(), value)).collect();
        let select = (!items.is_empty()).then(|| stage(if self.distinct { "distinct" } else { "select" }, items));
        if self.distinct && (select.is_none() || sort == Some(false)) {
            return None;
        }
        if sort == Some(false) {
            stages.push(stage("sort", std::mem::take(&mut keys)));
        }
        stages.extend(select);
        if sort == Some(true) {
            stages.push(stage("sort", keys));
        }
        Some(())
    }

    /// `SELECT model, SUM(cost) … GROUP BY model HAVING … ORDER BY …`
    fn aggregated(&mut self, stages: &mut Vec<Stage>) -> Option<()> {
        let mut results = Results::default();
        let mut shown = Vec::new();
        let items = std::mem::take(&mut self.items);
        let mut keys: Vec<(Expr, Option<String>)> = Vec::new();
        for key in std::mem::take(&mut self.keys) {
            let named =
                |(value, alias): &&(Expr, Option<String>)| *value == key || alias.is_some() && *alias == name_of(&key);
            let of_place = match key.kind {
                ExprKind::Number(place) => Some(items.get((place as usize).checked_sub(1)?)?),
                _ => items.iter().find(named),
            };
            let (value, alias) = of_place.cloned().unwrap_or((key, None));
            (!aggregates(&value)).then_some(())?;
            // A computed key needs a name that the rest can refer to.
            keys.push((value.clone(), alias.or(name_of(&value)).or(name_of_call(&value))));
        }
        for (value, alias) in &items {
            if aggregates(value) {
                shown.push(results.add(value, alias.as_deref())?);
            } else {
                let key = keys.iter().find(|(key, _)| key == value)?;
                shown.push(key.1.clone()?);
            }
        }
        let having = match self.having.take() {
            Some(having) => Some(results.replaced(having, &keys)?),
            None => None,
        };
        let mut order = Vec::new();
        for (key, descending) in std::mem::take(&mut self.order) {
            let key = match &key.kind {
                ExprKind::Number(place) => column(shown.get((*place as usize).checked_sub(1)?)?),
                _ => results.replaced(key, &keys)?,
            };
            order.push(sort_key(key, descending));
        }
        let mut given: Vec<String> = keys.iter().map(|(_, name)| name.clone()).collect::<Option<_>>()?;
        if !keys.is_empty() {
            let key = |(value, name): (Expr, Option<String>)| {
                let plain = name_of(&value) == name;
                item(name.as_deref().filter(|_| !plain), value)
            };
            stages.push(stage("group", keys.into_iter().map(key).collect()));
        }
        given.extend(results.list.iter().map(|(_, name)| name.clone()));
        if results.list.is_empty() {
            // Keys alone are the rows that differ in them.
            let group = stages.last_mut()?;
            group.word = ident("distinct");
        } else {
            stages.push(results.stage());
        }
        stages.extend(having.map(|having| stage("where", vec![item(None, having)])));
        if !order.is_empty() {
            stages.push(stage("sort", order));
        }
        if given != shown {
            stages.push(stage("select", shown.iter().map(|name| item(None, column(name))).collect()));
        }
        Some(())
    }
}

/// Aggregates, each with the name of its result.
#[derive(Default)]
struct Results {
    list: Vec<(Expr, String)>,
}

impl Results {
    /// The name of the result of this expression, which is there afterwards.
    fn add(&mut self, value: &Expr, alias: Option<&str>) -> Option<String> {
        if let Some((_, name)) =
            self.list.iter().find(|(known, name)| known == value && alias.is_none_or(|a| a == name))
        {
            return Some(name.clone());
        }
        let name = alias.map(str::to_string).or_else(|| name_of_call(value)).unwrap_or_else(|| "result".to_string());
        let taken = self.list.iter().any(|(_, known)| *known == name);
        (!taken).then(|| {
            self.list.push((value.clone(), name.clone()));
            name
        })
    }

    /// An expression over the results: its aggregates and keys are columns there.
    fn replaced(&mut self, expr: Expr, keys: &[(Expr, Option<String>)]) -> Option<Expr> {
        if let Some((_, name)) = self.list.iter().find(|(value, _)| *value == expr) {
            return Some(column(name));
        }
        if let Some((_, Some(name))) = keys.iter().find(|(key, _)| *key == expr) {
            return Some(column(name));
        }
        Some(at(match expr.kind {
            ExprKind::Call(ref aggregate) if AGGREGATES.contains(&aggregate.name.value.as_str()) => {
                ExprKind::Name(self.add(&expr, None)?)
            }
            ExprKind::Binary(op, span, left, right) => {
                let (left, right) = (self.replaced(*left, keys)?, self.replaced(*right, keys)?);
                ExprKind::Binary(op, span, Box::new(left), Box::new(right))
            }
            ExprKind::Unary(op, value) => ExprKind::Unary(op, Box::new(self.replaced(*value, keys)?)),
            ExprKind::IsNull { value, negated } => {
                ExprKind::IsNull { value: Box::new(self.replaced(*value, keys)?), negated }
            }
            kind => {
                (!aggregates(&at(kind.clone()))).then_some(())?;
                kind
            }
        }))
    }

    /// `sum cost, count as n`, or `agg` where one of them is more than an aggregate of a column.
    fn stage(self) -> Stage {
        let simple = |value: &Expr| match &value.kind {
            ExprKind::Call(call) => call.arguments.iter().all(|argument| name_of(argument).is_some()),
            _ => false,
        };
        if !self.list.iter().all(|(value, _)| simple(value)) {
            return stage("agg", self.list.into_iter().map(|(value, name)| item(Some(&name), value)).collect());
        }
        let named = |(mut value, name): (Expr, String)| {
            let plain = name_of_call(&value).is_some_and(|usual| usual == name);
            if let ExprKind::Call(call) = &mut value.kind {
                call.as_word = !call.arguments.is_empty();
            }
            let tail = Tail { condition: None, alias: (!plain).then(|| ident(&name)) };
            Item { name: None, value, tail, span: Span::default() }
        };
        let mut items: Vec<Item> = self.list.into_iter().map(named).collect();
        // The first aggregate is the verb.
        let first = items.remove(0);
        let ExprKind::Call(call) = first.value.kind else { return stage("agg", items) };
        let mut aggregate = stage(&call.name.value, Vec::new());
        match call.arguments.into_iter().next() {
            Some(argument) => items.insert(0, Item { tail: first.tail, ..item(None, argument) }),
            None => {
                aggregate.tail = first.tail;
                aggregate.alone = !items.is_empty();
            }
        }
        aggregate.items = items;
        aggregate
    }
}

fn sort_key(key: Expr, descending: bool) -> Item {
    item(None, if descending { at(ExprKind::Unary(UnaryOp::Negate, Box::new(key))) } else { key })
}

fn name_of(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.clone()),
        _ => None,
    }
}

/// The name that the result of a call of a column has by itself.
fn name_of_call(expr: &Expr) -> Option<String> {
    let ExprKind::Call(call) = &expr.kind else { return None };
    let function = call.name.value.as_str();
    match call.arguments.as_slice() {
        [] => Some(function.to_string()),
        [argument] => {
            let column = name_of(argument)?;
            Some(match function {
                "sum" => column,
                _ if AGGREGATES.contains(&function) => format!("{function}_{column}"),
                _ => function.to_string(),
            })
        }
        _ => None,
    }
}

/// Whether an aggregate stands in it.
fn aggregates(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call(call) => AGGREGATES.contains(&call.name.value.as_str()) || call.arguments.iter().any(aggregates),
        ExprKind::Binary(_, _, left, right) => aggregates(left) || aggregates(right),
        ExprKind::Unary(_, value) | ExprKind::IsNull { value, .. } => aggregates(value),
        ExprKind::List(items) => items.iter().any(aggregates),
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Date(_)
        | ExprKind::Quantity(..)
        | ExprKind::Name(_)
        | ExprKind::Param(_)
        | ExprKind::Pipeline(_) => false,
    }
}

/// What is joined by `and`.
fn parts(condition: Expr, into: &mut Vec<Expr>) {
    match condition.kind {
        ExprKind::Binary(BinaryOp::And, _, left, right) => {
            parts(*left, into);
            parts(*right, into);
        }
        kind => into.push(at(kind)),
    }
}

/// The range of a source, from conditions on its days, which are taken out; nothing where it has an end alone.
fn range(conditions: &mut Vec<Expr>) -> Option<Vec<Argument>> {
    let (mut first, mut last): (Option<Date>, Option<Date>) = (None, None);
    let mut kept = Vec::new();
    let mut recent = None;
    for condition in conditions.drain(..) {
        if recent.is_none() {
            recent = lately(&condition);
            if recent.is_some() {
                continue;
            }
        }
        match days(&condition) {
            Some((from, to)) => {
                first = from.into_iter().chain(first).max();
                last = to.into_iter().chain(last).min();
            }
            None => kept.push(condition),
        }
    }
    *conditions = kept;
    let words = match (first, last) {
        (None, None) => recent.unwrap_or_default(),
        _ if recent.is_some() => return None,
        (Some(first), Some(last)) if first == last => format!("on {first}"),
        (Some(first), Some(last)) => format!("from {first} to {last}"),
        (Some(first), None) => format!("from {first}"),
        (None, Some(_)) => return None,
    };
    let bare =
        |word: &str| Argument { name: None, value: ArgumentValue::Bare(word.to_string()), span: Span::default() };
    Some(words.split_whitespace().map(bare).collect())
}

/// `date >= now() - interval '7 days'` as a range.
fn lately(condition: &Expr) -> Option<String> {
    let ExprKind::Binary(BinaryOp::Greater | BinaryOp::GreaterEqual, _, left, right) = &condition.kind else {
        return None;
    };
    let (ExprKind::Binary(BinaryOp::Subtract, _, now, length), "date" | "time") =
        (&right.kind, name_of(left)?.as_str())
    else {
        return None;
    };
    let ExprKind::Call(Call { name, arguments, .. }) = &now.kind else { return None };
    let today = name.value == "today";
    let (count, unit) = match &length.kind {
        ExprKind::Quantity(count, unit) => (*count, unit.as_str()),
        ExprKind::Number(days) if today => (*days, "d"),
        _ => return None,
    };
    let whole = count >= 1.0 && count.fract() == 0.0;
    (arguments.is_empty() && whole && (today || name.value == "now")).then(|| format!("last {count}{unit}"))
}

/// The first and the last day that a condition on a column of days leaves.
fn days(condition: &Expr) -> Option<(Option<Date>, Option<Date>)> {
    let ExprKind::Binary(op, _, left, right) = &condition.kind else { return None };
    // A time is later than its day as soon as the day has begun.
    let known = match name_of(left)?.as_str() {
        "date" => true,
        "time" => matches!(op, BinaryOp::GreaterEqual | BinaryOp::Less),
        _ => false,
    };
    if !known {
        return None;
    }
    let day = |expr: &Expr| match &expr.kind {
        ExprKind::Date(text) => text.parse::<Date>().ok(),
        _ => None,
    };
    Some(match (op, &right.kind) {
        (BinaryOp::Equal, _) => (Some(day(right)?), Some(day(right)?)),
        (BinaryOp::GreaterEqual, _) => (Some(day(right)?), None),
        (BinaryOp::Greater, _) => (Some(day(right)?.saturating_add(1.day())), None),
        (BinaryOp::LessEqual, _) => (None, Some(day(right)?)),
        (BinaryOp::Less, _) => (None, Some(day(right)?.saturating_sub(1.day()))),
        (BinaryOp::In, ExprKind::Binary(BinaryOp::Range, _, low, high)) => (Some(day(low)?), Some(day(high)?)),
        _ => return None,
    })
}
