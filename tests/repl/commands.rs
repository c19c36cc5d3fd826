//! The commands of the prompt, each by what it does.

use super::prompt;

#[test]
fn the_sources_and_their_columns_are_listed() {
    let mut prompt = prompt(&[]);
    let all = prompt.answers(":sources", "destinations");
    assert!(all.contains("activity") && all.contains("credits"), "{all}");
    let columns = prompt.answers(":columns credits", "used_ratio");
    assert!(columns.contains("usd"), "{columns}");
    prompt.answers(":columns creditz", "did you mean `credits`?");
}

#[test]
fn the_last_answer_has_its_columns_and_comes_again() {
    let mut prompt = prompt(&["-f", "json"]);
    prompt.answers(":schema", "nothing has been asked yet");
    prompt.answers(":last", "nothing has been asked yet");
    prompt.answers("credits | select total", "\"total\":26000");
    prompt.answers(":schema", "total");
    prompt.answers(":last", "\"total\":26000");
}

#[test]
fn a_query_is_explained() {
    let mut prompt = prompt(&[]);
    prompt.answers(":explain credits | select total", "project total");
    prompt.answers(":explain", "nothing has been asked yet");
    prompt.answers("credits | select used", "$25,649.43");
    prompt.answers(":explain", "project used");
    prompt.answers(":explain credits | select totl", "E0103");
}

#[test]
fn the_format_of_answers_is_changed() {
    let mut prompt = prompt(&[]);
    prompt.answers(":format", "table");
    prompt.enters(":format json");
    prompt.answers("credits | select total", "\"total\":26000");
    prompt.answers(":format jsno", "did you mean `json`?");
}

#[test]
fn answers_go_to_a_file_until_they_do_not() {
    let mut prompt = prompt(&[]);
    prompt.answers(":output answers.csv", "answers go to answers.csv");
    prompt.enters("credits | select total");
    prompt.answers(":output -", "answers are shown here");
    prompt.answers("credits | select total", "$26,000.00");
    let kept = std::fs::read_to_string(prompt.home.path().join("answers.csv")).unwrap();
    assert_eq!(kept, "total\n26000\n");
}

#[test]
fn the_last_answer_is_saved_and_stays_the_last() {
    let mut prompt = prompt(&[]);
    prompt.answers(":save x.csv", "nothing has been asked yet");
    prompt.answers("credits | select total", "$26,000.00");
    prompt.answers(":save x.csv", "1 row is in x.csv");
    assert_eq!(std::fs::read_to_string(prompt.home.path().join("x.csv")).unwrap(), "total\n26000\n");
    prompt.answers(":last", "$26,000.00");
    prompt.answers(":save x.what", "E0");
}

#[test]
fn a_script_runs_here_and_what_it_defines_stays() {
    let mut prompt = prompt(&["-f", "json"]);
    std::fs::write(prompt.home.path().join("mine.orq"), "let mine = credits | select total\nmine\n").unwrap();
    prompt.answers(":load mine.orq", "\"total\":26000");
    prompt.answers("mine | derive half = total / 2", "\"half\":13000");
    prompt.answers(":load none.orq", "cannot be read");
}

#[test]
fn a_parameter_is_given_a_value_of_the_type_that_it_looks_like() {
    let mut prompt = prompt(&["-f", "json"]);
    prompt.answers(":params", "there are none");
    prompt.enters(":set n 4");
    prompt.enters(":set since 2026-02-17");
    prompt.answers(":params", "2026-02-17");
    prompt.answers("credits | select n = total / @n", "\"n\":6500");
    prompt.answers("activity from @since | distinct date | agg days = count()", "\"days\":2");
    prompt.enters(":set n 8");
    prompt.answers("credits | select n = total / @n", "\"n\":3250");
    // A number that is none any more.
    prompt.answers(":set n many", "E0");
    prompt.answers("credits | select n = total / @n", "\"n\":3250");
    prompt.answers(":set n", "a value is missing");
}

#[test]
fn the_time_of_a_query_is_told_where_it_is_asked_for() {
    let mut prompt = prompt(&["-f", "json"]);
    let quiet = prompt.answers("credits | select total", "\"total\":26000");
    assert!(!quiet.contains("took"), "{quiet}");
    prompt.enters(":time on");
    prompt.answers("credits | select used", "took ");
    prompt.answers(":time perhaps", "neither `on` nor `off`");
    prompt.answers(":time", "something is missing");
}

#[test]
fn the_account_is_changed_and_what_was_defined_stays() {
    let mut prompt = prompt(&["-f", "json"]);
    prompt.enters("const k = 3");
    let shown = prompt.answers(":demo off", "API key: none");
    assert!(shown.contains("management key: none"), "{shown}");
    prompt.answers("credits", "E0501");
    prompt.answers(":demo", "the demo account");
    prompt.answers("credits | select three = total * 0 + k", "\"three\":3");
}

#[test]
fn an_unknown_command_is_told_the_near_one() {
    let mut prompt = prompt(&[]);
    prompt.answers(":shcema", "did you mean `:schema`?");
    prompt.answers(":frobnicate", "there is no command `:frobnicate`: `:help` lists them");
    prompt.answers(":last 3", "takes nothing");
}

#[test]
fn tables_before_an_assertion_that_fails_are_shown() {
    let mut prompt = prompt(&[]);
    // The error is told with the bare number.
    prompt.answers("credits | select total; credits | assert total < 0, \"too much\"", "$26,000.00");
}
