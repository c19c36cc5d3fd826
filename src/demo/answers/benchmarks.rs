//! `GET /benchmarks`: scores of models, in a shape of its own for each source.

use serde_json::{Value, json};

use crate::demo::amount::price_text;
use crate::demo::base::prng::{hash_text, mix};
use crate::demo::base::text::{DAY_MS, moment};
use crate::demo::call::{Answer, Call};
use crate::demo::data::{Model, models};
use crate::demo::refusal::Refusal;

const SOURCES: &[&str] = &["artificial-analysis", "design-arena", "openrouter"];
const CLASSIC: &[&str] = &["gpqa_diamond", "tau_bench_verified_airline"];
const SEARCH: &[&str] = &["search_browsecomp", "search_widesearch"];
const CATEGORIES: &[&str] = &["codecategories", "uicomponent", "dataviz"];

pub fn list(call: &Call) -> Answer {
    let source = call.word("source", SOURCES)?;
    let task = call.word("task_type", &["coding", "intelligence", "agentic", "search"])?;
    let most = call.number("max_results", 1, usize::MAX)?.unwrap_or(usize::MAX);
    for (name, allowed) in [
        (
            "benchmark_type",
            &["gpqa_diamond", "tau_bench_verified_airline", "search_browsecomp", "search_widesearch"][..],
        ),
        ("search_surface", &["server-tool", "plugin"][..]),
        ("arena", &["models", "builders", "agents"][..]),
    ] {
        call.word(name, allowed)?;
    }
    if call.param("include_run_config").is_some_and(|text| text != "false") {
        return Err(Refusal::bad_request());
    }
    let search_only = task == Some("search") || call.param("benchmark_type").is_some_and(|one| SEARCH.contains(&one));
    let scored: Vec<&Model> = models().filter(|model| !model.retired && model.share > 40).collect();
    let mut rows: Vec<Value> = Vec::new();
    if !search_only {
        rows.extend(scored.iter().map(|model| analysed(model)));
        rows.extend(scored.iter().take(6).flat_map(|model| CATEGORIES.iter().map(|of| arena(model, of))));
        rows.extend(scored.iter().flat_map(|model| CLASSIC.iter().map(|of| classic(call, model, of))));
    }
    rows.extend(scored.iter().take(4).flat_map(|model| SEARCH.iter().map(|of| search(call, model, of))));
    rows.retain(|row| source.is_none_or(|source| row["source"] == source));
    rows.retain(|row| match (call.param("benchmark_type"), &row["benchmark_type"]) {
        (Some(wanted), Value::String(is)) => wanted == is,
        _ => true,
    });
    rows.truncate(most);
    let meta = json!({
        "as_of": moment(call.now.div_euclid(DAY_MS) * DAY_MS),
        "citation": source.map(citation),
        "model_count": scored.len(),
        "source": source,
        "source_url": source.map(page),
        "task_type": task,
        "version": "v1",
    });
    Ok(json!({ "data": rows, "meta": meta }))
}

fn page(source: &str) -> &'static str {
    match source {
        "artificial-analysis" => "https://artificialanalysis.ai",
        "design-arena" => "https://designarena.ai",
        _ => "https://openrouter.ai/rankings",
    }
}

fn citation(source: &str) -> String {
    let site = page(source).trim_start_matches("https://");
    match source {
        "openrouter" => format!("Source: OpenRouter ({site})."),
        _ => format!("Source: {source} ({site}) via OpenRouter (openrouter.ai/rankings)."),
    }
}

/// A number below `below` that depends on the model and what is measured.
fn score(model: &Model, what: &str, below: u64) -> u64 {
    mix(hash_text(model.id), hash_text(what)) % below
}

fn prices(model: &Model) -> Value {
    json!({ "prompt": price_text(model.prompt), "completion": price_text(model.completion) })
}

fn analysed(model: &Model) -> Value {
    let index = |what: &str| 35.0 + score(model, what, 450) as f64 / 10.0;
    // Pictures and embeddings have no such score.
    let of_text = model.is_text();
    json!({
        "source": "artificial-analysis",
        "display_name": model.name,
        "model_permaslug": model.permaslug,
        "intelligence_index": of_text.then(|| index("intelligence")),
        "coding_index": of_text.then(|| index("coding")),
        "agentic_index": of_text.then(|| index("agentic")),
        "pricing": prices(model),
    })
}

fn arena(model: &Model, category: &str) -> Value {
    let first = score(model, category, 60);
    json!({
        "source": "design-arena",
        "display_name": model.name,
        "model_permaslug": model.permaslug,
        "arena": "models",
        "category": category,
        "elo": 1_100 + score(model, category, 320),
        "win_rate": 30 + score(model, category, 45),
        "avg_generation_time_ms": 2_000 + score(model, "time", 40_000),
        "tournament_stats": {
            "first_place": first, "second_place": 41, "third_place": 30, "fourth_place": 22, "total": first + 93,
        },
        "pricing": prices(model),
    })
}

/// A run of some days ago.
fn last_run(call: &Call, model: &Model) -> String {
    moment((call.today() - 3 - score(model, "run", 20) as i64) * DAY_MS + 12 * 3_600_000)
}

fn classic(call: &Call, model: &Model, benchmark: &str) -> Value {
    json!({
        "source": "openrouter",
        "display_name": model.name,
        "model_permaslug": model.permaslug,
        "benchmark_type": benchmark,
        "accuracy": 0.4 + score(model, benchmark, 550) as f64 / 1000.0,
        "accuracy_stddev": (score(model, benchmark, 3) > 0).then(|| score(model, "spread", 60) as f64 / 1000.0),
        "avg_cost_per_task": (model.prompt + model.completion) as f64 / 4e6,
        "last_run_timestamp": last_run(call, model),
        "total_tasks": if benchmark == "gpqa_diamond" { 198 } else { 50 },
    })
}

fn search(call: &Call, model: &Model, benchmark: &str) -> Value {
    let plugin = score(model, benchmark, 2) == 0;
    json!({
        "source": "openrouter",
        "display_name": model.name,
        "model_permaslug": model.permaslug,
        "benchmark_type": benchmark,
        "primary_metric": if benchmark == "search_widesearch" { "f1_by_item" } else { "accuracy" },
        "primary_score": 0.2 + score(model, benchmark, 600) as f64 / 1000.0,
        "search_engine": if plugin { "native" } else { "exa" },
        "search_surface": if plugin { "plugin" } else { "server-tool" },
        "avg_cost_per_task": null,
        "avg_latency_per_task_ms": 20_000 + score(model, "search", 60_000),
        "last_run_timestamp": last_run(call, model),
        "total_tasks": 100,
    })
}
