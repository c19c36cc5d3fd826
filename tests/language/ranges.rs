//! Ranges of time, by what `explain` shows; expected days are written out by hand.

use crate::support::orq;

/// The days of `activity RANGE` at a clock.
fn days(range: &str, now: &str) -> String {
    let run = orq().env("ORQ_NOW", now).args(["explain", &format!("activity {range}")]).run();
    assert_eq!(run.code, 0, "{range}\n{}", run.stderr);
    let scan = run.stdout.lines().find_map(|line| line.trim().strip_prefix("scan activity, ")).unwrap();
    scan.to_string()
}

/// A Thursday.
const THURSDAY: &str = "2026-02-19T09:00:00Z";
const MONDAY: &str = "2026-02-16T00:00:00Z";
const NEW_YEAR: &str = "2027-01-01T00:00:01Z";
const LEAP: &str = "2024-03-01T12:00:00Z";

#[test]
fn last_is_whole_units_before_the_current_one() {
    let cases = [
        ("last 7d", THURSDAY, "2026-02-12 to 2026-02-18"),
        ("last 7 days", THURSDAY, "2026-02-12 to 2026-02-18"),
        ("last 1d", THURSDAY, "2026-02-18"),
        ("last 2w", THURSDAY, "2026-02-02 to 2026-02-15"),
        ("last week", MONDAY, "2026-02-09 to 2026-02-15"),
        ("last month", THURSDAY, "2026-01-01 to 2026-01-31"),
        ("last 2mo", THURSDAY, "2025-12-01 to 2026-01-31"),
        ("last 1q", THURSDAY, "2025-10-01 to 2025-12-31"),
        ("last year", THURSDAY, "2025-01-01 to 2025-12-31"),
        ("last month", LEAP, "2024-02-01 to 2024-02-29"),
        ("last 1d", NEW_YEAR, "2026-12-31"),
        ("last week", NEW_YEAR, "2026-12-21 to 2026-12-27"),
        ("", THURSDAY, "2026-01-20 to 2026-02-18"),
    ];
    for (range, now, expected) in cases {
        assert_eq!(days(range, now), expected, "{range} at {now}");
    }
}

#[test]
fn both_ends_belong_and_an_open_end_is_the_last_completed_day() {
    let cases = [
        ("from 2026-02-01", THURSDAY, "2026-02-01 to 2026-02-18"),
        ("since 2026-02-01", THURSDAY, "2026-02-01 to 2026-02-18"),
        ("from 2026-02", THURSDAY, "2026-02-01 to 2026-02-18"),
        ("from 2026-01 to 2026-02", THURSDAY, "2026-01-01 to 2026-02-28"),
        ("from 2026-02-01 to 2026-02-10", THURSDAY, "2026-02-01 to 2026-02-10"),
        ("from 2026-02-01 to yesterday", THURSDAY, "2026-02-01 to 2026-02-18"),
        ("from 2026-02-01 to today", THURSDAY, "2026-02-01 to 2026-02-19"),
        ("from 10d ago", THURSDAY, "2026-02-09 to 2026-02-18"),
        ("2026-02-01..2026-02-03", THURSDAY, "2026-02-01 to 2026-02-03"),
        ("on 2024-02", LEAP, "2024-02-01 to 2024-02-29"),
        ("on 2025", THURSDAY, "2025-01-01 to 2025-12-31"),
        ("2026-02-18", THURSDAY, "2026-02-18"),
        ("yesterday", LEAP, "2024-02-29"),
        ("today", THURSDAY, "2026-02-19"),
        ("this month", THURSDAY, "2026-02-01 to 2026-02-18"),
        ("this month to today", THURSDAY, "2026-02-01 to 2026-02-19"),
        ("this week", THURSDAY, "2026-02-16 to 2026-02-18"),
        ("this quarter", THURSDAY, "2026-01-01 to 2026-02-18"),
        ("this year", NEW_YEAR, "2027-01-01"),
        ("2mo ago", THURSDAY, "2025-12-01 to 2025-12-31"),
        ("1 week ago", THURSDAY, "2026-02-09 to 2026-02-15"),
    ];
    for (range, now, expected) in cases {
        assert_eq!(days(range, now), expected, "{range} at {now}");
    }
}

#[test]
fn what_is_no_range_is_an_error_before_anything_else() {
    for (range, code) in [
        ("from 2026-13-01", "E0401"),
        ("from 2026-02-30", "E0401"),
        ("last 0d", "E0401"),
        ("last 7 parsecs", "E0401"),
        ("last 24h", "E0401"),
        ("from 2026-02-10 to 2026-02-01", "E0402"),
        ("last 99999999999y", "E0401"),
    ] {
        let run = orq().args(["check", &format!("activity {range}")]).run();
        assert_eq!(run.code, 3, "{range}");
        assert!(run.stderr.starts_with(code), "{range}\n{}", run.stderr);
    }
}

#[test]
fn only_the_days_that_were_asked_for_are_in_the_answer() {
    let rows = crate::support::rows("activity from 2026-02-05 to 2026-02-07 | distinct date");
    let dates: Vec<&str> = rows.iter().map(|row| row["date"].as_str().unwrap()).collect();
    assert_eq!(dates, ["2026-02-05", "2026-02-06", "2026-02-07"]);
}
