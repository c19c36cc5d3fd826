//! `/keys`, `/workspaces` and `/models`: every page of every workspace, and all models (facts 25, 26, 30 and 31).

use serde_json::{Value, json};

use crate::support::rows;
use crate::support::scripted::{Reply, Seen, Server};

/// A key as `/keys` gives it. `spent` is lifetime, day, week and month in credits; BYOK is a tenth of each beside it.
pub fn key(name: &str, workspace: &str, spent: [f64; 4]) -> Value {
    json!({
        "hash": format!("hash-of-{name}"), "name": name, "label": "sk-or-v1-abc...def", "disabled": name.starts_with("old"),
        "limit": 10, "limit_remaining": 4.5, "limit_reset": "monthly", "include_byok_in_limit": false,
        "usage": spent[0], "usage_daily": spent[1], "usage_weekly": spent[2], "usage_monthly": spent[3],
        "byok_usage": spent[0] / 10.0, "byok_usage_daily": spent[1] / 10.0,
        "byok_usage_weekly": spent[2] / 10.0, "byok_usage_monthly": spent[3] / 10.0,
        "created_at": "2025-06-01T12:00:00.000Z", "updated_at": null, "expires_at": null,
        "creator_user_id": "user_1", "workspace_id": workspace,
    })
}

pub fn workspace(id: &str, name: &str) -> Value {
    json!({ "id": id, "name": name, "slug": name.to_lowercase(), "created_at": "2025-06-01T12:00:00.000Z" })
}

/// Two workspaces of three and one keys, two keys a page; disabled ones only for those who ask for them.
pub fn account(seen: &Seen) -> Reply {
    let first = [
        key("spender", "w1", [900.0, 1.0, 2.0, 3.0]),
        key("old-batch", "w1", [5.0, 0.0, 0.0, 0.0]),
        key("riser", "w1", [40.0, 10.0, 20.0, 30.0]),
    ];
    let second = [key("lab", "w2", [70.0, 5.0, 6.0, 7.0])];
    let offset: usize = seen.param("offset").map_or(0, |offset| offset.parse().unwrap());
    match (seen.path.as_str(), seen.param("workspace_id")) {
        ("/workspaces", _) => {
            Reply::ok(json!({ "data": [workspace("w1", "Default"), workspace("w2", "Lab")], "total_count": 2 }))
        }
        ("/keys", Some(id)) => {
            let all: &[Value] = if id == "w1" { &first } else { &second };
            let with_disabled = seen.param("include_disabled") == Some("true");
            let shown = all.iter().filter(|key| with_disabled || key["disabled"] == json!(false));
            Reply::data(shown.skip(offset).take(2).cloned().collect())
        }
        _ => Reply::error(404, "Not Found"),
    }
}

#[test]
fn fact_25_keys_are_all_pages_of_all_workspaces_with_disabled_ones() {
    let server = Server::new(|seen, _| account(seen));
    let listed = server.rows("keys | sort name | select name, workspace, disabled");
    assert_eq!(
        listed,
        [
            json!({ "name": "lab", "workspace": "Lab", "disabled": false }),
            json!({ "name": "old-batch", "workspace": "Default", "disabled": true }),
            json!({ "name": "riser", "workspace": "Default", "disabled": false }),
            json!({ "name": "spender", "workspace": "Default", "disabled": false }),
        ]
    );
    let mut asked = server.targets();
    assert_eq!(asked.remove(0), "/workspaces?limit=100", "the look-up comes first");
    asked.sort();
    assert_eq!(
        asked,
        [
            "/keys?include_disabled=true&workspace_id=w1",
            "/keys?include_disabled=true&workspace_id=w1&offset=2",
            "/keys?include_disabled=true&workspace_id=w1&offset=3",
            "/keys?include_disabled=true&workspace_id=w2",
            "/keys?include_disabled=true&workspace_id=w2&offset=1",
        ]
    );
}

#[test]
fn fact_25_a_page_or_a_workspace_that_fails_leaves_no_part_of_the_list() {
    for broken in ["offset=2", "workspace_id=w2"] {
        let server = Server::new(move |seen, _| match seen.target().contains(broken) {
            true => Reply::error(400, "broken page"),
            false => account(seen),
        });
        let run = server.run("keys | count");
        assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{}", run.stderr);
        assert!(run.told().contains("broken page"), "{}", run.stderr);
    }
}

#[test]
fn fact_25_a_server_that_gives_the_same_page_again_is_not_believed() {
    let server = Server::new(|seen, _| match seen.path.as_str() {
        "/keys" => Reply::data(json!([key("a", "w1", [1.0; 4])])),
        _ => account(seen),
    });
    let run = server.run("keys | count");
    assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{}", run.stderr);
}

#[test]
fn fact_25_an_account_that_lists_no_workspace_has_its_keys_all_the_same() {
    let server = Server::new(|seen, _| match (seen.path.as_str(), seen.param("offset")) {
        ("/keys", None) => Reply::data(json!([key("a", "w1", [1.0; 4])])),
        ("/keys", Some(_)) => Reply::data(json!([])),
        _ => Reply::ok(json!({ "data": [], "total_count": 0 })),
    });
    assert_eq!(server.rows("keys | select name, workspace"), [json!({ "name": "a", "workspace": null })]);
    assert_eq!(server.targets()[1..], ["/keys?include_disabled=true", "/keys?include_disabled=true&offset=1"]);
}

