//! What a text defines for its expressions: who may bear which name, what a definition may name itself, and `const`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::expr::Place;
use super::functions::Function;
use super::{Checker, Lets};
use crate::diagnostics::{Code, Diagnostic, Origin};
use crate::model::catalog::FunctionKind;
use crate::model::expr::{Node, ScalarOp, Typed};
use crate::model::lowering::Lowering as _;
use crate::model::schema::Schema;
use crate::model::value::Value;
use crate::span::{Span, Spanned};
use crate::suggest;
use crate::syntax::ast::{Call, Clause, Expr, ExprKind, Ident};
use crate::types::{Type, Unit};

/// What earlier texts left behind, and what a text adds to it.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    pub lets: Lets,
    pub scope: Scope,
}

/// What expressions may name besides columns.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub consts: HashMap<String, Constant>,
    pub fns: HashMap<String, Arc<Function>>,
    pub params: HashMap<String, Param>,
}

/// A value that is the same for every row.
#[derive(Clone, Debug)]
pub enum Constant {
    One(Typed),
    /// What can stand after `in`.
    Several(Vec<Typed>),
}

/// A parameter that has its value.
#[derive(Clone, Debug)]
pub struct Param {
    pub value: Constant,
    /// As an argument of a source; a list is none.
    pub text: Option<String>,
}

impl Param {
    /// The word that it would be declared with.
    pub fn ty(&self) -> &'static str {
        let Constant::One(value) = &self.value else { return "list" };
        match &value.ty {
            Type::Number(Unit::USD, _) => "usd",
            Type::Number(Unit::MS, _) | Type::Period => "duration",
            Type::Number(..) => "number",
            Type::Bool => "bool",
            Type::Date | Type::Time => "date",
            Type::Text | Type::Null | Type::List(_) | Type::Record(_) => "text",
        }
    }
}

/// What a definition defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Const,
    Function,
}

/// Where a name was defined, for it to be defined once.
#[derive(Clone, Debug)]
pub struct DefinedAt {
    pub origin: Arc<Origin>,
    pub span: Span,
}

/// What stands for names may make a text longer by so many values and operations.
const MAX_EXPANDED: usize = 50_000;

/// And one value by so many.
const MAX_SIZE: usize = 2_000;

