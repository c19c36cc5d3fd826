//! What the cube says that it has (`/analytics/meta`): kept for a day, and what is new in it can be asked for.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::cube_kit::{CUBE, Cube, generations};
use crate::support::scripted::{Reply, Server};
use crate::support::truth::assert_number;
use crate::support::{NOW, Run, orq};

/// A run on a server of this machine, its cache in this directory.
fn run(base_url: &str, cache: &Path, arguments: &[&str]) -> Run {
    run_at(NOW, base_url, cache, arguments)
}

fn run_at(now: &str, base_url: &str, cache: &Path, arguments: &[&str]) -> Run {
    orq()
        .args(["--base-url", base_url, "--now", now, "--retries", "0"])
        .args(arguments.iter().copied())
        .env("OPENROUTER_MANAGEMENT_KEY", orq::demo::MANAGEMENT_KEY)
        .env("ORQ_CACHE_DIR", cache.to_str().unwrap())
        .run()
}

/// The paths of the look-ups of a query.
fn lookups(run: &Run) -> Vec<String> {
    assert_eq!(run.code, 0, "{}", run.stderr);
    let envelope: Json = serde_json::from_str(&run.stdout).unwrap();
    let calls = envelope["calls"].as_array().unwrap().clone();
    let lookups = calls.iter().filter(|call| call["kind"] == "lookup");
    lookups.map(|call| call["path"].as_str().unwrap().to_string()).collect()
}

const COST: &[&str] = &["-f", "envelope", "analytics last 2d | group provider | sum cost"];

/// A cache that knows the new columns of this server.
fn knowing(cube: &Cube) -> tempfile::TempDir {
    let cache = tempfile::tempdir().unwrap();
    assert_eq!(lookups(&run(&cube.base_url, cache.path(), COST)), ["/analytics/meta"]);
    cache
}

#[test]
fn it_is_asked_for_once_a_day_by_a_query_that_asks_the_cube() {
    let cache = tempfile::tempdir().unwrap();
    let ask = |now: &str, arguments: &[&str]| run_at(now, &CUBE.base_url, cache.path(), arguments);
    assert!(lookups(&ask(NOW, &["-f", "envelope", "activity yesterday | sum cost"])).is_empty(), "not the cube");
    assert_eq!(lookups(&ask(NOW, COST)), ["/analytics/meta"]);
    assert!(lookups(&ask(NOW, COST)).is_empty());
    assert!(lookups(&ask("2026-02-20T08:59:00Z", COST)).is_empty());
    // A clock that was set back does not keep it for ever.
    assert_eq!(lookups(&ask("2026-02-18T09:00:00Z", COST)), ["/analytics/meta"]);
    assert_eq!(lookups(&ask(NOW, COST)), ["/analytics/meta"]);
}

