//! Scripts: files, standard input, shebangs.

use super::*;

const SCRIPT: &str = "#!/usr/bin/env -S orq run\n# What is left.\n\nlet left = credits | select remaining\n\nleft\n";

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
