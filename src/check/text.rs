//! A text that is checked, or a part of one that has another text: what is known before, and its definitions in a row.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::definitions::{Definitions, Scope};
use super::libraries::Libraries;
use super::parameters::Arguments;
use super::{Checker, Lets};
use crate::diagnostics::{Code, Diagnostic, Origin};
use crate::model::catalog::Catalog;
use crate::model::files::Schemas;
use crate::model::lowering::Lowering as _;
use crate::model::rel::Last;
use crate::model::zone::Zone;
use crate::span::Span;
use crate::syntax::ast::{Pipeline, Script, StatementKind};

/// What is known before a text is checked.
#[derive(Clone, Copy)]
pub struct Before<'a> {
    /// What earlier texts defined.
    pub definitions: &'a Definitions,
    pub libraries: &'a Libraries,
    /// The values of parameters.
    pub arguments: &'a Arguments,
    /// What is known of files.
    pub schemas: &'a Schemas,
    /// The last result of the prompt, which `| …` goes on from.
    pub last: Option<&'a Last>,
    /// The instant of the run.
    pub now: Timestamp,
    /// The one that days are counted in.
    pub zone: &'a Zone,
}

impl<'a> Checker<'a> {
    pub fn new(
        catalog: &'a Catalog,
        origin: &'a Arc<Origin>,
        script: &Script,
        before: &Before<'a>,
        Definitions { lets, scope }: Definitions,
    ) -> Self {
        Self {
            catalog,
            text: &origin.text,
            now: before.now,
            zone: before.zone,
            lets,
            defined: HashSet::new(),
            lost: script.lost.iter().cloned().collect(),
            of_cube: None,
            one_sum: None,
            beside: None,
            hidden: 0,
            diagnostics: Vec::new(),
            scope,
            names: HashMap::new(),
            later: named(script.statements.iter().map(|statement| &statement.kind)),
            origin: Arc::clone(origin),
            arguments: before.arguments,
            schemas: before.schemas,
            wanted: Vec::new(),
            missing: Vec::new(),
            declared: Vec::new(),
            expanded: 0,
            blind: false,
        }
    }
}

impl Checker<'_> {
    /// A checker for another text: a function or a library.
    pub fn inside<'b>(&'b self, origin: &'b Arc<Origin>, scope: Scope) -> Checker<'b> {
        Checker {
            catalog: self.catalog,
            text: &origin.text,
            now: self.now,
            zone: self.zone,
            lets: Lets::new(),
            defined: HashSet::new(),
            lost: HashSet::new(),
            of_cube: None,
            one_sum: None,
            beside: None,
            hidden: 0,
            diagnostics: Vec::new(),
            scope,
            names: HashMap::new(),
            later: HashMap::new(),
            origin: Arc::clone(origin),
            arguments: self.arguments,
            schemas: self.schemas,
            wanted: Vec::new(),
            missing: Vec::new(),
            declared: Vec::new(),
            expanded: 0,
            blind: false,
        }
    }

    pub fn definition(&mut self, statement: &StatementKind) {
        match statement {
            StatementKind::Param { name, ty, default, doc } => {
                self.declare(name, ty, default.as_ref(), doc.as_ref().map(|doc| doc.value.as_str()));
            }
            StatementKind::Const { name, value } => self.define_const(name, value),
            StatementKind::Fn { name, params, body } => self.define_fn(name, params, body),
            StatementKind::Let { name, pipeline } => {
                self.define(&name.value, name.span, pipeline);
                self.claim(name);
            }
            StatementKind::Use { .. }
            | StatementKind::Explain(_)
            | StatementKind::Resume(_)
            | StatementKind::Query(_) => {}
        }
    }

    fn define(&mut self, name: &str, span: Span, pipeline: &Pipeline) {
        if self.catalog.source(name).is_some() {
            let error = Diagnostic::error(Code::E0108, format!("`{name}` is the name of a source"));
            let other = format!("my_{name}");
            let error = error.at(span).label("taken").help(format!("choose another name, such as `{other}`"));
            self.report(error.edit(span, other));
            return;
        }
        match self.pipeline(pipeline) {
            Some(table) => {
                self.lost.remove(name);
                self.defined.insert(name.to_string());
                self.lets.insert(name.to_string(), table);
            }
            None => {
                self.lost.insert(name.to_string());
            }
        }
    }
}

/// The consts and functions that statements define, each with its place.
fn named<'s>(kinds: impl Iterator<Item = &'s StatementKind>) -> HashMap<String, Span> {
    let name = |kind: &'s StatementKind| match kind {
        StatementKind::Fn { name, .. } | StatementKind::Const { name, .. } => Some((name.value.clone(), name.span)),
        StatementKind::Param { .. }
        | StatementKind::Let { .. }
        | StatementKind::Use { .. }
        | StatementKind::Explain(_)
        | StatementKind::Resume(_)
        | StatementKind::Query(_) => None,
    };
    kinds.filter_map(name).collect()
}
