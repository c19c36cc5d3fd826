//! `save`: where files may go.

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
