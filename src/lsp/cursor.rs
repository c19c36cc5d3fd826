//! What a cursor is told: what may stand there, the page of the name under it, and what the function around it takes. The
//! statements above count as lines that the prompt has read.

use std::path::Path;

use lsp_types::{CompletionItemKind, SymbolKind};
use serde_json::{Value as Json, json};

use super::documents::Document;
use super::outline::{self, Word};
use super::position::{Encoding, Text};
use crate::assist::complete::{self, CLAUSES, Candidate, Kind, STATEMENTS, of_column};
use crate::assist::names::classified;
use crate::assist::pages;
use crate::assist::values::Values;
use crate::model::catalog::Catalog;
use crate::model::schema::Schema;
use crate::session::Session;
use crate::span::Span;
use crate::syntax::classify::Class;
use crate::syntax::place::{Wants, last_statement, place};

/// What may stand at a place, the likeliest first.
pub fn completion(document: &mut Document, at: usize) -> Json {
    let text = document.text.as_str();
    let start = last_statement(text.get(..at).unwrap_or_default());
    let (above, rest) = text.split_at_checked(start).unwrap_or(("", text));
    let found = document
        .session
        .below(above, |session| complete::complete(rest, at.saturating_sub(start), session, &Values::default()));
    let range = document.text.range(Span::new(start + found.start, at));
    let item = |(place, candidate): (usize, &Candidate)| {
        json!({
            "label": candidate.text,
            "kind": kind(candidate.kind),
            "detail": candidate.doc,
            "documentation": {"kind": "markdown", "value": candidate.doc},
            // The order is that of the prompt.
            "sortText": format!("{place:04}"),
            "textEdit": {"range": range, "newText": candidate.text},
            "data": has_a_page(candidate.kind).then_some(&candidate.text),
        })
    };
    let items: Vec<Json> = found.candidates.iter().enumerate().map(item).collect();
    json!({"isIncomplete": false, "items": items})
}

fn kind(kind: Kind) -> CompletionItemKind {
    match kind {
        Kind::Source => CompletionItemKind::CLASS,
        Kind::Pipeline => CompletionItemKind::VARIABLE,
        Kind::Verb => CompletionItemKind::METHOD,
        Kind::Function => CompletionItemKind::FUNCTION,
        Kind::Definition => CompletionItemKind::CONSTANT,
        Kind::Column => CompletionItemKind::FIELD,
        Kind::Format => CompletionItemKind::ENUM_MEMBER,
        Kind::Parameter => CompletionItemKind::PROPERTY,
        Kind::Word | Kind::Command => CompletionItemKind::KEYWORD,
        Kind::Value => CompletionItemKind::VALUE,
    }
}

fn has_a_page(kind: Kind) -> bool {
    match kind {
        Kind::Source | Kind::Verb | Kind::Function | Kind::Format => true,
        Kind::Pipeline
        | Kind::Definition
        | Kind::Column
        | Kind::Parameter
        | Kind::Word
        | Kind::Value
        | Kind::Command => false,
    }
}

/// A candidate with its whole page, for the one that is looked at.
pub fn resolved(mut item: Json, catalog: &Catalog) -> Json {
    let page = item.get("data").and_then(Json::as_str).and_then(|name| pages::page(catalog, name));
    if let (Some(page), Some(fields)) = (page, item.as_object_mut()) {
        fields.insert("documentation".to_string(), json!({"kind": "markdown", "value": page}));
    }
    item
}

/// The word at a place, by the names that are known there.
pub struct Under {
    pub word: String,
    pub class: Class,
    pub span: Span,
    /// Where its statement starts.
    start: usize,
}

/// What stands under the cursor.
pub fn under(document: &mut Document, at: usize) -> Option<Under> {
    let text = document.text.as_str();
    let start = last_statement(text.get(..end_of_word(text, at)).unwrap_or_default());
    let (above, rest) = text.split_at_checked(start)?;
    let pieces = document.session.below(above, |session| classified(rest, session.catalog(), session.definitions()));
    let place = at.checked_sub(start)?;
    // Of two that meet at the cursor, the one that starts there.
    let (span, class) = pieces.iter().rev().find(|(span, _)| span.start <= place && place <= span.end)?;
    let word = span.of(rest).trim_start_matches('@').trim_matches('`').to_string();
    Some(Under { word, class: *class, span: Span::new(start + span.start, start + span.end), start })
}

fn end_of_word(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
}

/// What is known of the name under the cursor, as Markdown.
pub fn hover(document: &mut Document, at: usize, here: &Path) -> Option<Json> {
    let Under { word, class, span, start } = under(document, at)?;
    let text = document.text.as_str();
    let (above, rest) = text.split_at_checked(start)?;
    let end = span.end - start;
    let page = document.session.below(above, |session| match class {
        Class::Source => pipeline(&word, session).or_else(|| pages::page(session.catalog(), &word)),
        Class::Verb | Class::Function => pages::page(session.catalog(), &word),
        Class::Column => column(rest.get(..end)?, &word, session).or_else(|| pages::page(session.catalog(), &word)),
        Class::Keyword => CLAUSES
            .iter()
            .chain(STATEMENTS)
            .find(|(known, _)| *known == word)
            .map(|(known, doc)| format!("`{known}`: {doc}")),
        Class::Parameter
        | Class::Unknown
        | Class::Number
        | Class::Time
        | Class::Text
        | Class::Comment
        | Class::Operator => None,
    });
    let page = match class {
        // A pipeline is shown with its columns below.
        Class::Source | Class::Function | Class::Column | Class::Parameter | Class::Unknown => {
            let (script, libraries) = document.session.read(text);
            let named = Word { text: &word, class, span };
            let own = outline::find(text, &script, &libraries, here, &named)
                .filter(|found| !found.statement.is_empty() && (class != Class::Column || page.is_none()))
                .map(|found| format!("```orq\n{}\n```", found.statement));
            let parts: Vec<String> = own.into_iter().chain(page).collect();
            (!parts.is_empty()).then(|| parts.join("\n\n"))
        }
        Class::Verb | Class::Keyword | Class::Number | Class::Time | Class::Text | Class::Comment | Class::Operator => {
            page
        }
    };
    Some(json!({"contents": {"kind": "markdown", "value": page?}, "range": document.text.range(span)}))
}

