//! `--sandbox`: what a text may not do that nobody looked at, each thing refused and nothing written.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Run, orq};

/// A directory that may be read, and one beside it that may not.
struct Place {
    root: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("in/x.csv", "a\n1\n2\n"),
            ("in/lib.orq", "const two = 2\n"),
            ("in/run.csv", "#!/bin/sh\necho hello\n"),
            ("in/package.json", "{\"name\": \"package\"}"),
            ("in/sub/y.csv", "a\n1\n2\n3\n"),
            ("out/secret.csv", "a\n1\n"),
            ("out/lib.orq", "const two = 2\n"),
        ] {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self { root }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Run {
        orq().cwd(self.path("in")).args(["--demo", "--sandbox", "-f", "csv"]).args(arguments.iter().copied()).run()
    }

    /// Every file with what is in it; links as they are.
    fn files(&self) -> Vec<(PathBuf, Option<Vec<u8>>)> {
        let mut found = Vec::new();
        let mut open = vec![self.root.path().to_path_buf()];
        while let Some(directory) = open.pop() {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                let about = fs::symlink_metadata(&path).unwrap();
                if about.is_dir() {
                    open.push(path.clone());
                }
                found.push((path.clone(), about.is_file().then(|| fs::read(&path).unwrap())));
            }
        }
        found.sort();
        found
    }

    /// Each is refused with E0702, says so with this word, and leaves everything as it was.
    fn refuses(&self, more: &[&str], queries: &[(&str, &str)]) {
        let before = self.files();
        for (query, word) in queries {
            let run = self.run(&[more, &[query]].concat());
            assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{query}: {}", run.stderr);
            assert!(run.stderr.starts_with("E0702") && run.stderr.contains(word), "{query}: {}", run.stderr);
            assert!(run.stderr.contains("help:"), "{query}: {}", run.stderr);
        }
        assert_eq!(self.files(), before);
    }

    fn gives(&self, arguments: &[&str], expected: &str) {
        let run = self.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (0, expected), "{arguments:?}: {}", run.stderr);
    }
}

fn count(path: &Path) -> String {
    format!("read \"{}\" | count", path.display())
}

#[test]
fn files_of_the_working_directory_are_read() {
    let place = Place::new();
    place.gives(&["read \"x.csv\" | count"], "count\n2\n");
    place.gives(&["read \"./sub/../x.csv\" | count"], "count\n2\n");
    place.gives(&["read \"*/y.csv\" | count"], "count\n3\n");
    place.gives(&[&count(&place.path("in/sub/y.csv"))], "count\n3\n");
    place.gives(&["use \"lib.orq\"\nread \"x.csv\" | where a == two | count"], "count\n1\n");
}

#[test]
fn files_elsewhere_are_not_read() {
    let place = Place::new();
    let (secret, nothing) = (count(&place.path("out/secret.csv")), count(&place.path("out/nothing.csv")));
    let outside = "outside of the directories";
    place.refuses(
        &[],
        &[
            (&secret, outside),
            // Whether it is there is not told.
            (&nothing, outside),
            ("read \"../out/secret.csv\" | count", outside),
            ("read \"sub/../../out/secret.csv\" | count", outside),
            ("read \"../out/*.csv\" | count", outside),
            ("read \"../*/secret.csv\" | count", outside),
            ("read \"/etc/pass*\" format=csv | count", outside),
            ("read \"/dev/zero\" format=csv | count", outside),
            ("read \"https://example.org/a.csv\" | count", "files of this machine"),
            ("read \"file:///etc/passwd\" format=csv | count", "files of this machine"),
            ("read \"sub\" format=csv | count", "no regular file"),
            ("use \"../out/lib.orq\"\nread \"x.csv\" | count", outside),
            ("content gen-demo-1", "asked and answered"),
        ],
    );
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    symlink("../out/secret.csv", place.path("in/link.csv")).unwrap();
    symlink("../out", place.path("in/dir")).unwrap();
    symlink("/dev/zero", place.path("in/zero.csv")).unwrap();
    symlink("../out/lib.orq", place.path("in/other.orq")).unwrap();
    symlink("x.csv", place.path("in/inside.csv")).unwrap();
    let outside = "outside of the directories";
    place.refuses(
        &[],
        &[
            ("read \"link.csv\" | count", outside),
            ("read \"dir/secret.csv\" | count", outside),
            ("read \"dir/*.csv\" | count", outside),
            ("read \"*/secret.csv\" | count", outside),
            ("read \"l*.csv\" | count", outside),
            ("read \"zero.csv\" | count", outside),
            ("use \"other.orq\"\nread \"x.csv\" | count", outside),
        ],
    );
    place.gives(&["read \"inside.csv\" | count"], "count\n2\n");
}

#[cfg(unix)]
#[test]
fn pipes_and_sockets_are_no_files() {
    let place = Place::new();
    let made = std::process::Command::new("mkfifo").arg(place.path("in/pipe.csv")).status().unwrap();
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(place.path("in/socket.csv")).unwrap();
    place.refuses(
        &["--allow-save"],
        &[
            ("read \"pipe.csv\" | count", "no regular file"),
            ("read \"socket.csv\" | count", "no regular file"),
            ("read \"p*.csv\" | count", "no regular file"),
            ("credits | save \"pipe.csv\"", "no regular file"),
            ("credits | save \"socket.csv\"", "no regular file"),
        ],
    );
}

