//! `GET /datasets/rankings-daily`: tokens of all of OpenRouter by day and model, the rest as `other` (fact 32).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde_json::{Value, json};

use crate::demo::base::prng::{hash_text, mix};
use crate::demo::base::text::{civil, date_of, moment, parse_date};
use crate::demo::call::{Answer, Call};
use crate::demo::data::{Model, models};
use crate::demo::refusal::Refusal;

/// 2025-01-01, where the datasets begin.
const BEGINNING: i64 = 20_089;

/// One answer has so many days at most.
const LONGEST: i64 = 366;

const CATEGORIES: &[&str] = &[
    "programming",
    "roleplay",
    "marketing",
    "marketing/seo",
    "technology",
    "science",
    "translation",
    "legal",
    "finance",
    "health",
    "trivia",
    "academia",
];

/// The days of `start_date` and `end_date`, both included.
pub fn window(call: &Call) -> Result<RangeInclusive<i64>, Refusal> {
    let day = |name: &str| match call.param(name) {
        None => Ok(None),
        Some(text) => parse_date(text).map(Some).ok_or_else(Refusal::bad_request),
    };
    let last = day("end_date")?.unwrap_or(call.today() - 1);
    let first = day("start_date")?.unwrap_or(last - 30).max(BEGINNING);
    if last < BEGINNING || first > last || last - first >= LONGEST {
        return Err(Refusal::bad_request());
    }
    Ok(first..=last)
}

/// What goes with a dataset of such a window.
pub fn meta(call: &Call, days: &RangeInclusive<i64>) -> Value {
    json!({
        "as_of": moment(call.now),
        "start_date": date_of(*days.start()),
        "end_date": date_of(*days.end()),
        "version": "v1",
    })
}

pub fn daily(call: &Call) -> Answer {
    let period = call.word("period", &["day", "week", "month"])?;
    let modality = call.word("modality", &["text", "image", "image_output", "audio", "tool_calling"])?;
    let bucket = call.word("context_bucket", &["1K", "10K", "100K", "1M", "10M"])?;
    let category = call.word("category", CATEGORIES)?;
    let language = call.word("language_type", &["natural", "programming"])?;
    let sampled = category.or(language);
    let together = category.is_some() && language.is_some() || sampled.is_some() && modality.or(bucket).is_some();
    if together || sampled.is_some() && period == Some("day") {
        return Err(Refusal::bad_request());
    }
    let period = period.unwrap_or(if sampled.is_some() { "week" } else { "day" });
    let days = window(call)?;
    let listed: Vec<&Model> = models().filter(|model| !model.router && fits(model, modality)).collect();
    let slice = sampled.or(bucket);
    // By the beginning of the period and the model: a null model is the rest.
    let mut sums: BTreeMap<i64, BTreeMap<Option<String>, u64>> = BTreeMap::new();
    for day in days.clone().filter(|day| *day < call.today()) {
        let of_period = sums.entry(beginning(period, day)).or_default();
        for model in &listed {
            *of_period.entry(Some(name(model))).or_default() += tokens(call, model, day, slice);
        }
        *of_period.entry(None).or_default() += rest(call, day, slice);
    }
    let rows: Vec<Value> = sums.into_iter().flat_map(|(day, sums)| rows(day, sums)).collect();
    Ok(json!({ "data": rows, "meta": meta(call, &days) }))
}

/// The rows of one period: the largest first, the rest last.
fn rows(day: i64, mut sums: BTreeMap<Option<String>, u64>) -> Vec<Value> {
    let rest = sums.remove(&None);
    let mut ranked: Vec<(String, u64)> = sums.into_iter().filter_map(|(name, sum)| Some((name?, sum))).collect();
    ranked.sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
    let rest = rest.map(|sum| ("other".to_owned(), sum));
    let row = |(name, sum): (String, u64)| json!({ "date": date_of(day), "model_permaslug": name, "total_tokens": sum.to_string() });
    ranked.into_iter().take(50).chain(rest).map(row).collect()
}

/// The permaslug, with the variant where it has one.
fn name(model: &Model) -> String {
    match model.id.split_once(':') {
        Some((_, variant)) => format!("{}:{variant}", model.permaslug),
        None => model.permaslug.to_owned(),
    }
}

fn fits(model: &Model, modality: Option<&str>) -> bool {
    match modality {
        None => true,
        Some("image_output") => model.outputs.contains(&"image"),
        Some("text") => model.outputs.contains(&"text"),
        Some("tool_calling") => !model.is_free(),
        Some(input) => model.inputs.contains(&input),
    }
}

/// Tokens of a model on a day: its share, rising with the years, more or less by chance.
fn tokens(call: &Call, model: &Model, day: i64, slice: Option<&str>) -> u64 {
    let salt = mix(call.account.seed(), hash_text(model.id));
    let chance = 850 + mix(salt, day as u64) % 300;
    let growth = 400 + (day - BEGINNING).max(0) as u64;
    let part = slice.map_or(1000, |slice| 5 + mix(salt, hash_text(slice)) % 200);
    let share = model.share.max(1) * 20 + salt % 700;
    share * chance * growth * part / 100 + salt % 97
}

/// Tokens of all models that are not ranked.
fn rest(call: &Call, day: i64, slice: Option<&str>) -> u64 {
    let growth = 400 + (day - BEGINNING).max(0) as u64;
    let part = if slice.is_some() { 90 } else { 1000 };
    (9_000 + mix(call.account.seed(), day as u64) % 1_500) * growth * part * 10
}

/// The first day of the week or month that holds a day; weeks start on Monday.
fn beginning(period: &str, day: i64) -> i64 {
    match period {
        "week" => day - (day + 3).rem_euclid(7),
        "month" => day - i64::from(civil(day).day()) + 1,
        _ => day,
    }
}
