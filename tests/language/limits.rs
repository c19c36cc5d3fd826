//! What is large or deep, and still answered; what is too large, and told so.

use crate::support::{Run, orq};

fn run(text: &str) -> Run {
    orq().args(["--demo", "-f", "json", "run", "-"]).stdin(text).run()
}

#[test]
fn a_thousand_operands_are_computed_and_more_are_refused() {
    let sum = |count: usize| format!("credits | select x = {}", vec!["1"; count].join(" + "));
    let run_of = run(&sum(999));
    assert_eq!(run_of.code, 0, "{}", run_of.stderr);
    assert_eq!(run_of.stdout.trim(), "[\n  {\"x\":999}\n]");
    let refused = run(&sum(2000));
    assert!(refused.code == 3 && refused.stderr.starts_with("E0004"), "{}", refused.stderr);
}

#[test]
fn sixty_brackets_are_computed_and_ten_thousand_refused() {
    let nested = |count: usize| format!("credits | select x = {}7{}", "(".repeat(count), ")".repeat(count));
    assert_eq!(run(&nested(60)).stdout.trim(), "[\n  {\"x\":7}\n]");
    let refused = run(&nested(10_000));
    assert!(refused.code == 3 && refused.stderr.starts_with("E0004"), "{}", refused.stderr);
    let calls = format!("credits | select x = {}4{}", "abs(".repeat(60), ")".repeat(60));
    assert_eq!(run(&calls).stdout.trim(), "[\n  {\"x\":4}\n]");
}

#[test]
fn many_stages_are_run_and_too_many_refused() {
    let stages = |count: usize| format!("credits{} | select x = 1", " | limit 1".repeat(count));
    assert_eq!(run(&stages(300)).stdout.trim(), "[\n  {\"x\":1}\n]");
    let refused = run(&stages(20_000));
    assert!(refused.code == 3 && refused.stderr.starts_with("E0004"), "{}", refused.stderr);
}

#[test]
fn signs_are_counted_too() {
    let signs = |count: usize| format!("credits | select x = {}1", "-".repeat(count));
    assert_eq!(run(&signs(60)).stdout.trim(), "[\n  {\"x\":1}\n]");
    let refused = run(&signs(10_000));
    assert!(refused.code == 3 && refused.stderr.starts_with("E0004"), "{}", refused.stderr);
}

#[test]
fn a_computed_value_is_not_multiplied_by_the_columns_it_is_looked_for_among() {
    let mut nested = "disabled".to_string();
    for _ in 0..50 {
        nested = format!("({nested} in (disabled, include_byok_in_limit))");
    }
    let refused = run(&format!("keys | where {nested}"));
    assert!(refused.code == 3 && refused.stderr.starts_with("E0302"), "{}", refused.stderr);
    let named = run("keys | derive x = not disabled | where x in (disabled, include_byok_in_limit) | count");
    assert_eq!(named.code, 0, "{}", named.stderr);
}
