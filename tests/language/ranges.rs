//! Ranges of time, by what `explain` shows; expected days are written out by hand, or found by walking the calendar.

use jiff::civil::{Date, Weekday};

use crate::support::inside::planner;
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

#[test]
fn a_last_day_that_the_list_lacks_is_had_from_the_cube_or_named() {
    let lagging = |query: &str| {
        let run = crate::support::orq().args(["--demo", "--fault", "lagging-activity", "-f", "envelope", query]).run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        let answer: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        (run.stderr, answer)
    };
    // What the list does not have yet, the cube has.
    let (told, answer) = lagging("activity last 7d | sum cost");
    assert_eq!((told.as_str(), &answer["coverage"]["missing"]), ("", &serde_json::json!([])));
    assert_eq!(answer["rows"], serde_json::json!(crate::support::rows("activity last 7d | sum cost")));
    // Single rows it has not.
    let run = crate::support::orq().args(["--demo", "--fault", "lagging-activity", "activity last 7d | limit 3"]).run();
    assert_eq!(run.code, 6, "{}", run.stderr);
    assert!(run.stderr.contains("2026-02-18"), "{}", run.stderr);
    // Nor may a second call be made where calls are counted: the rest is given where parts are wanted, and the day named.
    let yesterday = |more: &[&str]| {
        let orq = crate::support::orq().args(["--demo", "--fault", "lagging-activity", "--max-calls", "1"]);
        orq.args(more.iter().copied())
            .args(["-f", "json", "activity from 2026-02-17 to 2026-02-18 | sum requests"])
            .run()
    };
    let run = yesterday(&[]);
    assert_eq!((run.code, run.stdout.as_str()), (6, ""), "{}", run.stderr);
    assert!(run.stderr.contains("E0603"), "{}", run.stderr);
    let run = yesterday(&["--allow-partial"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stdout,
        crate::support::orq()
            .args(["--demo", "-f", "json", "activity from 2026-02-17 to 2026-02-17 | sum requests"])
            .run()
            .stdout
    );
    assert!(run.stderr.contains("E0601") && run.stderr.contains("2026-02-18"), "{}", run.stderr);
    let (told, answer) = lagging("activity from 2026-02-01 to 2026-02-10 | sum cost");
    assert_eq!((told.as_str(), &answer["coverage"]["missing"]), ("", &serde_json::json!([])));
    assert_eq!(demo_stderr("activity last 7d | sum cost"), "", "nothing is said where nothing is missing");
}

fn demo_stderr(query: &str) -> String {
    crate::support::demo(query).stderr
}

#[test]
fn an_instant_is_compared_with_a_day_by_its_day() {
    let all = crate::support::rows("keys | select created_at");
    let of_day =
        |test: fn(&str) -> bool| all.iter().filter(|row| test(&row["created_at"].as_str().unwrap()[..10])).count();
    let count =
        |condition: &str| crate::support::rows(&format!("keys | where {condition} | count"))[0]["count"].clone();
    assert!(of_day(|day| day == "2024-01-10") > 0);
    assert_eq!(count("created_at == 2024-01-10"), of_day(|day| day == "2024-01-10"));
    assert_eq!(count("created_at <= 2024-01-12"), of_day(|day| day <= "2024-01-12"));
    assert_eq!(count("created_at > 2024-01-12"), of_day(|day| day > "2024-01-12"));
    assert_eq!(
        count("created_at in 2024-01-10..2024-01-12"),
        of_day(|day| ("2024-01-10"..="2024-01-12").contains(&day))
    );
    assert_eq!(
        count("created_at in (2024-01-10, 2024-01-12)"),
        of_day(|day| day == "2024-01-10" || day == "2024-01-12")
    );
}
/// The first day of the unit that a day lies in, found by walking back day by day.
fn start(unit: &str, mut day: Date) -> Date {
    let starts = |day: Date| match unit {
        "d" => true,
        "w" => day.weekday() == Weekday::Monday,
        "mo" => day.day() == 1,
        "q" => day.day() == 1 && [1, 4, 7, 10].contains(&day.month()),
        _ => day.day() == 1 && day.month() == 1,
    };
    while !starts(day) {
        day = day.yesterday().unwrap();
    }
    day
}

/// The first day of the unit that lies `count` units before, walked unit by unit.
fn back(unit: &str, day: Date, count: usize) -> Date {
    (0..count).fold(start(unit, day), |first, _| start(unit, first.yesterday().unwrap()))
}

#[test]
fn every_form_at_every_kind_of_day_is_what_walking_the_calendar_gives() {
    let clocks = [
        "2026-02-19T09:00:00Z", // a Thursday
        "2026-02-16T00:00:00Z", // a Monday, at its first moment
        "2026-02-15T23:59:59Z", // a Sunday, at its last
        "2026-03-01T00:00:00Z", // the first of a month, after 28 days
        "2024-03-01T12:00:00Z", // ... after 29
        "2024-02-29T12:00:00Z", // the leap day itself
        "2026-01-01T00:00:00Z", // a new year
        "2024-12-31T18:00:00Z", // an old one
        "2026-04-01T07:00:00Z", // a new quarter
        "2027-01-04T10:00:00Z", // the first Monday of a year
        "2026-05-31T10:00:00Z", // the 31st
    ];
    let units: [(&str, &[&str]); 5] = [
        ("d", &["d", "day", "days"]),
        ("w", &["w", "week", "weeks"]),
        ("mo", &["mo", "month", "months"]),
        ("q", &["q", "quarter", "quarters"]),
        ("y", &["y", "year", "years"]),
    ];
    let mut seen = 0;
    for clock in clocks {
        let today = clock.parse::<jiff::Timestamp>().unwrap().to_zoned(jiff::tz::TimeZone::UTC).date();
        let yesterday = today.yesterday().unwrap();
        let session = planner(clock);
        let mut check = |range: String, first: Date, last: Date| {
            let explained = session.explain(&format!("activity {range}")).unwrap_or_else(|e| panic!("{range}: {e:?}"));
            let scan = explained[0].lines().find_map(|line| line.trim().strip_prefix("scan activity, ")).unwrap();
            let expected = if first == last { first.to_string() } else { format!("{first} to {last}") };
            assert_eq!(scan, expected, "`{range}` at {clock}");
            seen += 1;
        };
        for (unit, names) in units {
            let this = start(unit, today);
            for count in [1, 2, 3, 8] {
                let (first, next) = (back(unit, today, count), back(unit, today, count - 1));
                let before = this.yesterday().unwrap();
                let ago = next.yesterday().unwrap();
                for name in names {
                    check(format!("last {count} {name}"), first, before);
                    check(format!("{count} {name} ago"), first, ago);
                    check(format!("from {count} {name} ago to yesterday"), first, yesterday.max(first));
                }
                check(format!("last {count}{unit}"), first, before);
                check(format!("{count}{unit} ago"), first, ago);
                check(format!("since {count}{unit} ago"), first, yesterday);
                check(format!("from {count}{unit} ago to {count}{unit} ago"), first, ago);
            }
            for name in names.iter().filter(|name| !name.ends_with('s')) {
                check(format!("last {name}"), back(unit, today, 1), this.yesterday().unwrap());
                check(format!("this {name}"), this, yesterday.max(this));
                check(format!("this {name} to today"), this, today);
            }
        }
        check(String::new(), (0..30).fold(today, |day, _| day.yesterday().unwrap()), yesterday);
        check("today".into(), today, today);
        check("yesterday".into(), yesterday, yesterday);
        check("on yesterday".into(), yesterday, yesterday);
        check(format!("{yesterday}"), yesterday, yesterday);
        check(format!("from {yesterday} to today"), yesterday, today);
        check(format!("{yesterday}..{today}"), yesterday, today);
        let month = yesterday.strftime("%Y-%m").to_string();
        check(format!("on {month}"), start("mo", yesterday), yesterday.last_of_month());
        check(format!("from {month}"), start("mo", yesterday), yesterday);
        check(format!("on {}", yesterday.year()), start("y", yesterday), yesterday.last_of_year());
    }
    assert!(seen > 1000, "only {seen} ranges were read");
}