/// The columns behind a name that `let` gave.
fn pipeline(name: &str, session: &Session) -> Option<String> {
    let (_, schema) = session.lets().find(|(known, _)| *known == name)?;
    Some(columns(schema))
}

fn columns(schema: &Schema) -> String {
    let row = |column: &crate::model::schema::Column| format!("- `{}`: {}\n", column.name, of_column(column));
    schema.columns.iter().map(row).collect()
}

/// A column where a stage ends so.
fn column(text: &str, name: &str, session: &Session) -> Option<String> {
    let stage = match place(text).wants {
        Wants::Inside(stage) | Wants::Text(stage, _) => stage,
        Wants::Nothing | Wants::Start(_) | Wants::Source { .. } | Wants::Verb | Wants::Parameter => return None,
    };
    let columns = complete::columns(text, &stage, session);
    let found = columns.iter().find(|column| column.name == name || column.aliases.contains(&name))?;
    Some(format!("`{}`: {}", found.name, of_column(found)))
}

/// Where the name under the cursor is defined.
pub fn definition(document: &mut Document, at: usize, here: &Path, encoding: Encoding) -> Option<Json> {
    let Under { word, class, span, .. } = under(document, at)?;
    let (script, libraries) = document.session.read(document.text.as_str());
    let named = Word { text: &word, class, span };
    let found = outline::find(document.text.as_str(), &script, &libraries, here, &named)?;
    Some(outline::location(&found, &document.uri, &document.text, encoding))
}

/// All places of the text that name what is under the cursor, where that is a definition of this text.
pub fn references(document: &mut Document, at: usize) -> Vec<Span> {
    let Some(under) = under(document, at) else { return Vec::new() };
    let pieces = pieces(document);
    let text = document.text.as_str();
    let (script, _) = document.session.read(text);
    let named = Word { text: &under.word, class: under.class, span: under.span };
    let Some(found) = outline::own(&script, &named) else { return Vec::new() };
    let is_parameter = found.kind == SymbolKind::PROPERTY;
    let names = |(span, class): &(Span, Class)| {
        let word = span.of(text).trim_start_matches('@').trim_matches('`');
        let is_one = word == under.word && (is_parameter == (*class == Class::Parameter) || *span == found.name.span);
        is_one.then_some(*span)
    };
    pieces.iter().filter_map(names).collect()
}

/// The pieces of the whole text.
pub fn pieces(document: &mut Document) -> Vec<(Span, Class)> {
    let text = document.text.as_str();
    document.session.below(text, |session| classified(text, session.catalog(), session.definitions()))
}

/// What the function around the cursor takes.
pub fn signature(document: &mut Document, at: usize) -> Option<Json> {
    let text: &Text = &document.text;
    let before = text.as_str().get(..at)?;
    let start = last_statement(before);
    let (name, place) = around(before.get(start..)?)?;
    let usage = document.session.catalog().function(&name).map(|def| (def.usage(), def.doc.to_string()));
    let (usage, doc) = usage.or_else(|| {
        let (script, libraries) = document.session.read(text.as_str());
        let word = Word { text: &name, class: Class::Function, span: Span::default() };
        let found = outline::find(text.as_str(), &script, &libraries, Path::new(""), &word)?;
        let (head, body) = found.statement.strip_prefix("fn ")?.split_once('=')?;
        Some((head.trim().to_string(), body.trim().to_string()))
    })?;
    let inside = usage.split_once('(').map(|(_, rest)| rest.trim_end_matches(')')).unwrap_or_default();
    let parameters: Vec<Json> =
        inside.split(", ").filter(|name| !name.is_empty()).map(|name| json!({"label": name})).collect();
    let active = place.min(parameters.len().saturating_sub(1));
    Some(json!({
        "signatures": [{"label": usage, "documentation": doc, "parameters": parameters}],
        "activeSignature": 0,
        "activeParameter": active,
    }))
}

/// The name before the innermost bracket that is open at the end of a text, and how many commas are behind that.
fn around(text: &str) -> Option<(String, usize)> {
    let mut open: Vec<(&str, usize)> = Vec::new();
    let mut rest = text.char_indices();
    while let Some((at, c)) = rest.next() {
        match c {
            '"' | '\'' | '`' => {
                while let Some((_, inner)) = rest.next() {
                    if inner == '\\' && c != '`' {
                        rest.next();
                    } else if inner == c || inner == '\n' {
                        break;
                    }
                }
            }
            '#' => while rest.next().is_some_and(|(_, inner)| inner != '\n') {},
            '(' | '[' => open.push((text.get(..at).unwrap_or_default(), 0)),
            ')' | ']' => {
                open.pop();
            }
            ',' => {
                if let Some((_, commas)) = open.last_mut() {
                    *commas += 1;
                }
            }
            _ => {}
        }
    }
    let (before, commas) = open.pop()?;
    let name = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    (!name.is_empty()).then(|| (name.to_string(), commas))
}
