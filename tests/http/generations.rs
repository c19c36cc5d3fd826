//! `generations`: single requests as rows, against plain loops over the demo account's base table; the calls they take,
//! and what is never given out as the whole.

use std::collections::{BTreeMap, BTreeSet};

use orq::demo::base::Row;
use orq::diagnostics::Code;
use orq::model::cube::Cubed;
use orq::model::route::{Pushdown, Wishes};
use orq::session::CATALOG;
use serde_json::{Value, json};

use super::cube_kit::{between, generations, midnight, now};
use super::quick::{Quick, calls, rows};
use crate::support::{DemoServer, NOW, demo, orq};

const CUBE: &str = "/analytics/query";

/// Nano-USD, BYOK inside.
fn cost(row: &Row) -> i64 {
    row.credits() + row.byok_inference()
}

fn nano(value: &Value) -> i64 {
    (value.as_f64().unwrap_or_else(|| panic!("{value} is no amount")) * 1e9).round() as i64
}

/// The base rows by their ids, in the order of the ids.
fn by_id(all: Vec<Row>) -> BTreeMap<String, Row> {
    let count = all.len();
    let by_id: BTreeMap<String, Row> = all.into_iter().map(|row| (row.id(), row)).collect();
    assert_eq!(by_id.len(), count);
    by_id
}

/// What a model is called: a retired one has nothing but its lasting name.
fn model(row: &Row) -> String {
    let model = row.endpoint.model;
    let name = if model.retired { model.permaslug } else { model.id };
    name.split(':').next().unwrap().to_string()
}

fn quick(wishes: Wishes) -> Quick {
    Quick::new(&DemoServer::start(NOW, "").base_url, wishes)
}

#[test]
fn rows_are_the_requests_of_the_range_with_all_that_is_shown_of_them() {
    let answer = Quick::demo("").answer("generations last 3d");
    assert_eq!(calls(&answer), [(CUBE.to_string(), 3)], "a call for each of model, provider and finish reason");
    let found = rows(&answer);
    let base = by_id(generations(-3, -1));
    assert_eq!(found.len(), base.len());
    for (row, (id, base)) in found.iter().zip(&base) {
        assert_eq!(row["id"], json!(id));
        assert_eq!(row["model"], json!(model(base)));
        assert_eq!(row["provider"], json!(base.endpoint.provider));
        assert_eq!((nano(&row["cost"]), nano(&row["credits"])), (cost(base), base.credits()));
        assert_eq!(row["is_byok"], json!(base.byok));
        let tokens = [base.prompt + base.completion, base.prompt, base.completion, base.reasoning, base.cached];
        let columns = ["tokens", "tokens_prompt", "tokens_completion", "tokens_reasoning", "tokens_cached"];
        assert_eq!(columns.map(|column| row[column].as_u64().unwrap()), tokens, "{id}");
        assert_eq!(row["latency"].as_f64().unwrap(), base.latency() as f64);
        assert_eq!(row["finish_reason"], json!(base.finish.name()));
        assert_eq!(row.as_object().unwrap().len(), 13);
    }
    assert!(base.values().any(|row| row.byok) && base.values().any(|row| row.endpoint.model.retired));
}

#[test]
fn what_is_named_has_a_call_of_its_own() {
    let columns = "key, workspace, app, user_email, country, skin, streamed, session_id, external_user, variant";
    let answer = Quick::demo("").answer(&format!("generations yesterday | select id, {columns}"));
    assert_eq!(calls(&answer), [(CUBE.to_string(), 10)]);
    let base = by_id(generations(-1, -1));
    let found = rows(&answer);
    assert_eq!(found.len(), base.len());
    for (row, (id, base)) in found.iter().zip(&base) {
        assert_eq!(row["id"], json!(id));
        assert_eq!(row["key"], json!(base.key.map(|key| key.name.as_str())));
        assert_eq!(row["workspace"], json!(base.workspace.name));
        let app = base.app.map(|app| app.title.map_or(app.id.to_string(), str::to_string));
        assert_eq!(row["app"], json!(app));
        assert_eq!(row["user_email"], json!(base.user.map(|user| user.email)));
        assert_eq!(row["country"], json!(base.country()));
        assert_eq!(row["streamed"], json!(base.streamed()));
        assert_eq!(row["session_id"], json!(base.session()));
        assert_eq!(row["external_user"], json!(base.external_user()));
        assert_eq!(row["variant"], json!(base.endpoint.model.variant()));
    }
}

