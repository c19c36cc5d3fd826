//! What each piece of a text is, as the protocol wants it: each place told from the one before.

use lsp_types::SemanticTokenType;

use super::position::Text;
use crate::span::Span;
use crate::syntax::classify::Class;

/// The kinds that are told, by their places in this list.
pub const KINDS: &[SemanticTokenType] = &[
    SemanticTokenType::CLASS,
    SemanticTokenType::METHOD,
    SemanticTokenType::FUNCTION,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::KEYWORD,
    SemanticTokenType::NUMBER,
    SemanticTokenType::STRING,
    SemanticTokenType::PARAMETER,
    SemanticTokenType::COMMENT,
    SemanticTokenType::OPERATOR,
];

fn kind(class: Class) -> Option<SemanticTokenType> {
    Some(match class {
        Class::Source => SemanticTokenType::CLASS,
        Class::Verb => SemanticTokenType::METHOD,
        Class::Function => SemanticTokenType::FUNCTION,
        Class::Column => SemanticTokenType::PROPERTY,
        Class::Keyword => SemanticTokenType::KEYWORD,
        Class::Number | Class::Time => SemanticTokenType::NUMBER,
        Class::Text => SemanticTokenType::STRING,
        Class::Parameter => SemanticTokenType::PARAMETER,
        Class::Comment => SemanticTokenType::COMMENT,
        Class::Operator => SemanticTokenType::OPERATOR,
        Class::Unknown => return None,
    })
}

/// Five numbers for each piece: lines and characters from the one before, its length, its kind, and nothing more.
pub fn tokens(pieces: &[(Span, Class)], text: &Text) -> Vec<u32> {
    let mut tokens = Vec::with_capacity(pieces.len() * 5);
    let mut last = text.position(0);
    for (span, class) in pieces {
        let Some(kind) = kind(*class).and_then(|kind| KINDS.iter().position(|known| *known == kind)) else { continue };
        let Ok(kind) = u32::try_from(kind) else { continue };
        // A piece is told of one line.
        let line_end = span.of(text.as_str()).find(['\r', '\n']).map_or(span.end, |length| span.start + length);
        let at = text.position(span.start);
        let lines = at.line.saturating_sub(last.line);
        let start = if lines == 0 { at.character.saturating_sub(last.character) } else { at.character };
        tokens.extend([lines, start, text.length(Span::new(span.start, line_end)), kind, 0]);
        last = at;
    }
    tokens
}
