//! What holds for each command: its output may go to nobody, to a full disk, or to a screen of 80 columns.

use orq::session::CATALOG;

use super::*;
use crate::support::is_quiet;
use crate::support::terminal::screen;

/// A run of each command that prints something. A new command fails the tests below until it has a line here.
fn example(command: &str) -> &'static [&'static str] {
    match command {
        "run" => &["--demo", "run", "-e", "credits"],
        "check" => &["check", "activity last 7d | group model | sum cost"],
        "explain" => &["explain", "generations last 3d | top 3 by cost | select id, model, provider, cost, latency"],
        "fmt" => &["fmt", "-e", "credits|limit 1"],
        "describe" => &["describe"],
        "report" => &["--demo", "report", "--from", "3d ago", "--limit", "2"],
        "init" => &["--demo", "init"],
        "doctor" => &["--demo", "doctor"],
        "completions" => &["completions", "bash"],
        "man" => &["man"],
        "sync" => &["--demo", "sync", "--help"],
        "ledger status" => &["ledger", "status", "--help"],
        "ledger verify" => &["ledger", "verify", "--help"],
        "ledger path" => &["ledger", "path", "--help"],
        // It answers lines, and there are none.
        "mcp" => &["mcp", "--help"],
        // There is no script where these run.
        "test" => &["test", "--help"],
        // It answers an editor, and there is none.
        "lsp" => &["lsp", "--help"],
        "demo serve" => &["demo", "serve"],
        other => panic!("`orq {other}` has no example here"),
    }
}

/// Other forms of commands, and what is no command.
const OTHERS: &[&[&str]] = &[
    &["--demo", "credits"],
    &["--demo", "-f", "json", "activity last 30d"],
    &["--demo", "--raw", "credits"],
    &["--demo", "credits | save \"credits.csv\""],
    &["--demo", "explain credits"],
    &["run", "-e", "param n: number = 3 \"how many\"; credits | limit @n", "--help"],
    &["explain", "E0103"],
    &["describe", "read"],
    &["describe", "--reference"],
    &["describe", "--json"],
    &["describe", "--json", "activity"],
    &["describe", "--json-schema"],
    &["describe", "--for-agents"],
    &["check", "--json", "credits"],
    &["explain", "--json", "credits"],
    &["--demo", "-f", "envelope", "--max-rows", "2", "activity last 7d | group model | sum cost"],
    &["--demo", "doctor", "-f", "json"],
    &["completions", "zsh"],
    &["completions", "fish"],
    &["help"],
    &["--help"],
    &["--version"],
];

/// All runs of this page.
fn runs() -> Vec<Vec<&'static str>> {
    let commands = orq::cli::commands();
    assert!(commands.len() >= 10, "{commands:?}");
    let examples = commands.iter().map(|command| example(command).to_vec());
    examples.chain(OTHERS.iter().map(|arguments| arguments.to_vec())).collect()
}

#[test]
fn a_reader_that_goes_away_ends_the_run_silently() {
    for arguments in runs() {
        // A server goes on when nobody reads its address any longer.
        if arguments.contains(&"serve") {
            continue;
        }
        let orq = orq().args(arguments.iter().copied());
        let mut child = orq.command().spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(is_quiet(&String::from_utf8_lossy(&output.stderr)), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    for arguments in runs() {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let orq = orq().args(arguments.iter().copied());
        let output = orq.command().stdout(full).spawn().unwrap().wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {told}");
        assert!(told.contains("E0701") && told.contains("cannot be written"), "{arguments:?}: {told}");
    }
}

/// Whoever reads standard error may be gone too; there is nowhere left to say so.
#[cfg(target_os = "linux")]
#[test]
fn errors_that_cannot_be_written_change_nothing() {
    for (arguments, code) in [(vec!["--demo", "credits | grup x"], 3), (vec!["--frobnicate"], 2), (vec!["doctor"], 4)] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let orq = orq().args(arguments.iter().copied());
        let output = orq.command().stderr(full).spawn().unwrap().wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
    }
}

#[test]
fn what_goes_elsewhere_than_to_a_terminal_has_no_colours() {
    for arguments in runs().into_iter().filter(|arguments| !arguments.contains(&"serve")) {
        let run =
            orq().args(arguments.iter().copied()).env("TERM", "xterm-256color").env("COLORTERM", "truecolor").run();
        assert_eq!(run.code, 0, "{arguments:?}");
        assert!(is_quiet(&run.stderr), "{arguments:?}: {}", run.stderr);
        assert!(!run.stdout.is_empty(), "{arguments:?}");
        assert!(!run.stdout.contains('\u{1b}'), "{arguments:?}: {:?}", run.stdout);
    }
}

/// Texts for people fit 80 columns; scripts of shells, the source of a man page, Markdown and exact formats are as long
/// as they are.
#[cfg(unix)]
#[test]
fn a_terminal_of_80_columns_is_enough() {
    let for_programs = |arguments: &[&str]| {
        [
            "json",
            "envelope",
            "--json",
            "--json-schema",
            "--for-agents",
            "--raw",
            "--reference",
            "completions",
            "man",
            "serve",
        ]
        .iter()
        .any(|word| arguments.contains(word))
    };
    let mut seen = 0;
    let mut commands: Vec<Vec<&str>> = runs().into_iter().filter(|run| !for_programs(run)).collect();
    commands.extend(CATALOG.sources.iter().map(|def| vec!["describe", def.name]));
    let errors = ["E0001", "E0102", "E0501", "E0702", "E0801"];
    commands.extend(errors.iter().map(|code| vec!["explain", *code]));
    commands.push(vec!["--demo", "activity last 60d | limit 5"]);
    commands.push(vec!["--demo", "activity last 7d | where modle == \"openai/gpt-5.2\" | sum cost"]);
    for arguments in commands {
        let orq = orq().args(arguments.iter().copied()).env("TERM", "xterm");
        let mut code = false;
        for line in screen(&orq, 80, false).text.lines() {
            // The line of progress is written over.
            let line = line.rsplit('\r').next().unwrap();
            // What a page quotes stays as it is.
            code ^= arguments[0] == "explain" && line.starts_with("```");
            seen += 1;
            assert!(code || line.chars().count() <= 80, "{arguments:?}: {line}");
        }
    }
    assert!(seen > 1_000, "only {seen} lines");
}

/// A terminal that can show colours does, unless it is told not to.
#[cfg(unix)]
#[test]
fn colours_are_for_terminals_that_have_them() {
    for arguments in [vec!["--demo", "credits"], vec!["--demo", "doctor"], vec!["--demo", "credits | grup x"]] {
        let coloured = |more: &[&str], name: &str, value: &str| {
            let orq = orq().args(arguments.iter().copied()).args(more.iter().copied()).env("TERM", "xterm");
            screen(&orq.env(name, value), 80, true).text.contains("\u{1b}[")
        };
        assert!(coloured(&[], "TERM", "xterm"), "{arguments:?}");
        assert!(!coloured(&[], "TERM", "dumb"), "{arguments:?}");
        assert!(!coloured(&[], "NO_COLOR", "1"), "{arguments:?}");
        assert!(!coloured(&["--color", "never"], "TERM", "xterm"), "{arguments:?}");
        assert!(coloured(&["--color", "always"], "TERM", "dumb"), "{arguments:?}");
    }
}
