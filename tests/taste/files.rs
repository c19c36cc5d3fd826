//! Files that are read, the script that writes one, and the plan of a query.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::date;
use polars::prelude::{ParquetReader, SerReader as _};
use serde_json::{Value as Json, json};

use super::base::{YESTERDAY, cost, days, lasting, monday, nanos, percentile, special, tokens, usd};
use super::{NOW, asking, assert_rows, assert_run_gives};
use crate::support::scripted::Server;
use crate::support::truth::groups;

/// What the caller's log says of the nine requests of the demo account.
const STATUSES: [u64; 9] = [500, 502, 503, 500, 404, 200, 503, 504, 599];

fn write(to: &Path, name: &str, text: &str) {
    let path = to.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn who_served_the_requests_that_failed_in_a_log() {
    let place = tempfile::tempdir().unwrap();
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    for (status, nth) in STATUSES.iter().zip(1..) {
        let file = if nth < 5 { "logs/2026-11-20.jsonl" } else { "logs/2026-11-21.jsonl" };
        let line =
            json!({ "time": "2026-11-21T08:00:00Z", "status": status, "generation_id": format!("gen-demo-{nth}") });
        *files.entry(file).or_default() += &format!("{line}\n");
    }
    for (name, text) in &files {
        write(place.path(), name, text);
    }
    let failed: Vec<_> =
        STATUSES.iter().zip(1..).filter(|(status, _)| **status >= 500).map(|(_, nth)| special(nth)).collect();
    let rows: Vec<Vec<Json>> = groups(&failed, |row| row.endpoint.provider)
        .into_iter()
        .map(|(provider, rows)| {
            let slow = percentile(rows.iter().map(|row| row.latency()), 0.95);
            vec![json!(provider), json!(rows.len()), json!(slow)]
        })
        .collect();
    assert!(rows.len() > 1 && rows.len() < failed.len(), "{rows:?}");
    let query = "read \"logs/*.jsonl\" | where status >= 500 | join generation on generation_id == id | group provider | count, p95 latency";
    let orq = asking(["-f", "envelope", query]).cwd(place.path());
    assert_run_gives(orq, query, &["provider", "count", "p95_latency"], &rows);
}

#[test]
fn a_trace_by_the_hour() {
    let place = tempfile::tempdir().unwrap();
    let mut text = "TIMESTAMP,ContextTokens,GeneratedTokens\n".to_string();
    let mut hours: BTreeMap<i64, [i64; 3]> = BTreeMap::new();
    for nth in 0..500 {
        // Ticks of 100 ns, as the fractions have seven digits: the last one of an hour, and its first.
        let ticks = 639_000_000_i64 * nth + if nth % 7 == 0 { 35_999_999_999 - 639_000_000 * nth } else { 0 };
        let (context, generated) = (nth * 7919 % 4096, nth * 104_729 % 512 + 1);
        let sums = hours.entry(ticks / 36_000_000_000).or_default();
        for (sum, more) in sums.iter_mut().zip([context, generated, 1]) {
            *sum += more;
        }
        let (seconds, fraction) = (ticks / 10_000_000, ticks % 10_000_000);
        let clock = format!("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        text += &format!("2026-11-21 {clock}.{fraction:07},{context},{generated}\n");
    }
    write(place.path(), "trace.csv", &text);
    let midnight: Timestamp = "2026-11-21T00:00:00Z".parse().unwrap();
    let rows: Vec<Vec<Json>> = hours
        .into_iter()
        .map(|(hour, sums)| {
            let time = Timestamp::from_second(midnight.as_second() + hour * 3600).unwrap();
            [json!(time.to_string())].into_iter().chain(sums.map(|sum| json!(sum))).collect()
        })
        .collect();
    assert_eq!(rows.len(), 9);
    let query = "read \"trace.csv\" | group hour(TIMESTAMP) | sum ContextTokens, sum GeneratedTokens, count";
    let orq = asking(["-f", "envelope", query]).cwd(place.path());
    assert_run_gives(orq, query, &["hour", "ContextTokens", "GeneratedTokens", "count"], &rows);
}

const SCRIPT: &str = r#"#!/usr/bin/env -S orq run
# Weekly spend by model; fails when over budget.
param since:  date = 2026-10-01    "first day, UTC"
param budget: usd  = 500
const mtok = 1e6
fn rate(cost, tokens) = cost / tokens * mtok

let spend =
  activity from @since
  | group week(date) as week, model
  | sum cost, sum tokens

spend
| title "Spend by week and model"
| derive usd_per_mtok = rate(cost, tokens),
         wow = cost / lag(cost, 1) over (by model sort week) - 1
| save "weekly.parquet"
| where wow > 0.5

spend | sum cost | assert cost <= @budget, "over budget"
"#;

#[test]
fn the_script_keeps_the_weeks_shows_what_grew_and_fails_over_budget() {
    let place = tempfile::tempdir().unwrap();
    write(place.path(), "spend.orq", SCRIPT);
    let all = days(date(2026, 10, 1), YESTERDAY);
    let mut before: BTreeMap<&str, f64> = BTreeMap::new();
    let mut weekly: Vec<Vec<Json>> = Vec::new();
    for ((week, model), of) in groups(&all, |row| (monday(row), lasting(row))) {
        let spent = usd(nanos(&of));
        let rate = (tokens(&of) > 0).then(|| spent / tokens(&of) as f64 * 1e6);
        let grown = before.insert(model, spent).filter(|before| *before > 0.0).map(|before| spent / before - 1.0);
        let cells =
            [json!(week.to_string()), json!(model), json!(spent), json!(tokens(&of)), json!(rate), json!(grown)];
        weekly.push(cells.into());
    }
    let grown: Vec<Vec<Json>> =
        weekly.iter().filter(|row| row[5].as_f64().is_some_and(|wow| wow > 0.5)).cloned().collect();
    assert!(grown.len() > 3 && grown.len() < weekly.len());

    let run = asking(["-f", "json", "run", "spend.orq", "--budget", "5000"]).cwd(place.path()).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let printed: Json = serde_json::from_str(&run.stdout).unwrap();
    let columns = ["week", "model", "cost", "tokens", "usd_per_mtok", "wow"];
    assert_eq!(printed[0]["title"], json!("Spend by week and model"));
    assert_rows(&printed[0]["rows"], &columns, &grown, "what grew");
    assert_rows(&printed[1]["rows"], &["cost"], &[vec![cost(&all)]], "the sum");
    assert_eq!(printed.as_array().unwrap().len(), 2);
    assert_rows(&parquet(&place.path().join("weekly.parquet"), &columns), &columns, &weekly, "the file");

    let run = asking(["run", "spend.orq"]).cwd(place.path()).run();
    assert_eq!(run.code, 5);
    assert!(run.told().contains("over budget"), "{}", run.stderr);

    let run = asking(["-f", "json", "run", "spend.orq", "--since", "2026-11-16"]).cwd(place.path()).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let printed: Json = serde_json::from_str(&run.stdout).unwrap();
    let week = days(date(2026, 11, 16), YESTERDAY);
    assert_rows(&printed[1]["rows"], &["cost"], &[vec![cost(&week)]], "the sum of a week");
}

/// The rows of a file, read without orq: a week and a model, then numbers.
fn parquet(path: &Path, columns: &[&str]) -> Json {
    let frame = ParquetReader::new(std::fs::File::open(path).unwrap()).finish().unwrap();
    assert!(frame.get_column_names().iter().map(|name| name.as_str()).eq(columns.iter().copied()));
    let mut rows = Vec::new();
    for nth in 0..frame.height() {
        let mut row = serde_json::Map::new();
        for name in columns {
            let cell = frame.column(name).unwrap().get(nth).unwrap();
            let value = match *name {
                "week" | "model" => json!(cell.str_value()),
                _ if cell.is_null() => Json::Null,
                _ => json!(cell.try_extract::<f64>().unwrap()),
            };
            row.insert((*name).to_string(), value);
        }
        rows.push(Json::Object(row));
    }
    Json::Array(rows)
}

#[test]
fn a_plan_names_the_call_and_what_is_done_here_and_asks_nobody() {
    let server = Server::in_turn(vec![crate::support::scripted::Reply::error(500, "asked")]);
    let query = "explain activity last 7d | where model == \"openai/gpt-5.2\" | group date | sum cost";
    let run = server.orq([query]).env("ORQ_NOW", NOW).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = run.stdout.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(
        lines,
        [
            "calls",
            "GET /activity  (2026-11-15 to 2026-11-21)",
            "read: date, model, cost",
            "here",
            "scan activity, 2026-11-15 to 2026-11-21",
            "filter model == \"openai/gpt-5.2\"",
            "aggregate cost = sum cost by date",
            "sort date",
            "result",
            "date: date",
            "cost: number (usd)",
        ]
    );
    assert_eq!(server.targets(), Vec::<String>::new());
}
