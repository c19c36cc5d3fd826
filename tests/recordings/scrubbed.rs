//! What is not in a recording: people, what they asked, keys and passwords. And that what was equal stays equal.

use orq::demo::SEED;
use orq::demo::base::rows_of;
use orq::demo::data::{CREDENTIALS, DESTINATIONS, KEYS, Life, MEMBERS};
use serde_json::json;

use super::*;
use crate::support::scripted::{Reply, Server};
use crate::support::{NOW, demo};

/// What the demo account's `content` says, by hand.
const PROMPTS: &[&str] = &[
    "Find out why",
    "Weeks start on Sunday",
    "Where is my order",
    "It left the warehouse",
    "total of this invoice",
    "invoice.png",
    "Answer in one sentence",
    "look at the calendar",
];

fn today() -> i64 {
    NOW.parse::<jiff::Timestamp>().unwrap().as_second().div_euclid(86_400)
}

/// Everything that must be in no byte of a recording.
fn canaries() -> Vec<String> {
    let mut all: Vec<String> = PROMPTS.iter().map(ToString::to_string).collect();
    for member in MEMBERS {
        all.extend([member.email, member.id].map(str::to_string));
        all.extend(member.last_name.map(str::to_string));
        all.extend(member.first_name.map(|name| format!("\"{name}\"")));
    }
    all.extend(KEYS.iter().map(|key| key.label.clone()));
    all.extend(CREDENTIALS.iter().map(|credential| credential.label.to_string()));
    let secret = |name: &str| ["password", "secretKey", "publicKey", "url"].contains(&name);
    all.extend(
        DESTINATIONS.iter().flat_map(|of| of.config).filter(|(name, _)| secret(name)).map(|(_, v)| v.to_string()),
    );
    let users = (today() - 3..today()).flat_map(|day| rows_of(SEED, day)).filter_map(|row| row.external_user());
    all.extend(users.map(|user| format!("\"{user}\"")));
    all.extend([orq::demo::MANAGEMENT_KEY, orq::demo::API_KEY, "sk-or-", "@demo.example"].map(str::to_string));
    assert!(all.len() > 200, "only {}", all.len());
    all
}

const TELLING: &[&str] = &[
    "members",
    "keys",
    "key",
    "byok",
    "presets",
    "workspaces",
    "guardrails",
    "destinations",
    "activity last 3d | group user, user_email | sum cost",
    "analytics last 3d | group user | sum cost",
    "analytics last 3d | group external_user | sum cost",
    "generations last 1d | top 5 by cost | select id, user, user_email, external_user, user_agent",
    "generation gen-demo-1",
    "activity last 3d | where user == \"Ada Okafor\" | sum cost",
    "activity last 3d | where user_email == \"ada@demo.example\" | sum cost",
    "analytics last 3d | where external_user == \"customer-1\" | sum cost",
];

#[test]
fn no_person_prompt_or_key_is_in_a_recording() {
    let canaries = canaries();
    let contents: Vec<String> = (1..=9).map(|nth| format!("content gen-demo-{nth}")).collect();
    let queries = TELLING.iter().map(|query| query.to_string()).chain(contents);
    let (mut seen, mut bytes) = (0, 0);
    for query in queries {
        let kept = directory();
        let live = demo(&query).stdout + &orq().args(["--demo", "--raw", query.as_str()]).run().stdout;
        seen += canaries.iter().filter(|canary| live.contains(*canary)).count();
        let recorded = record(kept.path(), &["--raw", &query]);
        assert!(recorded.stderr.contains("recorded in"), "{query}: {}", recorded.stderr);
        for (path, text) in files(kept.path()) {
            bytes += text.len();
            for canary in &canaries {
                assert!(!text.contains(canary), "{query}: {} has {canary}", path.display());
                assert!(!recorded.stdout.contains(canary), "{query} prints {canary}");
            }
        }
    }
    // The account does tell them to whoever does not record.
    assert!(seen > 200 && bytes > 100_000, "{seen} canaries, {bytes} bytes");
}

/// By what they look like, in fields that nobody has heard of, in names of fields and in refusals.
#[test]
fn what_looks_like_a_person_or_a_key_is_scrubbed_wherever_it_stands() {
    let planted =
        ["mallory@canary.example", "sk-or-v1-canary0c0ffee0feedface0000", "user_2qCanaryCanary1", "sk-or-v1-can...ary"];
    let note = format!("ask {} or {} of {} ({})", planted[0], planted[1], planted[2], planted[3]);
    let answer = json!({
        "total_credits": 9, "total_usage": 3, "note": note, planted[0]: 1, "owners": [{ "contact": planted[0] }],
        "user_id": 77_001, "email": "mallory at home", "authorization": "opensesame",
    });
    for reply in [Reply::data(answer), Reply::error(402, &note)] {
        let server = Server::in_turn(vec![reply]);
        let kept = directory();
        let run = server.orq(["--record", kept.path().to_str().unwrap(), "--raw", "credits"]).run();
        assert!(run.stderr.contains("recorded in"), "{}", run.stderr);
        for (path, text) in files(kept.path()) {
            for canary in planted.iter().chain(&["77001", "mallory", "opensesame", "canary"]) {
                assert!(!text.contains(canary), "{} has {canary}\n{text}", path.display());
                assert!(!run.stdout.contains(canary), "{}", run.stdout);
            }
            assert!(path.ends_with("recording.json") || text.contains("person-1@example.invalid"), "{text}");
        }
    }
}