#[test]
fn the_dearest_are_chosen_by_the_server_and_the_same_without_it() {
    let query = "generations last 3d | top 10 by cost | select id, model, provider, cost, latency, finish_reason";
    let answer = Quick::demo("").answer(query);
    assert_eq!(calls(&answer), [(CUBE.to_string(), 3)]);
    let mut base = generations(-3, -1);
    base.sort_by_key(|row| (std::cmp::Reverse(cost(row)), row.id()));
    let found = rows(&answer);
    let ids: Vec<&Value> = found.iter().map(|row| &row["id"]).collect();
    assert_eq!(ids, base[..10].iter().map(|row| json!(row.id())).collect::<Vec<_>>().iter().collect::<Vec<_>>());
    let local = quick(Wishes { pushdown: Pushdown::Off, ..Wishes::default() }).answer(query);
    assert_eq!(rows(&local), found);
    let shown = demo(&format!("explain {query}")).stdout;
    assert!(shown.contains("pushed: the first 10 by total_usage"), "{shown}");
    assert_eq!(
        shown.matches("\"order_by\":{\"field\":\"total_usage\",\"direction\":\"desc\"},\"limit\":100").count(),
        3
    );
    // Ties at the end do not matter: the server may order them as it likes.
    for _ in 0..2 {
        assert_eq!(Quick::demo("shuffled-ties").rows(query), found);
    }
}

#[test]
fn filters_are_the_servers_where_they_say_the_same_there() {
    type Passes = fn(&Row) -> bool;
    let cases: [(&str, Passes); 8] = [
        ("provider == \"Azure\"", |row| row.endpoint.provider == "Azure"),
        ("provider in (\"Azure\", \"OpenAI\") and finish_reason == \"stop\"", |row| {
            ["Azure", "OpenAI"].contains(&row.endpoint.provider) && row.finish.name() == Some("stop")
        }),
        ("finish_reason is null", |row| row.finish.name().is_none()),
        ("finish_reason != \"stop\"", |row| row.finish.name().is_some_and(|reason| reason != "stop")),
        ("model == \"openai/gpt-5.2\" and cost > 0.2", |row| model(row) == "openai/gpt-5.2" && cost(row) > 200_000_000),
        ("streamed and latency > 5s", |row| row.streamed() && row.latency() > 5_000),
        ("workspace == \"Research\" or provider == \"xAI\"", |row| {
            row.workspace.name == "Research" || row.endpoint.provider == "xAI"
        }),
        ("is_byok", |row| row.byok),
    ];
    let (mut on, mut off) = (Quick::demo(""), quick(Wishes { pushdown: Pushdown::Off, ..Wishes::default() }));
    let all = by_id(generations(-7, -1));
    for (condition, passes) in cases {
        let query = format!("generations last 7d | where {condition} | select id, cost");
        let expected: Vec<&String> = all.iter().filter(|(_, row)| passes(row)).map(|(id, _)| id).collect();
        let found = on.rows(&query);
        let ids: Vec<&str> = found.iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "{condition}");
        assert_eq!(off.rows(&query), found, "{condition}");
        let some = condition.starts_with("workspace") || !expected.is_empty();
        assert!(some && expected.len() < all.len(), "{condition}: {} rows", expected.len());
    }
    // The cube says `none` where there is no reason, and a row says nothing.
    let none = "generations last 7d | where finish_reason == \"none\" | count";
    assert_eq!((on.rows(none), off.rows(none)), (vec![json!({ "count": 0 })], vec![json!({ "count": 0 })]));
}

