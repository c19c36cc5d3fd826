//! What each format does to values: exact for programs, readable and harmless for people.

use jiff::civil::date;
use orq::formats;
use orq::model::catalog::{Looks, Render, Titled, Unrenderable};
use orq::model::frame::{Answer, Frame};
use orq::model::route::Coverage;
use orq::model::schema::{Column, Schema};
use orq::model::value::Value;
use orq::types::{Class, Type, Unit};
use serde_json::{Value as Json, json};

use crate::support::{demo, orq, rows};

const USD: Type = Type::Number(Unit::USD, Class::Additive);

/// A terminal.
const TERMINAL: Looks = Looks { width: Some(80), unicode: true, color: false, max_rows: Some(200) };

/// A file or a pipe.
const FILE: Looks = Looks { width: None, unicode: true, color: false, max_rows: None };

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// An answer of these columns.
fn answer<const N: usize>(columns: [(&str, Type, Vec<Value>); N]) -> Answer {
    let schema = Schema::new(columns.iter().map(|(name, ty, _)| Column::new(*name, ty.clone())).collect());
    let columns: Vec<Vec<Value>> = columns.into_iter().map(|(_, _, values)| values).collect();
    assert!(columns.windows(2).all(|two| two[0].len() == two[1].len()));
    let frame = Frame { schema, columns };
    Answer { query: "test".to_string(), frame, coverage: Coverage::default(), warnings: Vec::new() }
}

