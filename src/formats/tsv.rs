//! `tsv`: tabs between values; tabs, line ends and backslashes inside of values are escaped.

use super::delimited::{self, Dialect};
use crate::model::catalog::{FormatDef, Looks, Pictures, Render, Titled, Unrenderable};

pub const DEF: FormatDef = FormatDef {
    name: "tsv",
    aliases: &[],
    doc: "Tab-separated values, unrounded, one row a line: tabs and line ends in values are `\\t` and `\\n`",
    extension: Some("tsv"),
    pictures: Pictures::Never,
    render: Render::Text(render),
};

fn render(answers: &[Titled<'_>], looks: &Looks) -> Result<String, Unrenderable> {
    let answer = super::only(DEF.name, answers)?;
    Ok(answer.map_or_else(String::new, |answer| delimited::render(&answer.frame, Dialect::Tabs, looks)))
}
