//! The language as a TextMate grammar, for editors that colour text without asking: `grammar/orq.tmLanguage.json` is this
//! text. What is known by name comes from the catalog; the patterns have no look-around, so that every engine takes them.

use serde_json::{Value as Json, json};

use crate::assist::names::range_words;
use crate::model::catalog::{Catalog, VerbDef};
use crate::model::units;
use crate::syntax::ast::BinaryOp;
use crate::syntax::format::{DEFINERS, RESERVED};

/// A name as the language has it.
const NAME: &str = r"[\p{L}_][\p{L}\p{N}_]*";

/// Words that are values rather than operators.
const VALUES: &[&str] = &["true", "false", "null"];

pub fn grammar(catalog: &Catalog) -> String {
    let grammar = json!({
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": "orq",
        "scopeName": "source.orq",
        "fileTypes": ["orq"],
        "firstLineMatch": r"^#!.*\borq\b",
        "patterns": [
            {"include": "#comment"},
            {"include": "#text"},
            {"include": "#definition"},
            {"include": "#source"},
            {"include": "#stage"},
            {"include": "#value"},
            {"include": "#word"},
        ],
        "repository": repository(catalog),
    });
    format!("{grammar:#}\n")
}

fn repository(catalog: &Catalog) -> Json {
    let sources = any(catalog.sources.iter().map(|def| def.name));
    let verbs = any(catalog.verbs.iter().flat_map(|def| named(def.name, def.aliases)).chain(aggregates(catalog)));
    let functions = any(catalog.all_functions().flat_map(|def| named(def.name, def.aliases)));
    let joins = any(catalog.verbs.iter().filter(takes_a_table).map(|def| def.name));
    let definers = any(DEFINERS.iter().copied());
    let ranges = any(range_words(catalog).filter(|word| is_word(word)));
    let words = any(RESERVED.iter().copied().filter(|word| !VALUES.contains(word)));
    let signs = any(BinaryOp::ALL.iter().map(|(_, text)| *text).filter(|text| !text.starts_with(char::is_alphabetic)));
    let lengths = any(units::spellings());
    let stage = format!(r"(\|)[ \t]*(?:({verbs})\b)?");
    json!({
        "comment": {"name": "comment.line.number-sign.orq", "match": "#.*$"},
        "text": {"patterns": [quoted('"', "double"), quoted('\'', "single"), {
            "name": "variable.other.quoted.orq",
            "match": "`[^`]*`?",
        }]},
        "definition": {"patterns": [
            {
                "match": format!(r"^[ \t]*(fn)[ \t]+({NAME})"),
                "captures": captures(&["keyword.other.definition.orq", "entity.name.function.orq"]),
            },
            {
                "match": format!(r"^[ \t]*(let|const)[ \t]+({NAME})"),
                "captures": captures(&["keyword.other.definition.orq", "entity.name.variable.orq"]),
            },
            {
                "match": format!(r"^[ \t]*(param)[ \t]+({NAME})(?:[ \t]*:[ \t]*({NAME}))?(?:[ \t]*(=)[ \t]*({NAME})?)?"),
                "captures": captures(&[
                    "keyword.other.definition.orq",
                    "entity.name.variable.orq",
                    "storage.type.orq",
                    "keyword.operator.orq",
                    "string.unquoted.orq",
                ]),
            },
            {
                "match": format!(r"^[ \t]*({definers})[ \t]+(?:({sources})\b)?"),
                "captures": captures(&["keyword.other.definition.orq", "support.class.source.orq"]),
            },
        ]},
        "source": {"patterns": [
            {
                "match": format!(r"\b({joins})[ \t]+({sources})\b"),
                "captures": captures(&["keyword.control.verb.orq", "support.class.source.orq"]),
            },
            {
                "begin": format!(r"(?:^|([=;(]))[ \t]*({sources})\b"),
                "beginCaptures": captures(&["keyword.operator.orq", "support.class.source.orq"]),
                "end": format!(r"{stage}|[;)]|$"),
                "endCaptures": captures(&["keyword.operator.pipe.orq", "keyword.control.verb.orq"]),
                "patterns": [
                    {"include": "#comment"},
                    {"include": "#text"},
                    {"include": "#parameter"},
                    {
                        "match": format!("({NAME})(=)"),
                        "captures": captures(&["variable.parameter.argument.orq", "keyword.operator.orq"]),
                    },
                    {"name": "keyword.other.range.orq", "match": format!(r"\b({ranges})\b")},
                    {"name": "constant.numeric.orq", "match": r"\b[0-9][\p{L}\p{N}_:.+-]*"},
                    {"name": "string.unquoted.orq", "match": r"[\p{L}_*?./~-][\p{L}\p{N}_*?./:+%~-]*"},
                ],
            },
        ]},
        "stage": {
            "match": stage,
            "captures": captures(&["keyword.operator.pipe.orq", "keyword.control.verb.orq"]),
        },
        "parameter": {"name": "variable.parameter.orq", "match": format!("@{NAME}")},
        "value": {"patterns": [
            {"include": "#parameter"},
            {
                "name": "constant.numeric.date.orq",
                "match": r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})?)?\b",
            },
            {"name": "constant.numeric.duration.orq", "match": format!(r"\b[0-9][0-9_]*(?:\.[0-9_]+)?(?:{lengths})\b")},
            {"name": "constant.numeric.orq", "match": r"\b[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9]+)?\b"},
            {"name": "constant.language.orq", "match": format!(r"\b(?:{})\b", any(VALUES.iter().copied()))},
        ]},
        "word": {"patterns": [
            {"name": "variable.other.column.orq", "match": format!(r"{NAME}(?:\.(?:{NAME}|`[^`]+`))+")},
            {
                "match": format!(r"\b({functions})(\()"),
                "captures": captures(&["support.function.orq", "punctuation.section.orq"]),
            },
            {"name": "keyword.operator.word.orq", "match": format!(r"\b(?:{words})\b")},
            {"name": "support.function.orq", "match": format!(r"\b(?:{functions})[ \t]+\b")},
            {"match": format!(r"({NAME})\("), "captures": captures(&["entity.name.function.orq"])},
            {"name": "variable.other.column.orq", "match": NAME},
            {"name": "keyword.operator.orq", "match": signs},
        ]},
    })
}

