//! `/models/…/endpoints`, `/endpoints/zdr` and `/providers`: who serves what, with prices and speeds as numbers (fact 31).

use orq::demo::MANAGEMENT_KEY;
use serde_json::{Value, json};

use crate::support::scripted::{Reply, Server, get};
use crate::support::{DemoServer, NOW, demo, orq, rows};

/// An endpoint as the API gives it: prices are texts, uptime is percent.
fn endpoint(provider: &str, prompt: &str, uptime: Value) -> Value {
    json!({
        "provider_name": provider, "model_id": "a/b:free", "model_name": "B", "name": format!("{provider} | a/b"),
        "tag": "x/fp8", "quantization": "fp8", "status": -2, "context_length": 1000, "max_prompt_tokens": null,
        "max_completion_tokens": 100, "supports_implicit_caching": true, "supported_parameters": ["seed", "tools"],
        "pricing": { "prompt": prompt, "completion": "0.00001", "input_cache_read": "0.0000001", "discount": 0.25 },
        "uptime_last_5m": null, "uptime_last_30m": uptime, "uptime_last_1d": 100,
        "latency_last_30m": { "p50": 250, "p75": 350.5, "p90": 480, "p99": 2850 },
        "throughput_last_30m": { "p50": 45.2, "p75": 38.5, "p90": 28.3, "p99": 15.1 },
    })
}

fn of_model(endpoints: Value) -> Reply {
    Reply::data(json!({ "id": "a/b", "name": "B", "created": 1, "endpoints": endpoints }))
}

/// Fact 31: providers of a model with price, uptime, latency and throughput; prices are texts in USD per token.
#[test]
fn fact_31_endpoints_are_those_inside_of_the_model_with_numbers_in_their_units() {
    let server = Server::new(|_, _| of_model(json!([endpoint("P", "0.00000125", json!(99.8))])));
    let listed = server.rows("endpoints a/b:free");
    assert_eq!(server.targets(), ["/models/a/b:free/endpoints"]);
    let [row] = listed.as_slice() else { panic!("{listed:?}") };
    for (column, value) in [
        ("provider", json!("P")),
        ("model", json!("a/b")),
        ("variant", json!("free")),
        ("price_prompt", json!(0.00000125)),
        ("price_completion", json!(0.00001)),
        ("price_cache_read", json!(0.0000001)),
        ("price_cache_write", Value::Null),
        ("discount", json!(0.25)),
        ("uptime", json!(0.998)),
        ("uptime_5m", Value::Null),
        ("uptime_1d", json!(1)),
        ("p50_latency", json!(250)),
        ("p75_latency", json!(350.5)),
        ("p99_latency", json!(2850)),
        ("p50_throughput", json!(45.2)),
        ("p99_throughput", json!(15.1)),
        ("context_length", json!(1000)),
        ("max_prompt_tokens", Value::Null),
        ("status", json!(-2)),
        ("implicit_caching", json!(true)),
        ("supported_parameters", json!(["seed", "tools"])),
    ] {
        assert_eq!(row[column], value, "{column}");
    }
    let run = server.orq(["-f", "table", "endpoints a/b | select uptime, p99_latency, p50_throughput, pricing.prompt"]);
    let shown = run.run().stdout;
    assert!(["99.8%", "2.9 s", "45.2", "tokens/s", "$1.25/Mtok"].iter().all(|word| shown.contains(word)), "{shown}");
}

#[test]
fn the_model_is_the_one_that_was_asked_for_whatever_the_endpoint_calls_it() {
    let server = Server::new(|_, _| {
        let mut row = endpoint("P", "0", json!(null));
        row["model_id"] = json!("a/b-20260101");
        of_model(json!([row]))
    });
    assert_eq!(
        server.rows("endpoints a/b | select model, model_id, variant"),
        [json!({ "model": "a/b", "model_id": "a/b-20260101", "variant": null })]
    );
}

#[test]
fn a_model_without_endpoints_has_none_and_a_model_that_is_unknown_is_an_error() {
    let server = Server::new(|seen, _| match seen.path.as_str() {
        "/models/a/none/endpoints" => of_model(json!([])),
        _ => Reply::error(404, "Resource not found"),
    });
    assert_eq!(server.rows("endpoints a/none"), [] as [Value; 0]);
    let run = server.run("endpoints a/unknown");
    assert_eq!((run.code, run.stdout.as_str()), (4, ""));
    assert!(run.told().contains("`models | select id` lists the models"), "{}", run.stderr);
    let other = Server::of_paths([("/models/a/b/endpoints", Reply::data(json!([endpoint("P", "0", json!(1))])))]);
    let run = other.run("endpoints a/b");
    assert_eq!((run.code, run.stdout.as_str()), (4, ""), "a list of another shape is none");
    assert!(run.told().contains("no `data.endpoints`"), "{}", run.stderr);
}

