//! Lists of the account: budgets, members, own provider keys, guardrails, presets, destinations (facts 5, 25 and 30).

use orq::demo::MANAGEMENT_KEY;
use orq::demo::data::{BUDGETS, CREDENTIALS, DESTINATIONS, GUARDRAILS, WORKSPACES};
use serde_json::{Value, json};

use super::lists::workspace;
use crate::support::scripted::{Reply, Seen, Server, get};
use crate::support::{DemoServer, NOW, Orq, demo, orq, rows};

/// Sources of lists that show one workspace at a time, and their paths.
const OF_WORKSPACES: [(&str, &str); 3] =
    [("byok", "/byok"), ("guardrails", "/guardrails"), ("destinations", "/observability/destinations")];

/// A row that all three can read.
fn row(id: &str, workspace: Value) -> Value {
    json!({
        "id": id, "name": format!("name of {id}"), "workspace_id": workspace, "provider": "openai", "disabled": false,
        "type": "langfuse", "enabled": true, "created_at": "2025-08-24T10:30:00Z",
    })
}

fn two_workspaces() -> Reply {
    Reply::ok(json!({ "data": [workspace("w1", "Default"), workspace("w2", "Lab")], "total_count": 2 }))
}

/// Pages of two rows; what is of no workspace is in the list of each.
fn account(seen: &Seen) -> Reply {
    let all = match seen.param("workspace_id") {
        None if seen.path == "/workspaces" => return two_workspaces(),
        Some("w1") => vec![row("a", json!("w1")), row("global", Value::Null), row("b", json!("w1"))],
        Some("w2") => vec![row("c", json!("w2")), row("global", Value::Null)],
        _ => return Reply::error(400, "one workspace at a time"),
    };
    let offset: usize = seen.param("offset").map_or(0, |offset| offset.parse().unwrap());
    let page: Vec<&Value> = all.iter().skip(offset).take(2).collect();
    Reply::ok(json!({ "data": page, "total_count": all.len() }))
}

/// Fact 30: by offset and limit, up to the total; and as with keys (fact 25) each workspace has a list of its own.
#[test]
fn fact_30_lists_are_all_pages_of_all_workspaces_and_what_is_global_counts_once() {
    for (source, path) in OF_WORKSPACES {
        let server = Server::new(|seen, _| account(seen));
        let listed = server.rows(&format!("{source} | sort id | select id, name, workspace, workspace_id"));
        let expected = [("a", "Default", "w1"), ("b", "Default", "w1"), ("c", "Lab", "w2")].map(
            |(id, name, of)| json!({ "id": id, "name": format!("name of {id}"), "workspace": name, "workspace_id": of }),
        );
        let global = json!({ "id": "global", "name": "name of global", "workspace": null, "workspace_id": null });
        assert_eq!(listed, expected.into_iter().chain([global]).collect::<Vec<_>>(), "{source}");
        let mut asked = server.targets();
        assert_eq!(asked.remove(0), "/workspaces?limit=100");
        asked.sort();
        let page = |of: &str, more: &str| format!("{path}?workspace_id={of}&limit=100{more}");
        assert_eq!(asked, [page("w1", ""), page("w1", "&offset=2"), page("w2", "")], "{source}");
    }
}

/// Fact 30: a page that is missing is no shorter list.
#[test]
fn fact_30_a_list_that_breaks_off_is_no_list() {
    for (source, _) in OF_WORKSPACES {
        let server = Server::new(|seen, _| match (seen.param("workspace_id"), seen.param("offset")) {
            (Some("w2"), _) => Reply::ok(json!({ "data": [row("c", json!("w2"))], "total_count": 3 })),
            _ => account(seen),
        });
        let run = server.run(&format!("{source} | count"));
        assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{source}: {}", run.stderr);
    }
}

#[test]
fn an_account_that_lists_no_workspace_still_has_the_lists_of_its_default_one() {
    for (source, path) in OF_WORKSPACES {
        let server = Server::new(move |seen, _| match seen.path == path {
            true => Reply::ok(json!({ "data": [row("a", json!("w0"))], "total_count": 1 })),
            false => Reply::ok(json!({ "data": [], "total_count": 0 })),
        });
        assert_eq!(server.rows(&format!("{source} | select id")), [json!({ "id": "a" })]);
        assert_eq!(server.targets(), ["/workspaces?limit=100".to_string(), format!("{path}?limit=100")]);
    }
}

