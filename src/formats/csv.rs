//! `csv`: RFC 4180, with line feeds as line ends.

use super::delimited::{self, Dialect};
use crate::model::catalog::{FormatDef, Looks, Pictures, Render, Titled, Unrenderable};

pub const DEF: FormatDef = FormatDef {
    name: "csv",
    aliases: &[],
    doc: "Comma-separated values, unrounded; a null is empty, an empty text is `\"\"`",
    extension: Some("csv"),
    pictures: Pictures::Never,
    render: Render::Text(render),
};

fn render(answers: &[Titled<'_>], looks: &Looks) -> Result<String, Unrenderable> {
    let answer = super::only(DEF.name, answers)?;
    Ok(answer.map_or_else(String::new, |answer| delimited::render(&answer.frame, Dialect::Commas, looks)))
}
