//! Order: of groups, of sorted rows, of ties.

use std::cmp::Ordering;

use jiff::Timestamp;
use orq::types::Type;
use serde_json::Value as Json;

use crate::support::rows;
use crate::support::truth::{Day, groups, last_days};

fn texts(rows: &[Json], column: &str) -> Vec<String> {
    rows.iter().map(|row| row[column].as_str().unwrap_or("null").to_string()).collect()
}

#[test]
fn a_bare_top_sorts_by_the_first_aggregate_from_above_and_ties_by_key() {
    let answer = rows("activity last 7d | group model | sum cost, requests | top 100");
    let mut expected: Vec<(&str, i64)> = groups(&last_days(7), |day| day.model())
        .into_iter()
        .map(|(model, days)| (model, days.iter().map(|day| day.nanos()).sum()))
        .collect();
    expected.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    assert_eq!(texts(&answer, "model"), expected.iter().map(|(model, _)| model.to_string()).collect::<Vec<_>>());
    assert!(expected.windows(2).any(|pair| pair[0].1 == pair[1].1), "some models tie");
}

#[test]
fn bottom_is_the_other_end_and_ties_are_still_by_key() {
    let answer = rows("activity last 7d | group model | sum cost | bottom 100");
    let mut expected: Vec<(i64, &str)> = groups(&last_days(7), |day| day.model())
        .into_iter()
        .map(|(model, days)| (days.iter().map(|day| day.nanos()).sum(), model))
        .collect();
    expected.sort_unstable();
    assert_eq!(texts(&answer, "model"), expected.iter().map(|(_, model)| model.to_string()).collect::<Vec<_>>());
}

#[test]
fn nulls_sort_last_in_both_directions() {
    for (query, descending) in
        [("keys | sort limit | select limit", false), ("keys | sort -limit | select limit", true)]
    {
        let limits: Vec<Option<f64>> = rows(query).iter().map(|row| row["limit"].as_f64()).collect();
        let nulls = limits.iter().position(Option::is_none).unwrap();
        assert!(limits[nulls..].iter().all(Option::is_none), "{query}");
        let numbers: Vec<f64> = limits[..nulls].iter().map(|limit| limit.unwrap()).collect();
        assert!(numbers.len() > 5);
        let ordered = numbers.windows(2).all(|pair| if descending { pair[0] >= pair[1] } else { pair[0] <= pair[1] });
        assert!(ordered, "{query}");
    }
}

#[test]
fn sort_is_stable_and_takes_every_type() {
    let sorted = rows("activity last 3d | sort -date, provider | select date, provider, endpoint");
    let mut expected: Vec<&Day> = last_days(3);
    expected.sort_by(|a, b| b.date.cmp(&a.date).then(a.provider.cmp(b.provider)));
    let found: Vec<(String, String)> = texts(&sorted, "date").into_iter().zip(texts(&sorted, "endpoint")).collect();
    let expected: Vec<(String, String)> =
        expected.iter().map(|day| (day.date.to_string(), day.endpoint.clone())).collect();
    assert_eq!(found, expected);
    let booleans = rows("keys | sort disabled, -name | select disabled, name");
    let first = booleans.iter().position(|row| row["disabled"] == true).unwrap();
    assert!(booleans[first..].iter().all(|row| row["disabled"] == true));
}

#[test]
fn desc_and_asc_behind_a_key_are_understood() {
    assert_eq!(rows("keys | sort name desc | limit 5"), rows("keys | sort -name | limit 5"));
    assert_eq!(rows("keys | sort by name asc | limit 5"), rows("keys | sort name | limit 5"));
    assert_eq!(rows("keys | top 3 by cost desc"), rows("keys | top 3 by cost"));
}

#[test]
fn limit_and_skip_take_rows_as_they_come() {
    let all = rows("models | select id");
    assert_eq!(rows("models | select id | limit 3"), all[..3]);
    assert_eq!(rows("models | select id | skip 3 | limit 2"), all[3..5]);
    assert_eq!(rows("models | select id | skip 1000"), Vec::<Json>::new());
}

/// The order of two cells of one column; nulls are last in both directions.
fn compared(a: &Json, b: &Json, descending: bool) -> Ordering {
    let order = match (a, b) {
        (Json::Null, Json::Null) => return Ordering::Equal,
        (Json::Null, _) => return Ordering::Greater,
        (_, Json::Null) => return Ordering::Less,
        (Json::Bool(a), Json::Bool(b)) => a.cmp(b),
        (Json::Number(a), Json::Number(b)) => a.as_f64().unwrap().total_cmp(&b.as_f64().unwrap()),
        // Instants by the time they mean, days and texts by their bytes.
        (Json::String(a), Json::String(b)) => match (a.parse::<Timestamp>(), b.parse::<Timestamp>()) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            _ => a.cmp(b),
        },
        other => panic!("{other:?}"),
    };
    if descending { order.reverse() } else { order }
}

#[test]
fn every_column_of_every_list_sorts_both_ways_and_keeps_equal_rows_as_they_were() {
    let (mut seen, mut with_nulls) = (0, 0);
    for source in ["activity last 2d", "keys", "models", "workspaces"] {
        let name = source.split(' ').next().unwrap();
        let plain = rows(source);
        let columns = orq::session::CATALOG.source(name).unwrap().schema().shown().columns;
        let sortable = columns.iter().filter(|column| !matches!(column.ty, Type::List(_) | Type::Record(_)));
        let names: Vec<&str> = sortable.map(|column| column.name.as_str()).collect();
        // One text of many pipelines: the source is asked once.
        let queries =
            names.iter().flat_map(|name| [format!("{source} | sort `{name}`"), format!("{source} | sort -`{name}`")]);
        let queries: Vec<String> = queries.collect();
        let answers = rows(&queries.join("\n"));
        assert_eq!(answers.len(), queries.len());
        for (place, (query, answer)) in queries.iter().zip(&answers).enumerate() {
            let (name, descending) = (names[place / 2], place % 2 == 1);
            let mut expected = plain.clone();
            expected.sort_by(|a, b| compared(&a[name], &b[name], descending));
            assert_eq!(answer["rows"].as_array().unwrap(), &expected, "{query}");
            seen += 1;
            with_nulls += usize::from(plain.iter().any(|row| row[name].is_null()));
        }
    }
    assert!(seen > 100 && with_nulls > 20, "{seen} orders, {with_nulls} with nulls");
}
