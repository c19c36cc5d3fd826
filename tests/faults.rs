//! What goes wrong on the way: the answer is the undisturbed one, or a clear error with exit code 4 and nothing on
//! standard output. Never a part of a number.

use std::fs;

use serde_json::json;

use crate::support::scripted::{Reply, Server};
use crate::support::{Run, demo, orq};

/// One query for each source, and one over two of them.
const QUERIES: [&str; 7] = [
    "activity from 2026-02-01 | group model | sum cost | top 5",
    "activity yesterday | sum requests, sum tokens",
    "credits",
    "keys | group workspace | sum cost_monthly, sum cost",
    "key | select label, cost",
    "workspaces | select name",
    "generation gen-demo-2 | select id, cost, provider_responses",
];

fn under(fault: &str, more: &[&str], query: &str) -> Run {
    orq().args(["--demo", "--fault", fault]).args(more.iter().copied()).args([query]).run()
}

/// The answer is byte for byte that of an undisturbed run.
fn does_no_harm(fault: &str, query: &str) {
    let (plain, disturbed) = (demo(query), under(fault, &[], query));
    assert_eq!((plain.code, disturbed.code), (0, 0), "{fault}: {query}\n{}", disturbed.stderr);
    assert_eq!(disturbed.stdout, plain.stdout, "{fault}: {query}");
    assert_eq!(disturbed.stderr, "", "{fault}: {query}");
    assert!(!plain.stdout.is_empty());
}

/// The run ends with exit code 4, with this code and these words, and with nothing on standard output.
fn fails_clearly(fault: &str, more: &[&str], query: &str, code: &str, words: &str) {
    let run = under(fault, more, query);
    assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{fault}: {query}\n{}", run.stderr);
    let told = run.told();
    assert!(told.starts_with(code), "{fault}: {query}\n{}", run.stderr);
    assert!(told.contains(words), "{fault}: {query}\n{}", run.stderr);
    assert!(!told.contains("panicked"), "{told}");
}

#[test]
fn each_source_survives_one_failure_of_each_of_its_paths() {
    for query in QUERIES {
        does_no_harm("429=1,retry-after=0", query);
    }
}

#[test]
fn an_answer_after_two_failures_of_any_kind_is_the_undisturbed_one() {
    for fault in [
        "429=2,retry-after=0",
        "503=2,retry-after=0",
        "408=1",
        "500=2",
        "502=1",
        "504=1",
        "524=1",
        "529=1",
        "drop=2",
        "truncate=2",
        "drop=1,truncate=1",
        "500=1,429=1,retry-after=0",
        "503=1,retry-after=0,truncate=1,latency=5ms",
    ] {
        does_no_harm(fault, QUERIES[1]);
    }
}

#[test]
fn a_slow_answer_is_the_undisturbed_one() {
    for fault in ["latency=20ms", "slow-body=60ms", "latency=10ms,slow-body=40ms,drop=1"] {
        does_no_harm(fault, QUERIES[0]);
        does_no_harm(fault, QUERIES[5]);
    }
}

#[test]
fn a_generation_that_is_not_there_yet_is_the_undisturbed_one() {
    does_no_harm("404-then-200=1", QUERIES[6]);
    does_no_harm("404-then-200=1,500=1", QUERIES[6]);
    // The fault is the generation's alone.
    does_no_harm("404-then-200", QUERIES[1]);
}

#[test]
fn a_limit_that_is_not_reached_does_no_harm() {
    does_no_harm("rate-limit=64", QUERIES[3]);
}

#[test]
fn failures_without_end_are_an_error_of_the_api() {
    for (fault, code, words) in [
        ("408", "E0504", "answered with 408"),
        ("429,retry-after=0", "E0504", "answered with 429"),
        ("500", "E0504", "answered with 500"),
        ("502", "E0504", "answered with 502"),
        ("503,retry-after=0", "E0504", "answered with 503"),
        ("504", "E0504", "answered with 504"),
        ("524", "E0504", "answered with 524"),
        ("529", "E0504", "answered with 529"),
        ("drop", "E0505", "closed before the answer was complete"),
        ("truncate", "E0505", "closed before the answer was complete"),
        ("drop,latency=5ms", "E0505", "closed before the answer was complete"),
    ] {
        let words = format!("{words} (2 attempts)");
        fails_clearly(fault, &["--retries", "1"], QUERIES[0], code, &words);
    }
}

#[test]
fn refusals_are_told_at_once() {
    for (fault, code, words) in [
        ("400", "E0503", "refused with 400"),
        ("401", "E0501", "does not accept the key"),
        ("402", "E0503", "no credits left"),
        ("403", "E0502", "does not take the key"),
        ("404", "E0507", "nothing is found"),
    ] {
        fails_clearly(fault, &[], QUERIES[0], code, words);
    }
}

