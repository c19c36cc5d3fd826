//! `| …` at the start of a text: its stages go on from the rows of the last result.

use super::{Checker, Step};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::lowering::{Lowering as _, Table};
use crate::model::rel::{Last, Rel};
use crate::span::Span;
use crate::syntax::ast::{Rest, Stage};
use crate::syntax::format;

impl Checker<'_> {
    /// The pipeline of these stages; reported where there is no result that they could go on from.
    pub fn resumed(&mut self, stages: &[Stage], span: Span, last: Option<&Last>) -> Option<Step> {
        let Some(last) = last else {
            let error = Diagnostic::error(Code::E0007, "there is no result to go on from").at(span);
            let error = error.label("goes on from the last result");
            self.report(error.help(
                "start with a source, as in `activity last 7d | sum cost`; at the prompt, a line that starts with `|` \
                 goes on from the answer before it",
            ));
            return None;
        };
        let table = Table::new(Rel::Last(last.clone()), last.schema.clone());
        let table = self.after(table, stages, Rest::Whole)?;
        Some(self.step(table, format::resumed(stages), span, false))
    }
}
