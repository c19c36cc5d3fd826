//! `orq test`: scripts, their recordings and what they printed.

use super::*;

const SPEND: &str = "activity last 7d | group model | sum cost | top 3\n";
const TWO: &str =
    "# Two tables.\ncredits | title \"Credits\"\nactivity last 3d | title \"Days\" | group date | sum cost | as line\n";

#[test]
fn recorded_scripts_pass_without_a_key() {
    let (home, run) = among(&[("spend.orq", SPEND), ("sub/two.orq", TWO)]);
    let recorded = run(&["--demo", "test", "--record"]);
    assert_eq!(recorded.code, 0, "{}", recorded.stderr);
    let tested = run(&["test"]);
    assert_eq!((tested.code, tested.stdout.as_str()), (0, "passed    spend.orq\npassed    sub/two.orq\n"));
    assert_eq!(tested.stderr, "2 of 2 scripts passed\n");
    let kept = fs::read_to_string(home.path().join("spend.expected.json")).unwrap();
    let live = orq().args(["--demo", "-f", "json", SPEND.trim()]).run();
    assert_eq!(kept, live.stdout);
    let two: Value =
        serde_json::from_str(&fs::read_to_string(home.path().join("sub/two.expected.json")).unwrap()).unwrap();
    assert_eq!(two[1]["title"], "Days");
    assert_eq!(run(&["test", "sub"]).stdout, "passed    sub/two.orq\n");
}

#[test]
fn what_is_printed_otherwise_is_a_difference_until_it_is_kept() {
    let (home, run) = among(&[("spend.orq", SPEND), ("other.orq", "credits\n")]);
    run(&["--demo", "test", "--record"]);
    fs::write(home.path().join("spend.orq"), SPEND.replace("top 3", "top 2")).unwrap();
    let tested = run(&["test"]);
    assert_eq!(tested.code, 5);
    assert!(
        tested.stdout.contains("passed    other.orq\ndiffers   spend.orq\n  spend.expected.json\n"),
        "{}",
        tested.stdout
    );
    let gone: Vec<&str> = tested.stdout.lines().filter(|line| line.starts_with("  -  {")).collect();
    assert_eq!(gone.len(), 2, "{}", tested.stdout);
    assert_eq!(tested.stderr, "1 of 2 scripts passed\n");
    assert_eq!(run(&["test", "--update", "spend.orq"]).code, 0);
    assert_eq!(run(&["test"]).code, 0);
}

#[test]
fn the_ending_of_a_snapshot_is_its_format() {
    let (home, run) = among(&[("spend.orq", SPEND)]);
    run(&["--demo", "test", "--record", "-f", "csv"]);
    assert!(!home.path().join("spend.expected.json").exists());
    for (ending, start) in [("csv", "model,cost\n"), ("txt", "model "), ("md", "| model")] {
        let file = home.path().join(format!("spend.expected.{ending}"));
        fs::write(&file, "").unwrap();
        assert_eq!(run(&["test"]).code, 5, "{ending}");
        assert_eq!(run(&["test", "--update"]).code, 0);
        assert!(fs::read_to_string(&file).unwrap().starts_with(start), "{ending}");
    }
    assert_eq!(run(&["test"]).code, 0);
    fs::write(home.path().join("spend.expected.docx"), "").unwrap();
    let unknown = run(&["test"]);
    assert_eq!(unknown.code, 2, "{}", unknown.stderr);
    assert!(unknown.stderr.contains("E0801"), "{}", unknown.stderr);
}

#[test]
fn a_missing_recording_names_the_calls() {
    let (_home, run) = among(&[("spend.orq", "activity last 3d | sum cost\ncredits\n")]);
    let tested = run(&["test"]);
    assert_eq!((tested.code, tested.stdout.as_str()), (4, "failed    spend.orq\n"));
    let told = tested.told();
    assert!(told.contains("E0508") && told.contains("`GET /activity`, `GET /credits`"), "{told}");
    assert!(told.contains("orq test --record spend.orq"), "{told}");
}

#[test]
fn a_script_that_asks_nobody_needs_no_recording() {
    let (_home, run) = among(&[("file.orq", "read \"rows.csv\" | sum a\n"), ("rows.csv", "a\n1\n2\n")]);
    let tested = run(&["test"]);
    assert_eq!(tested.code, 0, "{}", tested.stderr);
    assert_eq!(tested.stdout, "ran       file.orq\n  nothing is kept to compare it with\n");
    run(&["test", "--update"]);
    assert_eq!(run(&["test"]).stdout, "passed    file.orq\n");
}

#[test]
fn an_assertion_that_does_not_hold_fails_and_what_is_broken_weighs_more() {
    let budget = "param most: usd = 1\nactivity last 3d | sum cost | assert cost < @most, \"too much\"\n";
    let (home, run) = among(&[("budget.orq", budget), ("fine.orq", "credits\n")]);
    let recorded = run(&["--demo", "test", "--record"]);
    // It is recorded, so that it fails again.
    assert_eq!(recorded.code, 5, "{}", recorded.stderr);
    assert!(home.path().join("budget.recorded/recording.json").is_file());
    let tested = run(&["test"]);
    assert_eq!(tested.code, 5);
    assert!(tested.stderr.contains("too much"), "{}", tested.stderr);
    assert_eq!(run(&["test", "-p", "most=1000", "budget.orq"]).code, 0);
    fs::write(home.path().join("wrong.orq"), "credits | grup x\n").unwrap();
    assert_eq!(run(&["test"]).code, 3);
    assert_eq!(run(&["test", "nowhere"]).code, 1);
    assert_eq!(run(&["--demo", "test"]).code, 2);
    assert_eq!(run(&["--sandbox", "test", "--update"]).code, 3);
}
