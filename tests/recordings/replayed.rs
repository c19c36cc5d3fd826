//! What was recorded is answered again, byte for byte, by nobody.

use orq::model::request::Request;
use orq::net::Recording;

use super::*;
use crate::support::scripted::{Reply, Server};
use crate::support::{DemoServer, NOW};

/// Queries of many sources, each with a format.
const QUERIES: &[(&str, &str)] = &[
    ("table", "credits"),
    ("envelope", "activity last 7d | group model | sum cost | top 5"),
    ("json", "activity last 45d | group date | sum cost | fill 0"),
    ("csv", "activity from 2025-06-01 | group key | sum cost | top 3"),
    ("envelope", "activity last 7d | group user | sum cost"),
    ("jsonl", "analytics last 7d | group model | sum cost, p50 latency, avg cache_hit_rate"),
    ("markdown", "analytics last 3h | group hour(time) | sum requests, cost"),
    ("envelope", "generations last 2d | top 4 by cost | select id, model, cost, user, created_at, user_agent"),
    ("record", "generation gen-demo-2 | select id, provider, provider_responses"),
    ("html", "keys | select name, label, workspace, cost | top 5 by cost"),
    ("tsv", "keys | join members on creator_user_id == id | group email | count"),
    ("json", "members"),
    ("table", "content gen-demo-1"),
    ("svg", "activity last 7d | group date | sum cost"),
    ("json", "models | where free | anti_join activity on id == model_id | select id"),
    ("json", "destinations"),
    ("csv", "presets | limit 3"),
    ("json", "activity last 7d | group model_id | sum cost | compare previous | top 3 by cost"),
];

#[test]
fn a_replay_gives_the_bytes_of_the_recording() {
    for (format, query) in QUERIES {
        let kept = directory();
        let recorded = record(kept.path(), &["-f", format, query]);
        assert_eq!(recorded.code, 0, "{query}\n{}", recorded.stderr);
        assert!(!recorded.stdout.is_empty() && recorded.stderr.contains("recorded in"), "{query}");
        let replayed = replay(kept.path(), &["-f", format, query]);
        assert_eq!((replayed.code, &replayed.stdout), (0, &recorded.stdout), "{query}\n{}", replayed.stderr);
    }
}

#[test]
fn what_the_api_said_is_what_a_raw_replay_prints() {
    let kept = directory();
    let recorded = record(kept.path(), &["--raw", "keys"]);
    let replayed = replay(kept.path(), &["--raw", "keys"]);
    assert!(recorded.stdout.contains("\"hash\""), "{}", recorded.stderr);
    assert_eq!(replayed.stdout, recorded.stdout);
}

#[test]
fn a_replay_sends_nothing_and_wants_no_key() {
    let kept = directory();
    let recorded = record(kept.path(), &["activity last 3d | sum cost"]);
    let server = Server::in_turn(vec![Reply::error(500, "not to be asked")]);
    // Beside the recording there are a key and a server, and neither is wanted.
    let replayed = server.orq(["--replay", kept.path().to_str().unwrap(), "activity last 3d | sum cost"]).run();
    assert_eq!((replayed.code, &replayed.stdout), (0, &recorded.stdout), "{}", replayed.stderr);
    let other = server.orq(["--replay", kept.path().to_str().unwrap(), "credits"]).run();
    failed(&other, 4, "E0508");
    assert_eq!(server.targets(), Vec::<String>::new());
    let without_network = orq()
        .args(["--replay", kept.path().to_str().unwrap(), "activity last 3d | sum cost"])
        .env("HTTPS_PROXY", "http://127.0.0.1:9")
        .run();
    assert_eq!(without_network.stdout, recorded.stdout);
}

/// The room of recordings has no way to send.
#[test]
fn nothing_that_answers_from_a_recording_knows_of_sockets() {
    let room = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/net/recording");
    let sources = files(&room);
    assert!(sources.len() >= 5);
    for (path, text) in sources {
        for word in ["reqwest", "std::net", "tokio::net", "TcpStream"] {
            assert!(!text.contains(word), "{} has {word}", path.display());
        }
    }
}

