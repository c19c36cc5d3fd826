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
        assert_eq!(path.extension().unwrap(), "orq", "{} is no script", path.display());
        scripts.push((path.file_stem().unwrap().to_string_lossy().into_owned(), path));
    }
    scripts.sort();
    assert!(scripts.len() >= 6, "only {} scripts", scripts.len());
    scripts
}

/// What a command says of a script that is fine.
fn output(arguments: &[&str], path: &Path) -> String {
    let run = orq().args(arguments.iter().copied()).args([path.to_string_lossy()]).run();
    assert_eq!(run.code, 0, "{arguments:?} {}\n{}", path.display(), run.stderr);
    assert_eq!(run.stderr, "", "{arguments:?} {}", path.display());
    run.stdout
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
        let shown = output(&["check"], &path);
        assert!(shown.lines().any(|line| line.starts_with("  ")), "{name} has no columns\n{shown}");
    }
}

#[test]
fn each_has_its_plan() {
    for (name, path) in scripts() {
        insta::assert_snapshot!(format!("{name}-plan"), output(&["explain"], &path));
    }
}

#[test]
fn each_gives_its_result_on_the_demo_account() {
    for (name, path) in scripts() {
        let shown = output(&["--demo", "run"], &path);
        assert!(!shown.contains("no rows"), "{name}\n{shown}");
        insta::assert_snapshot!(format!("{name}-result"), shown);
    }
}
