//! `orq describe --json`: all that has a name, as one line of JSON. It is made of the catalog alone, so that it is the
//! same wherever this version runs. A versioned contract: fields are only ever added.

use serde_json::{Value as Json, json};

use crate::cli::describe::unknown;
use crate::diagnostics::json::VERSION;
use crate::diagnostics::{Code, Diagnostic, Exit};
use crate::formats::contract::Described;
use crate::model::catalog::{
    Catalog, Example, Form, FormatDef, FunctionDef, FunctionKind, ParamDef, RangeOf, Shown, SourceDef, SourceGrain,
    VerbDef,
};
use crate::model::request::KeyKind;
use crate::model::schema::Column;

/// Everything, or what has this name or alias; nothing called so is an error.
pub fn document(catalog: &Catalog, name: Option<&str>) -> Result<String, Diagnostic> {
    let is_code = |code: &Code| name.is_none_or(|name| name.eq_ignore_ascii_case(code.id()));
    let is = |own: &str, aliases: &[&str]| name.is_none_or(|name| name == own || aliases.contains(&name));
    let is_function = |def: &&FunctionDef| is(def.name, def.aliases);
    let is_aggregate = |def: &&FunctionDef| matches!(def.kind, FunctionKind::Aggregate { .. });
    let sources: Vec<Json> = catalog.sources.iter().filter(|def| is(def.name, &[])).map(|def| source(def)).collect();
    let verbs: Vec<Json> = catalog.verbs.iter().filter(|def| is(def.name, def.aliases)).map(|def| verb(def)).collect();
    let aggregates: Vec<Json> = catalog.aggregates().filter(is_function).map(function).collect();
    let functions: Vec<Json> =
        catalog.all_functions().filter(|def| !is_aggregate(def)).filter(is_function).map(function).collect();
    let formats: Vec<Json> =
        catalog.formats.iter().filter(|def| is(def.name, def.aliases)).map(|def| format(def)).collect();
    let codes: Vec<Json> = Code::ALL.iter().filter(|code| is_code(code)).map(|code| self::code(*code)).collect();
    let kinds = [&sources, &verbs, &aggregates, &functions, &formats, &codes];
    if let Some(name) = name.filter(|_| kinds.iter().all(|found| found.is_empty())) {
        return Err(unknown(catalog, name));
    }
    let exits = Exit::ALL.iter().filter(|_| name.is_none());
    let exits = exits.map(|exit| json!({ "exit": *exit as u8, "meaning": exit.meaning() }));
    Ok(super::line(&json!({
        "orq": VERSION,
        "version": env!("CARGO_PKG_VERSION"),
        "sources": sources,
        "verbs": verbs,
        "aggregates": aggregates,
        "functions": functions,
        "formats": formats,
        "codes": codes,
        "exits": exits.collect::<Vec<_>>(),
    })))
}

fn source(def: &SourceDef) -> Json {
    let grain = match def.grain {
        SourceGrain::Rows => "rows",
        SourceGrain::Cube => "cube",
        SourceGrain::Files => "files",
    };
    let key = match (def.grain, def.key) {
        (SourceGrain::Files, _) => None,
        (_, KeyKind::Management) => Some("management"),
        (_, KeyKind::Api) => Some("api"),
        (_, KeyKind::Either) => Some("either"),
    };
    json!({
        "name": def.name,
        "doc": def.doc,
        "usage": def.usage,
        "grain": grain,
        "key": key,
        "range": range(def.range),
        "arguments": def.params.iter().map(argument).collect::<Vec<_>>(),
        "columns": def.schema().columns.iter().map(column).collect::<Vec<_>>(),
        "examples": examples(def.examples),
    })
}

/// How ranges are written, the days without one, and what an open end is.
fn range(range: RangeOf) -> Json {
    let (unit, default, open_end) = match range {
        RangeOf::Nothing => return Json::Null,
        RangeOf::CompletedDays { default } => ("day", default, "yesterday"),
        RangeOf::Instants { default } => ("minute", default, "now"),
    };
    json!({ "unit": unit, "default_days": default, "open_end": open_end, "forms": range.forms() })
}

fn argument(def: &ParamDef) -> Json {
    let values = match def.form {
        Form::Any | Form::Model => Json::Null,
        Form::Word(words) => json!(words),
    };
    json!({ "name": def.name, "doc": def.doc, "required": def.required, "values": values })
}

fn column(column: &Column) -> Json {
    let mut described = json!(Described::of(column));
    if let Some(fields) = described.as_object_mut() {
        fields.insert("doc".to_string(), json!(column.doc));
        fields.insert("aliases".to_string(), json!(column.aliases));
        // Those that are not are there as soon as a query names them.
        fields.insert("shown".to_string(), json!(column.shown == Shown::Always));
    }
    described
}

fn verb(def: &VerbDef) -> Json {
    json!({
        "name": def.name,
        "aliases": def.aliases,
        "doc": def.doc,
        "usage": def.usage,
        "examples": examples(def.examples),
    })
}

fn function(def: &FunctionDef) -> Json {
    let kind = match def.kind {
        FunctionKind::Scalar { .. } => "scalar",
        FunctionKind::Aggregate { .. } => "aggregate",
        FunctionKind::Window { .. } => "window",
    };
    json!({
        "name": def.name,
        "aliases": def.aliases,
        "doc": def.doc,
        "usage": def.usage(),
        "kind": kind,
        "examples": examples(std::slice::from_ref(&def.example)),
    })
}

fn format(def: &FormatDef) -> Json {
    json!({ "name": def.name, "aliases": def.aliases, "doc": def.doc, "extension": def.extension })
}

fn code(code: Code) -> Json {
    json!({ "code": code.id(), "title": code.title(), "exit": code.exit() as u8 })
}

fn examples(examples: &[Example]) -> Vec<Json> {
    examples.iter().map(|example| json!({ "query": example.query, "shows": example.shows })).collect()
}
