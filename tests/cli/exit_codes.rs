//! How a run ends.

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
