//! `benchmarks`: scores of models. Each row has the columns of its own source, and null in the others.

use super::fields::*;
use crate::model::catalog::{ColumnDef, ColumnType, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Request};
use crate::model::route::{Notice, Offer, Piece};
use crate::types::{Class, Unit};

const MEAN_COST: ColumnType = ColumnType::Number(Unit::USD, Class::Holistic);
const MEAN_TIME: ColumnType = ColumnType::Number(Unit::MS, Class::Holistic);

pub const SOURCE: SourceDef = SourceDef {
    name: "benchmarks",
    doc: "Scores of models from Artificial Analysis, Design Arena and OpenRouter's own runs",
    usage: "benchmarks",
    examples: &[
        Example {
            query: "benchmarks | where coding_index is not null | sort -coding_index | select name, coding_index, price_completion",
            shows: "what good code costs",
        },
        Example { query: "benchmarks | group source | count", shows: "where the scores are from" },
    ],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Api,
    lookups: &[],
    columns: &[
        ColumnDef::new("source", "source", TEXT, "`artificial-analysis`, `design-arena` or `openrouter`").required(),
        ColumnDef::new("name", "display_name", TEXT, "The model's name for people").alias(&["display_name"]),
        ColumnDef::new("model_permaslug", "model_permaslug", TEXT, "The model's lasting name")
            .alias(&["model"])
            .required(),
        ColumnDef::new("intelligence_index", "intelligence_index", PLAIN, "Artificial Analysis: higher is better"),
        ColumnDef::new("coding_index", "coding_index", PLAIN, "Artificial Analysis: higher is better"),
        ColumnDef::new("agentic_index", "agentic_index", PLAIN, "Artificial Analysis: higher is better"),
        ColumnDef::new("arena", "arena", TEXT, "Design Arena: where it was compared"),
        ColumnDef::new("category", "category", TEXT, "Design Arena: in what"),
        ColumnDef::new("elo", "elo", PLAIN, "Design Arena: rating, higher is better"),
        ColumnDef::new("win_rate", "win_rate", RATIO, "Design Arena: comparisons that it won")
            .from(|row| of_hundred(row, "win_rate")),
        ColumnDef::new(
            "avg_generation_time",
            "avg_generation_time_ms",
            MEAN_TIME,
            "Design Arena: until the last token",
        )
        .alias(&["avg_generation_time_ms"]),
        ColumnDef::new("first_place", "tournament_stats.first_place", COUNT, "Design Arena: times it came first")
            .alias(&["tournament_stats.first_place"]),
        ColumnDef::new("second_place", "tournament_stats.second_place", COUNT, "Design Arena: times it came second")
            .alias(&["tournament_stats.second_place"]),
        ColumnDef::new("third_place", "tournament_stats.third_place", COUNT, "Design Arena: times it came third")
            .alias(&["tournament_stats.third_place"]),
        ColumnDef::new("fourth_place", "tournament_stats.fourth_place", COUNT, "Design Arena: times it came last")
            .alias(&["tournament_stats.fourth_place"]),
        ColumnDef::new("tournaments", "tournament_stats.total", COUNT, "Design Arena: times it took part")
            .alias(&["tournament_stats.total"]),
        ColumnDef::new("benchmark", "benchmark_type", TEXT, "OpenRouter: which benchmark").alias(&["benchmark_type"]),
        ColumnDef::new("accuracy", "accuracy", RATIO, "OpenRouter: tasks that it solved"),
        ColumnDef::new("accuracy_stddev", "accuracy_stddev", RATIO, "OpenRouter: how far runs differ; null is one run"),
        ColumnDef::new("score", "primary_score", RATIO, "OpenRouter, search: by `metric`, higher is better")
            .alias(&["primary_score"]),
        ColumnDef::new("metric", "primary_metric", TEXT, "OpenRouter, search: `accuracy` or `f1_by_item`")
            .alias(&["primary_metric"]),
        ColumnDef::new("search_engine", "search_engine", TEXT, "OpenRouter, search: the engine"),
        ColumnDef::new("search_surface", "search_surface", TEXT, "OpenRouter, search: `server-tool` or `plugin`"),
        ColumnDef::new("avg_cost", "avg_cost_per_task", MEAN_COST, "OpenRouter: cost of a task")
            .alias(&["avg_cost_per_task"]),
        ColumnDef::new("avg_latency", "avg_latency_per_task_ms", MEAN_TIME, "OpenRouter, search: time of a task")
            .alias(&["avg_latency_per_task_ms"]),
        ColumnDef::new("tasks", "total_tasks", COUNT, "OpenRouter: tasks of all runs").alias(&["total_tasks"]),
        ColumnDef::new("last_run", "last_run_timestamp", TIME, "OpenRouter: when it last ran")
            .alias(&["last_run_timestamp"]),
        ColumnDef::new("price_prompt", "pricing.prompt", PRICE, "A prompt token")
            .from(|row| price(row, "prompt"))
            .alias(&["pricing.prompt"]),
        ColumnDef::new("price_completion", "pricing.completion", PRICE, "A completion token")
            .from(|row| price(row, "completion"))
            .alias(&["pricing.completion"]),
    ],
    offer: |_, _| {
        let request = Request { key: KeyKind::Api, ..Request::get("/benchmarks") };
        Offer::of(vec![Piece { notice: Some(Notice::CiteAsTold), ..Piece::of(request) }])
    },
};
