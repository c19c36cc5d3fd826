//! The one form of a text reads back as the same tree.

use std::sync::LazyLock;

use orq::diagnostics::Diagnostic;
use orq::one_form::{self, formatted};
use orq::session::{CATALOG, Session};
use orq::syntax::{format, parse};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::trees::{erased, scripts};
use super::{runner, texts};
use crate::support::NOW;
use crate::support::inside::{deep, planner};

#[test]
fn any_tree_is_written_so_that_it_is_read_again() {
    deep(|| {
        let read_again = |script: orq::syntax::ast::Script| {
            let text = format::script(&script);
            let read = parse(&text);
            prop_assert!(read.diagnostics.is_empty(), "{text}\n{:#?}", read.diagnostics);
            prop_assert_eq!(erased(&read.script), erased(&script), "{}", text);
            Ok(())
        };
        runner(1500).run(&scripts(), read_again).unwrap_or_else(|error| panic!("{error}"));
    });
}

#[test]
fn the_one_form_of_a_text_is_its_own_one_form() {
    let mut read = 0;
    deep(|| {
        let again = |text: String| {
            let first = parse(&text);
            // What is understood only to be corrected has no one form.
            let loose = format!("{:?}", first.script).contains("calls: Loose");
            // Any word parts the clauses of a window, until the check knows them: `trees` writes those that it will.
            let window = text.contains("over");
            if !first.diagnostics.is_empty() || loose || window {
                return Err(TestCaseError::reject("not a query"));
            }
            read += 1;
            let form = format::script(&first.script);
            let second = parse(&form);
            prop_assert!(second.diagnostics.is_empty(), "{text}\n{form}\n{:#?}", second.diagnostics);
            prop_assert_eq!(format::script(&second.script), form, "{}", text);
            Ok(())
        };
        let counted = std::cell::RefCell::new(again);
        runner(1500)
            .run(&texts::queries(), |text| (counted.borrow_mut())(text))
            .unwrap_or_else(|error| panic!("{error}"));
    });
    assert!(read >= 1500, "only {read} texts were queries");
}

#[test]
fn liberal_spellings_have_the_one_form() {
    let cases = [
        ("activity|top   5", "activity | top 5"),
        ("activity | sort cost desc, model asc", "activity | sort -cost, model"),
        ("activity | top 5 by cost desc", "activity | top 5 by -cost"),
        ("activity | sum(cost)", "activity | sum cost"),
        ("activity | count()", "activity | count()"),
        ("activity | where cost <> 1", "activity | where cost != 1"),
        ("activity | where (cost = 1)", "activity | where cost == 1"),
        ("activity | where 'a' == `model`", "activity | where \"a\" == model"),
        ("activity | agg p95 cost", "activity | agg p95 cost"),
        ("activity | agg p95(cost), x = p95 cost / 2", "activity | agg p95(cost), x = p95 cost / 2"),
        (
            "activity | agg n = count(), x = sum(cost)/sum(tokens)*1e6",
            "activity | agg n = count(), x = sum(cost) / sum(tokens) * 1e6",
        ),
        ("activity | where ((1+2)*3-(4-5)) > -(-6)", "activity | where (1 + 2) * 3 - (4 - 5) > -(-6)"),
        ("activity; | top 5", "activity;\n| top 5"),
        ("`let` 7d", "`let` 7d"),
        ("# why\nactivity # what\n  # how\n  | top 5", "activity | top 5"),
    ];
    for (text, form) in cases {
        let read = parse(text);
        assert!(read.diagnostics.is_empty(), "{text}\n{:#?}", read.diagnostics);
        assert_eq!(format::script(&read.script), form, "{text}");
    }
}

static PLACE: LazyLock<regex::Regex> = LazyLock::new(|| regex::Regex::new(r"Span \{ start: \d+, end: \d+ \}").unwrap());

