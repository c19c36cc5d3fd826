//! The TextMate grammar: it is the one of this program, every pattern is taken by another engine than that of editors, and
//! what it colours is what the program takes it for.

use std::collections::HashMap;

use orq::assist::names::classified;
use orq::check::Definitions;
use orq::session::CATALOG;
use orq::syntax::classify::Class;
use regex::Regex;
use serde_json::Value as Json;

const FILE: &str = include_str!("../grammar/orq.tmLanguage.json");

/// A rule as the format has it: a match, or what lies between a begin and an end.
struct Rule {
    name: String,
    pattern: Regex,
    captures: Vec<(usize, String)>,
    block: Option<Block>,
}

struct Block {
    end: Regex,
    captures: Vec<(usize, String)>,
    inner: Vec<String>,
}

/// All rules, and for each list of patterns which of them it has, in their order.
struct Grammar {
    rules: HashMap<String, Rule>,
    repository: HashMap<String, Json>,
}

impl Grammar {
    fn read() -> (Self, Vec<String>) {
        let json: Json = serde_json::from_str(FILE).unwrap();
        let repository = json["repository"].as_object().unwrap();
        let mut grammar = Self {
            rules: HashMap::new(),
            repository: repository.iter().map(|(name, rule)| (name.clone(), rule.clone())).collect(),
        };
        let top = grammar.list(&json["patterns"]);
        (grammar, top)
    }

    /// The rules of a list, each under its own text.
    fn list(&mut self, patterns: &Json) -> Vec<String> {
        let mut all = Vec::new();
        for pattern in patterns.as_array().unwrap() {
            let pattern = match pattern["include"].as_str() {
                Some(include) => self.repository[include.strip_prefix('#').unwrap()].clone(),
                None => pattern.clone(),
            };
            match (pattern.get("match").or(pattern.get("begin")), pattern.get("patterns")) {
                (None, Some(inner)) => all.extend(self.list(inner)),
                _ => all.push(self.rule(&pattern)),
            }
        }
        all
    }

    fn rule(&mut self, json: &Json) -> String {
        let key = json.to_string();
        if self.rules.contains_key(&key) {
            return key;
        }
        let compiled = |pattern: &Json| {
            let pattern = pattern.as_str().unwrap();
            Regex::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"))
        };
        let captures = |captures: &Json| -> Vec<(usize, String)> {
            let all = captures.as_object().into_iter().flatten();
            all.map(|(at, name)| (at.parse().unwrap(), name["name"].as_str().unwrap().to_string())).collect()
        };
        let name = json["name"].as_str().unwrap_or_default().to_string();
        let rule = match json.get("begin") {
            None => {
                Rule { name, pattern: compiled(&json["match"]), captures: captures(&json["captures"]), block: None }
            }
            Some(begin) => {
                let inner = self.list(&json["patterns"]);
                let block = Block { end: compiled(&json["end"]), captures: captures(&json["endCaptures"]), inner };
                Rule { name, pattern: compiled(begin), captures: captures(&json["beginCaptures"]), block: Some(block) }
            }
        };
        self.rules.insert(key.clone(), rule);
        key
    }
}

/// The innermost name of each byte of a text.
fn painted(grammar: &Grammar, top: &[String], text: &str) -> Vec<String> {
    let mut names = vec![String::new(); text.len()];
    let mut open: Vec<&Rule> = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let line = line.trim_end_matches(['\r', '\n']);
        let mut at = 0;
        loop {
            let block = open.last().and_then(|rule| rule.block.as_ref());
            let own = block.map_or(top, |block| block.inner.as_slice());
            let around = open.last().map(|rule| rule.name.clone()).unwrap_or_default();
            let end = block.and_then(|block| block.end.captures_at(line, at).map(|found| (found, block)));
            let mut first: Option<(regex::Captures<'_>, &Rule)> = None;
            for rule in own.iter().map(|key| &grammar.rules[key]) {
                let Some(found) = rule.pattern.captures_at(line, at) else { continue };
                let start = found.get(0).unwrap().start();
                if first.as_ref().is_none_or(|(other, _)| start < other.get(0).unwrap().start()) {
                    first = Some((found, rule));
                }
            }
            let start_of = |found: &regex::Captures<'_>| found.get(0).unwrap().start();
            let ends = match (&end, &first) {
                (Some((end, _)), Some((found, _))) => start_of(end) <= start_of(found),
                (end, _) => end.is_some(),
            };
            let mut paint = |from: usize, to: usize, name: &str| {
                names[line_start + from..line_start + to].iter_mut().for_each(|own| *own = name.to_string());
            };
            // What was found, how it is called, the names of its groups, and what it opens.
            let (found, name, captures, opens) = match (ends, end, first) {
                (true, Some((found, block)), _) => (found, &around, &block.captures, None),
                (_, _, Some((found, rule))) => (found, &rule.name, &rule.captures, rule.block.as_ref().map(|_| rule)),
                _ => {
                    paint(at, line.len(), &around);
                    break;
                }
            };
            let whole = found.get(0).unwrap();
            paint(at, whole.start(), &around);
            paint(whole.start(), whole.end(), if name.is_empty() { &around } else { name });
            for (group, name) in captures {
                if let Some(part) = found.get(*group) {
                    paint(part.start(), part.end(), name);
                }
            }
            assert!(ends || !whole.is_empty(), "`{name}` matches nothing at {at} of {line:?}: {found:?}");
            at = whole.end();
            if ends {
                open.pop();
            }
            open.extend(opens);
        }
        line_start += text[line_start..].split_inclusive('\n').next().unwrap_or_default().len();
    }
    names
}

