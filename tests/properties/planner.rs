//! The planner proved right: random questions, answered by way of the planner and once more by plain loops over the
//! requests of the demo account, under every wish and every knob.

mod account;
mod agrees;
mod draw;
mod knobs;
mod question;

use orq::diagnostics::{Code, Diagnostic};
use orq::model::frame::Answer;
use orq::model::request::CallKind;
use orq::session::Output;

use self::account::ACCOUNT;
use self::question::{Cell, Question};
use crate::support::inside::Inside;

/// What became of a question.
enum Outcome {
    Answered(Box<Answer>),
    /// The first error.
    Refused(Box<Diagnostic>),
}

fn ask(inside: &mut Inside, query: &str) -> Outcome {
    let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| inside.run(query)));
    let outcome = ran.unwrap_or_else(|_| panic!("{query}\nends in a panic"));
    if let Some(error) = outcome.diagnostics.into_iter().find(Diagnostic::is_error) {
        return Outcome::Refused(Box::new(error));
    }
    match outcome.outputs.into_iter().next() {
        Some(Output::Table { answer, .. }) => Outcome::Answered(answer),
        other => panic!("{query} gave {other:?}"),
    }
}

fn cells(answer: &Answer) -> Vec<Vec<Cell>> {
    answer.frame.rows().map(|row| row.into_iter().map(Cell::of).collect()).collect()
}

/// What is wrong with an answer, in words.
fn difference(question: &Question, answer: &Answer) -> Option<String> {
    let names = question.names(&answer.coverage.routes, &ACCOUNT);
    let (found, expected) = (cells(answer), question.answer(&ACCOUNT, names));
    let text = question.text();
    if found.len() != expected.len() {
        return Some(format!("{text}\n{} rows, not {}\n{found:?}\n{expected:?}", found.len(), expected.len()));
    }
    let wrong = found.iter().zip(&expected).find(|(a, b)| !a.iter().zip(*b).all(|(a, b)| a.is_near(b)));
    wrong.map(|(found, expected)| format!("{text}\nhas  {found:?}\nnot  {expected:?}"))
}

/// Codes of exit 6, and of names that mean two things: no number is given.
fn is_honest(code: Code) -> bool {
    matches!(code, Code::E0109 | Code::E0601 | Code::E0602 | Code::E0603)
}

fn data_calls(answer: &Answer) -> usize {
    answer.coverage.calls.iter().filter(|call| call.kind == CallKind::Data).count()
}