#[test]
fn nothing_is_saved_unless_it_is_allowed() {
    let place = Place::new();
    let nothing = "nothing may be saved here";
    place.refuses(&["--force"], &[("credits | save \"c.csv\"", nothing), ("credits | save \"/tmp/c.csv\"", nothing)]);
    let run = place.run(&["--allow-save", "workspaces | select name | save \"sub/w.csv\" | count"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(fs::read_to_string(place.path("in/sub/w.csv")).unwrap(), "name\nProduction\nResearch\n");
}

#[cfg(unix)]
#[test]
fn what_is_saved_replaces_nothing_but_its_own_and_goes_through_no_link() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    symlink("../out", place.path("in/dir")).unwrap();
    symlink("sub", place.path("in/near")).unwrap();
    symlink("../out/secret.csv", place.path("in/link.csv")).unwrap();
    symlink("../out/new.csv", place.path("in/dangling.csv")).unwrap();
    let absolute = format!("credits | save \"{}\"", place.path("out/new.csv").display());
    for force in [&["--allow-save"][..], &["--allow-save", "--force"]] {
        place.refuses(
            force,
            &[
                ("credits | save \"run.csv\"", "another kind"),
                ("credits | save \"package.json\"", "another kind"),
                ("credits | save \"../out/new.csv\"", "outside"),
                ("credits | save \"sub/../../out/new.csv\"", "outside"),
                (&absolute, "outside"),
                ("credits | save \"dir/new.csv\"", "a link"),
                ("credits | save \"near/new.csv\"", "a link"),
                ("credits | save \"link.csv\"", "a link"),
                ("credits | save \"dangling.csv\"", "a link"),
            ],
        );
    }
}

#[test]
fn a_huge_answer_is_refused_and_not_written() {
    let place = Place::new();
    let most = "more rows than the 10 that are allowed";
    let more = ["--allow-save", "--budget-rows", "10"];
    place.refuses(&more, &[("activity last 30d", most), ("activity last 30d | save \"huge.csv\" | count", most)]);
    // As many as are allowed are fine, and so are more on the way.
    let run = place.run(&[&more[..], &["activity last 30d | limit 10"]].concat());
    assert_eq!((run.code, run.stdout.lines().count()), (0, 11), "{}", run.stderr);
    let run = place.run(&[&more[..], &["activity last 30d | group author | sum cost | top 3"]].concat());
    assert_eq!((run.code, run.stdout.lines().count()), (0, 4), "{}", run.stderr);
}

#[test]
fn a_query_that_takes_too_long_or_too_many_calls_is_refused() {
    let place = Place::new();
    place.refuses(&["--budget-seconds", "0.5", "--fault", "latency=30s"], &[("credits", "longer than the 0.5 s")]);
    let run = place.run(&["--max-calls", "3", "analytics last 30d | group provider, model, key | sum cost"]);
    assert_eq!((run.code, run.stderr.contains("E0603")), (6, true), "{}", run.stderr);
}

#[test]
fn no_other_host_is_asked() {
    let place = Place::new();
    place.refuses(&["--base-url", "http://127.0.0.1:1/api/v1"], &[("credits", "`--base-url` is refused")]);
    place.refuses(&["--allow-host", "example.org"], &[("credits", "`--allow-host` is refused")]);
}

#[test]
fn directories_are_named() {
    let place = Place::new();
    let out = place.path("out").display().to_string();
    place.gives(&["--allow-dir", "../out", "read \"../out/secret.csv\" | count"], "count\n1\n");
    place.gives(&["--allow-dir", &out, "--allow-dir", ".", "read \"x.csv\" | count"], "count\n2\n");
    place.refuses(&["--allow-dir", &out], &[("read \"x.csv\" | count", "outside")]);
    place.refuses(&["--allow-dir", "nothing"], &[("credits", "no directory")]);
    place.refuses(&["--allow-dir", "x.csv"], &[("credits", "no directory")]);
}

#[test]
fn a_script_and_the_standard_input_are_texts_too() {
    let place = Place::new();
    fs::write(place.path("in/s.orq"), "read \"../out/secret.csv\" | count\n").unwrap();
    let run = place.run(&["run", "s.orq"]);
    assert_eq!((run.code, run.stderr.starts_with("E0702")), (3, true), "{}", run.stderr);
    let run = orq().cwd(place.path("in")).args(["--demo", "--sandbox"]).stdin("workspaces | save \"w.csv\"").run();
    assert_eq!((run.code, run.stderr.starts_with("E0702")), (3, true), "{}", run.stderr);
    assert!(!place.path("in/w.csv").exists());
}

#[test]
fn a_file_that_is_only_looked_at_is_read_too() {
    let place = Place::new();
    let before = place.files();
    for command in [
        &["check", "../out/lib.orq"][..],
        &["explain", "../out/lib.orq"],
        &["run", "../out/secret.csv"],
        &["run", "../out/lib.orq", "--help"],
        &["fmt", "--check", "../out/lib.orq"],
        &["fmt", "lib.orq"],
    ] {
        let run = place.run(command);
        assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{command:?}: {}", run.stderr);
        assert!(run.stderr.starts_with("E0702"), "{command:?}: {}", run.stderr);
    }
    assert_eq!(place.files(), before);
    place.gives(&["fmt", "--check", "lib.orq"], "");
}

#[test]
fn parquet_is_read_where_it_was_saved() {
    let place = Place::new();
    let run = place.run(&["--allow-save", "workspaces | select name | save \"w.parquet\""]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    place.gives(&["read \"w.parquet\" | select name"], "name\nProduction\nResearch\n");
}

#[test]
fn what_a_sandbox_allows_needs_a_sandbox() {
    for flag in [&["--allow-save"][..], &["--allow-content"], &["--allow-dir", "."]] {
        let run = orq().args(["--demo", "credits"]).args(flag.iter().copied()).run();
        assert_eq!((run.code, run.stderr.contains("add `--sandbox`")), (2, true), "{}", run.stderr);
    }
}
