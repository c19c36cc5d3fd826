//! A line that starts with `|` goes on from the last answer.

use super::prompt;

#[test]
fn a_line_that_starts_with_a_bar_goes_on_without_asking_again() {
    let mut prompt = prompt(&["-f", "envelope"]);
    let first = prompt.answers("activity last 7d | group provider | sum requests", "\"truncated\":false");
    assert!(first.contains("\"kind\":\"data\""), "{first}");
    let second = prompt.answers("| where provider == \"OpenAI\"", "\"truncated\":false");
    assert!(second.contains("\"calls\":[]"), "{second}");
    assert!(second.contains("\"from\":\"2026-02-12\"") && second.contains("\"to\":\"2026-02-18\""), "{second}");
    assert!(second.contains("\"routes\":[\"activity\"]"), "{second}");
    let of = |text: &str| {
        let (_, rest) = text.split_once("\"provider\":\"OpenAI\",\"requests\":").unwrap();
        rest.chars().take_while(char::is_ascii_digit).collect::<String>()
    };
    assert_eq!(of(&first), of(&second));
    let third = prompt.answers("| agg n = count()", "\"truncated\":false");
    assert!(third.contains("\"n\":1"), "{third}");
}

#[test]
fn a_line_that_fails_keeps_the_last_answer() {
    let mut prompt = prompt(&["-f", "json"]);
    prompt.answers("credits | select total", "\"total\":26000");
    prompt.answers("| derive x = nothing", "E0103");
    prompt.answers("keys | derive x = nothing", "E0103");
    prompt.answers("| derive half = total / 2", "\"half\":13000");
}

#[test]
fn what_was_to_be_said_of_an_answer_stays_with_what_follows() {
    let mut prompt = prompt(&[]);
    prompt.answers("activity from 2025-06-01 | group key | sum cost | top 3", "$1,985.33");
    let shown = prompt.answers("| where cost > 1500", "$1,985.33");
    assert!(shown.contains("several keys share a name"), "{shown}");
    assert!(!shown.contains("$1,369.91"), "{shown}");
}

#[test]
fn lists_and_records_of_an_answer_can_be_gone_on_from() {
    let mut prompt = prompt(&[]);
    prompt.answers("generation gen-demo-2 | select provider_responses", "Amazon Bedrock");
    let shown = prompt.answers("| unnest provider_responses | select provider, status", "Anthropic");
    assert!(shown.contains("429"), "{shown}");
}

#[test]
fn where_there_is_no_answer_yet_it_says_where_one_starts() {
    let mut prompt = prompt(&[]);
    let shown = prompt.answers("| sum cost", "goes on from the answer before it");
    assert!(shown.contains("E0007"), "{shown}");
    let shown = prompt.answers("credits; | select total", "goes on from the answer before it");
    assert!(shown.contains("E0007"), "{shown}");
}
