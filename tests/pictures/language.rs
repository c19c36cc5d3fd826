//! `as bars` and its like in queries and scripts, and files that `save` writes.

use crate::support::{demo, orq};

const DAYS: &str = "activity last 7d | group date | sum cost";

#[test]
fn a_picture_is_chosen_by_the_query_or_by_the_command_line() {
    for format in ["bars", "line", "spark"] {
        let by_verb = demo(&format!("{DAYS} | as {format}"));
        let by_flag = orq().args(["--demo", "-f", format, DAYS]).run();
        assert_eq!((by_verb.code, by_flag.code), (0, 0), "{} {}", by_verb.stderr, by_flag.stderr);
        assert_eq!(by_verb.stdout, by_flag.stdout);
        assert!(by_verb.stdout.starts_with("cost by date"), "{}", by_verb.stdout);
        assert!(by_verb.stdout.lines().all(|line| line.chars().count() <= 80), "{}", by_verb.stdout);
    }
}

#[test]
fn plain_characters_are_enough_where_there_are_no_others() {
    for format in ["bars", "line", "spark"] {
        let run = orq().args(["--demo", "-f", format, DAYS]).env("LC_ALL", "C").run();
        assert!(run.code == 0 && run.stdout.is_ascii(), "{}", run.stdout);
    }
}

/// A script of a table and two pictures.
fn script() -> String {
    format!("{DAYS} | title \"Days\" | as line\n{DAYS} | title \"Rows\"\n{DAYS} | title \"Bars\" | as bars\n")
}

#[test]
fn each_pipeline_of_a_script_is_seen_as_it_wishes() {
    let run = demo(&script());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let (days, rest) = run.stdout.split_once("\nRows\n").unwrap();
    let (rows, bars) = rest.split_once("\nBars\n").unwrap();
    assert!(days.starts_with("Days\ncost by date") && days.contains('┤'), "{days}");
    assert!(rows.starts_with("date") && rows.contains("─────"), "{rows}");
    assert!(bars.starts_with("cost by date\n") && bars.contains('█'), "{bars}");
}

#[test]
fn a_format_of_the_whole_shows_pictures_where_it_can() {
    let of = |format: &str| orq().args(["--demo", "-f", format, &script()]).run();
    let html = of("html");
    assert_eq!(html.code, 0, "{}", html.stderr);
    assert_eq!((html.stdout.matches("<svg ").count(), html.stdout.matches("<table>").count()), (2, 3));
    let markdown = of("markdown").stdout;
    assert_eq!((markdown.matches("```text\n").count(), markdown.matches("| --- | ---: |").count()), (2, 3));
    let json: serde_json::Value = serde_json::from_str(&of("json").stdout).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 3);
    assert_eq!(json[0]["rows"], json[2]["rows"]);
    let table = of("table").stdout;
    assert!(!table.contains(['█', '┤']) && table.matches("─────").count() >= 3, "{table}");
    assert_eq!(of("csv").code, 2);
}

#[test]
fn what_cannot_be_drawn_is_told_before_anything_is_sent() {
    let run = demo("workspaces | select name | as bars");
    assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{}", run.stderr);
    assert!(run.stderr.contains("`bars` draws numbers") && run.stderr.contains("no column of numbers"));
    let run = demo("workspaces | select name | save \"x.svg\"");
    assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{}", run.stderr);
    let run = orq().args(["--demo", "-f", "spark", "workspaces | select name"]).run();
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
}

#[test]
fn what_only_the_rows_tell_is_drawn_too() {
    let run = demo("activity last 7d | group date, provider | sum cost | pivot cost by provider | as line");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("\na ") && run.stdout.contains("not drawn: "), "{}", run.stdout);
}

#[test]
fn a_saved_picture_has_the_title_and_the_form_of_the_query_before_it() {
    let run = orq();
    let file = run.home.path().join("x.svg");
    let page = run.home.path().join("x.html");
    let query = format!(
        "{DAYS} | title \"Spend\" | as bars | save \"{}\" | save \"{}\" | count | as table",
        file.display(),
        page.display()
    );
    let run = run.args(["--demo", &query]);
    let output = run.command().output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Spend\ncount\n─────\n    7\n");
    let svg = std::fs::read_to_string(&file).unwrap();
    assert!(svg.contains("<title>Spend</title>"), "{svg}");
    assert_eq!(svg.matches("<rect class=\"bar\"").count(), 7);
    assert!(super::documents::is_sound(&svg.replace("<style>", "<g>").replace("</style>", "</g>")).is_ok());
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.contains("<h1>Spend</h1>") && html.contains("<svg "), "{html}");
}

#[test]
fn no_foreign_page_or_picture_is_replaced_without_force() {
    for (name, before) in [("a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), ("a.html", "<p>mine</p>")] {
        let run = orq();
        let file = run.home.path().join(name);
        std::fs::write(&file, before).unwrap();
        let query = format!("{DAYS} | save \"{}\"", file.display());
        let refused = run.args(["--demo", &query]);
        let output = refused.command().output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{name}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
        let forced = refused.args(["--force"]);
        // What is there now is of its kind, and is replaced.
        for _ in 0..2 {
            assert!(forced.command().output().unwrap().status.success());
        }
        assert_ne!(std::fs::read_to_string(&file).unwrap(), before);
    }
}
