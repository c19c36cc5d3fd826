//! What is on the screen while a line is typed, and after answers that are longer than it: in colours, at a fixed size.

use super::{Escapes, PROMPT, Prompt, prompt_of_size, sized};

const TAB: &str = "\t";

fn screen() -> Prompt {
    prompt_of_size(24, 80, &[("NO_COLOR", "1")])
}

#[test]
fn tab_lists_what_may_stand_here_with_a_line_for_each() {
    let mut prompt = screen();
    prompt.types(&format!("credits | de{TAB}"));
    prompt.sees("derive");
    prompt.sees("describe");
    // One candidate is put in at once.
    prompt.types(&format!("ri{TAB}"));
    prompt.sees("derive");
    prompt.presses_ctrl('c');
    prompt.sees(PROMPT);
    prompt.types(&format!("credi{TAB}"));
    prompt.answers(" | select total", "$26,000.00");
}

#[test]
fn names_of_answers_are_offered_in_quotes() {
    let mut prompt = screen();
    prompt.answers("activity last 7d | group provider | sum cost | top 2", "OpenAI");
    prompt.types(&format!("activity last 7d | where provider == \"Ope{TAB}"));
    prompt.answers(" | distinct provider | derive found = concat(provider, \"-found\")", "OpenAI-found");
}

#[test]
fn what_is_typed_has_the_colours_of_the_language() {
    let mut prompt = sized(24, 80, &[], Escapes::Seen);
    prompt.types("credits | select \"x\"");
    prompt.sees("\x1b[1;36mcredits\x1b[0m");
    prompt.sees("\x1b[1mselect\x1b[0m");
    prompt.sees("\x1b[32m\"x\"\x1b[0m");
}

#[test]
fn without_colours_nothing_is_coloured() {
    let mut prompt = sized(24, 80, &[("NO_COLOR", "1")], Escapes::Seen);
    let shown = prompt.answers("credits | select total", "$26,000.00");
    assert!(!shown.contains("\x1b[1;36m") && !shown.contains("\x1b[32m"), "{shown:?}");
}

#[test]
fn an_answer_that_is_longer_than_the_screen_is_paged_and_left() {
    let mut prompt = screen();
    prompt.types("activity last 7d | sort date, model, provider\r");
    prompt.sees("q ends");
    prompt.types(" ");
    prompt.sees("q ends");
    prompt.types("q");
    prompt.sees(PROMPT);
    prompt.answers("credits", "used_ratio");
    // And once more, sideways, left by Ctrl-C.
    prompt.types("activity last 7d | sort date, model, provider\r");
    prompt.sees("q ends");
    prompt.types("\x1b[C");
    prompt.sees("q ends");
    prompt.presses_ctrl('c');
    prompt.sees(PROMPT);
    prompt.answers("credits", "used_ratio");
}

#[test]
fn a_pager_of_the_user_gets_the_answer_as_its_input() {
    let mut prompt = prompt_of_size(24, 80, &[("NO_COLOR", "1"), ("PAGER", "wc -l | sed s/^/lines:/")]);
    prompt.types("activity last 7d | sort date\r");
    prompt.sees("lines:");
    // 272 rows, their names, the line below them, and three lines of columns that do not fit.
    prompt.sees("277");
    prompt.sees(PROMPT);
    let shown = prompt.answers("credits", "used_ratio");
    assert!(!shown.contains("lines:"), "{shown}");
}

#[test]
fn the_end_of_an_earlier_line_is_hinted() {
    let mut prompt = sized(24, 80, &[], Escapes::Seen);
    prompt.types("credits | select total\r");
    prompt.sees("$26,000.00");
    prompt.sees(PROMPT);
    prompt.types("cred");
    prompt.sees("\x1b[2mits | select total\x1b[0m");
}
