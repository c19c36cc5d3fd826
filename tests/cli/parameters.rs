//! Values of parameters on the command line: flags behind a script, `-p` anywhere, and the help of a script.

use super::*;

const SCRIPT: &str = "#!/usr/bin/env -S orq run\n# Spend of the last days.\n# By model.\n\n# Not of the help.\n\
    param days: duration = 7d \"how far back\"\nparam least: usd \"smaller sums are left out\"\nparam n: number = 3\n\
    param reverse: bool = false\n\
    activity last @days | group model | sum cost | where cost >= @least | sort if(@reverse, -cost, cost) | limit @n\n";

const HELP: &str = "Spend of the last days.\nBy model.\n\n\
    Usage: orq run spend.orq [--days DURATION] --least USD [--n NUMBER] [--reverse BOOL]\n\n\
    Parameters:\n  \
      --days DURATION  how far back (default 7d)\n  \
      --least USD      smaller sums are left out (needed, as in 500)\n  \
      --n NUMBER       default 3\n  \
      --reverse BOOL   default false\n\n\
    `orq run --help` lists the options of orq itself.\n";

/// A run of the script with these words behind it.
fn script<const N: usize>(words: [&str; N]) -> Run {
    let orq = with_files(orq(), &[("spend.orq", SCRIPT)]);
    orq.args(["--demo", "-f", "csv", "run", "spend.orq"]).args(words).run()
}

fn costs(run: &Run) -> Vec<f64> {
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().parse().unwrap()).collect()
}

#[test]
fn flags_behind_a_script_are_values_of_its_parameters() {
    let plain = costs(&script(["--least", "1"]));
    assert_eq!(plain.len(), 3);
    assert!(plain.iter().all(|cost| *cost >= 1.0) && plain.is_sorted(), "{plain:?}");
    for words in [["--least=1", "--n=2"], ["-p", "n=2"], ["--param", "@n=2"]] {
        let run = match words[0] {
            "--least=1" => script(words),
            _ => script(["--least", "1", words[0], words[1]]),
        };
        assert_eq!(costs(&run), plain[..2], "{words:?}");
    }
    let reversed = costs(&script(["--reverse", "--least", "0", "--n", "1000"]));
    assert!(reversed.iter().rev().is_sorted() && reversed.len() > 10, "a flag alone is true: {reversed:?}");
    assert_eq!(costs(&script(["--least", "-1", "--n", "1000"])).len(), reversed.len(), "a value below zero");
}

#[test]
fn the_last_value_of_a_name_counts_and_those_of_orq_stay_its_own() {
    assert_eq!(costs(&script(["--least", "1", "--n", "3", "--n", "1"])).len(), 1);
    let run = with_files(orq(), &[("spend.orq", SCRIPT)])
        .args(["run", "spend.orq", "--least", "1", "--format", "json", "--n", "1", "--demo", "--retries", "0"])
        .run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer.as_array().unwrap().len(), 1);
}

#[test]
fn standard_input_and_query_text_take_values_too() {
    let text = "param n: number = 5; keys | limit @n";
    for run in [
        orq().args(["--demo", "-f", "csv", "run", "-", "--n", "2"]).stdin(text).run(),
        orq().args(["--demo", "-f", "csv", "-p", "n=2"]).stdin(text).run(),
        orq().args(["--demo", "-f", "csv", "run", "-e", text, "--n", "2"]).run(),
        orq().args(["--demo", "-f", "csv", "-p", "n=2", text]).run(),
    ] {
        assert_eq!((run.code, run.stdout.lines().count()), (0, 3), "{}", run.stderr);
    }
}

#[test]
fn explain_and_check_take_values_too() {
    let text = "param days: duration = 7d; activity last @days | sum cost";
    let explained = orq().args(["explain", "-p", "days=3d", "-e", text]).run().stdout;
    assert_eq!(explained, orq().args(["explain", "-e", &text.replace("7d", "3d")]).run().stdout);
    assert_ne!(explained, orq().args(["explain", "-e", text]).run().stdout);
    let run = orq().args(["check", "-p", "days=three", "-e", text]).run();
    assert!(run.code == 3 && run.stderr.starts_with("E0006"), "{}", run.stderr);
}

#[test]
fn a_value_that_no_parameter_takes_is_an_error_that_names_the_nearest() {
    let run = script(["--leats", "1", "--least", "1"]);
    assert_eq!((run.code, run.stdout.as_str()), (3, ""));
    assert!(run.stderr.contains("E0105") && run.stderr.contains("did you mean `least`?"), "{}", run.stderr);
    let run = script(["--least", "1", "--colour", "red"]);
    assert!(run.stderr.contains("parameters: `days`, `least`, `n`, `reverse`"), "{}", run.stderr);
    let run = orq().args(["--demo", "-p", "n=1", "credits"]).run();
    assert!(run.code == 3 && run.stderr.contains("the text declares none"), "{}", run.stderr);
    let run = orq().args(["--demo", "-p", "n", "credits"]).run();
    assert_eq!(run.code, 2, "a value without a name is no flag: {}", run.stderr);
}

#[test]
fn the_help_of_a_script_is_its_first_comment_and_its_parameters() {
    for flag in ["--help", "-h"] {
        let run = script([flag]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        assert_eq!(run.stdout, HELP);
    }
    let own = run(["run", "--help"]);
    assert!(own.stdout.contains("--retries") && own.code == 0, "{}", own.stdout);
    let plain = with_files(orq(), &[("plain.orq", "credits\n")]).args(["run", "plain.orq", "--help"]).run();
    assert_eq!((plain.code, plain.stdout.contains("no parameters")), (0, true), "{}", plain.stdout);
}

#[test]
fn a_parameter_that_is_called_like_a_flag_of_orq_is_given_by_p() {
    let text = "param format: text\nparam first_day: date = 2026-02-01\nactivity from @first_day | where model == @format | count\n";
    let among = || with_files(orq(), &[("s.orq", text)]);
    let help = among().args(["run", "s.orq", "--help"]).run().stdout;
    assert!(help.contains("-p format=TEXT") && help.contains("--first_day DATE"), "{help}");
    let run =
        among().args(["--demo", "run", "s.orq", "-p", "format=x", "--format", "csv", "--first-day=yesterday"]).run();
    assert_eq!((run.code, run.stdout.as_str()), (0, "count\n0\n"), "{}", run.stderr);
}

#[test]
fn a_parameter_can_name_the_file_that_is_saved() {
    let orq = with_files(orq(), &[("s.orq", "param out: text\nworkspaces | select name | save @out\n")]);
    let home = orq.home.path().to_path_buf();
    let orq = orq.args(["--demo", "run", "s.orq", "--out", "names.csv"]);
    let output = orq.command().output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read_to_string(home.join("names.csv")).unwrap(), "name\nProduction\nResearch\n");
    // Permissions are the same as for a name that is written out.
    let run =
        with_files(crate::support::orq(), &[("s.orq", "param out: text\nworkspaces | select name | save @out\n")])
            .args(["--demo", "run", "s.orq", "--out", "/tmp/elsewhere.csv"])
            .run();
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.starts_with("E0702"), "{}", run.stderr);
}
