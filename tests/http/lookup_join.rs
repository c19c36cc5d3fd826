//! Joins with a source that is asked for each key: many at once through the cube where it has the columns (fact 22), the
//! others one by one (facts 27 and 28), and a word on each that is not found.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use orq::demo::base::Row;
use orq::diagnostics::{Code, Severity};
use orq::model::cube::Cubed;
use orq::model::route::Wishes;
use orq::session::CATALOG;
use serde_json::{Value, json};

use super::cube_kit::generations;
use super::quick::{Quick, calls, rows};
use crate::support::scripted::{Reply, Server};
use crate::support::{demo, orq};

const CUBE: &str = "/analytics/query";
const ONE: &str = "/generation";

/// Nano-USD, BYOK inside.
fn cost(row: &Row) -> i64 {
    row.credits() + row.byok_inference()
}

/// The dearest requests of the days, from the first on.
fn dearest(days: i64, count: usize) -> Vec<Row> {
    let mut all = generations(-days, -1);
    all.sort_by_key(|row| (std::cmp::Reverse(cost(row)), row.id()));
    assert!(all.len() > count);
    all.truncate(count);
    all
}

fn model(row: &Row) -> &str {
    row.endpoint.model.id.split(':').next().unwrap()
}

fn ids(rows: &[Row]) -> Vec<String> {
    rows.iter().map(Row::id).collect()
}

fn texts(rows: &[Value], column: &str) -> Vec<String> {
    rows.iter().map(|row| row[column].as_str().unwrap_or_else(|| panic!("{column} of {row}")).to_string()).collect()
}

/// Fact 22: twenty requests are found with a call for each further dimension, and none of them alone.
#[test]
fn fact_22_twenty_requests_take_four_calls() {
    let query = "analytics last 3d | group generation_id | sum cost | top 20 \
                 | join generation on generation_id == id | select id, model, provider, cost, latency, finish_reason";
    let answer = Quick::demo("").answer(query);
    assert_eq!(calls(&answer), [(CUBE.to_string(), 4)]);
    assert!(answer.warnings.is_empty());
    let found = rows(&answer);
    let expected = dearest(3, 20);
    assert_eq!(found.len(), 20);
    for (row, base) in found.iter().zip(&expected) {
        assert_eq!(row["id"], json!(base.id()));
        assert_eq!(row["model"], json!(model(base)));
        assert_eq!(row["provider"], json!(base.endpoint.provider));
        assert_eq!((row["cost"].as_f64().unwrap() * 1e9).round() as i64, cost(base));
        assert_eq!(row["latency"].as_f64().unwrap(), base.latency() as f64);
        assert_eq!(row["finish_reason"], json!(base.finish.name()));
    }
    // Somebody went away, which the cube calls `none` and a single request does not.
    assert!(expected.iter().any(|row| row.finish.name().is_none()));
}

/// The columns that the cube has of a request, too.
fn shared() -> Vec<&'static str> {
    let (many, one) = (CATALOG.source("generations").unwrap(), CATALOG.source("generation").unwrap());
    let of_both = many.columns.iter().filter(|def| one.column(def.name).is_some());
    let had = of_both.filter(|def| matches!(def.cubed, Some(Cubed::Of(_) | Cubed::Metric(_))));
    had.map(|def| def.name).collect()
}

/// Fact 22: whichever way a request is looked up, it is the same.
#[test]
fn both_ways_agree_in_every_column() {
    let columns = shared();
    assert!(columns.len() >= 17, "{columns:?}");
    let wishes = Wishes { most_calls: 1_000, ..Wishes::default() };
    let server = crate::support::DemoServer::start(crate::support::NOW, "");
    let mut quick = Quick::new(&server.base_url, wishes);
    let select = columns.join(", ");
    let many = quick.answer(&format!(
        "analytics yesterday | group generation_id | sum requests | join generation on generation_id == id \
         | sort id | select {select}"
    ));
    let all = generations(-1, -1);
    // A model that is listed no more has no other name than its lasting one there.
    let listed = all.iter().filter(|row| !row.endpoint.model.retired).count();
    let alone = calls(&many).iter().find(|(path, _)| path == ONE).map_or(0, |(_, count)| *count);
    assert_eq!(alone, all.len() - listed);
    let many = rows(&many);
    assert_eq!(many.len(), all.len());
    assert!(many.len() > 100);
    for row in &many {
        let one = quick.rows(&format!("generation {} | select {select}", row["id"].as_str().unwrap()));
        assert_eq!(one.len(), 1);
        for column in &columns {
            match (row[column].as_f64(), one[0][column].as_f64()) {
                (Some(a), Some(b)) => assert!((a - b).abs() < 1e-9, "{column} of {row}, not {}", one[0]),
                _ => assert_eq!(row[column], one[0][column], "{column} of {row}"),
            }
        }
    }
    // There was something to agree on.
    for column in &columns {
        let values: BTreeSet<String> = many.iter().map(|row| row[column].to_string()).collect();
        assert!(values.len() > 1, "{column} is the same everywhere");
    }
}

