//! The planner's decisions, one by one: what the cube is asked for, what is looked at here, and what is refused.

use orq::diagnostics::{Code, Diagnostic};
use orq::model::frame::Answer;
use orq::model::request::CallKind;
use orq::model::route::{Partial, Pushdown, Wishes};
use orq::model::value::Value;
use orq::session::Output;

use crate::support::inside::{Inside, planner};
use crate::support::{DemoServer, NOW};

/// A session of its own, under these knobs.
fn under(knobs: &str) -> Inside {
    Inside::on(&DemoServer::start(NOW, knobs), NOW, Wishes::default())
}

fn wishing(knobs: &str, wishes: Wishes) -> Inside {
    Inside::on(&DemoServer::start(NOW, knobs), NOW, wishes)
}

/// The plan, as `explain` shows it.
fn plan(query: &str) -> String {
    let plans = planner(NOW).explain(query).unwrap_or_else(|errors| panic!("{query}\n{errors:#?}"));
    plans.concat()
}

/// The bodies that the cube is asked with at first.
fn bodies(query: &str) -> Vec<serde_json::Value> {
    let plan = plan(query);
    let lines = plan.lines().map(str::trim).filter(|line| line.starts_with("{\"metrics\""));
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn body(query: &str) -> serde_json::Value {
    let bodies = bodies(query);
    assert_eq!(bodies.len(), 1, "{query}\n{}", plan(query));
    bodies[0].clone()
}

/// Calls for data.
fn calls(answer: &Answer) -> usize {
    answer.coverage.calls.iter().filter(|call| call.kind == CallKind::Data).count()
}

fn refused(inside: &mut Inside, query: &str) -> Diagnostic {
    let outcome = inside.run(query);
    let error = outcome.diagnostics.into_iter().find(Diagnostic::is_error);
    error.unwrap_or_else(|| panic!("{query} was answered"))
}

fn rows(answer: &Answer) -> Vec<Vec<Value>> {
    answer.frame.rows().map(|row| row.into_iter().cloned().collect()).collect()
}

fn number(answer: &Answer) -> f64 {
    let rows = rows(answer);
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows[0].last().unwrap().number().unwrap()
}

fn warnings(answer: &Answer) -> String {
    answer.warnings.iter().map(|warning| warning.message.clone() + "\n").collect()
}

#[test]
fn a_range_of_months_by_model_is_one_call() {
    let now = "2026-11-22T12:00:00Z";
    let mut inside = Inside::on(&DemoServer::start(now, ""), now, Wishes::default());
    let answer = inside.answer("activity from 2026-02-01 | group model | sum cost | top 5");
    assert_eq!((calls(&answer), answer.frame.height()), (1, 5));
    assert_eq!(answer.coverage.routes, ["analytics/query"]);
    assert!(answer.coverage.missing.is_empty());
}

#[test]
fn thirty_days_of_activity_are_one_call_whatever_is_asked() {
    let mut inside = under("");
    for stages in [
        "group model | sum cost | top 5",
        "group provider, date | sum cost, tokens",
        "group endpoint | p90 cost",
        "where provider == \"OpenAI\" | group week(date), author | sum cost, count_distinct model",
        "group workspace, model | sum cost",
        "where key == \"batch\" | group date | sum cost",
        "where user == \"Ada Okafor\" | sum cost",
        "where workspace == \"Research\" | group model | sum requests",
        "sum cost, sum tokens where variant is null as plain",
    ] {
        let answer = inside.answer(&format!("activity last 30d | {stages}"));
        assert_eq!(calls(&answer), 1, "{stages}");
        assert_eq!(answer.coverage.routes, ["activity"], "{stages}");
    }
    for stages in ["group key | sum cost", "group user | sum cost", "group key, model | sum cost | top 3"] {
        let answer = inside.answer(&format!("activity last 30d | {stages}"));
        assert_eq!(
            (calls(&answer), answer.coverage.routes.as_slice()),
            (1, ["analytics/query".to_string()].as_slice())
        );
    }
}

#[test]
fn the_first_rows_by_a_lasting_name_are_asked_for_and_more_for_ties() {
    for (rows, limit) in [(5, 100), (39, 100), (60, 140), (4_000, 8_020)] {
        let body = body(&format!("analytics last 7d | group generation_id | sum cost | top {rows}"));
        assert_eq!(body["limit"], limit, "top {rows}");
        assert_eq!(body["order_by"], serde_json::json!({ "field": "total_usage", "direction": "desc" }));
    }
    assert_eq!(body("analytics last 7d | group provider | sum cost | bottom 3")["order_by"]["direction"], "asc");
}

#[test]
fn an_order_of_names_that_merge_or_of_what_may_be_null_is_made_here() {
    for stages in [
        "group model | sum cost | top 5",
        "group key | sum cost | top 5",
        "group user | sum cost | top 5",
        "group app | sum cost | top 5",
        "group provider, day(time) | sum cost | top 5",
        "group provider | sum usage_cache | top 5",
        "group provider | p50 latency | top 5",
        "where app == \"Cline\" | group provider | sum cost | top 5",
        "group provider | sum cost, count_distinct model | top 5",
        "group provider | sum cost | where cost > 1 | top 5",
        "group provider | sum cost | sort provider | limit 5",
    ] {
        for body in bodies(&format!("analytics last 7d | {stages}")) {
            assert!(body.get("order_by").is_none() && body["limit"] == 10_000, "{stages}: {body}");
        }
    }
    // Other tables have the percentiles: their rows are all asked for, and so are those of the sums.
    for body in bodies("analytics last 7d | group model_permaslug | sum cost, p50 latency | top 5") {
        assert!(body.get("order_by").is_none(), "{body}");
    }
}

/// Of requests that each count for one, no hundred tell where the tie ends.
#[test]
fn a_tie_at_the_last_rank_is_asked_for_as_a_whole() {
    let mut inside = under("shuffled-ties");
    let tied = inside.answer("analytics yesterday | group generation_id | sum requests | top 5");
    assert_eq!((calls(&tied), tied.frame.height()), (2, 5));
    let mut plain = wishing("", Wishes { pushdown: Pushdown::Off, ..Wishes::default() });
    let whole = plain.answer("analytics yesterday | group generation_id | sum requests | top 5");
    assert_eq!(rows(&tied), rows(&whole), "ties are for the first names");
    let clear = inside.answer("analytics yesterday | group generation_id | sum cost | top 5");
    assert_eq!(calls(&clear), 1);
    let whole = plain.answer("analytics yesterday | group generation_id | sum cost | top 5");
    assert_eq!(rows(&clear), rows(&whole));
}

#[test]
fn negations_are_asked_for_of_keys_and_users_alone_and_say_what_becomes_of_the_unset() {
    let filters =
        |stage: &str| body(&format!("analytics last 7d | where {stage} | group model | sum cost"))["filters"].clone();
    assert_eq!(filters("key != \"batch\"")[0]["operator"], "not_in");
    assert_eq!(filters("key != \"batch\"")[0]["include_unset"], false);
    assert_eq!(filters("user not in (\"Ada Okafor\")")[0]["include_unset"], false);
    for stage in [
        "provider != \"OpenAI\"",
        "variant != \"free\"",
        "model not in (\"openai/gpt-4o\")",
        "workspace != \"Research\"",
        "app == \"Cline\"",
        "key is null",
        "key is not null",
        "variant is null",
        "provider ~ \"^O\"",
        "lower(provider) == \"openai\"",
        "provider == \"OpenAI\" or model == \"openai/gpt-4o\"",
    ] {
        assert!(filters(stage).is_null(), "{stage}");
    }
    let either = filters("provider == \"OpenAI\" or provider == \"Azure\"");
    assert_eq!(either[0], serde_json::json!({ "field": "provider", "operator": "in", "value": ["OpenAI", "Azure"] }));
}

#[test]
fn a_negation_leaves_out_what_has_no_value_or_no_name() {
    let mut inside = under("");
    for column in ["key", "user"] {
        let name = if column == "key" { "batch" } else { "Ada Okafor" };
        let negated =
            number(&inside.answer(&format!("analytics last 7d | where {column} != \"{name}\" | sum requests")));
        let here = inside.answer(&format!(
            "analytics last 7d | group {column} | sum requests | where {column} != \"{name}\" | sum requests"
        ));
        assert_eq!(negated, number(&here), "{column}");
        let rest = format!("analytics last 7d | where {column} is null | sum requests");
        assert!(number(&inside.answer(&rest)) > 0.0, "some have no {column}");
    }
}

#[test]
fn without_pushdown_only_ids_and_what_percentiles_need_are_asked_for() {
    let mut on = under("");
    let off = Wishes { pushdown: Pushdown::Off, ..Wishes::default() };
    let mut off = wishing("", off);
    for query in [
        "analytics last 7d | where provider == \"OpenAI\" | group model_permaslug | sum cost | top 3",
        "analytics last 7d | where key == \"batch\" | group model | sum cost",
        "analytics last 7d | where provider == \"OpenAI\" | group model | p90 latency",
        "analytics last 40d | where finish_reason == \"length\" | group week(time) | sum requests",
    ] {
        assert_eq!(rows(&on.answer(query)), rows(&off.answer(query)), "{query}");
    }
}

#[test]
fn a_week_of_a_percentile_is_one_call_from_its_monday() {
    let spans = |query: &str| -> Vec<(String, String)> {
        let day = |body: &serde_json::Value, end: &str| body["time_range"][end].as_str().unwrap()[..10].to_string();
        bodies(query).iter().map(|body| (day(body, "start"), day(body, "end"))).collect()
    };
    let text = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect()
    };
    assert_eq!(
        spans("analytics from 2026-01-26 to 2026-02-10 | group week(time) | p90 latency"),
        text(&[("2026-01-26", "2026-02-01"), ("2026-02-02", "2026-02-08"), ("2026-02-09", "2026-02-10")])
    );
    assert!(
        bodies("analytics last 2w | group week(time) | p90 latency")
            .iter()
            .all(|body| body.get("granularity").is_none())
    );
    // Sums beside them are one call.
    assert_eq!(bodies("analytics last 2w | group week(time) | p90 latency, sum cost").len(), 3);
    // Sums of weeks are made of days: the API's weeks start on Sunday (fact 24).
    assert_eq!(body("analytics last 2w | group week(time) | sum cost")["granularity"], "day");
    assert_eq!(body("analytics last month | group month(time) | sum cost")["granularity"], "month");
    assert_eq!(body("analytics last 40d | group month(time) | sum cost")["granularity"], "day");
}

