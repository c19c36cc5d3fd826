//! What a text defines and prints, and where a name is defined.

use std::path::{Path, PathBuf};

use lsp_types::SymbolKind;
use serde_json::{Value as Json, json};

use super::place::uri_of;
use super::position::{Encoding, Text};
use crate::check::{Libraries, Uses};
use crate::span::Span;
use crate::syntax::ast::{ExprKind, Ident, Pipeline, Script, Source, Statement, StatementKind};
use crate::syntax::classify::Class;
use crate::syntax::format;

/// A definition of a text.
pub struct Defined<'a> {
    pub name: &'a Ident,
    pub kind: SymbolKind,
    pub statement: &'a Statement,
}

/// What a statement defines.
fn defined(statement: &Statement) -> Option<Defined<'_>> {
    let (name, kind) = match &statement.kind {
        StatementKind::Let { name, .. } => (name, SymbolKind::VARIABLE),
        StatementKind::Const { name, .. } => (name, SymbolKind::CONSTANT),
        StatementKind::Fn { name, .. } => (name, SymbolKind::FUNCTION),
        StatementKind::Param { name, .. } => (name, SymbolKind::PROPERTY),
        StatementKind::Use { .. } | StatementKind::Explain(_) | StatementKind::Resume(_) | StatementKind::Query(_) => {
            return None;
        }
    };
    Some(Defined { name, kind, statement })
}

/// Whether a word of this class can stand for a definition of this kind.
fn fits(class: Class, kind: SymbolKind) -> bool {
    match class {
        Class::Parameter => kind == SymbolKind::PROPERTY,
        Class::Function => kind == SymbolKind::FUNCTION,
        Class::Source => kind == SymbolKind::VARIABLE,
        Class::Column | Class::Unknown | Class::Text => kind != SymbolKind::PROPERTY,
        Class::Verb | Class::Keyword | Class::Number | Class::Time | Class::Comment | Class::Operator => false,
    }
}

/// A word of a text, and what it is.
pub struct Word<'a> {
    pub text: &'a str,
    pub class: Class,
    pub span: Span,
}

/// The definition that a word of a script stands for.
pub fn own<'a>(script: &'a Script, word: &Word<'_>) -> Option<Defined<'a>> {
    script
        .statements
        .iter()
        .filter_map(defined)
        .find(|found| found.name.value == word.text && (fits(word.class, found.kind) || found.name.span == word.span))
}

/// A place in a file.
pub struct Found<'a> {
    /// None for the text itself.
    pub file: Option<(PathBuf, &'a str)>,
    pub span: Span,
    /// The whole of what stands there.
    pub statement: &'a str,
}

/// Where a word of a text is defined: in the text, or in a file that it uses.
pub fn find<'a>(
    text: &'a str,
    script: &'a Script,
    libraries: &'a Libraries,
    here: &Path,
    word: &Word<'_>,
) -> Option<Found<'a>> {
    if let Some(parameter) = of_function(script, word) {
        return Some(Found { file: None, span: parameter.span, statement: parameter.span.of(text) });
    }
    if let Some(found) = own(script, word) {
        return Some(Found { file: None, span: found.name.span, statement: found.statement.span.of(text) });
    }
    let path = |index: usize| libraries.files.get(index).map(|library| here.join(&library.origin.name));
    let named = script.statements.iter().find_map(|statement| match &statement.kind {
        StatementKind::Use { path } if path.span.start <= word.span.start && word.span.end <= path.span.end => {
            Some(path)
        }
        _ => None,
    });
    if let Some(written) = named {
        let index = *libraries.uses.get(&written.value)?.as_ref().ok()?;
        let text = libraries.files.get(index)?.origin.text.as_str();
        return Some(Found { file: Some((path(index)?, text)), span: Span::default(), statement: "" });
    }
    let index = brought(&libraries.uses, libraries, word, 0)?;
    let library = libraries.files.get(index)?;
    let found = own(&library.script, word)?;
    let text = library.origin.text.as_str();
    let file = Some((path(index)?, text));
    Some(Found { file, span: found.name.span, statement: found.statement.span.of(text) })
}