/// Fact 30: `/workspaces/{id}/budgets` gives limits, not spend; it is one call for each workspace.
#[test]
fn fact_30_budgets_are_the_limits_of_each_workspace() {
    let budget = |id: &str, limit: f64, reset: Value| {
        json!({ "id": id, "workspace_id": "of-row", "limit_usd": limit, "reset_interval": reset,
                "created_at": "2025-08-24T10:30:00Z", "updated_at": "2025-08-24T10:30:00Z" })
    };
    let server = Server::new(move |seen, _| match seen.path.as_str() {
        "/workspaces" => two_workspaces(),
        "/workspaces/w1/budgets" => {
            Reply::ok(json!({ "data": [budget("x", 100.5, json!("monthly")), budget("y", 9.0, Value::Null)],
                              "include_byok_in_budgets": true }))
        }
        "/workspaces/w2/budgets" => Reply::data(json!([])),
        _ => Reply::error(404, "Not Found"),
    });
    assert_eq!(
        server.rows("budgets | select workspace, limit_usd, reset_interval"),
        [
            json!({ "workspace": "Default", "limit": 100.5, "limit_reset": "monthly" }),
            json!({ "workspace": "Default", "limit": 9, "limit_reset": null }),
        ]
    );
    assert_eq!(server.seen().len(), 3);
}

#[test]
fn lists_of_the_demo_account_are_all_that_it_has_set_up() {
    for (source, all) in [
        ("budgets", BUDGETS.len()),
        ("byok", CREDENTIALS.len()),
        ("guardrails", GUARDRAILS.len()),
        ("destinations", DESTINATIONS.len()),
    ] {
        assert_eq!(rows(&format!("{source} | count")), [json!({ "count": all })], "{source}");
    }
    let server = DemoServer::start(NOW, "");
    for workspace in WORKSPACES {
        let id = workspace.id;
        let raw = |path: String| get(&server.base_url, &path, MANAGEMENT_KEY)["data"].as_array().unwrap().clone();
        let here = |source: &str, columns: &str| {
            rows(&format!("{source} | where workspace_id == \"{id}\" | select {columns}"))
        };
        let cut = |raw: Vec<Value>, names: [(&str, &str); 3]| -> Vec<Value> {
            let of_it = raw.into_iter().filter(|row| row["workspace_id"] == id);
            of_it.map(|row| names.iter().map(|(to, from)| (to.to_string(), row[from].clone())).collect()).collect()
        };
        let budgets = cut(
            raw(format!("/workspaces/{id}/budgets")),
            [("id", "id"), ("limit", "limit_usd"), ("limit_reset", "reset_interval")],
        );
        assert!(!budgets.is_empty());
        assert_eq!(here("budgets", "id, limit, limit_reset"), budgets);
        let byok = cut(
            raw(format!("/byok?workspace_id={id}")),
            [("label", "label"), ("provider", "provider"), ("allowed_models", "allowed_models")],
        );
        assert!(!byok.is_empty());
        assert_eq!(here("byok", "label, provider, allowed_models"), byok);
        let guardrails = cut(
            raw(format!("/guardrails?workspace_id={id}")),
            [("name", "name"), ("limit", "limit_usd"), ("allowed_providers", "allowed_providers")],
        );
        assert!(!guardrails.is_empty());
        assert_eq!(here("guardrails", "name, limit, allowed_providers"), guardrails);
        let destinations = cut(
            raw(format!("/observability/destinations?workspace_id={id}")),
            [("type", "type"), ("privacy_mode", "privacy_mode"), ("id", "id")],
        );
        assert!(!destinations.is_empty());
        assert_eq!(here("destinations", "type, privacy_mode, id"), destinations);
    }
    let filters = rows(
        "guardrails | where name == \"Production\" | select content_filter_builtins | unnest content_filter_builtins | select slug, action",
    );
    assert_eq!(
        filters,
        [json!({ "slug": "email", "action": "redact" }), json!({ "slug": "credit-card", "action": "block" })]
    );
}

