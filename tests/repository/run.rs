//! `orq run` with files and directories.

use serde_json::{Value, json};

use super::*;
use crate::support::demo;
use crate::support::schema::valid;

/// What reads is named before and behind what saves.
const CHAIN: &[(&str, &str)] = &[
    ("s/1.orq", "activity last 2d | group model | sum cost | save \"kept.csv\" | count\n"),
    ("s/2.orq", "read \"kept.csv\" | count\n"),
    ("s/3.orq", "credits | select used | save \"kept.csv\" | count\n"),
    ("s/4.orq", "read \"*.csv\" | count\n"),
];

fn counts(run: &Run) -> Vec<Value> {
    let lines = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|line| line["answer"][0]["count"].clone()).collect()
}

#[test]
fn results_come_whole_and_in_the_order_of_the_names() {
    let texts: Vec<String> =
        (1..=8).map(|n| format!("activity last {n}d | group model | sum cost | top {n}")).collect();
    let files: Vec<(String, &String)> =
        texts.iter().enumerate().map(|(at, text)| (format!("s/{at}.orq"), text)).collect();
    let expected: Vec<String> = texts.iter().map(|text| demo(text).stdout).collect();
    let orq = with(orq(), &files);
    // Whatever order they are named in.
    for arguments in [vec!["--demo", "run", "s"], vec!["--demo", "run", "s/7.orq", "s", "s/0.orq"]] {
        let run = crate::support::orq().args(arguments).cwd(orq.home.path()).run();
        assert_eq!((run.code, &run.stdout), (0, &expected.concat()), "{}", run.stderr);
        assert_eq!(headings(&run.stderr), files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>());
        assert!(run.stderr.ends_with("\n8 passed\n"), "{}", run.stderr);
    }
}

#[test]
fn one_file_is_run_as_ever() {
    let orq = with(orq(), &[("s/a.orq", "credits | select used\n")]);
    let one = run(&orq, ["--demo", "run", "s/a.orq"]);
    assert_eq!((one.code, one.stdout, one.stderr), (0, demo("credits | select used").stdout, String::new()));
    let json = run(&orq, ["--demo", "run", "s/a.orq", "-f", "json"]);
    assert!(serde_json::from_str::<Value>(&json.stdout).unwrap().is_array());
}

