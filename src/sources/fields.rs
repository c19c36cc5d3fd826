//! What several sources read from an answer in the same way.

use serde_json::Value as Json;

use crate::model::catalog::{ColumnDef, ColumnType};
use crate::types::{Class, Unit};

pub const USD: ColumnType = ColumnType::Number(Unit::USD, Class::Additive);
/// An amount that is not a part of anything: a limit, a balance.
pub const USD_AMOUNT: ColumnType = ColumnType::Number(Unit::USD, Class::Plain);
pub const TOKENS: ColumnType = ColumnType::Count(Unit::TOKENS, Class::Additive);
pub const REQUESTS: ColumnType = ColumnType::Count(Unit::REQUESTS, Class::Additive);
pub const COUNT: ColumnType = ColumnType::Count(Unit::NONE, Class::Additive);
pub const LENGTH: ColumnType = ColumnType::Count(Unit::TOKENS, Class::Plain);
/// A part of a whole, which is not added up.
pub const RATIO: ColumnType = ColumnType::Number(Unit::RATIO, Class::Ratio);
pub const PLAIN: ColumnType = ColumnType::Number(Unit::NONE, Class::Plain);
pub const WHOLE: ColumnType = ColumnType::Count(Unit::NONE, Class::Plain);
pub const MS: ColumnType = ColumnType::Number(Unit::MS, Class::Plain);
pub const PRICE: ColumnType = ColumnType::Number(Unit::USD_PER_TOKEN, Class::Ratio);
pub const TEXTS: ColumnType = ColumnType::Texts;
pub const TEXT: ColumnType = ColumnType::Text;
pub const BOOL: ColumnType = ColumnType::Bool;
pub const DATE: ColumnType = ColumnType::Date;
pub const TIME: ColumnType = ColumnType::Time;

/// A number that may come as a text (fact 17).
pub fn number(row: &Json, field: &str) -> Option<f64> {
    number_of(row.get(field))
}

/// The number that a value is, or that its text is.
pub fn number_of(value: Option<&Json>) -> Option<f64> {
    match value? {
        Json::Number(n) => n.as_f64(),
        Json::String(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
        _ => None,
    }
}

/// An amount without the noise of adding binary fractions: to 10^-12, far below what is charged.
pub fn amount(value: f64) -> Json {
    const FINEST: f64 = 1e12;
    ((value * FINEST).round() / FINEST).into()
}

/// A price of `pricing`. A negative one stands for one that depends on the model that is chosen in the end.
pub fn price(row: &Json, name: &str) -> Json {
    row.get("pricing").and_then(|prices| number(prices, name)).filter(|price| *price >= 0.0).into()
}

/// A number of percent as a ratio.
pub fn of_hundred(row: &Json, field: &str) -> Json {
    number(row, field).map_or(Json::Null, |percent| amount(percent / 100.0))
}

pub fn text<'a>(row: &'a Json, field: &str) -> Option<&'a str> {
    row.get(field)?.as_str()
}

/// `openai/gpt-5.2:free` is the model `openai/gpt-5.2` in its variant `free`.
pub fn model_and_variant(id: &str) -> (&str, Option<&str>) {
    match id.split_once(':') {
        Some((model, variant)) => (model, Some(variant)),
        None => (id, None),
    }
}

pub fn model_of(row: &Json, field: &str) -> Json {
    match row.get(field) {
        Some(Json::String(id)) => model_and_variant(id).0.into(),
        // Nothing else is a model: the reader of the column says so.
        other => other.cloned().unwrap_or(Json::Null),
    }
}

pub fn variant_of(row: &Json, field: &str) -> Json {
    text(row, field).and_then(|id| model_and_variant(id).1).into()
}

/// The part of a model before the `/`.
pub fn author_of(row: &Json, field: &str) -> Json {
    text(row, field).and_then(|id| id.split_once('/')).map(|(author, _)| author).into()
}

// What tokens cost, as `models` and `endpoints` have it (fact 31).
pub const PRICE_PROMPT: ColumnDef = ColumnDef::new("price_prompt", "pricing.prompt", PRICE, "A prompt token")
    .from(|row| price(row, "prompt"))
    .alias(&["pricing.prompt"]);
pub const PRICE_COMPLETION: ColumnDef =
    ColumnDef::new("price_completion", "pricing.completion", PRICE, "A completion token")
        .from(|row| price(row, "completion"))
        .alias(&["pricing.completion"]);
pub const PRICE_CACHE_READ: ColumnDef =
    ColumnDef::new("price_cache_read", "pricing.input_cache_read", PRICE, "A prompt token read from the cache")
        .from(|row| price(row, "input_cache_read"))
        .alias(&["pricing.input_cache_read"]);
pub const PRICE_CACHE_WRITE: ColumnDef =
    ColumnDef::new("price_cache_write", "pricing.input_cache_write", PRICE, "A prompt token written to the cache")
        .from(|row| price(row, "input_cache_write"))
        .alias(&["pricing.input_cache_write"]);
pub const PRICE_REQUEST: ColumnDef =
    ColumnDef::new("price_request", "pricing.request", USD_AMOUNT, "A request, beside its tokens")
        .from(|row| price(row, "request"))
        .alias(&["pricing.request"]);