#[test]
fn requests_are_counted_and_put_together_here() {
    let mut quick = Quick::demo("");
    let all = generations(-31, -1);
    let counted = quick.answer("generations last 31d | count, sum cost, count_distinct provider as providers");
    assert_eq!(calls(&counted), [(CUBE.to_string(), 1)]);
    let row = &rows(&counted)[0];
    let providers: BTreeSet<&str> = all.iter().map(|row| row.endpoint.provider).collect();
    assert_eq!(
        (row["count"].as_u64().unwrap(), row["providers"].as_u64().unwrap()),
        (all.len() as u64, providers.len() as u64)
    );
    assert_eq!(nano(&row["cost"]), all.iter().map(cost).sum::<i64>());
    // The first groups are those of all requests, not of the first ones.
    let mut models: BTreeMap<String, i64> = BTreeMap::new();
    let week = generations(-7, -1);
    week.iter().for_each(|row| *models.entry(model(row)).or_default() += cost(row));
    let mut models: Vec<(i64, String)> = models.into_iter().map(|(model, cost)| (cost, model)).collect();
    models.sort_by_key(|(cost, _)| std::cmp::Reverse(*cost));
    let first = quick.rows("generations last 7d | group model | sum cost | top 3");
    let first: Vec<(i64, String)> =
        first.iter().map(|row| (nano(&row["cost"]), row["model"].as_str().unwrap().to_string())).collect();
    assert_eq!(first, models[..3]);
    let total = quick.rows("generations last 7d | sum cost | top 1 by cost");
    assert_eq!(nano(&total[0]["cost"]), week.iter().map(cost).sum::<i64>());
    // Percentiles of any rows, which the cube itself could not give.
    let slow =
        quick.rows("generations last 7d | where cost > 0.01 | group provider | p50 latency, count | sort provider");
    let mut of: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    let seven = generations(-7, -1);
    for row in seven.iter().filter(|row| cost(row) > 10_000_000) {
        of.entry(row.endpoint.provider).or_default().push(row.latency());
    }
    assert_eq!(slow.len(), of.len());
    for (row, (provider, mut latencies)) in slow.iter().zip(of) {
        latencies.sort_unstable();
        let (low, high) = (latencies[(latencies.len() - 1) / 2], latencies[latencies.len() / 2]);
        assert_eq!((row["provider"].as_str(), row["count"].as_u64()), (Some(provider), Some(latencies.len() as u64)));
        assert!((row["p50_latency"].as_f64().unwrap() - (low + high) as f64 / 2.0).abs() < 1e-6);
    }
}

#[test]
fn times_are_had_by_the_hour_and_ranges_by_the_clock() {
    let mut quick = Quick::demo("");
    let all = between(now() - 5 * 3_600_000, now());
    let found = quick.rows("generations last 5h | group hour(time) | count | sort hour");
    let mut hours: BTreeMap<i64, u64> = BTreeMap::new();
    all.iter().for_each(|row| *hours.entry(row.time().div_euclid(3_600_000)).or_default() += 1);
    assert_eq!(found.len(), hours.len());
    for (row, (hour, count)) in found.iter().zip(hours) {
        let start: jiff::Timestamp = row["hour"].as_str().unwrap().parse().unwrap();
        assert_eq!((start.as_second().div_euclid(3600), row["count"].as_u64().unwrap()), (hour, count));
    }
    let open = quick.answer("generations today | count");
    assert_eq!(rows(&open)[0]["count"].as_u64().unwrap(), between(midnight(0), now()).len() as u64);
    assert!(open.warnings.iter().any(|warning| warning.message.contains("is not over")), "{:?}", open.warnings);
}

/// Fact 16: what is cut off is asked for in halves: a request lies in one of them.
#[test]
fn fact_16_more_rows_than_an_answer_holds_are_asked_for_in_parts() {
    let query = "generations last 2d | select id, model, provider, cost, latency";
    let whole = Quick::demo("").rows(query);
    let server = DemoServer::start(NOW, "row-cap");
    let mut capped = Quick::new(&server.base_url, Wishes { most_calls: 200, ..Wishes::default() });
    let answer = capped.answer(query);
    assert_eq!(rows(&answer), whole);
    assert!(calls(&answer)[0].1 > 10);
    let error = Quick::new(&server.base_url, Wishes { most_calls: 5, ..Wishes::default() }).error(query);
    assert_eq!(error.code, Code::E0603);
    assert!(error.help.as_deref().unwrap().contains("`top 20 by cost`"), "{error:?}");
    // As the help says.
    let mut top = Quick::new(&server.base_url, Wishes { most_calls: 5, ..Wishes::default() });
    let top = top.answer("generations last 2d | top 10 by cost | select id, cost");
    assert_eq!(rows(&top).len(), 10);
}

