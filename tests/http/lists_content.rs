//! `/generation/content`: what was asked and answered, for those who may see it (facts 2, 27 and 29).

use orq::demo::{API_KEY, MANAGEMENT_KEY};
use serde_json::{Value, json};

use crate::support::scripted::{Reply, Server, get};
use crate::support::{DemoServer, NOW, demo, orq, rows};

fn content(input: Value, output: Value, error: Value) -> Server {
    let data = json!({ "input": input, "output": output, "error": error });
    Server::of_paths([("/generation/content", Reply::data(data))])
}

#[test]
fn messages_and_a_bare_prompt_read_alike() {
    let output = json!({ "completion": "42", "reasoning": null });
    let bare = content(json!({ "prompt": "why?" }), output.clone(), Value::Null);
    assert_eq!(
        bare.rows("content gen-1 | select id, prompt, completion, reasoning, messages, error"),
        [json!({ "id": "gen-1", "prompt": "why?", "completion": "42", "reasoning": null,
                 "messages": [{ "role": "user", "text": "why?" }], "error": null })]
    );
    assert_eq!(bare.targets(), ["/generation/content?id=gen-1"]);
    let messages = json!({ "messages": [
        { "role": "system", "content": "be brief" },
        { "role": "user", "content": [{ "type": "text", "text": "what is this?" }, { "type": "image_url" }, 7] },
        { "role": "assistant", "content": null },
    ] });
    let told = content(messages, output, Value::Null);
    assert_eq!(
        told.rows("content gen-1 | select prompt"),
        [json!({ "prompt": "be brief\n\nwhat is this?\n[image_url]\n[…]" })]
    );
    assert_eq!(
        told.rows("content gen-1 | select messages | unnest messages"),
        [
            json!({ "role": "system", "text": "be brief" }),
            json!({ "role": "user", "text": "what is this?\n[image_url]\n[…]" }),
            json!({ "role": "assistant", "text": null }),
        ]
    );
}

#[test]
fn a_failure_is_told_with_the_attempts_before_it() {
    let error = json!({ "message": "Timed out", "status": 504, "provider_name": "Vertex", "raw": "{}",
                        "previous_errors": [{ "code": 429, "message": "busy", "provider_name": null, "raw": null }] });
    let server = content(json!({ "prompt": "x" }), json!({ "completion": null, "reasoning": null }), error);
    assert_eq!(
        server.rows("content gen-1 | select completion, error, error_status, error_provider, previous_errors"),
        [json!({ "completion": null, "error": "Timed out", "error_status": 504, "error_provider": "Vertex",
                 "previous_errors": [{ "provider": null, "status": 429, "message": "busy", "raw": null }] })]
    );
}

#[test]
fn it_is_said_to_be_private_on_standard_error_and_in_the_envelope() {
    let run = orq().args(["--demo", "-f", "envelope", "content gen-demo-1"]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("E0605") && run.told().contains("may be private"), "{}", run.stderr);
    let envelope: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(envelope["warnings"][0]["code"], "E0605");
}

#[test]
fn the_nine_generations_of_the_demo_account_have_the_content_that_their_answer_says() {
    let server = DemoServer::start(NOW, "");
    for nth in (1..=9).filter(|nth| *nth != 4) {
        let raw = get(&server.base_url, &format!("/generation/content?id=gen-demo-{nth}"), MANAGEMENT_KEY);
        let raw = &raw["data"];
        let listed = rows(&format!("content gen-demo-{nth} | select completion, reasoning, error_status, messages"));
        assert_eq!(listed[0]["completion"], raw["output"]["completion"], "{nth}");
        assert_eq!(listed[0]["reasoning"], raw["output"]["reasoning"], "{nth}");
        assert_eq!(listed[0]["error_status"], *raw.pointer("/error/status").unwrap_or(&Value::Null), "{nth}");
        let messages = raw["input"]["messages"].as_array().map_or(1, Vec::len);
        assert_eq!(listed[0]["messages"].as_array().unwrap().len(), messages, "{nth}");
    }
}

/// Fact 29: content is absent under zero data retention, which is told apart from a wrong id as far as that goes.
#[test]
fn fact_29_content_that_was_not_kept_is_an_error_that_says_why() {
    let run = demo("content gen-demo-4");
    assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{}", run.stderr);
    assert!(run.stderr.contains("E0507") && run.told().contains("zero data retention"), "{}", run.stderr);
    assert_eq!(demo("generation gen-demo-4").code, 0, "the request itself is known");
}

/// Fact 27: content may not be there yet, as the generation itself.
#[test]
fn fact_27_content_that_is_not_there_yet_is_waited_for() {
    let query = "content gen-demo-1 | select completion";
    let late = orq().args(["--demo", "--fault", "404-then-200=1", query]).run();
    assert_eq!((late.code, late.stdout), (0, demo(query).stdout), "{}", late.stderr);
}

/// Fact 2: for content the contract has management keys only.
#[test]
fn fact_2_content_wants_a_management_key_where_the_generation_takes_either() {
    let server = DemoServer::start(NOW, "");
    let ask = |query: &str, variable: &str| {
        let program = orq().args(["--base-url", &server.base_url, "--errors", "json", query]);
        program.env(variable, API_KEY).run()
    };
    assert_eq!(ask("generation gen-demo-1", "OPENROUTER_API_KEY").code, 0);
    for variable in ["OPENROUTER_API_KEY", "OPENROUTER_MANAGEMENT_KEY"] {
        let run = ask("content gen-demo-1", variable);
        assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{variable}");
        assert!(run.stderr.contains("E0502") && run.stderr.contains("management key"), "{}", run.stderr);
    }
}
