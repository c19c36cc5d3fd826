//! Scripts that are kept in a repository: run, checked and formatted together.

mod allow;
mod check;
mod reports;
mod run;

use std::fs;
use std::path::Path;

use crate::support::{Orq, Run, orq};

/// So many scripts are in the repository of these tests.
const SCRIPTS: usize = 50;

/// Every tenth of them is wrong, and every tenth after the third has a warning.
fn script(number: usize) -> String {
    match number % 10 {
        0 => format!("# Number {number}.\n\nactivity last 7d | grup model | sum cost\n"),
        3 => "activity last 7d | group date, model | avg cost, count | group model | avg avg_cost\n".to_string(),
        5 => format!("# Number {number}.\nactivity last {}d|group provider|sum cost\n", number + 1),
        _ => format!("# Number {number}.\nactivity last 7d | group model | sum cost | top {}\n", number + 1),
    }
}

fn name(number: usize) -> String {
    format!("reports/{:02}/{number:02}.orq", number % 4)
}

/// All of them, in two levels of directories, beside what is none of them.
fn repository() -> Orq {
    let mut files: Vec<(String, String)> = (0..SCRIPTS).map(|number| (name(number), script(number))).collect();
    files.push(("reports/notes.txt".to_string(), "no script (\n".to_string()));
    files.push(("reports/.hidden/bad.orq".to_string(), "no script (\n".to_string()));
    files.push(("reports/.bad.orq".to_string(), "no script (\n".to_string()));
    with(orq(), &files)
}

/// The names in the order in which they are told.
fn names() -> Vec<String> {
    let mut names: Vec<String> = (0..SCRIPTS).map(name).collect();
    names.sort();
    names
}

fn with<P: AsRef<Path>, T: AsRef<str>>(orq: Orq, files: &[(P, T)]) -> Orq {
    for (path, text) in files {
        let path = orq.home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.as_ref()).unwrap();
    }
    orq
}

/// Runs where its files are, which stay afterwards.
fn run<const N: usize>(orq: &Orq, arguments: [&str; N]) -> Run {
    let home = orq.home.path().to_path_buf();
    crate::support::orq().args(arguments).cwd(home).run()
}

/// The names above what is said of scripts.
fn headings(told: &str) -> Vec<String> {
    let heading = |line: &str| Some(line.strip_prefix("── ")?.strip_suffix(" ──")?.to_string());
    told.lines().filter_map(heading).collect()
}
