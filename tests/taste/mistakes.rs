//! Questions that are wrong in the ways that come first: each fails before anything is sent, at its place, with a fix.

use orq::diagnostics::Code;

use crate::mistakes::assert_one_error;
use crate::support::scripted::{Reply, Server};

/// Wrong queries: the code of each, and what its edits make of it; empty where the fix is for the writer to choose.
#[rustfmt::skip]
const WRONG: &[(&str, Code, &str)] = &[
    ("activity last 7d | grup model | sum cost", Code::E0102, "activity last 7d | group model | sum cost"),
    ("activity last 7d | where modle == \"openai/gpt-5.2\"", Code::E0103, "activity last 7d | where model == \"openai/gpt-5.2\""),
    ("activity last 7d | derive x = rond(cost)", Code::E0104, "activity last 7d | derive x = round(cost)"),
    ("activity last 7d | derive x = frobnicate(cost)", Code::E0104, ""),
    ("actvity last 7d | sum cost", Code::E0101, "activity last 7d | sum cost"),
    ("activity from @since | sum cost", Code::E0105, ""),
    ("param since: date = 2026-02-01\nactivity from @sinse | sum cost", Code::E0105, "param since: date = 2026-02-01\nactivity from @since | sum cost"),
    ("activity last 7d | group model", Code::E0301, "activity last 7d | group model | sum cost"),
    ("analytics last 7d | sum cache_hit_rate", Code::E0203, "analytics last 7d | agg cache_hit_rate = sum(tokens_cached) / sum(tokens_prompt)"),
    ("generations last 3d | derive x = cost + latency", Code::E0201, ""),
    ("activity last 7d | where model = openai/gpt-5.2", Code::E0206, "activity last 7d | where model = \"openai/gpt-5.2\""),
    ("activity last 7d | where model == \"openai/gpt-5.2\" && cost > 1", Code::E0005, "activity last 7d | where model == \"openai/gpt-5.2\" and cost > 1"),
    ("activity last 7d | where model \\!= \"openai/gpt-5.2\"", Code::E0005, "activity last 7d | where model != \"openai/gpt-5.2\""),
    ("activity last 7d | where model == \"openai/gpt-5.2", Code::E0003, "activity last 7d | where model == \"openai/gpt-5.2\""),
    ("activity last 7d | where model == 'openai/gpt-5.2", Code::E0003, "activity last 7d | where model == 'openai/gpt-5.2'"),
    ("activity last 7d | where (cost > 1", Code::E0002, "activity last 7d | where (cost > 1)"),
    ("activity from 2026-13-01 | sum cost", Code::E0401, ""),
    ("activity from 2026-02-10 to 2026-02-01 | sum cost", Code::E0402, "activity from 2026-02-01 to 2026-02-10 | sum cost"),
    ("activity last 7d | group model_id | sum cost | join models", Code::E0302, "activity last 7d | group model_id | sum cost | join models on model_id == id"),
    ("activity last 7d | sum cost, sum cost", Code::E0108, "activity last 7d | sum cost, sum cost as cost_2"),
    ("activity last 7d | sum cost as x, sum tokens as x", Code::E0108, "activity last 7d | sum cost as x, sum tokens as x_2"),
    ("analytics last 7d | limit 5", Code::E0304, "analytics last 7d | group model | sum cost | limit 5"),
    ("activity last 7d | group model | sum cost | top five", Code::E0302, "activity last 7d | group model | sum cost | top 5"),
];

#[test]
fn each_first_mistake_has_one_error_and_a_fix_that_works() {
    assert!(WRONG.len() > 20);
    for (query, code, mended) in WRONG {
        assert_one_error(query, *code, mended);
    }
}

#[test]
fn ten_thousand_brackets_are_told_so() {
    for nested in [
        format!("activity last 7d | where {}cost{} > 1", "(".repeat(10_000), ")".repeat(10_000)),
        format!("activity last 7d | where {}cost > 1", "(".repeat(10_000)),
        format!("{}activity{}", "(".repeat(10_000), ")".repeat(10_000)),
    ] {
        crate::support::inside::deep(|| assert_one_error(&nested, Code::E0004, ""));
        assert_nothing_is_sent(&nested, Code::E0004);
    }
}

#[test]
fn nothing_is_sent_for_any_of_them() {
    for (query, code, _) in WRONG {
        assert_nothing_is_sent(query, *code);
    }
}

fn assert_nothing_is_sent(query: &str, code: Code) {
    let server = Server::in_turn(vec![Reply::error(500, "asked")]);
    let run = server.run(query);
    let told: String = run.stderr.chars().take(400).collect();
    assert_eq!(run.code, 3, "{told}");
    assert!(run.stderr.starts_with(&format!("{code:?}\n")), "{told}");
    assert!(run.stderr.contains("help: "), "{told}");
    assert_eq!((server.targets(), run.stdout.as_str()), (Vec::new(), ""), "{told}");
}
