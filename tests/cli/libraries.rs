//! `use`: what other files define, where they may lie, and what is wrong in them.

use super::*;

const RATES: &str = "const mtok = 1e6\nfn rate(cost, tokens) = cost / tokens * mtok\n";
const SPEND: &str = "use \"rates.orq\"\nlet spend = activity last 7d | group model | sum cost, tokens\n\
    fn price(cost, tokens) = rate(cost, tokens)\n";

/// A run of `main.orq` among these files.
fn run_among(files: &[(&str, &str)]) -> Run {
    with_files(orq(), files).args(["--demo", "-f", "csv", "run", "main.orq"]).run()
}

#[test]
fn what_a_file_defines_and_what_it_uses_itself_can_be_used() {
    let main = "use \"lib/spend.orq\"\nuse \"lib/rates.orq\"\n\
                spend | derive a = price(cost, tokens), b = rate(cost, tokens), c = cost * mtok | top 3 by cost\n";
    let run = run_among(&[("main.orq", main), ("lib/spend.orq", SPEND), ("lib/rates.orq", RATES)]);
    let whole = "activity last 7d | group model | sum cost, tokens \
                 | derive a = cost / tokens * 1e6, b = cost / tokens * 1e6, c = cost * 1e6 | top 3 by cost";
    let written_out = orq().args(["--demo", "-f", "csv", whole]).run();
    assert_eq!((run.code, &run.stdout), (0, &written_out.stdout), "{}", run.stderr);
    assert_eq!(run.stdout.lines().count(), 4);
}

#[test]
fn a_path_starts_at_the_file_that_says_it_and_in_a_line_at_the_working_directory() {
    let files = [
        ("scripts/main.orq", "use \"../lib/rates.orq\"\ncredits | derive x = used * mtok | select x\n"),
        ("lib/rates.orq", RATES),
    ];
    let from = |directory: &str, script: &str| {
        let orq = with_files(orq(), &files);
        let directory = orq.home.path().join(directory);
        let orq = orq.cwd(&directory).args(["--demo", "-f", "csv", "run", script]);
        let output = orq.command().output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(from("", "scripts/main.orq").0, Some(0));
    // From there the library lies outside of both directories that a script may read.
    let (code, stderr) = from("scripts", "main.orq");
    assert!(code == Some(3) && stderr.starts_with("E0702"), "{stderr}");
    let line =
        with_files(orq(), &files).args(["--demo", "use \"lib/rates.orq\"; credits | derive x = used * mtok"]).run();
    assert_eq!(line.code, 0, "{}", line.stderr);
}

#[test]
fn a_library_knows_nothing_of_the_script() {
    let main = "const k = 5\nuse \"lib.orq\"\ncredits | where used > f(1)\n";
    let run = run_among(&[("main.orq", main), ("lib.orq", "fn f(x) = x * k\n")]);
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("[lib.orq:1:15]") && run.stderr.contains("`k` is not known in `f`"), "{}", run.stderr);
    assert_eq!(run.stderr.matches("E0").count(), 1, "what uses it is not wrong itself: {}", run.stderr);
    // And what a library's function sees is its own, whatever the script defines later.
    let main = "use \"lib.orq\"\ncredits | derive x = f(1), y = used - used | select x, y\n";
    let run = run_among(&[("main.orq", main), ("lib.orq", "const used = 7\nfn f(x) = x * used\n")]);
    assert_eq!(run.stdout.lines().nth(1), Some("7,0"), "{} {}", run.stdout, run.stderr);
}

#[test]
fn an_error_in_a_library_shows_its_name_and_its_text() {
    let main = "use \"lib/a.orq\"\na | count\nb | count\n";
    let run =
        run_among(&[("main.orq", main), ("lib/a.orq", "# One.\nlet a = activity | grup model\nlet b = credits |\n")]);
    assert_eq!(run.code, 3);
    assert!(
        run.stderr.contains("[lib/a.orq:2:20]") && run.stderr.contains("let a = activity | grup model"),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("main.orq"), "{}", run.stderr);
    let run = with_files(
        orq(),
        &[("main.orq", main), ("lib/a.orq", "let a = activity | grup model | count\nlet b = credits\n")],
    )
    .args(["--errors", "json", "check", "main.orq"])
    .run();
    let [error] = errors(&run).try_into().unwrap();
    assert_eq!((&error["file"], &error["line"], &error["column"]), (&json!("lib/a.orq"), &json!(1), &json!(20)));
    // What a call does wrong is shown at the call, and says where the body stands.
    let main = "use \"rates.orq\"\nactivity last 7d | derive x = rate(cost, model)\n";
    let run = run_among(&[("main.orq", main), ("rates.orq", RATES)]);
    for part in ["[main.orq:2:31]", "in `rate`", "stands in rates.orq, line 2"] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
}

#[test]
fn of_functions_that_call_each_other_the_place_of_the_innermost_is_named() {
    let main = "use \"lib.orq\"\nactivity last 7d | derive x = outer(model)\n";
    let lib = "fn inner(x) = (x\n  * 2)\nfn outer(x) = inner(x)\n";
    let run = run_among(&[("main.orq", main), ("lib.orq", lib)]);
    for part in ["[main.orq:2:31]", "in `inner`: ", "`* 2)` stands in lib.orq, line 2"] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
    // And through two files.
    let files = [
        ("main.orq", "use \"spend.orq\"\nspend | derive x = price(model, 1)\n"),
        ("spend.orq", SPEND),
        ("rates.orq", RATES),
    ];
    let run = run_among(&files);
    for part in ["[main.orq:2:20]", "in `rate`: ", "tokens * mtok` stands in rates.orq, line 2"] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
}

