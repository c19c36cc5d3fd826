//! `GET /datasets/session-cost`: what a session of a published app costs, by model and number of turns.

use serde_json::{Value, json};

use crate::demo::base::prng::{hash_text, mix};
use crate::demo::base::text::{date_of, moment};
use crate::demo::call::{Answer, Call};
use crate::demo::data::{Model, Profile, models};

/// Name, slug, and how much of a model's price its sessions take.
const APPS: &[(&str, &str, u64)] =
    &[("Cline", "cline", 14), ("Roo Code", "roo-code", 17), ("Kestrel Agent", "kestrel-agent", 9)];

/// Range of turns, and how many there are of them.
const TURNS: &[(&str, u64)] = &[("1-turn", 1), ("2-9-turns", 5), ("10-49-turns", 24), ("50-plus-turns", 90)];

pub fn cells(call: &Call) -> Answer {
    let names: Vec<&str> = TURNS.iter().map(|(name, _)| *name).collect();
    let turns = call.word("turn_range", &names)?;
    let limit = call.number("limit", 1, 500)?.unwrap_or(100);
    let offset = call.number("offset", 0, 5_000)?.unwrap_or(0);
    let mut rows: Vec<Value> = Vec::new();
    for (name, slug, part) in APPS.iter().filter(|(_, slug, _)| call.param("app_slug").is_none_or(|one| one == *slug)) {
        for model in coders().filter(|model| call.param("model").is_none_or(|one| one == model.permaslug)) {
            for (range, count) in TURNS.iter().filter(|(range, _)| turns.is_none_or(|one| one == *range)) {
                rows.push(json!({
                    "app_name": name,
                    "app_slug": slug,
                    "model_permaslug": model.permaslug,
                    "turn_range": range,
                    "median_session_cost_usd": cost(call, model, slug, part * count),
                }));
            }
        }
    }
    let page: Vec<Value> = rows.into_iter().skip(offset).take(limit).collect();
    // Made anew each Monday.
    let last = call.today() - (call.today() + 3).rem_euclid(7) - 1;
    let meta = json!({
        "as_of": moment(call.now), "version": "v1", "window_days": 30, "window_end_date": date_of(last),
    });
    Ok(json!({ "data": page, "meta": meta }))
}

/// Models that agents use, without their variants.
fn coders() -> impl Iterator<Item = &'static Model> {
    models().filter(|model| model.profile == Profile::Agent && !model.retired && !model.id.contains(':'))
}

/// USD to the tenth of a cent.
fn cost(call: &Call, model: &Model, slug: &str, turns: u64) -> f64 {
    let chance = 80 + mix(mix(call.account.seed(), hash_text(model.id)), hash_text(slug)) % 40;
    ((model.prompt * 3 + model.completion) * turns * chance / 1_000_000_000) as f64 / 1000.0
}
