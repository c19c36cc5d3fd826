//! The clock moves: what the API forgets is kept, and days become final.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan as _};
use orq::demo::SEED;
use orq::demo::base::rows_of;
use orq::model::kept::KeptDay;

use super::*;
use crate::support::truth::near;

/// A demo account whose clock a test moves, and the program on it at that time.
struct Moving {
    clock: Arc<AtomicI64>,
    server: DemoServer,
}

impl Moving {
    fn new(faults: &str) -> Self {
        let clock = Arc::new(AtomicI64::new(0));
        let reads = Arc::clone(&clock);
        let now = move || Timestamp::from_second(reads.load(Ordering::SeqCst)).unwrap();
        Self { clock, server: DemoServer::by_clock(Arc::new(now), faults) }
    }

    fn sync(&self, data: &Data, now: &str, since: &str) -> Run {
        self.clock.store(now.parse::<Timestamp>().unwrap().as_second(), Ordering::SeqCst);
        let run = data.orq(&self.server.base_url, ["--now", now, "sync", "--since", since]).run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{now}");
        run
    }
}

#[test]
fn sixty_days_of_syncs_have_all_days_though_the_api_forgot_half() {
    let (first, today) = (date(2025, 12, 21), date(2026, 2, 19));
    let (data, account) = (Data::new(), Moving::new(""));
    let mut day = first.tomorrow().unwrap();
    while day <= today {
        account.sync(&data, &format!("{day}T09:00:00Z"), &first.to_string());
        day = day.tomorrow().unwrap();
    }
    // Rows, and not only sums, though the API has them of 30 days.
    let query = format!("activity from {first} to 2026-02-15 | group date | sum cost, requests, count as n");
    let run = data.orq(NOBODY, ["-f", "json", &query]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let rows: Vec<Json> = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(rows.len(), 57);
    for row in rows {
        let date: Date = row["date"].as_str().unwrap().parse().unwrap();
        let of_day = rows_of(SEED, i64::from((date - date0()).get_days()));
        let nanos: i64 = of_day.iter().map(|row| row.credits() + row.byok_inference()).sum();
        assert!(near(row["cost"].as_f64().unwrap(), nanos as f64 / 1e9), "{date}: {row}");
        assert_eq!(row["requests"].as_i64().unwrap(), of_day.len() as i64, "{date}");
        let endpoints: std::collections::BTreeSet<usize> = of_day.iter().map(|row| row.endpoint.index).collect();
        assert_eq!(row["n"].as_u64().unwrap(), endpoints.len() as u64, "{date}");
    }
    // The days that are not final are asked for, and no others.
    let query = "activity last 60d | sum cost";
    let run = data.orq(&account.server.base_url, ["-f", "envelope", query]).run();
    let envelope: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(envelope["calls"].as_array().unwrap().len(), 1, "{envelope}");
    assert_eq!(envelope["coverage"]["missing"], serde_json::json!([]));
    let status = data.orq(NOBODY, ["ledger", "status"]).run();
    assert!(status.stdout.contains("60 days, 57 of them final, 0 missing"), "{}", status.stdout);
    // Nothing is left of what was replaced but the files that the last sync replaced.
    let files = fs::read_dir(data.account()).unwrap().count();
    assert!(files < 20, "{files} files");
}

fn date0() -> Date {
    date(1970, 1, 1)
}

#[test]
fn a_day_is_final_three_days_after_its_end_and_after_its_last_change() {
    let day = date(2026, 2, 10);
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let kept =
        |fetched: &str, changed: Option<&str>| KeptDay { fetched: at(fetched), rows: 1, changed: changed.map(at) };
    assert!(!kept("2026-02-13T23:59:59Z", None).is_final(day));
    assert!(kept("2026-02-14T00:00:00Z", None).is_final(day));
    assert!(!kept("2026-02-14T00:00:00Z", Some("2026-02-14T00:00:00Z")).is_final(day));
    assert!(!kept("2026-02-15T00:00:00Z", Some("2026-02-12T00:00:01Z")).is_final(day));
    assert!(kept("2026-02-15T00:00:00Z", Some("2026-02-12T00:00:00Z")).is_final(day));
}

/// The cube lacks requests of the last hours; a later sync finds them.
#[test]
fn late_rows_put_off_the_end() {
    let (data, account) = (Data::new(), Moving::new("late-rows"));
    let finals = |now: &str| {
        let day = date(2026, 2, 10);
        account.sync(&data, now, "2026-02-10");
        let days = data.ledger().days();
        [&orq::model::kept::ROWS, &orq::model::kept::BY_KEY]
            .map(|kind| days.of(kind).any(|(of, kept)| of == day && kept.is_final(day)))
    };
    assert_eq!(finals("2026-02-11T03:00:00Z"), [false, false]);
    assert_eq!(finals("2026-02-14T01:00:00Z"), [true, false]);
    assert_eq!(finals("2026-02-16T23:00:00Z"), [true, false]);
    assert_eq!(finals("2026-02-17T01:00:00Z"), [true, true]);
}

#[test]
fn a_dry_run_writes_nothing_and_says_what_a_sync_then_fetches() {
    let (data, account) = (Data::new(), Moving::new(""));
    let now = "2026-02-19T09:00:00Z";
    account.clock.store(now.parse::<Timestamp>().unwrap().as_second(), Ordering::SeqCst);
    let dry = data.orq(&account.server.base_url, ["sync", "--since", "2026-02-14", "--dry-run"]).run();
    assert_eq!((dry.code, dry.stderr.as_str()), (0, ""));
    assert_eq!(data.files(), BTreeMap::new());
    let run = account.sync(&data, now, "2026-02-14");
    let days = |text: &str, word: &str| -> Vec<String> {
        text.lines().map(|line| line.strip_prefix(word).unwrap().chars().take(24).collect()).collect()
    };
    assert_eq!(days(&dry.stdout, "would fetch "), days(&run.stdout, "kept "));
    assert_eq!(dry.stdout.lines().count(), 3, "{}", dry.stdout);
    let later: Timestamp = now.parse::<Timestamp>().unwrap() + (24 * 3).hours();
    let dry = data.orq(NOBODY, ["--now", &later.to_string(), "sync", "--dry-run"]).run();
    assert_eq!(dry.code, 4, "whose key it is must be asked: {}", dry.stdout);
}
