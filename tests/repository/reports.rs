//! Reports of runs for continuous integration: JUnit, and GitHub's annotations.

use super::*;
use crate::support::xml;

const SCRIPTS: &[(&str, &str)] = &[
    ("s/1, now: 100%.orq", "credits | assert total < 0, \"50% over, say: <b>&\"\n"),
    ("s/2.orq", "# a comment\n\ncredits\n| grup x\n"),
    ("s/3.orq", "activity last 7d | group date, model | avg cost, count | group model | avg avg_cost | limit 1\n"),
    ("s/4.orq", "credits | select total\n"),
    ("s/5.orq", "credits | grup x | save \"kept.csv\"\n"),
    ("s/6.orq", "read \"kept.csv\" | count\n"),
    ("s/7.orq", "fn twice(a) = a * 2\n"),
];

/// One annotation, by the rules of GitHub's documentation: `::command name=value,name=value::message`.
#[derive(Debug, PartialEq)]
struct Annotation {
    command: String,
    properties: Vec<(String, String)>,
    message: String,
}

fn annotation(line: &str) -> Option<Annotation> {
    let (head, message) = line.strip_prefix("::")?.split_once("::")?;
    let (command, properties) = head.split_once(' ')?;
    let property = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap();
        (name.to_string(), undone(&undone(value, "%3A", ":"), "%2C", ","))
    };
    let properties = properties.split(',').map(property).map(|(name, value)| (name, data(&value))).collect();
    Some(Annotation { command: command.to_string(), properties, message: data(message) })
}

fn undone(text: &str, escape: &str, c: &str) -> String {
    text.replace(escape, c)
}

/// `%25` is undone last, so that `%250A` is no line end.
fn data(text: &str) -> String {
    undone(&undone(&undone(text, "%0D", "\r"), "%0A", "\n"), "%25", "%")
}

impl Annotation {
    fn get(&self, name: &str) -> &str {
        self.properties.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

#[test]
fn annotations_stand_at_the_lines_of_the_scripts() {
    let orq = with(orq(), SCRIPTS);
    let run = run(&orq, ["--demo", "run", "--github", "s"]);
    assert_eq!(run.code, 3);
    let found: Vec<Annotation> = run.stderr.lines().filter_map(annotation).collect();
    let places: Vec<[&str; 4]> =
        found.iter().map(|one| [one.command.as_str(), one.get("file"), one.get("line"), one.get("col")]).collect();
    assert_eq!(
        places,
        [
            ["error", "s/1, now: 100%.orq", "1", "18"],
            ["error", "s/2.orq", "4", "3"],
            ["warning", "s/3.orq", "1", "72"],
            ["error", "s/5.orq", "1", "11"],
        ]
    );
    assert!(found[0].message.starts_with("50% over, say: <b>&\ntotal = 26000"), "{}", found[0].message);
    assert_eq!(found[0].get("title"), "E0606 an assertion that does not hold");
    // What is written may hold neither a line end nor a character that parts.
    let raw = run.stderr.lines().find(|line| line.starts_with("::error")).unwrap();
    assert!(raw.starts_with("::error file=s/1%2C now%3A 100%25.orq,line=1,col=18,title="), "{raw}");
}

#[test]
fn check_annotates_too_and_one_file_as_well() {
    let orq = with(orq(), SCRIPTS);
    let all = run(&orq, ["check", "--github", "s"]);
    let files: Vec<String> = all.stderr.lines().filter_map(annotation).map(|one| one.get("file").to_string()).collect();
    assert_eq!((all.code, files), (3, vec!["s/2.orq".into(), "s/3.orq".into(), "s/5.orq".into()]), "{}", all.stderr);
    let one = run(&orq, ["check", "--github", "s/2.orq"]);
    assert_eq!((one.code, one.stderr.lines().filter_map(annotation).count()), (3, 1), "{}", one.stderr);
    let both = run(&orq, ["check", "--github", "--errors", "json", "s"]);
    assert_eq!(both.code, 2, "{}", both.stderr);
    let text = run(&orq, ["check", "--github", "-e", "credits"]);
    assert_eq!(text.code, 2, "{}", text.stderr);
}

#[test]
fn a_report_has_a_test_case_a_script() {
    let orq = with(orq(), SCRIPTS);
    let run = run(&orq, ["--demo", "run", "--junit", "report.xml", "s"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let report = xml::read(&fs::read_to_string(orq.home.path().join("report.xml")).unwrap());
    assert_eq!(report.name, "testsuites");
    let suite = report.one("testsuite").unwrap();
    let counts = ["tests", "failures", "errors", "skipped"].map(|name| suite.attributes[name].as_str());
    assert_eq!(counts, ["6", "1", "2", "1"]);
    let cases: Vec<&xml::Element> = suite.all("testcase").collect();
    let names: Vec<&str> = cases.iter().map(|case| case.attributes["name"].as_str()).collect();
    assert_eq!(names, SCRIPTS.iter().take(6).map(|(name, _)| *name).collect::<Vec<_>>());
    let failure = cases[0].one("failure").unwrap();
    assert_eq!(failure.attributes["message"], "50% over, say: <b>&");
    assert!(failure.text.contains("s/1, now: 100%.orq:1:18"), "{}", failure.text);
    let error = cases[1].one("error").unwrap();
    assert_eq!(
        (error.attributes["type"].as_str(), &*error.attributes["message"]),
        ("E0102", "there is no verb `grup`")
    );
    assert!(cases[2].one("failure").is_none() && cases[2].one("system-err").unwrap().text.contains("E0207"));
    let expected = crate::support::demo("credits | select total").stdout;
    assert_eq!(cases[3].one("system-out").unwrap().text, expected);
    assert_eq!(cases[5].one("skipped").unwrap().attributes["message"], "it reads what s/5.orq was to save");
    let left: Vec<_> = fs::read_dir(orq.home.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "nothing is left beside it: {left:?}");
}

#[test]
fn a_long_result_is_cut_in_the_report_alone() {
    let orq = with(orq(), &[("a.orq", "generations last 12d | select id, cost\n")]);
    let run = run(&orq, ["--demo", "run", "--junit", "report.xml", "a.orq"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = xml::read(&fs::read_to_string(orq.home.path().join("report.xml")).unwrap());
    let case = report.one("testsuite").unwrap().one("testcase").unwrap();
    let kept = &case.one("system-out").unwrap().text;
    assert!(run.stdout.len() > 66 << 10, "only {} bytes", run.stdout.len());
    assert!(kept.len() < 65 << 10 && kept.contains(" bytes more"), "{}", kept.len());
    assert!(run.stdout.starts_with(&kept[..60_000]));
}

#[test]
fn a_report_that_cannot_be_written_is_an_error_behind_the_results() {
    let orq = with(orq(), &[("s/a.orq", "credits | count\n")]);
    let run = run(&orq, ["--demo", "run", "--junit", "nowhere/report.xml", "s"]);
    assert_eq!((run.code, run.stdout), (1, crate::support::demo("credits | count").stdout));
    assert!(run.stderr.contains("E0701"), "{}", run.stderr);
}
