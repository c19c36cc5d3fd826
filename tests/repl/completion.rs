//! What the Tab key offers at each place, and what each piece of a text is coloured as: without a terminal.

use orq::assist::complete::Candidate;
use orq::assist::values::Values;
use orq::model::frame::Frame;
use orq::model::schema::{Column, Schema};
use orq::model::value::Value;
use orq::repl::complete::complete;
use orq::syntax::classify::{Class, Names, classify};
use orq::types::Type;

use crate::support::NOW;
use crate::support::inside::{deep, planner};

/// The candidates at the end of a text, and where they start.
fn at_end(text: &str) -> (usize, Vec<Candidate>) {
    let mut values = Values::default();
    let texts = |texts: &[&str]| texts.iter().map(|text| Value::Text(text.to_string())).collect::<Vec<_>>();
    let schema = Schema::new(vec![Column::new("model", Type::Text), Column::new("key", Type::Text)]);
    let columns = vec![texts(&["openai/gpt-5.2", "anthropic/claude"]), texts(&["ci", "sk-or-v1-secret"])];
    values.learn(&Frame { schema, columns });
    let found = deep(|| complete(text, text.len(), &planner(NOW), &values));
    (found.start, found.candidates)
}

fn names(text: &str) -> Vec<String> {
    at_end(text).1.into_iter().map(|candidate| candidate.text).collect()
}

#[track_caller]
fn offers(text: &str, wanted: &[&str], not: &[&str]) {
    let found = names(text);
    for name in wanted {
        assert!(found.iter().any(|other| other == name), "{text:?} offers no {name}: {found:?}");
    }
    for name in not {
        assert!(!found.iter().any(|other| other == name), "{text:?} offers {name}: {found:?}");
    }
}

#[test]
fn a_statement_starts_with_a_source_or_a_word() {
    offers("", &["activity", "credits", "let", "explain"], &["where", "sum"]);
    offers("act", &["activity"], &["credits"]);
    offers("let mine = cr", &["credits"], &["const"]);
    offers("let mine = credits; ", &["activity", "let"], &["where"]);
    offers("explain act", &["activity"], &[]);
}

#[test]
fn a_source_is_followed_by_its_ranges_and_arguments() {
    offers("activity la", &["last 7d"], &["yesterday"]);
    offers("activity ", &["yesterday", "this month"], &["credits"]);
    offers("credits ", &[], &["yesterday"]);
}

#[test]
fn a_bar_is_followed_by_verbs_and_aggregates() {
    offers("activity last 7d | ", &["where", "group", "sum", "p95"], &["activity", "round"]);
    offers("activity last 7d | gr", &["group"], &["where"]);
    offers("| so", &["sort"], &[]);
}

#[test]
fn a_stage_has_the_columns_of_its_point() {
    offers("activity last 7d | where co", &["cost"], &[]);
    offers("activity last 7d | group mo", &["model"], &[]);
    offers("activity last 7d | group model | sum co", &["cost"], &[]);
    offers("activity last 7d | group model | sum cost | sort ", &["model", "cost"], &["provider", "sum", "round"]);
    offers("activity last 7d | group model | sum cost | sort ro", &["round"], &["model"]);
    offers("activity last 7d | derive twice = cost * 2 | where tw", &["twice"], &[]);
    offers("analytics last 7d | group ", &["model"], &[]);
    offers("let mine = credits | derive spare = total - used; mine | select sp", &["spare"], &[]);
    offers("keys | where name in (activity last 7d | select ", &["provider"], &["cost_monthly"]);
    offers("activity last 7d | top 5 ", &["by", "per"], &[]);
}

#[test]
fn a_column_is_shown_with_its_type_and_meaning() {
    let (start, found) = at_end("activity last 7d | where cos");
    assert_eq!(start, 25);
    let cost = found.iter().find(|candidate| candidate.text == "cost").unwrap();
    assert!(cost.doc.starts_with("number (usd) \u{b7} "), "{cost:?}");
    let (_, found) = at_end("credits | der");
    assert!(!found[0].doc.is_empty(), "{found:?}");
}

#[test]
fn quotes_hold_what_answers_have_shown() {
    assert_eq!(names("activity | where model == \"ope"), ["openai/gpt-5.2\""]);
    assert_eq!(names("activity | where cost > 1 and model in (\"x\", \"an"), ["anthropic/claude\""]);
    // A key of the API is never among them.
    assert_eq!(names("activity | where key == \""), ["ci\""]);
    assert!(names("activity | where model == \"x\" or provider == \"").is_empty());
}

#[test]
fn formats_parameters_and_commands_are_offered_where_they_stand() {
    offers("credits | as j", &["json", "jsonl"], &["csv"]);
    offers(":he", &["help"], &["quit"]);
    offers(":help gro", &["group"], &[]);
    offers(":format c", &["csv"], &["json"]);
    offers(":time o", &["on", "off"], &[]);
}

#[test]
fn what_is_misspelled_is_offered_as_it_was_meant() {
    assert_eq!(names("activtiy"), ["activity"]);
    offers("credits | wehre", &["where"], &[]);
}

fn classes(text: &str) -> Vec<(String, Class)> {
    let found = deep(|| {
        let names = Names {
            is_source: &|name| name == "activity",
            is_verb: &|name| ["where", "group", "sum", "sort"].contains(&name),
            is_function: &|name| ["round", "sum"].contains(&name),
            is_range: &|word| word == "last",
        };
        classify(text, &names)
    });
    found.into_iter().map(|(span, class)| (span.of(text).to_string(), class)).collect()
}

#[track_caller]
fn is_coloured(text: &str, expected: &[(&str, Class)]) {
    let expected: Vec<(String, Class)> = expected.iter().map(|(piece, class)| (piece.to_string(), *class)).collect();
    assert_eq!(classes(text), expected, "{text}");
}

#[test]
fn each_piece_is_what_the_grammar_says() {
    use Class::*;
    is_coloured(
        "activity last 7d | where round(cost) > 1.5 and model == \"x\" # all",
        &[
            ("activity", Source),
            ("last", Keyword),
            ("7d", Time),
            ("|", Operator),
            ("where", Verb),
            ("round", Function),
            ("cost", Column),
            (">", Operator),
            ("1.5", Number),
            ("and", Keyword),
            ("model", Column),
            ("==", Operator),
            ("\"x\"", Text),
            ("# all", Comment),
        ],
    );
}

#[test]
fn a_name_that_nobody_knows_is_not_coloured_as_known() {
    use Class::*;
    is_coloured("activty | wher cost", &[("activty", Unknown), ("|", Operator), ("wher", Unknown), ("cost", Column)]);
}

#[test]
fn what_does_not_parse_yet_has_its_colours_and_so_has_what_stands_before() {
    use Class::*;
    is_coloured(
        "let a = activity | sum cost\na | where model == \"x",
        &[
            ("let", Keyword),
            ("a", Column),
            ("=", Operator),
            ("activity", Source),
            ("|", Operator),
            ("sum", Verb),
            ("cost", Column),
            ("a", Unknown),
            ("|", Operator),
            ("where", Verb),
            ("model", Column),
            ("==", Operator),
            ("\"x", Text),
        ],
    );
    is_coloured(
        "activity | where cost >",
        &[("activity", Source), ("|", Operator), ("where", Verb), ("cost", Column), (">", Operator)],
    );
}
