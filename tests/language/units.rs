//! Units and classes of results, as the envelope's schema has them, and how tables print them.

use serde_json::Value as Json;

use crate::support::{demo, orq};

/// Unit and class of a column of a query.
fn unit(query: &str, column: &str) -> (Option<String>, Option<String>) {
    let run = orq().args(["--demo", "-f", "envelope", query]).run();
    assert_eq!(run.code, 0, "{query}\n{}", run.stderr);
    let answer: Json = serde_json::from_str(&run.stdout).unwrap();
    let schema = answer["schema"].as_array().unwrap();
    let found = schema.iter().find(|one| one["name"] == column).unwrap_or_else(|| panic!("no {column} in {query}"));
    let text = |name: &str| found[name].as_str().map(str::to_string);
    (text("unit"), text("class"))
}

#[test]
fn units_follow_the_arithmetic() {
    let start = "activity last 7d | sum cost, tokens, requests | derive x =";
    let cases = [
        ("cost + cost", Some("usd"), "additive"),
        ("cost * 2", Some("usd"), "additive"),
        ("cost / tokens", Some("usd/token"), "ratio"),
        ("cost / tokens * 1e6", Some("usd/Mtok"), "ratio"),
        ("cost * 1e6 / tokens", Some("usd/Mtok"), "ratio"),
        ("cost / (tokens / 1e6)", Some("usd/Mtok"), "ratio"),
        ("cost / tokens * tokens", Some("usd"), "plain"),
        ("cost / requests", Some("usd/request"), "ratio"),
        ("cost / cost", Some("ratio"), "ratio"),
        ("cost / cost * 100", Some("percent"), "ratio"),
        ("cost * 100", None, "additive"),
        ("cost * 10", Some("usd"), "additive"),
        ("cost / 10", Some("usd"), "additive"),
        ("10 * 1d", Some("ms"), "plain"),
        ("100 * 1d", Some("ms"), "plain"),
        ("cost * 2000", Some("usd"), "additive"),
        ("1e6 / tokens * cost", Some("usd/Mtok"), "ratio"),
        ("cost / tokens * (1000 * 1000)", Some("usd/Mtok"), "ratio"),
        ("100 / cost * cost", Some("percent"), "ratio"),
        ("cost / tokens * 2000", None, "ratio"),
        ("round(cost, 2)", Some("usd"), "plain"),
        ("length(\"abc\")", None, "plain"),
    ];
    for (expression, expected, class) in cases {
        let (found, found_class) = unit(&format!("{start} {expression}"), "x");
        assert_eq!((found.as_deref(), found_class.as_deref()), (expected, Some(class)), "{expression}");
    }
}

#[test]
fn aggregates_keep_the_unit_and_tell_their_class() {
    let query = "activity last 7d | group model | sum cost, avg cost, count, sum tokens";
    assert_eq!(unit(query, "cost"), (Some("usd".into()), Some("additive".into())));
    assert_eq!(unit(query, "avg_cost"), (Some("usd".into()), Some("holistic".into())));
    assert_eq!(unit(query, "count"), (None, Some("additive".into())));
    assert_eq!(unit(query, "tokens"), (Some("tokens".into()), Some("additive".into())));
}

#[test]
fn tables_print_the_unit() {
    let shown = demo(
        "activity last 7d | where model == \"openai/gpt-5.2\" | sum cost, tokens | derive rate = cost / tokens * 1e6, same = cost / tokens, share = cost / cost",
    );
    let line = shown.stdout.lines().last().unwrap();
    let cells: Vec<&str> = line.split_whitespace().collect();
    assert!(cells[0].starts_with('$') && cells[1].contains(','), "{line}");
    assert!(cells[2].starts_with('$') && cells[2].ends_with("/Mtok"), "{line}");
    assert_eq!(cells[2], cells[3], "a price is printed a million tokens, however it was computed");
    assert_eq!(cells[4], "100.0%", "{line}");
}

#[test]
fn what_does_not_go_together_is_an_error() {
    for (query, code) in [
        ("generation gen-demo-1 | where cost + latency > 1", "E0201"),
        ("generation gen-demo-1 | where cost > 2s", "E0201"),
        ("credits | sum used_ratio", "E0203"),
        ("activity last 7d | group model | avg cost | sum avg_cost", "E0203"),
        ("models | sum price_prompt", "E0203"),
        ("activity last 7d | sum model", "E0202"),
    ] {
        let run = orq().args(["check", query]).run();
        assert_eq!(run.code, 3, "{query}\n{}", run.stderr);
        assert!(run.stderr.starts_with(code), "{query}\n{}", run.stderr);
    }
    assert_eq!(demo("generation gen-demo-9 | where latency > 2s | count").stdout.lines().last(), Some("    1"));
}