#[test]
fn metrics_of_31_days_do_not_stand_beside_those_of_a_year() {
    let bodies_of = bodies("analytics last 7d | group model | sum cost, p50 latency");
    let metrics: Vec<_> = bodies_of.iter().map(|body| body["metrics"].clone()).collect();
    assert_eq!(metrics, [serde_json::json!(["total_usage"]), serde_json::json!(["p50_latency"])]);
    // A dimension of 31 days reads the other tables anyway.
    assert_eq!(bodies("analytics last 7d | group provider | sum cost, p50 latency").len(), 1);
}

#[test]
fn bounds_that_are_not_midnight_are_counted_by_the_hour() {
    let clocked = body("analytics from 2026-02-10T06:00:00Z to 2026-02-12T18:00:00Z | group model | sum cost");
    assert_eq!(clocked["granularity"], "hour");
    assert_eq!(clocked["time_range"]["end"], "2026-02-12T18:00:00Z");
    let days = body("analytics from 2026-02-10 to 2026-02-12 | group model | sum cost");
    assert!(days.get("granularity").is_none());
    // Whole days are counted whatever the clock says (fact 19): the end lies within the last of them.
    assert_eq!(days["time_range"]["end"], "2026-02-12T23:59:59Z");
}

#[test]
fn old_days_of_single_requests_are_compared_with_a_count_of_a_year() {
    let (mut kept, mut lost) = (under(""), under("raw-retention"));
    for query in [
        "activity last 40d | group provider | sum cost",
        "activity last 40d | where provider == \"OpenAI\" | group model | sum cost",
        "analytics from 2026-01-10 to 2026-01-25 | agg p50(latency)",
        "analytics from 2026-01-10 to 2026-01-25 | group model | sum guardrail_invoked_count, cost",
        "analytics from 2026-01-05T06:00:00Z to 2026-01-07T18:00:00Z | sum cost",
        "analytics from 2026-01-10 to 2026-01-25 | group hour(time) | sum cost",
        "analytics from 2026-01-10 to 2026-01-25 | group finish_reason, model, provider | sum cost",
        "analytics from 2026-01-16 to 2026-01-22 | group week(time) | p90 throughput",
    ] {
        let answer = kept.answer(query);
        assert!(answer.frame.height() > 0, "{query}");
        let error = refused(&mut lost, query);
        assert!(matches!(error.code, Code::E0601 | Code::E0604), "{query}\n{error:#?}");
        assert!(error.message.contains("2026-01") || error.message.contains("2025-12"), "{}", error.message);
    }
    // What is kept by the day for a year needs no control, and neither do 31 days.
    for query in ["activity last 300d | group model | sum cost", "analytics last 31d | group provider | sum cost"] {
        assert_eq!(rows(&kept.answer(query)), rows(&lost.answer(query)), "{query}");
        assert_eq!(calls(&kept.answer(query)), 1, "{query}");
    }
}

