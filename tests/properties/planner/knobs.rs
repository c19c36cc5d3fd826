//! What a service may do without an error: under each knob an answer is right, or the run ends in an error. Where nothing
//! could tell, the test says so.

use std::cell::RefCell;

use orq::model::frame::Answer;
use orq::model::route::Wishes;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::account::{DAY, HOUR};
use super::draw::{Choices, of_activity, of_analytics};
use super::question::{Aggregate, MEASURES, Question};
use super::{ACCOUNT, Outcome, ask, difference, is_honest};
use crate::properties::runner;
use crate::support::inside::{Inside, deep};
use crate::support::{DemoServer, NOW};

/// What is expected under a knob.
struct Knob {
    word: &'static str,
    cases: u32,
    /// Questions that the knob means otherwise.
    asked: fn(&Question) -> bool,
    /// Nothing that is kept could tell.
    unseen: fn(&Question, &Answer) -> bool,
    /// The knob may be noticed, and the question is then refused.
    noticed: bool,
}

const KNOB: Knob = Knob { word: "", cases: 50, asked: |_| true, unseen: |_, _| false, noticed: false };

/// Answers that were right, and that were refused.
fn under(knob: &Knob) -> (usize, usize) {
    let server = DemoServer::start(NOW, knob.word);
    let mut counts = (0, 0);
    deep(|| {
        let mut inside = Inside::on(&server, NOW, Wishes::default());
        let state = RefCell::new((&mut inside, &mut counts));
        let agrees = |drawn: (bool, Vec<u16>)| {
            let choices = &mut Choices(drawn.1.iter());
            let question = if drawn.0 { of_activity(choices) } else { of_analytics(choices) };
            if !(knob.asked)(&question) {
                return Ok(());
            }
            let mut state = state.borrow_mut();
            match ask(state.0, &question.text()) {
                Outcome::Answered(answer) => {
                    let wrong = difference(&question, &answer).filter(|_| !(knob.unseen)(&question, &answer));
                    if let Some(wrong) = wrong {
                        return Err(TestCaseError::fail(format!("{}: {wrong}", knob.word)));
                    }
                    state.1.0 += 1;
                }
                Outcome::Refused(error) => {
                    let honest = is_honest(error.code) && !question.must_be_answered(&ACCOUNT);
                    prop_assert!(knob.noticed || honest, "{}: {}\n{error:#?}", knob.word, question.text());
                    prop_assert!(
                        error.code.exit() != orq::diagnostics::Exit::Fine && error.help.is_some(),
                        "{error:#?}"
                    );
                    state.1.1 += 1;
                }
            }
            Ok(())
        };
        let drawn = (any::<bool>(), vec(any::<u16>(), 0..40));
        runner(knob.cases).run(&drawn, agrees).unwrap_or_else(|error| panic!("{error}"));
    });
    counts
}

fn counts_requests(question: &Question) -> bool {
    question.aggregates.iter().any(|aggregate| match aggregate {
        Aggregate::Sum(measure) | Aggregate::SumWhere(measure, _) => MEASURES[*measure].text == "requests",
        Aggregate::Count => true,
        _ => false,
    })
}

/// The cube alone was asked.
fn is_of_cube(answer: &Answer) -> bool {
    answer.coverage.routes.iter().all(|route| route != "activity")
}

#[test]
fn shuffled_ties_change_no_number() {
    let (right, _) = under(&Knob { word: "shuffled-ties", ..KNOB });
    assert!(right > 30, "{right}");
}

#[test]
fn an_end_that_is_inclusive_changes_no_number() {
    let (right, _) = under(&Knob { word: "end-inclusive", cases: 120, ..KNOB });
    assert!(right > 70, "{right}");
}

/// Counts of requests differ by what they count: that is a remark of its own.
#[test]
fn requests_of_server_tools_change_no_spend() {
    let (right, _) = under(&Knob { word: "server-tools", asked: |question| !counts_requests(question), ..KNOB });
    assert!(right > 20, "{right}");
}

#[test]
fn requests_without_a_workspace_and_members_without_a_list_change_no_other_number() {
    let asked = |question: &Question| !question.reads("workspace");
    let (right, _) = under(&Knob { word: "unattributed", asked, ..KNOB });
    assert!(right > 20, "{right}");
    let asked = |question: &Question| !question.reads("user") && !question.reads("user_email");
    let (right, _) = under(&Knob { word: "individual", asked, ..KNOB });
    assert!(right > 20, "{right}");
}

#[test]
fn days_that_are_not_kept_any_more_are_never_a_smaller_number() {
    let (right, refused) = under(&Knob { word: "raw-retention", cases: 200, noticed: true, ..KNOB });
    assert!(right > 80 && refused > 20, "{right} and {refused}");
}

#[test]
fn a_day_that_activity_lacks_is_never_a_smaller_number() {
    let (right, _) = under(&Knob { word: "lagging-activity", cases: 100, noticed: true, ..KNOB });
    assert!(right > 60, "{right}");
}

/// `/activity` does not say how many rows it has: a row that it lacks cannot be known. The cube does.
#[test]
fn a_row_that_the_cube_drops_is_noticed() {
    let unseen = |_: &Question, answer: &Answer| !is_of_cube(answer);
    let (_, refused) = under(&Knob { word: "dropped-row", noticed: true, unseen, ..KNOB });
    assert!(refused > 20, "{refused}");
}

/// Rows that the cube leaves out while it calls them whole are known where there is a total to compare them with: where a
/// dimension is split by its values, and where days are old.
#[test]
fn a_cut_that_is_not_said_is_noticed_where_there_is_a_total() {
    let unseen = |question: &Question, answer: &Answer| !is_of_cube(answer) || question.grouped_by() <= 2;
    let (_, refused) = under(&Knob { word: "unflagged-cut", noticed: true, unseen, ..KNOB });
    assert!(refused > 2, "{refused}");
}

/// Nothing tells how many of the last hours' requests are still to come: only ranges that ended before are sure.
#[test]
fn requests_that_come_late_are_missing_in_the_last_hours_alone() {
    let asked = |question: &Question| question.range.until < ACCOUNT.now - 12 * HOUR - DAY;
    let (right, _) = under(&Knob { word: "late-rows", asked, cases: 100, ..KNOB });
    assert!(right > 10, "{right}");
}
