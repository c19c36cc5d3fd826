//! `activity`: spend and traffic by day, model, endpoint and provider. The API keeps the last 30 completed UTC days.

use jiff::ToSpan;

use super::days::{self, Split};
use super::fields::*;
use crate::model::catalog::{ColumnDef, Example, RangeOf, SourceDef};
use crate::model::request::{KeyKind, Request};
use crate::model::route::{Ask, Facts, Offer, Piece};
use crate::model::window::Days;

/// `/activity` has so many completed days (fact 6).
const KEPT_DAYS: i32 = 30;

pub const SOURCE: SourceDef = SourceDef {
    name: "activity",
    doc: "Spend, requests and tokens of completed UTC days, by model, endpoint and provider",
    usage: "activity [RANGE]",
    examples: &[
        Example { query: "activity yesterday", shows: "every row of the last completed day" },
        Example { query: "activity last 7d | group model | sum cost | top 5", shows: "the five models that cost most" },
    ],
    range: RangeOf::CompletedDays { default: KEPT_DAYS },
    params: &[],
    key: KeyKind::Management,
    lookups: &[],
    columns: &[
        ColumnDef::new("date", "date", DATE, "UTC day").required(),
        ColumnDef::new("model", "model", TEXT, "Model, without its variant")
            .from(|row| model_of(row, "model"))
            .required(),
        ColumnDef::new("author", "model", TEXT, "The part of the model before `/`").from(|row| author_of(row, "model")),
        ColumnDef::new("variant", "model", TEXT, "`free`, `extended`, …; null is the standard one")
            .from(|row| variant_of(row, "model")),
        ColumnDef::new("model_id", "model", TEXT, "Model with its variant, as `models` calls it").required(),
        ColumnDef::new("model_permaslug", "model_permaslug", TEXT, "The model's lasting name, with its date")
            .required(),
        ColumnDef::new("provider", "provider_name", TEXT, "Who served it").alias(&["provider_name"]).required(),
        ColumnDef::new("endpoint", "endpoint_id", TEXT, "The provider's endpoint").alias(&["endpoint_id"]).required(),
        ColumnDef::new("cost", "usage", USD, "True spend: credits and BYOK").with(&["byok_usage_inference"]).required(),
        ColumnDef::new("credits", "usage", USD, "Spend in credits").alias(&["usage"]).required(),
        ColumnDef::new("byok", "byok_usage_inference", USD, "Spend with the account's own provider keys")
            .alias(&["byok_usage_inference"])
            .required(),
        ColumnDef::new("requests", "requests", REQUESTS, "Requests").required(),
        ColumnDef::new("tokens", "prompt_tokens", TOKENS, "Prompt and completion tokens")
            .with(&["completion_tokens"])
            .required(),
        ColumnDef::new("tokens_prompt", "prompt_tokens", TOKENS, "Prompt tokens").alias(&["prompt_tokens"]).required(),
        ColumnDef::new("tokens_completion", "completion_tokens", TOKENS, "Completion tokens, reasoning inside")
            .alias(&["completion_tokens"])
            .required(),
        ColumnDef::new("tokens_reasoning", "reasoning_tokens", TOKENS, "Reasoning tokens, a part of completion")
            .alias(&["reasoning_tokens"])
            .required(),
    ],
    offer,
};

/// One call for any days that the API still has; the `date` parameter for one day.
fn offer(ask: &Ask<'_>, facts: &Facts) -> Offer {
    let today = days::today(facts);
    let kept = Days { first: today.saturating_sub(KEPT_DAYS.days()), last: today.saturating_sub(1.days()) };
    let wanted = ask.scan.arguments.days.unwrap_or(kept);
    let Split { had, gaps } = days::within(wanted, kept, format!("older than the last {KEPT_DAYS} completed days"));
    let piece = |days: Days| {
        let request = Request::get("/activity");
        let request = if days.first == days.last { request.with("date", days.first.to_string()) } else { request };
        Piece { days: Some(days), ..Piece::of(request) }
    };
    Offer { pieces: had.map(piece).into_iter().collect(), gaps }
}
