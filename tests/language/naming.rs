//! What results are called, and the forms that mean the same.

use crate::support::{demo, rows};

fn columns(query: &str) -> Vec<String> {
    rows(query)[0].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn a_sum_keeps_its_name_and_every_other_aggregate_puts_its_own_in_front() {
    let query = "activity last 7d | sum cost, avg cost, p95 cost, count, count_distinct model, max date, sum(cost) / 2";
    let expected = ["cost", "avg_cost", "p95_cost", "count", "count_distinct_model", "max_date", "sum(cost) / 2"];
    assert_eq!(columns(query), expected);
    assert_eq!(columns("activity last 7d | count as n, sum cost as total"), ["n", "total"]);
    assert_eq!(columns("activity last 7d | group week(date), provider | sum cost"), ["week", "provider", "cost"]);
    assert_eq!(
        columns("activity last 7d | group weekday(date), isodow(date) as day | sum cost"),
        ["weekday", "day", "cost"]
    );
    assert_eq!(columns("activity last 7d | group w = week(date), author as a | sum cost"), ["w", "a", "cost"]);
}

#[test]
fn columns_keep_their_order_and_their_place() {
    assert_eq!(
        columns("credits | derive used = used * 2, half = total / 2"),
        ["total", "used", "remaining", "used_ratio", "half"]
    );
    assert_eq!(columns("credits | rename spent = used | drop total"), ["spent", "remaining", "used_ratio"]);
    assert_eq!(columns("credits | select used, t = total, used_ratio as r"), ["used", "t", "r"]);
}

#[test]
fn what_can_only_mean_one_thing_is_accepted() {
    let same = [
        ("activity last 7d | sum cost by model", "activity last 7d | group model | sum cost"),
        ("activity last 7d | sum(cost), count()", "activity last 7d | sum cost, count"),
        ("activity last 7d | sum cost, tokens", "activity last 7d | sum cost, sum tokens"),
        ("activity last 7 days | group by model | sum cost", "activity last 7d | group model | sum cost"),
        (
            "activity last 7d | filter provider = \"OpenAI\" and cost > 1 | count",
            "activity last 7d | where provider == \"OpenAI\" and cost > 1 | count",
        ),
        (
            "activity last 7d | where provider <> \"OpenAI\" | count",
            "activity last 7d | where provider != \"OpenAI\" | count",
        ),
        ("activity last 7d | mean cost as m", "activity last 7d | avg cost as m"),
        ("models | head 3", "models | limit 3"),
        ("credits | mutate a = total", "credits | derive a = total"),
        ("activity last 7d | group day | sum cost", "activity last 7d | group day(date) | sum cost"),
        ("activity last 7d | sum usage", "activity last 7d | sum credits"),
        ("activity last 7d | sum prompt_tokens", "activity last 7d | sum tokens_prompt"),
        ("models | select id, p = pricing.prompt | limit 3", "models | select id, p = price_prompt | limit 3"),
    ];
    for (liberal, canonical) in same {
        assert_eq!(rows(liberal), rows(canonical), "{liberal}");
    }
}

#[test]
fn a_name_of_its_own_goes_in_backticks() {
    assert_eq!(columns("credits | select `two words` = total | derive `*` = `two words` + 1"), ["two words", "*"]);
}

#[test]
fn a_script_goes_on_over_lines_and_holds_comments() {
    let script = "#!/usr/bin/env -S orq run\n# all of it\nactivity last 7d # a range\n  | group model,\n    provider\n\n  # the sum\n  | sum cost;credits\n";
    let run = crate::support::orq().args(["--demo", "-f", "json", "run", "-"]).stdin(script).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer[0]["rows"], serde_json::json!(rows("activity last 7d | group model, provider | sum cost")));
    assert_eq!(answer[1]["rows"], serde_json::json!(rows("credits")));
}

#[test]
fn a_let_is_fetched_once_however_often_it_is_used() {
    let script = "let spend = activity last 7d | group provider, model | sum cost; spend | group provider | sum cost; spend | top 3";
    let run = crate::support::orq().args(["--demo", "-f", "envelope", script]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    assert_eq!(results[0]["calls"].as_array().unwrap().len(), 1);
    assert_eq!(results[0]["rows"], serde_json::json!(rows("activity last 7d | group provider | sum cost")));
}

#[test]
fn schema_sends_nothing() {
    // With a fault that fails every request, an answer shows that none was sent.
    let run =
        crate::support::orq().args(["--demo", "--fault", "500", "activity | group model | sum cost | schema"]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("usd") && run.stdout.contains("additive"), "{}", run.stdout);
    assert_eq!(demo("activity | schema").code, 0);
}
