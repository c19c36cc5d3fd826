//! The reference as Markdown, from the catalog: `grammar/reference.md` is this text.

use std::fmt::Write as _;

use crate::assist::pages::{self, meaning};
use crate::model::catalog::{Catalog, FunctionDef};
use crate::syntax::ast::BinaryOp;

pub fn reference(catalog: &Catalog) -> String {
    let mut page = String::from(INTRODUCTION);
    page += &operators();
    page += "\n## Sources\n\nA pipeline starts with one of these.\n";
    for def in catalog.sources {
        page += &format!("\n### `{}`\n\n{}", def.usage, pages::source(def));
    }
    page += "\n## Verbs\n\nEach stage after the source is a verb and its arguments.\n";
    for def in catalog.verbs {
        page += &format!("\n### `{}`\n\n{}", def.usage, pages::verb(def));
    }
    page += "\n## Aggregates\n\nEach is a verb too: `sum cost` is the stage `agg cost = sum(cost)`.\n\n";
    page += "| aggregate | meaning | example |\n|---|---|---|\n";
    let is_aggregate = |def: &FunctionDef| catalog.aggregates().any(|other| other.name == def.name);
    for def in catalog.aggregates() {
        page += &format!("| `{}` | {} | `{}` |\n", def.name, meaning(def.doc, def.aliases), cell(def.example.query));
    }
    page += "\n## Functions\n\n| function | meaning | example | gives |\n|---|---|---|---|\n";
    for def in catalog.all_functions().filter(|def| !is_aggregate(def)) {
        let (query, shows) = (cell(def.example.query), cell(def.example.shows));
        let meaning = meaning(def.doc, def.aliases);
        page += &format!("| `{}` | {meaning} | `{query}` | `{shows}` |\n", cell(&def.usage()));
    }
    page += "\n## Formats\n\nChosen by `-f NAME` or the verb `as`; `save` chooses by the ending of the file.\n\n";
    page += "| format | meaning | ending |\n|---|---|---|\n";
    for def in catalog.formats {
        let ending = def.extension.map(|ending| format!("`.{ending}`")).unwrap_or_default();
        page += &format!("| `{}` | {} | {ending} |\n", def.name, meaning(def.doc, def.aliases));
    }
    page
}

fn operators() -> String {
    let mut page = String::from("\n## Operators\n\nThose further down bind tighter; a row binds alike.\n\n");
    let mut last = None;
    for (op, text) in BinaryOp::ALL.iter().filter(|(op, _)| *op != BinaryOp::Assign) {
        let start = if last == Some(op.precedence()) {
            " "
        } else if last.is_none() {
            "- "
        } else {
            "\n- "
        };
        // Writing into a String cannot fail.
        let _ = write!(page, "{start}`{text}`");
        last = Some(op.precedence());
    }
    page + "\n\n`not` stands between `and` and the comparisons; `is null` and `is not null` are comparisons; a sign binds tightest.\n"
}

/// A `|` would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

const INTRODUCTION: &str = include_str!("reference_introduction.md");
