//! Recordings: what `--record` keeps, `--replay` answers, and `orq test` compares.

mod kept;
mod replayed;
mod schedulers;
mod scripts;
mod scrubbed;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Orq, Run, orq};

/// A directory that outlives its runs.
fn directory() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A run on the demo account that is kept.
fn record(to: &Path, arguments: &[&str]) -> Run {
    orq().args(["--demo", "--record", to.to_str().unwrap()]).args(arguments.iter().copied()).run()
}

/// A run on what was kept, with no key anywhere.
fn replay(from: &Path, arguments: &[&str]) -> Run {
    orq().args(["--replay", from.to_str().unwrap()]).args(arguments.iter().copied()).run()
}

/// The files of a recording, by their names.
fn files(of: &Path) -> Vec<(PathBuf, String)> {
    let mut files: Vec<(PathBuf, String)> = fs::read_dir(of)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", of.display());
    files
}

fn manifest(of: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(of.join("recording.json")).unwrap()).unwrap()
}

/// Asserts that a run failed with this code, and hands on what it told.
fn failed(run: &Run, exit: i32, code: &str) -> String {
    assert_eq!((run.code, run.stdout.as_str()), (exit, ""), "{}", run.stderr);
    assert!(run.stderr.contains(code), "{}", run.stderr);
    run.told()
}

/// Scripts in a directory, with `orq` running there.
fn among(scripts: &[(&str, &str)]) -> (tempfile::TempDir, impl Fn(&[&str]) -> Run + use<>) {
    let home = directory();
    for (name, text) in scripts {
        let path = home.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let here = home.path().to_path_buf();
    let run = move |arguments: &[&str]| {
        let orq: Orq = orq().cwd(here.clone()).args(arguments.iter().copied());
        orq.run()
    };
    (home, run)
}
