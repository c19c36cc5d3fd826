//! The knobs of the demo account: what a service may do to an answer without an error.

use std::collections::BTreeSet;

use orq::demo::MANAGEMENT_KEY;
use orq::demo::base::Row;
use serde_json::{Value, json};

use super::cube_kit::{CUBE, Cube, DAY, between, by, count, days, generations, midnight, nano, now, range, text};
use crate::support::raw::get;

/// Requests, by generation, so that every row can be told from the others.
fn single(range: Value) -> Value {
    json!({ "metrics": ["request_count"], "dimensions": ["generation_id"], "time_range": range, "limit": 10_000 })
}

fn sum(cube: &Cube, body: &Value) -> u64 {
    cube.rows(body).iter().map(|row| count(&row["request_count"])).sum()
}

#[test]
fn every_knob_is_in_the_readme_and_does_what_no_other_does() {
    let readme = include_str!("../../README.md");
    let mut words = BTreeSet::new();
    for knob in orq::demo::KNOBS {
        assert!(readme.contains(&format!("| `{}` | {} |\n", knob.word, knob.does)), "{}", knob.word);
        assert!(words.insert(knob.word));
        let wrong: Result<orq::demo::Fault, _> = format!("{}=1", knob.word).parse();
        assert!(wrong.unwrap_err().to_string().contains(knob.word));
    }
    assert!(words.len() > 10);
}

#[test]
fn a_dropped_row_is_counted_but_not_there() {
    let cube = Cube::under("dropped-row");
    let (whole, less) = (CUBE.whole(&single(days(-2, -1))), cube.whole(&single(days(-2, -1))));
    assert_eq!(less["metadata"]["row_count"], whole["metadata"]["row_count"]);
    assert_eq!(less["data"].as_array().unwrap().len() + 1, whole["data"].as_array().unwrap().len());
}

#[test]
fn an_unflagged_cut_calls_itself_whole() {
    let cube = Cube::under("unflagged-cut");
    let data = cube.whole(&single(days(-2, -1)));
    let (rows, all) = (data["data"].as_array().unwrap().len(), generations(-2, -1).len());
    assert!(0 < rows && rows < all);
    assert_eq!(data["metadata"]["row_count"], json!(rows));
    assert_eq!(data["metadata"]["truncated"], json!(false));
}

#[test]
fn a_row_cap_is_a_limit_of_50() {
    let cube = Cube::under("row-cap");
    let data = cube.whole(&single(days(-2, -1)));
    assert_eq!(data["data"].as_array().unwrap().len(), 50);
    assert_eq!(data["metadata"]["truncated"], json!(true));
    let few = json!({ "metrics": ["total_usage"], "granularity": "day", "time_range": days(-50, -1) });
    assert_eq!(cube.whole(&few), CUBE.whole(&few));
}

#[test]
fn late_rows_are_missing_in_the_last_hours_alone() {
    let cube = Cube::under("late-rows");
    let edge = now() - DAY / 2;
    let hourly = |from, until| json!({ "metrics": ["request_count"], "granularity": "minute", "time_range": range(from, until) });
    let late = sum(&cube, &hourly(now() - DAY / 8, now()));
    let all = between(now() - DAY / 8, now()).len() as u64;
    assert!(0 < late && late < all, "{late} of {all}");
    assert_eq!(sum(&cube, &hourly(edge - DAY / 8, edge)), between(edge - DAY / 8, edge).len() as u64);
    // The lag reaches into the last completed day, which `/activity` has whole.
    let yesterday = json!({ "metrics": ["request_count"], "time_range": days(-1, -1) });
    assert!(sum(&cube, &yesterday) < generations(-1, -1).len() as u64);
}

/// Fact 14: whether 31 days are a length or a retention, the documents don't say.
#[test]
fn raw_retention_forgets_without_an_error() {
    let cube = Cube::under("raw-retention");
    let raw = |range: Value| json!({ "metrics": ["request_count"], "dimensions": ["provider"], "time_range": range });
    assert_eq!(cube.rows(&raw(days(-80, -60))), Vec::<Value>::new());
    assert_eq!(sum(&cube, &raw(days(-45, -20))), generations(-31, -20).len() as u64);
    assert_eq!(sum(&cube, &raw(days(-31, -1))), generations(-31, -1).len() as u64);
    // What is kept by day is kept.
    let by_day = json!({ "metrics": ["request_count"], "granularity": "day", "time_range": days(-80, -60) });
    assert_eq!(sum(&cube, &by_day), generations(-80, -60).len() as u64);
}

