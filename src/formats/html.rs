//! `html`: a page in one file, without a network: pictures that are wished for, and tables that sort by a click.

use super::cell::Cells;
use super::chart::{escaped, svg};
use super::{number, plain};
use crate::harmless;
use crate::model::catalog::{FormatDef, Looks, Pictures, Render, Titled, Unrenderable};
use crate::model::frame::Frame;
use crate::model::schema::{Column, Role};
use crate::model::value::Value;
use crate::types::Type;

pub const DEF: FormatDef = FormatDef {
    name: "html",
    aliases: &["htm"],
    doc: "A page in one file that needs no network, light or dark: pictures that the queries ask for, and sortable tables",
    extension: Some("html"),
    pictures: Pictures::Beside,
    render: Render::Text(render),
};

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/sort.js");

/// What the page may do: show its own style and run its one script, which has this hash, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-NEoRdfWxHAMrex4rhQ4RgFWisJFU3+Spl9eM6aWkkZU='; base-uri 'none'; \
                      form-action 'none'";

/// More rows than this are folded away below a picture.
const MOST_BELOW: usize = 20;

/// A single row of more columns than this is one value below the other.
const WIDE: usize = 6;

/// Texts longer than this are broken into lines.
const LONG: usize = 80;

fn render(answers: &[Titled<'_>], _: &Looks) -> Result<String, Unrenderable> {
    let heads: Vec<String> = answers.iter().map(heading).collect();
    let title = heads.iter().find(|head| !head.is_empty()).map_or("orq", String::as_str);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{}</title>\n<style>\n{}{STYLE}</style>\n</head>\n<body>\n<main>\n",
        escaped(title),
        svg::STYLE
    );
    let level = if answers.len() == 1 { "h1" } else { "h2" };
    for (titled, head) in answers.iter().zip(&heads) {
        page.push_str("<section>\n");
        if !head.is_empty() {
            page += &format!("<{level}>{}</{level}>\n", escaped(head));
        }
        section(&mut page, titled, head)?;
        page.push_str("</section>\n");
    }
    notes(&mut page, answers);
    page += &format!("</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n");
    Ok(page)
}

/// What is to be known of the answers, each thing once.
fn notes(page: &mut String, answers: &[Titled<'_>]) {
    let mut told: Vec<&str> = Vec::new();
    for warning in answers.iter().flat_map(|titled| &titled.answer.warnings) {
        if !told.contains(&warning.message.as_str()) {
            told.push(&warning.message);
        }
    }
    if told.is_empty() {
        return;
    }
    *page += "<section>\n<ul class=\"note\">\n";
    for message in told {
        *page += &format!("<li>{}</li>\n", escaped(&harmless::line(message)));
    }
    *page += "</ul>\n</section>\n";
}

/// What stands above an answer: its title, or else its query.
fn heading(titled: &Titled<'_>) -> String {
    let head = if titled.title.is_empty() { &titled.answer.query } else { titled.title };
    harmless::line(head).into_owned()
}

fn section(page: &mut String, titled: &Titled<'_>, head: &str) -> Result<(), Unrenderable> {
    let frame = &titled.answer.frame;
    if let Some(wished) = titled.picture
        && let Some(picture) = svg::picture(DEF.name, frame, Some(wished), head, "")?
    {
        *page +=
            &format!("<div class=\"box\" tabindex=\"0\" role=\"region\" aria-label=\"picture\">\n{picture}</div>\n");
    }
    let rows = match frame.height() {
        0 => "no rows".to_string(),
        1 => "1 row".to_string(),
        height => format!("{} rows", number::count(height)),
    };
    // Many rows below a picture wait until somebody wants them.
    let folded = titled.picture.is_some() && frame.height() > MOST_BELOW;
    if folded {
        *page += &format!("<details>\n<summary>{rows}</summary>\n");
    }
    *page += "<div class=\"box\" tabindex=\"0\" role=\"region\" aria-label=\"table\">\n<table>\n";
    *page += &format!("<caption>{rows}</caption>\n");
    if frame.height() == 1 && frame.schema.columns.len() > WIDE {
        record(page, frame);
    } else {
        table(page, frame);
    }
    *page += "</table>\n</div>\n";
    *page += if folded { "</details>\n" } else { "" };
    let query = harmless::line(&titled.answer.query);
    if !query.is_empty() && query != head {
        *page += &format!("<p class=\"query\"><code>{}</code></p>\n", escaped(&query));
    }
    Ok(())
}

fn table(page: &mut String, frame: &Frame) {
    *page += "<thead><tr>";
    for column in &frame.schema.columns {
        let class = if column.ty.is_number() { " class=\"n\"" } else { "" };
        let name = escaped(&harmless::line(&column.name));
        *page += &format!("<th scope=\"col\"{class}><button type=\"button\">{name}</button></th>");
    }
    *page += "</tr></thead>\n<tbody>\n";
    // Keys name their rows; without any, a first column of text does.
    let keys = frame.schema.columns.iter().take_while(|column| column.role == Role::Key).count();
    let keys =
        if keys == 0 { usize::from(frame.schema.columns.first().is_some_and(|c| c.ty == Type::Text)) } else { keys };
    let columns = frame.schema.columns.iter().zip(&frame.columns);
    let mut columns: Vec<_> =
        columns.map(|(column, values)| (column, Cells::of(&column.ty, values), values.iter())).collect();
    for _ in 0..frame.height() {
        *page += "<tr>";
        for (place, (column, cells, values)) in columns.iter_mut().enumerate() {
            let value = values.next().unwrap_or(&Value::Null);
            cell(page, column, value, &cells.show(value), place < keys);
        }
        *page += "</tr>\n";
    }
    *page += "</tbody>\n";
}

/// The first row, a line for each column.
fn record(page: &mut String, frame: &Frame) {
    *page += "<tbody>\n";
    for (column, values) in frame.schema.columns.iter().zip(&frame.columns) {
        let value = values.first().unwrap_or(&Value::Null);
        *page += &format!("<tr><th scope=\"row\">{}</th>", escaped(&harmless::line(&column.name)));
        cell(page, column, value, &Cells::of(&column.ty, values).show(value), false);
        *page += "</tr>\n";
    }
    *page += "</tbody>\n";
}

fn cell(page: &mut String, column: &Column, value: &Value, shown: &str, is_key: bool) {
    let mut classes: Vec<&str> = Vec::new();
    let mut more = String::new();
    if column.ty.is_number() {
        classes.push("n");
    } else if shown.len() > LONG {
        classes.push("long");
    }
    if *value == Value::Null {
        classes.push("null");
    }
    if let Some(x) = value.number().filter(|x| x.is_finite()) {
        more += " data-v=\"";
        plain::float(&mut more, x);
        more.push('"');
        if column.is_share() {
            classes.push("s");
            more += &format!(" style=\"--p:{:.1}%\"", 100.0 * x.clamp(0.0, 1.0));
        }
    }
    let class = if classes.is_empty() { String::new() } else { format!(" class=\"{}\"", classes.join(" ")) };
    let (open, close) = if is_key { ("th scope=\"row\"", "th") } else { ("td", "td") };
    *page += &format!("<{open}{class}{more}>{}</{close}>", escaped(shown));
}