/// The rows that are not asked for are no loss.
#[test]
fn the_first_rows_of_old_days_are_compared_with_a_count_of_all() {
    let query = "analytics from 2026-01-18 to 2026-01-20 | group session_id | sum cost, requests | top 3";
    let (mut kept, mut plain) = (under(""), wishing("", Wishes { pushdown: Pushdown::Off, ..Wishes::default() }));
    assert!(bodies(query).iter().any(|body| body["limit"] == 100), "{}", plan(query));
    assert_eq!(rows(&kept.answer(query)), rows(&plain.answer(query)));
    assert!(matches!(refused(&mut under("raw-retention"), query).code, Code::E0601 | Code::E0604));
}

#[test]
fn old_days_that_are_not_kept_are_left_out_where_that_is_allowed_and_named() {
    let mut partial = wishing("raw-retention", Wishes { partial: Partial::Allowed, ..Wishes::default() });
    let answer = partial.answer("activity last 62d | group provider | sum cost");
    let missing: Vec<String> = answer.coverage.missing.iter().map(ToString::to_string).collect();
    assert_eq!(missing, ["2025-12-19 to 2026-01-18"]);
    assert!(warnings(&answer).contains("2025-12-19 to 2026-01-18"), "{}", warnings(&answer));
    let recent = under("").answer("activity last 31d | group provider | sum cost");
    assert_eq!(rows(&answer), rows(&recent));
}

