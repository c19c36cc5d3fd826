//! Names that no row has: an answer of nothing says why.

use crate::support::{demo, orq};

#[test]
fn a_name_that_no_row_has_is_told_with_what_was_likely_meant() {
    for (query, told, meant) in [
        (
            "activity last 7d | where model == \"gpt-5.2\" | sum cost",
            "\"gpt-5.2\" as its `model`",
            "\"openai/gpt-5.2\"",
        ),
        (
            "activity last 7d | where provider in (\"Openai\", \"Azure\") | sum cost",
            "\"Openai\" as its `provider`",
            "\"OpenAI\"",
        ),
        ("keys | where name == \"bckend\" | count", "\"bckend\" as its `name`", "\"backend\""),
    ] {
        let run = demo(query);
        assert_eq!(run.code, 0, "{query}");
        let help = format!("did you mean {meant}?");
        assert!(run.stderr.contains(told) && run.stderr.contains(&help), "{query}: {}", run.stderr);
        assert_eq!(run.stderr.matches("E0605").count(), 1, "{query}: {}", run.stderr);
    }
}

#[test]
fn names_that_rows_have_and_those_that_are_to_be_left_out_are_not() {
    for query in [
        "activity last 7d | where model == \"openai/gpt-5.2\" or model == \"openai/gpt-4.1\" | sum cost",
        "activity last 7d | where model != \"gpt-5.2\" | sum cost",
        "activity last 7d | where not (provider in (\"Openai\")) | sum cost",
        "activity last 7d | where model contains \"nothing\" | sum cost",
    ] {
        let run = orq().args(["--demo", query]).run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{query}");
    }
}
