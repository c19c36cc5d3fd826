//! Texts that people, agents and cats on keyboards write: none of them panics or hangs.

#[path = "../fuzz/any_text.rs"]
mod any_text;

use orq::assist::values::Values;
use orq::repl::complete::complete;
use orq::syntax;
use orq::syntax::classify::{Names, classify};
use proptest::collection::vec;
use proptest::prelude::*;

use super::runner;
use crate::support::NOW;
use crate::support::inside::{deep, planner};

/// Queries that work, to be broken.
pub const QUERIES: &[&str] = &[
    "activity from 2026-02-01 | group model | sum cost | top 5",
    "activity yesterday",
    "credits",
    "keys | top 10 by cost_monthly | select name, workspace, cost_daily, limit_remaining",
    "generation gen-demo-2 | unnest provider_responses | select provider, status",
    "activity this month | group provider | sum cost, sum requests, count_distinct model as models | sort -cost",
    "activity last 30d | where model in (\"openai/gpt-5.2\", 'x') and not (cost > 1 or byok is not null) | count",
    "activity | derive r = cost / tokens * 1e6, w = week(date), n = if(cost > 1, \"much\", null) ?? \"little\"",
    "activity last 7d | agg rate = sum(cost) / sum(tokens), n = count() where cost > 0.5 as many",
    "activity | where date in 2026-02-01..2026-02-10 and model ~ \"^openai/\" | sort model desc, -cost | skip 3",
    "let a = activity last 7d\n  | group model\n  | sum cost\n# a comment\na | top 3\na | sum cost",
    "explain models | where id contains \"claude\" | sort price_prompt | limit 10 | as json",
    "activity | where model = \"a\" and cost <> 1 | sum cost where byok > 0 as b, tokens by provider",
    "param x: date = 2026-01-01 \"first day\"\nconst m = 1e6\nfn f(a, b) = a / b * m",
    "param n: number = 3\nconst m = 1e6; const who = (\"a\", 'b')\nfn f(a, b) = g(a) / b * m\nfn g(x) = x ?? @n\nactivity | where model in who | derive r = f(cost, tokens) | top @n by r",
    "use \"lib.orq\"\nparam who: list = [\"a\"] \"whose\"\nactivity from @since | where model not in @who | limit n",
    "activity | derive ma7 = avg(cost) over (by model sort date rows 7) | anti_join (activity 2mo ago | distinct model) on model",
    "activity on 2026-11-18 | limit 20 ; keys | where `limit` >= 5 and created_at < 2026-01-01T00:00:00Z",
];

const TOKENS: &[&str] = &[
    "activity",
    "models",
    "|",
    "|",
    "where",
    "group",
    "sum",
    "cost",
    "model",
    "(",
    ")",
    "[",
    "]",
    ",",
    "=",
    "==",
    "!=",
    "<>",
    "and",
    "or",
    "not",
    "in",
    "is",
    "null",
    "by",
    "as",
    "on",
    "per",
    "over",
    "sort",
    "rows",
    "\"x\"",
    "'",
    "\"",
    "`",
    "`a b`",
    "#",
    "\n",
    ";",
    " ",
    "..",
    "??",
    "~",
    "!~",
    "-",
    "*",
    "/",
    "%",
    "1",
    "1e6",
    "2026-02-01",
    "2026-13-45",
    "7d",
    "1e999",
    "@x",
    "$x",
    "&&",
    "||",
    "\\!=",
    "true",
    "let",
    "explain",
    "param",
    "fn",
    "const",
    "use",
    "f(",
    "count()",
    "\u{202e}",
    "\u{1b}[2J",
    "\u{0}",
    "\u{1}",
    "é",
    "中",
    "\r\n",
    "\t",
    "0",
    "00",
    "1_000",
    "x.y.z",
    ".",
    "case(",
    "if(",
];

fn soup() -> impl Strategy<Value = String> {
    vec((prop::sample::select(TOKENS), prop_oneof![Just(" "), Just("")]), 0..40)
        .prop_map(|parts| parts.into_iter().flat_map(|(token, gap)| [token, gap]).collect())
}

/// A query with a few pieces cut out, doubled, swapped or replaced.
fn broken() -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), 0usize..6, prop::sample::select(TOKENS), 0u8..4);
    (prop::sample::select(QUERIES), vec(change, 1..5)).prop_map(|(query, changes)| {
        let mut chars: Vec<char> = query.chars().collect();
        for (at, length, token, how) in changes {
            let at = at.index(chars.len() + 1);
            let end = (at + length).min(chars.len());
            match how {
                0 => drop(chars.drain(at..end)),
                1 => drop(chars.splice(at..at, token.chars())),
                2 => drop(chars.splice(at..end, token.chars())),
                _ => {
                    let copy = chars[at..end].to_vec();
                    chars.splice(at..at, copy);
                }
            }
        }
        chars.into_iter().collect()
    })
}

/// Texts of which many are queries: those that work, and those with a small change.
pub fn queries() -> impl Strategy<Value = String> {
    let spaced = prop::sample::select(QUERIES).prop_map(|query| query.replace(' ', "  ").replace(" | ", "\n| "));
    prop_oneof![4 => broken(), 1 => spaced, 1 => soup()]
}

