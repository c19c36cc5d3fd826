//! `orq run FILE --help`: what a script is for, in its own first words, and the parameters it takes.

use super::script_flags::is_own;
use crate::check::types;
use crate::harmless;
use crate::syntax;
use crate::syntax::ast::{Default, StatementKind};

/// One parameter as the page shows it.
struct Shown {
    flag: String,
    doc: String,
    needed: bool,
}

pub fn page(text: &str, name: &str) -> String {
    let script = syntax::parse(text).script;
    let params: Vec<Shown> = script.statements.iter().filter_map(|statement| shown(&statement.kind, text)).collect();
    let mut page = String::new();
    let first = syntax::first_comment(&script, text);
    if !first.is_empty() {
        page += &format!("{first}\n\n");
    }
    let flags =
        params.iter().map(|param| if param.needed { format!(" {}", param.flag) } else { format!(" [{}]", param.flag) });
    page += &format!("Usage: orq run {name}{}\n", flags.collect::<String>());
    if params.is_empty() {
        page += "\nThe script has no parameters.\n";
    } else {
        let width = params.iter().map(|param| param.flag.chars().count()).max().unwrap_or_default();
        page += "\nParameters:\n";
        for Shown { flag, doc, .. } in &params {
            page += format!("  {flag:width$}  {doc}").trim_end();
            page.push('\n');
        }
    }
    page += "\n`orq run --help` lists the options of orq itself.\n";
    harmless::lines(&page).into_owned()
}

fn shown(statement: &StatementKind, text: &str) -> Option<Shown> {
    let StatementKind::Param { name, ty, default, doc } = statement else { return None };
    let doc = doc.as_ref().map(|doc| doc.value.clone()).unwrap_or_default();
    let value = default.as_ref().map(|default| match &default.value {
        Default::Text(text) | Default::Bare(text) => text.clone(),
        Default::List(_) => default.span.of(text).to_string(),
    });
    let example = types().find(|(known, _)| *known == ty.value).map(|(_, example)| example);
    let note = match (&value, example) {
        (Some(value), _) => format!("default {value}"),
        (None, Some(example)) => format!("needed, as in {example}"),
        (None, None) => "needed".to_string(),
    };
    let doc = if doc.is_empty() { note } else { format!("{doc} ({note})") };
    let (name, ty) = (name.value.as_str(), ty.value.to_uppercase());
    let flag = if is_own(&format!("--{name}")) { format!("-p {name}={ty}") } else { format!("--{name} {ty}") };
    Some(Shown { flag, doc, needed: value.is_none() })
}
