//! `envelope`: the rows and all that a program needs to trust them. A versioned contract: fields are only ever added.

use serde_json::Value as Json;

use super::{contract, plain};
use crate::diagnostics::json::VERSION;
use crate::model::catalog::{FormatDef, Looks, Pictures, Render, Titled, Unrenderable};
use crate::model::frame::Answer;

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
    plain::serialized(out, &contract::columns(&answer.frame.schema));
    out.push_str(",\"rows\":[");
    plain::rows(out, &answer.frame, "", ",");
    out.push_str("],\"coverage\":");
    plain::serialized(out, &contract::coverage(&answer.coverage));
    out.push_str(",\"calls\":");
    plain::serialized(out, &answer.coverage.calls);
    out.push_str(",\"warnings\":");
    let warnings: Vec<Json> = answer.warnings.iter().map(contract::warning).collect();
    plain::serialized(out, &warnings);
    match &answer.coverage.left_out {
        None => out.push_str(",\"truncated\":false"),
        Some(left_out) => {
            plain::put(out, format_args!(",\"truncated\":true,\"rows_total\":{},\"more\":", left_out.rows_total));
            plain::text(out, &left_out.more);
        }
    }
}
