//! What has to be said along with rows: whom to cite, and that they are private.

use serde_json::Value as Json;

use crate::diagnostics::{Code, Diagnostic};
use crate::harmless;
use crate::model::route::{Notice, Piece};
use crate::span::Span;

/// A citation is no longer than this, in characters.
const LONGEST: usize = 300;

/// The notice of a piece, in the words that its answer wants.
pub fn of(piece: &Piece, pages: &[Json]) -> Option<Diagnostic> {
    let page = pages.first()?;
    let notice = match piece.notice? {
        Notice::Cite(source) => cite(&format!("Source: OpenRouter ({source}){}.", as_of(page))),
        Notice::CiteAsTold => match page.pointer("/meta/citation").and_then(Json::as_str) {
            Some(words) => cite(&harmless::line(&words.chars().take(LONGEST).collect::<String>())),
            None => cite(&format!("Source: … via OpenRouter (openrouter.ai/rankings){}.", as_of(page)))
                .help("put the `source` of each row that is quoted in place of the dots"),
        },
        Notice::Private(words) => {
            Diagnostic::warning(Code::E0605, words).help("keep it out of logs, tickets and shared files")
        }
    };
    Some(notice)
}

/// The parts of an answer are of different moments.
pub fn settling(asked: Span) -> Diagnostic {
    Diagnostic::warning(Code::E0605, "the last 3 days are still settling: more came in while they were asked for")
        .at(asked)
        .label("is not settled")
        .help("the parts are of moments that differ by seconds; ask for completed days (`to yesterday`) for totals that stay")
}

fn cite(words: &str) -> Diagnostic {
    Diagnostic::warning(Code::E0605, format!("where this is published or quoted, cite \"{words}\""))
        .help("the data may be used with this line beside it")
}

/// The moment or day that the answer is of; nothing where it does not say so in a form that can be read.
fn as_of(page: &Json) -> String {
    let said = page.pointer("/meta/as_of").or_else(|| page.pointer("/data/as_of")).and_then(Json::as_str);
    let known =
        said.filter(|said| said.parse::<jiff::Timestamp>().is_ok() || said.parse::<jiff::civil::Date>().is_ok());
    known.map(|said| format!(", as of {said}")).unwrap_or_default()
}
