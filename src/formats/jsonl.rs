//! `jsonl`: a JSON object a line.

use super::plain;
use crate::model::catalog::{FormatDef, Looks, Pictures, Render, Titled, Unrenderable};

pub const DEF: FormatDef = FormatDef {
    name: "jsonl",
    aliases: &["ndjson"],
    doc: "A JSON object a line, one a row",
    extension: Some("jsonl"),
    pictures: Pictures::Never,
    render: Render::Text(render),
};

fn render(answers: &[Titled<'_>], _: &Looks) -> Result<String, Unrenderable> {
    let mut out = String::new();
    if let Some(answer) = super::only(DEF.name, answers)? {
        plain::rows(&mut out, &answer.frame, "", "\n");
        if answer.frame.height() > 0 {
            out.push('\n');
        }
    }
    Ok(out)
}
