//! The demo account agrees with itself: every endpoint is a sum over one table of generations.

use std::collections::HashMap;

use orq::demo::base::{Row, rows_of};
use orq::demo::data::{KEYS, Life};
use orq::demo::{MANAGEMENT_KEY, SEED};
use serde_json::{Value, json};

use crate::support::scripted::get;
use crate::support::{DemoServer, NOW, orq, rows};

const DAY: i64 = 86_400_000;

fn now() -> i64 {
    NOW.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

/// Every generation of these days that has happened by now; 0 is today, -1 yesterday.
fn generations(first: i64, last: i64) -> Vec<Row> {
    let today = now().div_euclid(DAY);
    let all = (first..=last).flat_map(|day| rows_of(SEED, today + day));
    let happened: Vec<Row> = all.filter(|row| row.time() <= now()).collect();
    assert!(happened.len() > 10);
    happened
}

fn usd(nano: i64) -> f64 {
    nano as f64 / 1e9
}

fn assert_near(value: &Value, expected: f64, what: &str) {
    let value = value.as_f64().unwrap();
    assert!((value - expected).abs() < 1e-6, "{what}: {value} is not {expected}");
}

#[test]
fn activity_is_the_sum_of_the_generations_of_30_days() {
    let all = generations(-30, -1);
    let sums =
        rows("activity last 30d | sum cost, sum credits, sum byok, sum requests, sum tokens, sum tokens_reasoning");
    let (credits, byok): (i64, i64) =
        all.iter().fold((0, 0), |(credits, byok), row| (credits + row.credits(), byok + row.byok_inference()));
    assert!(byok > 0, "BYOK is spent, so that it can be missed");
    assert_near(&sums[0]["credits"], usd(credits), "credits");
    assert_near(&sums[0]["byok"], usd(byok), "byok");
    assert_near(&sums[0]["cost"], usd(credits + byok), "cost");
    assert_eq!(sums[0]["requests"], json!(all.len()));
    assert_eq!(sums[0]["tokens"], json!(all.iter().map(|row| row.prompt + row.completion).sum::<u64>()));
    assert_eq!(sums[0]["tokens_reasoning"], json!(all.iter().map(|row| row.reasoning).sum::<u64>()));
}

#[test]
fn keys_count_their_generations_of_the_day_the_week_and_the_month() {
    // The clock stands on a Thursday, the 19th.
    let mut spent: HashMap<&str, [i64; 3]> = HashMap::new();
    for row in generations(-18, 0) {
        let Some(key) = row.key else { continue };
        let days_ago = now().div_euclid(DAY) - row.day;
        let sums = spent.entry(key.hash.as_str()).or_default();
        for (sum, reach) in sums.iter_mut().zip([0, 3, 18]) {
            *sum += if days_ago <= reach { row.credits() + row.byok_inference() } else { 0 };
        }
    }
    let listed = rows("keys | select hash, name, cost_daily, cost_weekly, cost_monthly");
    assert_eq!(listed.len(), KEYS.iter().filter(|key| key.life != Life::Deleted).count());
    let mut busy = 0;
    for key in &listed {
        let sums = spent.get(key["hash"].as_str().unwrap()).copied().unwrap_or_default();
        busy += usize::from(sums[2] > 0);
        for (column, sum) in ["cost_daily", "cost_weekly", "cost_monthly"].into_iter().zip(sums) {
            assert_near(&key[column], usd(sum), &format!("{} of {}", column, key["name"]));
        }
    }
    assert!(busy > 10, "{busy} keys spent something");
}

#[test]
fn credits_fall_by_what_is_spent_between_two_clocks_of_a_day() {
    let used = |now: &str| {
        let demo = DemoServer::start(now, "");
        get(&demo.base_url, "/credits", MANAGEMENT_KEY)["data"]["total_usage"].as_f64().unwrap()
    };
    let midnight = now().div_euclid(DAY) * DAY;
    let spent: i64 = generations(0, 0).iter().filter(|row| row.time() > midnight).map(Row::credits).sum();
    assert!(spent > 0);
    assert!((used(NOW) - used("2026-02-19T00:00:00Z") - usd(spent)).abs() < 1e-6);
}

#[test]
fn credits_are_the_lifetimes_of_all_keys_and_what_had_no_key_or_a_deleted_one() {
    let credits = rows("credits");
    let keys = rows("keys | sum usage");
    let (total, used) = (credits[0]["total"].as_f64().unwrap(), credits[0]["used"].as_f64().unwrap());
    assert!(keys[0]["usage"].as_f64().unwrap() < used && used < total);
    assert_near(&credits[0]["remaining"], total - used, "remaining");
    assert_near(&credits[0]["used_ratio"], used / total, "used_ratio");
}

#[test]
fn a_generation_costs_what_it_adds_to_its_day() {
    let yesterday = generations(-1, -1);
    let byok = yesterday.iter().find(|row| row.byok).unwrap();
    let plain = yesterday.iter().find(|row| !row.byok && row.special == 0 && row.credits() > 0).unwrap();
    for row in [byok, plain] {
        let seen = rows(&format!("generation {} | select cost, credits, tokens, is_byok, provider", row.id()));
        assert_near(&seen[0]["cost"], usd(row.credits() + row.byok_inference()), "cost");
        assert_near(&seen[0]["credits"], usd(row.credits()), "credits");
        assert_eq!(seen[0]["tokens"], json!(row.prompt + row.completion));
        assert_eq!(seen[0]["is_byok"], json!(row.byok));
        assert_eq!(seen[0]["provider"], json!(row.endpoint.provider));
    }
}

#[test]
fn the_nine_generations_are_there_at_any_clock() {
    for now in ["2026-02-19T00:00:00Z", "2026-02-19T09:00:00Z", "2027-12-31T23:59:59Z"] {
        let demo = DemoServer::start(now, "");
        for nth in 1..=9 {
            let id = format!("gen-demo-{nth}");
            let answer = get(&demo.base_url, &format!("/generation?id={id}"), MANAGEMENT_KEY);
            assert_eq!(answer["data"]["id"], json!(id));
        }
    }
}

#[test]
fn the_demo_command_serves_the_same_account_to_any_client() {
    use std::io::{BufRead as _, BufReader};
    let mut served = orq().args(["demo", "serve", "--port", "0"]).command().spawn().unwrap();
    let mut first = String::new();
    BufReader::new(served.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let answer = get(first.trim(), "/activity", MANAGEMENT_KEY);
    served.kill().unwrap();
    served.wait().unwrap();
    assert_eq!(answer, get(&DemoServer::start(NOW, "").base_url, "/activity", MANAGEMENT_KEY));
}
