//! The command as a process: words, flags, files, exit codes and streams.

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

mod exit_codes {
    use super::*;

    #[test]
    fn each_kind_of_end_has_its_own() {
        for (arguments, code, id) in [
            (vec!["--demo", "credits"], 0, ""),
            (vec!["--demo", "activity | where cost < 0"], 0, ""),
            (vec!["run", "nothing-there.orq"], 1, "E0701"),
            (vec!["--frobnicate"], 2, "E0801"),
            (vec!["--base-url", "https://example.com", "credits"], 2, "E0802"),
            (vec!["--demo", "activity | grup model"], 3, "E0102"),
            (vec!["--demo", "-f", "nonsense", "credits"], 3, "E0107"),
            (vec!["credits"], 4, "E0501"),
            (vec!["--demo", "--fault", "500", "--retries", "0", "credits"], 4, "E0504"),
            (vec!["--demo", "activity today"], 6, "E0601"),
        ] {
            let run = orq().args(arguments.iter().copied()).run();
            assert_eq!(run.code, code, "{arguments:?}: {}", run.stderr);
            assert!(run.stderr.starts_with(id), "{arguments:?}: {}", run.stderr);
            assert_eq!(run.stdout.is_empty(), code != 0, "{arguments:?}: data is on standard output alone");
        }
    }

    #[test]
    fn help_and_version_are_data() {
        for flag in ["--help", "-h", "--version", "-V"] {
            let run = run([flag]);
            assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{flag}");
            assert!(run.stdout.contains("orq"), "{flag}");
        }
    }
}

mod words {
    use super::*;

    #[test]
    fn plain_words_need_no_quotes() {
        for (words, query) in [
            (vec!["credits"], "credits"),
            (vec!["activity", "yesterday"], "activity yesterday"),
            (vec!["activity", "last", "7", "days"], "activity last 7d"),
            (vec!["activity", "last", "7d", "|", "sum", "cost"], "activity last 7d | sum cost"),
            (vec!["generation", "gen-demo-1"], "generation gen-demo-1"),
        ] {
            let bare = orq().args(["--demo"]).args(words.iter().copied()).run();
            let quoted = demo(query);
            assert_eq!((bare.code, quoted.code), (0, 0), "{words:?}: {}", bare.stderr);
            assert_eq!(bare.stdout, quoted.stdout, "{words:?}");
        }
    }

    #[test]
    fn flags_stand_before_and_after() {
        let expected = run(["--demo", "-f", "json", "activity yesterday"]);
        assert_eq!(expected.code, 0, "{}", expected.stderr);
        for arguments in [
            vec!["activity yesterday", "--demo", "-f", "json"],
            vec!["activity", "yesterday", "--format=json", "--demo"],
            vec!["--demo", "activity", "yesterday", "-f", "json"],
            vec!["run", "--demo", "-e", "activity yesterday", "-f", "json"],
            vec!["--demo", "-f", "json", "run", "activity yesterday"],
            vec!["run", "activity yesterday", "--demo", "-fjson"],
        ] {
            let run = orq().args(arguments.iter().copied()).run();
            assert_eq!((run.code, run.stdout), (0, expected.stdout.clone()), "{arguments:?}: {}", run.stderr);
        }
    }

    #[test]
    fn the_clock_can_be_frozen_by_flag_and_by_environment() {
        let query = ["--demo", "-f", "json", "activity yesterday | distinct date"];
        let by_env = orq().args(query).env("ORQ_NOW", "2026-05-02T00:00:00Z").run();
        let by_flag = orq().args(query).args(["--now", "2026-05-02T00:00:00Z"]).run();
        assert_eq!(by_env.stdout, by_flag.stdout);
        assert!(by_flag.stdout.contains("2026-05-01"), "{}", by_flag.stdout);
    }
}

mod scripts {
    use super::*;

    const SCRIPT: &str =
        "#!/usr/bin/env -S orq run\n# What is left.\n\nlet left = credits | select remaining\n\nleft\n";

    fn expected() -> String {
        demo("credits | select remaining").stdout
    }