#[test]
fn the_demo_account_leaves_nothing_behind() {
    let program = orq().args(["--demo", "analytics last 2d | sum cost"]);
    let mut command = program.command();
    assert!(command.output().unwrap().status.success());
    let left: Vec<_> = std::fs::read_dir(program.home.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_file_is_for_the_user_alone() {
    let cache = knowing(&CUBE);
    let files: Vec<_> = std::fs::read_dir(cache.path()).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let text = std::fs::read_to_string(&files[0]).unwrap();
    assert!(!text.contains(orq::demo::MANAGEMENT_KEY) && text.contains("tokens_total"), "{text}");
}

#[test]
fn what_is_new_in_it_is_a_column_from_the_next_run_on() {
    let cube = Cube::under("new-columns");
    let nothing = tempfile::tempdir().unwrap();
    let query = "analytics last 2d | group gateway | agg tokens_a_request, requests = sum(requests)";
    let unknown = run(&cube.base_url, nothing.path(), &["check", query]);
    assert_eq!(unknown.code, 3, "{}", unknown.stdout);
    assert!(unknown.stderr.contains("E0103"), "{}", unknown.stderr);

    let cache = knowing(&cube);
    // Nobody answers there: a check sends nothing.
    let checked = run("http://127.0.0.1:9/api/v1", cache.path(), &["check", query]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    assert!(checked.stdout.contains("gateway") && checked.stdout.contains("tokens_a_request"), "{}", checked.stdout);
    let described = run("http://127.0.0.1:9/api/v1", cache.path(), &["describe", "analytics"]);
    assert!(described.stdout.contains("Tokens a Request"), "{}", described.stdout);

    let answered = run(&cube.base_url, cache.path(), &["-f", "json", query]);
    assert_eq!(answered.code, 0, "{}", answered.stderr);
    let rows: Vec<Json> = serde_json::from_str(&answered.stdout).unwrap();
    let all = generations(-2, -1);
    for (nth, row) in rows.iter().enumerate() {
        assert_eq!(row["gateway"], format!("edge-{nth}"));
        let of: Vec<_> = all.iter().filter(|row| row.salt % 3 == nth as u64).collect();
        let tokens: u64 = of.iter().map(|row| row.prompt + row.completion).sum();
        assert_number(&row["requests"], Some(of.len() as f64), "requests");
        let expected = tokens as f64 / of.len() as f64;
        assert!((row["tokens_a_request"].as_f64().unwrap() - expected).abs() < 1e-3, "{row}: {expected}");
    }
    assert_eq!(rows.len(), 3);
    let filtered = run(
        &cube.base_url,
        cache.path(),
        &["-f", "json", "analytics last 2d | where gateway == \"edge-1\" | sum requests"],
    );
    let rows: Vec<Json> = serde_json::from_str(&filtered.stdout).unwrap();
    let expected = all.iter().filter(|row| row.salt % 3 == 1).count();
    assert_number(&rows[0]["requests"], Some(expected as f64), "filtered");
}

#[test]
fn a_new_metric_is_had_as_it_is_by_one_call_or_not_at_all() {
    let cube = Cube::under("new-columns");
    let cache = knowing(&cube);
    for (query, code, part) in [
        ("analytics last 2d | group model_permaslug | sum tokens_a_request", "E0203", "is an aggregate already"),
        ("analytics last 2d | group model_permaslug | avg tokens_a_request", "E0304", "for each group as it is"),
        ("analytics last 2d | where tokens_a_request > 1 | sum cost", "E0304", "has no value before"),
        ("analytics last 60d | group day(time) | agg tokens_a_request", "E0602", "is new in the API"),
        ("analytics last 2d | group provider, gateway, country | agg tokens_a_request", "E0602", "is new in the API"),
        ("analytics last 2d | group author | agg tokens_a_request", "E0602", "cannot be put together"),
    ] {
        let run = run(&cube.base_url, cache.path(), &[query]);
        assert!(run.stderr.contains(code), "{query}\n{}{}", run.stdout, run.stderr);
        assert!(run.told().contains(part), "{query}\n{}", run.stderr);
    }
    let days =
        run(&cube.base_url, cache.path(), &["-f", "json", "analytics last 3d | group date | agg tokens_a_request"]);
    assert_eq!(days.code, 0, "{}", days.stderr);
    let rows: Vec<Json> = serde_json::from_str(&days.stdout).unwrap();
    assert_eq!(rows.len(), 3);
}

#[test]
fn a_meta_that_fails_or_makes_no_sense_changes_nothing() {
    let cube = || {
        let row = json!({ "provider": "OpenAI", "total_usage": 1.5 });
        Reply::data(json!({ "data": [row], "metadata": { "row_count": 1, "truncated": false } }))
    };
    let bad = [
        Reply::error(500, "boom"),
        Reply::error(404, "Not Found"),
        Reply::ok("[]"),
        Reply::data(json!({ "metrics": "none", "dimensions": [{ "name": 7 }, { "name": "Not A Name" }, {}] })),
        Reply::data(
            json!({ "metrics": [{ "name": "a".repeat(100) }, { "name": "\u{1b}[31m" }, { "name": "total_usage" }] }),
        ),
    ];
    for meta in bad {
        let reply = meta.clone();
        let server = Server::new(move |seen, _| if seen.path == "/analytics/meta" { reply.clone() } else { cube() });
        let cache = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            let run =
                run(&server.base_url, cache.path(), &["-f", "json", "analytics last 2d | group provider | sum cost"]);
            assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{meta:?}");
            assert!(run.stdout.contains("1.5"), "{}", run.stdout);
        }
        let known = run(&server.base_url, cache.path(), &["describe", "analytics"]);
        assert_eq!(known.stdout, orq().args(["describe", "analytics"]).run().stdout, "{meta:?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_as_good_as_none() {
    let cache = knowing(&CUBE);
    let file = std::fs::read_dir(cache.path()).unwrap().next().unwrap().unwrap().path();
    for text in ["", "{", "[]", "{\"as_of\":\"soon\",\"answer\":{}}"] {
        std::fs::write(&file, text).unwrap();
        assert_eq!(lookups(&run(&CUBE.base_url, cache.path(), COST)), ["/analytics/meta"], "{text}");
    }
}
