//! `fn`: a function is a text of its own, and each call checks its body anew, with its parameters standing for the
//! arguments.

use std::collections::HashSet;
use std::sync::Arc;

use super::Checker;
use super::definitions::{Constant, Kind, Scope, Used};
use super::expr::Place;
use crate::diagnostics::{Code, Diagnostic, Origin};
use crate::model::expr::Typed;
use crate::model::lowering::Lowering as _;
use crate::model::schema::Schema;
use crate::span::Span;
use crate::syntax::ast::{Call, Expr, ExprKind, Ident};
use crate::types::Type;

/// A function of a text. It sees what stood above it, and nothing that comes later.
#[derive(Debug)]
pub struct Function {
    pub name: Ident,
    params: Vec<Ident>,
    body: Expr,
    /// What its body names.
    scope: Scope,
    origin: Arc<Origin>,
    /// So deep its body is nested, with the functions that it calls written out.
    depth: usize,
}

/// An expression may be nested so deep by the functions that it calls.
const MAX_DEPTH: usize = 1_100;

/// What a call counts beside the body.
const A_CALL: usize = 10;

/// How a message about the body of a function starts.
const IN: &str = "in `";

impl Function {
    /// `rate(cost, tokens)`
    fn usage(&self) -> String {
        let params: Vec<&str> = self.params.iter().map(|param| param.value.as_str()).collect();
        format!("{}({})", self.name.value, params.join(", "))
    }
}

impl Checker<'_> {
    /// `fn name(params) = body`
    pub fn define_fn(&mut self, name: &Ident, params: &[Ident], body: &Expr) {
        let free = self.free(name, Kind::Function) && self.claim(name);
        let mut seen = HashSet::new();
        let twice = params.iter().find(|param| !seen.insert(param.value.as_str()));
        if let Some(twice) = twice {
            let error = Diagnostic::error(Code::E0108, format!("`{}` is defined twice", twice.value)).at(twice.span);
            self.report(error.label("the second time").help("give each parameter a name of its own"));
        }
        let known = self.stands_alone(body, params, name, Kind::Function);
        let mut used = Used::default();
        used.look(body);
        let scope = self.scope.of(&used);
        let called = scope.fns.values().map(|function| function.depth).max().unwrap_or_default();
        let depth = A_CALL + height(body) + called;
        if depth > MAX_DEPTH {
            let message = "functions that call each other are nested too deep";
            let error = Diagnostic::error(Code::E0004, message).at(name.span).label("one too many");
            self.report(error.help("write some of them out"));
        }
        if !free || !known || twice.is_some() || depth > MAX_DEPTH {
            self.lost.insert(name.value.clone());
            return;
        }
        self.lost.remove(&name.value);
        let (params, body, origin) = (params.to_vec(), body.clone(), Arc::clone(&self.origin));
        let function = Function { name: name.clone(), params, body, scope, origin, depth };
        self.scope.fns.insert(name.value.clone(), Arc::new(function));
    }

    /// A call of a function that a text defines.
    pub fn call_of_fn(
        &mut self,
        function: &Arc<Function>,
        call: &Call,
        span: Span,
        schema: &Schema,
        place: Place,
    ) -> Option<Typed> {
        let arguments: Vec<Option<Typed>> =
            call.arguments.iter().map(|argument| self.expr(argument, schema, place)).collect();
        let arguments: Vec<Typed> = arguments.into_iter().collect::<Option<_>>()?;
        let own = Arc::ptr_eq(&function.origin, &self.origin);
        let (wanted, given) = (function.params.len(), arguments.len());
        if wanted != given {
            let counted = |n: usize| if n == 1 { "1 argument".to_string() } else { format!("{n} arguments") };
            let message = format!("`{}` takes {}, not {given}", function.name.value, counted(wanted));
            let error = Diagnostic::error(Code::E0204, message).at(span);
            let error = error.label(format!("written `{}`", function.usage()));
            let error = if own { error.also(function.name.span, "defined here") } else { error };
            self.report(error.help(format!("write `{}`", function.usage())));
            return None;
        }
        let given: Vec<Type> = arguments.iter().map(|argument| argument.ty.clone()).collect();
        let mut scope = function.scope.clone();
        let bound = function.params.iter().zip(arguments);
        scope.consts.extend(bound.map(|(param, argument)| (param.value.clone(), Constant::One(argument))));
        let mut inner = self.inside(&function.origin, scope);
        inner.expanded = self.expanded;
        let typed = inner.expr(&function.body, &Schema::default(), Place::Row);
        let Checker { diagnostics, expanded, .. } = inner;
        self.expanded = expanded;
        for diagnostic in diagnostics {
            let seen = self.seen_from(diagnostic, function, span, &given);
            self.report(seen);
        }
        let typed = typed?.placed(span);
        self.small(&typed, span)?;
        Some(typed)
    }

    /// What is wrong in the body of a function, as the one who calls it sees it.
    fn seen_from(&self, found: Diagnostic, function: &Function, call: Span, given: &[Type]) -> Diagnostic {
        let name = &function.name.value;
        let given: Vec<String> = given.iter().map(|ty| format!("a {ty}")).collect();
        let label =
            if given.is_empty() { "called here".to_string() } else { format!("called with {}", given.join(", ")) };
        let mut seen =
            Diagnostic { span: Some(call), label: Some(label), also: vec![], edits: vec![], ..found.clone() };
        // Of functions that call each other the innermost is named, and its place shown.
        let mut places = found.also;
        if !found.message.starts_with(IN) {
            seen.message = format!("{IN}{name}`: {}", found.message);
            let label = found.label.unwrap_or_else(|| "here".to_string());
            places.splice(0..0, found.span.map(|span| (span, label)));
        }
        let Origin { name: file, text } = function.origin.as_ref();
        if Arc::ptr_eq(&function.origin, &self.origin) {
            seen.also = places;
        } else if let Some((span, _)) = places.first() {
            let (line, _) = span.line_and_column(text);
            let words = text.lines().nth(line - 1).unwrap_or_default().trim();
            let help = found.help.map(|help| format!("; {help}")).unwrap_or_default();
            seen.help = Some(format!("`{words}` stands in {file}, line {line}{help}"));
        }
        seen
    }
}

/// How deep an expression is nested.
fn height(expr: &Expr) -> usize {
    let highest = |parts: &[Expr]| parts.iter().map(height).max().unwrap_or_default();
    1 + match &expr.kind {
        ExprKind::Call(call) => highest(&call.arguments),
        ExprKind::List(items) => highest(items),
        ExprKind::Unary(_, value) | ExprKind::IsNull { value, .. } => height(value),
        ExprKind::Binary(_, _, left, right) => height(left).max(height(right)),
        ExprKind::Name(_)
        | ExprKind::Param(_)
        | ExprKind::Pipeline(_)
        | ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Date(_)
        | ExprKind::Quantity(..) => 0,
    }
}
