//! `apps`: the public apps that use most tokens of OpenRouter. The API ranks 200 and no more.

use super::days::{self, Split};
use super::fields::*;
use crate::model::catalog::{ColumnDef, Example, Form, ParamDef, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Paging, Request};
use crate::model::route::{Ask, Facts, Notice, Offer, Piece};

pub const SOURCE: SourceDef = SourceDef {
    name: "apps",
    doc: "The up to 200 public apps that use most tokens of OpenRouter in a range of days",
    usage: "apps [RANGE] [category=WORD] [subcategory=WORD]",
    examples: &[
        Example { query: "apps last 7d | limit 10", shows: "the ten largest of the week" },
        Example { query: "apps last 7d category=coding | limit 5", shows: "the largest that write code" },
    ],
    range: RangeOf::CompletedDays { default: 30 },
    grain: SourceGrain::Rows,
    params: &[
        optional("category", "`coding`, `creative`, `productivity` or `entertainment`", CATEGORIES),
        optional("subcategory", "a part of a category, as `cli-agent`", SUBCATEGORIES),
    ],
    key: KeyKind::Api,
    lookups: &[],
    columns: &[
        ColumnDef::new("rank", "rank", WHOLE, "Its place among those that were asked for").required(),
        ColumnDef::new("name", "app_name", TEXT, "Its name").alias(&["app_name", "app"]).required(),
        ColumnDef::new("tokens", "total_tokens", TOKENS, "Prompt and completion tokens, as each provider counts them")
            .alias(&["total_tokens"])
            .required(),
        ColumnDef::new("requests", "total_requests", REQUESTS, "Requests").alias(&["total_requests"]).required(),
        ColumnDef::new("id", "app_id", WHOLE, "Its id").alias(&["app_id"]).required(),
    ],
    offer,
};

const fn optional(name: &'static str, doc: &'static str, words: &'static [&'static str]) -> ParamDef {
    ParamDef { name, doc, required: false, form: Form::Word(words), several: None }
}

const CATEGORIES: &[&str] = &["coding", "creative", "productivity", "entertainment"];
const SUBCATEGORIES: &[&str] = &[
    "cli-agent",
    "ide-extension",
    "cloud-agent",
    "programming-app",
    "native-app-builder",
    "creative-writing",
    "video-gen",
    "image-gen",
    "audio-gen",
    "roleplay",
    "game",
    "writing-assistant",
    "general-chat",
    "personal-agent",
    "legal",
];
/// Sums of the whole range, so there is one question for all of its days (fact 32).
fn offer(ask: &Ask<'_>, facts: &Facts) -> Offer {
    let Split { had, gaps } = days::of_dataset(ask, facts);
    let piece = |days| {
        let paging = Paging::Uncounted { limit: 100, last: Some(100) };
        let request = Request { key: KeyKind::Api, paging, ..Request::get("/datasets/app-rankings") };
        Piece { notice: Some(Notice::Cite("openrouter.ai/apps")), ..Piece::of(days::asked(ask, request, days)) }
    };
    Offer {
        pieces: had.map(piece).into_iter().collect(),
        gaps,
        refusal: days::only_utc(ask, facts),
        ..Offer::default()
    }
}
