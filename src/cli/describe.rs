//! What the catalog holds, as text for people.

use std::fmt::Write as _;

use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Catalog, Example, FormatDef, FunctionDef, SourceDef, VerbDef};
use crate::model::schema::{Column, Schema};
use crate::suggest;
use crate::types::Unit;

/// A line for each entry.
pub fn all(catalog: &Catalog) -> String {
    let mut shown = String::new();
    let mut section = |title: &str, rows: Vec<(String, &str)>| {
        let width = rows.iter().map(|(usage, _)| usage.chars().count()).max().unwrap_or(0).min(34);
        // Writing into a String cannot fail.
        let _ = writeln!(shown, "{title}");
        for (usage, doc) in rows {
            let _ = writeln!(shown, "  {usage:width$}  {doc}");
        }
        shown.push('\n');
    };
    section("sources", catalog.sources.iter().map(|def| (def.usage.to_string(), def.doc)).collect());
    section("verbs", catalog.verbs.iter().map(|def| (def.usage.to_string(), def.doc)).collect());
    section("aggregates, each also a verb", catalog.aggregates().map(|def| (def.usage(), def.doc)).collect());
    let is_aggregate = |def: &&FunctionDef| catalog.aggregates().any(|other| other.name == def.name);
    let functions = catalog.all_functions().filter(|def| !is_aggregate(def));
    section("functions", functions.map(|def| (def.usage(), def.doc)).collect());
    section("formats", catalog.formats.iter().map(|def| (def.name.to_string(), def.doc)).collect());
    shown + "`orq describe NAME` shows one with its columns and examples.\n"
}

/// Everything that has this name.
pub fn one(catalog: &Catalog, name: &str) -> Result<String, Diagnostic> {
    let mut parts = Vec::new();
    parts.extend(catalog.source(name).map(source));
    parts.extend(catalog.verb(name).map(verb));
    parts.extend(catalog.function(name).map(function));
    parts.extend(catalog.format(name).map(format));
    if !parts.is_empty() {
        return Ok(parts.join("\n"));
    }
    let names = catalog.sources.iter().map(|def| def.name).chain(catalog.verbs.iter().map(|def| def.name));
    let names =
        names.chain(catalog.all_functions().map(|def| def.name)).chain(catalog.formats.iter().map(|def| def.name));
    let near = suggest::nearest(name, names);
    let help = match near.first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`orq describe` lists all names".to_string(),
    };
    let error = Diagnostic::error(Code::E0801, format!("nothing is called `{name}`")).help(help);
    Err(Diagnostic { candidates: near, ..error })
}

fn source(def: &'static SourceDef) -> String {
    let mut shown = format!("{}\n\n  {}\n", def.usage, def.doc);
    for param in def.params {
        shown += &format!("\n  {}: {}", param.name, param.doc);
    }
    shown += "\n";
    shown += &table(&def.schema());
    shown + &examples(def.examples)
}

fn verb(def: &'static VerbDef) -> String {
    format!("{}\n\n  {}\n{}{}", def.usage, def.doc, aliases(def.aliases), examples(def.examples))
}

fn function(def: &'static FunctionDef) -> String {
    let example = format!("\n  {}  # {}\n", def.example.query, def.example.shows);
    format!("{}\n\n  {}\n{}{example}", def.usage(), def.doc, aliases(def.aliases))
}

fn format(def: &'static FormatDef) -> String {
    format!("{}\n\n  {}\n{}\n  credits | as {}\n", def.name, def.doc, aliases(def.aliases), def.name)
}

fn aliases(names: &[&str]) -> String {
    if names.is_empty() { String::new() } else { format!("  also understood: {}\n", names.join(", ")) }
}

fn examples(examples: &[Example]) -> String {
    examples.iter().map(|example| format!("\n  {}\n    {}\n", example.query, example.shows)).collect()
}

/// The columns of a query, for `check`.
pub fn columns(query: &str, schema: &Schema) -> String {
    format!("{query}\n{}\n", table(schema))
}

fn table(schema: &Schema) -> String {
    let width = schema.names().map(|name| name.chars().count()).max().unwrap_or(0);
    let kinds: Vec<String> = schema.columns.iter().map(kind).collect();
    let kind_width = kinds.iter().map(String::len).max().unwrap_or(0);
    let line = |(column, kind): (&Column, &String)| {
        let text = format!("  {:width$}  {kind:kind_width$}  {}", column.name, column.doc);
        format!("{}\n", text.trim_end())
    };
    schema.columns.iter().zip(&kinds).map(line).collect()
}

/// `number, usd`.
fn kind(column: &Column) -> String {
    match column.ty.unit().filter(|unit| *unit != Unit::NONE) {
        Some(unit) => format!("number, {unit}"),
        None => column.ty.to_string(),
    }
}