#[test]
fn requests_that_one_call_has_and_another_has_not_are_no_answer() {
    for fault in ["unflagged-cut", "dropped-row"] {
        let error = Quick::demo(fault).error("generations last 2d | select id, model, provider");
        assert_eq!(error.code, Code::E0604, "{fault}: {error:?}");
    }
    let ignored = Quick::demo("ignored-filter")
        .error("generations yesterday | where provider == \"Azure\" | select id, provider");
    assert_eq!(ignored.code, Code::E0604);
}

#[test]
fn days_that_are_not_kept_are_named() {
    let run = demo("generations from 2026-01-01 to 2026-01-25 | count");
    assert_eq!((run.code, run.stdout.as_str()), (6, ""));
    for said in ["2026-01-01 to 2026-01-18", "older than the 31 days", "`generations from 2026-01-19 to 2026-01-25`"] {
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    let part = orq()
        .args(["--demo", "--allow-partial", "-f", "json", "generations from 2026-01-01 to 2026-01-25 | count"])
        .run();
    let rows: Vec<Value> = serde_json::from_str(&part.stdout).unwrap();
    assert_eq!(rows[0]["count"].as_u64().unwrap(), generations(-31, -25).len() as u64);
}

/// The calls that each of these takes: one for the cube, and so many for single requests.
#[test]
fn what_only_single_requests_say_is_looked_up_for_the_rows_that_are_left() {
    let yesterday = generations(-1, -1);
    let azure = yesterday.iter().filter(|row| row.endpoint.provider == "Azure").count();
    let dear = yesterday.iter().filter(|row| cost(row) > 500_000_000).count();
    assert!(azure > 3 && dear > 3 && dear < 50);
    let cases = [
        ("where provider == \"Azure\" | top 3 by cost | select id, user_agent", 3),
        ("select id, cost, user_agent, created_at | top 4 by cost | select created_at", 4),
        ("derive x = cost * 2 | where x > 1 | select user_agent", dear),
        ("where cost > 0.5 and user_agent is not null | top 2 by cost | select id, user_agent", dear),
        ("where cost > 0.5 | group user_agent | count", dear),
        ("where cost > 0.5 | top 2 by generation_time | select id, generation_time", dear),
        ("where cost > 0.5 | select a = user_agent | limit 2", dear),
        ("top 3 by cost | select provider_responses | unnest provider_responses | select status", 3),
        ("top 3 by cost | count", 0),
        ("join models on model == id | top 3 by cost | select id, context_length, user_agent", 3),
        ("semi_join (models | where id == \"openai/gpt-5.2\") on model == id | top 2 by cost | select user_agent", 2),
        (
            "top 3 by cost | left_join (generations yesterday | top 1 by cost | select id, created_at) on id | select user_agent, created_at_right",
            4,
        ),
    ];
    for (stages, looked_up) in cases {
        let answer = Quick::demo("").answer(&format!("generations yesterday | {stages}"));
        let alone = calls(&answer).iter().find(|(path, _)| path == "/generation").map_or(0, |(_, count)| *count);
        assert_eq!(alone, looked_up, "{stages}");
        assert!(answer.frame.height() > 0 && answer.warnings.is_empty(), "{stages}");
    }
}

#[test]
fn what_is_looked_up_is_right_whatever_stands_between() {
    let mut base = generations(-1, -1);
    base.sort_by_key(|row| (std::cmp::Reverse(cost(row)), row.id()));
    let mut quick = Quick::demo("");
    let agents: Vec<Value> = base.iter().map(|row| json!(row.app.map(|app| app.user_agent))).collect();
    let first = |count: usize| agents[..count].to_vec();
    let column = |rows: Vec<Value>, name: &str| rows.into_iter().map(|row| row[name].clone()).collect::<Vec<_>>();
    let queries = [
        ("top 5 by cost | select user_agent", "user_agent"),
        ("top 5 by cost | select cost, user_agent | rename agent = user_agent", "agent"),
        ("select name = id, cost, user_agent | top 5 by cost", "user_agent"),
        ("select cost, user_agent | top 5 by cost | drop cost", "user_agent"),
        ("top 5 by cost | derive agent = user_agent ?? null | select agent", "agent"),
    ];
    for (stages, name) in queries {
        let found = quick.rows(&format!("generations yesterday | {stages}"));
        assert_eq!(column(found, name), first(5), "{stages}");
    }
    let times = quick.rows("generations yesterday | top 30 by cost | top 4 by generation_time | select id");
    let mut slow: Vec<&Row> = base[..30].iter().collect();
    slow.sort_by_key(|row| std::cmp::Reverse(row.generation_time()));
    let slow: Vec<Value> = slow[..4].iter().map(|row| json!(row.id())).collect();
    assert_eq!(column(times, "id"), slow);
}

/// A join leaves rows out: what comes first of the whole is not what comes first of the rest.
#[test]
fn the_first_rows_of_a_join_are_chosen_here() {
    let query = "generations last 3d | join (models | where id == \"openai/gpt-5.2\") on model == id | top 3 by cost";
    let mut base: Vec<Row> =
        generations(-3, -1).into_iter().filter(|row| row.endpoint.model.id == "openai/gpt-5.2").collect();
    base.sort_by_key(|row| (std::cmp::Reverse(cost(row)), row.id()));
    let found = Quick::demo("").rows(&format!("{query} | select id, user_agent"));
    let ids: Vec<Value> = found.iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, base[..3].iter().map(|row| json!(row.id())).collect::<Vec<_>>());
    assert!(!demo(&format!("explain {query}")).stdout.contains("pushed: the first"));
}