#[test]
fn json_is_one_line_a_script_and_says_how_each_ended() {
    let files = [
        ("s/1.orq", "credits | select total\n"),
        ("s/2.orq", "credits | grup x\n"),
        ("s/3.orq", "credits | assert total < 0, \"spent\"\n"),
        ("s/4.orq", "fn twice(a) = a * 2\n"),
        ("s/5.orq", "title \"one\"; credits | count; keys | limit 1 | select name"),
        ("s/6.orq", "credits | select total; credits | count"),
    ];
    let orq = with(orq(), &files);
    let run = run(&orq, ["--demo", "run", "s", "-f", "json"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let lines: Vec<Value> = run.stdout.lines().map(|line| valid("run", line)).collect();
    assert_eq!(lines[0], json!({"orq": 1, "script": "s/1.orq", "exit": 0, "answer": [{"total": 26000}]}));
    assert_eq!(lines[1], json!({"orq": 1, "script": "s/2.orq", "exit": 3, "answer": null}));
    assert_eq!(lines[2], json!({"orq": 1, "script": "s/3.orq", "exit": 5, "answer": null}));
    assert_eq!((&lines[4]["script"], lines[4]["answer"].as_array().unwrap().len()), (&json!("s/6.orq"), 2));
    assert!(run.stderr.ends_with("\n2 passed, 3 failed, 1 only define\n"), "{}", run.stderr);
}

#[test]
fn formats_that_cannot_tell_scripts_apart_are_refused() {
    let orq = with(orq(), &[("s/1.orq", "credits\n"), ("s/2.orq", "credits\n")]);
    for format in ["csv", "tsv", "jsonl", "html", "svg", "parquet"] {
        let run = run(&orq, ["--demo", "run", "s", "-f", format]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{format}");
        assert!(run.stderr.contains("E0801") && run.stderr.contains("json"), "{}", run.stderr);
    }
    assert_eq!(run(&orq, ["--demo", "run", "s", "--raw"]).code, 2);
}

#[test]
fn what_reads_a_file_runs_behind_what_saves_it() {
    let models = demo("activity last 2d | group model | count").stdout.lines().count() - 2;
    for _ in 0..3 {
        let orq = with(orq(), CHAIN);
        let run = run(&orq, ["--demo", "run", "s", "-f", "json"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(counts(&run), [json!(models), json!(models), json!(1), json!(1)], "{}", run.stdout);
    }
}

#[test]
fn what_reads_a_file_that_was_not_saved_is_skipped() {
    let broken = "activity last 2d | grup model | save \"kept.csv\"\n";
    let orq = with(orq(), &[("s/1.orq", broken), ("s/2.orq", "read \"kept.csv\" | save \"more.csv\"\n")]);
    let orq = with(orq, &[("s/3.orq", "read \"more.csv\" | count\n"), ("s/4.orq", "credits | count\n")]);
    // What an earlier run left is no answer of this one.
    let orq = with(orq, &[("kept.csv", "a\n1\n"), ("more.csv", "a\n1\n")]);
    let run = run(&orq, ["--demo", "run", "s"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert_eq!(run.stdout, demo("credits | count").stdout);
    assert!(run.stderr.contains("skipped: it reads what s/1.orq was to save"), "{}", run.stderr);
    assert!(run.stderr.contains("skipped: it reads what s/2.orq was to save"), "{}", run.stderr);
    assert!(run.stderr.ends_with("\n1 passed, 1 failed, 2 skipped\n"), "{}", run.stderr);
}

#[test]
fn several_end_with_the_worst_code() {
    let ends = [
        ("credits | count", 0),
        ("credits | assert total < 0, \"spent\"", 5),
        ("activity last 60d | limit 5", 6),
        ("credits | grup x", 3),
        ("generation gen-none", 4),
        ("read \"there-is-none.csv\" | count", 1),
    ];
    for (at, (text, code)) in ends.iter().enumerate() {
        let orq = with(orq(), &[("0.orq", text)]);
        assert_eq!(run(&orq, ["--demo", "run", "0.orq"]).code, *code, "{text}");
        let files: Vec<(String, &str)> =
            ends[..=at].iter().enumerate().map(|(at, (text, _))| (format!("s/{at}.orq"), *text)).collect();
        let run = run(&with(orq, &files), ["--demo", "run", "s"]);
        assert_eq!(run.code, *code, "{text}: {}", run.stderr);
    }
}

#[test]
fn values_go_to_the_scripts_that_take_them() {
    let files = [
        ("s/1.orq", "param n: number = 1\nkeys | limit @n | count\n"),
        ("s/2.orq", "param days: duration = 1d\nactivity last @days | group date | count | count\n"),
        ("s/3.orq", "credits | count\n"),
    ];
    let orq = with(orq(), &files);
    for arguments in [["run", "s", "--n", "4"], ["run", "s", "-p", "n=4"]] {
        let run = crate::support::orq().args(["--demo", "-f", "json"]).args(arguments).cwd(orq.home.path()).run();
        assert_eq!((run.code, counts(&run)), (0, vec![json!(4), json!(1), json!(1)]), "{}", run.stderr);
    }
    let nobody = run(&orq, ["--demo", "run", "s", "--dais", "2d"]);
    assert_eq!((nobody.code, nobody.stdout.as_str()), (3, ""));
    assert!(nobody.stderr.contains("E0105") && nobody.stderr.contains("did you mean `days`?"), "{}", nobody.stderr);
}

#[test]
fn a_directory_without_scripts_and_a_file_that_is_not_there_are_told() {
    let orq = with(orq(), &[("empty/notes.txt", "x"), ("s/1.orq", "credits | count\n")]);
    let empty = run(&orq, ["--demo", "run", "empty"]);
    assert_eq!((empty.code, empty.stdout.as_str()), (1, ""));
    assert!(empty.stderr.contains("E0701") && empty.stderr.contains("no script"), "{}", empty.stderr);
    let missing = run(&orq, ["--demo", "run", "missing.orq", "s"]);
    assert_eq!((missing.code, missing.stdout), (1, demo("credits | count").stdout));
    assert!(missing.stderr.ends_with("\n1 passed, 1 failed\n"), "{}", missing.stderr);
}

#[cfg(unix)]
#[test]
fn links_out_of_a_directory_are_not_followed() {
    use std::os::unix::fs::symlink;
    let orq = with(orq(), &[("s/1.orq", "credits | count\n"), ("out/2.orq", "keys | count\n")]);
    let home = orq.home.path();
    symlink(home.join("out/2.orq"), home.join("s/2.orq")).unwrap();
    symlink(home.join("out"), home.join("s/out")).unwrap();
    symlink(home.join("s"), home.join("s/round")).unwrap();
    symlink(home.join("s/1.orq"), home.join("s/again.orq")).unwrap();
    let run = run(&orq, ["--demo", "run", "s"]);
    assert_eq!((run.code, headings(&run.stderr)), (0, vec!["s/1.orq".to_string()]), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn an_executable_script_takes_its_arguments_as_parameters() {
    use std::os::unix::fs::PermissionsExt as _;
    let text = "#!/usr/bin/env -S orq run\nparam n: number = 1\n\nkeys | limit @n | count\n";
    let orq = with(orq(), &[("count", text)]);
    let script = orq.home.path().join("count");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let bin = Path::new(env!("CARGO_BIN_EXE_orq")).parent().unwrap();
    let output = std::process::Command::new(&script)
        .args(["--n", "7", "--demo", "-f", "json"])
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
        .env("ORQ_NOW", crate::support::NOW)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).ok(), Some(json!([{"count": 7}])), "{told}");
    // The first line stays where it is.
    assert_eq!(run(&orq, ["fmt", "count"]).code, 0);
    assert_eq!(fs::read_to_string(&script).unwrap(), text);
}