impl Checker<'_> {
    /// Takes a name for one thing; false where something else of this text has it, which is then said.
    pub fn claim(&mut self, name: &Ident) -> bool {
        let place = DefinedAt { origin: Arc::clone(&self.origin), span: name.span };
        let Some(first) = self.names.get(&name.value) else {
            self.names.insert(name.value.clone(), place);
            return true;
        };
        let message = format!("`{}` is defined twice", name.value);
        let error = Diagnostic::error(Code::E0108, message).at(name.span).label("the second time");
        let known: Vec<&str> = self.names.keys().map(String::as_str).collect();
        let other = suggest::unused(&name.value, &known);
        let error = if Arc::ptr_eq(&first.origin, &self.origin) {
            error.also(first.span, "the first time").help(format!("give one of them another name, such as `{other}`"))
        } else {
            error.help(format!("`{}` defines it too: choose another name, such as `{other}`", first.origin.name))
        };
        self.report(error);
        false
    }

    /// Whether a name can be that of a const or a function: what is in the catalog keeps its name.
    pub fn free(&mut self, name: &Ident, kind: Kind) -> bool {
        let text = name.value.as_str();
        let taken = if self.catalog.function(text).is_some() {
            Some("a function")
        } else if kind == Kind::Function && self.catalog.verb(text).is_some() {
            Some("a verb")
        } else if kind == Kind::Function && self.catalog.source(text).is_some() {
            Some("a source")
        } else if text.contains('.') {
            let mended = text.replace('.', "_");
            let error = Diagnostic::error(Code::E0001, format!("`{text}` is a path, and a name has no dots"));
            let error = error.at(name.span).label("a dot").help(format!("write `{mended}`"));
            self.report(error.edit(name.span, mended));
            return false;
        } else {
            None
        };
        let Some(what) = taken else { return true };
        let other = format!("my_{text}");
        let error = Diagnostic::error(Code::E0108, format!("`{text}` is the name of {what}")).at(name.span);
        self.report(error.label("taken").help(format!("choose another name, such as `{other}`")));
        false
    }

    /// `const name = value`
    pub fn define_const(&mut self, name: &Ident, value: &Expr) {
        let free = self.free(name, Kind::Const) && self.claim(name);
        let known = self.stands_alone(value, &[], name, Kind::Const);
        let value = if known { self.constant_of(value) } else { None };
        match value.filter(|_| free) {
            Some(value) => {
                self.lost.remove(&name.value);
                self.scope.consts.insert(name.value.clone(), value);
            }
            None => {
                self.lost.insert(name.value.clone());
            }
        }
    }

    fn constant_of(&mut self, value: &Expr) -> Option<Constant> {
        let nothing = Schema::default();
        if let ExprKind::List(items) = &value.kind {
            let items: Vec<Option<Typed>> =
                items.iter().map(|item| self.expr(item, &nothing, Place::Row).map(folded)).collect();
            return items.into_iter().collect::<Option<_>>().map(Constant::Several);
        }
        let typed = folded(self.expr(value, &nothing, Place::Row)?);
        self.small(&typed, value.span)?;
        Some(Constant::One(typed))
    }

    /// Whether an expression names nothing but parameters of its own and what is defined above; all else is said here,
    /// and not again at each use.
    pub fn stands_alone(&mut self, expr: &Expr, params: &[Ident], own: &Ident, kind: Kind) -> bool {
        let mut used = Used::default();
        used.look(expr);
        let before = self.diagnostics.len();
        let mut fine = true;
        let mut said = HashSet::new();
        for name in &used.names {
            let mine = params.iter().any(|param| param.value == name.value);
            if !said.insert(name.value.as_str()) || mine || self.scope.consts.contains_key(&name.value) {
                continue;
            }
            fine = false;
            if name.value == own.value {
                self.itself(own, name.span);
            } else if let Some(later) = self.below(&name.value, name.span) {
                self.too_early(&name.value, name.span, later);
            } else if !self.lost.contains(&name.value) {
                let mine = params.iter().map(|param| param.value.as_str());
                let near = suggest::nearest(&name.value, mine.chain(self.scope.consts.keys().map(String::as_str)));
                let message = format!("`{}` is not known in `{}`", name.value, own.value);
                let error = Diagnostic::error(Code::E0103, message).at(name.span);
                let (label, help) = match kind {
                    Kind::Const => {
                        ("no const of this name stands above", "a const is made of values and of other consts")
                    }
                    Kind::Function => (
                        "neither one of its parameters nor a const",
                        "a function sees its parameters and the consts above it: make a parameter of the column",
                    ),
                };
                let error = error.label(label).help(help);
                self.report(if near.is_empty() { error } else { error.did_you_mean(name.span, near) });
            }
        }
        for param in &used.params {
            if self.scope.params.contains_key(&param.value) {
                continue;
            }
            fine = false;
            // Says that there is none.
            self.parameter_value(&param.value, param.span);
        }
        for call in &used.calls {
            let name = call.name.value.as_str();
            if let Some(function) = self.catalog.function(name) {
                if matches!(function.kind, FunctionKind::Aggregate { .. }) {
                    fine = false;
                    let what = if kind == Kind::Const { "a const" } else { "a function" };
                    let message = format!("`{name}` looks at many rows, and {what} at one");
                    let error = Diagnostic::error(Code::E0205, message).at(call.name.span).label("an aggregate");
                    let help = match kind {
                        Kind::Const => "aggregate in a stage, and go on with the result".to_string(),
                        Kind::Function => format!("hand it in, as in `agg x = {}({name}(cost))`", own.value),
                    };
                    self.report(error.help(help));
                }
                continue;
            }
            if name != own.value && self.scope.fns.contains_key(name) {
                continue;
            }
            fine = false;
            if name == own.value {
                self.itself(own, call.name.span);
            } else if let Some(later) = self.below(name, call.name.span) {
                self.too_early(name, call.name.span, later);
            } else if !self.lost.contains(name) {
                self.unknown_function(call, &Schema::default());
            }
        }
        fine && self.diagnostics.len() == before
    }

    /// What a name stands for where no column is called so: a const, or a parameter of the function at hand.
    pub fn constant(&mut self, name: &str, span: Span, schema: &Schema) -> Option<Option<Typed>> {
        if schema.find(name).is_some() {
            return None;
        }
        match (self.scope.consts.get(name).cloned(), self.below(name, span)) {
            (Some(constant), _) => Some(self.one_value(constant, span)),
            // What is wrong with it has been said.
            (None, _) if self.lost.contains(name) => Some(None),
            (None, Some(later)) => {
                self.too_early(name, span, later);
                Some(None)
            }
            (None, None) => None,
        }
    }

    /// A definition that names itself.
    fn itself(&mut self, own: &Ident, at: Span) {
        let error = Diagnostic::error(Code::E0111, format!("`{}` is defined by itself", own.value)).at(at);
        let error = error.label("leads back to its start").also(own.span, "defined here");
        self.report(error.help("write out what it stands for: a definition sees only what stands above it"));
    }

    /// Where a name that stands at a place is defined further down.
    fn below(&self, name: &str, at: Span) -> Option<Span> {
        self.later.get(name).copied().filter(|later| later.start > at.start)
    }

    /// What is defined below its use.
    fn too_early(&mut self, name: &str, at: Span, later: Span) {
        let error = Diagnostic::error(Code::E0111, format!("`{name}` is defined further down")).at(at);
        let error = error.label("not known yet").also(later, "defined here");
        self.report(error.help("move the definition up, above its first use"));
    }

    /// The one value of a constant, standing at a place.
    pub fn one_value(&mut self, constant: Constant, span: Span) -> Option<Typed> {
        match constant {
            Constant::One(typed) => {
                self.expanded = self.expanded.saturating_add(size(&typed));
                if self.expanded > MAX_EXPANDED {
                    self.too_large(span);
                    return None;
                }
                Some(typed.placed(span))
            }
            Constant::Several(_) => {
                let name = span.of(self.text);
                let error = Diagnostic::error(Code::E0202, "a list can only stand after `in`").at(span).label("a list");
                self.report(error.help(format!("as in `model in {name}`")));
                None
            }
        }
    }

    /// Whether a name is that of a const, or of a parameter of the function at hand.
    pub fn is_constant(&self, name: &str) -> bool {
        self.scope.consts.contains_key(name)
    }

    /// The values that stand after `in`, where they were given a name.
    pub fn several(&self, expr: &Expr, schema: &Schema) -> Option<Vec<Typed>> {
        let constant = match &expr.kind {
            ExprKind::Name(name) if schema.find(name).is_none() => self.scope.consts.get(name)?,
            ExprKind::Param(name) => &self.scope.params.get(name)?.value,
            _ => return None,
        };
        match constant {
            Constant::Several(items) => Some(items.iter().map(|item| item.clone().placed(expr.span)).collect()),
            Constant::One(_) => None,
        }
    }

    /// A value must not grow with each name that stands for the one before.
    pub fn small(&mut self, typed: &Typed, span: Span) -> Option<()> {
        if size(typed) <= MAX_SIZE {
            return Some(());
        }
        self.too_large(span);
        None
    }

    /// Said once a text; whatever else stands for names is not looked at any more.
    fn too_large(&mut self, span: Span) {
        if self.expanded == usize::MAX {
            return;
        }
        self.expanded = usize::MAX;
        let error = Diagnostic::error(Code::E0004, "written out, this expression is too large").at(span);
        self.report(error.label("stands for too much").help("compute a part of it first, with `derive name = …`"));
    }
}

