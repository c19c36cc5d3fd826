//! `rankings`: what all of OpenRouter uses, by day and model. The row `other` is all that is not among the first 50.

use super::days::{self, Split};
use super::fields::*;
use crate::model::catalog::{ColumnDef, Example, Form, ParamDef, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Request};
use crate::model::route::{Ask, Facts, Notice, Offer, Piece};

pub const SOURCE: SourceDef = SourceDef {
    name: "rankings",
    doc: "Tokens of all of OpenRouter by day: the 50 models that are used most, and `other` for the rest",
    usage: "rankings [RANGE] [modality=WORD] [context_bucket=WORD]",
    examples: &[
        Example {
            query: "rankings last 7d | group model_permaslug | sum tokens | top 5",
            shows: "the most used models; `other` is one of the rows",
        },
        Example {
            query: "rankings from 2025-11 to 2026-01 | where author == \"anthropic\" | group month(date) | sum tokens",
            shows: "one author's months, as far as its models are among the first",
        },
    ],
    range: RangeOf::CompletedDays { default: 30 },
    grain: SourceGrain::Rows,
    params: &[
        ParamDef {
            name: "modality",
            doc: "`text` or `image_output` of the answer, `image` or `audio` of the prompt, or `tool_calling`",
            required: false,
            form: Form::Word(&["text", "image", "image_output", "audio", "tool_calling"]),
            several: None,
        },
        ParamDef {
            name: "context_bucket",
            doc: "requests of such a length: `1K`, `10K`, `100K`, `1M` or `10M`",
            required: false,
            form: Form::Word(&["1K", "10K", "100K", "1M", "10M"]),
            several: None,
        },
    ],
    key: KeyKind::Api,
    lookups: &[],
    columns: &[
        ColumnDef::new("date", "date", DATE, "UTC day").required(),
        ColumnDef::new("model_permaslug", "model_permaslug", TEXT, "The model's lasting name, or `other`")
            .from(|row| model_of(row, "model_permaslug"))
            .alias(&["model"])
            .required(),
        ColumnDef::new("variant", "model_permaslug", TEXT, "`free`, `extended`, …; null is the standard one")
            .from(|row| variant_of(row, "model_permaslug")),
        ColumnDef::new("author", "model_permaslug", TEXT, "The part of the model before `/`; `other` has none")
            .from(|row| author_of(row, "model_permaslug")),
        ColumnDef::new("tokens", "total_tokens", TOKENS, "Prompt and completion tokens, as each provider counts them")
            .alias(&["total_tokens"])
            .required(),
    ],
    offer,
};

/// One call for all days that the dataset has (fact 32).
fn offer(ask: &Ask<'_>, facts: &Facts) -> Offer {
    let Split { had, gaps } = days::of_dataset(ask, facts);
    let piece = |days| {
        let request = days::asked(ask, Request { key: KeyKind::Api, ..Request::get("/datasets/rankings-daily") }, days);
        Piece { days: Some(days), notice: Some(Notice::Cite("openrouter.ai/rankings")), ..Piece::of(request) }
    };
    Offer {
        pieces: had.map(piece).into_iter().collect(),
        gaps,
        refusal: days::only_utc(ask, facts),
        ..Offer::default()
    }
}