fn deep_brackets() -> impl Strategy<Value = String> {
    let opening = prop::sample::select(
        &["(", "[", "f(", "(a | where ", "(a last 7d | where x in ", "x in (", "-(", "not (", "(a, "][..],
    );
    let middle = prop::sample::select(&["x", "&", "", "\"", "a | b", "#", "`", ";", "\n"][..]);
    (vec(opening, 1..70), middle, 0usize..70).prop_map(|(opening, middle, closing)| {
        let closed: String =
            opening.iter().rev().take(closing).map(|o| if o.contains('[') { ']' } else { ')' }).collect();
        format!("credits | where {}{middle}{closed}", opening.concat())
    })
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => broken(),
        1 => prop::sample::select(QUERIES).prop_map(str::to_string),
        3 => soup(),
        2 => deep_brackets(),
        1 => "\\PC{0,60}",
        1 => any::<String>(),
        1 => vec(any::<u8>(), 0..60).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    ]
}

#[test]
fn no_text_makes_parse_or_check_panic_or_hang() {
    let (mut fine, mut wrong) = (0, 0);
    deep(|| {
        let session = planner(NOW);
        let count = std::cell::RefCell::new((&mut fine, &mut wrong));
        let looked_at = |text: String| {
            any_text::holds(&session, &text);
            let checked = session.check(&text);
            let errors: Vec<_> = checked.diagnostics.iter().filter(|d| d.is_error()).collect();
            match errors.is_empty() {
                true => *count.borrow_mut().0 += 1,
                false => *count.borrow_mut().1 += 1,
            }
            for error in errors {
                for span in error.span.iter().chain(error.also.iter().map(|(span, _)| span)) {
                    let inside = span.start <= span.end && text.get(span.start..span.end).is_some();
                    prop_assert!(inside, "{text:?}\n{error:#?}");
                }
                prop_assert!(error.help.as_ref().is_some_and(|help| !help.is_empty()), "{text:?}\n{error:#?}");
            }
            Ok(())
        };
        runner(10_000).run(&texts(), looked_at).unwrap_or_else(|error| panic!("{error}"));
    });
    assert!(fine > 100 && wrong > 5000, "{fine} texts were fine and {wrong} were not");
}

/// What is typed is coloured and completed at every key, so each text is cut somewhere too.
#[test]
fn every_text_has_its_colours_and_candidates_inside_of_it() {
    let mut coloured = 0;
    deep(|| {
        let session = planner(NOW);
        let names = Names {
            is_source: &|name| session.catalog().source(name).is_some(),
            is_verb: &|name| session.catalog().verb(name).is_some(),
            is_function: &|name| session.catalog().function(name).is_some(),
            is_range: &|word| word == "last",
        };
        let count = std::cell::RefCell::new(&mut coloured);
        let looked_at = |(text, at): (String, prop::sample::Index)| {
            let mut end = 0;
            for (span, _) in classify(&text, &names) {
                prop_assert!(end <= span.start && span.start < span.end, "{text:?} {span:?}");
                prop_assert!(text.get(span.start..span.end).is_some(), "{text:?} {span:?}");
                end = span.end;
                **count.borrow_mut() += 1;
            }
            let cuts: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
            let cut = cuts[at.index(cuts.len())];
            let found = complete(&text, cut, &session, &Values::default());
            prop_assert!(found.start <= cut && text.is_char_boundary(found.start), "{text:?} {cut}");
            Ok(())
        };
        let inputs = (texts(), any::<prop::sample::Index>());
        runner(3_000).run(&inputs, looked_at).unwrap_or_else(|error| panic!("{error}"));
    });
    assert!(coloured > 10_000, "{coloured} pieces");
}

/// A parser that tries something twice at each level would need 2^60 steps for these, and not come back.
#[test]
fn nesting_of_every_kind_comes_to_an_end() {
    let kinds: &[(&str, &str)] = &[
        ("(", ")"),
        ("[", "]"),
        ("([", "])"),
        ("f(", ")"),
        ("f (", ")"),
        ("-(", ")"),
        ("not (a, f(", "))"),
        ("(a, ", ")"),
        ("(a | where ", ")"),
        ("(a last 7d | where x in ", ")"),
        ("(a where ", ")"),
        ("f (a, b | c ", ")"),
        ("x in (", " | b)"),
        ("x in (a | where ", " & | b)"),
        ("f(x) over (by ", ")"),
        ("sum a / (", ")"),
        ("a = (", ")"),
    ];
    let middles = ["x", "&", "", "\"", "#", "`", ";", "a | b", "x y"];
    let mut seen = 0;
    deep(|| {
        for (open, close) in kinds {
            let brackets = open.chars().filter(|c| matches!(c, '(' | '[')).count();
            let depth = 60 / brackets;
            for middle in middles {
                for closed in [0, depth / 2, depth] {
                    for start in ["", "credits | where ", "credits | derive a = ", "let a = ", "credits | sum "] {
                        let text = format!("{start}{}{middle}{}", open.repeat(depth), close.repeat(closed));
                        syntax::parse(&text);
                        seen += 1;
                    }
                }
            }
        }
    });
    assert!(seen > 2000, "{seen}");
}
