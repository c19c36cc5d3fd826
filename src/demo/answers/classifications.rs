//! `GET /classifications/task`: what all of OpenRouter is used for, in shares.

use serde_json::{Value, json};

use crate::demo::base::prng::{hash_text, mix};
use crate::demo::base::text::date_of;
use crate::demo::call::{Answer, Call};
use crate::demo::data::{Model, TASK_CATEGORIES, TASKS, Task, models};

pub fn tasks(call: &Call) -> Answer {
    call.word("window", &["7d"])?;
    let category = |(key, label): &(&str, &str)| {
        let (requests, tokens) = sums(key);
        json!({ "key": key, "label": label, "usage_share": part(requests, 1000), "token_share": part(tokens, 1000) })
    };
    Ok(json!({ "data": {
        "as_of": date_of(call.today() - 1),
        "window_days": 7,
        "macro_categories": TASK_CATEGORIES.iter().map(category).collect::<Vec<_>>(),
        "classifications": TASKS.iter().map(|task| entry(call, task)).collect::<Vec<_>>(),
    } }))
}

/// Thousandths of requests and tokens of a category.
fn sums(category: &str) -> (u64, u64) {
    let of_it = TASKS.iter().filter(|task| task.category == category);
    of_it.fold((0, 0), |(requests, tokens), task| (requests + task.requests, tokens + task.tokens))
}

fn part(of: u64, whole: u64) -> f64 {
    of as f64 / whole.max(1) as f64
}

fn entry(call: &Call, task: &Task) -> Value {
    let (requests, tokens) = sums(task.category);
    json!({
        "tag": task.tag,
        "display_name": task.name,
        "macro_category": task.category,
        "usage_share": part(task.requests, 1000),
        "token_share": part(task.tokens, 1000),
        "category_usage_share": part(task.requests, requests),
        "category_token_share": part(task.tokens, tokens),
        "models": first_models(call, task),
    })
}

/// The three models that are used most for a task.
fn first_models(call: &Call, task: &Task) -> Vec<Value> {
    let salt = mix(call.account.seed(), hash_text(task.tag));
    let weight = |model: &Model| model.share * (50 + mix(salt, hash_text(model.id)) % 100);
    let mut used: Vec<&Model> = models().filter(|model| model.share > 0 && !model.retired).collect();
    used.sort_by_key(|model| (std::cmp::Reverse(weight(model)), model.id));
    let shares = [(340, 410), (210, 190), (120, 80)];
    let row = |(model, (requests, tokens)): (&Model, (u64, u64))| json!({ "id": model.permaslug, "tag_usage_share": part(requests, 1000), "tag_token_share": part(tokens, 1000) });
    used.into_iter().zip(shares).map(row).collect()
}
