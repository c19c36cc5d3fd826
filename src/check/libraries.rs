//! `use "lib.orq"`: what another file defines becomes known. The files were read before the check; each is checked once,
//! before what uses it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::allow::Allowed;
use super::definitions::{DefinedAt, Definitions, Scope};
use super::{Before, Checker};
use crate::diagnostics::{Code, Diagnostic, Origin};
use crate::model::catalog::Catalog;
use crate::model::lowering::Lowering as _;
use crate::model::rel::SourceArguments;
use crate::span::{Span, Spanned};
use crate::syntax::ast::{Script, Statement, StatementKind};

/// The files that a text uses, those that they use included.
#[derive(Debug, Default)]
pub struct Libraries {
    /// A file stands behind those that it uses.
    pub files: Vec<Library>,
    /// Of the text itself.
    pub uses: Uses,
}

/// A file that was read.
#[derive(Debug)]
pub struct Library {
    pub origin: Arc<Origin>,
    pub script: Script,
    /// What does not fit in its text.
    pub diagnostics: Vec<Diagnostic>,
    pub uses: Uses,
}

/// Each path as it is written after `use`: which file it is, or why it cannot be used.
pub type Uses = HashMap<String, Result<usize, Diagnostic>>;

/// What a file gives to those who use it.
#[derive(Debug, Default)]
pub struct Brought {
    definitions: Definitions,
    names: HashMap<String, DefinedAt>,
    /// What is wrong in it, and was said.
    lost: HashSet<String>,
}

impl Checker<'_> {
    /// Everything that the files define, a file after those that it uses, all that is wrong in them, and the files whose
    /// heads they ask for.
    pub fn libraries(catalog: &Catalog, before: &Before<'_>) -> (Vec<Brought>, Vec<Diagnostic>, Vec<SourceArguments>) {
        let (mut brought, mut diagnostics, mut wanted) = (Vec::new(), Vec::new(), Vec::new());
        for library in &before.libraries.files {
            let scope = Definitions::default();
            let mut checker = Checker::new(catalog, &library.origin, &library.script, before, scope);
            for statement in &library.script.statements {
                checker.of_library(statement, &library.uses, &brought);
            }
            let mut all: Vec<Diagnostic> = library.diagnostics.iter().cloned().chain(checker.diagnostics).collect();
            let allowed = Allowed::settle(&library.script, &library.origin.text, &mut all);
            diagnostics.extend(allowed.left(all, None).into_iter().map(|one| one.in_text(&library.origin)));
            wanted.extend(checker.wanted);
            let definitions = Definitions { lets: checker.lets, scope: checker.scope };
            brought.push(Brought { definitions, names: checker.names, lost: checker.lost });
        }
        (brought, diagnostics, wanted)
    }

    fn of_library(&mut self, statement: &Statement, uses: &Uses, brought: &[Brought]) {
        let at = statement.span;
        let (what, label, help) = match &statement.kind {
            StatementKind::Const { .. } | StatementKind::Fn { .. } | StatementKind::Let { .. } => {
                self.definition(&statement.kind);
                return;
            }
            StatementKind::Use { path } => {
                self.bring(path, uses, brought);
                return;
            }
            StatementKind::Param { name, .. } => {
                let help = format!("declare it in the script, and hand it in: `fn f({0}) = …`", name.value);
                ("a library has no parameters", "belongs into a script", help)
            }
            StatementKind::Query(_) | StatementKind::Explain(_) | StatementKind::Resume(_) => {
                let help = "give it a name with `let`, and start a pipeline of the script with that name".to_string();
                ("a library only defines, and this prints", "prints", help)
            }
        };
        self.report(Diagnostic::error(Code::E0112, what).at(at).label(label).help(help));
    }

    /// `use "path"`
    pub fn bring(&mut self, path: &Spanned<String>, uses: &Uses, brought: &[Brought]) {
        let found = match uses.get(&path.value) {
            Some(Ok(index)) => brought.get(*index).ok_or(None),
            Some(Err(error)) => Err(Some(error.clone())),
            None => Err(None),
        };
        let library = match found {
            Ok(library) => library,
            Err(error) => {
                let unread = || {
                    Diagnostic::error(Code::E0701, format!("`{}` was not read", path.value))
                        .help("run the text from a file")
                };
                let error = error.unwrap_or_else(unread);
                self.report(error.at(path.span).label("this file"));
                // What it would have defined is not missed one by one.
                self.blind = true;
                return;
            }
        };
        for (name, place) in &library.names {
            self.claim_brought(name, place, path.span);
        }
        let Definitions { lets, scope: Scope { consts, fns, params: _ } } = &library.definitions;
        self.lost.extend(library.lost.iter().cloned());
        for name in lets.keys().chain(consts.keys()).chain(fns.keys()) {
            self.lost.remove(name);
        }
        self.lets.extend(lets.iter().map(|(name, table)| (name.clone(), table.clone())));
        self.scope.consts.extend(consts.iter().map(|(name, value)| (name.clone(), value.clone())));
        self.scope.fns.extend(fns.iter().map(|(name, function)| (name.clone(), Arc::clone(function))));
    }

    /// A name that a library brings; the same definition may come by two ways.
    fn claim_brought(&mut self, name: &str, place: &DefinedAt, at: Span) {
        let Some(first) = self.names.get(name) else {
            self.names.insert(name.to_string(), place.clone());
            return;
        };
        if Arc::ptr_eq(&first.origin, &place.origin) && first.span == place.span {
            return;
        }
        let own = Arc::ptr_eq(&first.origin, &self.origin);
        let error = Diagnostic::error(Code::E0108, format!("`{name}` of this library is defined already")).at(at);
        let error = error.label(format!("defines `{name}` again"));
        let error = if own { error.also(first.span, "the first time") } else { error };
        let other = if own { "this text" } else { first.origin.name.as_str() };
        let error = error.help(format!("`{name}` stands in {other} and in {}: rename one of them", place.origin.name));
        self.report(error);
    }
}
