//! What the catalog holds, as text for people.

use super::fold;
use crate::assist::pages::COLUMNS_OF_FILES;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Catalog, Example, FormatDef, FunctionDef, SourceDef, VerbDef};
use crate::model::schema::{Column, Schema};
use crate::suggest;
use crate::types::Unit;

/// Columns of the terminal; `None` where nothing needs to fit.
pub type Width = Option<usize>;

/// The kinds of names, each with its usages and what they mean.
type Section = (&'static str, Vec<(String, &'static str)>);

/// Text beside usages needs so much room; where it is not there, the line is left to the terminal.
const ROOM: usize = 20;

/// A line for each entry.
pub fn all(catalog: &Catalog, width: Width) -> String {
    let mut shown = String::new();
    for (title, rows) in sections(catalog) {
        let usages = rows.iter().map(|(usage, _)| usage.chars().count()).max().unwrap_or(0);
        shown += &format!("{title}\n");
        for (usage, doc) in rows {
            shown += &hanging(&format!("  {usage:usages$}  "), doc, width);
        }
        shown.push('\n');
    }
    shown + "`orq describe NAME` shows one with its columns and examples.\n"
}

/// All names, a paragraph for each kind.
pub fn names(catalog: &Catalog, width: Width) -> String {
    let sections = sections(catalog);
    let titles = sections.iter().map(|(title, _)| title.len()).max().unwrap_or(0);
    let paragraph = |(title, rows): &Section| {
        // A usage starts with the name.
        let names: Vec<&str> = rows.iter().filter_map(|(usage, _)| usage.split([' ', '(']).next()).collect();
        hanging(&format!("{title:titles$}  "), &names.join(" "), width)
    };
    sections.iter().map(paragraph).collect()
}

fn sections(catalog: &Catalog) -> [Section; 5] {
    let is_aggregate = |def: &&FunctionDef| catalog.aggregates().any(|other| other.name == def.name);
    let functions = catalog.all_functions().filter(|def| !is_aggregate(def));
    [
        ("sources", catalog.sources.iter().map(|def| (def.usage.to_string(), def.doc)).collect()),
        ("verbs", catalog.verbs.iter().map(|def| (def.usage.to_string(), def.doc)).collect()),
        ("aggregates", catalog.aggregates().map(|def| (def.usage(), def.doc)).collect()),
        ("functions", functions.map(|def| (def.usage(), def.doc)).collect()),
        ("formats", catalog.formats.iter().map(|def| (def.name.to_string(), def.doc)).collect()),
    ]
}

/// `text` behind `start`; the lines that it goes on in begin where it began.
pub fn hanging(start: &str, text: &str, width: Width) -> String {
    let indent = start.rsplit('\n').next().unwrap_or_default().chars().count();
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(indent));
    let room = if room < ROOM { usize::MAX } else { room };
    let mut shown = start.to_string();
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > room {
            shown = format!("{}\n{:indent$}", shown.trim_end(), "");
            used = 0;
        } else if used > 0 {
            shown.push(' ');
            used += 1;
        }
        shown += word;
        used += length;
    }
    format!("{}\n", shown.trim_end())
}

/// Everything that has this name.
pub fn one(catalog: &Catalog, name: &str, width: Width) -> Result<String, Diagnostic> {
    let mut parts = Vec::new();
    parts.extend(catalog.source(name).map(|def| source(def, width)));
    parts.extend(catalog.verb(name).map(|def| verb(def, width)));
    parts.extend(catalog.function(name).map(|def| function(def, width)));
    parts.extend(catalog.format(name).map(|def| format(def, width)));
    parts.extend(name.parse::<Code>().ok().map(|code| code.page().to_string()));
    if parts.is_empty() { Err(unknown(catalog, name)) } else { Ok(parts.join("\n")) }
}

/// Nothing is called so.
pub fn unknown(catalog: &Catalog, name: &str) -> Diagnostic {
    let names = catalog.sources.iter().map(|def| def.name).chain(catalog.verbs.iter().map(|def| def.name));
    let names =
        names.chain(catalog.all_functions().map(|def| def.name)).chain(catalog.formats.iter().map(|def| def.name));
    let near = suggest::nearest(name, names);
    let help = match near.first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`orq describe` lists all names".to_string(),
    };
    let error = Diagnostic::error(Code::E0801, format!("nothing is called `{name}`")).help(help);
    Diagnostic { candidates: near, ..error }
}

fn source(def: &'static SourceDef, width: Width) -> String {
    let mut shown = titled(def.usage, def.doc, &[], width);
    let forms: Vec<String> = def.range.forms().iter().map(|form| format!("`{form}`")).collect();
    if !forms.is_empty() {
        shown += &hanging("\n  RANGE: ", &forms.join(", "), width);
    }
    for param in def.params {
        shown += &hanging(&format!("\n  argument {}: ", param.name), param.doc, width);
    }
    let columns = match def.columns {
        [] => hanging("\n  ", COLUMNS_OF_FILES, width),
        _ => format!("\n{}", table(&def.schema(), width)),
    };
    shown + &columns + &examples(def.examples, width)
}

fn verb(def: &'static VerbDef, width: Width) -> String {
    titled(def.usage, def.doc, def.aliases, width) + &examples(def.examples, width)
}

fn function(def: &'static FunctionDef, width: Width) -> String {
    titled(&def.usage(), def.doc, def.aliases, width) + &examples(std::slice::from_ref(&def.example), width)
}

fn format(def: &'static FormatDef, width: Width) -> String {
    titled(def.name, def.doc, def.aliases, width) + &format!("\n  credits | as {}\n", def.name)
}

/// How it is written, what it means, and its other names.
fn titled(usage: &str, doc: &str, aliases: &[&str], width: Width) -> String {
    let mut shown = format!("{usage}\n\n") + &hanging("  ", doc, width);
    if !aliases.is_empty() {
        shown += &hanging("  also understood: ", &aliases.join(", "), width);
    }
    shown
}

fn examples(examples: &[Example], width: Width) -> String {
    let example = |example: &Example| {
        format!("\n{}\n{}", fold::query("  ", example.query, width), hanging("    ", example.shows, width))
    };
    examples.iter().map(example).collect()
}

/// Names and what they mean, in two columns.
pub fn listed(rows: &[(String, String)], width: Width) -> String {
    let names = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    rows.iter().map(|(name, doc)| hanging(&format!("{name:names$}  "), doc, width)).collect()
}

/// The columns of a query, for `check`.
pub fn columns(query: &str, schema: &Schema, width: Width) -> String {
    format!("{}\n{}\n", fold::query("", query, width), table(schema, width))
}

fn table(schema: &Schema, width: Width) -> String {
    let names = schema.names().map(|name| name.chars().count()).max().unwrap_or(0);
    let kinds: Vec<String> = schema.columns.iter().map(kind).collect();
    let kind_width = kinds.iter().map(String::len).max().unwrap_or(0);
    let line = |(column, kind): (&Column, &String)| {
        hanging(&format!("  {:names$}  {kind:kind_width$}  ", column.name), column.doc, width)
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
