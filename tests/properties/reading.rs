//! The one form of a text reads back as the same tree.

use orq::syntax::{format, parse};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::trees::{erased, scripts};
use super::{runner, texts};
use crate::support::inside::deep;

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
        ("activity | agg p95(cost), x = p95 cost / 2", "activity | agg p95(cost), x = p95(cost / 2)"),
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