/// Fact 30: presets come by pages of up to 100, with a total.
#[test]
fn fact_30_presets_of_the_demo_account_are_more_than_a_page_and_all_are_there() {
    let server = DemoServer::start(NOW, "");
    let page = |offset: usize| {
        get(&server.base_url, &format!("/presets?limit=100&offset={offset}"), MANAGEMENT_KEY)["data"].clone()
    };
    let (first, second) = (page(0), page(100));
    let raw: Vec<&Value> = first.as_array().unwrap().iter().chain(second.as_array().unwrap()).collect();
    assert!(first.as_array().unwrap().len() == 100 && raw.len() > 100);
    let slugs: Vec<Value> = raw.iter().map(|row| json!({ "slug": row["slug"], "status": row["status"] })).collect();
    assert_eq!(rows("presets | select slug, status"), slugs);
    let run = orq().args(["--base-url", &server.base_url, "presets | count"]);
    assert_eq!(run.env("OPENROUTER_API_KEY", orq::demo::API_KEY).run().code, 0, "an API key will do");
}

fn member(id: &str, first: Value, last: Value, role: &str) -> Value {
    json!({ "id": id, "first_name": first, "last_name": last, "email": format!("{id}@x.example"), "role": role })
}

/// Fact 30: members come by offset and limit with a total.
#[test]
fn fact_30_members_are_all_pages_with_names_as_far_as_they_are_known() {
    let server = Server::new(|seen, _| {
        let page = match seen.param("offset") {
            None => json!([member("u1", json!("Ada"), json!("Okafor"), "org:admin")]),
            Some(_) => json!([
                member("u2", json!("Mei"), Value::Null, "org:member"),
                member("u3", Value::Null, Value::Null, "org:member")
            ]),
        };
        Reply::ok(json!({ "data": page, "total_count": 3 }))
    });
    assert_eq!(
        server.rows("members | select user_id, name, role, email"),
        [
            json!({ "id": "u1", "name": "Ada Okafor", "role": "org:admin", "email": "u1@x.example" }),
            json!({ "id": "u2", "name": "Mei", "role": "org:member", "email": "u2@x.example" }),
            json!({ "id": "u3", "name": null, "role": "org:member", "email": "u3@x.example" }),
        ]
    );
    assert_eq!(server.targets(), ["/organization/members?limit=100", "/organization/members?limit=100&offset=1"]);
}

#[test]
fn members_of_the_demo_account_are_what_its_answer_says() {
    let raw = get(&DemoServer::start(NOW, "").base_url, "/organization/members?limit=100", MANAGEMENT_KEY);
    let raw = raw["data"].as_array().unwrap();
    assert!(raw.len() > 5);
    let listed = rows("members");
    assert_eq!(listed.len(), raw.len());
    for (row, raw) in listed.iter().zip(raw) {
        for column in ["id", "first_name", "last_name", "email", "role"] {
            assert_eq!(row[column], raw[column], "{column}");
        }
    }
}

/// Fact 5: the list is 404 on individual accounts. Nobody is told that nobody is there.
#[test]
fn fact_5_an_individual_account_has_no_members_and_is_told_so() {
    let server = Server::new(|_, _| Reply::error(404, "Resource not found"));
    let run = server.orq(["--errors", "json", "members"]).run();
    assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{}", run.stderr);
    let report: Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(report["errors"][0]["code"], "E0507");
    let help = report["errors"][0]["help"].as_str().unwrap();
    assert!(help.contains("only organisations have members") && help.contains("individual account"), "{help}");
    assert_eq!(server.seen().len(), 1, "it is not asked for again");
    let demo = orq().args(["--demo", "--fault", "individual", "members"]).run();
    assert!(demo.code == 4 && demo.told().contains("individual account"), "{}", demo.stderr);
}

const FOR_MANAGEMENT: [&str; 5] = ["budgets", "members", "byok", "guardrails", "destinations"];

fn asking(server: &DemoServer, query: &str) -> Orq {
    orq().args(["--base-url", &server.base_url, "--errors", "json", query])
}

/// Fact 2: what is of the account takes a management key.
#[test]
fn fact_2_lists_of_the_account_want_a_management_key() {
    let server = DemoServer::start(NOW, "");
    for query in FOR_MANAGEMENT {
        let run = asking(&server, query).env("OPENROUTER_API_KEY", orq::demo::API_KEY).run();
        assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{query}");
        assert!(run.stderr.contains("E0502") && run.stderr.contains("needs a management key"), "{}", run.stderr);
        let run = asking(&server, query).env("OPENROUTER_MANAGEMENT_KEY", orq::demo::API_KEY).run();
        assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{query}");
        assert!(run.stderr.contains("management key"), "{query}: {}", run.stderr);
    }
}

