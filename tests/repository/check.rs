//! `orq check` and `orq fmt` with files and directories.

use serde_json::{Value, json};

use super::*;
use crate::support::schema::valid;
use crate::support::scripted::{Reply, Server};

#[test]
fn all_scripts_are_checked_in_the_order_of_their_names() {
    let orq = repository();
    let run = run(&orq, ["check", "reports"]);
    assert_eq!((run.code, run.stdout.as_str()), (3, ""));
    let told: Vec<String> =
        names().into_iter().filter(|name| name.ends_with("0.orq") || name.ends_with("3.orq")).collect();
    assert_eq!(headings(&run.stderr), told);
    assert!(run.stderr.ends_with("\n50 scripts checked: 5 errors in 5 scripts, 5 warnings\n"), "{}", run.stderr);
    assert_eq!(run.stderr.matches("E0102").count(), 5);
    assert_eq!(run.stderr.matches("E0207").count(), 5);
}

#[test]
fn nothing_wrong_is_said_in_one_line() {
    let orq = with(orq(), &[("a.orq", "credits\n"), ("b.orq", "keys | count\n")]);
    let run = run(&orq, ["check", "a.orq", "b.orq"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert_eq!(run.stderr, "2 scripts checked: nothing is wrong\n");
}

#[test]
fn errors_of_many_are_one_document_and_name_their_files() {
    let orq = repository();
    let run = run(&orq, ["--errors", "json", "check", "reports"]);
    assert_eq!(run.code, 3);
    let document = valid("errors", run.stderr.trim_end());
    let errors = document["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 10);
    let files: Vec<&str> = errors.iter().map(|error| error["file"].as_str().unwrap()).collect();
    assert!(files.is_sorted(), "{files:?}");
    for error in errors {
        let text = fs::read_to_string(orq.home.path().join(error["file"].as_str().unwrap())).unwrap();
        let place = |end: &str| error["span"][end].as_u64().unwrap() as usize;
        let shown = &text[place("start")..place("end")];
        assert_eq!(shown, if error["severity"] == "error" { "grup" } else { "avg avg_cost" });
    }
}

#[test]
fn plans_of_many_are_a_line_each() {
    let orq = repository();
    let run = run(&orq, ["check", "--json", "reports"]);
    assert_eq!(run.code, 3);
    let plans: Vec<Value> = run.stdout.lines().map(|line| valid("plan", line)).collect();
    let files: Vec<String> = plans.iter().map(|plan| plan["file"].as_str().unwrap().to_string()).collect();
    let right: Vec<String> = names().into_iter().filter(|name| !name.ends_with("0.orq")).collect();
    assert_eq!(files, right);
    assert_eq!(valid("errors", run.stderr.trim_end())["errors"].as_array().unwrap().len(), 5);
}

#[test]
fn checking_and_formatting_send_nothing_and_need_no_key() {
    let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
    for (command, code) in [("check", 3), ("fmt", 0)] {
        let orq = repository();
        let home = orq.home.path().to_path_buf();
        let run = server.orq([command, "reports"]).cwd(home).run();
        assert_eq!(run.code, code, "{}", run.stderr);
    }
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn fmt_looks_at_all_files_and_writes_those_that_change() {
    let orq = repository();
    let wrong: Vec<String> = names().into_iter().filter(|name| name.ends_with("5.orq")).collect();
    let looked = run(&orq, ["fmt", "--check", "reports"]);
    // A stage that nobody knows is laid out all the same.
    assert_eq!(
        (looked.code, looked.stdout.lines().collect::<Vec<_>>()),
        (5, wrong.iter().map(String::as_str).collect())
    );
    assert_eq!(looked.stderr, "50 scripts: 5 not in their one form\n");
    let written = run(&orq, ["fmt", "reports"]);
    assert_eq!((written.code, written.stdout.as_str()), (0, ""), "{}", written.stderr);
    assert_eq!(written.stderr, "50 scripts: 5 written\n");
    let text = fs::read_to_string(orq.home.path().join(&wrong[0])).unwrap();
    assert!(text.contains("d | group provider | sum cost\n"), "{text}");
    assert_eq!(run(&orq, ["fmt", "--check", "reports"]).code, 0);
    let orq = with(orq, &[("reports/broken.orq", "credits | select (\n")]);
    let broken = run(&orq, ["fmt", "--check", "--errors", "json", "reports"]);
    assert_eq!(broken.code, 3);
    let document: Value = serde_json::from_str(&broken.stderr).unwrap();
    assert_eq!(document["errors"][0]["file"], json!("reports/broken.orq"));
}

#[test]
fn what_another_script_saves_is_not_missed() {
    let files = [("s/1.orq", "credits | save \"kept.csv\"\n"), ("s/2.orq", "read \"kept.csv\" | count\n")];
    let orq = with(orq(), &files);
    let all = run(&orq, ["check", "s"]);
    assert_eq!(all.code, 0, "{}", all.stderr);
    assert!(all.stderr.contains("skipped: it reads what s/1.orq was to save"), "{}", all.stderr);
    assert!(all.stderr.ends_with("\n2 scripts checked: nothing is wrong, 1 skipped\n"), "{}", all.stderr);
    // Where it is there, it is looked into.
    let orq = with(orq, &[("kept.csv", "a\n1\n"), ("s/2.orq", "read \"kept.csv\" | select b\n")]);
    assert_eq!(run(&orq, ["check", "s"]).code, 3);
    let orq = with(orq, &[("s/1.orq", "credits\n"), ("s/2.orq", "read \"other.csv\"\n")]);
    assert_eq!(run(&orq, ["check", "s"]).code, 1);
}