#[test]
fn fact_25_the_demo_account_has_more_keys_than_a_page_in_its_first_workspace() {
    use orq::demo::data::{KEYS, Life, WORKSPACES};
    let in_workspace =
        |index: usize| KEYS.iter().filter(|key| key.life != Life::Deleted && key.workspace.index == index).count();
    assert!(in_workspace(0) > 100);
    let mut expected: Vec<Value> = WORKSPACES
        .iter()
        .map(|workspace| json!({ "workspace": workspace.name, "count": in_workspace(workspace.index) }))
        .collect();
    expected.sort_by_key(|row| row["workspace"].as_str().unwrap().to_string());
    assert_eq!(rows("keys | group workspace | count | sort workspace"), expected);
    let disabled = KEYS.iter().filter(|key| key.life == Life::Disabled).count();
    assert!(disabled > 0);
    assert_eq!(rows("keys | where disabled | count"), [json!({ "count": disabled })]);
}

#[test]
fn fact_26_costs_of_keys_are_counters_of_their_periods_with_byok_inside() {
    let server = Server::new(|seen, _| account(seen));
    let costs =
        server.rows("keys | where name == \"riser\" | select cost, cost_daily, cost_weekly, cost_monthly, usage, byok");
    assert_eq!(
        costs,
        [json!({ "cost": 44, "cost_daily": 11, "cost_weekly": 22, "cost_monthly": 33, "usage": 40, "byok": 4 })]
    );
    let named =
        server.rows("keys | where name == \"lab\" | select name, label, hash, remaining, limit_reset, created_at");
    assert_eq!(
        named,
        [json!({
            "name": "lab", "label": "sk-or-v1-abc...def", "hash": "hash-of-lab", "remaining": 4.5,
            "limit_reset": "monthly", "created_at": "2025-06-01T12:00:00Z",
        })]
    );
}

#[test]
fn a_counter_that_would_miss_byok_is_an_error() {
    for (field, column) in [
        ("byok_usage", "cost"),
        ("byok_usage_daily", "cost_daily"),
        ("byok_usage_weekly", "cost_weekly"),
        ("byok_usage_monthly", "cost_monthly"),
        ("usage_monthly", "cost_monthly"),
    ] {
        let server = Server::new(move |seen, _| match (seen.path.as_str(), seen.param("offset")) {
            ("/keys", None) => {
                let mut key = key("a", "w1", [1.0; 4]);
                key.as_object_mut().unwrap().remove(field).unwrap();
                Reply::data(json!([key]))
            }
            ("/keys", Some(_)) => Reply::data(json!([])),
            _ => account(seen),
        });
        let run = server.run(&format!("keys | select {column}"));
        assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{field}: {}", run.stderr);
        assert!(run.stderr.contains(field), "{}", run.stderr);
        assert_eq!(server.orq(["keys | select name"]).run().code, 0, "{field} is not used");
    }
}

#[test]
fn fact_30_workspaces_are_asked_for_by_the_largest_pages_until_all_are_there() {
    let server = Server::new(|seen, _| match seen.param("offset") {
        None => Reply::ok(json!({ "data": [workspace("w1", "A"), workspace("w2", "B")], "total_count": 3 })),
        Some(_) => Reply::ok(json!({ "data": [workspace("w3", "C")], "total_count": 3 })),
    });
    assert_eq!(server.rows("workspaces | count"), [json!({ "count": 3 })]);
    assert_eq!(server.targets(), ["/workspaces?limit=100", "/workspaces?limit=100&offset=2"]);
    let short = Server::new(|seen, _| match seen.param("offset") {
        None => Reply::ok(json!({ "data": [workspace("w1", "A")], "total_count": 3 })),
        Some(_) => Reply::ok(json!({ "data": [], "total_count": 3 })),
    });
    let run = short.run("workspaces | count");
    assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{}", run.stderr);
    assert!(run.told().contains("1 of 3"), "{}", run.stderr);
}

/// A model with prices as the API writes them.
fn model(id: &str, prompt: &str, completion: &str) -> Value {
    json!({
        "id": id, "canonical_slug": id, "name": id, "created": 1_760_000_000, "context_length": 128_000,
        "architecture": { "input_modalities": ["text"], "output_modalities": ["text"], "tokenizer": "GPT" },
        "pricing": { "prompt": prompt, "completion": completion, "request": "0" },
        "top_provider": { "context_length": 128_000, "max_completion_tokens": null },
        "supported_parameters": ["tools"], "description": "…",
    })
}

#[test]
fn fact_31_models_are_those_of_every_modality_and_their_prices_are_numbers() {
    let server = Server::of_paths([(
        "/models",
        Reply::data(json!([
            model("a/paid", "0.00000125", "0.00001"),
            model("a/free", "0", "0"),
            model("a/auto", "-1", "-1")
        ])),
    )]);
    assert_eq!(
        server.rows("models | sort id | select id, price_prompt, pricing.completion, free"),
        [
            json!({ "id": "a/auto", "price_prompt": null, "price_completion": null, "free": false }),
            json!({ "id": "a/free", "price_prompt": 0, "price_completion": 0, "free": true }),
            json!({ "id": "a/paid", "price_prompt": 0.00000125, "price_completion": 0.00001, "free": false }),
        ]
    );
    assert_eq!(server.targets(), ["/models?output_modalities=all"]);
}
