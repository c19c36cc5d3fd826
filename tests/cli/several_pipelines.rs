//! Several pipelines in one text.

use super::*;

const TWO: &str = "credits | select total; keys | count";

#[test]
fn tables_stand_below_their_titles() {
    let shown = demo(TWO).stdout;
    let first = shown.find("credits | select total").unwrap();
    let second = shown.find("keys | count").unwrap();
    assert!(first < second, "{shown}");
}

#[test]
fn json_is_an_array_of_titles_and_rows() {
    let run = run(["--demo", "-f", "json", TWO]);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    let titles: Vec<&Value> = answer.as_array().unwrap().iter().map(|one| &one["title"]).collect();
    assert_eq!(titles, ["credits | select total", "keys | count"]);
    assert!(answer[1]["rows"][0]["count"].as_u64().unwrap() > 100);
    let one = crate::support::rows("keys | count");
    assert_eq!(answer[1]["rows"], json!(one), "one alone is the array of its rows");
}

#[test]
fn formats_of_one_table_say_to_save_each_before_anything_is_sent() {
    let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
    for format in ["csv", "tsv", "jsonl", "parquet"] {
        let run = server.orq(["-f", format, TWO]).run();
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{format}: {}", run.stderr);
        assert!(run.stderr.contains("save"), "{format}: {}", run.stderr);
    }
    let run = server.orq(["credits | as csv; keys | count"]).run();
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn a_mistake_in_one_stops_all_before_anything_is_sent() {
    let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
    let run = server.run("credits; keys | grup name; workspaces | select nmae");
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("E0102") && run.stderr.contains("E0103"), "both are told: {}", run.stderr);
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn what_was_printed_before_an_assertion_fails_is_shown_to_people_alone() {
    let text =
        "activity last 3d | sum cost | title \"Days\"; activity last 3d | sum cost | assert cost > 1e6, \"too little\"";
    let run = orq().args(["--demo", text]).run();
    assert_eq!(run.code, 5, "{}", run.stderr);
    assert!(run.stdout.starts_with("Days\n") && run.stdout.contains('$'), "{}", run.stdout);
    assert!(run.stderr.contains("too little"), "{}", run.stderr);
    for format in ["json", "csv", "envelope"] {
        let run = orq().args(["--demo", "-f", format, text]).run();
        assert_eq!(run.stdout, "", "{format}");
    }
}