#[test]
fn three_and_four_dimensions_are_split_by_one_of_them_and_its_parts_meet_their_total() {
    let mut inside = under("");
    for keys in
        ["provider, finish_reason, data_region", "model, workspace, user", "origin, data_region, skin, streamed"]
    {
        let all = inside.answer(&format!("analytics last 7d | group {keys} | sum cost, requests"));
        assert!(calls(&all) > 2, "{keys}");
        let sum: f64 = rows(&all).iter().map(|row| row.last().unwrap().number().unwrap()).sum();
        let whole = number(&inside.answer("analytics last 7d | sum requests"));
        assert_eq!(sum, whole, "{keys}");
    }
    let error = refused(
        &mut under("unflagged-cut"),
        "analytics last 7d | group provider, finish_reason, data_region | sum cost",
    );
    assert_eq!(error.code, Code::E0604);
}

/// A key that is gone and has the name of another is among the rest, hour by hour: all is there, and nobody's name is sure.
#[test]
fn parts_whose_names_are_not_their_own_are_refused() {
    let mut inside = under("");
    let query = "analytics last 6h | where external_user starts_with \"cus\" or session_id == \"x\" | group data_region, key | sum cost";
    let error = refused(&mut inside, query);
    assert_eq!(error.code, Code::E0602, "{error:#?}");
    assert!(error.message.contains("api_key_id") && error.help.unwrap().contains("leave one"), "{}", error.message);
}

