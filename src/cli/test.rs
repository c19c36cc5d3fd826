//! `orq test`: scripts against the answers that stand beside them, and what they printed against what was kept.

use std::collections::HashSet;
use std::path::Path;

use clap::Args;

use super::arguments::{Errors, Options};
use super::commands::{self, Query};
use super::many;
use super::output::{self, Place, report};
use super::recording::{self, Source};
use super::snapshot::{Snapshot, difference};
use crate::diagnostics::{Code, Diagnostic, Exit, exit_of};
use crate::harmless;
use crate::session::{Interrupts, Outcome, RunOptions};

/// What a recording of a script is called, behind its name.
const RECORDED: &str = "recorded";

/// Below the options of `orq test --help`.
pub const HELP: &str = "\
Beside NAME.orq stand its recording, NAME.recorded/, and what it printed,
NAME.expected.json (or .txt, .csv, .md, ...: the ending is the format). Each
script runs on its recording, at the instant of it, without key and network.

A script with a recording and no snapshot passes where it runs and its
assertions hold. A script that asks nobody needs no recording.

Ends with 0 where all pass, and with 5 where an assertion does not hold or
something else was printed.";

#[derive(Debug, Args)]
pub struct TestFlags {
    /// Scripts, or directories that hold some; the working directory where none is named
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,

    /// Keep what the scripts print now
    #[arg(long)]
    pub update: bool,

    /// Ask the API anew, with a key, and keep what it says and what the scripts print
    #[arg(long)]
    pub record: bool,
}

/// What is to be done with a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    Compare,
    Update,
    Record,
}

/// How one script fared.
struct Fared {
    /// In a few words.
    verdict: &'static str,
    exit: Exit,
    /// What differs, in lines.
    shown: String,
}

/// Runs each script. The worst end is the end.
pub fn run(flags: &TestFlags, options: &Options) -> Result<Exit, Diagnostic> {
    let task = match (flags.record, flags.update) {
        (true, _) => Task::Record,
        (false, true) => Task::Update,
        (false, false) => Task::Compare,
    };
    if options.demo && task != Task::Record {
        return Err(Diagnostic::error(Code::E0801, "`orq test` asks no account: it answers from recordings")
            .help("leave `--demo` out, or record from the demo account: `orq --demo test --record`"));
    }
    if options.sandbox.sandbox && task != Task::Compare {
        return Err(Diagnostic::error(Code::E0702, "`orq test` is refused: it would write files")
            .help("without `--update` and `--record` it only compares"));
    }
    commands::format(options)?;
    let here = [".".to_string()];
    let scripts = many::scripts(if flags.paths.is_empty() { &here } else { &flags.paths }, options)?;
    let place = Place::stdout(options.color, options.errors);
    let (mut worst, mut passed) = (Exit::Fine, 0);
    for name in &scripts {
        let fared = one(Path::new(name), name, task, options).unwrap_or_else(|error| {
            report(std::slice::from_ref(&error), name, "", options.errors, options.color);
            failed(error.code.exit())
        });
        let told = place.print(&format!("{:<9} {}\n{}", fared.verdict, harmless::line(name), fared.shown));
        if told != Exit::Fine {
            return Ok(told);
        }
        passed += usize::from(fared.exit == Exit::Fine);
        worst = worst.worse(fared.exit);
    }
    if options.errors == Errors::Human {
        output::aside(&format!("{passed} of {} passed", many::counted(scripts.len(), "script")));
    }
    Ok(worst)
}

/// Runs one script, and compares or keeps what it gave.
fn one(script: &Path, name: &str, task: Task, options: &Options) -> Result<Fared, Diagnostic> {
    let query = commands::script(name, options)?;
    let directory = script.with_extension(RECORDED);
    let answers = match task {
        Task::Record => Source::Record(directory),
        Task::Compare | Task::Update if directory.exists() => Source::Replay(directory),
        Task::Compare | Task::Update => Source::Nothing,
    };
    let alone = matches!(answers, Source::Nothing);
    let options = Options { answers, ..options.clone() };
    let Ran { outcome, recorded } = ran(&query, alone, &options)?;
    let exit = exit_of(&outcome.diagnostics);
    if exit != Exit::Fine {
        report(&outcome.diagnostics, name, &query.text, options.errors, options.color);
        return Ok(failed(exit));
    }
    recorded?;
    let place = Place::stdout(options.color, options.errors);
    let mut snapshots = Snapshot::of(script)?;
    let format = commands::format(&options)?;
    match task {
        Task::Compare => compared(&snapshots, &outcome, &place),
        Task::Update | Task::Record => {
            let new = Snapshot::new(script, format, &outcome.outputs);
            if snapshots.is_empty() || (format.is_some() && !snapshots.contains(&new)) {
                snapshots.push(new);
            }
            for snapshot in &snapshots {
                snapshot.keep(&snapshot.text(&outcome.outputs, &place)?)?;
            }
            let verdict = if task == Task::Record { "recorded" } else { "kept" };
            Ok(Fared { verdict, exit: Exit::Fine, shown: String::new() })
        }
    }
}

/// What a script gave, and whether it could be kept.
struct Ran {
    outcome: Outcome,
    recorded: Result<(), Diagnostic>,
}

/// The script on its answers. One that stands alone and would ask somebody is not started.
fn ran(query: &Query, alone: bool, options: &Options) -> Result<Ran, Diagnostic> {
    let mut started = commands::started(query, options)?;
    if alone && let Ok(planned) = started.session.planned(&query.text) {
        let calls = planned.pipelines.iter().flat_map(|pipeline| &pipeline.outline.calls);
        let mut calls: Vec<String> = calls.map(|call| format!("`{}`", call.request.shown())).collect();
        let mut seen = HashSet::new();
        calls.retain(|call| seen.insert(call.clone()));
        if !calls.is_empty() {
            let name = harmless::line(&query.name).into_owned();
            let message = format!("no recording stands beside {name}, which asks {}", calls.join(", "));
            return Err(Diagnostic::error(Code::E0508, harmless::line(&message))
                .help(format!("with a key, `orq test --record {name}` makes one")));
        }
    }
    let runtime = started.runtime()?;
    let as_planned = RunOptions { keep_pages: false, interrupts: Interrupts::EndTheProcess };
    let outcome = started.session.run(&runtime, &query.text, as_planned);
    let recorded = recording::finish(&started.transport, options.errors);
    Ok(Ran { outcome, recorded })
}

fn compared(snapshots: &[Snapshot], outcome: &Outcome, place: &Place) -> Result<Fared, Diagnostic> {
    let mut shown = String::new();
    for snapshot in snapshots {
        if let Some(lines) = difference(&snapshot.kept()?, &snapshot.text(&outcome.outputs, place)?) {
            shown += &format!("  {}\n{lines}", harmless::line(&snapshot.file.to_string_lossy()));
        }
    }
    Ok(match (snapshots.is_empty(), shown.is_empty()) {
        (true, _) => Fared { verdict: "ran", exit: Exit::Fine, shown: "  nothing is kept to compare it with\n".into() },
        (false, true) => Fared { verdict: "passed", exit: Exit::Fine, shown },
        (false, false) => Fared { verdict: "differs", exit: Exit::Assertion, shown },
    })
}

fn failed(exit: Exit) -> Fared {
    Fared { verdict: "failed", exit, shown: String::new() }
}
