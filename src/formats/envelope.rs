//! `envelope`: the rows and all that a program needs to trust them. A versioned contract: fields are only ever added.

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::plain;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::json::{Entry, VERSION};
use crate::model::catalog::{FormatDef, Looks, Pictures, Render, Titled, Unrenderable};
use crate::model::frame::Answer;
use crate::model::route::Coverage;
use crate::model::schema::Column;
use crate::types::{Class, Unit};

pub const DEF: FormatDef = FormatDef {
    name: "envelope",
    aliases: &[],
    doc: "One line of JSON for programs: rows with their schema, coverage, calls and warnings",
    extension: None,
    pictures: Pictures::Never,
    render: Render::Text(render),
};

fn render(answers: &[Titled<'_>], _: &Looks) -> Result<String, Unrenderable> {
    let mut out = String::new();
    plain::put(&mut out, format_args!("{{\"orq\":{VERSION},"));
    if let [one] = answers {
        body(&mut out, one.answer);
    } else {
        out.push_str("\"results\":[");
        for (place, titled) in answers.iter().enumerate() {
            out.push_str(if place == 0 { "{\"title\":" } else { ",{\"title\":" });
            plain::text(&mut out, titled.title);
            out.push(',');
            body(&mut out, titled.answer);
            out.push('}');
        }
        out.push(']');
    }
    out.push_str("}\n");
    Ok(out)
}

/// The fields of one answer, without braces.
fn body(out: &mut String, answer: &Answer) {
    out.push_str("\"query\":");
    plain::text(out, &answer.query);
    out.push_str(",\"schema\":");
    let schema: Vec<Described<'_>> = answer.frame.schema.columns.iter().map(Described::of).collect();
    plain::serialized(out, &schema);
    out.push_str(",\"rows\":[");
    plain::rows(out, &answer.frame, "", ",");
    out.push_str("],\"coverage\":");
    plain::serialized(out, &coverage(&answer.coverage));
    out.push_str(",\"calls\":");
    plain::serialized(out, &answer.coverage.calls);
    out.push_str(",\"warnings\":");
    let warnings: Vec<Json> = answer.warnings.iter().map(warning).collect();
    plain::serialized(out, &warnings);
    out.push_str(",\"truncated\":false");
}

/// A column of the contract; numbers have a class, and a unit where they have one.
#[derive(Serialize)]
struct Described<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    ty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<Class>,
}

impl<'a> Described<'a> {
    fn of(column: &'a Column) -> Self {
        let unit = column.ty.unit().filter(|unit| *unit != Unit::NONE);
        Self {
            name: &column.name,
            ty: column.ty.word(),
            unit: unit.map(|unit| unit.to_string()),
            class: column.ty.class(),
        }
    }
}

/// Spans are offsets into the text as given, which an answer does not have: no line and column are made up.
fn warning(warning: &Diagnostic) -> Json {
    let mut entry = json!(Entry::new(warning, ""));
    if let Some(fields) = entry.as_object_mut() {
        fields.shift_remove("line");
        fields.shift_remove("column");
    }
    entry
}

/// The days an answer is about, both ends included, and each day that is missing; where some of it is an answer that was
/// kept, its age in seconds.
fn coverage(coverage: &Coverage) -> Json {
    let missing: Vec<String> =
        coverage.missing.iter().flat_map(|days| days.iter()).map(|day| day.to_string()).collect();
    let mut said = json!({
        "from": coverage.days.map(|days| days.first.to_string()),
        "to": coverage.days.map(|days| days.last.to_string()),
        "missing": missing,
        "routes": coverage.routes,
    });
    // An answer that was kept is no call.
    if let (Some(kept), Some(fields)) = (coverage.kept, said.as_object_mut()) {
        fields.insert("kept_s".to_string(), json!(kept.as_secs()));
    }
    said
}