/// Fact 11: the end, seen from the other side.
#[test]
fn an_inclusive_end_adds_the_bucket_that_begins_there() {
    let cube = Cube::under("end-inclusive");
    let hour = DAY / 24;
    for (granularity, until, more) in
        [(None, midnight(-1), DAY), (Some("day"), midnight(-1), DAY), (Some("hour"), midnight(-1) + 9 * hour, hour)]
    {
        let mut body = json!({ "metrics": ["request_count"], "time_range": range(midnight(-3), until) });
        if let Some(granularity) = granularity {
            body["granularity"] = json!(granularity);
        }
        assert_eq!(sum(&CUBE, &body), between(midnight(-3), until).len() as u64);
        assert_eq!(sum(&cube, &body), between(midnight(-3), until + more).len() as u64, "{granularity:?}");
    }
}

#[test]
fn an_ignored_filter_excludes_nothing() {
    let cube = Cube::under("ignored-filter");
    let filters = json!([{ "field": "provider", "operator": "eq", "value": "OpenAI" }]);
    let body = json!({ "metrics": ["request_count"], "filters": filters, "time_range": days(-2, -1) });
    assert!(sum(&CUBE, &body) < sum(&cube, &body));
    assert_eq!(sum(&cube, &body), generations(-2, -1).len() as u64);
}

#[test]
fn shuffled_ties_change_places_from_query_to_query() {
    let cube = Cube::under("shuffled-ties");
    let ask = |limit: usize| {
        let mut body = single(days(-2, -1));
        body["order_by"] = json!({ "field": "request_count", "direction": "desc" });
        body["limit"] = json!(limit);
        body
    };
    let ids = |cube: &Cube, limit| -> Vec<String> {
        cube.rows(&ask(limit)).iter().map(|row| text(row, "generation_id").to_string()).collect()
    };
    assert_eq!(ids(&CUBE, 20), ids(&CUBE, 21)[..20]);
    assert_ne!(ids(&cube, 20), ids(&cube, 21)[..20]);
    let (mut one, mut other) = (ids(&cube, 9_000), ids(&cube, 9_001));
    assert_ne!(one, other);
    one.sort_unstable();
    other.sort_unstable();
    assert_eq!(one, other);
}

#[test]
fn server_tools_are_requests_of_activity_alone() {
    let cube = Cube::under("server-tools");
    let (_, activity) = get(&cube.base_url, "/activity", MANAGEMENT_KEY);
    let rows = activity["data"].as_array().unwrap();
    let requests: u64 = rows.iter().map(|row| row["requests"].as_u64().unwrap()).sum();
    let body = json!({ "metrics": ["request_count", "total_usage"], "time_range": days(-30, -1) });
    let all = generations(-30, -1);
    let searches = all.iter().filter(|row| row.web > 0).count() as u64;
    assert!(searches > 0);
    assert_eq!(requests, all.len() as u64);
    let seen = cube.row(&body);
    assert_eq!(count(&seen["request_count"]), requests - searches);
    assert_eq!(seen["total_usage"], CUBE.row(&body)["total_usage"]);
}

/// Fact 20: names that mean something else.
#[test]
fn names_may_be_those_of_the_buckets_without_a_value() {
    let rows = |faults: &str, dimension: &str| {
        let body = json!({ "metrics": ["request_count"], "dimensions": [dimension], "time_range": days(-30, -1) });
        Cube::under(faults).rows(&body)
    };
    let chatrooms = rows("chatroom-key", "api_key_id").iter().filter(|row| row["api_key_id"] == "Chatroom").count();
    assert_eq!(chatrooms, 2);
    let hostile = rows("hostile-names", "workspace");
    assert!(hostile.iter().any(|row| text(row, "workspace").contains('\u{1b}')));
    let all = generations(-30, -1);
    let keyless = by(&all, |row: &Row| row.key.is_none());
    let unattributed = rows("unattributed", "workspace");
    let bucket = unattributed.iter().find(|row| row["workspace"] == "Unattributed").unwrap();
    assert_eq!(count(&bucket["request_count"]), keyless[&true].len() as u64);
}

/// Fact 6: a day that `/activity` has not counted yet, and the cube has.
#[test]
fn a_lagging_activity_lacks_a_day_that_the_cube_has() {
    let cube = Cube::under("lagging-activity");
    let (_, activity) = get(&cube.base_url, "/activity", MANAGEMENT_KEY);
    let last = activity["data"].as_array().unwrap().iter().map(|row| text(row, "date")).max().unwrap().to_string();
    assert_eq!(last, "2026-02-17");
    let row = cube.row(&json!({ "metrics": ["total_usage"], "time_range": days(-1, -1) }));
    assert!(nano(&row["total_usage"]) > 0);
}
