//! Where keys may go: OpenRouter over https, this machine, and hosts that the command line names.

use orq::diagnostics::Code;
use orq::net::{Base, DEFAULT_BASE_URL};
use serde_json::json;

use crate::support::orq as orq_process;
use crate::support::scripted::{KEY, Reply, Server};

fn base(url: &str, allowed: &[&str]) -> Result<bool, Code> {
    let allowed: Vec<String> = allowed.iter().map(ToString::to_string).collect();
    Base::new(url, &allowed).map(|base| base.is_loopback()).map_err(|error| {
        assert!(error.help.is_some(), "{url}: {}", error.message);
        error.code
    })
}

#[test]
fn fact_1_the_api_is_where_it_is() {
    assert_eq!(DEFAULT_BASE_URL, "https://openrouter.ai/api/v1");
    assert_eq!(base(DEFAULT_BASE_URL, &[]), Ok(false));
}

#[test]
fn keys_go_to_openrouter_and_to_this_machine() {
    for url in ["https://OpenRouter.ai/api/v1/", "https://openrouter.ai:443/x"] {
        assert_eq!(base(url, &[]), Ok(false), "{url}");
    }
    for url in [
        "http://127.0.0.1:8899/api/v1",
        "https://127.3.4.5/",
        "http://localhost:1/",
        "http://[::1]:5/x",
        "http://127.1/",
        "http://2130706433/",
    ] {
        assert_eq!(base(url, &[]), Ok(true), "{url}");
    }
}

#[test]
fn keys_go_nowhere_else() {
    for url in [
        "http://openrouter.ai/api/v1",
        "https://openrouter.ai:8443/",
        "https://openrouter.ai./",
        "https://openrouter.ai.evil.com/",
        "https://evil.com/openrouter.ai",
        "https://a@openrouter.ai/",
        "https://openrouter.ai@evil.com/",
        "https://x:y@127.0.0.1/",
        "http://0.0.0.0/",
        "http://10.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost.evil.com/",
        "https://sub.openrouter.ai/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "openrouter.ai",
        "",
        "https://openrouter.ai/?x=1",
        "https://openrouter.ai/#x",
        "data:text/plain,hi",
        "http://proxy.example.com/",
    ] {
        assert_eq!(base(url, &["proxy.example.com"]), Err(Code::E0802), "{url}");
    }
}

#[test]
fn a_host_that_is_named_may_have_the_key_over_https() {
    assert_eq!(base("https://proxy.example.com:444/v1", &["Proxy.Example.com"]), Ok(false));
    assert_eq!(base("https://proxy.example.com:444/v1", &["proxy.example.com:444"]), Ok(false));
    assert_eq!(base("https://proxy.example.com/v1", &["proxy.example.com:443"]), Ok(false));
    assert_eq!(base("https://proxy.example.com:444/v1", &["proxy.example.com:443"]), Err(Code::E0802));
    assert_eq!(base("https://a.proxy.example.com/v1", &["proxy.example.com"]), Err(Code::E0802));
    assert_eq!(base("http://proxy.example.com/v1", &["proxy.example.com"]), Err(Code::E0802));
}

#[test]
fn names_within_a_path_stay_names() {
    let base = Base::new("https://openrouter.ai/api/v1/", &[]).unwrap();
    let address = base.address("/models/a b?c#d/e%2e/endpoints", &[("id", "x&y=z".to_string())]).unwrap();
    assert_eq!(address.as_str(), "https://openrouter.ai/api/v1/models/a%20b%3Fc%23d/e%252e/endpoints?id=x%26y%3Dz");
    assert!(base.address("/models/..\\..\\/x", &[]).unwrap().as_str().contains("/api/v1/models/"));
    for path in ["/models/../keys", "/models//x", "/", "", "/a/./b"] {
        assert_eq!(base.address(path, &[]).unwrap_err().code, Code::E0507, "{path}");
    }
}

#[test]
fn another_host_is_a_usage_error_before_anything_is_sent() {
    let run = orq_process()
        .args(["--base-url", "https://api.example.com/v1", "credits"])
        .env("OPENROUTER_MANAGEMENT_KEY", KEY)
        .run();
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("E0802") && run.stderr.contains("--allow-host api.example.com"), "{}", run.stderr);
    assert_eq!(run.stdout, "");
}

#[test]
fn redirects_are_not_followed() {
    let target = Server::in_turn(vec![Reply::data(json!({ "total_credits": 1, "total_usage": 1 }))]);
    for status in [301, 302, 303, 307, 308] {
        let to = format!("Location: {}/credits", target.base_url);
        let server = Server::in_turn(vec![Reply::error(status, "moved").header(&to)]);
        let run = server.run("credits");
        assert_eq!(run.code, 4, "{}", run.stderr);
        assert_eq!(run.stdout, "");
        assert!(run.stderr.contains(&format!("redirect ({status})")), "{}", run.stderr);
        assert_eq!(server.seen().len(), 1);
    }
    assert_eq!(target.seen().len(), 0, "nothing, and no key, went there");
}

#[test]
fn this_machine_is_not_asked_through_a_proxy() {
    let proxy = Server::in_turn(vec![Reply::error(500, "this is the proxy")]);
    let server = Server::in_turn(vec![Reply::data(json!({ "total_credits": 2, "total_usage": 1 }))]);
    let mut run = server.orq(["credits"]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        run = run.env(name, &proxy.base_url);
    }
    let run = run.run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(proxy.seen().len(), 0);
}

#[test]
fn localhost_is_this_machine() {
    let server = Server::in_turn(vec![Reply::data(json!({ "total_credits": 2, "total_usage": 1 }))]);
    let named = server.base_url.replace("127.0.0.1", "localhost");
    let run = orq_process().args(["--base-url", &named, "credits"]).env("OPENROUTER_MANAGEMENT_KEY", KEY).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn the_working_directory_configures_nothing_but_keys() {
    let evil = Server::in_turn(vec![Reply::error(500, "evil")]);
    let server = Server::in_turn(vec![Reply::data(json!({ "total_credits": 2, "total_usage": 1 }))]);
    let orq = server.orq(["credits"]);
    let evil_url = &evil.base_url;
    let settings = format!(
        "OPENROUTER_BASE_URL={evil_url}\nORQ_BASE_URL={evil_url}\nHTTP_PROXY={evil_url}\nORQ_NOW=2000-01-01T00:00:00Z\n"
    );
    std::fs::write(orq.home.path().join(".env"), settings).unwrap();
    std::fs::write(orq.home.path().join("config.toml"), "[profiles.default]\nbase_url = \"x\"\n").unwrap();
    let run = orq.run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!((evil.seen().len(), server.seen().len()), (0, 1));
}