fn rendered(format: &str, answers: &[Titled<'_>], looks: &Looks) -> Result<String, Unrenderable> {
    let def = formats::ALL.iter().find(|def| def.name == format).unwrap();
    match def.render {
        Render::Text(render) => render(answers, looks),
        Render::Parquet => panic!("{format} is no text"),
    }
}

fn shown(format: &str, answer: &Answer, looks: &Looks) -> String {
    rendered(format, &[Titled { title: "", answer, picture: None }], looks).unwrap()
}

/// One value of text, in a format.
fn one(format: &str, value: &str) -> String {
    shown(format, &answer([("x", Type::Text, vec![text(value)])]), &FILE)
}

mod csv {
    use super::*;

    #[test]
    fn a_field_is_quoted_where_it_must_be_and_nowhere_else() {
        for (value, field) in [
            ("plain", "plain"),
            ("two words", "two words"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("a\r\nb", "\"a\r\nb\""),
            ("tab\there", "tab\there"),
        ] {
            assert_eq!(one("csv", value), format!("x\n{field}\n"));
        }
    }

    #[test]
    fn names_of_columns_are_quoted_as_values_are() {
        let answer = answer([("a,b", Type::Text, vec![]), ("say \"hi\"", USD, vec![])]);
        assert_eq!(shown("csv", &answer, &FILE), "\"a,b\",\"say \"\"hi\"\"\"\n");
    }

    #[test]
    fn numbers_are_whole_and_unrounded() {
        let values = vec![Value::Float(1234.5), Value::Float(0.1 + 0.2), Value::Float(2.0), Value::Int(-7)];
        assert_eq!(shown("csv", &answer([("x", USD, values)]), &FILE), "x\n1234.5\n0.30000000000000004\n2\n-7\n");
    }

    #[test]
    fn a_list_is_its_json() {
        let list = Value::List(vec![text("a"), Value::Record(vec![("n".to_string(), Value::Int(1))])]);
        let answer = answer([("x", Type::List(Box::new(Type::Text)), vec![list])]);
        assert_eq!(shown("csv", &answer, &FILE), "x\n\"[\"\"a\"\",{\"\"n\"\":1}]\"\n");
    }

    #[test]
    fn a_table_without_rows_has_its_header() {
        assert_eq!(shown("csv", &answer([("a", Type::Text, vec![]), ("b", USD, vec![])]), &FILE), "a,b\n");
        let run = orq().args(["--demo", "-f", "csv", "activity last 2d | where cost < 0 | select model, cost"]).run();
        assert_eq!((run.code, run.stdout.as_str()), (0, "model,cost\n"), "{}", run.stderr);
    }

    #[test]
    fn it_says_of_the_demo_account_what_json_says() {
        let query = "activity yesterday | group provider | sum cost | sort provider";
        let run = orq().args(["--demo", "-f", "csv", query]).run();
        let mut lines = run.stdout.lines();
        assert_eq!(lines.next(), Some("provider,cost"));
        let rows = rows(query);
        assert!(rows.len() > 3, "{rows:?}");
        for row in rows {
            let (name, cost) = lines.next().unwrap().rsplit_once(',').unwrap();
            assert_eq!(Some(name), row["provider"].as_str());
            assert_eq!(Some(cost.parse::<f64>().unwrap()), row["cost"].as_f64());
        }
        assert_eq!(lines.next(), None);
    }
}

#[test]
fn a_row_of_tsv_is_one_line() {
    for (value, field) in
        [("a\tb", "a\\tb"), ("two\nlines", "two\\nlines"), ("back\\slash", "back\\\\slash"), ("a,b", "a,b")]
    {
        assert_eq!(one("tsv", value), format!("x\n{field}\n"));
    }
}

mod nulls {
    use super::*;

    /// Null, empty text, and text that looks like null.
    fn three() -> Answer {
        answer([
            ("n", Type::PLAIN, vec![Value::Int(1), Value::Int(2), Value::Int(3)]),
            ("x", Type::Text, vec![Value::Null, text(""), text("null")]),
        ])
    }

    #[test]
    fn they_are_empty_in_csv_and_tsv_and_empty_text_is_quoted() {
        assert_eq!(shown("csv", &three(), &FILE), "n,x\n1,\n2,\"\"\n3,null\n");
        assert_eq!(shown("tsv", &three(), &FILE), "n\tx\n1\t\n2\t\"\"\n3\tnull\n");
    }

    #[test]
    fn json_tells_them_apart() {
        let rows: Json = serde_json::from_str(&shown("json", &three(), &FILE)).unwrap();
        assert_eq!(rows, json!([{"n": 1, "x": null}, {"n": 2, "x": ""}, {"n": 3, "x": "null"}]));
        let lines = shown("jsonl", &three(), &FILE);
        assert_eq!(lines, "{\"n\":1,\"x\":null}\n{\"n\":2,\"x\":\"\"}\n{\"n\":3,\"x\":\"null\"}\n");
    }

    #[test]
    fn people_can_tell_them_apart() {
        assert_eq!(shown("table", &three(), &TERMINAL), "n  x\n─────────\n1  null\n2  \"\"\n3  \"null\"\n");
        assert_eq!(shown("record", &three(), &TERMINAL), "n  1\nx  null\n\nn  2\nx  \"\"\n\nn  3\nx  \"null\"\n");
        let markdown = shown("markdown", &three(), &TERMINAL);
        assert_eq!(markdown, "| n | x |\n| ---: | --- |\n| 1 | null |\n| 2 | \"\" |\n| 3 | \"null\" |\n");
    }

    #[test]
    fn a_number_that_is_none_is_null() {
        for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let answer = answer([("x", USD, vec![Value::Float(x)])]);
            assert_eq!(shown("jsonl", &answer, &FILE), "{\"x\":null}\n");
            assert_eq!(shown("csv", &answer, &FILE), "x\n\n");
        }
    }
}

mod json {
    use super::*;

    #[test]
    fn numbers_are_unrounded_and_whole_ones_have_no_decimals() {
        for (value, written) in [
            (Value::Int(12), "12"),
            (Value::Int(i64::MAX), "9223372036854775807"),
            (Value::Float(12.0), "12"),
            (Value::Float(-3.0), "-3"),
            (Value::Float(0.1), "0.1"),
            (Value::Float(0.1 + 0.2), "0.30000000000000004"),
            (Value::Float(1e-9), "0.000000001"),
        ] {
            let answer = answer([("x", USD, vec![value])]);
            let line = shown("jsonl", &answer, &FILE);
            let number = line.strip_prefix("{\"x\":").and_then(|rest| rest.strip_suffix("}\n")).unwrap();
            assert!(!number.ends_with(".0"), "{line}");
            assert_eq!(number.parse::<f64>().unwrap(), written.parse::<f64>().unwrap(), "{line}");
            if !number.contains('e') {
                assert_eq!(number, written);
            }
        }
    }

    #[test]
    fn dates_and_times_are_iso_texts() {
        let answer = answer([
            ("day", Type::Date, vec![Value::Date(date(2026, 2, 19))]),
            ("time", Type::Time, vec![Value::Time("2026-02-19T09:00:00Z".parse().unwrap())]),
            ("yes", Type::Bool, vec![Value::Bool(true)]),
        ]);
        let line = shown("jsonl", &answer, &FILE);
        assert_eq!(line, "{\"day\":\"2026-02-19\",\"time\":\"2026-02-19T09:00:00Z\",\"yes\":true}\n");
    }

    #[test]
    fn columns_keep_their_order() {
        let columns = ["z", "a", "m"].map(|name| (name, Type::PLAIN, vec![Value::Int(1)]));
        assert_eq!(shown("jsonl", &answer(columns), &FILE), "{\"z\":1,\"a\":1,\"m\":1}\n");
    }

    #[test]
    fn every_text_comes_back_as_it_was() {
        for hostile in ["\u{1b}[31m", "\u{9b}2J", "\u{202e}", "\"\\\n\t\0", "🦀 é", "</script>"] {
            for format in ["json", "jsonl"] {
                let read: Json = serde_json::from_str(&one(format, hostile)).unwrap();
                let read = if format == "json" { &read[0]["x"] } else { &read["x"] };
                assert_eq!(read, hostile, "{format}");
            }
        }
    }

    #[test]
    fn no_rows_are_an_empty_array() {
        let empty = answer([("x", Type::Text, vec![])]);
        assert_eq!(serde_json::from_str::<Json>(&shown("json", &empty, &FILE)).unwrap(), json!([]));
        assert_eq!(shown("jsonl", &empty, &FILE), "");
    }
}

mod envelope {
    use super::*;

    fn of(query: &str) -> Json {
        let run = orq().args(["--demo", "-f", "envelope", query]).run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
        serde_json::from_str(&run.stdout).unwrap()
    }

    fn fields(value: &Json) -> Vec<&str> {
        value.as_object().unwrap().keys().map(String::as_str).collect()
    }

    #[test]
    fn it_has_the_fields_of_the_contract() {
        let answer = of("activity from 2026-02-01 | where cost > 0 | group model | sum cost | top 2");
        assert_eq!(fields(&answer), ["orq", "query", "schema", "rows", "coverage", "calls", "warnings", "truncated"]);
        assert_eq!(answer["orq"], 1);
        assert_eq!(answer["query"], "activity from 2026-02-01 | where cost > 0 | group model | sum cost | top 2");
        assert_eq!(answer["warnings"], json!([]));
        assert_eq!(answer["truncated"], false);
        let rows = answer["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 2);
        for row in rows {
            assert_eq!(fields(row), ["model", "cost"]);
            assert!(row["model"].is_string() && row["cost"].is_f64(), "{row}");
        }
    }

    #[test]
    fn the_query_is_in_its_one_form() {
        let answer = of("activity  last 7d|where model ~ 'gpt' and (cost <> 0)|group model | sum(cost) # all of them");
        assert_eq!(answer["query"], "activity last 7d | where model ~ \"gpt\" and cost != 0 | group model | sum cost");
    }

    #[test]
    fn a_column_has_its_type_and_a_number_its_class_and_its_unit_where_it_has_one() {
        let answer =
            of("activity last 7d | group model, date | sum cost, tokens | derive rate = cost / tokens * 1e6, n = 1, \
             dear = cost > 1 | limit 1");
        assert_eq!(
            answer["schema"],
            json!([
                {"name": "model", "type": "text"},
                {"name": "date", "type": "date"},
                {"name": "cost", "type": "number", "unit": "usd", "class": "additive"},
                {"name": "tokens", "type": "number", "unit": "tokens", "class": "additive"},
                {"name": "rate", "type": "number", "unit": "usd/Mtok", "class": "ratio"},
                {"name": "n", "type": "number", "class": "plain"},
                {"name": "dear", "type": "bool"},
            ])
        );
    }

    #[test]
    fn coverage_names_the_days_both_ends_included_and_the_routes() {
        let coverage = of("activity from 2026-02-01 | sum cost")["coverage"].clone();
        let expected = json!({"from": "2026-02-01", "to": "2026-02-18", "missing": [], "routes": ["activity"]});
        assert_eq!(coverage, expected);
        let coverage = of("credits")["coverage"].clone();
        assert_eq!(coverage, json!({"from": null, "to": null, "missing": [], "routes": ["credits"]}));
    }

    #[test]
    fn calls_tell_data_from_look_ups() {
        let answer = of("keys | count");
        let calls = answer["calls"].as_array().unwrap();
        assert!(calls.len() >= 3, "{calls:?}");
        for call in calls {
            assert_eq!(fields(call), ["kind", "method", "path", "status", "ms"]);
            let kind = if call["path"] == "/workspaces" { "lookup" } else { "data" };
            assert_eq!((&call["kind"], &call["method"], &call["status"]), (&json!(kind), &json!("GET"), &json!(200)));
            assert!(call["ms"].is_u64(), "{call}");
        }
        assert!(calls.iter().any(|call| call["kind"] == "lookup") && calls.iter().any(|call| call["path"] == "/keys"));
    }

    #[test]
    fn no_rows_have_a_schema_all_the_same() {
        let answer = of("activity last 2d | where cost < 0 | select model");
        assert_eq!(answer["rows"], json!([]));
        assert_eq!(answer["schema"], json!([{"name": "model", "type": "text"}]));
    }
}

mod table {
    use super::*;

    fn width(line: &str) -> usize {
        line.chars().count()
    }

    #[test]
    fn numbers_stand_on_the_right_and_texts_on_the_left() {
        let answer = answer([
            ("model", Type::Text, vec![text("long-name"), text("b")]),
            ("cost", USD, vec![Value::Float(1234.5), Value::Float(2.0)]),
            ("tokens", Type::Number(Unit::TOKENS, Class::Additive), vec![Value::Int(7), Value::Int(1_234_567)]),
        ]);
        let lines: Vec<String> = shown("table", &answer, &TERMINAL).lines().map(str::to_string).collect();
        assert_eq!(
            lines,
            [
                "model           cost     tokens",
                "───────────────────────────────",
                "long-name  $1,234.50          7",
                "b              $2.00  1,234,567",
            ]
        );
    }

    #[test]
    fn units_are_shown() {
        let number = |unit| Type::Number(unit, Class::Plain);
        for (ty, value, expected) in [
            (number(Unit::USD), 0.5, "$0.50"),
            (number(Unit::USD), -3.0, "-$3.00"),
            (number(Unit::RATIO), 0.256, "25.6%"),
            (number(Unit::MS), 850.0, "850 ms"),
            (number(Unit::MS), 1_300.0, "1.3 s"),
            (number(Unit::MS), 125_000.0, "2m 05s"),
            (number(Unit::USD_PER_TOKEN), 2.5e-6, "$2.50/Mtok"),
            (number(Unit::TOKENS), 12_345.0, "12,345"),
        ] {
            let answer = answer([("x", ty.clone(), vec![Value::Float(value)])]);
            let table = shown("table", &answer, &TERMINAL);
            assert_eq!(table.lines().last().unwrap().trim(), expected, "{ty}");
        }
    }

    #[test]
    fn it_is_never_wider_than_the_terminal() {
        let long = "x".repeat(300);
        let cells = || vec![text(long.as_str()), text("日本語のモデル".repeat(20)), text("short")];
        let numbers = || vec![Value::Float(1_234_567.89); 3];
        let texts = answer([("a", Type::Text, cells()), ("b", Type::Text, cells()), ("cost", USD, numbers())]);
        let many = answer([
            ("first_column", Type::Text, cells()),
            ("second_column", USD, numbers()),
            ("third_column", Type::Text, cells()),
            ("fourth_column", USD, numbers()),
            ("fifth_column", USD, numbers()),
            ("sixth_column", USD, numbers()),
            ("seventh_column", Type::Text, cells()),
        ]);
        for answer in [&texts, &many] {
            for columns in [40, 60, 80, 120] {
                let table = shown("table", answer, &Looks { width: Some(columns), ..TERMINAL });
                for line in table.lines() {
                    // Letters of Japanese take two columns.
                    let wide = line.chars().filter(|c| !matches!(c, '…' | '─') && *c > '\u{2fff}').count();
                    assert!(width(line) + wide <= columns, "{columns}: {line}");
                }
            }
        }
        let table = shown("table", &many, &TERMINAL);
        assert!(table.contains('…') && table.contains("seventh_column"), "what has no room is named\n{table}");
    }

    #[test]
    fn every_source_fits_a_terminal() {
        let mut inside = crate::support::inside::Inside::new();
        let mut seen = 0;
        for query in ["activity yesterday", "keys", "workspaces", "models", "credits", "key", "generation gen-demo-2"] {
            let answer = inside.answer(query);
            for format in ["table", "record"] {
                for line in shown(format, &answer, &TERMINAL).lines() {
                    seen += 1;
                    assert!(width(line) <= 80, "{query} as {format}: {line}");
                }
            }
        }
        assert!(seen > 500, "only {seen} lines");
    }

    #[test]
    fn where_nothing_needs_to_fit_nothing_is_cut() {
        let long = "word ".repeat(60) + "end";
        let answer = answer([("a", Type::Text, vec![text(long.as_str()), text("b")])]);
        assert!(shown("table", &answer, &FILE).contains(&long));
        assert!(!shown("table", &answer, &TERMINAL).contains("end"));
    }

    #[test]
    fn rows_that_are_left_out_are_counted() {
        let numbers: Vec<Value> = (0..1_234).map(Value::Int).collect();
        let answer = answer([("n", Type::PLAIN, numbers)]);
        for format in ["table", "record"] {
            let all = shown(format, &answer, &FILE);
            assert!(!all.contains("rows"), "all are shown");
            let some = shown(format, &answer, &TERMINAL);
            assert_eq!(some.lines().last(), Some("200 of 1,234 rows"), "{format}");
            assert!(some.contains("199") && !some.contains("201"), "{format}");
        }
        assert_eq!(shown("csv", &answer, &TERMINAL).lines().count(), 1_235, "programs get all of them");
    }

    #[test]
    fn no_rows_are_said_in_words() {
        let answer = answer([("model", Type::Text, vec![])]);
        assert_eq!(shown("table", &answer, &TERMINAL).lines().last(), Some("no rows"));
        assert_eq!(demo("activity last 2d | where cost < 0 | select model").stdout.lines().last(), Some("no rows"));
    }

    #[test]
    fn one_row_that_is_too_wide_is_a_record() {
        let long = "x".repeat(70);
        let row = |value: &str| {
            answer([("name", Type::Text, vec![text(value)]), ("other", Type::Text, vec![text(long.as_str())])])
        };
        let wide = shown("table", &row("a long name"), &TERMINAL);
        assert_eq!(wide, format!("name   a long name\nother  {long}\n"));
        let narrow = shown("table", &row("a"), &TERMINAL);
        assert!(narrow.contains('─'), "{narrow}");
    }

    #[test]
    fn without_unicode_its_lines_are_ascii() {
        let answer = answer([("a", Type::Text, vec![text("x".repeat(300)), text("y")])]);
        let table = shown("table", &answer, &Looks { unicode: false, ..TERMINAL });
        assert!(table.is_ascii() && table.contains("...") && table.contains("---"), "{table}");
    }
}

mod markdown {
    use super::*;

    #[test]
    fn nothing_in_a_cell_ends_it() {
        let answer = answer([("a|b", Type::Text, vec![text("x|y"), text("two\nlines"), text("back\\|slash")])]);
        let page = shown("markdown", &answer, &FILE);
        let expected = "| a\\|b |\n| --- |\n| x\\|y |\n| two\\\\nlines |\n| back\\\\\\|slash |\n";
        assert_eq!(page, expected);
    }

    #[test]
    fn nothing_in_a_cell_formats_or_links() {
        for (value, cell) in [
            ("*bold* `code`", "\\*bold\\* \\`code\\`"),
            ("<b>", "\\<b>"),
            ("[a](b)", "\\[a\\](b)"),
            ("https://example.org", "https&#58;//example.org"),
            ("_x_", "\\_x\\_"),
            ("snake_case", "snake_case"),
        ] {
            assert_eq!(one("markdown", value), format!("| x |\n| --- |\n| {cell} |\n"));
        }
    }

    #[test]
    fn numbers_stand_on_the_right_with_their_units() {
        let answer = answer([("cost", USD, vec![Value::Float(1234.5)])]);
        assert_eq!(shown("markdown", &answer, &FILE), "| cost |\n| ---: |\n| $1,234.50 |\n");
    }
}

mod several_answers {
    use super::*;

    fn two() -> [Answer; 2] {
        [answer([("a", Type::PLAIN, vec![Value::Int(1)])]), answer([("b", Type::Text, vec![])])]
    }

    fn titled(answers: &[Answer; 2]) -> [Titled<'_>; 2] {
        let titled = |title, answer| Titled { title, answer, picture: None };
        [titled("first", &answers[0]), titled("second", &answers[1])]
    }

    #[test]
    fn json_has_a_title_and_rows_for_each() {
        let page = rendered("json", &titled(&two()), &FILE).unwrap();
        let expected = json!([{"title": "first", "rows": [{"a": 1}]}, {"title": "second", "rows": []}]);
        assert_eq!(serde_json::from_str::<Json>(&page).unwrap(), expected);
    }

    #[test]
    fn people_read_a_title_above_each() {
        let table = rendered("table", &titled(&two()), &FILE).unwrap();
        assert_eq!(table, "first\na\n─\n1\n\nsecond\nb\n─\nno rows\n");
        let page = rendered("markdown", &titled(&two()), &FILE).unwrap();
        assert!(page.starts_with("### first\n\n| a |") && page.contains("\n\n### second\n\n| b |"), "{page}");
    }

    #[test]
    fn the_envelope_has_a_result_for_each() {
        let page: Json = serde_json::from_str(&rendered("envelope", &titled(&two()), &FILE).unwrap()).unwrap();
        assert_eq!(page["orq"], 1);
        let results = page["results"].as_array().unwrap();
        assert_eq!(results.iter().map(|one| &one["title"]).collect::<Vec<_>>(), ["first", "second"]);
        for field in ["query", "schema", "rows", "coverage", "calls", "warnings", "truncated"] {
            assert!(results.iter().all(|one| one.get(field).is_some()), "{field}");
        }
    }

    #[test]
    fn formats_of_one_table_refuse_them() {
        for format in ["csv", "tsv", "jsonl"] {
            let refused = rendered(format, &titled(&two()), &FILE);
            let error = refused.unwrap_err().to_string();
            assert!(error.contains(format) && error.contains('2'), "{error}");
        }
    }
}

mod hostile_text {
    use super::*;

    /// Escape sequences, C1, and all that turns the direction of what follows.
    const HOSTILE: [char; 16] = [
        '\u{1b}', '\u{7}', '\u{8}', '\r', '\0', '\u{7f}', '\u{85}', '\u{9b}', '\u{9d}', '\u{200e}', '\u{200f}',
        '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}', '\u{61c}',
    ];

    #[test]
    fn it_never_reaches_a_terminal() {
        for c in HOSTILE {
            let hostile = format!("before{c}[31mafter");
            let nested = Value::List(vec![Value::Record(vec![(hostile.clone(), text(hostile.as_str()))])]);
            let fields = vec![(hostile.clone(), Type::Text)];
            let answer = answer([
                (hostile.as_str(), Type::Text, vec![text(hostile.as_str()), Value::Null]),
                ("nested", Type::List(Box::new(Type::Record(fields))), vec![nested, Value::Null]),
            ]);
            let titled = [hostile.as_str(), "second"].map(|title| Titled { title, answer: &answer, picture: None });
            for format in ["table", "record", "markdown"] {
                for looks in [TERMINAL, FILE] {
                    let page = rendered(format, &titled, &looks).unwrap();
                    assert!(page.contains("before") && !page.contains(c), "{format}: {page:?}");
                }
            }
        }
    }

    #[test]
    fn it_does_not_end_a_line() {
        for format in ["table", "record", "markdown"] {
            let quiet = one(format, "ab").lines().count();
            for end in ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}", "\u{b}", "\u{c}"] {
                let lines = one(format, &format!("a{end}b"));
                assert_eq!(lines.lines().count(), quiet, "{format} {end:?}: {lines:?}");
                assert!(!lines.contains(['\r', '\u{85}', '\u{2028}', '\u{2029}', '\u{b}', '\u{c}']), "{lines:?}");
            }
        }
    }
}
