//! `GET /datasets/app-rankings`: public apps by tokens, or by how much they grew; at most 200 of them (fact 32).

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use super::rankings::{meta, window};
use crate::demo::base::prng::mix;
use crate::demo::call::{Answer, Call};
use crate::demo::data::{CATEGORIES, PublicApp, public_apps};
use crate::demo::refusal::Refusal;

pub fn ranked(call: &Call) -> Answer {
    let limit = call.number("limit", 1, 100)?.unwrap_or(50);
    let offset = call.number("offset", 0, 100)?.unwrap_or(0);
    let trending = call.word("sort", &["popular", "trending"])? == Some("trending");
    let subcategories = subcategories(call)?;
    let days = window(call)?;
    let score = |app: PublicApp| {
        let tokens = tokens(call, &app, days.clone());
        let score = if trending { growth(call, &app, &days, tokens) } else { tokens as i64 };
        (score, tokens, app)
    };
    let apps = public_apps().into_iter().filter(|app| subcategories.contains(&app.subcategory));
    let mut ranked: Vec<(i64, u64, PublicApp)> = apps.map(score).filter(|(score, ..)| *score > 0).collect();
    ranked.sort_by_key(|(score, _, app)| (-score, app.id));
    let row = |(place, (_, tokens, app)): (usize, &(i64, u64, PublicApp))| {
        json!({
            "rank": place + 1,
            "app_id": app.id,
            "app_name": app.name,
            "total_requests": tokens / (4_000 + app.id % 9_000),
            "total_tokens": tokens.to_string(),
        })
    };
    let rows: Vec<Value> = ranked.iter().enumerate().skip(offset).take(limit).map(row).collect();
    Ok(json!({ "data": rows, "meta": meta(call, &days) }))
}

/// The subcategories that are asked for; those of another category are refused.
fn subcategories(call: &Call) -> Result<Vec<&'static str>, Refusal> {
    let names: Vec<&str> = CATEGORIES.iter().map(|(name, _)| *name).collect();
    let category = call.word("category", &names)?;
    let of = CATEGORIES.iter().filter(|(name, _)| category.is_none_or(|category| category == *name));
    let all: Vec<&'static str> = of.flat_map(|(_, all)| all.iter().copied()).collect();
    match call.param("subcategory") {
        None => Ok(all),
        Some(one) => all.iter().find(|name| **name == one).map(|name| vec![*name]).ok_or_else(Refusal::bad_request),
    }
}

fn tokens(call: &Call, app: &PublicApp, days: RangeInclusive<i64>) -> u64 {
    let completed = days.filter(|day| *day < call.today());
    completed.map(|day| app.size * (700 + mix(mix(call.account.seed(), app.id), day as u64) % 600)).sum()
}

/// What the window has beyond the mean of the three windows before it.
fn growth(call: &Call, app: &PublicApp, days: &RangeInclusive<i64>, tokens: u64) -> i64 {
    let length = days.end() - days.start() + 1;
    let before = self::tokens(call, app, days.start() - 3 * length..=days.start() - 1);
    tokens as i64 - before as i64 / 3
}
