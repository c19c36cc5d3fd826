//! `json`: an array of rows; of several answers an array of titles and rows.

use super::plain;
use crate::model::catalog::{FormatDef, Looks, Pictures, Render, Titled, Unrenderable};
use crate::model::frame::Frame;

pub const DEF: FormatDef = FormatDef {
    name: "json",
    aliases: &[],
    doc: "An array of objects, one a row; several answers are an array of `{title, rows}`",
    extension: Some("json"),
    pictures: Pictures::Never,
    render: Render::Text(render),
};

fn render(answers: &[Titled<'_>], _: &Looks) -> Result<String, Unrenderable> {
    let mut out = String::new();
    if let [one] = answers {
        array(&mut out, &one.answer.frame, "");
    } else {
        out.push('[');
        for (place, titled) in answers.iter().enumerate() {
            out.push_str(if place == 0 { "\n  {\"title\":" } else { ",\n  {\"title\":" });
            plain::text(&mut out, titled.title);
            out.push_str(",\"rows\":");
            array(&mut out, &titled.answer.frame, "  ");
            out.push('}');
        }
        out.push_str(if answers.is_empty() { "]" } else { "\n]" });
    }
    out.push('\n');
    Ok(out)
}

/// The rows, one a line, two blanks further in than `indent`.
fn array(out: &mut String, frame: &Frame, indent: &str) {
    if frame.height() == 0 {
        out.push_str("[]");
        return;
    }
    out.push_str("[\n");
    plain::rows(out, frame, &format!("{indent}  "), ",\n");
    out.push('\n');
    out.push_str(indent);
    out.push(']');
}
