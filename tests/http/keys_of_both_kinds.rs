//! Management keys and API keys: what each is for, and how they are told apart (facts 1 to 4).

use serde_json::json;

use crate::support::scripted::{KEY, Reply, Server};
use crate::support::{DemoServer, NOW, Orq, Run, orq};

const MANAGEMENT: &str = "OPENROUTER_MANAGEMENT_KEY";
const API: &str = "OPENROUTER_API_KEY";

/// Sources that take a management key, and those that take either.
const FOR_MANAGEMENT: [&str; 4] = ["activity", "credits", "keys", "workspaces"];
const FOR_EITHER: [&str; 3] = ["key", "generation gen-demo-1", "models"];

fn asking(server: &DemoServer, query: &str) -> Orq {
    orq().args(["--base-url", &server.base_url, "-f", "json", query])
}

/// The message of the first error, its code and its help.
fn error(run: &Run) -> (String, String, String) {
    assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{}", run.stderr);
    let report: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    let text = |field: &str| report["errors"][0][field].as_str().unwrap().to_string();
    (text("code"), text("message"), text("help"))
}

#[test]
fn fact_1_a_key_goes_out_as_a_bearer_token_and_nothing_else_goes_with_it() {
    let server = Server::in_turn(vec![Reply::data(json!({ "total_credits": 10, "total_usage": 4 }))]);
    assert_eq!(server.rows("credits").len(), 1);
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].method, "GET");
    assert_eq!(seen[0].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(seen[0].header("user-agent"), Some(concat!("orq/", env!("CARGO_PKG_VERSION"))));
    let mut names: Vec<&str> = seen[0].headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "authorization", "host", "user-agent"]);
}

#[test]
fn fact_2_each_source_works_with_the_kinds_of_key_it_takes() {
    let server = DemoServer::start(NOW, "");
    for query in FOR_MANAGEMENT {
        let run = asking(&server, query).env(MANAGEMENT, orq::demo::MANAGEMENT_KEY).run();
        assert_eq!(run.code, 0, "{query}: {}", run.stderr);
    }
    for query in FOR_EITHER {
        for (variable, key) in [(MANAGEMENT, orq::demo::MANAGEMENT_KEY), (API, orq::demo::API_KEY)] {
            let run = asking(&server, query).env(variable, key).run();
            assert_eq!(run.code, 0, "{query} with {variable}: {}", run.stderr);
        }
    }
}

#[test]
fn fact_2_an_api_key_alone_is_not_tried_where_a_management_key_is_needed() {
    let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
    for query in FOR_MANAGEMENT {
        let run =
            orq().args(["--base-url", &server.base_url, "--errors", "json", query]).env(API, orq::demo::API_KEY).run();
        let (code, message, help) = error(&run);
        assert_eq!(code, "E0502", "{query}");
        assert!(message.contains("needs a management key") && message.contains("an API key"), "{message}");
        assert!(help.contains(MANAGEMENT), "{help}");
    }
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn fact_2_an_api_key_in_the_wrong_variable_is_told_from_a_management_key() {
    let server = DemoServer::start(NOW, "");
    for query in FOR_MANAGEMENT {
        let run = asking(&server, query).args(["--errors", "json"]).env(MANAGEMENT, orq::demo::API_KEY).run();
        let (_, message, help) = error(&run);
        assert!(message.contains(&format!("the environment variable {MANAGEMENT}")), "{query}: {message}");
        assert!(help.contains("management key") && help.contains("API key") && help.contains(MANAGEMENT), "{help}");
    }
}

#[test]
fn without_a_key_the_message_says_which_variables_would_do() {
    let server = Server::in_turn(vec![Reply::error(500, "nobody should ask")]);
    let run = |query: &str| orq().args(["--base-url", &server.base_url, "--errors", "json", query]).run();
    let (code, _, help) = error(&run("activity"));
    assert_eq!(code, "E0501");
    assert!(help.contains(MANAGEMENT) && !help.contains(API) && help.contains("--demo"), "{help}");
    let (code, _, help) = error(&run("key"));
    assert_eq!(code, "E0501");
    assert!(help.contains(MANAGEMENT) && help.contains(API), "{help}");
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn a_key_that_nobody_knows_is_named_by_where_it_comes_from() {
    let server = DemoServer::start(NOW, "");
    let run = asking(&server, "credits").args(["--errors", "json"]).env(MANAGEMENT, KEY).run();
    let (code, message, _) = error(&run);
    assert_eq!(code, "E0501");
    assert!(message.contains(&format!("does not accept the key from the environment variable {MANAGEMENT}")));
    let in_a_file = asking(&server, "credits").args(["--errors", "json"]);
    std::fs::write(in_a_file.home.path().join(".env"), format!("{MANAGEMENT}={KEY}\n")).unwrap();
    let (_, message, _) = error(&in_a_file.run());
    assert!(message.contains("from the file `") && message.contains("/.env`"), "{message}");
}

#[test]
fn fact_3_the_key_itself_says_of_which_kind_it_is() {
    let server = DemoServer::start(NOW, "");
    for (variable, key, is_management) in
        [(MANAGEMENT, orq::demo::MANAGEMENT_KEY, true), (API, orq::demo::API_KEY, false)]
    {
        let run = asking(&server, "key | select is_management_key, label").env(variable, key).run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        let rows: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(rows[0]["is_management_key"], json!(is_management));
        assert!(rows[0]["label"].as_str().unwrap().contains("..."), "the key is masked");
    }
}

/// `/credits` full of zeros, and what the key says of itself.
fn zeros(key: serde_json::Value) -> Server {
    Server::of_paths([
        ("/credits", Reply::data(json!({ "total_credits": 0, "total_usage": 0 }))),
        ("/key", Reply::data(key)),
    ])
}

#[test]
fn fact_4_zeros_are_not_trusted_from_a_key_that_is_no_management_key() {
    for key in [
        json!({ "label": "sk-or-v1-abc...def", "is_management_key": false, "is_provisioning_key": false }),
        json!({ "label": "sk-or-v1-abc...def" }),
    ] {
        let server = zeros(key);
        let run = server.orq(["--errors", "json", "credits"]).run();
        let (code, message, help) = error(&run);
        assert_eq!(code, "E0502");
        assert!(message.contains("management key"), "{message}");
        assert!(help.contains(MANAGEMENT), "{help}");
        assert_eq!(server.targets(), ["/credits", "/key"]);
    }
}

#[test]
fn fact_4_zeros_are_trusted_from_a_management_key() {
    for key in [json!({ "is_management_key": true }), json!({ "is_provisioning_key": true })] {
        let server = zeros(key);
        let run = server.orq(["-f", "envelope", "credits"]).run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        let envelope: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(envelope["rows"], json!([{ "total": 0, "used": 0, "remaining": 0, "used_ratio": null }]));
        let calls: Vec<_> =
            envelope["calls"].as_array().unwrap().iter().map(|call| (&call["kind"], &call["path"])).collect();
        assert_eq!(calls, [(&json!("data"), &json!("/credits")), (&json!("lookup"), &json!("/key"))]);
    }
}

#[test]
fn fact_4_numbers_other_than_zeros_need_no_second_call() {
    let server = Server::of_paths([("/credits", Reply::data(json!({ "total_credits": "10", "total_usage": 0 })))]);
    assert_eq!(server.rows("credits | select total, used"), [json!({ "total": 10, "used": 0 })]);
    assert_eq!(server.targets(), ["/credits"]);
}