#[test]
fn the_clock_and_the_zone_are_those_of_the_recording() {
    let kept = directory();
    let query = "activity yesterday | group date | sum cost";
    let recorded = record(kept.path(), &["--tz", "America/New_York", "--now", "2026-02-18T20:00:00Z", query]);
    assert_eq!(recorded.code, 0, "{}", recorded.stderr);
    assert!(recorded.stdout.contains("2026-02-17"), "{}", recorded.stdout);
    // The tests' own clock stands in the environment, and says another day.
    assert_eq!(replay(kept.path(), &[query]).stdout, recorded.stdout);
    assert_eq!(replay(kept.path(), &["--now", "2026-02-18T20:00:00Z", query]).stdout, recorded.stdout);
    let other = replay(kept.path(), &["--now", "2026-02-18T21:00:00Z", query]);
    assert!(failed(&other, 2, "E0801").contains("2026-02-18T20:00:00Z"));
}

#[test]
fn a_recording_without_a_clock_is_of_the_moment_that_it_was_made() {
    let kept = directory();
    let server = DemoServer::start("2026-02-19T09:00:00Z", "");
    let run = orq()
        .args(["--base-url", &server.base_url, "--record", kept.path().to_str().unwrap(), "-f", "json", "credits"])
        .env("OPENROUTER_MANAGEMENT_KEY", orq::demo::MANAGEMENT_KEY);
    let output = run.command().env_remove("ORQ_NOW").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let now: jiff::Timestamp = manifest(kept.path())["now"].as_str().unwrap().parse().unwrap();
    assert_ne!(now, NOW.parse().unwrap());
    assert_eq!(replay(kept.path(), &["-f", "json", "credits"]).stdout.as_bytes(), output.stdout);
}

#[test]
fn a_call_that_was_not_recorded_is_named() {
    let kept = directory();
    record(kept.path(), &["activity last 3d | sum cost"]);
    let told = failed(&replay(kept.path(), &["generation gen-demo-2"]), 4, "E0508");
    assert!(told.contains("`GET /generation?id=gen-demo-2` has no answer"), "{told}");
    assert!(told.contains("--record"), "{told}");
    let told = failed(&replay(kept.path(), &["analytics last 7d | sum cost"]), 4, "E0508");
    assert!(told.contains("`POST /analytics/query {"), "{told}");
}

#[test]
fn a_refusal_is_answered_again() {
    let kept = directory();
    let recorded = record(kept.path(), &["generation gen-demo-nope"]);
    let replayed = replay(kept.path(), &["generation gen-demo-nope"]);
    let without = |text: &str| text.lines().filter(|line| !line.contains("recorded in")).collect::<Vec<_>>().join("\n");
    assert_eq!((recorded.code, replayed.code), (4, 4), "{}", recorded.stderr);
    assert_eq!(without(&recorded.stderr), without(&replayed.stderr));
    assert!(replayed.stderr.contains("asked 5 times"), "{}", replayed.stderr);
}

/// The last answer to each call is kept, and that others came before it.
#[test]
fn attempts_that_failed_are_calls_of_a_replay_too() {
    let kept = directory();
    let query = ["--fault", "500=1", "-f", "envelope", "credits"];
    let recorded = record(kept.path(), &query);
    assert_eq!(recorded.code, 0, "{}", recorded.stderr);
    let replayed = replay(kept.path(), &["-f", "envelope", "credits"]);
    assert_eq!(replayed.stdout, recorded.stdout);
    let envelope: Value = serde_json::from_str(&replayed.stdout).unwrap();
    let statuses: Vec<u64> =
        envelope["calls"].as_array().unwrap().iter().map(|call| call["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [500, 200]);
}

#[test]
fn a_call_that_is_made_again_has_its_next_answer_and_then_the_last() {
    let kept = directory();
    record(kept.path(), &["credits"]);
    let call = |total: u64| {
        serde_json::json!({
            "request": { "method": "GET", "path": "/credits", "query": [], "body": null },
            "answer": { "statuses": [200], "body": { "data": { "total_credits": total } } },
        })
    };
    let mut manifest = manifest(kept.path());
    manifest["calls"] = serde_json::json!(["first.json", "second.json"]);
    fs::write(kept.path().join("recording.json"), manifest.to_string()).unwrap();
    fs::write(kept.path().join("first.json"), call(1).to_string()).unwrap();
    fs::write(kept.path().join("second.json"), call(2).to_string()).unwrap();
    let recording = Recording::open(kept.path()).unwrap();
    let request = Request::get("/credits");
    let totals = [(); 3]
        .map(|()| recording.answer(&request, &[]).unwrap().result.ok().unwrap()["data"]["total_credits"].clone());
    assert_eq!(totals, [1, 2, 2]);
}
