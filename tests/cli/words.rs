//! Words and flags.

use super::*;

#[test]
fn plain_words_need_no_quotes() {
    for (words, query) in [
        (vec!["credits"], "credits"),
        (vec!["activity", "yesterday"], "activity yesterday"),
        (vec!["activity", "last", "7", "days"], "activity last 7d"),
        (vec!["activity", "last", "7d", "|", "sum", "cost"], "activity last 7d | sum cost"),
        (vec!["generation", "gen-demo-1"], "generation gen-demo-1"),
    ] {
        let bare = orq().args(["--demo"]).args(words.iter().copied()).run();
        let quoted = demo(query);
        assert_eq!((bare.code, quoted.code), (0, 0), "{words:?}: {}", bare.stderr);
        assert_eq!(bare.stdout, quoted.stdout, "{words:?}");
    }
}

#[test]
fn flags_stand_before_and_after() {
    let expected = run(["--demo", "-f", "json", "activity yesterday"]);
    assert_eq!(expected.code, 0, "{}", expected.stderr);
    for arguments in [
        vec!["activity yesterday", "--demo", "-f", "json"],
        vec!["activity", "yesterday", "--format=json", "--demo"],
        vec!["--demo", "activity", "yesterday", "-f", "json"],
        vec!["run", "--demo", "-e", "activity yesterday", "-f", "json"],
        vec!["--demo", "-f", "json", "run", "activity yesterday"],
        vec!["run", "activity yesterday", "--demo", "-fjson"],
    ] {
        let run = orq().args(arguments.iter().copied()).run();
        assert_eq!((run.code, run.stdout), (0, expected.stdout.clone()), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn the_clock_can_be_frozen_by_flag_and_by_environment() {
    let query = ["--demo", "-f", "json", "activity yesterday | distinct date"];
    let by_env = orq().args(query).env("ORQ_NOW", "2026-05-02T00:00:00Z").run();
    let by_flag = orq().args(query).args(["--now", "2026-05-02T00:00:00Z"]).run();
    assert_eq!(by_env.stdout, by_flag.stdout);
    assert!(by_flag.stdout.contains("2026-05-01"), "{}", by_flag.stdout);
}