impl Scope {
    /// The part of it that is used.
    pub fn of(&self, used: &Used) -> Self {
        let mut part = Self::default();
        for name in &used.names {
            part.consts.extend(self.consts.get(&name.value).map(|value| (name.value.clone(), value.clone())));
        }
        for call in &used.calls {
            let name = &call.name.value;
            part.fns.extend(self.fns.get(name).map(|function| (name.clone(), Arc::clone(function))));
        }
        for name in &used.params {
            part.params.extend(self.params.get(&name.value).map(|param| (name.value.clone(), param.clone())));
        }
        part
    }
}

/// The names, calls and parameters of an expression.
#[derive(Default)]
pub struct Used {
    names: Vec<Ident>,
    calls: Vec<Call>,
    params: Vec<Ident>,
}

impl Used {
    pub fn look(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(name) => self.names.push(Spanned::new(name.clone(), expr.span)),
            ExprKind::Param(name) => self.params.push(Spanned::new(name.clone(), expr.span)),
            ExprKind::Call(call) => {
                call.arguments.iter().for_each(|argument| self.look(argument));
                call.over.iter().flatten().for_each(|clause| self.look_into(clause));
                self.calls.push(Call { arguments: Vec::new(), over: None, ..call.clone() });
            }
            ExprKind::Unary(_, value) | ExprKind::IsNull { value, .. } => self.look(value),
            ExprKind::Binary(_, _, left, right) => {
                self.look(left);
                self.look(right);
            }
            ExprKind::List(items) => items.iter().for_each(|item| self.look(item)),
            // A pipeline has columns of its own.
            ExprKind::Pipeline(_)
            | ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Date(_)
            | ExprKind::Quantity(..) => {}
        }
    }

    fn look_into(&mut self, clause: &Clause) {
        clause.items.iter().for_each(|item| self.look(&item.value));
    }
}

fn size(typed: &Typed) -> usize {
    let mut parts = 0;
    typed.visit(&mut |_| parts += 1);
    parts
}

/// Arithmetic on written numbers, done now: `24 * 60` is a number like any other.
fn folded(typed: Typed) -> Typed {
    let Node::Scalar(op, arguments) = typed.node else { return typed };
    let arguments: Vec<Typed> = arguments.into_iter().map(folded).collect();
    let numbers: Option<Vec<f64>> = arguments
        .iter()
        .map(|argument| match &argument.node {
            Node::Literal(value) => value.number(),
            _ => None,
        })
        .collect();
    let value = match (op, numbers.as_deref()) {
        (ScalarOp::Add, Some([a, b])) => Some(a + b),
        (ScalarOp::Subtract, Some([a, b])) => Some(a - b),
        (ScalarOp::Multiply, Some([a, b])) => Some(a * b),
        (ScalarOp::Divide, Some([a, b])) if *b != 0.0 => Some(a / b),
        (ScalarOp::Negate, Some([a])) => Some(-a),
        _ => None,
    };
    match value.filter(|value| value.is_finite() && typed.ty.is_number()) {
        Some(value) => Typed::literal(Value::Float(value), typed.ty, typed.span),
        None => Typed { node: Node::Scalar(op, arguments), ..typed },
    }
}
