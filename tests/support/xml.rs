//! A small reader of XML, as strict as a report needs: one root, closed elements, no text beside them, and no `<`, `&` or
//! control character that is not escaped.

use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub struct Element {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    pub children: Vec<Element>,
    pub text: String,
}

impl Element {
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub fn one<'a>(&'a self, name: &'a str) -> Option<&'a Element> {
        let mut found = self.all(name);
        let first = found.next();
        assert!(found.next().is_none(), "several {name} in {}", self.name);
        first
    }
}

/// The root of a document.
pub fn read(text: &str) -> Element {
    assert!(text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t')), "a control character: {text:?}");
    let rest = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").expect("a declaration");
    let (root, rest) = element(rest.trim_start());
    assert_eq!(rest.trim(), "", "something behind the root");
    root
}

fn element(text: &str) -> (Element, &str) {
    let mut rest = text.strip_prefix('<').unwrap_or_else(|| panic!("no element: {text}"));
    let mut element = Element { name: name(&mut rest), ..Element::default() };
    loop {
        rest = rest.trim_start();
        if let Some(rest) = rest.strip_prefix("/>") {
            return (element, rest);
        }
        if let Some(inside) = rest.strip_prefix('>') {
            rest = inside;
            break;
        }
        let attribute = name(&mut rest);
        let (value, behind) = rest.strip_prefix("=\"").and_then(|rest| rest.split_once('"')).expect("a value");
        assert!(element.attributes.insert(attribute, plain(value)).is_none(), "an attribute twice");
        rest = behind;
    }
    loop {
        let (before, _) = rest.split_at(rest.find('<').expect("the end of an element"));
        element.text += &plain(before);
        rest = &rest[before.len()..];
        if let Some(end) = rest.strip_prefix("</") {
            rest = end;
            assert_eq!(name(&mut rest), element.name, "another element is closed");
            let parted = element.children.is_empty() || element.text.trim().is_empty();
            assert!(parted, "text beside elements: {}", element.text);
            return (element, rest.trim_start().strip_prefix('>').expect("the end of a tag"));
        }
        let (child, behind) = self::element(rest);
        element.children.push(child);
        rest = behind;
    }
}

fn name(rest: &mut &str) -> String {
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '-').expect("the end of a name");
    assert!(end > 0, "no name: {rest}");
    let (name, behind) = rest.split_at(end);
    *rest = behind;
    name.to_string()
}

/// Text without its escapes.
fn plain(text: &str) -> String {
    assert!(!text.contains(['<', '>']), "a bracket that is not escaped: {text}");
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap().to_string();
    for part in parts {
        let (escape, rest) = part.split_once(';').unwrap_or_else(|| panic!("`&` that is not escaped: {part}"));
        plain.push(match escape {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            number => char::from_u32(number.strip_prefix('#').unwrap().parse().unwrap()).unwrap(),
        });
        plain += rest;
    }
    plain
}