/// A number stays a number, a list a list, null null; one value has one replacement.
#[test]
fn a_replacement_is_of_the_same_type_and_always_the_same() {
    let rows = json!({ "total_credits": 9, "total_usage": 3, "user_id": [5, 6, 5], "email": null, "user": "A B",
        "users": { "user": "B" }, "creator_user_id": "" });
    let server = Server::in_turn(vec![Reply::data(rows)]);
    let kept = directory();
    server.orq(["--record", kept.path().to_str().unwrap(), "credits"]).run();
    let call = files(kept.path()).into_iter().find(|(path, _)| !path.ends_with("recording.json")).unwrap();
    let call: Value = serde_json::from_str(&call.1).unwrap();
    let data = &call["answer"]["body"]["data"];
    assert_eq!(data["user_id"], json!([1, 2, 1]));
    assert_eq!(data["email"], Value::Null);
    assert_eq!(data["user"], "name-1 name-2");
    assert_eq!(data["users"]["user"], "name-2");
    assert_eq!(data["creator_user_id"], "");
    assert_eq!(data["total_credits"], 9);
}

#[test]
fn prices_of_prompts_are_no_prompts() {
    let kept = directory();
    let query = "models | where id contains \"claude\" | select id, price_prompt, price_completion, description";
    assert_eq!(record(kept.path(), &[query]).stdout, demo(query).stdout);
}

#[test]
fn joins_by_people_still_hold() {
    let kept = directory();
    let query = "keys | join members on creator_user_id == id | group email | count | sort -count";
    let recorded = record(kept.path(), &["-f", "json", query]);
    let rows: Vec<Value> = serde_json::from_str(&recorded.stdout).unwrap();
    let found: Vec<u64> = rows.iter().map(|row| row["count"].as_u64().unwrap()).collect();
    let living = || KEYS.iter().filter(|key| key.life != Life::Deleted);
    let mut expected: Vec<u64> = MEMBERS
        .iter()
        .map(|member| living().filter(|key| key.creator.is_some_and(|by| by.id == member.id)).count() as u64)
        .filter(|count| *count > 0)
        .collect();
    expected.sort_unstable_by(|a, b| b.cmp(a));
    assert!(expected.len() > 5);
    assert_eq!(found, expected);
    assert!(rows.iter().all(|row| row["email"].as_str().unwrap().ends_with("@example.invalid")), "{rows:?}");
}

/// The name of a member in a whole list and in parts; and a filter by what stands for one reaches the one that it is.
#[test]
fn who_stands_for_a_member_can_be_asked_for() {
    let kept = directory();
    let query = "activity last 3d | where user == \"name-1 name-2\" | sum requests";
    let recorded = record(kept.path(), &["-f", "json", query]);
    assert_eq!(recorded.code, 0, "{}", recorded.stderr);
    let rows: Value = serde_json::from_str(&recorded.stdout).unwrap();
    let first = MEMBERS[0].id;
    let of_first = (today() - 3..today())
        .flat_map(|day| rows_of(SEED, day))
        .filter(|row| row.user.is_some_and(|user| user.id == first));
    let expected = of_first.count();
    assert!(expected > 0);
    assert_eq!(rows[0]["requests"].as_f64(), Some(expected as f64));
    assert_eq!(replay(kept.path(), &["-f", "json", query]).stdout, recorded.stdout);
}

/// Two calls that only a person tells apart would be one, and one of them answered wrongly.
#[test]
fn calls_that_only_people_tell_apart_are_not_recorded() {
    let kept = directory();
    let to = kept.path().join("recording");
    let one = |user: &str| format!("analytics last 3d | where external_user == \"{user}\" | sum cost");
    let run = record(&to, &["-f", "json", &format!("{}\n{}", one("customer-1"), one("customer-2"))]);
    let told = run.told();
    assert_eq!(run.code, 4, "{told}");
    assert!(
        told.contains("E0508") && told.contains("is made for several people") && !told.contains("customer-"),
        "{told}"
    );
    assert!(!to.exists());
}