    #[test]
    fn a_script_runs_from_a_file_from_standard_input_and_from_text() {
        let file = || with_files(orq(), &[("left.orq", SCRIPT)]);
        for run in [
            file().args(["--demo", "run", "left.orq"]),
            file().args(["run", "./left.orq", "--demo"]),
            orq().args(["--demo", "run", "-"]).stdin(SCRIPT),
            orq().args(["--demo", "run"]).stdin(SCRIPT),
            orq().args(["--demo"]).stdin(SCRIPT),
            orq().args(["--demo", "run", "-e", SCRIPT]),
            orq().args(["--demo", "run", SCRIPT]),
        ] {
            let run = run.run();
            assert_eq!((run.code, run.stdout), (0, expected()), "{}", run.stderr);
        }
    }

    #[test]
    fn text_behind_e_is_a_query_whatever_files_there_are() {
        let orq = with_files(orq(), &[("credits", "this is no query (")]);
        let run = orq.args(["--demo", "run", "-e", "credits"]).run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        let orq = with_files(crate::support::orq(), &[("credits", "keys | count")]);
        let run = orq.args(["--demo", "run", "credits", "-f", "json"]).run();
        assert!(run.stdout.contains("count"), "an existing file is the script: {}", run.stdout);
    }

    #[cfg(unix)]
    #[test]
    fn the_shebang_line_makes_a_script_a_command() {
        use std::os::unix::fs::PermissionsExt as _;
        let orq = with_files(orq(), &[("left", SCRIPT)]);
        let script = orq.home.path().join("left");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        let bin = std::path::Path::new(env!("CARGO_BIN_EXE_orq")).parent().unwrap();
        let path = format!("{}:/usr/bin:/bin", bin.display());
        let output = std::process::Command::new(&script)
            .arg("--demo")
            .env_clear()
            .env("PATH", path)
            .env("ORQ_NOW", NOW)
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    #[test]
    fn an_error_in_a_script_names_the_file_and_the_line() {
        let run = with_files(orq(), &[("bad.orq", "credits\n\n\nkeys | grup name\n")]).args(["run", "bad.orq"]).run();
        assert_eq!(run.code, 3);
        assert!(run.stderr.contains("bad.orq:4:8"), "{}", run.stderr);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_an_error_of_this_machine() {
        for (arguments, files) in [
            (vec!["run", "missing.orq"], vec![]),
            (vec!["check", "missing.orq"], vec![]),
            (vec!["run", "dir"], vec![("dir/x", "")]),
        ] {
            let run = with_files(orq(), &files).args(arguments.iter().copied()).run();
            assert_eq!(run.code, 1, "{arguments:?}: {}", run.stderr);
            assert!(run.stderr.starts_with("E0701"), "{}", run.stderr);
        }
        let orq = orq().args(["run", "bytes.orq"]);
        fs::write(orq.home.path().join("bytes.orq"), b"credits \xff\xfe").unwrap();
        assert_eq!(orq.run().code, 1);
    }

    #[cfg(unix)]
    #[test]
    fn check_opens_regular_files_only() {
        let orq = orq().args(["check", "pipe.orq"]);
        let pipe = orq.home.path().join("pipe.orq");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let run = orq.run();
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(run.stderr.starts_with("E0701"), "{}", run.stderr);
    }

    #[test]
    fn nothing_to_run_is_an_error_that_shows_a_query() {
        for text in ["", "\n\n", "# only a comment\n"] {
            let run = orq().args(["--demo"]).stdin(text).run();
            assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{text:?}");
            assert!(run.stderr.contains("E0007") && run.stderr.contains("activity last 7d"), "{}", run.stderr);
        }
    }
}

mod check_and_explain {
    use super::*;

    const QUERY: &str = "activity from 2026-02-01 | group model | sum cost | top 5";

    #[test]
    fn check_shows_the_columns_and_sends_nothing() {
        let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
        let checked = server.orq(["check", QUERY]).run();
        assert_eq!((checked.code, checked.stderr.as_str()), (0, ""));
        assert!(checked.stdout.contains("model") && checked.stdout.contains("cost"), "{}", checked.stdout);
        let wrong = server.orq(["check", "activity | sum cots"]).run();
        assert_eq!((wrong.code, wrong.stdout.as_str()), (3, ""));
        assert!(wrong.stderr.contains("E0103") && wrong.stderr.contains("cost"), "{}", wrong.stderr);
        assert_eq!(server.seen().len(), 0);
    }

    #[test]
    fn check_reads_files_standard_input_and_text_as_run_does() {
        let expected = run(["check", QUERY]).stdout;
        for run in [
            with_files(orq(), &[("a.orq", QUERY)]).args(["check", "a.orq"]),
            orq().args(["check", "-"]).stdin(QUERY),
            orq().args(["check"]).stdin(QUERY),
            orq().args(["check", "-e", QUERY]),
        ] {
            let run = run.run();
            assert_eq!((run.code, &run.stdout), (0, &expected), "{}", run.stderr);
        }
    }

    #[test]
    fn explain_shows_calls_steps_and_columns_and_sends_nothing() {
        let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
        let explained = server.orq(["explain", QUERY]).run();
        assert_eq!((explained.code, explained.stderr.as_str()), (0, ""));
        for line in [
            "GET /activity  (2026-02-01 to 2026-02-18)",
            "scan activity",
            "aggregate",
            "model: text",
            "cost: number (usd)",
        ] {
            assert!(explained.stdout.contains(line), "{line}: {}", explained.stdout);
        }
        let one = server.orq(["explain", "activity yesterday"]).run().stdout;
        assert!(one.contains("GET /activity?date=2026-02-18"), "{one}");
        let keys = server.orq(["explain", "keys"]).run().stdout;
        assert!(keys.contains("GET /workspaces, every page  (lookup"), "{keys}");
        assert!(keys.contains("GET /keys?include_disabled=true&workspace_id=<each workspace>, every page"), "{keys}");
        // What cannot be had is a part of the plan.
        let gap = server.orq(["explain", "activity today"]).run();
        assert_eq!(gap.code, 0);
        assert!(gap.stdout.contains("none for 2026-02-19: not completed yet"), "{}", gap.stdout);
        assert_eq!(server.seen().len(), 0);
    }

    #[test]
    fn explain_as_the_first_word_of_a_pipeline_is_the_same() {
        let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
        let inside = server.orq(["run", "-e", &format!("explain {QUERY}")]).run();
        assert_eq!((inside.code, inside.stdout), (0, server.orq(["explain", QUERY]).run().stdout));
        assert_eq!(server.seen().len(), 0);
    }

    #[test]
    fn explain_of_a_code_prints_its_page() {
        for code in ["E0103", "e0103"] {
            let page = run(["explain", code]);
            assert_eq!(page.code, 0);
            assert!(page.stdout.starts_with("# E0103"), "{}", page.stdout);
        }
        let run = run(["explain", "E9999"]);
        assert_eq!(run.code, 3, "no code, so a query: {}", run.stderr);
    }

    #[test]
    fn describe_shows_all_and_one() {
        let all = run(["describe"]);
        assert_eq!(all.code, 0);
        for name in ["activity", "group", "sum", "table"] {
            assert!(all.stdout.contains(name), "{name}");
            let one = run(["describe", name]);
            assert_eq!(one.code, 0, "{}", one.stderr);
            assert!(one.stdout.contains(name), "{}", one.stdout);
        }
        let unknown = run(["describe", "activty"]);
        assert_eq!((unknown.code, unknown.stdout.as_str()), (2, ""));
        assert!(unknown.stderr.contains("activity"), "{}", unknown.stderr);
    }
}

mod several_pipelines {
    use super::*;

    const TWO: &str = "credits | select total; keys | count";

    #[test]
    fn tables_stand_below_their_titles() {
        let shown = demo(TWO).stdout;
        let first = shown.find("credits | select total").unwrap();
        let second = shown.find("keys | count").unwrap();
        assert!(first < second, "{shown}");
    }

    #[test]
    fn json_is_an_array_of_titles_and_rows() {
        let run = run(["--demo", "-f", "json", TWO]);
        let answer: Value = serde_json::from_str(&run.stdout).unwrap();
        let titles: Vec<&Value> = answer.as_array().unwrap().iter().map(|one| &one["title"]).collect();
        assert_eq!(titles, ["credits | select total", "keys | count"]);
        assert!(answer[1]["rows"][0]["count"].as_u64().unwrap() > 100);
        let one = crate::support::rows("keys | count");
        assert_eq!(answer[1]["rows"], json!(one), "one alone is the array of its rows");
    }

    #[test]
    fn formats_of_one_table_say_to_save_each_before_anything_is_sent() {
        let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
        for format in ["csv", "tsv", "jsonl", "parquet"] {
            let run = server.orq(["-f", format, TWO]).run();
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{format}: {}", run.stderr);
            assert!(run.stderr.contains("save"), "{format}: {}", run.stderr);
        }
        let run = server.orq(["credits | as csv; keys | count"]).run();
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
        assert_eq!(server.seen().len(), 0);
    }

    #[test]
    fn a_mistake_in_one_stops_all_before_anything_is_sent() {
        let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
        let run = server.run("credits; keys | grup name; workspaces | select nmae");
        assert_eq!(run.code, 3);
        assert!(run.stderr.contains("E0102") && run.stderr.contains("E0103"), "both are told: {}", run.stderr);
        assert_eq!(server.seen().len(), 0);
    }
}

mod streams {
    use super::*;

    #[test]
    fn a_reader_that_goes_away_ends_the_run_silently() {
        for arguments in
            [vec!["--demo", "-f", "json", "activity last 30d"], vec!["describe", "--reference"], vec!["--help"]]
        {
            let mut child = orq().args(arguments.iter().copied()).command().spawn().unwrap();
            drop(child.stdout.take());
            let output = child.wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{arguments:?}");
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn output_that_cannot_be_written_is_an_error() {
        for arguments in [vec!["--demo", "credits"], vec!["describe"], vec!["check", "credits"], vec!["--help"]] {
            let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
            let orq = orq().args(arguments.iter().copied());
            let output = orq.command().stdout(full).spawn().unwrap().wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{arguments:?}");
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(told.contains("E0701") && told.contains("cannot be written"), "{arguments:?}: {told}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_interrupt_ends_the_run_at_once() {
        use std::os::unix::process::ExitStatusExt as _;
        let server = Server::in_turn(vec![Reply::Stall]);
        let mut child = server.orq(["--timeout", "600", "credits"]).command().spawn().unwrap();
        while server.seen().is_empty() {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let told = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(told.success());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.signal() == Some(2) || output.status.code() == Some(130), "{:?}", output.status);
        assert!(output.stdout.is_empty());
    }

    #[test]
    fn colours_are_for_those_who_ask() {
        let has_colour = |run: Run| run.stdout.contains('\u{1b}') || run.stderr.contains('\u{1b}');
        for query in ["credits", "credits | grup x"] {
            let orq = || orq().args(["--demo", query]);
            assert!(!has_colour(orq().run()), "a pipe is no terminal");
            assert!(!has_colour(orq().args(["--color", "never"]).run()));
            assert!(!has_colour(orq().env("NO_COLOR", "1").run()));
            // A flag is more than a habit.
            assert!(has_colour(orq().args(["--color", "always"]).env("NO_COLOR", "1").run()));
        }
        let json = run(["--demo", "--color", "always", "-f", "json", "credits"]);
        assert!(!has_colour(json), "data has no colours");
    }

    #[test]
    fn a_locale_without_unicode_gets_ascii() {
        let shown = orq().args(["--demo", "credits | grup x"]).env("LC_ALL", "C").run();
        assert!(shown.stderr.is_ascii(), "{}", shown.stderr);
        let shown = orq().args(["--demo", "workspaces | select name"]).env("LC_ALL", "C").run();
        assert!(shown.stdout.is_ascii(), "{}", shown.stdout);
    }
}

mod errors_for_programs {
    use super::*;

    #[test]
    fn a_wrong_query_has_its_place_and_an_edit_that_mends_it() {
        let query = "activity last 7d | where modle == \"x\" | sum cost";
        let run = run(["--demo", "--errors", "json", query]);
        assert_eq!((run.code, run.stdout.as_str()), (3, ""));
        let error = &errors(&run)[0];
        assert_eq!(error["code"], "E0103");
        let (start, end) = (error["span"]["start"].as_u64().unwrap(), error["span"]["end"].as_u64().unwrap());
        assert_eq!(&query[start as usize..end as usize], "modle");
        assert_eq!((&error["line"], &error["column"]), (&json!(1), &json!(26)));
        assert_eq!(error["candidates"][0], "model");
        assert_eq!(error["edits"], json!([{ "start": start, "end": end, "text": "model" }]));
    }

    #[test]
    fn mistakes_of_the_command_line_are_told_so_too() {
        for arguments in [
            vec!["--errors", "json", "--frobnicate"],
            vec!["--frobnicate", "--errors", "json"],
            vec!["--errors=json", "--timeout", "never", "credits"],
            vec!["--errors=json", "--now", "soon", "credits"],
            vec!["--errors=json", "--retries", "-1", "credits"],
            vec!["--errors=json", "--fault", "nonsense", "credits"],
            vec!["--errors=json", "--format"],
            vec!["--errors=json", "demo"],
        ] {
            let run = orq().args(arguments.iter().copied()).run();
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}: {}", run.stderr);
            let told = errors(&run);
            assert_eq!((told.len(), &told[0]["code"]), (1, &json!("E0801")), "{arguments:?}");
        }
        let host = run(["--errors", "json", "--base-url", "https://example.com", "credits"]);
        assert_eq!((host.code, &errors(&host)[0]["code"]), (2, &json!("E0802")));
    }

    #[cfg(unix)]
    #[test]
    fn words_that_are_no_unicode_are_a_mistake_of_the_command_line() {
        use std::os::unix::ffi::OsStrExt as _;
        let orq = orq().args(["--errors", "json"]);
        let output = orq.command().arg(std::ffi::OsStr::from_bytes(b"credits \xff")).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
        let told: Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!(told["errors"][0]["code"], "E0801");
    }

    #[test]
    fn every_failure_is_one_line_of_json() {
        for arguments in [
            vec!["--demo", "--fault", "500", "--retries", "0", "credits"],
            vec!["--demo", "activity today"],
            vec!["credits"],
            vec!["run", "missing.orq"],
            vec!["--demo", "-f", "csv", "credits; key"],
            vec!["--demo", "-f", "nonsense", "credits"],
            vec!["describe", "nonsense"],
            vec!["explain", "grup"],
        ] {
            let run = orq().args(["--errors", "json"]).args(arguments.iter().copied()).run();
            assert_ne!(run.code, 0);
            assert_eq!(run.stderr.lines().count(), 1, "{arguments:?}: {}", run.stderr);
            assert!(!errors(&run).is_empty());
        }
    }
}

mod saving {
    use super::*;

    /// Runs a script of one `save`, and hands back the run and what is in the directory afterwards.
    fn script(file: &str, prepare: impl FnOnce(&std::path::Path), more: &[&str]) -> (Run, Vec<(String, String)>) {
        let text = format!("workspaces | select name | save \"{file}\"");
        let orq = with_files(orq(), &[("work/script.orq", &text)]);
        let work = orq.home.path().join("work");
        prepare(&work);
        let orq = orq.cwd(&work).args(["--demo", "run", "script.orq"]).args(more.iter().copied());
        let output = orq.command().output().unwrap();
        let mut there: Vec<(String, String)> = Vec::new();
        for directory in [orq.home.path().to_path_buf(), work.clone(), work.join("out")] {
            for entry in fs::read_dir(&directory).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    let name = path.strip_prefix(orq.home.path()).unwrap().to_string_lossy().into_owned();
                    there.push((name, String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned()));
                }
            }
        }
        there.sort();
        let run = Run {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        (run, there)
    }

    const ROWS: &str = "name\nProduction\nResearch\n";

    fn of<'a>(there: &'a [(String, String)], name: &str) -> Option<&'a str> {
        there.iter().find(|(path, _)| path == name).map(|(_, text)| text.as_str())
    }

    #[test]
    fn a_script_saves_below_the_working_directory_and_passes_rows_on() {
        let (run, there) = script("names.csv", |_| {}, &[]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(of(&there, "work/names.csv"), Some(ROWS));
        assert_eq!(run.stdout, demo("workspaces | select name").stdout);
        let (run, there) = script("out/names.csv", |work| fs::create_dir(work.join("out")).unwrap(), &[]);
        assert_eq!((run.code, of(&there, "work/out/names.csv")), (0, Some(ROWS)));
        // What it saved before, it saves again.
        let (run, there) = script("names.csv", |work| fs::write(work.join("names.csv"), "name\nold\n").unwrap(), &[]);
        assert_eq!((run.code, of(&there, "work/names.csv")), (0, Some(ROWS)));
    }

    #[test]
    fn a_script_saves_nowhere_else() {
        let elsewhere = tempfile::tempdir().unwrap();
        let absolute = elsewhere.path().join("x.csv").to_string_lossy().into_owned();
        for file in ["../x.csv", "out/../../x.csv", absolute.as_str()] {
            let (run, there) = script(file, |work| fs::create_dir(work.join("out")).unwrap(), &[]);
            assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{file}: {}", run.stderr);
            assert!(run.stderr.starts_with("E0702"), "{file}: {}", run.stderr);
            assert_eq!(there.len(), 1, "{file}: {there:?}");
            // Force is about files of another kind, not about places.
            let forced = script(file, |work| fs::create_dir(work.join("out")).unwrap(), &["--force"]);
            assert_eq!(forced.0.code, 3, "{file}: {}", forced.0.stderr);
        }
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_script_from_standard_input_is_a_script() {
        let run = orq().args(["--demo", "run", "-"]).stdin("workspaces | save \"../x.csv\"").run();
        assert_eq!(run.code, 3, "{}", run.stderr);
        assert!(run.stderr.starts_with("E0702"), "{}", run.stderr);
    }

    #[cfg(unix)]
    #[test]
    fn a_script_saves_through_no_link() {
        use std::os::unix::fs::symlink;
        let elsewhere = tempfile::tempdir().unwrap();
        fs::write(elsewhere.path().join("there.csv"), "name\nmine\n").unwrap();
        let to = elsewhere.path().to_path_buf();
        for (file, link, target) in [
            ("x.csv", "x.csv", to.join("there.csv")),
            ("x.csv", "x.csv", to.join("not-there.csv")),
            ("out/x.csv", "out", to.clone()),
            ("a/x.csv", "a", std::path::PathBuf::from(".")),
        ] {
            let (run, _) = script(file, |work| symlink(&target, work.join(link)).unwrap(), &["--force"]);
            assert_eq!(run.code, 3, "{file} -> {target:?}: {}", run.stderr);
            assert!(run.stderr.starts_with("E0702"), "{}", run.stderr);
        }
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
        assert_eq!(fs::read_to_string(elsewhere.path().join("there.csv")).unwrap(), "name\nmine\n");
    }

    #[test]
    fn no_foreign_file_is_replaced_without_force() {
        for (file, before) in [
            ("a.csv", "#!/bin/sh\necho hello\n"),
            ("a.json", "{\"name\": \"package\"}"),
            ("a.jsonl", "[1]"),
            ("a.parquet", "this is no parquet"),
        ] {
            let prepare = |work: &std::path::Path| fs::write(work.join(file), before).unwrap();
            let (run, there) = script(file, prepare, &[]);
            assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{file}: {}", run.stderr);
            assert!(run.stderr.contains("--force"), "{file}: {}", run.stderr);
            assert_eq!(of(&there, &format!("work/{file}")), Some(before));
            let (run, there) = script(file, prepare, &["--force"]);
            assert_eq!(run.code, 0, "{file}: {}", run.stderr);
            assert_ne!(of(&there, &format!("work/{file}")), Some(before));
        }
    }

    #[test]
    fn a_line_that_a_person_typed_saves_anywhere() {
        let elsewhere = tempfile::tempdir().unwrap();
        let file = elsewhere.path().join("names.csv");
        for arguments in [vec![], vec!["run"], vec!["run", "-e"]] {
            let query = format!("workspaces | select name | save \"{}\"", file.display());
            let run = orq().args(["--demo"]).args(arguments.iter().copied()).args([query]).run();
            assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
            assert_eq!(fs::read_to_string(&file).unwrap(), ROWS);
            fs::remove_file(&file).unwrap();
        }
    }

    #[test]
    fn a_directory_that_is_not_there_is_an_error_of_this_machine() {
        let (run, _) = script("nowhere/x.csv", |_| {}, &[]);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
        assert!(run.stderr.starts_with("E0701"), "{}", run.stderr);
    }

    #[test]
    fn what_may_not_be_saved_is_told_before_anything_is_sent() {
        let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
        let orq = with_files(server.orq(["run", "s.orq"]), &[("s.orq", "workspaces | save \"/x.csv\"")]);
        let run = orq.run();
        assert_eq!(run.code, 3, "{}", run.stderr);
        assert_eq!(server.seen().len(), 0);
    }
}

mod hostile_text {
    use super::*;

    /// No character that a terminal acts on, but line ends.
    fn assert_harmless(what: &str, text: &str) {
        let acts = |c: char| {
            (c.is_control() && c != '\n')
                || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!text.contains(acts), "{what}: {text:?}");
    }

    fn assert_harmless_run(what: &str, run: &Run) {
        assert_harmless(what, &run.stdout);
        assert_harmless(what, &run.stderr);
    }

    #[test]
    fn names_of_the_api_are_harmless_in_every_format_for_people_and_in_json() {
        for query in ["workspaces | select name, description", "keys | distinct workspace"] {
            for format in ["table", "record", "markdown", "json", "jsonl", "envelope"] {
                let run = run(["--demo", "--fault", "hostile-names", "-f", format, query]);
                assert_eq!(run.code, 0, "{}", run.stderr);
                assert!(run.stdout.contains("Research"), "{format}: {}", run.stdout);
                assert_harmless_run(format, &run);
            }
        }
        let raw = run(["--demo", "--fault", "hostile-names", "--raw", "workspaces"]);
        assert_eq!(raw.code, 0);
        assert_harmless_run("--raw", &raw);
    }

    const HOSTILE: &str = "\u{1b}[31m\u{9b}2J\u{202e}drow\u{202c}\u{7}\u{200f}\r";

    #[test]
    fn messages_of_the_api_are_harmless() {
        let message = format!("say {HOSTILE} it");
        for reply in [
            Reply::error(400, &message),
            Reply::error(401, &message),
            Reply::error(403, &message),
            Reply::error(500, &message),
            Reply::ok(format!("<html>{message}")),
            Reply::data(json!([{ "name": [message] }])),
            Reply::error(302, "").header(&format!("Location: http://127.0.0.1/{}", "\u{9b}2J\u{202e}x")),
        ] {
            let server = Server::in_turn(vec![reply.clone()]);
            for errors in ["human", "json"] {
                let run = server.orq(["--retries", "0", "--errors", errors, "workspaces | select name"]).run();
                assert_eq!(run.code, 4, "{reply:?}: {}", run.stderr);
                assert_harmless_run(&format!("{reply:?}"), &run);
            }
        }
    }

    #[test]
    fn texts_of_the_command_line_are_harmless_when_they_are_shown_again() {
        let hostile = HOSTILE;
        for errors in ["human", "json"] {
            for arguments in [
                vec![format!("activity | where `{hostile}` == 1")],
                vec![format!("activity | where model == \"{hostile}")],
                vec![format!("activity | sum cots # {hostile}")],
                vec![format!("{hostile}")],
                vec!["-f".to_string(), hostile.to_string(), "credits".to_string()],
                vec![format!("--{hostile}")],
                vec!["run".to_string(), format!("{hostile}.orq")],
                vec!["describe".to_string(), hostile.to_string()],
                vec!["--base-url".to_string(), format!("https://{hostile}"), "credits".to_string()],
                vec!["--profile".to_string(), hostile.to_string(), "credits".to_string()],
                vec!["--key-file".to_string(), hostile.to_string(), "credits".to_string()],
                vec!["--demo".to_string(), format!("workspaces | save \"nowhere{hostile}/x.csv\"")],
            ] {
                let run = orq().args(["--errors", errors]).args(arguments.clone()).run();
                assert_ne!(run.code, 0, "{arguments:?}");
                assert_harmless_run(&format!("{arguments:?}"), &run);
            }
        }
    }

    #[test]
    fn titles_and_plans_are_harmless() {
        let query = format!("workspaces | where name == \"{HOSTILE}\" | count; workspaces | count");
        assert_harmless_run("titles", &run(["--demo", &query]));
        assert_harmless_run("check", &run(["check", &query]));
        assert_harmless_run("explain", &run(["explain", &query]));
    }
}