/// Requests without a key are what no key has: one call asks for them along with nothing else.
#[test]
fn what_no_name_is_for_is_asked_for_as_the_rest() {
    let mut inside = Inside::on(&DemoServer::start(NOW, ""), NOW, Wishes { most_calls: 200, ..Wishes::default() });
    let query = "analytics yesterday | group key, session_id, external_user | sum requests";
    let outcome = inside.run(query);
    if let Some(Output::Table { answer, .. }) = outcome.outputs.first() {
        let sum: f64 = rows(answer).iter().map(|row| row.last().unwrap().number().unwrap()).sum();
        assert_eq!(sum, number(&inside.answer("analytics yesterday | sum requests")));
        assert!(rows(answer).iter().any(|row| row[0] == Value::Null));
    } else {
        let error = outcome.diagnostics.into_iter().find(Diagnostic::is_error).unwrap();
        // Two of one name, one of which is gone, cannot be told apart.
        assert_eq!(error.code, Code::E0602, "{error:#?}");
        assert!(error.message.contains("session_id") && error.help.unwrap().contains("api_key_id"));
    }
}

#[test]
fn rows_that_are_cut_off_are_asked_for_in_parts() {
    let (mut capped, mut whole) = (under("row-cap"), under(""));
    for query in [
        "analytics last 7d | group model, day(time) | sum cost",
        "activity last 40d | group user, model | sum cost",
        "analytics last 3d | group provider, hour(time) | p90 latency",
        "activity last 90d | where provider == \"OpenAI\" | group model | sum cost",
    ] {
        let mut generous =
            Inside::on(&DemoServer::start(NOW, "row-cap"), NOW, Wishes { most_calls: 400, ..Wishes::default() });
        let few = generous.answer(query);
        assert_eq!(rows(&few), rows(&whole.answer(query)), "{query}");
        assert!(calls(&few) > 2, "{query}");
    }
    let error = refused(&mut capped, "activity last 365d | group model, key, date | sum cost");
    assert_eq!(error.code, Code::E0603, "{error:#?}");
    assert!(error.help.unwrap().contains("--max-calls"));
}

#[test]
fn more_calls_than_are_allowed_are_refused_before_the_first() {
    let mut few = wishing("", Wishes { most_calls: 3, ..Wishes::default() });
    let error = refused(&mut few, "analytics last 200d | group provider | sum cost");
    assert_eq!(error.code, Code::E0603);
    assert!(error.help.as_deref().is_some_and(|help| help.contains("--max-calls 8")), "{error:#?}");
    assert_eq!(calls(&few.answer("analytics yesterday | sum cost")), 1, "nothing was sent before");
}

#[test]
fn buckets_that_the_range_cuts_are_named() {
    let mut inside = under("");
    for source in ["activity", "analytics"] {
        let time = if source == "activity" { "date" } else { "time" };
        let cut = inside.answer(&format!("{source} from 2026-01-28 to 2026-02-10 | group week({time}) | sum cost"));
        assert!(warnings(&cut).contains("the first and the last week are cut"), "{}", warnings(&cut));
        let first = inside.answer(&format!("{source} from 2026-01-28 to 2026-02-08 | group week({time}) | sum cost"));
        assert!(warnings(&first).contains("the first week is cut"), "{}", warnings(&first));
        let whole = inside.answer(&format!("{source} last 2w | group week({time}) | sum cost"));
        assert_eq!(warnings(&whole), "");
    }
}

#[test]
fn a_day_that_is_not_over_is_marked() {
    let mut inside = under("");
    for query in [
        "activity today | sum cost",
        "activity from 2026-02-10 to today | group date | sum cost",
        "analytics today | sum cost",
    ] {
        assert!(warnings(&inside.answer(query)).contains("2026-02-19 is not over"), "{query}");
    }
    assert_eq!(warnings(&inside.answer("activity last 7d | sum cost")), "");
}

#[test]
fn a_day_that_activity_does_not_have_yet_is_had_from_the_cube() {
    let (mut late, mut whole) = (under("lagging-activity"), under(""));
    for query in ["activity last 7d | group model | sum cost", "activity yesterday | group provider | sum cost, tokens"]
    {
        let answer = late.answer(query);
        assert_eq!(answer.coverage.routes, ["analytics/query"], "{query}");
        let expected = whole.answer(query);
        assert_eq!(expected.coverage.routes, ["activity"]);
        let names = |answer: &Answer| -> Vec<Value> { rows(answer).iter().map(|row| row[0].clone()).collect() };
        assert_eq!(answer.frame.height(), expected.frame.height(), "{query}");
        assert!(names(&answer).iter().any(|name| names(&expected).contains(name)));
        let sum = |answer: &Answer| rows(answer).iter().map(|row| row[1].number().unwrap()).sum::<f64>();
        assert!((sum(&answer) - sum(&expected)).abs() < 1e-6, "{query}");
    }
    // Single rows are not to be had elsewhere: the day is named.
    let error = refused(&mut late, "activity last 7d | p90 cost");
    assert_eq!(error.code, Code::E0601);
    assert!(error.message.contains("2026-02-18") && error.help.unwrap().contains("2026-02-12 to 2026-02-17"));
}

