//! The command as a process: words, flags, files, exit codes and streams.

mod check_and_explain;
mod errors_for_programs;
mod every_command;
mod exit_codes;
mod fmt;
mod given_up;
mod hostile_text;
mod libraries;
mod parameters;
mod progress;
mod report;
mod saving;
mod scripts;
mod setup;
mod several_pipelines;
mod streams;
mod words;

use std::fs;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::scripted::{Reply, Server};
use crate::support::{NOW, Orq, Run, demo, orq};

fn run<const N: usize>(arguments: [&str; N]) -> Run {
    orq().args(arguments).run()
}

/// Writes files into the run's directory.
fn with_files(orq: Orq, files: &[(&str, &str)]) -> Orq {
    for (path, text) in files {
        let path = orq.home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    orq
}

/// The diagnostics of `--errors json`.
fn errors(run: &Run) -> Vec<Value> {
    let report: Value = serde_json::from_str(&run.stderr).unwrap_or_else(|error| panic!("{error}: {}", run.stderr));
    assert_eq!(report["orq"], json!(1));
    report["errors"].as_array().unwrap().clone()
}