/// The file that defines a word, among those that are used and those that they use. No file uses itself, by any way.
fn brought(uses: &Uses, libraries: &Libraries, word: &Word<'_>, depth: usize) -> Option<usize> {
    if depth > libraries.files.len() {
        return None;
    }
    uses.values().flatten().copied().find_map(|index| {
        let library = libraries.files.get(index)?;
        if own(&library.script, word).is_some() {
            return Some(index);
        }
        brought(&library.uses, libraries, word, depth + 1)
    })
}

/// The parameter of the function that a word stands in.
fn of_function<'a>(script: &'a Script, word: &Word<'_>) -> Option<&'a Ident> {
    let around =
        |statement: &&Statement| statement.span.start <= word.span.start && word.span.end <= statement.span.end;
    match &script.statements.iter().find(around)?.kind {
        StatementKind::Fn { params, .. } if word.class != Class::Function => {
            params.iter().find(|param| param.value == word.text)
        }
        _ => None,
    }
}

/// A definition as a client takes it.
pub fn location(found: &Found<'_>, uri: &str, text: &Text, encoding: Encoding) -> Json {
    match &found.file {
        None => json!({"uri": uri, "range": text.range(found.span)}),
        Some((path, other)) => {
            let other = Text::new(other.to_string(), encoding);
            json!({"uri": uri_of(path), "range": other.range(found.span)})
        }
    }
}

/// Definitions, and pipelines by their titles or sources.
pub fn symbols(script: &Script, text: &Text) -> Vec<Json> {
    let symbol = |name: &str, detail: String, kind: SymbolKind, whole: Span, name_at: Span| {
        json!({
            "name": name,
            "detail": detail,
            "kind": kind,
            "range": text.range(whole),
            "selectionRange": text.range(name_at),
        })
    };
    let all = script.statements.iter().filter_map(|statement| {
        let whole = statement.span;
        if let Some(Defined { name, kind, .. }) = defined(statement) {
            return Some(symbol(&name.value, detail(&statement.kind), kind, whole, name.span));
        }
        match &statement.kind {
            StatementKind::Query(pipeline) | StatementKind::Explain(pipeline) => {
                let (source, at) = source_of(pipeline);
                let (name, detail) = match title(pipeline) {
                    Some(title) => (title, source),
                    None => (source, String::new()),
                };
                Some(symbol(
                    if name.trim().is_empty() { "pipeline" } else { &name },
                    detail,
                    SymbolKind::EVENT,
                    whole,
                    at,
                ))
            }
            _ => None,
        }
    });
    all.collect()
}

fn detail(kind: &StatementKind) -> String {
    match kind {
        StatementKind::Let { pipeline, .. } => source_of(pipeline).0,
        StatementKind::Const { value, .. } => format::expr(value),
        StatementKind::Fn { params, .. } => {
            let names: Vec<&str> = params.iter().map(|param| param.value.as_str()).collect();
            format!("({})", names.join(", "))
        }
        StatementKind::Param { ty, doc, .. } => {
            let doc = doc.as_ref().map(|doc| format!(": {}", doc.value)).unwrap_or_default();
            format!("{}{doc}", ty.value)
        }
        StatementKind::Use { .. } | StatementKind::Explain(_) | StatementKind::Resume(_) | StatementKind::Query(_) => {
            String::new()
        }
    }
}

/// The name that a pipeline starts with, and where it stands.
fn source_of(pipeline: &Pipeline) -> (String, Span) {
    match &pipeline.source {
        Source::Named { name, .. } => (name.value.clone(), name.span),
        Source::Nested(inner) => source_of(inner),
    }
}

/// What stands above the rows of a pipeline.
fn title(pipeline: &Pipeline) -> Option<String> {
    let stage = pipeline.stages.iter().find(|stage| stage.word.value == crate::verbs::title::VERB.name)?;
    match &stage.items.first()?.value.kind {
        ExprKind::Text(title) => Some(title.clone()),
        _ => None,
    }
}