/// A day on which nothing was used is looked at once, and no more is said of it.
#[test]
fn a_silent_day_is_checked_once() {
    let mut inside = under("");
    let answer = inside.answer("activity yesterday | where key == \"scratch\" | sum cost");
    let lookups = answer.coverage.calls.iter().filter(|call| call.path == "/analytics/query").count();
    assert_eq!((lookups, calls(&answer), number(&answer)), (1, 1, 0.0));
    assert_eq!(warnings(&answer), "");
}

#[test]
fn what_cannot_be_had_is_named_with_what_can() {
    let mut inside = under("");
    for (query, code, message, help) in [
        ("activity last 60d | p90 cost", Code::E0601, "2025-12-21 to 2026-01-19", "from 2026-01-20 to 2026-02-18"),
        ("activity today | count()", Code::E0601, "2026-02-19", "can be had"),
        ("activity last 60d | group endpoint | sum cost", Code::E0601, "endpoint", "from 2026-01-20 to 2026-02-18"),
        ("activity last 400d | sum cost", Code::E0601, "2025-01-15 to 2025-02-18", "from 2025-02-19 to 2026-02-18"),
        ("activity | group key, endpoint | sum cost", Code::E0602, "key", "where key"),
        ("analytics last 7d | group author | p50 latency", Code::E0602, "author", "model"),
        ("analytics last 7d | where app == \"Cline\" | p50 latency", Code::E0602, "app", "group by it"),
        ("analytics last 90d | group quarter(time) | p50 latency", Code::E0602, "quarter", "month"),
        ("analytics last 7d | where key == \"ci\" | sum cost", Code::E0109, "ci", "key_hash"),
    ] {
        let error = refused(&mut inside, query);
        assert_eq!(error.code, code, "{query}\n{error:#?}");
        assert!(error.message.contains(message), "{query}: {}", error.message);
        assert!(error.help.as_deref().unwrap_or_default().contains(help), "{query}: {:?}", error.help);
    }
}

#[test]
fn a_key_called_like_no_key_is_not_taken_for_none() {
    let mut inside = under("chatroom-key");
    let error = refused(&mut inside, "analytics last 7d | group key | sum cost");
    assert_eq!(error.code, Code::E0109);
    let answer = inside.answer("analytics last 7d | group model | sum cost");
    assert!(answer.frame.height() > 5);
}

#[test]
fn requests_of_no_workspace_are_null() {
    let mut inside = under("unattributed");
    let answer = inside.answer("analytics last 7d | group workspace | sum requests");
    let names: Vec<Value> = rows(&answer).iter().map(|row| row[0].clone()).collect();
    assert_eq!(names, [Value::Text("Production".to_string()), Value::Text("Research".to_string()), Value::Null]);
}

/// The cube adds a count and a sum of a year to a percentile of 31 days without asking each week for them.
#[test]
fn members_without_a_name_are_told_apart_by_their_addresses() {
    let mut inside = under("");
    let answer = inside.answer("analytics last 7d | group user_email, user | sum requests");
    let nameless: Vec<Vec<Value>> = rows(&answer).into_iter().filter(|row| row[1] == Value::Null).collect();
    let addresses: Vec<&Value> = nameless.iter().map(|row| &row[0]).collect();
    assert!(addresses.contains(&&Value::Text("contractor-7@demo.example".to_string())), "{addresses:?}");
    assert!(addresses.contains(&&Value::Text("lab-guest@demo.example".to_string())), "{addresses:?}");
    let speed = inside.answer("analytics last 7d | group user_email | p50 latency");
    assert!(speed.frame.height() >= 12);
}

#[test]
fn two_aggregates_that_are_alike_are_both_given() {
    let mut inside = under("");
    let answer =
        inside.answer("activity last 3d | where model == \"openai/gpt-5.2\" | agg a = sum(cost), b = sum(cost)");
    let rows = rows(&answer);
    assert_eq!(rows[0][0], rows[0][1]);
}