/// What nobody but the destination should see, in every field that holds such a thing.
const CANARY: &str = "c4nary-s3cret";

fn destination(nth: usize, config: Value) -> Value {
    let mut row = row(&format!("d{nth}"), json!("w1"));
    row["config"] = config;
    row["filter_rules"] = json!({ "groups": [{ "config": { "token": CANARY } }] });
    row
}

fn destinations_with_secrets() -> Server {
    let configs = [
        json!({ "apiKey": CANARY, "headers": { "Authorization": format!("Bearer {CANARY}") } }),
        json!({ "host": "https://ch.example", "username": "default", "password": CANARY }),
        json!({ "url": format!("https://hooks.example/{CANARY}") }),
        json!({ "dsn": format!("https://{CANARY}@sentry.example/1") }),
        json!({ "secretAccessKey": CANARY, "sessionToken": CANARY, "accessKeyId": CANARY }),
        json!(CANARY),
    ];
    let rows: Vec<Value> = configs.into_iter().enumerate().map(|(nth, config)| destination(nth, config)).collect();
    Server::new(move |seen, _| match seen.path.as_str() {
        "/workspaces" => Reply::ok(json!({ "data": [workspace("w1", "Default")], "total_count": 1 })),
        _ => Reply::ok(json!({ "data": rows, "total_count": rows.len() })),
    })
}

#[test]
fn secrets_of_destinations_are_in_no_output_whatever_is_asked_for() {
    let server = destinations_with_secrets();
    let mut shown = 0;
    for flags in [
        vec!["--raw"],
        vec!["-f", "table"],
        vec!["-f", "record"],
        vec!["-f", "csv"],
        vec!["-f", "json"],
        vec!["-f", "jsonl"],
        vec!["-f", "envelope"],
        vec!["--errors", "json"],
    ] {
        for query in ["destinations", "destinations | select config", "destinations | where name contains \"d1\""] {
            let run = server.orq(flags.iter().copied().chain([query])).run();
            let printed = format!("{}{}", run.stdout, run.stderr);
            assert!(!printed.contains(CANARY), "{flags:?} {query}: {printed}");
            assert_eq!(run.code, if query.ends_with("config") { 3 } else { 0 }, "{printed}");
            shown += usize::from(printed.contains("name of d1"));
        }
    }
    assert!(shown >= 14, "the rows themselves are shown: {shown}");
    let saved = server.orq(["destinations | save \"d.json\" | save \"d.parquet\" | limit 0"]);
    let home = saved.home.path().to_path_buf();
    let command = saved.command().output().unwrap();
    assert!(command.status.success());
    for file in ["d.json", "d.parquet"] {
        let bytes = std::fs::read(home.join(file)).unwrap();
        assert!(!bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()), "{file}");
    }
}

#[test]
fn secrets_of_destinations_are_in_no_error_either() {
    let server = Server::new(|seen, _| match seen.path.as_str() {
        "/workspaces" => Reply::ok(json!({ "data": [workspace("w1", "Default")], "total_count": 1 })),
        _ => {
            let mut broken = destination(1, json!({ "apiKey": CANARY }));
            broken["enabled"] = json!({ "config": CANARY });
            Reply::ok(json!({ "data": [broken], "total_count": 1, "config": CANARY }))
        }
    });
    let run = server.run("destinations");
    assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{}", run.stderr);
    assert!(run.stderr.contains("enabled") && !run.stderr.contains(CANARY), "{}", run.stderr);
}

#[test]
fn the_demo_account_has_secrets_that_could_be_shown() {
    let server = DemoServer::start(NOW, "");
    let research = WORKSPACES[1].id;
    let raw = get(&server.base_url, &format!("/observability/destinations?workspace_id={research}"), MANAGEMENT_KEY);
    let url = raw["data"][0]["config"]["url"].as_str().unwrap();
    let run = orq().args(["--demo", "--raw", "destinations"]).run();
    assert!(run.stdout.contains("webhook") && !run.stdout.contains(url), "{}", run.stdout);
    assert!(!demo("destinations").stdout.contains(url));
}
