//! Joins: which rows, in which order, under which names; each beside two nested loops over the rows of both sides.

use serde_json::{Map, Value as Json, json};

use crate::support::inside::{Inside, deep};
use crate::support::{Run, demo, orq, rows};

/// The verb of each kind.
const KINDS: [&str; 4] = ["join", "left_join", "semi_join", "anti_join"];

/// A join: both sides, its condition, and the pairs of columns that are equal.
struct Join {
    left: &'static str,
    right: &'static str,
    on: &'static str,
    pairs: &'static [(&'static str, &'static str)],
    /// Columns of the right that stay away, as the left has them.
    shared: &'static [&'static str],
}

const JOINS: &[Join] = &[
    Join {
        left: "activity last 7d | group model_id | sum cost, requests",
        right: "models | select id, author, price_prompt, context_length",
        on: "model_id == id",
        pairs: &[("model_id", "id")],
        shared: &[],
    },
    Join {
        left: "activity last 7d | group model | sum cost",
        right: "activity 2w ago | group model | sum cost",
        on: "model",
        pairs: &[("model", "model")],
        shared: &["model"],
    },
    // Rows multiply, and come in the order of the right for each of the left.
    Join {
        left: "models | select id, author | sort -id",
        right: "activity last 2d | select date, author, model_id, cost",
        on: "author",
        pairs: &[("author", "author")],
        shared: &["author"],
    },
    // Null keys on both sides match nothing.
    Join {
        left: "models | select id, variant",
        right: "activity last 2d | distinct variant, provider | sort provider",
        on: "variant",
        pairs: &[("variant", "variant")],
        shared: &["variant"],
    },
    // Several keys, one of which may be null, in both spellings.
    Join {
        left: "activity yesterday | select author, variant, model, cost",
        right: "activity 2d ago | select author, variant, provider, cost",
        on: "author, variant",
        pairs: &[("author", "author"), ("variant", "variant")],
        shared: &["author", "variant"],
    },
    Join {
        left: "activity last 3d | group date, provider | sum cost",
        right: "activity last 3d | group day = date, who = provider | sum requests, cost",
        on: "date == day and provider = who",
        pairs: &[("date", "day"), ("provider", "who")],
        shared: &[],
    },
    // Whole numbers beside fractions, and a truth.
    Join {
        left: "activity last 3d | group model | sum requests",
        right: "activity last 3d | group provider | count as n | derive half = n * 1.0, dear = n > 20",
        on: "requests == half",
        pairs: &[("requests", "half")],
        shared: &[],
    },
    Join {
        left: "keys | select name, disabled | limit 30",
        right: "models | where context_length > 900000 | select id, free | limit 5",
        on: "disabled == free",
        pairs: &[("disabled", "free")],
        shared: &[],
    },
    // A side without rows.
    Join {
        left: "models | select id, author",
        right: "activity yesterday | where cost < 0 | select author, cost",
        on: "author",
        pairs: &[("author", "author")],
        shared: &["author"],
    },
    Join {
        left: "models | where author == \"nobody\" | select id, author",
        right: "activity yesterday | select author, cost",
        on: "author",
        pairs: &[("author", "author")],
        shared: &["author"],
    },
    // The same rows twice.
    Join {
        left: "activity yesterday | select endpoint, cost",
        right: "activity yesterday | select endpoint, cost, tokens",
        on: "endpoint",
        pairs: &[("endpoint", "endpoint")],
        shared: &["endpoint"],
    },
];

impl Join {
    fn query(&self, kind: &str) -> String {
        format!("{} | {kind} ({}) on {}", self.left, self.right, self.on)
    }

    /// Two nested loops.
    fn by_loops(&self, kind: &str, left: &[Json], right: &[Json]) -> Vec<Json> {
        let equal = |a: &Json, b: &Json| match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => a == b,
            _ => a == b && !a.is_null(),
        };
        let mut joined = Vec::new();
        for row in left {
            let matches = |other: &&Json| self.pairs.iter().all(|(a, b)| equal(&row[a], &other[b]));
            let found: Vec<&Json> = right.iter().filter(matches).collect();
            match kind {
                "semi_join" if !found.is_empty() => joined.push(row.clone()),
                "anti_join" if found.is_empty() => joined.push(row.clone()),
                "semi_join" | "anti_join" => {}
                "left_join" if found.is_empty() => joined.push(self.beside(row, None, right)),
                _ => joined.extend(found.into_iter().map(|other| self.beside(row, Some(other), right))),
            }
        }
        joined
    }

    /// A row of the left and one of the right, or nulls.
    fn beside(&self, left: &Json, right: Option<&Json>, all: &[Json]) -> Json {
        let mut row: Map<String, Json> = left.as_object().unwrap().clone();
        let names: Vec<&String> = all.iter().take(1).flat_map(|row| row.as_object().unwrap().keys()).collect();
        for name in names.into_iter().filter(|name| !self.shared.contains(&name.as_str())) {
            let shown = if left.get(name).is_some() { format!("{name}_right") } else { name.clone() };
            row.insert(shown, right.map_or(Json::Null, |right| right[name].clone()));
        }
        Json::Object(row)
    }
}

