//! What may stand in a stage at all: clauses, names and tails that its verb does not take are refused here, for all verbs
//! alike, before a verb sees its stage.

use super::Checker;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::Takes;
use crate::model::lowering::Lowering as _;
use crate::model::schema::Schema;
use crate::span::Span;
use crate::syntax::ast::{Clause, ExprKind, Item, Stage, Tail};

impl Checker<'_> {
    /// Whether the stage holds only what its verb takes; what else there is has been reported.
    pub fn has_its_shape(&mut self, stage: &Stage, takes: Takes, schema: &Schema) -> bool {
        if let Some(clause) = stage.clauses.iter().find(|clause| !takes.clauses.contains(&clause.word.value.as_str())) {
            let word = &clause.word.value;
            self.refuse(stage, clause.span, &format!("`{word}`"), "take it out");
            return false;
        }
        let twice = |(index, clause): (usize, &Clause)| {
            stage.clauses.iter().take(index).any(|c| c.word.value == clause.word.value)
        };
        if let Some((_, clause)) = stage.clauses.iter().enumerate().find(|(i, c)| twice((*i, c))) {
            let word = &clause.word.value;
            if !self.range_of_a_table(stage) {
                self.refuse(stage, clause.span, &format!("a second `{word}`"), "part its items with `,`");
            }
            return false;
        }
        let keys_are_named = takes.aliases && !takes.clauses.is_empty();
        let of_clauses = Takes { names: keys_are_named, aliases: keys_are_named, conditions: false, ..takes };
        self.tail_fits(stage, &stage.tail, takes)
            && stage.items.iter().all(|item| self.item_fits(stage, item, takes))
            && stage.clauses.iter().flat_map(|clause| &clause.items).all(|item| self.item_fits(stage, item, of_clauses))
            && (takes.texts || !self.quoted_columns(stage, schema))
    }

    /// `join activity on 2026-02-18 on model`: the first `on` belongs to the source.
    fn range_of_a_table(&mut self, stage: &Stage) -> bool {
        let ([table], Some(clause)) = (stage.items.as_slice(), stage.clauses.first()) else { return false };
        let ([Item { value, .. }], "on") = (clause.items.as_slice(), clause.word.value.as_str()) else { return false };
        if !matches!(value.kind, ExprKind::Date(_)) {
            return false;
        }
        let whole = table.span.to(clause.span);
        let mended = format!("({})", whole.of(self.text));
        let message = format!("a source with its range stands in brackets in `{}`", stage.word.value);
        let error = Diagnostic::error(Code::E0302, message).at(whole).label("no brackets");
        self.report(error.help(format!("write `{mended}`")).edit(whole, mended));
        true
    }

    fn item_fits(&mut self, stage: &Stage, item: &Item, takes: Takes) -> bool {
        match (&item.name, &item.tail.alias) {
            (Some(name), _) if !takes.names => {
                let at = Span::new(name.span.start, item.value.span.start);
                self.refuse(stage, at, "a name", "name a result with `derive` or in the aggregate");
                false
            }
            (Some(_), Some(alias)) => {
                self.refuse(stage, alias.span, "a second name", "one name is enough");
                false
            }
            _ => self.tail_fits(stage, &item.tail, takes),
        }
    }

    fn tail_fits(&mut self, stage: &Stage, tail: &Tail, takes: Takes) -> bool {
        if let Some(condition) = tail.condition.as_ref().filter(|_| !takes.conditions) {
            let written = condition.span.of(self.text).to_string();
            // The `where` and the white space before it go with it.
            let before = self.text.get(..condition.span.start).unwrap_or_default();
            let start = before
                .rfind("where")
                .map_or(condition.span.start, |at| before.get(..at).unwrap_or_default().trim_end().len());
            let whole = Span::new(start, condition.span.end);
            let error =
                Diagnostic::error(Code::E0302, format!("`where` does not belong into `{}` here", stage.word.value));
            self.report(
                error
                    .at(condition.span)
                    .label("a condition")
                    .help(format!("filter the rows first: `where {written} | {} …`", stage.word.value))
                    .edit(whole, "")
                    .edit(Span::new(stage.span.start, stage.span.start), format!("where {written} | ")),
            );
            return false;
        }
        if let Some(alias) = tail.alias.as_ref().filter(|_| !takes.aliases) {
            self.refuse(stage, alias.span, "`as`", "give names with `derive`, `select` or `rename`");
            return false;
        }
        true
    }

    fn refuse(&mut self, stage: &Stage, at: Span, what: &str, help: &str) {
        let word = &stage.word.value;
        let usage = self.catalog.verb(word).map(|verb| format!("written `{}`", verb.usage));
        let error =
            Diagnostic::error(Code::E0302, format!("`{word}` takes no {what}", what = what.trim_start_matches("a ")));
        let label = usage.unwrap_or_else(|| "does not belong here".to_string());
        self.report(error.at(at).label(label).help(help));
    }
}