/// A column of both is one thing, and what the cube lacks is looked up under its own name.
#[test]
fn columns_are_those_of_a_single_request() {
    let (many, one) = (CATALOG.source("generations").unwrap(), CATALOG.source("generation").unwrap());
    let mut looked_up = 0;
    for def in one.columns {
        let of_many = many.column(def.name).unwrap_or_else(|| panic!("generations has no {}", def.name));
        assert_eq!((of_many.ty.ty(), of_many.doc), (def.ty.ty(), def.doc), "{}", def.name);
        looked_up += usize::from(matches!(of_many.cubed, Some(Cubed::LookedUp(source)) if source.name == one.name));
    }
    let all = many.columns.iter().filter(|def| matches!(def.cubed, Some(Cubed::LookedUp(_)))).count();
    assert_eq!(looked_up, all, "each that is looked up is there");
    assert!(looked_up > 20);
}

/// The same of the cube itself: requests with more dimensions than a call may have.
#[test]
fn requests_with_many_dimensions_are_put_together_by_their_ids() {
    let query = "analytics last 2d | group generation_id, model_permaslug, provider, finish_reason | sum cost, requests, p50 latency \
                 | sort generation_id";
    let answer = Quick::demo("").answer(query);
    assert_eq!(calls(&answer), [(CUBE.to_string(), 3)]);
    let base = by_id(generations(-2, -1));
    let found = rows(&answer);
    assert_eq!(found.len(), base.len());
    for (row, (id, base)) in found.iter().zip(&base) {
        assert_eq!(row["generation_id"], json!(id));
        assert_eq!(row["model_permaslug"], json!(base.endpoint.model.permaslug));
        assert_eq!(row["provider"], json!(base.endpoint.provider));
        // The cube's own word here.
        assert_eq!(row["finish_reason"], json!(base.finish.name().unwrap_or("none")));
        assert_eq!((nano(&row["cost"]), row["requests"].as_u64()), (cost(base), Some(1)));
        assert_eq!(row["p50_latency"].as_f64().unwrap(), base.latency() as f64);
    }
    let top = format!("{} | top 3 by cost", query.replace(" | sort generation_id", ""));
    let pushed = Quick::demo("").answer(&top);
    assert_eq!(calls(&pushed), [(CUBE.to_string(), 3)]);
    let local = quick(Wishes { pushdown: Pushdown::Off, ..Wishes::default() }).rows(&top);
    assert_eq!(rows(&pushed), local);
    assert!(demo(&format!("explain {top}")).stdout.contains("put together by the request"));
}