#[test]
fn every_join_is_what_two_nested_loops_give_in_the_order_of_the_left() {
    let (mut seen, mut multiplied) = (0, 0);
    for join in JOINS {
        let (left, right) = (rows(join.left), rows(join.right));
        for kind in KINDS {
            let query = join.query(kind);
            let found = rows(&query);
            let expected = join.by_loops(kind, &left, &right);
            // Without a row on the right the loops do not know its columns.
            let known = !(right.is_empty() && kind == "left_join");
            if known {
                let order = |rows: &[Json]| -> Vec<Vec<String>> {
                    rows.iter().map(|row| row.as_object().unwrap().keys().cloned().collect()).collect()
                };
                assert_eq!(order(&found), order(&expected), "{query}");
                assert_eq!(found, expected, "{query}");
            }
            assert_eq!(found.len(), expected.len(), "{query}");
            seen += found.len();
            multiplied += usize::from(expected.len() > left.len());
        }
    }
    assert!(seen > 1000 && multiplied >= 4, "{seen} rows, {multiplied} joins that multiply them");
}

#[test]
fn a_left_join_with_nothing_has_nulls_in_all_columns_of_the_right() {
    let found = rows("models | select id | left_join (activity yesterday | where cost < 0) on id == model_id");
    assert_eq!(found.len(), rows("models").len());
    for row in &found {
        let row = row.as_object().unwrap();
        assert_eq!(row.len(), 1 + rows("activity yesterday")[0].as_object().unwrap().len());
        assert!(row.iter().all(|(name, cell)| name == "id" || cell.is_null()), "{row:?}");
    }
}

#[test]
fn semi_and_anti_part_the_rows_and_a_null_matches_nothing() {
    let all = rows("models | select id, variant");
    let semi = rows("models | select id, variant | semi_join (activity) on variant");
    let anti = rows("models | select id, variant | anti_join (activity) on variant");
    assert!(!semi.is_empty() && semi.iter().all(|row| !row["variant"].is_null()));
    assert!(anti.iter().filter(|row| row["variant"].is_null()).count() > 5);
    assert_eq!(semi.len() + anti.len(), all.len());
}

#[test]
fn a_source_a_named_pipeline_and_brackets_are_the_same_table() {
    let expected = rows("activity last 7d | group model_id | sum cost | join (models) on model_id == id");
    assert!(!expected.is_empty());
    for query in [
        "activity last 7d | group model_id | sum cost | join models on model_id == id",
        "let m = models; activity last 7d | group model_id | sum cost | join m on model_id == id",
        "let m = models; activity last 7d | group model_id | sum cost | join (m) on model_id == id",
        "let s = activity last 7d | group model_id | sum cost; s | join (models | where true) on model_id == id",
        "activity last 7d | group model_id | sum cost | inner_join models on (model_id == id)",
        "activity last 7d | group model_id | sum cost\n  | join (\n    models\n    | where true\n  ) on model_id == id",
    ] {
        assert_eq!(rows(query), expected, "{query}");
    }
}

#[test]
fn a_name_that_both_sides_know_is_one_column_whichever_of_them_it_is() {
    let keys = |query: &str| -> Vec<String> { rows(query)[0].as_object().unwrap().keys().cloned().collect() };
    let spend = "activity last 7d | group model_id | sum cost";
    // `model_id` is another name of the `id` of `models`.
    let whole = keys(&format!("{spend} | join models on model_id"));
    assert!(!whole.contains(&"id".to_string()), "{whole:?}");
    assert_eq!(&whole[..3], ["model_id", "cost", "name"]);
    let both = keys(&format!("{spend} | join models on model_id == id"));
    assert_eq!(&both[..4], ["model_id", "cost", "id", "name"]);
    let twice = keys(&format!(
        "{spend} | join (activity 2w ago | group model_id | sum cost) on model_id == model_id | limit 1"
    ));
    assert_eq!(twice, ["model_id", "cost", "cost_right"]);
}

