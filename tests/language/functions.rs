//! Functions, by their values written out by hand, and properties over many values.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use orq::model::value::Value;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value as Json, json};

use crate::support::inside::Inside;
use crate::support::{demo, orq, rows};

/// The values of expressions without columns, all in one row.
fn assert_values(cases: &[(&str, Json)], arguments: &[&str]) {
    assert!(!cases.is_empty());
    let columns: Vec<String> = cases.iter().enumerate().map(|(at, (text, _))| format!("x{at} = {text}")).collect();
    let query = format!("credits | select {}", columns.join(", "));
    let run = orq().args(["--demo", "-f", "json"]).args(arguments.iter().copied()).args([query]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let rows: Vec<Json> = serde_json::from_str(&run.stdout).unwrap();
    for (at, (text, expected)) in cases.iter().enumerate() {
        let found = &rows[0][format!("x{at}")];
        match (found.as_f64(), expected.as_f64()) {
            (Some(found), Some(expected)) => assert!((found - expected).abs() < 1e-12, "{text}: {found}"),
            _ => assert_eq!(found, expected, "{text}"),
        }
    }
}

#[test]
fn functions_of_text_count_characters_of_any_script() {
    assert_values(
        &[
            (r#"lower("ÄÖ GPT")"#, json!("äö gpt")),
            (r#"uppercase("straße")"#, json!("STRASSE")),
            (r#"strip("\t a b \n")"#, json!("a b")),
            (r#"len("🦀é")"#, json!(2)),
            (r#"length("")"#, json!(0)),
            (r#"substring("añ🦀b", 1, 2)"#, json!("ñ🦀")),
            (r#"substr("abc", 7)"#, json!("")),
            (r#"replace("aXbX", "X", "🦀")"#, json!("a🦀b🦀")),
            (r#"split("openai/gpt-5.2:free", "/")"#, json!(["openai", "gpt-5.2:free"])),
            (r#"split("abc", "/")"#, json!(["abc"])),
            (r#"split("", "/")"#, json!([""])),
            (r#"split("/a//b/", "/")"#, json!(["", "a", "", "b", ""])),
            (r#"split("ñ🦀", "")"#, json!(["ñ", "🦀"])),
            (r#"contains("naïve", "ï")"#, json!(true)),
            (r#"contains(split("a b", " "), "b")"#, json!(true)),
            (r#"contains(split("a b", " "), "c")"#, json!(false)),
            (r#"split("a b", " ") contains "a""#, json!(true)),
            (r#""b" in split("a b", " ")"#, json!(true)),
            (r#""b" not in split("a b", " ")"#, json!(false)),
            (r#"startswith("abc", "")"#, json!(true)),
            (r#"endswith("abc", "d")"#, json!(false)),
            (r#"concat("a", -1.5, 2026-02-01, true)"#, json!("a-1.52026-02-01true")),
        ],
        &[],
    );
}

#[test]
fn format_puts_values_into_its_places() {
    assert_values(
        &[
            (r#"format("{} of {}", 1, "x")"#, json!("1 of x")),
            (r#"format("{{{}}}", 1)"#, json!("{1}")),
            (r#"format("{:.0}|{:.2}|{:.3}", 2.6, -1.005, 7)"#, json!("3|-1.00|7.000")),
            (r#"format("plain }} text")"#, json!("plain } text")),
            (r#"format("")"#, json!("")),
            (r#"format("[{}] [{:.1}]", null, null)"#, json!("[] []")),
            (r#"format("{} {}", 2026-02-18, 2026-02-18T01:02:03Z)"#, json!("2026-02-18 2026-02-18T01:02:03")),
        ],
        &[],
    );
}

#[test]
fn functions_of_numbers_know_negative_ones_and_what_has_no_value() {
    assert_values(
        &[
            ("abs(-0.5)", json!(0.5)),
            ("round(-2.5)", json!(-3)),
            ("round(1234.5678, 2)", json!(1234.57)),
            ("floor(-0.5)", json!(-1)),
            ("ceiling(-0.5)", json!(0)),
            ("sqrt(-1)", json!(null)),
            ("log(0)", json!(null)),
            ("log(1000, 10)", json!(3)),
            ("log(1024, 2)", json!(10)),
            ("log(27, 3)", json!(3)),
            ("log(5, 1)", json!(null)),
            ("log(5, -2)", json!(null)),
            ("ln(2.718281828459045)", json!(1)),
            ("least(3, -1, 2)", json!(-1)),
            ("greatest(3, -1, 2)", json!(3)),
            ("least(7)", json!(7)),
            ("least(\"b\", \"a\", \"é\")", json!("a")),
            ("greatest(2026-02-01, 2025-12-31)", json!("2026-02-01")),
            ("greatest(2026-02-01, 2026-02-01T00:00:01Z)", json!("2026-02-01T00:00:01Z")),
            ("clamp(-5, 0, 10)", json!(0)),
            ("clamp(5, 0, 10)", json!(5)),
            ("clamp(15, 0, 10)", json!(10)),
            ("clamp(2026-02-18, 2026-03-01, 2026-04-01)", json!("2026-03-01")),
        ],
        &[],
    );
}

#[test]
fn lists_are_read_from_both_ends_and_records_by_name() {
    assert_values(
        &[
            (r#"get(split("a/b/c", "/"), 0)"#, json!("a")),
            (r#"get(split("a/b/c", "/"), -1)"#, json!("c")),
            (r#"get(split("a/b/c", "/"), -3)"#, json!("a")),
            (r#"get(split("a/b/c", "/"), 3)"#, json!(null)),
            (r#"get(split("a/b/c", "/"), -4)"#, json!(null)),
            (r#"get(split("a/b/c", "/"), length("ab"))"#, json!("c")),
            (r#"length(split("a/b/c", "/"))"#, json!(3)),
        ],
        &[],
    );
    let tried =
        rows("generation gen-demo-2 | select p = provider_responses, s = get(get(provider_responses, 0), \"status\")");
    assert!(!tried[0]["s"].is_null());
    assert_eq!(tried[0]["s"], tried[0]["p"][0]["status"]);
    let empty = rows("activity yesterday | where false | agg l = list(model) | derive n = length(l), x = get(l, 0)");
    assert_eq!(empty[0], json!({"l": [], "n": 0, "x": null}));
}

#[test]
fn months_are_added_by_the_calendar_and_days_as_lengths() {
    assert_values(
        &[
            ("date_add(2024-01-31, 1, \"month\")", json!("2024-02-29")),
            ("date_add(2026-03-31, -1, \"month\")", json!("2026-02-28")),
            ("date_add(2024-02-29, 1, \"year\")", json!("2025-02-28")),
            ("date_add(2024-02-29, 4, \"years\")", json!("2028-02-29")),
            ("date_add(2026-01-15, 2, \"quarter\")", json!("2026-07-15")),
            ("date_add(2026-02-28, 1, \"day\")", json!("2026-03-01")),
            ("date_add(2026-02-28, -2, \"week\")", json!("2026-02-14")),
            ("date_add(2026-02-28, 90, \"minute\")", json!("2026-02-28T01:30:00Z")),
            ("date_add(2026-02-28T12:00:00Z, 1.5, \"hour\")", json!("2026-02-28T13:30:00Z")),
            ("date_add(2026-01-31T10:00:00Z, 1, \"month\")", json!("2026-02-28T10:00:00Z")),
            // A number that is computed goes the same way.
            ("date_add(2024-01-31, length(\"a\"), \"month\")", json!("2024-02-29")),
            ("date_add(2024-01-31, length(\"a\") / 2, \"month\")", json!(null)),
            ("date_add(2024-01-31, length(\"ab\"), \"day\")", json!("2024-02-02")),
        ],
        &[],
    );
}

#[test]
fn units_between_two_times_are_those_that_begin_there() {
    assert_values(
        &[
            ("date_diff(2026-02-01, 2026-02-03)", json!(172_800_000)),
            ("date_diff(2026-02-28, 2026-03-01, \"day\")", json!(1)),
            ("date_diff(2024-02-28, 2024-03-01, \"day\")", json!(2)),
            ("date_diff(2026-03-01, 2026-02-28, \"day\")", json!(-1)),
            ("date_diff(2026-01-31, 2026-02-01, \"month\")", json!(1)),
            ("date_diff(2026-02-01, 2026-02-28, \"month\")", json!(0)),
            ("date_diff(2025-12-31, 2026-01-01, \"quarter\")", json!(1)),
            ("date_diff(2025-12-31, 2026-01-01, \"year\")", json!(1)),
            ("date_diff(1969-12-31, 1970-01-01, \"year\")", json!(1)),
            ("date_diff(2026-02-15, 2026-02-16, \"week\")", json!(1)),
            ("date_diff(2026-02-16, 2026-02-22, \"week\")", json!(0)),
            ("datediff(2026-02-18T10:59:59Z, 2026-02-18T11:00:00Z, \"hour\")", json!(1)),
            ("date_diff(2026-02-18T10:00:00Z, 2026-02-18T10:59:59Z, \"hours\")", json!(0)),
            ("date_diff(2026-02-18, 2026-02-18T00:02:30Z, \"minute\")", json!(2)),
            ("trunc(2026-02-18T10:30:15Z, \"hour\")", json!("2026-02-18T10:00:00Z")),
            ("date_trunc(2026-02-18T10:30:15Z, \"quarter\")", json!("2026-01-01")),
            ("trunc(2026-02-18, \"minute\")", json!("2026-02-18")),
            // Other languages have the unit first.
            ("date_trunc(\"month\", 2026-02-18)", json!("2026-02-01")),
            ("date_diff(\"day\", 2026-02-18, 2026-02-20)", json!(2)),
            // A text in the place of a date is one.
            ("date_diff(\"2026-02-18\", \"2026-02-20\", \"day\")", json!(2)),
            ("month(\"2026-02-18T10:00:00Z\")", json!("2026-02-01")),
        ],
        &[],
    );
}

#[test]
fn dates_are_written_and_read_by_pattern() {
    assert_values(
        &[
            ("format_date(2026-02-18, \"%Y-%m\")", json!("2026-02")),
            (
                "format_date(2026-02-08T15:04:05Z, \"%F %T %I%p %e %j %y %q\")",
                json!("2026-02-08 15:04:05 03PM  8 039 26 1"),
            ),
            ("format_date(2027-01-01, \"%G-W%V-%u %a %A %b %B %%\")", json!("2026-W53-5 Fri Friday Jan January %")),
            ("parse_date(\"18/02/2026\", \"%d/%m/%Y\")", json!("2026-02-18")),
            ("parse_date(\"29.02.24\", \"%d.%m.%y\")", json!("2024-02-29")),
            ("parse_date(\"29.02.26\", \"%d.%m.%y\")", json!(null)),
            ("parse_date(\"Feb 3, 2026\", \"%b %d, %Y\")", json!("2026-02-03")),
            ("parse_date(\"2026-049\", \"%Y-%j\")", json!("2026-02-18")),
            ("parse_date(\"2026-02-18\")", json!("2026-02-18")),
            ("parse_date(\"2026-02-18 and more\")", json!(null)),
            ("parse_date(\"\")", json!(null)),
            ("parse_date(\"18.02.2026 7:05 PM\", \"%d.%m.%Y %I:%M %p\")", json!("2026-02-18T19:05:00Z")),
            ("parse_date(\"2026-02-18T10:11:12.25\", \"%FT%T%.f\")", json!("2026-02-18T10:11:12.25Z")),
            ("parse_date(\"2026-02-18 10:00 +0530\", \"%F %H:%M %z\")", json!("2026-02-18T04:30:00Z")),
            ("parse_date(\"2026-02-18 10:00 -05:00\", \"%F %H:%M %z\")", json!("2026-02-18T15:00:00Z")),
            ("strptime(\"2026-02-18T10:00:00Z\", \"%FT%T%z\")", json!("2026-02-18T10:00:00Z")),
        ],
        &[],
    );
}

#[test]
fn a_zone_that_is_named_counts_whatever_the_zone_of_the_run() {
    // 2026-03-29 01:00 UTC is when clocks in Berlin go from 2 to 3.
    let named = [
        ("hour_of_day(2026-03-29T00:59:59Z, \"Europe/Berlin\")", json!(1)),
        ("hour_of_day(2026-03-29T01:00:00Z, \"Europe/Berlin\")", json!(3)),
        ("hour_of_day(2026-02-18T23:30:00Z, \"Asia/Kolkata\")", json!(5)),
        ("day(2026-02-18T23:30:00Z, \"Asia/Kolkata\")", json!("2026-02-19")),
        ("day(2026-02-18T02:30:00Z, \"America/New_York\")", json!("2026-02-17")),
        ("week(2026-02-22T23:30:00Z, \"Europe/Berlin\")", json!("2026-02-23")),
        ("month(2026-01-31T23:30:00Z, \"Europe/Berlin\")", json!("2026-02-01")),
        ("quarter(2026-03-31T23:30:00Z, \"Europe/Berlin\")", json!("2026-04-01")),
        ("year(2025-12-31T23:30:00Z, \"Europe/Berlin\")", json!("2026-01-01")),
        ("weekday(2026-02-22T23:30:00Z, \"Europe/Berlin\")", json!(1)),
        ("format_date(2026-02-18T23:30:00Z, \"%F %H:%M\", \"Asia/Kolkata\")", json!("2026-02-19 05:00")),
        ("format_date(2026-02-18T23:30:00Z, \"%F %H:%M\", \"UTC\")", json!("2026-02-18 23:30")),
        ("hour_of_day(null, \"Asia/Kolkata\")", json!(null)),
    ];
    assert_values(&named, &[]);
    assert_values(&named, &["--tz", "America/Los_Angeles"]);
}

#[test]
fn without_a_name_it_is_the_zone_of_the_run() {
    assert_values(
        &[
            ("format_date(2026-02-18T23:30:00Z, \"%F %H:%M\")", json!("2026-02-19 00:30")),
            ("parse_date(\"2026-07-01 10:00\", \"%F %H:%M\")", json!("2026-07-01T10:00:00+02:00")),
            ("parse_date(\"2026-07-01 10:00 +0000\", \"%F %H:%M %z\")", json!("2026-07-01T12:00:00+02:00")),
            // The clock goes on by a month, over its change; a day of the calendar there has 23 hours.
            ("date_add(2026-03-15T09:00:00Z, 1, \"month\")", json!("2026-04-15T10:00:00+02:00")),
            ("date_add(2026-03-15T09:00:00Z, length(\"a\"), \"month\")", json!("2026-04-15T10:00:00+02:00")),
            ("date_diff(2026-03-29, 2026-03-30, \"hour\")", json!(23)),
            ("date_diff(2026-03-29, 2026-03-30, \"day\")", json!(1)),
            ("date_diff(2026-02-18T22:30:00Z, 2026-02-18T23:30:00Z, \"day\")", json!(1)),
            ("date_diff(2026-02-18T22:30:00Z, 2026-02-18T23:30:00Z)", json!(3_600_000)),
            ("greatest(2026-02-18, 2026-02-17T23:30:00Z)", json!("2026-02-18T00:30:00+01:00")),
        ],
        &["--tz", "Europe/Berlin"],
    );
}

#[test]
fn nothing_in_gives_nothing_out() {
    let calls = [
        "lower(null)",
        "trim(null)",
        "length(null)",
        "split(null, \"/\")",
        "split(\"a\", null)",
        "replace(null, \"a\", \"b\")",
        "contains(null, \"a\")",
        "get(null, 0)",
        "get(split(\"a\", \"b\"), null)",
        "abs(null)",
        "log(null)",
        "log(null, 10)",
        "log(10, null)",
        "least(1, null)",
        "greatest(null, 1)",
        "clamp(null, 0, 1)",
        "clamp(1, null, 2)",
        "unit(null, \"usd\")",
        "unit(null, \"s\")",
        "trunc(null, \"day\")",
        "month(null)",
        "date_add(null, 1, \"month\")",
        "date_add(2026-02-01, null, \"month\")",
        "date_add(2026-02-01, null, \"day\")",
        "date_diff(null, 2026-02-01)",
        "date_diff(2026-02-01, null, \"day\")",
        "format_date(null, \"%Y\")",
        "parse_date(null)",
        "parse_date(null, \"%d/%m/%Y\")",
        "coalesce(null, null)",
        "if(true, null)",
        "case(false, 1)",
    ];
    let cases: Vec<(&str, Json)> = calls.iter().map(|call| (*call, Json::Null)).collect();
    assert_values(&cases, &[]);
    assert_values(&[("nvl(null, 2)", json!(2)), ("iif(null, 1, 2)", json!(2)), ("concat(null)", json!(""))], &[]);
}

#[test]
fn columns_go_the_same_way_as_written_values() {
    let answer = rows(
        "activity last 7d | select model, date, cost, requests, parts = split(model, \"/\"), \
         author = get(split(model, \"/\"), 0), text = format(\"{}: {:.3}\", model, cost), least = least(requests, 5), \
         most = greatest(requests, 5), kept = clamp(requests, 2, 4), label = format_date(date, \"%Y/%m/%d\"), \
         back = parse_date(format_date(date, \"%d.%m.%Y\"), \"%d.%m.%Y\"), later = date_add(date, length(model), \"month\")",
    );
    assert!(answer.len() > 100);
    for row in &answer {
        let model = row["model"].as_str().unwrap();
        assert_eq!(row["parts"], json!(model.split('/').collect::<Vec<_>>()));
        assert_eq!(row["author"], model.split('/').next().unwrap());
        assert_eq!(row["text"], format!("{model}: {:.3}", row["cost"].as_f64().unwrap()));
        let requests = row["requests"].as_i64().unwrap();
        assert_eq!((row["least"].as_i64(), row["most"].as_i64()), (Some(requests.min(5)), Some(requests.max(5))));
        assert_eq!(row["kept"].as_i64(), Some(requests.clamp(2, 4)));
        assert_eq!(row["label"], row["date"].as_str().unwrap().replace('-', "/"));
        assert_eq!(row["back"], row["date"]);
        let date: Date = row["date"].as_str().unwrap().parse().unwrap();
        let later = date.checked_add((model.chars().count() as i64).months()).unwrap();
        assert_eq!(row["later"], later.to_string());
    }
}

/// The unit and class of a column, as the envelope says.
fn kind(query: &str) -> (Json, Json) {
    let run = orq().args(["--demo", "-f", "envelope", query]).run();
    assert_eq!(run.code, 0, "{query}\n{}", run.stderr);
    let answer: Json = serde_json::from_str(&run.stdout).unwrap();
    let column = answer["schema"].as_array().unwrap().iter().find(|column| column["name"] == "x").unwrap().clone();
    (column["unit"].clone(), column["class"].clone())
}

#[test]
fn units_stay_where_a_value_stays_of_its_kind_and_rates_stay_rates() {
    let start = "activity last 7d | group model | sum cost, tokens | derive rate = cost / tokens | derive x =";
    for (expression, unit, class) in [
        ("abs(cost)", json!("usd"), "plain"),
        ("ceil(cost)", json!("usd"), "plain"),
        ("least(cost, 5)", json!("usd"), "plain"),
        ("greatest(0, cost)", json!("usd"), "plain"),
        ("clamp(cost, 0, 5)", json!("usd"), "plain"),
        ("coalesce(cost, 0)", json!("usd"), "plain"),
        ("if(cost > 1, cost)", json!("usd"), "additive"),
        ("round(rate, 9)", json!("usd/token"), "ratio"),
        ("least(rate, 1)", json!("usd/token"), "ratio"),
        ("coalesce(rate, 0)", json!("usd/token"), "ratio"),
        ("case(cost > 1, rate, 0)", json!("usd/token"), "ratio"),
        ("sqrt(cost)", json!(null), "plain"),
        ("log(cost, 10)", json!(null), "plain"),
        ("unit(1, \"usd\")", json!("usd"), "additive"),
        ("unit(1, \"s\")", json!("ms"), "plain"),
        ("unit(1, \"usd/Mtok\")", json!("usd/Mtok"), "ratio"),
        ("unit(1, \"percent\")", json!("percent"), "ratio"),
        ("unit(cost, \"usd\")", json!("usd"), "additive"),
        ("date_diff(2026-01-01, 2026-02-01, \"day\")", json!(null), "plain"),
        ("date_diff(2026-01-01, 2026-02-01)", json!("ms"), "plain"),
    ] {
        assert_eq!(kind(&format!("{start} {expression}")), (unit, json!(class)), "{expression}");
    }
    // A column that has none gets one, and sums keep it.
    let query = "activity last 7d | group model | count | derive x = unit(count, \"requests\")";
    assert_eq!(kind(query), (json!("requests"), json!("additive")));
    assert_eq!(kind(&format!("{query} | sum x")), (json!("requests"), json!("additive")));
    assert_eq!(
        kind(&format!("{query} | derive x = unit(count * 1, \"usd/Mtok\")")),
        (json!("usd/Mtok"), json!("ratio"))
    );
    for aggregate in ["quantile(cost, 0.3)", "stddev(cost)", "wavg(cost, tokens)"] {
        let query = format!("activity last 7d | agg x = {aggregate}");
        assert_eq!(kind(&query), (json!("usd"), json!("holistic")), "{aggregate}");
    }
}

#[test]
fn every_unit_is_called_as_it_is_shown() {
    use orq::types::Unit;
    assert!(Unit::NAMED.len() > 8);
    for unit in Unit::NAMED {
        assert_eq!(Unit::named(&unit.to_string()), Some(*unit));
        let doc = orq::session::CATALOG.function("unit").unwrap().doc;
        assert!(doc.contains(&unit.to_string()), "{unit} is not in the documentation");
    }
    assert_eq!(Unit::named("Usd"), None);
}

#[test]
fn a_unit_that_is_given_is_printed() {
    let shown = demo(
        "credits | select a = unit(1234.5, \"usd\"), b = unit(1.3, \"s\"), c = unit(0.42, \"usd/Mtok\"), \
         d = unit(12.4, \"percent\"), e = unit(0.124, \"ratio\"), f = unit(12.3, \"tokens/s\")",
    );
    let line = shown.stdout.lines().last().unwrap_or_else(|| panic!("{}", shown.stderr)).trim();
    let cells: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    assert_eq!(cells, ["$1,234.50", "1.3 s", "$0.42/Mtok", "12.4%", "12.4%", "12.3 tokens/s"]);
}

#[test]
fn what_does_not_fit_a_function_is_an_error_before_anything_runs() {
    for (query, code) in [
        ("activity last 7d | derive x = least(cost, tokens)", "E0201"),
        ("activity last 7d | derive x = clamp(cost, 0, 2s)", "E0201"),
        ("activity last 7d | derive x = coalesce(cost, tokens)", "E0201"),
        ("activity last 7d | derive x = if(cost > 1, cost, requests)", "E0201"),
        ("activity last 7d | derive x = least(cost > 1, cost > 2)", "E0201"),
        ("activity last 7d | derive x = unit(cost, \"tokens\")", "E0201"),
        ("activity last 7d | derive x = date_add(date, cost, \"day\")", "E0201"),
        ("activity last 7d | derive x = clamp(cost, 10, 1)", "E0402"),
        ("activity last 7d | derive x = unit(1, \"usdd\")", "E0006"),
        ("activity last 7d | derive x = unit(1, model)", "E0202"),
        ("activity last 7d | derive x = format(\"{a}\", 1)", "E0006"),
        ("activity last 7d | derive x = format(\"{\", 1)", "E0006"),
        ("activity last 7d | derive x = format(\"{:.22}\", 1)", "E0006"),
        ("activity last 7d | derive x = format(\"{}\")", "E0204"),
        ("activity last 7d | derive x = format(\"\", 1)", "E0204"),
        ("activity last 7d | derive x = format(\"{:.1}\", model)", "E0202"),
        ("activity last 7d | derive x = format_date(date, \"%Q\")", "E0006"),
        ("activity last 7d | derive x = format_date(date, \"%\")", "E0006"),
        ("activity last 7d | derive x = format_date(date, model)", "E0202"),
        ("activity last 7d | derive x = day(date, \"Europe/Berlin\")", "E0202"),
        ("generation gen-demo-1 | derive x = day(created_at, \"Berlin\")", "E0006"),
        ("activity last 7d | derive x = parse_date(model, \"%d/%m\")", "E0006"),
        ("activity last 7d | derive x = parse_date(model, \"%F %M\")", "E0006"),
        ("activity last 7d | derive x = parse_date(model, \"%F %I\")", "E0006"),
        ("activity last 7d | derive x = trunc(date, \"decade\")", "E0006"),
        ("activity last 7d | derive x = trunc(date, date)", "E0202"),
        ("activity last 7d | derive x = trunc(date, week)", "E0206"),
        ("activity last 7d | derive x = trunc(\"week\", \"18.02.2026\")", "E0202"),
        ("activity last 7d | derive x = date_diff(date, \"18.02.2026\")", "E0202"),
        ("activity last 7d | derive x = date_diff(date, \"month\")", "E0202"),
        ("activity last 7d | derive x = date_diff(\"day\", \"18.02.2026\", date)", "E0202"),
        ("activity last 7d | derive x = date_diff(date, date, date)", "E0202"),
        ("activity last 7d | derive x = unit(1, usd)", "E0206"),
        ("activity last 7d | derive x = unit(1, usd/token)", "E0206"),
        ("activity last 7d | derive x = date_add(date, 0.5, \"month\")", "E0006"),
        ("activity last 7d | derive x = get(split(model, \"/\"), 0.5)", "E0202"),
        ("activity last 7d | derive x = get(model, 0)", "E0202"),
        ("generation gen-demo-2 | derive x = get(get(provider_responses, 0), \"statu\")", "E0103"),
        ("generation gen-demo-2 | derive x = contains(provider_responses, \"a\")", "E0202"),
        ("activity last 7d | quantile(cost, 95)", "E0006"),
        ("activity last 7d | quantile(cost, tokens)", "E0202"),
        ("activity last 7d | wavg(cost)", "E0204"),
        ("activity last 7d | wavg(model, cost)", "E0202"),
        ("activity last 7d | wavg(cost, 1)", "E0205"),
        ("activity last 7d | group model | sum cost, tokens | derive r = round(cost / tokens, 6) | sum r", "E0203"),
        ("activity last 7d | group model | sum cost, tokens | sum if(cost > 1, cost / tokens, 0)", "E0203"),
        ("activity last 7d | group model | avg cost, count | derive r = abs(avg_cost) | sum r", "E0203"),
        ("activity last 7d | group model | stddev cost | sum stddev_cost", "E0203"),
        ("analytics last 7d | wavg(cache_hit_rate, requests)", "E0304"),
        ("analytics last 7d | quantile(latency, 0.42)", "E0304"),
        ("analytics last 7d | stddev latency", "E0304"),
        ("analytics last 7d | list model", "E0304"),
    ] {
        let run = orq().args(["check", query]).run();
        assert_eq!(run.code, 3, "{query}\n{}{}", run.stdout, run.stderr);
        assert!(run.stderr.starts_with(code), "{query}\n{}", run.stderr);
    }
}

#[test]
fn hours_and_days_of_a_zone_are_put_together_from_hours_of_the_cube() {
    let zoned = rows(
        "analytics last 3d | group d = day(time, \"Asia/Tokyo\"), h = hour_of_day(time, \"Asia/Tokyo\") | sum requests",
    );
    let hours = rows("analytics last 3d | group hour(time) | sum requests");
    let mut expected: std::collections::BTreeMap<(String, i64), i64> = std::collections::BTreeMap::new();
    for row in &hours {
        let time: jiff::Timestamp = row["hour"].as_str().unwrap().parse().unwrap();
        let there = time.checked_add(9.hours()).unwrap().to_string();
        let hour = there[11..13].parse().unwrap();
        *expected.entry((there[..10].to_string(), hour)).or_default() += row["requests"].as_i64().unwrap();
    }
    let found = zoned.iter().map(|row| {
        let day = row["d"].as_str().unwrap().to_string();
        ((day, row["h"].as_i64().unwrap()), row["requests"].as_i64().unwrap())
    });
    assert!(expected.len() > 48);
    assert_eq!(found.collect::<Vec<_>>(), expected.into_iter().collect::<Vec<_>>());
}

#[test]
fn nested_calls_do_not_double() {
    let nested = |open: &str, close: &str| format!("{}created_at{}", open.repeat(40), close.repeat(40));
    for expression in
        [nested("month(", ")"), nested("greatest(2020-01-01, ", ")"), nested("date_add(", ", 0, \"day\")")]
    {
        let found = rows(&format!("generation gen-demo-2 | select x = {expression}"));
        assert!(found[0]["x"].as_str().unwrap().starts_with("2026-02-"), "{expression}");
    }
}

/// Whether a condition holds for each of many values, all asked for in one run.
fn assert_all<T: std::fmt::Debug>(values: impl Strategy<Value = T>, condition: impl Fn(&T) -> String) {
    let mut inside = Inside::new();
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 20, failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let inside = std::cell::RefCell::new(&mut inside);
    runner
        .run(&proptest::collection::vec(values, 10), |values| {
            let columns = values.iter().enumerate().map(|(at, value)| format!("x{at} = {}", condition(value)));
            let query = format!("credits | select {}", columns.collect::<Vec<_>>().join(", "));
            let answer = inside.borrow_mut().answer(&query);
            for (column, value) in answer.frame.columns.iter().zip(&values) {
                prop_assert_eq!(column, &vec![Value::Bool(true)], "{}", condition(value));
            }
            Ok(())
        })
        .unwrap();
}

fn days() -> impl Strategy<Value = Date> {
    (0i64..73_000).prop_map(|days| date(1900, 1, 1).checked_add(days.days()).unwrap())
}

#[test]
fn what_is_added_is_the_difference() {
    let units = prop::sample::select(vec!["day", "week", "month", "quarter", "year"]);
    assert_all((days(), -400i64..400, units), |(day, n, unit)| {
        format!("date_diff({day}, date_add({day}, {n}, \"{unit}\"), \"{unit}\") == {n}")
    });
}

#[test]
fn what_is_written_is_read_back() {
    let patterns = prop::sample::select(vec!["%d.%m.%Y", "%F", "%Y%m%d", "%b %e, %Y", "%A %d %B %Y", "%Y/%j"]);
    assert_all((days(), patterns), |(day, pattern)| {
        format!("parse_date(format_date({day}, \"{pattern}\"), \"{pattern}\") == {day}")
    });
    let times = (days(), 0i64..86_400)
        .prop_map(|(day, seconds)| day.at(0, 0, 0, 0).checked_add(seconds.seconds()).unwrap().to_string());
    assert_all(times, |time| {
        format!("parse_date(format_date({time}Z, \"%F %I:%M:%S %p\"), \"%F %I:%M:%S %p\") == {time}Z")
    });
}

#[test]
fn parts_of_a_text_put_together_are_the_text() {
    let parts = proptest::collection::vec("[a-zñ🦀 ]{0,4}", 3..=3);
    assert_all(parts, |parts| {
        let whole = format!("\"{}\"", parts.join("/"));
        let part = |at: usize| format!("get(split({whole}, \"/\"), {at})");
        format!("format(\"{{}}/{{}}/{{}}\", {}, {}, {}) == {whole}", part(0), part(1), part(2))
    });
}

#[test]
fn what_is_clamped_lies_within_its_ends() {
    assert_all((-1000i64..1000, -1000i64..0, 0i64..1000), |(value, low, high)| {
        format!(
            "clamp({value}, {low}, {high}) == greatest({low}, least({value}, {high})) and clamp({value}, {low}, {high}) in {low}..{high}"
        )
    });
}