/// How the scopes of a class start.
fn scopes(class: Class) -> &'static [&'static str] {
    match class {
        Class::Source => &["support.class.source"],
        Class::Verb => &["keyword.control.verb"],
        Class::Function => &["support.function", "entity.name.function"],
        Class::Number | Class::Time => &["constant.numeric"],
        Class::Text => &["string"],
        Class::Parameter => &["variable.parameter"],
        Class::Comment => &["comment"],
        // Columns, words and signs differ by what is known of them.
        Class::Column | Class::Keyword | Class::Operator | Class::Unknown => &[],
    }
}

/// The queries of the catalog, and the scripts that come along.
fn texts() -> Vec<String> {
    let sources = CATALOG.sources.iter().flat_map(|def| def.examples);
    let verbs = CATALOG.verbs.iter().flat_map(|def| def.examples);
    let functions = CATALOG.all_functions().map(|def| &def.example).filter(|example| example.query.contains('|'));
    let mut texts: Vec<String> =
        sources.chain(verbs).chain(functions).map(|example| example.query.to_string()).collect();
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "orq") {
            texts.push(std::fs::read_to_string(path).unwrap());
        }
    }
    texts.push(
        "#!/usr/bin/env -S orq run\ncredits | derive é = \"a \\\" b # no comment\", s = 'x' # but this\n".to_string(),
    );
    texts.push("activity from 2026-02-01 | where date >= 2026-02-03 and cost > 1_000.5e3 | sum cost\n".to_string());
    texts.push("generations | where created_at > 2026-02-01T09:30:00Z and latency > 2.5s | count".to_string());
    texts
}

#[test]
fn the_grammar_is_that_of_the_program() {
    assert!(
        orq::cli::textmate_grammar(&CATALOG) == FILE,
        "grammar/orq.tmLanguage.json is old: `orq describe --textmate > grammar/orq.tmLanguage.json`"
    );
}

#[test]
fn what_is_coloured_is_what_the_program_takes_it_for() {
    let (grammar, top) = Grammar::read();
    assert!(grammar.rules.len() > 15, "{} rules", grammar.rules.len());
    let (mut seen, mut wrong) = (HashMap::<&str, usize>::new(), Vec::new());
    for text in texts() {
        let names = painted(&grammar, &top, &text);
        for (span, class) in classified(&text, &CATALOG, &Definitions::default()) {
            let Some(wanted) = scopes(class).first() else { continue };
            // The default of a parameter is text until its type is known, and a number to who reads it.
            if class == Class::Text && span.of(&text).starts_with(|c: char| c.is_ascii_digit()) {
                assert!(names[span.start].starts_with("constant.numeric"), "{text}");
                continue;
            }
            *seen.entry(wanted).or_default() += 1;
            let name = &names[span.start];
            if !scopes(class).iter().any(|scope| name.starts_with(scope)) {
                wrong.push(format!("{:?} is {class:?}, and {name:?} in\n{text}", span.of(&text)));
            }
        }
    }
    assert!(seen.len() == 7 && seen.values().all(|count| *count >= 3), "{seen:?}");
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

/// Texts end where they do, and what looks like the start of another thing inside of one is none.
#[test]
fn nothing_is_seen_inside_of_texts_and_comments() {
    let (grammar, top) = Grammar::read();
    let text = "credits | title \"a \\\" | where # b\" | top 3 # x \"y\" | where";
    let names = painted(&grammar, &top, text);
    let at = |piece: &str| names[text.find(piece).unwrap()].as_str();
    assert_eq!(at("where #"), "string.quoted.double.orq");
    assert_eq!(at("\\\""), "constant.character.escape.orq");
    assert_eq!(at("top"), "keyword.control.verb.orq");
    assert_eq!(names[text.rfind("where").unwrap()], "comment.line.number-sign.orq");
}

/// What an editor needs to know besides is written by hand, and names the same signs.
#[test]
fn the_extension_of_an_editor_is_whole() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/editors/vscode");
    let read =
        |name: &str| -> Json { serde_json::from_str(&std::fs::read_to_string(directory.join(name)).unwrap()).unwrap() };
    let package = read("package.json");
    let language = &package["contributes"]["languages"][0];
    assert_eq!(language["extensions"][0], ".orq");
    assert_eq!(package["contributes"]["grammars"][0]["scopeName"], "source.orq");
    let configuration = read(language["configuration"].as_str().unwrap());
    assert_eq!(configuration["comments"]["lineComment"], "#");
    let started = std::fs::read_to_string(directory.join(package["main"].as_str().unwrap())).unwrap();
    assert!(started.contains("args: [\"lsp\"]"));
}
