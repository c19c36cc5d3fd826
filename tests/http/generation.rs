//! `/generation`: one request, its wait, its cost and the providers that were tried (facts 27 to 29).

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use orq::model::request::{KeyKind, Request};
use serde_json::{Value, json};

use super::kit::{Kit, block_on};
use crate::support::rows;
use crate::support::scripted::{Reply, Server};
use crate::support::{demo, orq as orq_process};

#[test]
fn fact_27_a_generation_that_is_not_there_yet_is_waited_for() {
    let query = "generation gen-demo-2 | select id, cost, tokens";
    let prompt = demo(query);
    let late = orq_process().args(["--demo", "--fault", "404-then-200=1", query]).run();
    assert_eq!((prompt.code, late.code), (0, 0), "{}", late.stderr);
    assert_eq!(late.stdout, prompt.stdout);
}

/// Answers when enough calls have been under way together, and remembers how many ever were.
#[derive(Default)]
struct Crowd {
    here: Mutex<(usize, usize)>,
    changed: Condvar,
}

impl Crowd {
    fn pass(&self, enough: usize) {
        let mut here = self.here.lock().unwrap();
        here.0 += 1;
        here.1 = here.1.max(here.0);
        self.changed.notify_all();
        let wait = |here, time, until: usize| {
            self.changed.wait_timeout_while(here, time, |here: &mut (usize, usize)| here.1 < until).unwrap().0
        };
        let here = wait(here, Duration::from_secs(20), enough);
        // One too many would show itself about now.
        let mut here = wait(here, Duration::from_millis(30), enough + 1);
        here.0 -= 1;
    }
}

#[test]
fn fact_28_few_generations_are_asked_for_at_once() {
    for (path, most) in [("/generation", 4), ("/generation/content", 4), ("/keys", 8)] {
        let crowd = Arc::new(Crowd::default());
        let server = {
            let crowd = Arc::clone(&crowd);
            Server::new(move |_, _| {
                crowd.pass(most);
                Reply::ok("{}")
            })
        };
        let kit = Kit::new(&server.base_url, |_| {});
        block_on(async {
            let mut tasks = tokio::task::JoinSet::new();
            for nth in 0..24 {
                let client = kit.client.clone();
                let request = Request { key: KeyKind::Management, ..Request::get(path).with("id", nth.to_string()) };
                tasks.spawn(async move { client.fetch(&request).await.unwrap() });
            }
            while let Some(done) = tasks.join_next().await {
                done.unwrap();
            }
        });
        assert_eq!(crowd.here.lock().unwrap().1, most, "{path}");
    }
}

fn generation(change: Value) -> Value {
    let mut all = json!({
        "id": "gen-1", "created_at": "2026-02-18T10:00:00.123456Z", "model": "openai/gpt-5.2-20251211",
        "provider_name": "Azure", "usage": 0.5, "total_cost": 0.5, "upstream_inference_cost": 0.4, "is_byok": false,
        "tokens_prompt": 90, "tokens_completion": 18, "native_tokens_prompt": 100, "native_tokens_completion": 20,
        "native_tokens_reasoning": 5, "native_tokens_cached": null, "latency": 1250, "generation_time": 3000.5,
        "moderation_latency": null, "finish_reason": "stop", "cancelled": null, "streamed": true,
        "provider_responses": [
            { "provider_name": "OpenAI", "status": 503, "latency": 90, "endpoint_id": "e1", "is_byok": false },
            { "provider_name": "Azure", "status": 200, "latency": 1250, "endpoint_id": null, "something_new": [1] },
        ],
    });
    all.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    all
}

fn one(query: &str, change: Value) -> Value {
    let server = Server::of_paths([("/generation", Reply::data(generation(change)))]);
    let row = server.rows(query).remove(0);
    assert_eq!(server.targets(), ["/generation?id=gen-1"]);
    row
}

#[test]
fn fact_29_the_fallback_chain_is_nested_and_can_be_unnested() {
    let server = Server::of_paths([("/generation", Reply::data(generation(json!({}))))]);
    let whole = server.rows("generation gen-1 | select provider_responses");
    let attempt = |provider: &str, status: u16, latency: u16, endpoint: Value, byok: Value| {
        json!({
            "provider": provider, "status": status, "latency": latency, "is_byok": byok, "endpoint": endpoint,
            "model_permaslug": null, "id": null,
        })
    };
    let expected =
        [attempt("OpenAI", 503, 90, json!("e1"), json!(false)), attempt("Azure", 200, 1250, json!(null), json!(null))];
    assert_eq!(whole, [json!({ "provider_responses": expected })]);
    assert_eq!(
        server.rows("generation gen-1 | select provider_responses | unnest provider_responses | select provider, status, latency"),
        [
            json!({ "provider": "OpenAI", "status": 503, "latency": 90 }),
            json!({ "provider": "Azure", "status": 200, "latency": 1250 }),
        ]
    );
}

#[test]
fn fact_29_the_demo_account_has_a_fallback_chain() {
    let chain = rows("generation gen-demo-2 | select provider_responses | unnest provider_responses | select status");
    assert_eq!(chain.len(), 3);
    assert_eq!(chain[2], json!({ "status": 200 }));
    assert!(chain[..2].iter().all(|attempt| attempt["status"].as_u64().unwrap() >= 400));
}

#[test]
fn fact_29_times_are_milliseconds() {
    let query = "generation gen-1 | where latency > 1s and latency < 2s and generation_time > 3s | select latency, generation_time, created_at";
    assert_eq!(
        one(query, json!({})),
        json!({ "latency": 1250, "generation_time": 3000.5, "created_at": "2026-02-18T10:00:00.123456Z" })
    );
}

#[test]
fn fact_8_the_cost_of_a_generation_has_what_the_provider_charges_where_that_is_byok() {
    let query = "generation gen-1 | select cost, credits";
    assert_eq!(one(query, json!({})), json!({ "cost": 0.5, "credits": 0.5 }));
    let byok = json!({ "is_byok": true, "usage": 0.02, "total_cost": 0.02 });
    assert_eq!(one(query, byok), json!({ "cost": 0.42, "credits": 0.02 }));
    // BYOK without saying what it cost is not the whole cost.
    let server = Server::of_paths([(
        "/generation",
        Reply::data(generation(json!({ "is_byok": true, "upstream_inference_cost": null }))),
    )]);
    assert_eq!(server.rows(query), [json!({ "cost": null, "credits": 0.5 })]);
}

#[test]
fn tokens_are_the_native_counts() {
    let query = "generation gen-1 | select tokens, tokens_prompt, tokens_prompt_normalized, tokens_reasoning";
    assert_eq!(
        one(query, json!({ "native_tokens_prompt": "100" })),
        json!({ "tokens": 120, "tokens_prompt": 100, "tokens_prompt_normalized": 90, "tokens_reasoning": 5 })
    );
}

#[test]
fn fields_that_are_absent_are_null() {
    let query = "generation gen-1 | select session_id, cancelled, tokens_cached, router";
    assert_eq!(
        one(query, json!({})),
        json!({ "session_id": null, "cancelled": null, "tokens_cached": null, "router": null })
    );
}

#[test]
fn an_id_is_sent_as_it_is_and_stays_one_value() {
    let server = Server::of_paths([("/generation", Reply::data(generation(json!({}))))]);
    server.rows("generation \"gen-1&id=gen-2#x\" | select id");
    assert_eq!(server.targets(), ["/generation?id=gen-1%26id%3Dgen-2%23x"]);
}
