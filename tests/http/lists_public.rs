//! What is public of OpenRouter: rankings, apps, session costs, benchmarks, classifications. Each wants an API key and to
//! be cited (facts 2 and 32).

use orq::demo::{API_KEY, MANAGEMENT_KEY};
use serde_json::{Value, json};

use crate::support::scripted::{KEY, Reply, Server, get};
use crate::support::{DemoServer, NOW, Orq, Run, orq, rows};

const PUBLIC: [&str; 5] = ["rankings", "apps", "session_cost", "benchmarks", "classifications"];

/// The program with an API key, about to ask a scripted server.
fn asking(server: &Server, arguments: &[&str]) -> Run {
    let program = orq().args(["--base-url", &server.base_url]).args(arguments.iter().copied());
    program.env("OPENROUTER_API_KEY", KEY).run()
}

fn rows_of(server: &Server, query: &str) -> Vec<Value> {
    let run = asking(server, &["-f", "json", query]);
    assert_eq!(run.code, 0, "{query}\n{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

fn raw(target: &str) -> Value {
    get(&DemoServer::start(NOW, "").base_url, target, API_KEY)
}

fn number(text: &Value) -> f64 {
    text.as_str().unwrap().parse().unwrap()
}

/// Fact 32: `total_tokens` is a text, and the row `other` is the tail, which stays visible.
#[test]
fn fact_32_rankings_of_the_demo_account_are_what_its_answer_says_the_tail_included() {
    let answer = raw("/datasets/rankings-daily?start_date=2026-02-12&end_date=2026-02-18");
    let answer = answer["data"].as_array().unwrap();
    let expected: Vec<Value> = answer
        .iter()
        .map(|row| {
            let name = row["model_permaslug"].as_str().unwrap();
            let (model, variant) = name.split_once(':').map_or((name, None), |(model, of)| (model, Some(of)));
            let author = model.split_once('/').map(|(author, _)| author);
            json!({ "date": row["date"], "model_permaslug": model, "variant": variant, "author": author,
                    "tokens": number(&row["total_tokens"]) as u64 })
        })
        .collect();
    assert_eq!(rows("rankings last 7d"), expected);
    assert_eq!(expected.iter().filter(|row| row["model_permaslug"] == "other").count(), 7);
    assert!(expected.iter().any(|row| row["variant"] == "free"));
    let sums = rows("rankings last 7d | group model == \"other\" as tail | sum tokens");
    let sum = |tail: bool| -> f64 {
        let of = expected.iter().filter(|row| (row["model_permaslug"] == "other") == tail);
        of.map(|row| row["tokens"].as_f64().unwrap()).sum()
    };
    assert_eq!(sums.iter().map(|row| row["tokens"].as_f64().unwrap()).collect::<Vec<_>>(), [sum(false), sum(true)]);
}

/// Fact 32: the window is asked for whatever the query says, both ends included.
#[test]
fn fact_32_a_range_is_the_window_that_is_asked_for() {
    for (query, first, last) in [
        ("rankings", "2026-01-20", "2026-02-18"),
        ("rankings yesterday", "2026-02-18", "2026-02-18"),
        ("rankings from 2025-02-18", "2025-02-18", "2026-02-18"),
        ("apps on 2025-12", "2025-12-01", "2025-12-31"),
    ] {
        let server = Server::new(move |_, _| Reply::ok(json!({ "data": [], "meta": { "as_of": "2026-02-19" } })));
        let run = asking(&server, &[query]);
        assert_eq!(run.code, 0, "{query}: {}", run.stderr);
        let seen = server.seen();
        let [only] = seen.as_slice() else { panic!("{seen:?}") };
        assert_eq!((only.param("start_date"), only.param("end_date")), (Some(first), Some(last)), "{query}");
    }
}

/// Fact 32: at most 366 days, from 2025-01-01 on: what is beyond is named before anything is sent, and what is left works.
#[test]
fn fact_32_days_that_a_dataset_does_not_have_are_named_before_anything_is_sent() {
    let server = Server::new(|_, _| Reply::error(500, "nobody should ask"));
    let (begins, most, open) =
        ("the data begins on 2025-01-01", "one answer has 366 days at most", "not completed yet");
    for (range, reasons, left) in [
        ("from 2024-12-31 to 2025-01-02", vec![begins], Some("from 2025-01-01 to 2025-01-02")),
        ("from 2025-02-17", vec![most], Some("from 2025-02-18 to 2026-02-18")),
        ("from 2024 to 2026-02-19", vec![begins, most, open], Some("from 2025-02-18 to 2026-02-18")),
        ("to 2026-02-19 from 2026-02-19", vec![], None),
        ("today", vec![open], None),
        ("on 2024", vec![begins], None),
    ] {
        for source in ["rankings", "apps"] {
            let run = asking(&server, &["--errors", "json", &format!("{source} {range}")]);
            if reasons.is_empty() {
                assert_eq!(run.code, 3, "{range}");
                continue;
            }
            assert_eq!((run.code, run.stdout.as_str()), (6, ""), "{source} {range}: {}", run.stderr);
            let report: Value = serde_json::from_str(&run.stderr).unwrap();
            let error = &report["errors"][0];
            assert_eq!(error["code"], "E0601");
            let message = error["message"].as_str().unwrap();
            assert!(reasons.iter().all(|reason| message.contains(reason)), "{range}: {message}");
            let left = format!("{source} {}", left.unwrap_or("last 30d"));
            assert_eq!(error["help"], format!("`{left}` can be had"), "{range}");
            let works = orq().args(["--demo", &format!("{left} | count")]).run();
            assert_eq!(works.code, 0, "{left}: {}", works.stderr);
        }
    }
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn the_longest_window_of_a_leap_year_is_had_whole() {
    let days = rows("rankings from 2025-02-18 to 2026-02-18 | distinct date | count");
    assert_eq!(days, [json!({ "count": 366 })]);
}

/// Fact 32: the licence wants the citation with the time of the answer, on standard error and in the envelope.
#[test]
fn fact_32_whoever_publishes_is_told_what_to_cite() {
    let server = DemoServer::start(NOW, "");
    for (source, path, page) in [
        ("rankings", "/datasets/rankings-daily", "openrouter.ai/rankings"),
        ("apps", "/datasets/app-rankings", "openrouter.ai/apps"),
        ("session_cost", "/datasets/session-cost", "openrouter.ai"),
        ("classifications", "/classifications/task", "openrouter.ai/rankings"),
    ] {
        let answer = get(&server.base_url, path, API_KEY);
        let as_of = answer.pointer("/meta/as_of").or_else(|| answer.pointer("/data/as_of")).unwrap();
        let words = format!("cite \"Source: OpenRouter ({page}), as of {}.\"", as_of.as_str().unwrap());
        let run = orq().args(["--demo", "-f", "envelope", "--errors", "json", &format!("{source} | limit 1")]).run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        let told: Value = serde_json::from_str(&run.stderr).unwrap();
        let envelope: Value = serde_json::from_str(&run.stdout).unwrap();
        for warnings in [&told["errors"], &envelope["warnings"]] {
            let [only] = warnings.as_array().unwrap().as_slice() else { panic!("{source}: {warnings}") };
            assert_eq!((&only["code"], &only["severity"]), (&json!("E0605"), &json!("warning")));
            assert!(only["message"].as_str().unwrap().ends_with(&words), "{source}: {only}");
        }
    }
    let twice = orq().args(["--demo", "rankings | limit 1\nrankings | count"]).run();
    assert_eq!(twice.stderr.matches("E0605").count(), 1, "{}", twice.stderr);
    assert!(!orq().args(["--demo", "models | limit 1"]).run().stderr.contains("E0605"));
}

#[test]
fn benchmarks_are_cited_as_their_answer_says_and_a_citation_is_harmless() {
    let cited = |meta: Value| {
        let server = Server::new(move |_, _| Reply::ok(json!({ "data": [], "meta": meta })));
        let run = asking(&server, &["benchmarks"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(!run.stderr.contains('\u{1b}'), "{}", run.stderr);
        run.told()
    };
    let words = "Source: Artificial Analysis (artificialanalysis.ai) via OpenRouter.";
    assert!(cited(json!({ "citation": words })).contains(&format!("cite \"{words}\"")));
    let several = cited(json!({ "citation": null, "as_of": "2026-06-03T12:00:00Z" }));
    assert!(several.contains("via OpenRouter (openrouter.ai/rankings), as of 2026-06-03T12:00:00Z."), "{several}");
    assert!(several.contains("the `source` of each row"), "{several}");
    cited(json!({ "citation": "\u{1b}[31mred\u{1b}[0m" }));
    let nonsense = cited(json!({ "as_of": "\u{1b}[31mnow" }));
    assert!(nonsense.contains("(openrouter.ai/rankings).\""), "a time that cannot be read is left out: {nonsense}");
}

/// Fact 32: apps come in pages of 100 at most, and nothing is beyond an offset of 100.
#[test]
fn fact_32_apps_are_ranked_over_all_pages_and_no_offset_is_beyond_what_the_api_takes() {
    let base = "/datasets/app-rankings?start_date=2026-02-12&end_date=2026-02-18&limit=100";
    let (first, second) = (raw(base), raw(&format!("{base}&offset=100")));
    let expected: Vec<Value> = [first, second]
        .iter()
        .flat_map(|page| page["data"].as_array().unwrap())
        .map(|row| {
            json!({ "rank": row["rank"], "name": row["app_name"], "tokens": number(&row["total_tokens"]) as u64,
                    "requests": row["total_requests"], "id": row["app_id"] })
        })
        .collect();
    assert!(expected.len() > 100);
    assert_eq!(rows("apps last 7d"), expected);

    let row = |rank: usize| json!({ "rank": rank, "app_name": "x", "app_id": rank, "total_tokens": "1", "total_requests": 1 });
    let endless = Server::new(move |seen, _| {
        let offset: usize = seen.param("offset").map_or(0, |offset| offset.parse().unwrap());
        match offset {
            0..=100 => Reply::data((offset + 1..=offset + 100).map(row).collect()),
            _ => Reply::error(400, "offset is too big"),
        }
    });
    assert_eq!(rows_of(&endless, "apps | count, max rank"), [json!({ "count": 200, "max_rank": 200 })]);
    assert_eq!(endless.seen().len(), 2);
}

#[test]
fn session_costs_are_all_cells_however_many_pages() {
    let answer = raw("/datasets/session-cost?limit=500");
    let answer = answer["data"].as_array().unwrap();
    let cells: Vec<Value> = answer
        .iter()
        .map(|row| {
            json!({ "app": row["app_name"], "model_permaslug": row["model_permaslug"], "turn_range": row["turn_range"],
                    "median_cost": row["median_session_cost_usd"], "app_slug": row["app_slug"] })
        })
        .collect();
    assert!(cells.len() > 100, "more than an answer has unless told");
    let listed = rows("session_cost");
    assert_eq!(listed.len(), cells.len());
    for (row, cell) in listed.iter().zip(&cells) {
        assert_eq!(row["median_cost"].as_f64(), cell["median_cost"].as_f64());
        assert_eq!((&row["app_slug"], &row["turn_range"]), (&cell["app_slug"], &cell["turn_range"]));
    }
    let cell = json!({ "app_name": "A", "app_slug": "a", "model_permaslug": "m", "turn_range": "1-turn",
                       "median_session_cost_usd": "0.5" });
    let server = Server::new(move |seen, _| {
        let rows = if seen.param("offset").is_none() { 500 } else { 3 };
        Reply::data((0..rows).map(|_| cell.clone()).collect())
    });
    assert_eq!(
        rows_of(&server, "session_cost | count, max median_cost"),
        [json!({ "count": 503, "max_median_cost": 0.5 })]
    );
    assert!(server.targets()[1].ends_with("limit=500&offset=500"), "{:?}", server.targets());
}

#[test]
fn benchmarks_have_the_columns_of_every_source_in_their_units() {
    let answer = raw("/benchmarks");
    let answer = answer["data"].as_array().unwrap();
    let listed = rows("benchmarks");
    assert_eq!(listed.len(), answer.len());
    let mut kinds = [0; 3];
    for (row, raw) in listed.iter().zip(answer) {
        assert_eq!((&row["source"], &row["name"]), (&raw["source"], &raw["display_name"]));
        let near = |column: &str, field: &str, factor: f64| {
            let expected = raw.pointer(field).and_then(Value::as_f64).map(|value| value * factor);
            match (row[column].as_f64(), expected) {
                (Some(a), Some(b)) => assert!((a - b).abs() < 1e-9, "{column}: {a} is not {b}"),
                (a, b) => assert_eq!(a, b, "{column}"),
            }
        };
        near("coding_index", "/coding_index", 1.0);
        near("elo", "/elo", 1.0);
        near("win_rate", "/win_rate", 0.01);
        near("avg_generation_time", "/avg_generation_time_ms", 1.0);
        near("tournaments", "/tournament_stats/total", 1.0);
        near("accuracy", "/accuracy", 1.0);
        near("score", "/primary_score", 1.0);
        near("avg_cost", "/avg_cost_per_task", 1.0);
        near("avg_latency", "/avg_latency_per_task_ms", 1.0);
        assert_eq!(row["price_prompt"].as_f64(), raw.pointer("/pricing/prompt").map(number));
        for (kind, column) in kinds.iter_mut().zip(["intelligence_index", "elo", "benchmark"]) {
            *kind += usize::from(!row[column].is_null());
        }
    }
    assert!(kinds.iter().all(|kind| *kind > 5), "{kinds:?}");
}

#[test]
fn classifications_are_tasks_whose_shares_add_up_to_those_of_their_category() {
    let answer = raw("/classifications/task");
    let tasks = answer["data"]["classifications"].as_array().unwrap();
    let listed = rows("classifications");
    assert_eq!(listed.len(), tasks.len());
    for (row, raw) in listed.iter().zip(tasks) {
        for (column, field) in [
            ("name", "display_name"),
            ("tag", "tag"),
            ("requests_share", "usage_share"),
            ("tokens_share", "token_share"),
            ("category_requests_share", "category_usage_share"),
        ] {
            assert_eq!(row[column], raw[field], "{column}");
        }
        assert_eq!(row["models"][0]["model_permaslug"], raw["models"][0]["id"]);
        assert_eq!(row["models"][0]["requests_share"], raw["models"][0]["tag_usage_share"]);
    }
    let sums = rows("classifications | group category | sum requests_share, tokens_share");
    let categories = answer["data"]["macro_categories"].as_array().unwrap();
    assert_eq!(sums.len(), categories.len());
    for row in &sums {
        let of = categories.iter().find(|category| category["key"] == row["category"]).unwrap();
        let near = |a: &Value, b: &Value| (a.as_f64().unwrap() - b.as_f64().unwrap()).abs() < 1e-9;
        assert!(near(&row["requests_share"], &of["usage_share"]) && near(&row["tokens_share"], &of["token_share"]));
    }
    let wrong = orq().args(["--demo", "classifications | sum category_tokens_share"]).run();
    assert_eq!(wrong.code, 3, "shares of different wholes are not added: {}", wrong.stdout);
}

/// What cannot be computed from the rows is asked for, and a word that the API does not know is told before.
#[test]
fn filters_of_the_datasets_are_the_apis_own() {
    let window = "start_date=2026-02-12&end_date=2026-02-18";
    for arguments in ["category=coding", "subcategory=cli-agent", "category=creative subcategory=video-gen"] {
        let asked = arguments.replace(' ', "&");
        let answer = raw(&format!("/datasets/app-rankings?{window}&limit=100&{asked}"));
        let names: Vec<Value> =
            answer["data"].as_array().unwrap().iter().map(|row| json!({ "name": row["app_name"] })).collect();
        assert!((1..100).contains(&names.len()), "{arguments}");
        assert_eq!(rows(&format!("apps last 7d {arguments} | select name")), names, "{arguments}");
    }
    let models = |target: &str| -> Vec<Value> {
        let answer = raw(&format!("/datasets/rankings-daily?{window}{target}"))["data"].as_array().unwrap().clone();
        answer.iter().map(|row| json!({ "date": row["date"], "tokens": number(&row["total_tokens"]) as u64 })).collect()
    };
    let some = models("&modality=image&context_bucket=100K");
    assert_ne!(some, models(""));
    assert_eq!(rows("rankings last 7d modality=image context_bucket=100K | select date, tokens"), some);
    for (wrong, help, edit) in [
        ("apps category=codng", "did you mean `coding`?", Some("category=coding")),
        ("rankings modality=x", "modality is one of text, image, image_output, audio, tool_calling", None),
        ("rankings last 7d context_bucket=1k", "did you mean `1K`?", Some("context_bucket=1K")),
    ] {
        let run = orq().args(["--errors", "json", wrong]).run();
        assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{wrong}: {}", run.stderr);
        let report: Value = serde_json::from_str(&run.stderr).unwrap();
        let error = &report["errors"][0];
        assert_eq!((&error["code"], &error["help"]), (&json!("E0006"), &json!(help)));
        assert_eq!(error["edits"][0]["text"].as_str(), edit, "{wrong}");
    }
}

/// Fact 2: what is public takes an API key.
#[test]
fn fact_2_datasets_want_an_api_key() {
    let server = DemoServer::start(NOW, "");
    let ask = |query: &str| -> Orq { orq().args(["--base-url", &server.base_url, "--errors", "json", query]) };
    for query in PUBLIC {
        let run = ask(query).env("OPENROUTER_API_KEY", API_KEY).run();
        assert_eq!(run.code, 0, "{query}: {}", run.stderr);
        let run = ask(query).env("OPENROUTER_MANAGEMENT_KEY", MANAGEMENT_KEY).run();
        assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{query}");
        assert!(run.stderr.contains("E0502") && run.stderr.contains("needs an API key"), "{}", run.stderr);
        let run = ask(query).env("OPENROUTER_API_KEY", MANAGEMENT_KEY).run();
        assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{query}");
        assert!(run.stderr.contains("OPENROUTER_API_KEY"), "{query}: {}", run.stderr);
    }
}