#[test]
fn files_that_use_each_other_are_an_error_that_shows_the_chain() {
    let files = [
        ("main.orq", "use \"a.orq\"\ncredits\n"),
        ("a.orq", "use \"b.orq\"\n"),
        ("b.orq", "use \"c.orq\"\n"),
        ("c.orq", "use \"a.orq\"\n"),
    ];
    let run = run_among(&files);
    assert_eq!(run.code, 3);
    for part in ["E0111", "[c.orq:1:5]", "a.orq uses b.orq uses c.orq uses a.orq"] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
    let run = run_among(&[("main.orq", "use \"a.orq\"\ncredits\n"), ("a.orq", "use \"main.orq\"\n")]);
    assert!(run.stderr.contains("main.orq uses a.orq uses main.orq"), "{}", run.stderr);
}

#[test]
fn a_library_prints_nothing_and_has_no_parameters() {
    for library in ["credits\n", "explain credits\n", "param n: number = 1\n", "| count\n"] {
        let run = run_among(&[("main.orq", "use \"lib.orq\"\ncredits\n"), ("lib.orq", library)]);
        assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{library}");
        assert!(run.stderr.contains("E0112") && run.stderr.contains("[lib.orq:1:1]"), "{library}: {}", run.stderr);
    }
}

#[test]
fn a_name_of_two_files_is_an_error_and_one_file_by_two_ways_is_not() {
    let files = |main: &'static str| [("main.orq", main), ("a.orq", "const k = 1\n"), ("b.orq", "const k = 2\n")];
    let run = run_among(&files("use \"a.orq\"\nuse \"b.orq\"\ncredits\n"));
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("E0108") && run.stderr.contains("a.orq and in b.orq"), "{}", run.stderr);
    for main in ["const k = 3\nuse \"a.orq\"\ncredits\n", "use \"a.orq\"\nconst k = 3\ncredits\n"] {
        let run = run_among(&files(main));
        assert!(run.code == 3 && run.stderr.starts_with("E0108"), "{}", run.stderr);
    }
    let run = run_among(&files("use \"a.orq\"\nuse \"./a.orq\"\ncredits | select used\n"));
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn only_libraries_that_lie_near_are_read() {
    let main = |path: &str| format!("use \"{path}\"\ncredits | derive x = f(used)\n");
    let among = |path: &str, prepare: &dyn Fn(&std::path::Path)| {
        let orq = with_files(
            orq(),
            &[("work/main.orq", &main(path)), ("secret.orq", "fn f(x) = x\n"), ("work/.env", "A=1\n")],
        );
        let work = orq.home.path().join("work");
        prepare(&work);
        let orq = orq.cwd(&work).args(["--demo", "run", "main.orq"]);
        let output = orq.command().output().unwrap();
        (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let nothing = |_: &std::path::Path| {};
    let link = |work: &std::path::Path| std::os::unix::fs::symlink("../secret.orq", work.join("link.orq")).unwrap();
    let pipe = |work: &std::path::Path| {
        assert!(std::process::Command::new("mkfifo").arg(work.join("pipe.orq")).status().unwrap().success());
    };
    let large = |work: &std::path::Path| fs::write(work.join("large.orq"), "# much\n".repeat(200_000)).unwrap();
    let directory = |work: &std::path::Path| fs::create_dir(work.join("dir.orq")).unwrap();
    let bytes = |work: &std::path::Path| fs::write(work.join("bytes.orq"), b"const a = \"\xff\"").unwrap();
    type Prepare<'a> = &'a dyn Fn(&std::path::Path);
    let cases: [(&str, Prepare<'_>, i32, &str); 10] = [
        ("../secret.orq", &nothing, 3, "E0702"),
        ("/etc/hostname.orq", &nothing, 1, "E0701"),
        ("link.orq", &link, 3, "E0702"),
        ("pipe.orq", &pipe, 3, "E0112"),
        ("large.orq", &large, 3, "E0112"),
        ("dir.orq", &directory, 3, "E0112"),
        (".env", &nothing, 3, "E0112"),
        ("", &nothing, 3, "E0112"),
        ("missing.orq", &nothing, 1, "E0701"),
        ("bytes.orq", &bytes, 1, "E0701"),
    ];
    for (path, prepare, code, id) in cases {
        let (ended, stderr) = among(path, prepare);
        assert_eq!(ended, code, "{path}: {stderr}");
        assert!(stderr.starts_with(id), "{path}: {stderr}");
        assert_eq!(stderr.matches("\nE0").count(), 0, "names of a file that is not there are not missed: {stderr}");
    }
}

#[test]
fn check_says_all_that_is_wrong_in_all_statements() {
    let main = "param since: dat = 2026-02-01\nconst a = b\nfn f(x) = x * y\nuse \"lib.orq\"\n\
                let spend = activity last 7d | grup model\nspend | sum cost\nactivity yesterday | where modle == \"x\"\nkeys | where cost > a\n";
    let run = with_files(orq(), &[("main.orq", main), ("lib.orq", "let c = credits | select totl\n")])
        .args(["--errors", "json", "check", "main.orq"])
        .run();
    let found: Vec<String> = errors(&run).iter().map(|error| error["code"].as_str().unwrap().to_string()).collect();
    assert_eq!(found, ["E0103", "E0006", "E0103", "E0103", "E0102", "E0103"], "{}", run.stderr);
}
