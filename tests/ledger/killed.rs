//! A sync that is killed at any moment leaves a ledger that stands; the next one ends where an undisturbed one does.

use std::process::Stdio;
use std::time::{Duration, Instant};

use super::*;

/// How often a sync is killed, and in how many ledgers.
const KILLS: u64 = 24;
const LEDGERS: u64 = 6;

/// The same numbers each time.
fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

#[test]
fn a_killed_sync_is_finished_by_the_next() {
    const SINCE: [&str; 2] = ["--since", "2026-01-28"];
    let undisturbed = Data::new();
    let started = Instant::now();
    assert_eq!(undisturbed.sync(&ACCOUNT, SINCE).code, 0);
    let whole = started.elapsed();
    let expected = undisturbed.kept();
    assert!(expected.len() >= 6, "{:?}", expected.keys());
    let (mut seed, mut killed) = (20, 0);
    for _ in 0..LEDGERS {
        let data = Data::new();
        for _ in 0..KILLS / LEDGERS {
            let orq = data.orq(&ACCOUNT.base_url, ["sync"].into_iter().chain(SINCE));
            let mut child =
                orq.command().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(
                whole.mul_f64(next(&mut seed) as f64 / f64::from(1_u32 << 31)).min(Duration::from_secs(30)),
            );
            child.kill().unwrap();
            killed += u64::from(child.wait().unwrap().code().is_none());
        }
        let run = data.sync(&ACCOUNT, SINCE);
        // Nothing was there that had to be set aside.
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        assert_eq!(data.kept(), expected);
        assert_eq!(data.sync(&ACCOUNT, SINCE).code, 0);
        // Nothing is left but what the list names, and what it named before.
        let list = data.list().to_string();
        for path in data.files().into_keys() {
            let name = path.file_name().unwrap().to_str().unwrap();
            let known = ["lock", "ledger.json", "accounts.json"].contains(&name) || list.contains(name);
            assert!(known, "{name} is left");
        }
    }
    assert!(killed > 0, "each sync ended before it was killed");
}
