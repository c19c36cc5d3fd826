//! Tables in other shapes: pivot and unpivot, unions, joins that keep both sides, samples, descriptions.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use serde_json::Value;

use super::spent::{ago, assert_near, spent};
use crate::support::{demo, orq, rows};

fn names(row: &Value) -> Vec<String> {
    row.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn pivot_makes_a_column_of_each_value_and_a_cell_of_nothing_null() {
    let by = spent(ago(7), ago(1), |day, row| (day, row.endpoint.provider.to_string()));
    let providers: BTreeSet<String> = by.keys().map(|(_, provider)| provider.clone()).collect();
    let found = rows("activity last 7d | group date, provider | sum cost | pivot cost by provider");
    assert_eq!(found.len(), 7);
    let mut expected: Vec<String> = providers.iter().cloned().collect();
    expected.insert(0, "date".to_string());
    assert_eq!(names(&found[0]), expected);
    let mut nulls = 0;
    for row in &found {
        let day: Date = row["date"].as_str().unwrap().parse().unwrap();
        for provider in &providers {
            let cell = by.get(&(day, provider.clone())).copied();
            nulls += usize::from(cell.is_none());
            assert_near(&row[provider.as_str()], cell, provider);
        }
    }
    assert!(nulls > 0, "some provider has a quiet day");
    let filled = rows("activity last 7d | group date, provider | sum cost | pivot cost by provider | fill 0");
    assert!(filled.iter().all(|row| providers.iter().all(|provider| row[provider.as_str()].is_number())));
}

#[test]
fn pivot_of_listed_values_has_columns_that_the_check_knows() {
    let query = "activity last 7d | group date, provider | sum cost | pivot cost by provider in (\"Azure\", \"OpenAI\", \"nobody\")";
    let by = spent(ago(7), ago(1), |day, row| (day, row.endpoint.provider.to_string()));
    for row in rows(&format!("{query} | derive both = OpenAI + Azure")) {
        let day: Date = row["date"].as_str().unwrap().parse().unwrap();
        let of = |provider: &str| by.get(&(day, provider.to_string())).copied();
        assert_near(&row["Azure"], of("Azure"), "Azure");
        assert_near(&row["both"], of("Azure").zip(of("OpenAI")).map(|(a, b)| a + b), "both");
        assert_eq!(row["nobody"], Value::Null);
    }
    let run = orq().args(["check", &format!("{query} | select Googel")]).run();
    assert_eq!(run.code, 3);
}

#[test]
fn behind_a_pivot_names_are_looked_at_when_it_runs() {
    let query = "activity last 7d | group date, provider | sum cost | pivot provider";
    let wide = rows(query);
    let chosen = rows(&format!("{query} | where OpenAI > 1 | derive x = OpenAI * 2 | sort -x | select date, x, Azure"));
    assert_eq!(names(&chosen[0]), ["date", "x", "Azure"]);
    for row in &chosen {
        let own = wide.iter().find(|other| other["date"] == row["date"]).unwrap();
        assert_near(&row["x"], own["OpenAI"].as_f64().map(|cost| cost * 2.0), "x");
        assert_eq!(row["Azure"], own["Azure"]);
    }
    let derived = rows(&format!("{query} | derive x = OpenAI * 2"));
    assert_eq!(derived[0].as_object().unwrap().len(), wide[0].as_object().unwrap().len() + 1);
    let run = demo(&format!("{query} | where OpenAl > 1"));
    assert!(run.code == 3 && run.stderr.contains("E0103") && run.stderr.contains("`OpenAI`"), "{}", run.stderr);
    // What the columns hold is known: it cannot be compared with a text.
    assert_eq!(orq().args(["check", &format!("{query} | where OpenAI == \"x\"")]).run().code, 3);
}

#[test]
fn columns_of_a_pivot_keep_their_own_names_in_what_is_made_of_them() {
    let wide = "activity last 7d | group date, provider | sum cost | pivot cost by provider";
    let found = rows(&format!("{wide} | sum OpenAI, avg Azure | derive x = OpenAI * 2"));
    assert_eq!(names(&found[0]), ["OpenAI", "avg_Azure", "x"]);
    let shared = rows(&format!("{wide} | share OpenAI | select date, OpenAI_share"));
    assert_eq!(names(&shared[0]), ["date", "OpenAI_share"]);
}

#[test]
fn pivot_refuses_what_does_not_add_up_where_rows_meet() {
    let run = demo(
        "activity last 7d | group date, provider, model | avg cost | select date, provider, avg_cost | pivot avg_cost by provider",
    );
    assert!(run.code == 3 && run.stderr.contains("several rows meet"), "{}", run.stderr);
    let sums = rows(
        "activity last 7d | group date, provider, model | sum cost | select date, provider, cost | pivot cost by provider",
    );
    assert_eq!(sums, rows("activity last 7d | group date, provider | sum cost | pivot cost by provider"));
}

#[test]
fn unpivot_is_the_way_back() {
    let wide = rows("activity last 3d | group date | sum credits, byok");
    let long = rows("activity last 3d | group date | sum credits, byok | unpivot credits, byok");
    assert_eq!(long.len(), 2 * wide.len());
    for (at, row) in long.iter().enumerate() {
        let name = ["credits", "byok"][at % 2];
        assert_eq!((&row["date"], &row["name"]), (&wide[at / 2]["date"], &Value::from(name)));
        assert_eq!(row["value"], wide[at / 2][name]);
    }
    let back = rows(
        "activity last 3d | group date | sum credits, byok | unpivot credits, byok | pivot value by name in (\"credits\", \"byok\")",
    );
    assert_eq!(back, wide);
}

#[test]
fn a_sum_over_a_union_is_a_sum_for_each_source() {
    let query = "activity on 2025-10 | union (activity on 2026-01), (activity on 2025-12) | where provider != \"xAI\" \
                 | derive twice = cost * 2 | group month(date) | sum cost, twice | derive half = twice / 4";
    let by = |first: Date, last: Date| spent(first, last, |_, row| row.endpoint.provider == "xAI").get(&false).copied();
    let expected = [
        ("2025-10-01", by(date(2025, 10, 1), date(2025, 10, 31))),
        ("2025-12-01", by(date(2025, 12, 1), date(2025, 12, 31))),
        ("2026-01-01", by(date(2026, 1, 1), date(2026, 1, 31))),
    ];
    let found = rows(query);
    assert_eq!(found.len(), 3);
    for (row, (month, cost)) in found.iter().zip(expected) {
        assert_eq!(row["month"], month);
        assert_near(&row["cost"], cost, month);
        assert_near(&row["twice"], cost.map(|cost| cost * 2.0), month);
        assert_near(&row["half"], cost.map(|cost| cost / 2.0), month);
    }
}

#[test]
fn a_union_has_the_rows_of_all_in_their_order() {
    let (a, b) = (rows("activity yesterday"), rows("activity 2d ago"));
    let both = rows("activity yesterday | union (activity 2d ago)");
    assert_eq!(both, a.iter().chain(&b).cloned().collect::<Vec<_>>());
    let cubes = rows("analytics yesterday | union (analytics 2d ago) | group provider | sum requests");
    assert_eq!(cubes, rows("analytics from 2026-02-17 to 2026-02-18 | group provider | sum requests"));
    let run = demo("analytics yesterday | union (activity 2d ago) | group provider | sum cost");
    assert!(run.code == 3 && run.stderr.contains("cube"), "{}", run.stderr);
}

#[test]
fn joins_keep_the_rows_that_they_are_named_for() {
    let costs = |query: &str| -> BTreeMap<String, f64> {
        rows(query)
            .iter()
            .map(|row| (row["provider"].as_str().unwrap().to_string(), row["cost"].as_f64().unwrap()))
            .collect()
    };
    let (left, right) = (
        "activity yesterday | group provider | sum cost | where cost > 1",
        "activity 2d ago | group provider | sum cost | where cost < 9",
    );
    let (a, b) = (costs(left), costs(right));
    assert!(a.keys().any(|key| !b.contains_key(key)) && b.keys().any(|key| !a.contains_key(key)));
    for (verb, keys) in [
        ("join", a.keys().filter(|key| b.contains_key(*key)).collect::<BTreeSet<_>>()),
        ("left_join", a.keys().collect()),
        ("right_join", b.keys().collect()),
        ("full_join", a.keys().chain(b.keys()).collect()),
    ] {
        let found = rows(&format!("{left} | {verb} ({right}) on provider"));
        assert_eq!(names(&found[0]), ["provider", "cost", "cost_right"], "{verb}");
        let given: Vec<String> = found.iter().map(|row| row["provider"].as_str().unwrap().to_string()).collect();
        assert_eq!(given.iter().collect::<BTreeSet<_>>(), keys, "{verb}");
        assert_eq!(given.len(), keys.len(), "{verb}");
        for row in &found {
            let key = row["provider"].as_str().unwrap();
            assert_near(&row["cost"], a.get(key).copied(), verb);
            assert_near(&row["cost_right"], b.get(key).copied(), verb);
        }
    }
    // Both keys stay where they have two names, and the one of no row is null.
    let found = rows(&format!("{left} | full_join ({right} | rename other = provider) on provider == other"));
    assert!(found.iter().any(|row| row["provider"].is_null() && row["other"].is_string()));
    assert!(found.iter().any(|row| row["provider"].is_string() && row["other"].is_null()));
    let pairs = rows(&format!("{left} | cross_join ({right} | rename other = provider)"));
    assert_eq!(pairs.len(), a.len() * b.len());
    assert_eq!(
        pairs.iter().map(|row| (row["provider"].to_string(), row["other"].to_string())).collect::<BTreeSet<_>>().len(),
        pairs.len()
    );
}

#[test]
fn in_asks_a_pipeline_of_one_column() {
    let dear: BTreeSet<String> = rows("activity last 30d | group model | sum cost | top 3")
        .iter()
        .map(|row| row["model"].as_str().unwrap().to_string())
        .collect();
    let among = "(activity last 30d | group model | sum cost | top 3 | select model)";
    let all = rows("activity last 7d | group date, model | sum cost");
    let keep = |wanted: bool| -> Vec<Value> {
        all.iter().filter(|row| dear.contains(row["model"].as_str().unwrap()) == wanted).cloned().collect()
    };
    for (test, wanted) in [("in", true), ("not in", false)] {
        let below = rows(&format!("activity last 7d | where model {test} {among} | group date, model | sum cost"));
        let above = rows(&format!("activity last 7d | group date, model | sum cost | where model {test} {among}"));
        assert_eq!((&below, &above), (&keep(wanted), &keep(wanted)), "{test}");
    }
    // Of nothing it is not known.
    let found = rows(
        "activity last 3d | derive x = variant in (models | where variant == \"free\" | distinct variant) | distinct variant, x",
    );
    for row in &found {
        let expected = match row["variant"].as_str() {
            None => Value::Null,
            Some(variant) => Value::from(variant == "free"),
        };
        assert_eq!(row["x"], expected, "{row}");
    }
    assert!(found.len() > 2);
}

#[test]
fn a_sample_is_the_same_each_time_and_keeps_the_order() {
    let all = rows("models | select id");
    let sample = |query: &str| rows(&format!("models | select id | {query}"));
    let (one, other) = (sample("sample 5"), sample("sample 5, seed = 1"));
    assert_eq!(one, sample("sample 5"));
    assert_ne!(one, other);
    for sample in [&one, &other] {
        assert_eq!(sample.len(), 5);
        let places: Vec<usize> = sample.iter().map(|row| all.iter().position(|known| known == row).unwrap()).collect();
        assert!(places.is_sorted());
    }
    assert_eq!(sample("sample 100000"), all);
    assert_eq!(sample("sample 0"), Vec::<Value>::new());
}

#[test]
fn describe_says_what_there_is_of_each_column() {
    let plain = rows("activity yesterday | select cost, variant, date");
    let found = rows("activity yesterday | select cost, variant, date | describe");
    let columns: Vec<&str> = found.iter().map(|row| row["column"].as_str().unwrap()).collect();
    assert_eq!(columns, ["cost", "variant", "date"]);
    let mut costs: Vec<f64> = plain.iter().map(|row| row["cost"].as_f64().unwrap()).collect();
    costs.sort_by(f64::total_cmp);
    let cost = &found[0];
    let quantile = |q: f64| {
        let at = q * (costs.len() - 1) as f64;
        let (low, part) = (at.floor() as usize, at.fract());
        costs[low] + part * (costs[(low + 1).min(costs.len() - 1)] - costs[low])
    };
    assert_eq!((&cost["count"], &cost["nulls"]), (&Value::from(costs.len()), &Value::from(0)));
    assert_near(&cost["min"], costs.first().copied(), "min");
    assert_near(&cost["max"], costs.last().copied(), "max");
    assert_near(&cost["mean"], Some(costs.iter().sum::<f64>() / costs.len() as f64), "mean");
    assert_near(&cost["p50"], Some(quantile(0.5)), "p50");
    assert_near(&cost["p95"], Some(quantile(0.95)), "p95");
    let mut apart = costs.clone();
    apart.dedup();
    assert_eq!(cost["distinct"], apart.len());
    let variants: BTreeSet<&str> = plain.iter().filter_map(|row| row["variant"].as_str()).collect();
    let nulls = plain.iter().filter(|row| row["variant"].is_null()).count();
    let variant = &found[1];
    assert_eq!((&variant["nulls"], &variant["distinct"]), (&Value::from(nulls), &Value::from(variants.len())));
    assert_eq!(variant["least"].as_str(), variants.first().copied());
    assert_eq!(variant["min"], Value::Null);
    assert_eq!(
        (&found[2]["least"], &found[2]["greatest"]),
        (&Value::from(ago(1).to_string()), &Value::from(ago(1).to_string()))
    );
}

#[test]
fn a_title_stands_above_its_rows() {
    let run = demo("activity yesterday | sum cost | title \"Spend\"");
    assert!(run.stdout.starts_with("Spend\n"), "{}", run.stdout);
    let run = orq()
        .args(["--demo", "-f", "json", "activity yesterday | sum cost | title \"A\"; activity yesterday | count"])
        .run();
    let several: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(several[0]["title"], "A");
    assert_eq!(several[1]["title"], "activity yesterday | count");
}
