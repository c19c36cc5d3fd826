//! Quotes around the name of a column: a text is the same in every row, so that a column was meant.

use super::Checker;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::expr::{Node, Typed};
use crate::model::lowering::Lowering as _;
use crate::model::schema::Schema;
use crate::model::value::Value;
use crate::span::Span;
use crate::syntax::ast::{Expr, ExprKind, Item, Stage, UnaryOp};
use crate::syntax::format;

impl Checker<'_> {
    /// `group "model"`, `top 3 by "cost"`; whether there was one.
    pub fn quoted_columns(&mut self, stage: &Stage, schema: &Schema) -> bool {
        let items = stage.items.iter().chain(stage.clauses.iter().flat_map(|clause| &clause.items));
        let found: Vec<(Span, String)> = items.filter_map(|item| quoted_column(item, schema)).collect();
        self.without_quotes(&found)
    }

    /// `where "model" == "x"`: two texts, of which the first is the name of a column; whether it was so.
    pub fn compares_no_column(&mut self, left: &Typed, right: &Typed, schema: &Schema) -> bool {
        let (Node::Literal(Value::Text(name)), Node::Literal(_)) = (&left.node, &right.node) else { return false };
        let quoted = left.span.of(self.text).starts_with(['"', '\'']);
        let column = schema.find(name).filter(|_| quoted).map(|_| (left.span, format::word(name)));
        self.without_quotes(column.as_slice())
    }

    fn without_quotes(&mut self, found: &[(Span, String)]) -> bool {
        let Some((at, name)) = found.first() else { return false };
        let written = at.of(self.text);
        let error = Diagnostic::error(Code::E0206, format!("{written} is a text, and a column has no quotes")).at(*at);
        let names: Vec<String> = found.iter().map(|(_, name)| format!("`{name}`")).collect();
        let error = error.label(format!("the column is `{name}`")).help(format!("write {}", names.join(" and ")));
        self.report(found.iter().fold(error, |error, (at, name)| error.edit(*at, name.clone())));
        true
    }
}

/// Where a text with the name of a column stands alone, and how that column is written.
fn quoted_column(item: &Item, schema: &Schema) -> Option<(Span, String)> {
    let Item { name: None, value, .. } = item else { return None };
    let text = match &value.kind {
        ExprKind::Unary(UnaryOp::Negate, inner) => inner,
        _ => value,
    };
    let Expr { kind: ExprKind::Text(name), span } = text else { return None };
    schema.find(name).map(|_| (*span, format::word(name)))
}
