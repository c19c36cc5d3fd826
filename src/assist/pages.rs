//! A name of the catalog as Markdown: what the reference has of it, and what an editor shows.

use crate::model::catalog::{Catalog, Example, FunctionDef, SourceDef, VerbDef};
use crate::model::schema::Column;
use crate::types::Unit;

/// What stands in the place of columns that nobody knows yet.
pub const COLUMNS_OF_FILES: &str = "Its columns are those of the files: `read \"FILE\" | schema` shows them.";

/// Everything that is called so, as pages under each other; nothing where nothing is.
pub fn page(catalog: &Catalog, name: &str) -> Option<String> {
    let source = catalog.source(name).map(|def| format!("### `{}`\n\n{}", def.usage, source(def)));
    let verb = catalog.verb(name).map(|def| format!("### `{}`\n\n{}", def.usage, verb(def)));
    let function = catalog.function(name).map(|def| format!("### `{}`\n\n{}", def.usage(), function(def)));
    let format = catalog.format(name).map(|def| format!("### `{}`\n\n{}", def.name, meaning(def.doc, def.aliases)));
    let pages: Vec<String> = [source, verb, function, format].into_iter().flatten().collect();
    (!pages.is_empty()).then(|| pages.join("\n"))
}

/// What a source gives, with its columns and examples.
pub fn source(def: &SourceDef) -> String {
    let mut page = format!("{}.\n\n", def.doc);
    for param in def.params {
        page += &format!("- `{}`: {}\n\n", param.name, param.doc);
    }
    match def.columns {
        [] => page += &format!("{COLUMNS_OF_FILES}\n"),
        _ => page += "| column | type | unit | meaning | also |\n|---|---|---|---|---|\n",
    }
    for column in &def.schema().columns {
        page += &row(column);
    }
    page + &queries(def.examples)
}

/// What a verb does, with examples.
pub fn verb(def: &VerbDef) -> String {
    format!("{}\n{}", meaning(def.doc, def.aliases), queries(def.examples))
}

/// What a function gives, with an example.
pub fn function(def: &FunctionDef) -> String {
    format!("{}\n{}", meaning(def.doc, def.aliases), queries(std::slice::from_ref(&def.example)))
}

fn row(column: &Column) -> String {
    let unit = column.ty.unit().filter(|unit| *unit != Unit::NONE).map(|unit| unit.to_string()).unwrap_or_default();
    let aliases: Vec<String> = column.aliases.iter().map(|alias| format!("`{alias}`")).collect();
    let ty = column.ty.word();
    format!("| `{}` | {ty} | {unit} | {} | {} |\n", column.name, column.doc, aliases.join(" "))
}

fn queries(examples: &[Example]) -> String {
    let mut page = String::from("\n```orq\n");
    for example in examples {
        page += &format!("# {}\n{}\n", example.shows, example.query);
    }
    page + "```\n"
}

/// What it means and its other names, in whole sentences.
pub fn meaning(doc: &str, aliases: &[&str]) -> String {
    let names: Vec<String> = aliases.iter().map(|alias| format!("`{alias}`")).collect();
    if names.is_empty() { format!("{doc}.") } else { format!("{doc}. Also understood: {}.", names.join(", ")) }
}
