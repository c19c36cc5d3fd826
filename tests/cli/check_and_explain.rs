//! What sends nothing: check, explain, describe.

use super::*;

const QUERY: &str = "activity from 2026-02-01 | group model | sum cost | top 5";

#[test]
fn check_shows_the_columns_and_sends_nothing() {
    let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
    let checked = server.orq(["check", QUERY]).run();
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""));
    assert!(checked.stdout.contains("model") && checked.stdout.contains("cost"), "{}", checked.stdout);
    let wrong = server.orq(["check", "activity | sum cots"]).run();
    assert_eq!((wrong.code, wrong.stdout.as_str()), (3, ""));
    assert!(wrong.stderr.contains("E0103") && wrong.stderr.contains("cost"), "{}", wrong.stderr);
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn check_reads_files_standard_input_and_text_as_run_does() {
    let expected = run(["check", QUERY]).stdout;
    for run in [
        with_files(orq(), &[("a.orq", QUERY)]).args(["check", "a.orq"]),
        orq().args(["check", "-"]).stdin(QUERY),
        orq().args(["check"]).stdin(QUERY),
        orq().args(["check", "-e", QUERY]),
    ] {
        let run = run.run();
        assert_eq!((run.code, &run.stdout), (0, &expected), "{}", run.stderr);
    }
}

#[test]
fn explain_shows_calls_steps_and_columns_and_sends_nothing() {
    let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
    let explained = server.orq(["explain", QUERY]).run();
    assert_eq!((explained.code, explained.stderr.as_str()), (0, ""));
    for line in
        ["GET /activity  (2026-02-01 to 2026-02-18)", "scan activity", "aggregate", "model: text", "cost: number (usd)"]
    {
        assert!(explained.stdout.contains(line), "{line}: {}", explained.stdout);
    }
    let one = server.orq(["explain", "activity yesterday"]).run().stdout;
    assert!(one.contains("GET /activity?date=2026-02-18"), "{one}");
    let keys = server.orq(["explain", "keys"]).run().stdout;
    assert!(keys.contains("GET /workspaces, every page  (lookup"), "{keys}");
    assert!(keys.contains("GET /keys?include_disabled=true&workspace_id=<each workspace>, every page"), "{keys}");
    // What cannot be had is a part of the plan.
    let gap = server.orq(["explain", "activity today"]).run();
    assert_eq!(gap.code, 0);
    assert!(gap.stdout.contains("none for 2026-02-19: the query shows each row"), "{}", gap.stdout);
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn explain_as_the_first_word_of_a_pipeline_is_the_same() {
    let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
    let inside = server.orq(["run", "-e", &format!("explain {QUERY}")]).run();
    assert_eq!((inside.code, inside.stdout), (0, server.orq(["explain", QUERY]).run().stdout));
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn explain_of_a_code_prints_its_page() {
    for code in ["E0103", "e0103"] {
        let page = run(["explain", code]);
        assert_eq!(page.code, 0);
        assert!(page.stdout.starts_with("# E0103"), "{}", page.stdout);
    }
    let run = run(["explain", "E9999"]);
    assert_eq!(run.code, 2, "no such code: {}", run.stderr);
}

#[test]
fn describe_shows_all_and_one() {
    let all = run(["describe"]);
    assert_eq!(all.code, 0);
    for name in ["activity", "group", "sum", "table"] {
        assert!(all.stdout.contains(name), "{name}");
        let one = run(["describe", name]);
        assert_eq!(one.code, 0, "{}", one.stderr);
        assert!(one.stdout.contains(name), "{}", one.stdout);
    }
    let unknown = run(["describe", "activty"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (2, ""));
    assert!(unknown.stderr.contains("activity"), "{}", unknown.stderr);
}
