//! The scripts of the allowed directories: each a resource, and a tool whose arguments are its parameters.

use std::collections::HashSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use rmcp::model::JsonObject;
use serde_json::{Value as Json, json};

use crate::check;
use crate::exec::Sandbox;
use crate::harmless;
use crate::syntax;
use crate::syntax::ast::{Default, Expr, ExprKind, Script, StatementKind};
use crate::syntax::parts::prints;

/// A script has at most so many bytes.
const MAX_BYTES: u64 = 1 << 18;

/// So many scripts are offered.
const MOST: usize = 100;

/// Names of tools are no longer.
const LONGEST: usize = 64;

/// A script as it lies there now.
#[derive(Clone, Debug)]
pub struct Saved {
    /// As in `weekly.orq`.
    pub file: String,
    /// Where `use` starts from.
    pub path: PathBuf,
    pub text: String,
}

/// All of them, by the order of their names; of two that have one name, that of the first directory.
pub fn all(sandbox: &Sandbox) -> Vec<Saved> {
    let mut seen = HashSet::new();
    let mut found: Vec<Saved> = Vec::new();
    for directory in sandbox.directories() {
        let entries = fs::read_dir(directory).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| is_script(path)).collect();
        paths.sort();
        for path in paths {
            if found.len() < MOST
                && let Some(saved) = saved(sandbox, path)
                && seen.insert(saved.tool())
            {
                found.push(saved);
            }
        }
    }
    found
}

fn is_script(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "orq")
}

/// What may not be read, or has a name that no address has, is not offered.
fn saved(sandbox: &Sandbox, path: PathBuf) -> Option<Saved> {
    let file = path.file_name()?.to_str()?.to_string();
    if !file.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')) {
        return None;
    }
    let mut text = String::new();
    let opened = sandbox.open(&path).ok()?;
    if opened.metadata().ok()?.len() > MAX_BYTES {
        return None;
    }
    // It may grow while it is read.
    opened.take(MAX_BYTES).read_to_string(&mut text).ok()?;
    Some(Saved { file, path, text })
}

impl Saved {
    pub fn uri(&self) -> String {
        format!("orq://scripts/{}", self.file)
    }

    /// `run_weekly`
    pub fn tool(&self) -> String {
        let stem = self.file.strip_suffix(".orq").unwrap_or(&self.file);
        let word = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '_' };
        format!("run_{stem}").chars().map(word).take(LONGEST).collect()
    }

    fn script(&self) -> Script {
        syntax::parse(&self.text).script
    }

    /// What it is for, in its own first words.
    pub fn doc(&self) -> String {
        let own = syntax::first_comment(&self.script(), &self.text);
        harmless::lines(&own).into_owned()
    }

    /// Whether it prints something; a library only defines.
    pub fn is_program(&self) -> bool {
        prints(&self.script())
    }

    /// The parameters as properties of a JSON Schema, and those that are needed.
    pub fn params(&self) -> (JsonObject, Vec<String>) {
        let (mut properties, mut needed) = (JsonObject::new(), Vec::new());
        for statement in self.script().statements {
            let StatementKind::Param { name, ty, default, doc } = statement.kind else { continue };
            let mut property = shape(&ty.value);
            let example = check::types().find(|(known, _)| *known == ty.value).map(|(_, example)| example);
            let words = doc.map(|doc| doc.value).unwrap_or_default();
            let example = example.map(|example| format!("{}, as in {example}", ty.value)).unwrap_or_default();
            let parts: Vec<&str> = [words.as_str(), &example].into_iter().filter(|part| !part.is_empty()).collect();
            property.insert("description".to_string(), json!(harmless::line(&parts.join(": "))));
            match default {
                Some(default) => {
                    property.insert("default".to_string(), value(&ty.value, &default.value, &self.text));
                }
                None => needed.push(name.value.clone()),
            }
            properties.insert(name.value, Json::Object(property));
        }
        (properties, needed)
    }
}

/// The JSON of a type of parameters; what JSON has no type for is a text.
fn shape(ty: &str) -> JsonObject {
    let shape = match ty {
        "number" | "usd" => json!({"type": "number"}),
        "bool" => json!({"type": "boolean"}),
        "date" => json!({"type": "string", "format": "date"}),
        "list" => json!({"type": "array", "items": {"type": ["string", "number"]}}),
        _ => json!({"type": "string"}),
    };
    shape.as_object().cloned().unwrap_or_default()
}

/// A default as JSON of the type.
fn value(ty: &str, default: &Default, script: &str) -> Json {
    match default {
        Default::Text(text) | Default::Bare(text) => match ty {
            "number" | "usd" | "bool" => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
            "list" => json!(text.split(',').map(str::trim).collect::<Vec<_>>()),
            _ => json!(text),
        },
        Default::List(items) => Json::Array(items.iter().map(|item| element(item, script)).collect()),
    }
}

fn element(item: &Expr, script: &str) -> Json {
    match &item.kind {
        ExprKind::Text(text) => json!(text),
        ExprKind::Number(number) => json!(number),
        _ => json!(item.span.of(script)),
    }
}
