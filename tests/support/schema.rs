//! A small validator of JSON Schema, draft 2020-12: the keywords that orq's own schemas use, and no others. It is stricter
//! than the draft: a field that the schema does not describe is wrong, so that no contract can grow in silence.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::orq;

/// Keywords that say nothing of a value.
const NOTES: [&str; 5] = ["$schema", "$id", "$defs", "title", "description"];

/// The schemas of all contracts, as the program prints them.
pub static SCHEMAS: LazyLock<Value> = LazyLock::new(|| {
    let run = orq().args(["describe", "--json-schema"]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
});

/// One line of JSON that is what its schema says.
pub fn valid(contract: &str, text: &str) -> Value {
    assert_eq!(text.lines().count(), 1, "{text}");
    let value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let wrong = problems(&SCHEMAS[contract], &value);
    assert!(wrong.is_empty(), "{wrong:#?}\n{text}");
    value
}

/// What is wrong with a value, each with its path; nothing where it is what the schema says.
pub fn problems(schema: &Value, value: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    whole(schema, schema, value, "$", &mut problems);
    problems
}

/// A value and all of its fields.
fn whole(root: &Value, schema: &Value, value: &Value, path: &str, problems: &mut Vec<String>) {
    let described = apply(root, schema, value, path, problems);
    if let (Some(fields), false) = (value.as_object(), described.is_empty()) {
        let strange = fields.keys().filter(|name| !described.contains(*name));
        problems.extend(strange.map(|name| format!("{path}.{name} is not described")));
    }
}

/// Checks a value against one schema; gives the fields that it describes.
fn apply(root: &Value, schema: &Value, value: &Value, path: &str, problems: &mut Vec<String>) -> BTreeSet<String> {
    let mut described = BTreeSet::new();
    for (keyword, said) in schema.as_object().unwrap() {
        let mut wrong = |what: String| problems.push(format!("{path}: {what}"));
        match keyword.as_str() {
            "type" if !types(said).iter().any(|ty| is(ty, value)) => wrong(format!("{value} is no {said}")),
            "const" if value != said => wrong(format!("{value} is not {said}")),
            "enum" if !said.as_array().unwrap().contains(value) => wrong(format!("{value} is none of {said}")),
            "pattern" => {
                let matches = |text: &str| Regex::new(said.as_str().unwrap()).unwrap().is_match(text);
                if value.as_str().is_some_and(|text| !matches(text)) {
                    wrong(format!("{value} does not match {said}"));
                }
            }
            "minimum" if value.as_i64().is_some_and(|n| n < said.as_i64().unwrap()) => {
                wrong(format!("{value} is less"))
            }
            "minItems" if value.as_array().is_some_and(|items| (items.len() as u64) < said.as_u64().unwrap()) => {
                wrong("too few items".to_string());
            }
            "required" => {
                let names = said.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
                names.filter(|name| value.is_object() && value.get(name).is_none()).for_each(|name| {
                    wrong(format!("{name} is missing"));
                });
            }
            "properties" => {
                for (name, inner) in said.as_object().unwrap() {
                    described.insert(name.clone());
                    if let Some(field) = value.get(name) {
                        whole(root, inner, field, &format!("{path}.{name}"), problems);
                    }
                }
            }
            "items" => {
                for (place, item) in value.as_array().into_iter().flatten().enumerate() {
                    whole(root, said, item, &format!("{path}[{place}]"), problems);
                }
            }
            "$ref" => {
                let target = root.pointer(said.as_str().unwrap().strip_prefix('#').unwrap()).unwrap();
                described.extend(apply(root, target, value, path, problems));
            }
            "oneOf" => {
                let tried = said.as_array().unwrap().iter().map(|one| {
                    let mut found = Vec::new();
                    (apply(root, one, value, path, &mut found), found)
                });
                let (right, other): (Vec<_>, Vec<_>) = tried.partition(|(_, found)| found.is_empty());
                if right.len() != 1 {
                    wrong(format!("fits {} of oneOf: {:?}", right.len(), other.iter().map(|(_, found)| found)));
                }
                described.extend(right.into_iter().flat_map(|(names, _)| names));
            }
            "if" => {
                let mut found = Vec::new();
                apply(root, said, value, path, &mut found);
                if let (true, Some(then)) = (found.is_empty(), schema.get("then")) {
                    described.extend(apply(root, then, value, path, problems));
                }
            }
            "type" | "const" | "enum" | "minimum" | "minItems" | "then" => {}
            note if NOTES.contains(&note) => {}
            other => panic!("nobody knows how to check `{other}`"),
        }
    }
    described
}

/// `type` is a word or several.
fn types(said: &Value) -> Vec<&str> {
    match said {
        Value::Array(words) => words.iter().map(|word| word.as_str().unwrap()).collect(),
        word => vec![word.as_str().unwrap()],
    }
}

fn is(ty: &str, value: &Value) -> bool {
    match ty {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("nobody knows the type `{other}`"),
    }
}