/// A text in quotes, on one line.
fn quoted(quote: char, kind: &str) -> Json {
    json!({
        "name": format!("string.quoted.{kind}.orq"),
        "begin": quote.to_string(),
        "end": format!("{quote}|$"),
        "patterns": [{"name": "constant.character.escape.orq", "match": r"\\."}],
    })
}

fn named(name: &'static str, aliases: &'static [&'static str]) -> impl Iterator<Item = &'static str> {
    std::iter::once(name).chain(aliases.iter().copied())
}

fn aggregates(catalog: &Catalog) -> impl Iterator<Item = &'static str> {
    catalog.aggregates().flat_map(|def| named(def.name, def.aliases))
}

/// A word of a range, rather than a number or a place for one.
fn is_word(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// A verb that puts another source beside the rows.
fn takes_a_table(verb: &&&VerbDef) -> bool {
    verb.takes.clauses.contains(&"on")
}

/// One of these, the longest first, each once.
fn any(words: impl Iterator<Item = &'static str>) -> String {
    let mut words: Vec<&str> = words.collect();
    words.sort_unstable_by_key(|word| (std::cmp::Reverse(word.len()), *word));
    words.dedup();
    words.iter().map(|word| escaped(word)).collect::<Vec<_>>().join("|")
}

/// What would mean something else in a pattern stands for itself.
fn escaped(word: &str) -> String {
    // No others: `\<` is the start of a word to some engines.
    let part = |c: char| if r"\.+*?()|[]{}^$".contains(c) { format!("\\{c}") } else { String::from(c) };
    word.chars().map(part).collect()
}

/// The names of the groups of a pattern, from the first.
fn captures(names: &[&str]) -> Json {
    let capture = |(at, name): (usize, &&str)| ((at + 1).to_string(), json!({"name": name}));
    Json::Object(names.iter().enumerate().map(capture).collect())
}
