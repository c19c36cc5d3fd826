//! Days of other zones than UTC (`--tz`): each against a plain loop over the demo account's generations, with days of 23
//! and 25 hours, and with zones whose midnight lies within an hour of UTC.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use orq::demo::SEED;
use orq::demo::base::{Row, rows_of};
use serde_json::Value as Json;

use crate::support::truth::assert_number;
use crate::support::{NOW, Run, orq};

const DAY: i64 = 86_400_000;

fn ask(now: &str, zone: &str, query: &str) -> Run {
    orq().args(["--demo", "--now", now, "--tz", zone, "-f", "json", query]).run()
}

fn rows(now: &str, zone: &str, query: &str) -> Vec<Json> {
    let run = ask(now, zone, query);
    assert_eq!(run.code, 0, "{zone}: {query}\n{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

/// The message of a question that no route answers exactly.
fn refused(zone: &str, query: &str) -> String {
    let run = ask(NOW, zone, query);
    assert_eq!(run.code, 6, "{zone}: {query}\n{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("E0602"), "{}", run.stderr);
    run.told()
}

/// The generations of these days of a zone, up to now, each with its day there.
fn generations(now: &str, zone: &str, first: Date, last: Date) -> Vec<(Date, Row)> {
    let zone = TimeZone::get(zone).unwrap();
    let now: Timestamp = now.parse().unwrap();
    let day = |date: Date| date.to_zoned(TimeZone::UTC).unwrap().timestamp().as_millisecond().div_euclid(DAY);
    let mut found = Vec::new();
    for row in (day(first) - 1..=day(last) + 1).flat_map(|day| rows_of(SEED, day)) {
        let time = Timestamp::from_millisecond(row.time()).unwrap();
        let date = time.to_zoned(zone.clone()).date();
        if (first..=last).contains(&date) && time <= now {
            found.push((date, row));
        }
    }
    assert!(!found.is_empty());
    found
}

fn cost(row: &Row) -> f64 {
    (row.credits() + row.byok_inference()) as f64 / 1e9
}

/// Asserts that there is a row for each day, with its cost and requests.
fn assert_days(rows: &[Json], key: &str, expected: &[(Date, Row)]) {
    let mut days: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for (date, row) in expected {
        let entry = days.entry(date.to_string()).or_default();
        entry.0 += cost(row);
        entry.1 += 1.0;
    }
    let found: Vec<&str> = rows.iter().map(|row| row[key].as_str().unwrap()).collect();
    assert_eq!(found, days.keys().collect::<Vec<_>>());
    for (row, (day, (cost, requests))) in rows.iter().zip(&days) {
        assert_number(&row["cost"], Some(*cost), day);
        assert_number(&row["requests"], Some(*requests), day);
    }
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn days_of_a_zone_are_those_of_its_clocks() {
    for zone in ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Auckland"] {
        let found = rows(NOW, zone, "analytics last 2d | group day(time) | sum cost, requests");
        assert_eq!(found.len(), 2, "{zone}");
        let (first, last) = (date("2026-02-17"), date("2026-02-18"));
        assert_days(&found, "day", &generations(NOW, zone, first, last));
    }
}

#[test]
fn days_of_23_and_25_hours_are_whole() {
    for (now, day) in [("2026-03-31T09:00:00Z", "2026-03-29"), ("2026-10-27T09:00:00Z", "2026-10-25")] {
        let (first, last) = (date(day) - 1.day(), date(day) + 1.day());
        let query = format!("analytics from {first} to {last} | group date | sum cost, requests");
        let expected = generations(now, "Europe/Berlin", first, last);
        assert_days(&rows(now, "Europe/Berlin", &query), "date", &expected);
        let whole = rows(now, "Europe/Berlin", &format!("analytics on {day} | sum cost, requests"));
        let of_day: Vec<&(Date, Row)> = expected.iter().filter(|(date, _)| *date == self::date(day)).collect();
        assert_number(&whole[0]["requests"], Some(of_day.len() as f64), day);
    }
}

#[test]
fn weeks_and_months_of_a_zone_are_made_of_its_days() {
    for zone in ["Europe/Berlin", "Asia/Kolkata"] {
        let query = "analytics from 2026-01-26 to 2026-02-08 | group week(time) as day | sum cost, requests";
        let found = rows(NOW, zone, query);
        let monday = |day: Date| if day < date("2026-02-02") { date("2026-01-26") } else { date("2026-02-02") };
        let all = generations(NOW, zone, date("2026-01-26"), date("2026-02-08"));
        let weeks: Vec<(Date, Row)> = all.into_iter().map(|(day, row)| (monday(day), row)).collect();
        assert_days(&found, "day", &weeks);
    }
    let query = "analytics on 2026-01 | group month(time) as day | sum cost, requests";
    let all = generations(NOW, "Europe/Berlin", date("2026-01-01"), date("2026-01-31"));
    let month: Vec<(Date, Row)> = all.into_iter().map(|(_, row)| (date("2026-01-01"), row)).collect();
    assert_days(&rows(NOW, "Europe/Berlin", query), "day", &month);
}

#[test]
fn a_range_without_buckets_is_that_of_the_zone_too() {
    for zone in ["Europe/Berlin", "Asia/Kolkata"] {
        for (query, first, last) in [
            ("analytics | sum cost, requests", "2026-02-12", "2026-02-18"),
            ("analytics yesterday | sum cost, requests", "2026-02-18", "2026-02-18"),
            ("analytics last 7d | sum cost, requests", "2026-02-12", "2026-02-18"),
            ("analytics last 1w | sum cost, requests", "2026-02-09", "2026-02-15"),
            ("analytics from 2026-02-10T00:00 to 2026-02-11 | sum cost, requests", "2026-02-10", "2026-02-11"),
        ] {
            let expected = generations(NOW, zone, date(first), date(last));
            let found = rows(NOW, zone, query);
            assert_number(&found[0]["requests"], Some(expected.len() as f64), query);
            assert_number(&found[0]["cost"], Some(expected.iter().map(|(_, row)| cost(row)).sum()), query);
        }
    }
}

#[test]
fn today_is_the_day_of_the_zone() {
    // It is the 20th in Auckland already, and the 18th in New York still.
    for (now, zone, day) in [
        ("2026-02-19T12:00:00Z", "Pacific/Auckland", "2026-02-20"),
        ("2026-02-19T02:00:00Z", "America/New_York", "2026-02-18"),
    ] {
        let found = rows(now, zone, "analytics today | sum requests, cost");
        let expected = generations(now, zone, date(day), date(day));
        assert_number(&found[0]["requests"], Some(expected.len() as f64), zone);
        let found = rows(now, zone, "credits | select day = today()");
        assert_eq!(found[0]["day"], day);
    }
}

#[test]
fn activity_by_days_of_a_zone_comes_from_the_cube() {
    for zone in ["Europe/Berlin", "Asia/Kolkata"] {
        let expected = generations(NOW, zone, date("2026-02-16"), date("2026-02-18"));
        let found = rows(NOW, zone, "activity last 3d | group date | sum cost, requests");
        assert_days(&found, "date", &expected);
        let models = rows(NOW, zone, "activity last 3d | group model | sum cost | agg cost = sum(cost)");
        assert_number(&models[0]["cost"], Some(expected.iter().map(|(_, row)| cost(row)).sum()), zone);
    }
}

#[test]
fn generations_of_a_zone_are_those_of_its_days() {
    let now = "2026-02-19T09:00:00Z";
    for zone in ["Europe/Berlin", "Asia/Kolkata"] {
        let all = generations(now, zone, date("2026-02-18"), date("2026-02-18"));
        let mut expected: Vec<String> = all.iter().map(|(_, row)| row.id()).collect();
        expected.sort_unstable();
        let found = rows(now, zone, "generations yesterday | sort id | select id, model, cost");
        assert_eq!(found.iter().map(|row| row["id"].as_str().unwrap()).collect::<Vec<_>>(), expected, "{zone}");
        let days = rows(now, zone, "generations last 2d | group day(time) | sum cost, count() as requests");
        let both = generations(now, zone, date("2026-02-17"), date("2026-02-18"));
        assert_days(&days, "day", &both);
    }
}

#[test]
fn a_condition_on_time_is_one_of_the_zone() {
    let zone = "Europe/Berlin";
    let of_day = generations(NOW, zone, date("2026-02-17"), date("2026-02-17"));
    for condition in [
        "day(time) == 2026-02-17",
        "date == 2026-02-17",
        "time >= 2026-02-17 and time < 2026-02-18",
        "time >= 2026-02-17T00:00 and time < 2026-02-17T23:00:00Z",
        "weekday(time) == 2",
    ] {
        let found = rows(NOW, zone, &format!("analytics last 3d | where {condition} | sum requests"));
        assert_number(&found[0]["requests"], Some(of_day.len() as f64), condition);
    }
    let found = rows(NOW, zone, "analytics last 1d | where hour_of_day(time) == 0 | sum requests");
    let tz = TimeZone::get(zone).unwrap();
    let all = generations(NOW, zone, date("2026-02-18"), date("2026-02-18"));
    let hour = |row: &Row| Timestamp::from_millisecond(row.time()).unwrap().to_zoned(tz.clone()).hour();
    let first_hour = all.iter().filter(|(_, row)| hour(row) == 0).count();
    assert_number(&found[0]["requests"], Some(first_hour as f64), "the hour after midnight");
}

#[test]
fn times_are_shown_by_the_clock_of_the_zone_and_told_with_its_offset() {
    let query = "analytics on 2026-10-25 | group hour(time) | sum requests";
    let now = "2026-10-27T09:00:00Z";
    let found = rows(now, "Europe/Berlin", query);
    let hours: Vec<&str> = found.iter().map(|row| row["hour"].as_str().unwrap()).collect();
    assert_eq!(hours[0], "2026-10-25T00:00:00+02:00");
    assert_eq!(*hours.last().unwrap(), "2026-10-25T23:00:00+01:00");
    // The hour that comes twice is two.
    assert!(hours.contains(&"2026-10-25T02:00:00+02:00") && hours.contains(&"2026-10-25T02:00:00+01:00"), "{hours:?}");
    assert_eq!(hours.len(), 25);
    let table = orq().args(["--demo", "--now", now, "--tz", "Europe/Berlin", query]).run();
    assert!(table.stdout.contains("\n2026-10-25 00:00:00 "), "{}", table.stdout);
    let csv = orq().args(["--demo", "--now", now, "--tz", "Europe/Berlin", "-f", "csv", query]).run();
    assert!(csv.stdout.contains("\n2026-10-25T00:00:00+02:00,"), "{}", csv.stdout);
}

#[test]
fn the_coverage_and_its_remarks_are_of_days_of_the_zone() {
    let query = "analytics from 2026-02-10 to today | group week(time) | sum cost";
    let run = orq().args(["--demo", "--tz", "Asia/Kolkata", "-f", "envelope", query]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let envelope: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&envelope["coverage"]["from"], &envelope["coverage"]["to"]),
        (&"2026-02-10".into(), &"2026-02-19".into())
    );
    let told = run.told();
    assert!(told.contains("2026-02-19 is not over"), "{told}");
    assert!(told.contains("the first and the last week are cut by the range, 2026-02-10 to 2026-02-19"), "{told}");
}

#[test]
fn the_first_groups_are_not_taken_from_rows_by_the_hour() {
    let query = "group provider | sum cost | top 3";
    for (zone, range) in [("Europe/Berlin", "last 7d"), ("UTC", "last 72h"), ("Asia/Kolkata", "last 3d")] {
        let query = format!("analytics {range} | {query}");
        let plain = orq().args(["--demo", "--no-pushdown", "--tz", zone, "-f", "json", &query]).run();
        assert_eq!(ask(NOW, zone, &query).stdout, plain.stdout, "{zone} {range}");
    }
}

#[test]
fn percentiles_and_means_by_days_of_a_zone_are_refused() {
    for (zone, query) in [
        ("Europe/Berlin", "analytics last 3d | group day(time) | agg p50_latency"),
        ("Europe/Berlin", "analytics last 3d | group model | agg avg_latency"),
        ("Asia/Kolkata", "analytics last 4w | group week(time) | agg p99_latency"),
    ] {
        let told = refused(zone, query);
        assert!(told.contains("percentiles and means"), "{told}");
    }
    // By the hour they are those of UTC.
    let query = "analytics yesterday | group hour(time) | agg p50_latency, requests = sum(requests)";
    assert_eq!(rows(NOW, "Europe/Berlin", query).len(), 24);
}

#[test]
fn ratios_by_days_of_a_zone_are_exact() {
    let found = rows(NOW, "Asia/Kolkata", "analytics on 2026-02-17 | agg cache_hit_rate");
    let all = generations(NOW, "Asia/Kolkata", date("2026-02-17"), date("2026-02-17"));
    let (cached, prompt) = all
        .iter()
        .fold((0.0, 0.0), |(cached, prompt), (_, row)| (cached + row.cached as f64, prompt + row.prompt as f64));
    assert_number(&found[0]["cache_hit_rate"], Some(cached / prompt), "cached of prompt tokens");
}

#[test]
fn what_only_utc_has_is_refused_and_says_so() {
    for (query, part) in [
        ("activity yesterday", "single rows are of UTC days"),
        ("activity yesterday | group endpoint | sum cost", "only `/activity` has `endpoint`"),
        ("rankings last 3d | sum tokens", "`rankings` has the days of UTC"),
        ("apps last 3d | limit 2", "`apps` has the days of UTC"),
    ] {
        let told = refused("Europe/Berlin", query);
        assert!(told.contains(part), "{told}");
    }
    let told = refused("Asia/Kolkata", "analytics last 24h | group hour(time) | sum cost");
    assert!(told.contains("the hours of Asia/Kolkata begin within those of UTC"), "{told}");
}

#[test]
fn hours_of_days_that_are_long_gone_are_counted_or_named() {
    let query = "analytics from 2025-12-01 to 2025-12-03 | group day(time) | sum cost, requests";
    for zone in ["Europe/Berlin", "Asia/Kolkata"] {
        let expected = generations(NOW, zone, date("2025-12-01"), date("2025-12-03"));
        assert_days(&rows(NOW, zone, query), "day", &expected);
        let run = orq().args(["--demo", "--tz", zone, "--fault", "raw-retention", query]).run();
        assert_eq!((run.code, run.stdout.as_str()), (6, ""), "{zone}");
        let told = run.told();
        assert_eq!(told.matches("E0601").count(), 1, "{told}");
        assert!(told.contains("of `analytics` for 2025-11-30 to 2025-12-03 at this grain"), "{told}");
        assert!(told.contains("leave out `--tz`, or the days"), "{told}");
    }
}

#[test]
fn a_zone_that_takes_too_many_calls_is_refused_before_any_is_sent() {
    let run = ask(NOW, "Asia/Kolkata", "analytics last 60d | group day(time) | sum cost");
    assert_eq!(run.code, 6, "{}", run.stderr);
    assert!(run.stderr.contains("E0603"), "{}", run.stderr);
}

#[test]
fn utc_by_any_of_its_names_is_what_there_is_without_a_zone() {
    let query = "activity last 3d | group date, provider | sum cost";
    let plain = orq().args(["--demo", "-f", "json", query]).run();
    for zone in ["UTC", "Etc/UTC", "utc"] {
        assert_eq!(ask(NOW, zone, query).stdout, plain.stdout, "{zone}");
    }
    let run = orq().args(["--demo", "--tz", "Europe/Berlyn", "credits"]).run();
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("Europe/Berlin"), "{}", run.stderr);
}

#[test]
fn explain_shows_the_hours_and_minutes_that_a_zone_takes() {
    let query = "analytics yesterday | group day(time) | sum cost";
    let plan = |zone: &str| orq().args(["explain", "--tz", zone, query]).run().stdout;
    let berlin = plan("Europe/Berlin");
    assert!(berlin.contains("\"granularity\":\"hour\"") && !berlin.contains("minute"), "{berlin}");
    assert!(berlin.contains("2026-02-17T23:00:00Z"), "{berlin}");
    let kolkata = plan("Asia/Kolkata");
    assert_eq!(kolkata.matches("\"granularity\":\"minute\"").count(), 2, "{kolkata}");
    assert!(kolkata.contains("{\"start\":\"2026-02-17T18:30:00Z\",\"end\":\"2026-02-17T19:00:00Z\"}"), "{kolkata}");
}

/// Times of a file, as the clocks of Berlin show them where a person reads them; `2025-10-26` has the hour from two twice.
const HOURS: &str = "at,n,who\n2025-10-26T00:30:00Z,1,a\n2025-10-26T01:30:00Z,2,b\n2025-10-26T10:00:00Z,3,a\n";

fn of_hours(zone: &str, query: &str) -> Run {
    let run = orq().args(["--now", NOW, "--tz", zone, "-f", "csv", query]);
    std::fs::write(run.home.path().join("hours.csv"), HOURS).unwrap();
    run.run()
}

#[test]
fn columns_that_a_pivot_makes_of_times_are_named_by_the_clock_of_the_zone() {
    let open = of_hours("Europe/Berlin", "read \"hours.csv\" | pivot n by at");
    let names = "who,2025-10-26T02:30:00+02:00,2025-10-26T02:30:00+01:00,2025-10-26T11:00:00+01:00";
    assert_eq!(open.stdout.lines().collect::<Vec<_>>(), [names, "a,1,,3", "b,,2,"], "{}", open.stderr);
    let listed = of_hours("Europe/Berlin", "read \"hours.csv\" | pivot n by at in (2025-10-26T11:00:00)");
    let expected = ["who,2025-10-26T11:00:00+01:00", "a,3", "b,"];
    assert_eq!(listed.stdout.lines().collect::<Vec<_>>(), expected, "{}", listed.stderr);
    let utc = of_hours("UTC", "read \"hours.csv\" | where n == 3 | pivot n by at");
    assert_eq!(utc.stdout.lines().collect::<Vec<_>>(), ["who,2025-10-26T10:00:00Z", "a,3"], "{}", utc.stderr);
    // The name is one that a query can ask for.
    let query = "read \"hours.csv\" | pivot n by at | select who, `2025-10-26T11:00:00+01:00`";
    let asked = of_hours("Europe/Berlin", query);
    assert_eq!(asked.stdout.lines().collect::<Vec<_>>(), [expected[0], "a,3", "b,"], "{}", asked.stderr);
}

#[test]
fn the_least_and_greatest_time_of_a_column_are_those_of_the_zone() {
    for (zone, ends) in [
        ("UTC", "2025-10-26T00:30:00,2025-10-26T10:00:00"),
        ("Europe/Berlin", "2025-10-26T02:30:00,2025-10-26T11:00:00"),
        ("America/New_York", "2025-10-25T20:30:00,2025-10-26T06:00:00"),
    ] {
        let run = of_hours(zone, "read \"hours.csv\" | describe at | select least, greatest");
        assert_eq!(run.stdout.lines().collect::<Vec<_>>(), ["least,greatest", ends], "{}", run.stderr);
    }
}

#[test]
fn rows_that_fail_an_assertion_show_the_clock_of_the_zone() {
    let run = of_hours("Europe/Berlin", "read \"hours.csv\" | assert n < 3");
    assert_eq!(run.code, 5, "{}", run.stderr);
    assert!(run.stderr.contains("at = 2025-10-26T11:00:00+01:00"), "{}", run.stderr);
    let utc = of_hours("UTC", "read \"hours.csv\" | assert n < 3");
    assert!(utc.stderr.contains("at = 2025-10-26T10:00:00Z"), "{}", utc.stderr);
}

#[test]
fn a_key_that_several_rows_have_is_told_by_the_clock_of_the_zone() {
    let twice = "read \"hours.csv\" | join (read \"hours.csv\" | union (read \"hours.csv\" | where n == 3)) on at";
    let run = of_hours("Europe/Berlin", twice);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("the key 2025-10-26T11:00:00+01:00 2 times"), "{}", run.stderr);
}