/// A text and its one form have the same plan but for its places; or something is wrong with both. Whether they are
/// right.
pub fn same_meaning(session: &Session, text: &str, form: &str) -> Result<bool, TestCaseError> {
    let (before, after) = (session.check(text), session.check(form));
    let wrong = |checked: &orq::check::Checked| checked.diagnostics.iter().any(|d| d.is_error());
    if wrong(&before) || wrong(&after) {
        prop_assert_eq!(wrong(&before), wrong(&after), "{}\n{}\n{:#?}", text, form, after.diagnostics);
        return Ok(false);
    }
    let standing_nowhere = |program: &orq::check::Program| PLACE.replace_all(&format!("{program:?}"), "").into_owned();
    prop_assert_eq!(standing_nowhere(&after.program), standing_nowhere(&before.program), "{}\n{}", text, form);
    Ok(true)
}

/// A text with comments where line ends part nothing.
fn commented() -> impl Strategy<Value = String> {
    let marks = proptest::collection::vec((any::<prop::sample::Index>(), 0u8..4), 0..5);
    (texts::queries(), marks).prop_map(|(mut text, marks)| {
        for (number, (at, how)) in marks.into_iter().enumerate() {
            let places: Vec<(usize, bool)> = text
                .char_indices()
                .filter_map(|(at, c)| match c {
                    '|' => Some((at, true)),
                    ',' | '(' | '=' => Some((at + 1, false)),
                    _ => None,
                })
                .collect();
            if places.is_empty() {
                break;
            }
            let (at, before) = places[at.index(places.len())];
            let comment = match (how, before) {
                (0, _) => format!("\n# c{number}\n"),
                (1, _) => format!(" # c{number}\n"),
                (2, _) => format!("\n\n   # c{number}  \n # d{number}\n"),
                (_, true) => "\n".to_string(),
                (_, false) => " ".to_string(),
            };
            text.insert_str(at, &comment);
        }
        text
    })
}

#[test]
fn a_text_laid_out_anew_keeps_its_tree_its_comments_and_its_meaning() {
    let (mut laid, mut comments_seen) = (0, 0);
    deep(|| {
        let session = planner(NOW);
        let count = std::cell::RefCell::new((&mut laid, &mut comments_seen));
        let kept = |text: String| {
            let parsed = parse(&text);
            let form = match formatted(&text, &CATALOG) {
                Ok(form) => form,
                // What is understood only to say what to write is wrong for the check too.
                Err(_) if parsed.diagnostics.is_empty() => {
                    prop_assert!(format!("{:?}", parsed.script).contains("calls: Loose"), "{text}");
                    let checked = session.check(&text).diagnostics;
                    prop_assert!(checked.iter().any(Diagnostic::is_error), "{text}");
                    return Ok(());
                }
                Err(errors) => {
                    prop_assert_eq!(errors, parsed.diagnostics, "{}", text);
                    return Ok(());
                }
            };
            if text.contains("over") {
                return Ok(());
            }
            *count.borrow_mut().0 += 1;
            *count.borrow_mut().1 += parsed.script.comments.len();
            let again = parse(&form);
            prop_assert!(again.diagnostics.is_empty(), "{text}\n{form}\n{:#?}", again.diagnostics);
            prop_assert_eq!(&formatted(&form, &CATALOG).unwrap(), &form, "{}", text);
            let comments = |script: &orq::syntax::ast::Script| {
                let mut comments: Vec<String> =
                    script.comments.iter().map(|comment| comment.text.trim_end().to_string()).collect();
                comments.sort();
                comments
            };
            prop_assert_eq!(comments(&parsed.script), comments(&again.script), "{}\n{}", text, form);
            let one_form = one_form::script(parsed.script, &text, &CATALOG);
            prop_assert_eq!(
                format::script(&one_form::script(again.script, &form, &CATALOG)),
                format::script(&one_form),
                "{}\n{}",
                text,
                form
            );
            same_meaning(&session, &text, &form)?;
            Ok(())
        };
        runner(4000).run(&commented(), kept).unwrap_or_else(|error| panic!("{error}"));
    });
    assert!(laid > 1000 && comments_seen > 1000, "{laid} texts were laid out, with {comments_seen} comments");
}