#[test]
fn each_source_fails_clearly() {
    for query in QUERIES {
        fails_clearly("500", &["--retries", "0"], query, "E0504", "(1 attempt)");
    }
}

#[test]
fn more_failures_than_retries_are_an_error() {
    fails_clearly("429=3,retry-after=0", &[], QUERIES[1], "E0504", "(3 attempts)");
    does_no_harm("429=2,retry-after=0", QUERIES[1]);
    let enough = under("429=3,retry-after=0", &["--retries", "3"], QUERIES[1]);
    assert_eq!((enough.code, enough.stdout), (0, demo(QUERIES[1]).stdout));
}

#[test]
fn a_long_retry_after_is_told_and_not_waited_for() {
    fails_clearly("429,retry-after=3600", &[], QUERIES[0], "E0504", "wants no request for 60 min");
    fails_clearly("503=1,retry-after=90", &[], QUERIES[0], "E0504", "wants no request for 90 s");
}

#[test]
fn a_body_that_is_too_slow_ends_at_the_deadline() {
    let impatient = ["--timeout", "0.2", "--retries", "0"];
    fails_clearly("slow-body=60s", &impatient, QUERIES[0], "E0505", "no complete answer after 0.2 s (1 attempt)");
    fails_clearly("latency=60s", &impatient, QUERIES[0], "E0505", "no complete answer after 0.2 s (1 attempt)");
}

#[test]
fn what_is_no_answer_is_shown_and_not_asked_again() {
    fails_clearly("garbage", &[], QUERIES[0], "E0506", "it begins `<!");
    fails_clearly("garbage=1", &[], QUERIES[0], "E0506", "is not JSON");
    fails_clearly("huge-body", &[], QUERIES[0], "E0506", "more than 64 MB");
}

#[test]
fn a_limit_that_is_reached_is_an_error_and_no_part_of_the_list() {
    // The look-up of the workspaces is let through, the first page of keys is not.
    fails_clearly("rate-limit=1", &["--retries", "0"], "keys | count", "E0504", "answered with 429");
    fails_clearly("rate-limit=3", &["--retries", "0"], "keys | count", "E0504", "Rate limit exceeded");
}

#[test]
fn no_format_prints_a_part_of_an_answer() {
    for format in ["table", "record", "csv", "tsv", "json", "jsonl", "markdown", "envelope"] {
        for fault in ["500", "truncate", "garbage"] {
            let run = under(fault, &["--retries", "0", "-f", format], QUERIES[0]);
            assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{format} under {fault}");
        }
    }
    let raw = under("truncate", &["--retries", "0", "--raw"], QUERIES[0]);
    assert_eq!((raw.code, raw.stdout.as_str()), (4, ""));
}

#[test]
fn one_pipeline_that_fails_prints_and_saves_nothing_of_the_others() {
    let server = Server::of_paths([
        ("/workspaces", Reply::ok(json!({ "data": [{ "id": "w1", "name": "A" }], "total_count": 1 }))),
        ("/credits", Reply::error(400, "not today")),
    ]);
    let run = server.orq(["--errors", "json", "workspaces | select name | save \"a.csv\"; credits"]);
    let home = run.home.path().to_path_buf();
    let output = run.command().output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert!(String::from_utf8_lossy(&output.stderr).contains("not today"));
    assert!(!home.join("a.csv").exists());
}

#[test]
fn a_file_that_was_saved_before_stays_whole_when_a_run_fails() {
    let query = "activity yesterday | sum cost | save \"cost.csv\"";
    let good = orq().args(["--demo", query]);
    let file = good.home.path().join("cost.csv");
    assert_eq!(good.command().output().unwrap().status.code(), Some(0));
    let before = fs::read(&file).unwrap();
    for fault in ["500", "truncate", "drop", "garbage"] {
        let bad = orq().args(["--demo", "--retries", "0", "--fault", fault, query]).cwd(good.home.path());
        assert_eq!(bad.run().code, 4);
        assert_eq!(fs::read(&file).unwrap(), before, "{fault}");
    }
    let left: Vec<_> = fs::read_dir(good.home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["cost.csv"], "nothing half written is left");
}

#[test]
fn a_fault_that_is_not_known_is_a_usage_error_that_lists_them() {
    for fault in ["500=x", "nonsense", "latency=fast", "200"] {
        let run = under(fault, &[], QUERIES[0]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{fault}");
        assert!(run.stderr.contains("404-then-200"), "{}", run.stderr);
    }
}