/// Ids come back as names: only a filter of plain values can be seen to be heeded, and only where there is room for its
/// dimension, or it is a key.
#[test]
fn a_filter_that_is_not_heeded_is_noticed_where_it_can_be_seen() {
    let mut inside = under("ignored-filter");
    for stages in [
        "where provider == \"OpenAI\" | sum cost",
        "where provider == \"OpenAI\" | group model | sum cost, requests",
        "where provider == \"OpenAI\" | group week(time), key | sum cost",
        "where variant == \"free\" | group user | sum requests",
        "where finish_reason == \"length\" | group provider | p50 latency",
        "where provider in (\"OpenAI\", \"Azure\") | group provider | sum cost",
        "where model == \"openai/gpt-5.2\" | group model | sum cost",
    ] {
        let error = refused(&mut inside, &format!("analytics last 7d | {stages}"));
        assert_eq!(error.code, Code::E0604, "{stages}");
    }
    let mut heeded = under("");
    let one = heeded.answer("analytics last 7d | where provider == \"OpenAI\" | group model | sum requests");
    let both = heeded.answer("analytics last 7d | group provider, model | sum requests | where provider == \"OpenAI\" | select model, requests");
    assert_eq!(rows(&one), rows(&both));
}

/// Fact 21: nobody's hash is no rows and a warning, which would be a sum of nothing.
#[test]
fn a_filter_that_the_cube_does_not_understand_is_an_error() {
    let mut inside = under("");
    let query =
        format!("analytics from 2026-02-01 to 2026-02-10 | where key_hash == \"{}\" | sum cost", "0".repeat(64));
    let error = refused(&mut inside, &query);
    assert_eq!(error.code, Code::E0604);
    assert!(error.message.contains("did not understand a filter"), "{}", error.message);
}

/// Web searches are requests of `/activity` alone (fact 19): spend is the same, and counts are said to differ.
#[test]
fn requests_of_days_that_only_the_cube_has_are_said_to_leave_some_out() {
    let mut inside = under("server-tools");
    let listed = inside.answer("activity last 30d | sum cost, requests");
    assert_eq!(warnings(&listed), "");
    let older = inside.answer("activity last 60d | sum requests");
    assert!(warnings(&older).contains("server tools"), "{}", warnings(&older));
    let spend = inside.answer("activity last 60d | sum cost");
    assert_eq!(warnings(&spend), "");
    assert_eq!(rows(&spend), rows(&under("").answer("activity last 60d | sum cost")));
}

#[test]
fn a_model_that_is_gone_has_another_name_in_the_cube_and_that_is_said() {
    let mut inside = under("");
    let query = |range: &str| format!("activity {range} | where model == \"anthropic/claude-3-sonnet\" | sum requests");
    let listed = inside.answer(&query("last 30d"));
    assert!(number(&listed) > 0.0);
    assert_eq!(warnings(&listed), "");
    let older = inside.answer(&query("last 60d"));
    assert!(warnings(&older).contains("anthropic/claude-3-sonnet"), "{}", warnings(&older));
    let lasting = "activity last 60d | where model_permaslug == \"anthropic/claude-3-sonnet-20240229\" | sum requests";
    let lasting = inside.answer(lasting);
    assert!(number(&lasting) > number(&listed));
    assert!(!warnings(&lasting).contains("no model is called"));
}

#[test]
fn parts_of_a_range_add_up_to_it() {
    let mut inside = under("");
    let sum = |inside: &mut Inside, range: &str| number(&inside.answer(&format!("activity {range} | sum requests")));
    for (a, b, c) in [
        ("2026-01-10", "2026-01-19", "2026-01-20"),
        ("2025-12-01", "2026-01-31", "2026-02-01"),
        ("2026-02-01", "2026-02-18", "2026-02-19"),
    ] {
        let parts =
            sum(&mut inside, &format!("from {a} to {b}")) + sum(&mut inside, &format!("from {c} to 2026-02-19"));
        assert_eq!(parts, sum(&mut inside, &format!("from {a} to 2026-02-19")), "{a}, {c}");
    }
}
