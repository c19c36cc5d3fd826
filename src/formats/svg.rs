//! `svg`: one picture as a file, in colours that follow the reader's light or dark ground.

use super::chart::svg;
use crate::harmless;
use crate::model::catalog::{FormatDef, Looks, Pictures, Render, Titled, Unrenderable};

pub const DEF: FormatDef = FormatDef {
    name: "svg",
    aliases: &[],
    doc: "A picture as a file, with axes and a legend: a line along dates and times, else bars, or what `as` says before",
    extension: Some("svg"),
    pictures: Pictures::Only,
    render: Render::Text(render),
};

fn render(answers: &[Titled<'_>], _: &Looks) -> Result<String, Unrenderable> {
    let (titled, answer) = match answers {
        [] => return Ok(String::new()),
        [one] => (one, one.answer),
        several => return Err(Unrenderable::Several(DEF.name, several.len())),
    };
    let title = harmless::line(titled.title);
    let drawn = svg::picture(DEF.name, &answer.frame, titled.picture, &title, svg::STYLE)?;
    Ok(drawn.unwrap_or_else(|| svg::empty(&title, svg::STYLE)))
}