#[test]
fn a_retired_model_is_called_as_its_requests_call_it() {
    let query = "analytics last 30d | where model_permaslug == \"anthropic/claude-3-sonnet-20240229\" \
                 | group generation_id | sum cost | top 8 | join generation on generation_id == id | select id, model";
    let answer = Quick::demo("").answer(query);
    let found = rows(&answer);
    assert_eq!(found.len(), 8);
    assert!(found.iter().all(|row| row["model"] == "anthropic/claude-3-sonnet"), "{found:?}");
    assert_eq!(calls(&answer), [(CUBE.to_string(), 2), (ONE.to_string(), 8)]);
}

#[test]
fn what_the_cube_does_not_have_is_asked_for_one_by_one() {
    let answer = Quick::demo("").answer("generations yesterday | top 5 by cost | select id, user_agent, created_at");
    assert_eq!(calls(&answer), [(CUBE.to_string(), 1), (ONE.to_string(), 5)]);
    assert_eq!(answer.coverage.routes, ["analytics/query", "generation"]);
    for (row, base) in rows(&answer).iter().zip(dearest(1, 5)) {
        assert_eq!(row["id"], json!(base.id()));
        assert_eq!(row["user_agent"], json!(base.app.map(|app| app.user_agent)));
        let time: jiff::Timestamp = row["created_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(time.as_millisecond(), base.time());
    }
}

/// A few of the dearest requests of yesterday, the last two under ids that nobody has.
const HALF_KNOWN: &str = "analytics yesterday | group generation_id | sum cost | top 6 \
                          | derive id = if(cost > LIMIT, generation_id, concat(generation_id, \"-gone\"))";

fn half_known() -> (String, Vec<Row>) {
    let rows = dearest(1, 6);
    let limit = (cost(&rows[3]) + cost(&rows[4])) as f64 / 2e9;
    (HALF_KNOWN.replace("LIMIT", &limit.to_string()), rows)
}

#[test]
fn ids_that_are_not_found_are_told_and_left_out_by_join() {
    let (input, base) = half_known();
    let answer = Quick::demo("").answer(&format!("{input} | join generation on id | select id, provider"));
    assert_eq!(texts(&rows(&answer), "id"), ids(&base[..4]));
    let warning = answer.warnings.iter().find(|warning| warning.code == Code::E0605).unwrap();
    assert!(warning.message.starts_with("2 of 6 are not found by `generation`: gen-"), "{}", warning.message);
    for row in &base[4..] {
        assert!(warning.message.contains(&format!("{}-gone", row.id())), "{}", warning.message);
    }
    assert!(!answer.warnings.iter().any(|warning| warning.severity == Severity::Error));
}

#[test]
fn ids_that_are_not_found_are_rows_of_nulls_in_left_join() {
    let (input, base) = half_known();
    let answer = Quick::demo("").answer(&format!("{input} | left_join generation on id | select id, cost, provider"));
    let found = rows(&answer);
    assert_eq!(found.len(), 6);
    for (at, (row, base)) in found.iter().zip(&base).enumerate() {
        let provider = if at < 4 { json!(base.endpoint.provider) } else { json!(null) };
        assert_eq!(row["provider"], provider);
        assert_eq!((row["cost"].as_f64().unwrap() * 1e9).round() as i64, cost(base), "the left side's own");
    }
    assert_eq!(answer.warnings.len(), 1);
}

#[test]
fn a_column_that_both_sides_have_keeps_the_names_of_a_join() {
    let query = "analytics yesterday | group generation_id | sum cost | top 6 | join generation on generation_id == id";
    let found = Quick::demo("").rows(&format!("{query} | select cost, cost_right, same = cost == cost_right"));
    assert_eq!(found.len(), 6);
    assert!(found.iter().all(|row| row["same"] == true), "{found:?}");
}

#[test]
fn keys_that_are_null_are_asked_for_by_nobody() {
    let rows_of = dearest(1, 6);
    let limit = (cost(&rows_of[1]) + cost(&rows_of[2])) as f64 / 2e9;
    let input = format!(
        "analytics yesterday | group generation_id | sum cost | top 6 | derive id = if(cost > {limit}, generation_id, null)"
    );
    let inner = Quick::demo("").answer(&format!("{input} | join generation on id | select id, user_agent"));
    assert_eq!(calls(&inner), [(CUBE.to_string(), 1), (ONE.to_string(), 2)]);
    assert_eq!(texts(&rows(&inner), "id"), ids(&rows_of[..2]));
    let left =
        Quick::demo("").answer(&format!("{input} | left_join generation on id | select generation_id, provider"));
    let left = rows(&left);
    assert_eq!(texts(&left, "generation_id"), ids(&rows_of));
    assert!(left[2..].iter().all(|row| row["provider"].is_null()));
}

#[test]
fn no_rows_need_no_look_up() {
    let answer = Quick::demo("").answer("generations yesterday | where cost > 1e6 | select id, user_agent");
    assert_eq!((rows(&answer).len(), calls(&answer)), (0, vec![(CUBE.to_string(), 1)]));
    assert!(answer.warnings.is_empty());
}

/// Facts 27, 28 and 33: what is refused for a moment is asked for again, and nothing is lost.
#[test]
fn facts_27_and_28_troubles_that_pass_cost_nothing_but_calls() {
    let queries = [
        "generations yesterday | top 5 by cost | select id, user_agent, created_at",
        "analytics yesterday | group generation_id | sum cost | top 9 | join generation on generation_id == id | select id, provider",
    ];
    for query in queries {
        let whole = Quick::demo("").rows(query);
        assert!(whole.len() >= 5);
        for fault in ["404-then-200=2", "429=2,retry-after=0", "500=2", "502=1", "drop=1", "truncate=1"] {
            assert_eq!(Quick::demo(fault).rows(query), whole, "{fault}");
        }
    }
}

/// The cube gives three requests; of them, `gen-b` alone fails.
fn with_trouble(status: u16) -> Server {
    Server::new(move |seen, _| match (seen.path.as_str(), seen.param("id")) {
        (CUBE, _) => {
            let row = |(id, cost): (&str, f64)| json!({ "generation_id": id, "total_usage": cost });
            let rows: Vec<Value> = [("gen-a", 3.0), ("gen-b", 2.0), ("gen-c", 1.0)].into_iter().map(row).collect();
            Reply::data(json!({ "data": rows, "metadata": { "row_count": 3, "truncated": false } }))
        }
        (ONE, Some("gen-b")) => Reply::error(status, "Overloaded"),
        (ONE, Some(id)) => Reply::data(json!({ "id": id, "user_agent": format!("agent of {id}") })),
        _ => Reply::error(404, "Not Found"),
    })
}

const WITH_AGENTS: &str = "generations yesterday | top 3 by cost | select id, user_agent";

#[test]
fn a_look_up_that_fails_is_an_error() {
    for status in [500, 429, 529] {
        let run = with_trouble(status).orq(["--retries", "0", WITH_AGENTS]).run();
        assert_eq!((run.code, run.stdout.as_str()), (4, ""));
        let told = run.told();
        assert!(told.contains("E0504") && told.contains("GET /generation?id=gen-b"), "{told}");
        assert!(told.contains("`--allow-partial` gives the rows that can be had"), "{told}");
    }
}

#[test]
fn a_part_is_given_where_it_is_allowed_and_named() {
    let server = with_trouble(500);
    let run = server.orq(["--retries", "0", "--allow-partial", "-f", "envelope", WITH_AGENTS]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let envelope: Value = serde_json::from_str(&run.stdout).unwrap();
    let expected = json!([
        { "id": "gen-a", "user_agent": "agent of gen-a" },
        { "id": "gen-b", "user_agent": null },
        { "id": "gen-c", "user_agent": "agent of gen-c" },
    ]);
    assert_eq!(envelope["rows"], expected);
    let warnings = envelope["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0]["code"], "E0504");
    assert!(warnings[0]["message"].as_str().unwrap().starts_with("1 of 3 could not be looked up: gen-b;"));
}

/// The cube gives six requests, and answers no further question.
fn with_one_answer(status: u16) -> Server {
    Server::new(move |seen, nth| match (seen.path.as_str(), seen.param("id")) {
        (CUBE, _) if nth == 0 => {
            let row = |nth: usize| json!({ "generation_id": format!("gen-{nth}"), "total_usage": 9 - nth });
            let rows: Vec<Value> = (0..6).map(row).collect();
            Reply::data(json!({ "data": rows, "metadata": { "row_count": 6, "truncated": false } }))
        }
        (CUBE, _) => Reply::error(status, "Not for you"),
        (ONE, Some(id)) => Reply::data(json!({ "id": id, "provider_name": format!("provider of {id}") })),
        _ => Reply::error(404, "Not Found"),
    })
}

const WITH_PROVIDERS: &str = "analytics yesterday | group generation_id | sum cost | top 6 \
                              | left_join generation on generation_id == id | select generation_id, provider";

#[test]
fn a_key_that_the_cube_refuses_may_ask_for_single_requests() {
    let server = with_one_answer(403);
    let rows = server.rows(WITH_PROVIDERS);
    assert_eq!(rows.len(), 6);
    assert_eq!(rows[5], json!({ "generation_id": "gen-5", "provider": "provider of gen-5" }));
    assert_eq!(server.targets().iter().filter(|target| target.starts_with("/generation?id=gen-")).count(), 6);
}

#[test]
fn many_keys_whose_call_fails_are_an_error_or_a_part() {
    let run = with_one_answer(500).orq(["--retries", "0", WITH_PROVIDERS]).run();
    assert_eq!((run.code, run.stdout.as_str()), (4, ""));
    assert!(run.told().contains("E0504"), "{}", run.stderr);
    let server = with_one_answer(500);
    let part = server.orq(["--retries", "0", "--allow-partial", "-f", "json", WITH_PROVIDERS]).run();
    let rows: Vec<Value> = serde_json::from_str(&part.stdout).unwrap();
    assert_eq!(rows.len(), 6);
    assert!(rows.iter().all(|row| row["provider"].is_null()));
    assert!(part.told().contains("6 of 6 could not be looked up: gen-0, gen-1, gen-2, …"), "{}", part.stderr);
    assert!(!server.targets().iter().any(|target| target.starts_with(ONE)));
}

#[test]
fn raw_answers_have_those_of_look_ups() {
    let run = orq().args(["--demo", "--raw", WITH_AGENTS]).run();
    let pages = serde_json::Deserializer::from_str(&run.stdout).into_iter::<Value>();
    let pages: Vec<Value> = pages.map(Result::unwrap).collect();
    assert_eq!(pages.len(), 4);
    assert!(pages[1..].iter().all(|page| page["data"]["provider_responses"].is_array()));
}

/// The error of the part that is allowed is not for what can never be answered.
#[test]
fn a_key_that_is_not_accepted_is_an_error_whatever_is_allowed() {
    let run = with_trouble(401).orq(["--allow-partial", WITH_AGENTS]).run();
    assert_eq!(run.code, 4);
    assert!(run.told().contains("E0501"), "{}", run.stderr);
}

#[test]
fn a_look_up_that_takes_too_many_calls_is_not_begun() {
    let all = generations(-1, -1).len();
    assert!(all > 60);
    let server = crate::support::DemoServer::start(crate::support::NOW, "");
    let query = "generations yesterday | select id, user_agent";
    let error = Quick::new(&server.base_url, Wishes::default()).error(query);
    assert_eq!(error.code, Code::E0603);
    assert_eq!(
        error.message,
        format!("looking up each `id` takes {all} calls more, {} in all, and 60 are allowed", all + 1)
    );
    assert!(error.help.unwrap().contains(&format!("`--max-calls {}`", all + 1)));
    // As many as the help says are enough.
    let mut enough = Quick::new(&server.base_url, Wishes { most_calls: all + 1, ..Wishes::default() });
    assert_eq!(enough.rows(query).len(), all);
}

/// Fact 22: more ids than one call takes are asked for in several.
#[test]
fn fact_22_hundreds_of_ids_go_into_one_call() {
    let all = generations(-5, -1);
    assert!(all.len() > 500 && all.len() < 1_000);
    let query = "analytics last 5d | group generation_id | sum cost | join generation on generation_id == id \
                 | group provider | count, sum latency";
    let answer = Quick::demo("").answer(query);
    assert_eq!(calls(&answer), [(CUBE.to_string(), 3)]);
    let found = rows(&answer);
    let providers: BTreeSet<&str> = all.iter().map(|row| row.endpoint.provider).collect();
    assert_eq!(found.len(), providers.len());
    for row in found {
        let of: Vec<&Row> = all.iter().filter(|base| row["provider"] == json!(base.endpoint.provider)).collect();
        assert_eq!(row["count"], json!(of.len()));
        assert_eq!(row["latency"].as_f64().unwrap(), of.iter().map(|row| row.latency() as f64).sum::<f64>());
    }
}

#[test]
fn other_sources_that_want_an_argument_are_asked_for_each_too() {
    let mut quick = Quick::demo("");
    let query = "generations yesterday | top 2 by cost | join content on id | select id, prompt";
    let answer = quick.answer(query);
    assert_eq!(calls(&answer), [(CUBE.to_string(), 1), ("/generation/content".to_string(), 2)]);
    assert_eq!(texts(&rows(&answer), "id"), ids(&dearest(1, 2)));
    let private = answer.warnings.iter().filter(|warning| warning.message.contains("may be private")).count();
    assert_eq!(private, 1);
    let query = "activity yesterday | where model in (\"openai/gpt-5.2\", \"openai/gpt-4.1\") | distinct model \
                 | join endpoints on model | group model | count";
    for row in quick.rows(query) {
        let listed = quick.rows(&format!("endpoints {} | count", row["model"].as_str().unwrap()));
        assert_eq!(row["count"], listed[0]["count"]);
    }
}

#[test]
fn several_look_ups_of_one_pipeline_are_made_from_the_inside_out() {
    let query = "generations yesterday | top 3 by cost | join content on id | select id, prompt, user_agent \
                 | join (generations yesterday | top 2 by cost | select id, created_at) on id";
    let answer = Quick::demo("").answer(query);
    assert_eq!(texts(&rows(&answer), "id"), ids(&dearest(1, 2)));
    assert!(rows(&answer).iter().all(|row| row["created_at"].is_string() && row["prompt"].is_string()));
}

#[test]
fn what_is_saved_before_a_look_up_is_written_once() {
    let directory = tempfile::tempdir().unwrap();
    let query =
        "generations yesterday | top 2 by cost | save \"two.csv\" | left_join content on id | select id, prompt";
    let run = orq().args(["--demo", query]).cwd(directory.path()).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let written = std::fs::read_to_string(directory.path().join("two.csv")).unwrap();
    assert_eq!(written.lines().count(), 3);
}

/// Ids come from anywhere: what they hold stays an argument.
#[test]
fn an_id_is_never_more_than_an_argument() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let server = {
        let seen = Arc::clone(&seen);
        Server::new(move |request, _| {
            if request.path == CUBE {
                let row = json!({ "generation_id": "gen-1&id=x#/../keys", "request_count": "1" });
                return Reply::data(json!({ "data": [row], "metadata": { "row_count": 1, "truncated": false } }));
            }
            seen.lock().unwrap().push(request.target());
            Reply::data(json!({ "id": "gen-1", "user_agent": "me" }))
        })
    };
    let rows = server.rows("generations yesterday | select id, user_agent");
    assert_eq!(rows, [json!({ "id": "gen-1&id=x#/../keys", "user_agent": "me" })]);
    assert_eq!(*seen.lock().unwrap(), ["/generation?id=gen-1%26id%3Dx%23%2F..%2Fkeys"]);
}

#[test]
fn explain_shows_how_keys_are_asked_for_and_how_many_calls_that_takes() {
    let query = "explain analytics last 3d | group generation_id | sum cost | top 20 \
                 | join generation on generation_id == id | select id, model, provider, cost";
    let run = demo(query);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let shown = run.stdout;
    assert!(shown.contains("\"value\":[\"<each generation_id>\"]"), "{shown}");
    assert_eq!(shown.matches("POST /analytics/query  (many at once)").count(), 2, "{shown}");
    assert!(shown.contains("GET /generation?id=<each generation_id>"), "{shown}");
    assert!(shown.contains("1 to 23 calls for data; `--max-calls` allows 60"), "{shown}");
    assert!(shown.contains("lasting names of models"), "{shown}");
    let open = demo("explain generations yesterday | select id, user_agent").stdout;
    assert!(open.contains("GET /generation?id=<each id>  (one each)"), "{open}");
    assert!(open.contains("1 or more calls for data"), "{open}");
    let few = demo("explain generations yesterday | top 2 by cost | select id, user_agent").stdout;
    assert!(few.contains("1 to 3 calls for data"), "{few}");
}
