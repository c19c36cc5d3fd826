//! Every script in `examples` is fine and runs on the demo account; its plan and its result are kept as snapshots.
//! `INSTA_UPDATE=always cargo test examples::` writes them again.

use std::path::{Path, PathBuf};

use crate::support::orq;

/// The scripts, by name.
fn scripts() -> Vec<(String, PathBuf)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut scripts = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        // What is for agents is run by the tests of the documents, what is for schedulers by those of recordings.
        // What is for editors has no script.
        if ["skill", "ci", "editors"].iter().any(|others| path.ends_with(others)) {
            continue;
        }
        assert_eq!(path.extension().unwrap(), "orq", "{} is no script", path.display());
        scripts.push((path.file_stem().unwrap().to_string_lossy().into_owned(), path));
    }
    scripts.sort();
    assert!(scripts.len() >= 6, "only {} scripts", scripts.len());
    scripts
}

/// What a command says of a script that is fine: its output, and what is noted beside it.
fn output(arguments: &[&str], path: &Path) -> (String, String) {
    ended_output(arguments, path, 0)
}

fn ended_output(arguments: &[&str], path: &Path, code: i32) -> (String, String) {
    let (directory, file) = (path.parent().unwrap(), path.file_name().unwrap().to_string_lossy());
    let run = orq().cwd(directory).args(arguments.iter().copied()).args([file]).run();
    assert_eq!(run.code, code, "{arguments:?} {}\n{}", path.display(), run.stderr);
    (run.stdout, run.stderr)
}

#[test]
fn each_says_first_what_it_is_for() {
    for (name, path) in scripts() {
        let text = std::fs::read_to_string(path).unwrap();
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("#!/usr/bin/env -S orq run"), "{name}");
        let comment = lines.next().unwrap();
        assert!(comment.starts_with("# ") && comment.len() > 40, "{name}: {comment}");
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{name} has a long line");
    }
}

#[test]
fn each_is_fine() {
    for (name, path) in scripts() {
        let (shown, noted) = output(&["check"], &path);
        assert_eq!(noted, "", "{name}");
        assert!(shown.lines().any(|line| line.starts_with("  ")), "{name} has no columns\n{shown}");
    }
}

#[test]
fn each_has_its_plan() {
    for (name, path) in scripts() {
        insta::assert_snapshot!(format!("{name}-plan"), output(&["explain"], &path).0);
    }
}

#[test]
fn each_gives_its_result_on_the_demo_account() {
    for (name, path) in scripts() {
        let fails = std::fs::read_to_string(&path).unwrap().contains("On the demo account it does not hold.");
        let (shown, noted) = ended_output(&["--demo", "run"], &path, if fails { 5 } else { 0 });
        assert!(!shown.contains("no rows"), "{name}\n{shown}");
        insta::assert_snapshot!(format!("{name}-result"), noted + &shown);
    }
}
