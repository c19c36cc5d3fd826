//! `# orq: allow(E0207)`.

use super::*;
use crate::support::inside::planner;

/// A warning of the check.
const MEAN: &str = "activity last 7d | group date, model | avg cost, count | group model | avg avg_cost";

/// The codes that are told, in the order of their places.
fn told(text: &str) -> Vec<&'static str> {
    planner(crate::support::NOW).check(text).diagnostics.iter().map(|diagnostic| diagnostic.code.id()).collect()
}

#[test]
fn a_comment_above_a_statement_or_on_its_lines_is_of_that_statement() {
    assert_eq!(told(MEAN), ["E0207"]);
    for text in [
        format!("# orq: allow(E0207)\n{MEAN}\n"),
        format!("{MEAN}  # orq: allow(E0207)\n"),
        format!("#orq:allow( e0207 ) the groups are alike\n{MEAN}"),
        format!("# orq: allow(E0605, E0207)\n# and why\n{MEAN}"),
        MEAN.replace("| group model", "# orq: allow(E0207)\n| group model"),
        MEAN.replace("| avg cost", "  # orq: allow(E0207)\n| avg cost"),
        format!("# orq: allow(E0207)\nlet a = {MEAN}\na | limit 1\na | limit 2\n"),
        format!("credits\n# orq: allow(E0207)\n{MEAN}\ncredits"),
    ] {
        assert_eq!(told(&text), Vec::<&str>::new(), "{text}");
    }
    assert_eq!(told(&format!("# orq: allow(E0207)\n{MEAN}\n{MEAN}\n")), ["E0207"]);
}

#[test]
fn before_all_statements_with_a_blank_line_behind_it_is_of_the_whole_text() {
    for text in [
        format!("# orq: allow(E0207)\n\n{MEAN}\n\n{MEAN}\n"),
        format!("#!/usr/bin/env -S orq run\n# A report.\n# orq: allow(E0207)\n\n# first\n{MEAN}\n\n{MEAN}\n"),
    ] {
        assert_eq!(told(&text), Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn what_silences_nothing_is_told() {
    for text in [
        "# orq: allow(E0207)\ncredits".to_string(),
        "# orq: allow(E0207)\n\ncredits".to_string(),
        "credits\n# orq: allow(E0605)\n".to_string(),
        "credits\n# orq: allow(E0605)\n\ncredits".to_string(),
    ] {
        assert_eq!(told(&text), ["E0010"], "{text}");
    }
    // What only the rows tell may be there in the next run.
    assert_eq!(told("# orq: allow(E0303)\ncredits"), Vec::<&str>::new());
    // Of a text that is wrong not all warnings are known.
    assert_eq!(told("# orq: allow(E0207)\ncredits | grup x"), ["E0102"]);
}

#[test]
fn errors_and_codes_that_are_not_there_cannot_be_allowed() {
    for comment in ["allow(E0102)", "allow(E0208)", "allow(E0010)", "allow", "allow()", "alow(E0207)", "allow(E0207,)"]
    {
        let text = format!("# orq: {comment}\ncredits");
        assert_eq!(told(&text), ["E0009"], "{text}");
    }
    for note in ["orq: a note", "orq is fine (really)", "see orq: allow(E0207)"] {
        assert_eq!(told(&format!("# {note}\ncredits")), Vec::<&str>::new(), "{note}");
    }
    assert_eq!(told("# orq: allow(E0102)\ncredits | grup x"), ["E0009", "E0102"]);
}

#[test]
fn a_library_silences_its_own_warnings() {
    let library = |comment: &str| format!("{comment}\nlet means = {MEAN}\n");
    let script = "use \"lib.orq\"\nmeans | limit 1\n";
    for (comment, warnings) in [("# orq: allow(E0207)", 0), ("", 1)] {
        let orq = with(orq(), &[("lib.orq", library(comment).as_str()), ("a.orq", script)]);
        let run = run(&orq, ["check", "a.orq"]);
        assert_eq!((run.code, run.stderr.matches("E0207").count()), (0, warnings), "{}", run.stderr);
    }
}

#[test]
fn what_the_rows_tell_is_silenced_in_a_run_and_in_the_envelope() {
    let plain = "rankings last 2d | limit 1 | select model_permaslug\n";
    for (text, told) in [(plain.to_string(), true), (format!("# orq: allow(E0605)\n{plain}"), false)] {
        let orq = with(orq(), &[("a.orq", text)]);
        let table = run(&orq, ["--demo", "run", "a.orq"]);
        assert_eq!((table.code, table.stderr.contains("E0605")), (0, told), "{}", table.stderr);
        let envelope = run(&orq, ["--demo", "run", "a.orq", "-f", "envelope"]);
        assert_eq!(envelope.stdout.contains("E0605"), told, "{}", envelope.stdout);
    }
}

#[test]
fn fmt_leaves_the_comments_where_they_are() {
    let text = format!("# orq: allow(E0605)\n\n# orq: allow(E0207)\n{MEAN}\n\ncredits  # orq: allow(E0303)\n");
    assert_eq!(orq::one_form::formatted(&text, &orq::session::CATALOG).unwrap(), text);
}
