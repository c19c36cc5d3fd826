//! `markdown`: tables as GitHub reads them. Nothing in a cell formats, links or ends the cell.

use super::cell::Cells;
use super::chart;
use crate::harmless;
use crate::model::catalog::{FormatDef, Looks, Pictures, Render, Titled, Unrenderable};
use crate::model::frame::Frame;

pub const DEF: FormatDef = FormatDef {
    name: "markdown",
    aliases: &["md"],
    doc: "A GitHub table, with values as people read them; a picture that the query asks for stands above it",
    extension: Some("md"),
    pictures: Pictures::Beside,
    render: Render::Text(render),
};

fn render(answers: &[Titled<'_>], _: &Looks) -> Result<String, Unrenderable> {
    let mut out = String::new();
    for titled in answers {
        if !out.is_empty() {
            out.push('\n');
        }
        if !titled.title.is_empty() {
            out.push_str("### ");
            escaped(&mut out, &harmless::line(titled.title));
            out.push_str("\n\n");
        }
        if let Some(picture) = titled.picture {
            let mut drawn = String::new();
            chart::text(&mut drawn, picture, &titled.answer.frame, &PICTURE)?;
            fenced(&mut out, &drawn);
        }
        table(&mut out, &titled.answer.frame);
    }
    Ok(out)
}

/// A picture stands in a block of plain text, narrow enough for the pages of a code host.
const PICTURE: Looks = Looks { width: Some(72), unicode: true, color: false, max_rows: Some(50) };

/// A block of plain text that nothing in it ends.
fn fenced(out: &mut String, text: &str) {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    out.push_str(&format!("{fence}text\n{text}{fence}\n\n"));
}

fn table(out: &mut String, frame: &Frame) {
    for name in frame.schema.names() {
        out.push_str("| ");
        escaped(out, &harmless::line(name));
        out.push(' ');
    }
    out.push_str("|\n");
    for column in &frame.schema.columns {
        out.push_str(if column.ty.is_number() { "| ---: " } else { "| --- " });
    }
    out.push_str("|\n");
    let columns = frame.schema.columns.iter().zip(&frame.columns);
    let mut columns: Vec<_> = columns.map(|(column, values)| (Cells::of(&column.ty, values), values.iter())).collect();
    for _ in 0..frame.height() {
        for (cells, values) in &mut columns {
            out.push_str("| ");
            escaped(out, &values.next().map(|value| cells.show(value)).unwrap_or_default());
            out.push(' ');
        }
        out.push_str("|\n");
    }
}

/// One line of text that Markdown shows as it is.
fn escaped(out: &mut String, line: &str) {
    let mut before = None;
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        let after = rest.clone().next();
        let word = |side: Option<char>| side.is_some_and(char::is_alphanumeric);
        match c {
            '\\' | '|' | '`' | '*' | '~' | '<' | '[' | ']' => {
                out.push('\\');
                out.push(c);
            }
            '_' if !(word(before) && word(after)) => out.push_str("\\_"),
            '&' if word(after) || after == Some('#') => out.push_str("&amp;"),
            // Addresses become links wherever they stand.
            ':' if rest.as_str().starts_with("//") => out.push_str("&#58;"),
            '.' if before.is_some_and(|c| c.eq_ignore_ascii_case(&'w')) => out.push_str("&#46;"),
            // A name after it would be notified.
            '@' if !word(before) => out.push_str("@<!-- -->"),
            c => out.push(c),
        }
        before = Some(c);
    }
}
