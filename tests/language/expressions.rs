//! Expressions, by their values written out by hand.

use serde_json::{Value as Json, json};

use crate::support::rows;
use crate::support::truth::{KEYS, MODELS};

/// The value of an expression without columns.
fn value(expression: &str) -> Json {
    rows(&format!("credits | select x = {expression}"))[0]["x"].clone()
}

#[test]
fn arithmetic_has_its_precedence_and_nothing_is_no_number() {
    let cases = [
        ("1 + 2 * 3", json!(7)),
        ("(1 + 2) * 3", json!(9)),
        ("-2 - -3", json!(1)),
        ("10 - 4 - 3", json!(3)),
        ("7 % 4", json!(3)),
        ("1 / 4", json!(0.25)),
        ("1 / 0", json!(null)),
        ("0 / 0", json!(null)),
        ("5 % 0", json!(null)),
        ("1e308 * 1e308", json!(null)),
        ("5 / (1e308 * 1e308)", json!(null)),
        ("null + 1", json!(null)),
        ("1_000 + 1.5e2", json!(1150)),
        ("null ?? 2 + 3", json!(5)),
    ];
    for (expression, expected) in cases {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn logic_has_three_values() {
    let cases = [
        ("true and null", json!(null)),
        ("false and null", json!(false)),
        ("true or null", json!(true)),
        ("not null", json!(null)),
        ("not true or true", json!(true)),
        ("not (true or true)", json!(false)),
        ("1 < 2 and 2 >= 2 and 3 <> 4", json!(true)),
        ("null is null", json!(true)),
        ("1 is not null", json!(true)),
        ("3 in (1, 2, 3)", json!(true)),
        ("3 not in (1, 2)", json!(true)),
        ("2 in 1..2", json!(true)),
        ("2026-02-01 in 2026-01-01..2026-02-01", json!(true)),
        ("if(null, 1, 2)", json!(2)),
        ("case(false, 1, true, 2, 3)", json!(2)),
    ];
    for (expression, expected) in cases {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn text_is_matched_contained_and_escaped() {
    let cases = [
        (r#""openai/gpt-5.2" ~ "^openai/.*\.2$""#, json!(true)),
        (r#""OpenAI" ~ "openai""#, json!(false)),
        (r#""OpenAI" ~ "(?i)openai""#, json!(true)),
        (r#""a.b" contains ".""#, json!(true)),
        (r#""abc" starts_with "ab" and "abc" ends_with "bc""#, json!(true)),
        (r#""say \"hi\"\n""#, json!("say \"hi\"\n")),
        (r#"'single "double"'"#, json!("single \"double\"")),
        (r#"concat("a", 1, null, 2.5, true)"#, json!("a12.5true")),
        (r#"length("naïve 🦀")"#, json!(7)),
    ];
    for (expression, expected) in cases {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn dates_are_added_to_and_cut_to_their_units() {
    let cases = [
        ("2026-01-31 + 1mo", json!("2026-02-28")),
        ("2024-02-29 + 1y", json!("2025-02-28")),
        ("2026-03-01 - 1d", json!("2026-02-28")),
        ("2026-02-18 + 36h", json!("2026-02-19T12:00:00Z")),
        ("week(2026-02-19)", json!("2026-02-16")),
        ("week(2027-01-01)", json!("2026-12-28")),
        ("month(2026-02-19T10:11:12)", json!("2026-02-01")),
        ("quarter(2026-12-31)", json!("2026-10-01")),
        ("year(2026-12-31)", json!("2026-01-01")),
        ("hour(2026-02-18T10:59:59.999)", json!("2026-02-18T10:00:00Z")),
        ("weekday(2026-02-16)", json!(1)),
        ("weekday(2026-02-22)", json!(7)),
        ("2026-02-19T01:30:00+05:30", json!("2026-02-18T20:00:00Z")),
        ("2026-02-19 - 2026-02-18", json!(86_400_000)),
        ("2026-02-19 - 2026-02-18 == 24h", json!(true)),
        ("today()", json!("2026-02-19")),
        ("now()", json!("2026-02-19T09:00:00Z")),
        ("2026-02-18 < 2026-02-18T00:00:01", json!(true)),
    ];
    for (expression, expected) in cases {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn a_condition_that_is_null_keeps_no_row() {
    let limited = KEYS.iter().filter(|key| key["limit"].as_f64().is_some_and(|limit| limit > 100.0)).count();
    assert!(limited > 0);
    assert_eq!(rows("keys | where limit > 100 | count")[0]["count"], limited);
    let others = KEYS.iter().filter(|key| key["limit"].as_f64().is_some_and(|limit| limit <= 100.0)).count();
    assert_eq!(rows("keys | where not limit > 100 | count")[0]["count"], others, "null is neither");
}

#[test]
fn lists_are_asked_for_their_elements() {
    let takes_images =
        |model: &&Json| model["architecture"]["input_modalities"].as_array().unwrap().contains(&json!("image"));
    let expected = MODELS.iter().filter(takes_images).count();
    assert!(expected > 0 && expected < MODELS.len());
    assert_eq!(rows("models | where input_modalities contains \"image\" | count")[0]["count"], expected);
    assert_eq!(rows("models | where \"image\" in input_modalities | count")[0]["count"], expected);
    assert_eq!(rows("models | where \"image\" not in input_modalities | count")[0]["count"], MODELS.len() - expected);
}

#[test]
fn prices_are_numbers_of_a_token() {
    for (row, model) in rows("models | select id, price_prompt, free").iter().zip(MODELS.iter()) {
        let price: f64 = model["pricing"]["prompt"].as_str().unwrap().parse().unwrap();
        let prices = model["pricing"].as_object().unwrap().iter().filter(|(name, _)| *name != "web_search");
        let dear =
            |(_, price): (&String, &serde_json::Value)| price.as_str().is_some_and(|price| price.parse() != Ok(0.0));
        let costs = prices.into_iter().any(dear);
        assert_eq!(row["id"], model["id"]);
        assert_eq!(row["price_prompt"].as_f64(), Some(price).filter(|price| *price >= 0.0), "{}", model["id"]);
        assert_eq!(row["free"], !costs, "{}", model["id"]);
    }
}

#[test]
fn a_value_that_is_the_same_for_all_rows_is_one_for_each_wherever_it_stands_twice() {
    let query = "activity yesterday | where (2026-02-01 not in (((date - 1d) ?? (date + 3h)), (date - 3h))) \
                 | derive x = (date_diff(2026-02-01, 2026-02-01) in 1..1)";
    let found = rows(query);
    assert_eq!(found.len(), rows("activity yesterday").len());
    assert!(found.iter().all(|row| row["x"] == false));
}

#[test]
fn quotients_and_remainders_by_a_written_number_are_exact() {
    let found = rows(
        "activity last 7d | where tokens > 0 | select tokens, q = tokens / 49, r = tokens % 49, b = floor(tokens / 187)",
    );
    assert!(found.len() > 100);
    for row in found {
        let tokens = row["tokens"].as_f64().unwrap();
        // Reading JSON may take the last bit away; what is made of the quotient shows it.
        assert!((row["q"].as_f64().unwrap() - tokens / 49.0).abs() <= tokens * 1e-16, "{row}");
        assert_eq!(row["r"].as_f64(), Some(tokens % 49.0), "{row}");
        assert_eq!(row["b"].as_f64(), Some((tokens / 187.0).floor()), "{row}");
    }
    let signs = rows("credits | select a = -7 % 3, b = 7 % -3, c = 7 % 0, d = -6 % 3");
    assert_eq!(signs[0], serde_json::json!({ "a": 2, "b": -2, "c": null, "d": 0 }));
}