#[test]
fn what_is_no_model_is_told_before_anything_is_sent() {
    let server = Server::new(|_, _| Reply::error(500, "nobody should ask"));
    for wrong in ["gpt-5.2", "a/b/c", "a/", "'a/b?x=1'", "'a/b c'", "model=gpt"] {
        let run = server.orq(["--errors", "json", &format!("endpoints {wrong}")]).run();
        assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{wrong}: {}", run.stderr);
        assert!(run.stderr.contains("E0006"), "{wrong}: {}", run.stderr);
    }
    for dots in ["../b", "a/.."] {
        assert_eq!(server.orq([format!("endpoints {dots}")]).run().code, 4, "{dots}");
    }
    let run = server.run("endpoints");
    assert!(run.code == 3 && run.told().contains("as in `endpoints openai/gpt-5.2"), "{}", run.stderr);
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn endpoints_of_the_demo_account_are_what_its_answer_says() {
    let server = DemoServer::start(NOW, "");
    for model in ["openai/gpt-5.2", "deepseek/deepseek-v3.2", "qwen/qwen3-coder:free"] {
        let raw = get(&server.base_url, &format!("/models/{model}/endpoints"), MANAGEMENT_KEY);
        let raw = raw["data"]["endpoints"].as_array().unwrap();
        let listed = rows(&format!("endpoints {model} | select provider, pricing.prompt, latency, uptime_last_1d"));
        assert!(!raw.is_empty());
        assert_eq!(listed.len(), raw.len());
        for (row, raw) in listed.iter().zip(raw) {
            assert_eq!(row["provider"], raw["provider_name"]);
            assert_eq!(row["p50_latency"].as_f64(), raw["latency_last_30m"]["p50"].as_f64());
            let price: f64 = raw["pricing"]["prompt"].as_str().unwrap().parse().unwrap();
            assert_eq!(row["price_prompt"].as_f64(), Some(price));
            let percent = raw["uptime_last_1d"].as_f64().unwrap();
            assert!((row["uptime_1d"].as_f64().unwrap() * 100.0 - percent).abs() < 1e-9);
        }
    }
    let retired = demo("endpoints anthropic/claude-3-sonnet");
    assert_eq!(retired.code, 4, "{}", retired.stdout);
}

#[test]
fn without_data_retention_fewer_endpoints_are_left_and_of_models_they_are_the_same() {
    let server = DemoServer::start(NOW, "");
    let raw = get(&server.base_url, "/endpoints/zdr", MANAGEMENT_KEY)["data"].as_array().unwrap().clone();
    let listed = rows("zdr | select provider, model_id, price_completion");
    assert_eq!(listed.len(), raw.len());
    for (row, raw) in listed.iter().zip(&raw) {
        assert_eq!((&row["provider"], &row["model_id"]), (&raw["provider_name"], &raw["model_id"]));
    }
    let of = |source: &str| rows(&format!("{source} | where provider == \"Azure\" | select price_prompt, p90_latency"));
    assert_eq!(of("zdr | where model == \"openai/gpt-5.2\""), of("endpoints openai/gpt-5.2"));
    assert_eq!(rows("zdr | where provider == \"DeepSeek\" | count"), [json!({ "count": 0 })]);
}

#[test]
fn providers_of_the_demo_account_are_what_its_answer_says() {
    let server = DemoServer::start(NOW, "");
    let raw = get(&server.base_url, "/providers", MANAGEMENT_KEY)["data"].as_array().unwrap().clone();
    assert!(raw.len() > 20 && raw.iter().any(|row| row["datacenters"].is_null()));
    assert_eq!(rows("providers"), raw);
    let named: Vec<Value> = rows("models | select id").into_iter().map(|row| row["id"].clone()).collect();
    for id in named.iter().filter_map(Value::as_str).filter(|id| *id != "openrouter/auto") {
        for row in rows(&format!("endpoints {id} | select provider")) {
            assert!(raw.iter().any(|provider| provider["name"] == row["provider"]), "{id}: {row}");
        }
    }
}

#[test]
fn either_kind_of_key_may_ask_for_models_and_providers() {
    let server = DemoServer::start(NOW, "");
    for query in ["endpoints openai/gpt-5.2", "zdr", "providers"] {
        for (variable, key) in
            [("OPENROUTER_MANAGEMENT_KEY", MANAGEMENT_KEY), ("OPENROUTER_API_KEY", orq::demo::API_KEY)]
        {
            let run = orq().args(["--base-url", &server.base_url, query]).env(variable, key).run();
            assert_eq!(run.code, 0, "{query} with {variable}: {}", run.stderr);
        }
    }
}
