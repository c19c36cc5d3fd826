//! What orq costs, measured as ratios and in microseconds, beside the goals: `cargo bench`. It fails only where it
//! cannot measure.

mod editor;

use std::hint::black_box;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use orq::exec::{Permissions, Places};
use orq::net::{Client, ClientOptions, Credentials, Places as KeyPlaces};
use orq::session::{Clock, Session};

const QUERY: &str = "activity from 2026-02-01 | group model | sum cost | top 5";

/// The clock of all measurements.
const NOW: &str = "2026-02-19T09:00:00Z";

/// What a script of the language that helpers are written in loads before it can do anything.
const PYTHON: &[&str] = &["python3", "-c", "import json, urllib.request, argparse"];

/// Processes are started so often, each kind in its turn, so that what disturbs one disturbs the other.
const PROCESSES: usize = 41;

/// Times that parse and check are timed together, and how often that is done.
const BATCH: u32 = 200;
const BATCHES: usize = 51;

fn main() -> ExitCode {
    if cfg!(debug_assertions) {
        println!("(a build without optimisation: the goals are for `cargo bench` in release)");
    }
    match measured() {
        Ok(lines) => {
            lines.iter().for_each(|line| println!("{line}"));
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("cannot measure: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Lines of the script that is checked whole.
const LINES: usize = 200;

/// Lines of the script that is edited.
const EDITED: usize = 1_000;

fn measured() -> Result<[String; 6], String> {
    let (orq, python) = processes()?;
    let ratio = python.as_secs_f64() / orq.as_secs_f64();
    let check = parse_and_check()?;
    let (parsed, checked) = script_of_many_lines()?;
    let (edited, looked_at) = editor::edits(&script(EDITED), NOW)?;
    let starts = edited.as_secs_f64() / python.as_secs_f64();
    let part = checked.as_secs_f64() / parsed.as_secs_f64();
    let micros = check.as_secs_f64() * 1e6;
    let (together, pythons) = repository()?;
    let of_many = |what: &str, took: Duration| {
        let ratio = took.as_secs_f64() / pythons.as_secs_f64();
        let ms = |took: Duration| took.as_secs_f64() * 1e3;
        let goal = goal(ratio < 0.3, "under 0.3");
        format!("{what}  {:.1} ms, {ratio:.3} of python3 as often ({:.0} ms)   {goal}", ms(took), ms(pythons))
    };
    Ok([
        format!(
            "orq check, whole process   {:.1} ms, {ratio:.1} times faster than python3 with its imports ({:.1} ms)   {}",
            orq.as_secs_f64() * 1e3,
            python.as_secs_f64() * 1e3,
            goal(ratio >= 5.0, "at least 5 times"),
        ),
        format!("parse and check            {micros:.1} µs   {}", goal(micros < 50.0, "under 50 µs")),
        format!(
            "a script of {LINES} lines     {:.2} ms, {part:.1} times its parse alone ({:.2} ms)   {}",
            checked.as_secs_f64() * 1e3,
            parsed.as_secs_f64() * 1e3,
            goal(checked < Duration::from_millis(5), "under 5 ms"),
        ),
        of_many("check of 50 scripts      ", together.check),
        of_many("fmt --check of 50 scripts", together.fmt),
        format!(
            "{} edits of {EDITED} lines   {:.0} ms, {starts:.1} starts of python3 with its imports; {looked_at} texts looked at   {}",
            editor::EDITS,
            edited.as_secs_f64() * 1e3,
            goal(edited < Duration::from_secs(1), "under 1 s"),
        ),
    ])
}

fn goal(reached: bool, goal: &str) -> String {
    format!("[{}: {goal}]", if reached { "goal" } else { "GOAL MISSED" })
}

/// The medians of both processes, from start to end.
fn processes() -> Result<(Duration, Duration), String> {
    let orq = [env!("CARGO_BIN_EXE_orq"), "check", QUERY];
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..PROCESSES + 2 {
        let (a, b) = (process(&orq)?, process(PYTHON)?);
        // The first rounds fill the caches.
        if round >= 2 {
            ours.push(a);
            theirs.push(b);
        }
    }
    Ok((median(ours)?, median(theirs)?))
}

/// One run of a program that must succeed.
fn process(words: &[&str]) -> Result<Duration, String> {
    let [program, arguments @ ..] = words else { return Err("nothing to run".to_string()) };
    let mut command = Command::new(program);
    command.args(arguments).env("ORQ_NOW", NOW).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().map_err(|error| format!("{program}: {error}"))?;
    let took = start.elapsed();
    if status.success() { Ok(took) } else { Err(format!("{program} ended with {status}")) }
}

/// Scripts of a repository.
const SCRIPTS: usize = 50;

/// One process for all of them.
struct Together {
    check: Duration,
    fmt: Duration,
}

/// The medians of checking and formatting a repository, and of starting an interpreter once for each of its scripts.
fn repository() -> Result<(Together, Duration), String> {
    let home = tempfile::tempdir().map_err(|error| error.to_string())?;
    for number in 0..SCRIPTS {
        let script = format!(
            "# Number {number}.\nactivity last 7d\n| group model\n| sum cost, tokens\n\
             | derive rate = cost / tokens * 1e6\n| top {}\n",
            number + 1
        );
        std::fs::write(home.path().join(format!("{number}.orq")), script).map_err(|error| error.to_string())?;
    }
    let directory = home.path().to_string_lossy();
    let (mut checks, mut fmts, mut pythons) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..5 {
        checks.push(process(&[env!("CARGO_BIN_EXE_orq"), "check", &directory])?);
        fmts.push(process(&[env!("CARGO_BIN_EXE_orq"), "fmt", "--check", &directory])?);
        let start = Instant::now();
        for _ in 0..SCRIPTS {
            process(&["python3", "-c", "pass"])?;
        }
        pythons.push(start.elapsed());
    }
    Ok((Together { check: median(checks)?, fmt: median(fmts)? }, median(pythons)?))
}

/// A session that asks nobody.
fn session() -> Result<Session, String> {
    let now = NOW.parse().map_err(|error| format!("{error}"))?;
    let credentials = Arc::new(Credentials::new(KeyPlaces::nowhere()));
    let client = Client::new(ClientOptions::new(credentials)).map_err(|error| error.message)?;
    let permissions = Permissions { places: Places::Anywhere, force: false };
    Ok(Session::new(Clock::Frozen(now), client, permissions))
}

/// A report of many pipelines, each broken into stages, as scripts are written.
fn script(lines: usize) -> String {
    let part = |number: usize| {
        format!(
            "# part {number}\nlet spend_{number} =\n  activity last 7d\n  | where cost > 0.{number} and model ~ \"^openai/\"\n  \
             | group provider, model\n  | sum cost, tokens, count_distinct(model) as models\n  \
             | derive rate = cost / tokens * 1e6,\n           big = if(cost > 5, \"much\", \"little\")\n\
             spend_{number} | top 5 by cost\n"
        )
    };
    let parts: Vec<String> = (0..lines / 10).map(part).collect();
    format!("# A report of many parts.\n{}", parts.join("\n"))
}

/// The medians of the parse of a script, and of its parse and check.
fn script_of_many_lines() -> Result<(Duration, Duration), String> {
    let (session, script) = (session()?, script(LINES));
    let lines = script.lines().count();
    if lines < LINES {
        return Err(format!("the script has {lines} lines"));
    }
    let found = session.check(&script).diagnostics;
    if !found.is_empty() {
        return Err(format!("the script is wrong: {found:?}"));
    }
    let timed = |run: &dyn Fn()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    let (mut parsed, mut checked) = (Vec::new(), Vec::new());
    for _ in 0..BATCHES {
        parsed.push(timed(&|| drop(black_box(orq::syntax::parse(black_box(&script))))));
        checked.push(timed(&|| drop(black_box(session.check(black_box(&script))))));
    }
    Ok((median(parsed)?, median(checked)?))
}

/// The median of one parse and check, in this process.
fn parse_and_check() -> Result<Duration, String> {
    let session = session()?;
    let found = session.check(QUERY).diagnostics;
    if !found.is_empty() {
        return Err(format!("the query is wrong: {found:?}"));
    }
    let batch = || {
        let start = Instant::now();
        for _ in 0..BATCH {
            black_box(session.check(black_box(QUERY)));
        }
        start.elapsed() / BATCH
    };
    median((0..BATCHES).map(|_| batch()).collect())
}

fn median(mut times: Vec<Duration>) -> Result<Duration, String> {
    times.sort();
    times.get(times.len() / 2).copied().ok_or_else(|| "nothing was measured".to_string())
}
