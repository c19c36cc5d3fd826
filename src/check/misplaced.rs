//! What is right but stands in the wrong place of a pipeline: a range of time behind its source, keys behind their
//! aggregate.

use super::Checker;
use super::range::STARTERS;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{RangeOf, SourceDef};
use crate::model::lowering::Lowering as _;
use crate::model::units;
use crate::span::Span;
use crate::syntax::ast::{BinaryOp, Call, Expr, ExprKind, Item, Pipeline, Source, Stage};
use crate::types::Type;
use crate::verbs::{group, select, r#where};

/// A source of a pipeline that has a range of time, and was given none.
struct Open {
    source: &'static SourceDef,
    name: Span,
}

impl Checker<'_> {
    /// Whether something stands in the wrong place, which is told.
    pub(super) fn misplaced(&mut self, pipeline: &Pipeline) -> bool {
        let found = match self.open(&pipeline.source) {
            Some(open) => self.range_as_a_stage(&open, pipeline).or_else(|| self.range_in_a_condition(&open, pipeline)),
            None => None,
        };
        let found = found.or_else(|| self.keys_too_late(&pipeline.stages));
        match found.or_else(|| pipeline.stages.iter().find_map(|stage| self.keys_beside_aggregates(stage))) {
            Some(error) => {
                self.report(error);
                true
            }
            None => false,
        }
    }

    fn open(&self, source: &Source) -> Option<Open> {
        let Source::Named { name, arguments } = source else { return None };
        let known = self.catalog.source(&name.value)?;
        let ranged = known.range != RangeOf::Nothing && !self.lets.contains_key(&name.value);
        (ranged && arguments.is_empty()).then_some(Open { source: known, name: name.span })
    }

    /// `activity | last 7d | sum cost`
    fn range_as_a_stage(&self, open: &Open, pipeline: &Pipeline) -> Option<Diagnostic> {
        let schema = open.source.schema();
        let stage = pipeline.stages.iter().find(|stage| {
            let starts = STARTERS.contains(&stage.word.value.as_str()) || stage.word.value == "past";
            let plain = stage.clauses.is_empty() && stage.tail.alias.is_none() && stage.tail.condition.is_none();
            let words = match stage.items.as_slice() {
                [] => matches!(stage.word.value.as_str(), "today" | "yesterday"),
                [Item { name: None, value, .. }] => match &value.kind {
                    ExprKind::Quantity(..) | ExprKind::Date(_) => true,
                    ExprKind::Name(unit) => units::unit(unit).is_some() && schema.find(unit).is_none(),
                    _ => false,
                },
                _ => false,
            };
            starts && plain && words
        })?;
        let range = stage.span.of(self.text);
        let error =
            Diagnostic::error(Code::E0302, format!("`{range}` is a range of time, and stands behind its source"));
        let error = error.at(stage.span).label("no stage");
        let error = error.help(format!("write `{} {range}`", open.source.name));
        Some(self.moved(error, open, range, stage.span))
    }

    /// The diagnostic with edits that take a stage out and write a range behind the source.
    fn moved(&self, error: Diagnostic, open: &Open, range: &str, stage: Span) -> Diagnostic {
        let before = self.text.get(..stage.start).unwrap_or_default().trim_end();
        let before = before.strip_suffix('|').unwrap_or(before).trim_end().len();
        if before <= open.name.end {
            return error.edit(Span::new(open.name.end, stage.end), format!(" {range}"));
        }
        error.edit(open.name.after(), format!(" {range}")).edit(Span::new(before, stage.end), "")
    }

    /// `activity | where date > ago(7d) | …`
    fn range_in_a_condition(&self, open: &Open, pipeline: &Pipeline) -> Option<Diagnostic> {
        let filters = pipeline.stages.iter().take_while(|stage| stage.word.value == r#where::VERB.name);
        for stage in filters {
            let [Item { value, .. }] = stage.items.as_slice() else { continue };
            let mut parts = Vec::new();
            anded(value, &mut parts);
            let Some((at, range)) = (0..).zip(&parts).find_map(|(at, part)| Some((at, self.recent(open, part)?)))
            else {
                continue;
            };
            let part = parts.get(at)?.span;
            let error = Diagnostic::error(Code::E0104, "there is no function `ago`").at(part).label("a range of time");
            let error = error.help(format!("write `{} {range}`: a range stands behind its source", open.source.name));
            return Some(match (at.checked_sub(1).and_then(|before| parts.get(before)), parts.get(at + 1)) {
                (None, None) => self.moved(error, open, &range, stage.span),
                (Some(before), _) => {
                    error.edit(open.name.after(), format!(" {range}")).edit(Span::new(before.span.end, part.end), "")
                }
                (None, Some(next)) => {
                    error.edit(open.name.after(), format!(" {range}")).edit(Span::new(part.start, next.span.start), "")
                }
            });
        }
        None
    }

    /// `date > ago(7d)` as a range of the source.
    fn recent(&self, open: &Open, part: &Expr) -> Option<String> {
        let ExprKind::Binary(BinaryOp::Greater | BinaryOp::GreaterEqual, _, left, right) = &part.kind else {
            return None;
        };
        let (ExprKind::Name(column), ExprKind::Call(Call { name, arguments, .. })) = (&left.kind, &right.kind) else {
            return None;
        };
        let [Expr { kind: ExprKind::Quantity(count, unit), .. }] = arguments.as_slice() else { return None };
        let known =
            open.source.schema().find(column).is_some_and(|column| matches!(column.ty, Type::Date | Type::Time));
        let usual = ["timestamp", "time", "date"].contains(&column.to_lowercase().as_str());
        if name.value != "ago" || !(known || usual) || count.fract() != 0.0 {
            return None;
        }
        let finer = matches!(open.source.range, RangeOf::Instants { .. });
        match units::unit(unit)?.0 {
            "d" => Some(format!("last {count}d")),
            // `last 2w` is two weeks from Monday to Sunday; these are the days before today.
            "w" => Some(format!("last {}d", count * 7.0)),
            unit @ ("h" | "m") if finer => Some(format!("last {count}{unit}")),
            _ => None,
        }
    }

    /// `sum cost | group model`
    fn keys_too_late(&self, stages: &[Stage]) -> Option<Diagnostic> {
        let aggregates = |stage: &Stage| {
            let word = stage.word.value.as_str();
            self.catalog.aggregates().any(|f| f.name == word) || self.catalog.verb(word).is_some_and(|v| v.aggregates)
        };
        let is_group = |stage: &Stage| stage.word.value == group::VERB.name;
        let at = (0..stages.len()).find(|at| {
            let after = |more: usize| stages.get(at + more);
            let grouped = at.checked_sub(1).and_then(|before| stages.get(before)).is_some_and(is_group);
            !grouped
                && after(0).is_some_and(aggregates)
                && after(1).is_some_and(is_group)
                && !after(2).is_some_and(aggregates)
        })?;
        let (aggregate, keys) = (stages.get(at)?, stages.get(at + 1)?);
        // A key that is a result of the aggregate may be meant as it stands.
        let results: Vec<&str> = aggregate
            .items
            .iter()
            .flat_map(|item| item.tail.alias.iter().chain(&item.name))
            .map(|name| name.value.as_str())
            .collect();
        let column = |item: &Item| match &item.value.kind {
            ExprKind::Name(name) => !results.contains(&name.as_str()),
            _ => false,
        };
        if !keys.items.iter().all(column) {
            return None;
        }
        let (second, first) = (aggregate.span.of(self.text), keys.span.of(self.text));
        let error = Diagnostic::error(Code::E0301, "`group` stands before the stage that aggregates").at(keys.span);
        let error = error.label("too late").also(aggregate.span, "this has made one row of all");
        let mended = format!("{first} | {second}");
        Some(error.help(format!("write `{mended}`")).edit(aggregate.span.to(keys.span), mended))
    }
}

impl Checker<'_> {
    /// `select model, sum(cost)`
    fn keys_beside_aggregates(&self, stage: &Stage) -> Option<Diagnostic> {
        let is_aggregate =
            |call: &Call| self.catalog.aggregates().any(|f| f.name == call.name.value) && call.over.is_none();
        let (mut keys, mut results) = (Vec::new(), Vec::new());
        for item in stage.items.iter().filter(|_| stage.word.value == select::VERB.name && stage.clauses.is_empty()) {
            let written = item.span.of(self.text);
            match &item.value.kind {
                ExprKind::Call(call) if is_aggregate(call) => results.push(written),
                ExprKind::Name(_) if item.name.is_none() && item.tail.alias.is_none() => keys.push(written),
                _ => return None,
            }
        }
        if keys.is_empty() || results.is_empty() {
            return None;
        }
        let mended = format!("group {} | agg {}", keys.join(", "), results.join(", "));
        let error = Diagnostic::error(
            Code::E0205,
            format!("`{}` looks at many rows, and `select` has one", results.join(", ")),
        );
        let error = error.at(stage.span).label("keys and aggregates").help(format!("write `{mended}`"));
        Some(error.edit(stage.span, mended))
    }
}

/// The conditions that `and` joins.
fn anded<'a>(condition: &'a Expr, into: &mut Vec<&'a Expr>) {
    match &condition.kind {
        ExprKind::Binary(BinaryOp::And, _, left, right) => {
            anded(left, into);
            anded(right, into);
        }
        _ => into.push(condition),
    }
}