#[test]
fn units_classes_and_roles_come_through() {
    let run = orq()
        .args(["--demo", "-f", "envelope"])
        .args(["activity last 7d | group model_id | sum cost | join models on model_id == id | select cost, price_prompt, context_length"])
        .run();
    let answer: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        answer["schema"],
        json!([
            { "name": "cost", "type": "number", "unit": "usd", "class": "additive" },
            { "name": "price_prompt", "type": "number", "unit": "usd/token", "class": "ratio" },
            { "name": "context_length", "type": "number", "unit": "tokens", "class": "plain" },
        ])
    );
    // A bare `top` sorts by the first aggregate of the left, as before the join.
    let top =
        rows("activity last 7d | group model_id | sum cost | join models on model_id == id | top 3 | select model_id");
    assert_eq!(
        top,
        rows(
            "activity last 7d | group model_id | sum cost | semi_join models on model_id == id | top 3 | select model_id"
        )
    );
}

#[test]
fn two_ranges_of_one_source_are_fetched_apart() {
    let query = "activity last 7d | sum cost | derive k = 1 | join (activity 2w ago | sum cost | derive k = 1) on k";
    let [row] = &rows(query)[..] else { panic!("one row") };
    assert_eq!(row["cost"], rows("activity last 7d | sum cost")[0]["cost"]);
    assert_eq!(row["cost_right"], rows("activity 2w ago | sum cost")[0]["cost"]);
    assert_ne!(row["cost"], row["cost_right"]);
    let explained =
        orq().args(["explain", "activity last 7d | anti_join (activity 2w ago | distinct model) on model"]).run();
    assert!(explained.stdout.contains("(2026-02-12 to 2026-02-18)"), "{}", explained.stdout);
    assert!(explained.stdout.contains("(2026-02-02 to 2026-02-08)"), "{}", explained.stdout);
}

#[test]
fn a_join_stands_inside_of_a_join() {
    let inner = "models | select id, name | join (activity yesterday | group model_id | sum cost) on id == model_id";
    let query = format!("activity last 7d | group model_id | sum requests | join ({inner}) on model_id");
    let known = rows(inner);
    let expected: Vec<Json> = rows("activity last 7d | group model_id | sum requests")
        .into_iter()
        .filter_map(|mut row| {
            let other = known.iter().find(|other| other["id"] == row["model_id"])?;
            for name in ["id", "name", "cost"] {
                row[name] = other[name].clone();
            }
            Some(row)
        })
        .collect();
    assert!(expected.len() > 5);
    assert_eq!(rows(&query), expected);
}

#[test]
fn a_plan_that_doubles_at_each_line_is_refused_before_it_is_too_large() {
    let mut script = "let t0 = models | distinct id".to_string();
    for place in 0..40 {
        script += &format!("\nlet t{} = t{place} | semi_join t{place} on id", place + 1);
    }
    let run = orq().args(["--demo", "run", "-"]).stdin(&format!("{script}\nt40 | count")).run();
    assert!(run.code == 3 && run.stderr.contains("E0004"), "{}", run.stderr);
    let few = script.lines().take(5).collect::<Vec<_>>().join("\n");
    let run = orq().args(["--demo", "-f", "json", "run", "-"]).stdin(&format!("{few}\nt4 | count")).run();
    assert_eq!(serde_json::from_str::<Json>(&run.stdout).unwrap(), json!(rows("models | count")));
}

mod rows_that_multiply {
    use super::*;

    const QUERY: &str =
        "models | select id, author | limit 5 | join (activity last 3d | select model_id, cost) on id == model_id";

    fn json_errors(query: &str) -> (Run, Json) {
        let run = orq().args(["--demo", "--errors", "json", query]).run();
        let errors = if run.stderr.is_empty() { Json::Null } else { serde_json::from_str(&run.stderr).unwrap() };
        (run, errors)
    }

