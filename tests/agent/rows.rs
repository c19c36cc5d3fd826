//! `--max-rows`: fewer rows, how many there are, and how the others are had.

use super::*;
use crate::support::demo;

/// The numbers of a document of rows.
fn numbers(rows: &Value) -> Vec<i64> {
    rows.as_array().unwrap().iter().map(|row| row["n"].as_i64().unwrap()).collect()
}

fn short(arguments: &[&str]) -> Run {
    let run = seven().args(arguments.iter().copied()).args(["read \"n.csv\""]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

#[test]
fn the_envelope_says_how_many_rows_there_are_and_which_query_gives_the_others() {
    let run = short(&["-f", "envelope", "--max-rows", "3"]);
    assert_eq!(run.stderr, "", "the envelope says it itself");
    let envelope = valid("envelope", &run.stdout);
    assert_eq!(numbers(&envelope["rows"]), [1, 2, 3]);
    assert_eq!((&envelope["truncated"], &envelope["rows_total"]), (&json!(true), &json!(7)));
    assert_eq!(envelope["warnings"], json!([]));
    let more = envelope["more"].as_str().unwrap();
    assert_eq!(more, "read \"n.csv\" | skip 3");
    let rest = seven().args(["-f", "json", more]).run();
    assert_eq!(numbers(&parsed(&rest.stdout)), [4, 5, 6, 7]);
}

#[test]
fn rows_that_are_few_enough_are_whole_and_nothing_is_said() {
    for most in ["7", "8", "1000000"] {
        let envelope = valid("envelope", &short(&["-f", "envelope", "--max-rows", most]).stdout);
        assert_eq!(numbers(&envelope["rows"]), [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(envelope["truncated"], false);
        assert_eq!((envelope.get("rows_total"), envelope.get("more")), (None, None));
        for format in ["csv", "json", "jsonl", "table", "markdown"] {
            let (some, all) = (short(&["-f", format, "--max-rows", most]), short(&["-f", format]));
            assert_eq!((some.stdout, some.stderr), (all.stdout, String::new()), "{format}");
        }
    }
}

#[test]
fn none_at_all_are_the_schema_and_how_many_there_would_be() {
    let envelope = valid("envelope", &short(&["-f", "envelope", "--max-rows", "0"]).stdout);
    assert_eq!((&envelope["rows"], &envelope["rows_total"]), (&json!([]), &json!(7)));
    assert_eq!(envelope["schema"][0]["name"], "n");
    assert_eq!(envelope["more"], "read \"n.csv\"");
}

#[test]
fn formats_without_a_word_for_it_warn_on_standard_error() {
    for (format, expected) in [
        ("csv", "n\n1\n2\n"),
        ("tsv", "n\n1\n2\n"),
        ("json", "[\n  {\"n\":1},\n  {\"n\":2}\n]\n"),
        ("jsonl", "{\"n\":1}\n{\"n\":2}\n"),
        ("markdown", "| n |\n| ---: |\n| 1 |\n| 2 |\n"),
    ] {
        let run = short(&["-f", format, "--errors", "json", "--max-rows", "2"]);
        assert_eq!(run.stdout, expected, "{format}");
        let warning = valid("errors", &run.stderr)["errors"][0].clone();
        assert_eq!((&warning["code"], &warning["severity"]), (&json!("E0605"), &json!("warning")), "{format}");
        assert_eq!(warning["message"], "2 of 7 rows are here, as `--max-rows` asks for");
        assert_eq!(warning["help"], "`read \"n.csv\" | skip 2` gives the others");
    }
    for format in ["html", "svg"] {
        let run = short(&["-f", format, "--max-rows", "2"]);
        assert!(run.stderr.contains("2 of 7 rows"), "{format}: {}", run.stderr);
    }
}

#[test]
fn formats_for_the_terminal_count_below_their_rows() {
    let table = short(&["--max-rows", "2"]);
    assert_eq!((table.stdout.as_str(), table.stderr.as_str()), ("n\n─\n1\n2\n2 of 7 rows\n", ""));
    for format in ["record", "bars"] {
        let run = short(&["-f", format, "--max-rows", "2"]);
        assert!(run.stdout.ends_with("2 of 7 rows\n") && run.stderr.is_empty(), "{format}: {}", run.stdout);
    }
}

#[test]
fn what_a_pipeline_saves_is_whole() {
    let run = seven().args(["--max-rows", "2", "-f", "jsonl", "read \"n.csv\" | save \"all.csv\""]);
    let output = run.command().output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "{\"n\":1}\n{\"n\":2}\n");
    assert_eq!(std::fs::read_to_string(run.home.path().join("all.csv")).unwrap(), "n\n1\n2\n3\n4\n5\n6\n7\n");
}

#[test]
fn each_pipeline_of_several_has_so_many() {
    let query = "read \"n.csv\" | title \"up\"; read \"n.csv\" | where n > 5; read \"n.csv\" | sort -n";
    let run = seven().args(["-f", "envelope", "--max-rows", "2", query]).run();
    let results = valid("envelope", &run.stdout)["results"].as_array().unwrap().clone();
    let shown: Vec<Vec<i64>> = results.iter().map(|result| numbers(&result["rows"])).collect();
    assert_eq!(shown, [vec![1, 2], vec![6, 7], vec![7, 6]]);
    let cut: Vec<&Value> = results.iter().map(|result| &result["truncated"]).collect();
    assert_eq!(cut, [&json!(true), &json!(false), &json!(true)]);
    let run = seven().args(["-f", "json", "--errors", "json", "--max-rows", "2", query]).run();
    assert_eq!(valid("errors", &run.stderr)["errors"].as_array().unwrap().len(), 2, "one report for both");
}

/// The rows are those of the whole answer: an aggregate is not made of fewer.
#[test]
fn only_what_is_printed_is_less() {
    let query = "activity last 7d | group model | sum cost | sort -cost";
    let all = parsed(&orq().args(["--demo", "-f", "json", query]).run().stdout);
    let few = parsed(&orq().args(["--demo", "-f", "json", "--max-rows", "3", query]).run().stdout);
    assert_eq!(few.as_array().unwrap()[..], all.as_array().unwrap()[..3]);
    assert!(demo(query).stdout.lines().count() > 10);
}
