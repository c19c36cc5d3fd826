//! Pushed, not pushed, and cut at 50 rows: always the answer of the plain loops.

use std::cell::RefCell;
use std::collections::BTreeMap;

use orq::model::route::{Pushdown, Wishes};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::draw::{Choices, of_activity, of_analytics};
use super::question::Question;
use super::{ACCOUNT, Outcome, ask, data_calls, difference, is_honest};
use crate::properties::runner;
use crate::support::inside::{Inside, deep};
use crate::support::{DemoServer, NOW};

/// Questions that were answered, and the codes of those that were not.
#[derive(Default, Debug)]
struct Tally {
    answered: usize,
    refused: BTreeMap<String, usize>,
}

type Draw = fn(&mut Choices<'_>) -> Question;

/// So many random questions under these wishes and knobs; each is answered right, or refused where it may be.
fn all_agree(cases: u32, draw: Draw, knobs: &str, wishes: Wishes) -> Tally {
    let server = DemoServer::start(NOW, knobs);
    let capped = !knobs.is_empty();
    let mut tally = Tally::default();
    deep(|| {
        let mut inside = Inside::on(&server, NOW, wishes);
        let state = RefCell::new((&mut inside, &mut tally));
        let agrees = |drawn: Vec<u16>| {
            let question = draw(&mut Choices(drawn.iter()));
            let mut state = state.borrow_mut();
            let (inside, tally) = &mut *state;
            match ask(inside, &question.text()) {
                Outcome::Answered(answer) => {
                    tally.answered += 1;
                    if let Some(wrong) = difference(&question, &answer) {
                        return Err(TestCaseError::fail(wrong));
                    }
                    if let (Some(most), false) = (most_calls(&question), capped) {
                        let calls = data_calls(&answer);
                        prop_assert!(calls <= most, "{}\n{calls} calls: {:?}", question.text(), answer.coverage.calls);
                    }
                }
                Outcome::Refused(error) => {
                    *tally.refused.entry(error.code.to_string()).or_default() += 1;
                    let excused = is_honest(error.code) && (capped || !question.must_be_answered(&ACCOUNT));
                    prop_assert!(excused, "{}\n{error:#?}", question.text());
                }
            }
            Ok(())
        };
        runner(cases).run(&vec(any::<u16>(), 0..40), agrees).unwrap_or_else(|error| panic!("{error}"));
    });
    tally
}

/// The calls that the answer may take at most, where that is plain.
fn most_calls(question: &Question) -> Option<usize> {
    let today = ACCOUNT.today();
    let (first, end) = question.range.days();
    if !question.range.is_of_days() || !question.must_be_answered(&ACCOUNT) {
        return None;
    }
    let listed = question.source == "activity" && first >= today - 30 && end <= today;
    let of_a_list = !["key", "user", "app"].iter().any(|name| question.reads(name));
    let short = question.is_of_a_year() && end - first <= 31;
    (listed && of_a_list || short && question.source == "activity").then_some(1)
}

fn unpushed() -> Wishes {
    Wishes { pushdown: Pushdown::Off, ..Wishes::default() }
}

#[test]
fn activity_is_what_plain_loops_say() {
    let tally = all_agree(400, of_activity, "", Wishes::default());
    assert!(tally.answered > 320, "{tally:?}");
}

#[test]
fn analytics_is_what_plain_loops_say() {
    let tally = all_agree(450, of_analytics, "", Wishes::default());
    assert!(tally.answered > 225, "{tally:?}");
}

#[test]
fn activity_without_pushdown_is_what_plain_loops_say() {
    let tally = all_agree(200, of_activity, "", unpushed());
    assert!(tally.answered > 160, "{tally:?}");
}

#[test]
fn analytics_without_pushdown_is_what_plain_loops_say() {
    let tally = all_agree(250, of_analytics, "", unpushed());
    assert!(tally.answered > 125, "{tally:?}");
}

#[test]
fn a_cap_of_50_rows_changes_no_number_of_activity() {
    let tally = all_agree(160, of_activity, "row-cap", Wishes::default());
    assert!(tally.answered > 100, "{tally:?}");
}

#[test]
fn a_cap_of_50_rows_changes_no_number_of_analytics() {
    let tally = all_agree(200, of_analytics, "row-cap", Wishes::default());
    assert!(tally.answered > 70, "{tally:?}");
}