    #[test]
    fn are_a_warning_with_counts_and_the_key_and_the_answer_is_given() {
        let models = rows("models | select id | limit 5");
        let used = rows("activity last 3d | select model_id");
        let times = |id: &Json| used.iter().filter(|row| row["model_id"] == *id).count();
        let counts: Vec<(&Json, usize)> = models.iter().map(|row| (&row["id"], times(&row["id"]))).collect();
        let before = counts.iter().filter(|(_, times)| *times > 0).count();
        let after: usize = counts.iter().map(|(_, times)| times).sum();
        let (most, often) = counts.iter().rev().max_by_key(|(_, times)| *times).unwrap();
        let (run, errors) = json_errors(QUERY);
        assert_eq!(run.code, 0);
        let [warning] = errors["errors"].as_array().unwrap().as_slice() else { panic!("{errors}") };
        assert_eq!((&warning["code"], &warning["severity"]), (&json!("E0303"), &json!("warning")));
        let message = format!("{before} rows became {after}: the right side has the key {most} {often} times");
        assert_eq!(warning["message"], json!(message));
        let span = &warning["span"];
        let (start, end) = (span["start"].as_u64().unwrap() as usize, span["end"].as_u64().unwrap() as usize);
        assert_eq!(&QUERY[start..end], "on id == model_id");
        assert_eq!(rows(QUERY).len(), after);
        let human = demo(QUERY);
        assert_eq!(human.code, 0);
        assert!(human.told().contains(&message), "{}", human.stderr);
        assert!(!human.stdout.is_empty());
    }

    #[test]
    fn count_all_rows_of_a_left_join() {
        let left = QUERY.replace("| join", "| left_join");
        let (_, errors) = json_errors(&left);
        let after = rows(&left).len();
        let message = errors["errors"][0]["message"].as_str().unwrap();
        assert!(message.starts_with(&format!("5 rows became {after}:")), "{message}");
    }

    #[test]
    fn are_in_the_envelope_of_their_pipeline_alone() {
        let text = format!("credits; {QUERY}; keys | count");
        let run = orq().args(["--demo", "-f", "envelope", &text]).run();
        let answer: Json = serde_json::from_str(&run.stdout).unwrap();
        let warnings: Vec<usize> =
            answer["results"].as_array().unwrap().iter().map(|one| one["warnings"].as_array().unwrap().len()).collect();
        assert_eq!(warnings, [0, 1, 0]);
        assert_eq!(answer["results"][1]["warnings"][0]["code"], "E0303");
    }

    #[test]
    fn are_told_once_where_a_pipeline_with_a_name_is_used_twice() {
        let (run, errors) = json_errors(&format!("let j = {QUERY}; j | count; j | sum cost"));
        assert_eq!((run.code, errors["errors"].as_array().unwrap().len()), (0, 1), "{errors}");
    }

    #[test]
    fn are_not_told_where_nothing_multiplies() {
        for query in [
            // One row for each key.
            "activity last 3d | join (models | select id, name) on model_id == id",
            // A key that repeats on the right, and that nothing on the left has.
            "activity last 3d | where false | join (activity last 2d) on model_id",
            "credits | derive k = 1 | left_join (activity last 2d | derive n = 2) on k == n",
            // Nulls repeat, and match nothing.
            "models | where variant is null | left_join (models | where variant is null) on variant",
            // These keep the rows of the left.
            "models | semi_join (activity last 3d) on id == model_id",
            "models | anti_join (activity last 3d) on id == model_id",
        ] {
            let run = demo(query);
            assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{query}");
        }
    }
}

mod look_ups {
    use super::*;

    /// Columns of a query that checks.
    fn columns(query: &str) -> Vec<String> {
        let checked = crate::support::inside::planner(crate::support::NOW).check(query);
        assert_eq!(checked.diagnostics, [], "{query}");
        checked.program.steps[0].table.schema.names().map(str::to_string).collect()
    }

    #[test]
    fn are_checked_and_named_as_any_join() {
        let ids = "models | select generation_id = id, cost = price_prompt";
        let found = columns(&format!("{ids} | join generation on generation_id == id"));
        assert_eq!(&found[..4], ["generation_id", "cost", "id", "created_at"]);
        assert!(found.contains(&"cost_right".to_string()));
        let one = columns("models | select id | left_join generation on id");
        assert_eq!(&one[..2], ["id", "created_at"]);
    }

    #[test]
    fn give_the_rows_that_are_found_with_their_columns() {
        let run = demo(
            "generations yesterday | top 2 by cost | select id, paid = cost | join generation on id \
             | select id, same = paid == cost | as csv",
        );
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(run.stdout.lines().filter(|line| line.starts_with("gen-") && line.ends_with(",true")).count(), 2);
    }
}

#[test]
fn a_join_of_many_rows_takes_no_time() {
    deep(|| {
        let mut inside = Inside::new();
        let all = "activity | join (activity | distinct model_id) on model_id | count";
        let count = inside.answer(all).frame.columns[0].clone();
        assert_eq!(count, inside.answer("activity | count").frame.columns[0]);
    });
}
