//! Keys are never written: planted in every place that keys come from, against a server that says them back in every
//! way it can, they are in no byte of standard output, standard error or any file.

use std::fs;
use std::path::{Path, PathBuf};

use orq::model::catalog::SourceGrain;
use serde_json::json;

use crate::support::scripted::{Reply, Seen, Server};
use crate::support::{Orq, orq};

const MANAGEMENT: &str = "sk-or-v1-canary0c0ffee0management0feedface";
const API: &str = "sk-or-v1-canary0c0ffee0api0feedface";

/// What no byte may hold: the part that both keys share, and each behind its prefix.
const TRACES: [&str; 3] = ["canary0c0ffee0", "0management0feedface", "0api0feedface"];

/// A server that knows nothing but what it was told, the key first of all.
#[derive(Clone, Copy, Debug)]
enum Echo {
    /// Rows of the right shape, with the key for every text.
    Answers,
    /// The key where a number, a date or a list should be.
    WrongTypes,
    /// Refusals with the key in message, metadata and headers.
    Refusals(u16),
    /// A redirect to an address with the key in it.
    Redirect,
    /// A page that is no JSON.
    Page,
    /// JSON of another shape.
    OtherShape,
    /// JSON that ends in the middle.
    CutOff,
    /// No HTTP.
    NoHttp,
    /// An error with status 200.
    ErrorInside,
}

impl Echo {
    const ALL: [Self; 16] = [
        Self::Answers,
        Self::WrongTypes,
        Self::Refusals(400),
        Self::Refusals(401),
        Self::Refusals(402),
        Self::Refusals(403),
        Self::Refusals(404),
        Self::Refusals(429),
        Self::Refusals(500),
        Self::Refusals(503),
        Self::Redirect,
        Self::Page,
        Self::OtherShape,
        Self::CutOff,
        Self::NoHttp,
        Self::ErrorInside,
    ];

    fn server(self) -> Server {
        Server::new(move |seen, _| self.reply(seen))
    }

    fn reply(self, seen: &Seen) -> Reply {
        let header = seen.header("authorization").unwrap_or("no header");
        let key = header.trim_start_matches("Bearer ");
        let headers = |reply: Reply| {
            reply
                .header(&format!("X-Echo: {header}"))
                .header(&format!("Retry-After: {key}"))
                .header(&format!("Date: {key}"))
        };
        match self {
            Self::Answers => headers(Reply::ok(rows(seen, key))),
            Self::WrongTypes => Reply::data(json!([{
                "id": [key], "name": { "key": key }, "date": key, "model": "a/b", "usage": key, "requests": key,
                "byok_usage_inference": header, "total_credits": key, "total_usage": header, "label": [key],
                "created_at": key, "provider_responses": key, "disabled": key,
            }])),
            Self::Refusals(status) => {
                let error = json!({ "code": status, "message": format!("{header} is not {} {key}", key.to_uppercase()), "metadata": { "key": key } });
                let body = json!({ "error": error, key: key });
                headers(Reply::Say { status, headers: String::new(), body: body.to_string() })
            }
            Self::Redirect => {
                Reply::error(302, header).header(&format!("Location: http://127.0.0.1:9/{key}?key={key}"))
            }
            Self::Page => headers(Reply::ok(format!("<html>{key} {header}</html>"))),
            Self::OtherShape => Reply::ok(json!({ key: [key], "data": key, "error": { "message": header } })),
            Self::CutOff => Reply::ok(format!("{{\"data\":[{{\"{key}\":\"{key}\"")),
            Self::NoHttp => Reply::Bytes(format!("{header}\r\n{key}\r\n\r\n").into_bytes()),
            Self::ErrorInside => Reply::ok(json!({ "error": { "code": 400, "message": header } })),
        }
    }
}

/// Rows that every source can read, with the key in every text and in a field of its own.
fn rows(seen: &Seen, key: &str) -> serde_json::Value {
    let mut row = json!({
        "id": key, "name": key, "slug": key, "label": key, "hash": key, "description": format!("this is {key}"),
        "date": "2026-02-18", "model": format!("openai/{key}"), "model_permaslug": key, "endpoint_id": key,
        "provider_name": key, "usage": 1.5, "byok_usage_inference": 0.5, "requests": 3, "prompt_tokens": 1,
        "completion_tokens": 2, "reasoning_tokens": 0, "total_credits": 9, "total_usage": 3, "disabled": false,
        "usage_daily": 0, "usage_weekly": 0, "usage_monthly": 0, "byok_usage": 0, "byok_usage_daily": 0,
        "byok_usage_weekly": 0, "byok_usage_monthly": 0, "is_management_key": true, key: key,
        "provider_responses": [{ "provider_name": key, "status": 200, key: key }],
        "pricing": { "prompt": "0", "completion": "0" }, "canonical_slug": key,
    });
    let lists = json!({
        "limit_usd": 1, "workspace_id": key,
        "provider": key, "type": key, "enabled": true, "source": key, "display_name": key, "macro_category": key,
        "usage_share": 0.5, "token_share": 0.5, "tag": key, "app_name": key, "app_slug": key, "app_id": 1, "rank": 1,
        "total_tokens": "1", "total_requests": 1, "turn_range": key, "median_session_cost_usd": 1, "role": key,
        "first_name": key, "email": key, "input": { "prompt": key }, "output": { "completion": key },
    });
    row.as_object_mut().unwrap().extend(lists.as_object().unwrap().clone());
    let listed = match seen.param("offset") {
        Some(_) => json!([]),
        None => json!([row]),
    };
    match seen.path.as_str() {
        "/credits" | "/key" | "/generation" | "/generation/content" => json!({ "data": row, key: header_of(key) }),
        "/models/a/b/endpoints" => json!({ "data": { "endpoints": listed, key: key } }),
        "/classifications/task" => json!({ "data": { "classifications": listed, "as_of": key } }),
        "/analytics/query" => json!({ "data": {
            "data": [{
                "model": key, "generation_id": key, "provider": key, "finish_reason": key, "total_usage": 1.5,
                "request_count": "3", "credits_usage": 1, "byok_request_count": 0, "tokens_total": 3,
                "tokens_prompt": "2", "tokens_completion": "1", "reasoning_tokens": 0, "cached_tokens": "0",
                "avg_latency": 1.5, key: key,
            }],
            "metadata": { "row_count": 1, "truncated": false, "query_time_ms": 1 }, key: header_of(key),
        } }),
        "/benchmarks" => json!({ "data": listed, "meta": { "citation": header_of(key) } }),
        path if path.starts_with("/datasets/") => json!({ "data": listed, "meta": { "as_of": key } }),
        _ => json!({ "data": listed, key: header_of(key) }),
    }
}

fn header_of(key: &str) -> String {
    format!("Bearer {key}")
}

/// The places that keys come from.
#[derive(Clone, Copy, Debug)]
enum Place {
    Environment,
    DotEnv,
    HomeDotEnv,
    KeyFile,
    BareKeyFile,
    Command,
    ProfileFile,
}

impl Place {
    const ALL: [Self; 7] = [
        Self::Environment,
        Self::DotEnv,
        Self::HomeDotEnv,
        Self::KeyFile,
        Self::BareKeyFile,
        Self::Command,
        Self::ProfileFile,
    ];

    /// Plants both keys, and says which files hold them.
    fn plant(self, orq: Orq) -> (Orq, Vec<PathBuf>) {
        let home = orq.home.path().to_path_buf();
        let lines = format!("OPENROUTER_MANAGEMENT_KEY={MANAGEMENT}\nOPENROUTER_API_KEY='{API}'\n");
        let put = |path: &str, text: &str| {
            let path = home.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            path
        };
        match self {
            Self::Environment => {
                (orq.env("OPENROUTER_MANAGEMENT_KEY", MANAGEMENT).env("OPENROUTER_API_KEY", API), vec![])
            }
            Self::DotEnv => {
                let path = put("work/.env", &lines);
                (orq.cwd(home.join("work")), vec![path])
            }
            Self::HomeDotEnv => {
                let path = put(".openclaw/.env", &lines);
                (orq, vec![path])
            }
            Self::KeyFile => {
                let path = put("keys", &lines);
                (orq.args(["--key-file", "keys"]), vec![path])
            }
            Self::BareKeyFile => {
                let path = put("key", MANAGEMENT);
                (orq.args(["--key-file", "key"]), vec![path])
            }
            Self::Command => {
                let secret = put("config/secret", MANAGEMENT);
                let other = put("config/other", API);
                let config = "[profiles.work]\nmanagement_key_command = [\"cat\", \"secret\"]\napi_key_command = [\"cat\", \"other\"]\n";
                put("config/config.toml", config);
                (
                    orq.env("ORQ_CONFIG_DIR", home.join("config").to_str().unwrap()).args(["--profile", "work"]),
                    vec![secret, other],
                )
            }
            Self::ProfileFile => {
                let secret = put("config/secret", &lines);
                put(
                    "config/config.toml",
                    "[profiles.default]\nmanagement_key_file = \"secret\"\napi_key_file = \"secret\"\n",
                );
                (orq.env("ORQ_CONFIG_DIR", home.join("config").to_str().unwrap()), vec![secret])
            }
        }
    }
}

/// What a run left behind, searched.
struct Searched {
    code: i32,
    printed: String,
    files: Vec<PathBuf>,
}

/// Runs it and searches everything that is there afterwards.
fn search(what: &str, orq: Orq, planted: &[PathBuf]) -> Searched {
    let output = orq.command().output().unwrap();
    let printed = [output.stdout.as_slice(), b"\n", output.stderr.as_slice()].concat();
    assert_clean(what, "the terminal", &printed);
    let files = files(orq.home.path());
    for file in files.iter().filter(|file| !planted.contains(file)) {
        assert_clean(what, &file.display().to_string(), file.to_string_lossy().as_bytes());
        assert_clean(what, &file.display().to_string(), &fs::read(file).unwrap());
    }
    Searched { code: output.status.code().unwrap(), printed: String::from_utf8_lossy(&printed).into_owned(), files }
}

fn assert_clean(what: &str, place: &str, bytes: &[u8]) {
    let bytes = bytes.to_ascii_lowercase();
    for trace in TRACES {
        let found = bytes.windows(trace.len()).any(|window| window == trace.as_bytes());
        assert!(!found, "{what}: {trace} is in {place}:\n{}", String::from_utf8_lossy(&bytes));
    }
}

/// Every file below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// Every source of the catalog that is asked for, with the argument that some want.
fn sources() -> Vec<String> {
    let asked = orq::session::CATALOG.sources.iter().filter(|source| source.grain != SourceGrain::Files);
    let sources = asked.map(|source| match source.name {
        "generation" | "content" => format!("{} gen-1", source.name),
        "endpoints" => "endpoints a/b".to_string(),
        "analytics" => "analytics | group model_permaslug | sum cost".to_string(),
        name => name.to_string(),
    });
    let sources: Vec<String> = sources.collect();
    assert!(sources.len() > 20);
    sources
}

#[test]
fn the_search_finds_what_it_looks_for() {
    for key in [MANAGEMENT, API] {
        let text = format!("{} in the middle", key.to_uppercase());
        assert!(std::panic::catch_unwind(|| assert_clean("", "", text.as_bytes())).is_err());
    }
}

#[test]
fn the_server_gets_the_key_and_says_it_back() {
    let server = Echo::Answers.server();
    let (orq, _) = Place::Environment.plant(orq());
    let Searched { code, printed, .. } =
        search("activity", orq.args(["--base-url", &server.base_url, "activity"]), &[]);
    assert_eq!(code, 0, "{printed}");
    assert_eq!(server.seen()[0].header("authorization"), Some(header_of(MANAGEMENT).as_str()));
    assert!(printed.contains("[key]"), "{printed}");
}

#[test]
fn no_answer_and_no_error_shows_the_key() {
    let (mut failures, mut answers) = (0, 0);
    for echo in Echo::ALL {
        let server = echo.server();
        for source in sources() {
            // What is not found is waited for.
            if source.ends_with("gen-1") && matches!(echo, Echo::Refusals(404)) {
                continue;
            }
            let (orq, planted) = Place::Environment.plant(orq());
            let run = orq.args(["--base-url", &server.base_url, "--retries", "0", "-f", "json", &source]);
            let Searched { code, printed, .. } = search(&format!("{source} from {echo:?}"), run, &planted);
            assert!(matches!(code, 0 | 4), "{source} from {echo:?}: {code}\n{printed}");
            failures += usize::from(code == 4);
            answers += usize::from(code == 0 && matches!(echo, Echo::Answers));
        }
    }
    assert!(failures > 240, "{failures} failures");
    assert_eq!(answers, sources().len(), "rows of the right shape are read by all");
}

#[test]
fn no_place_that_a_key_comes_from_gives_it_away() {
    for place in Place::ALL {
        for echo in [Echo::Answers, Echo::Refusals(401), Echo::Refusals(403)] {
            let server = echo.server();
            let (orq, planted) = place.plant(orq());
            let run = orq.args(["--base-url", &server.base_url, "activity"]);
            let Searched { code, printed, .. } = search(&format!("{place:?} with {echo:?}"), run, &planted);
            assert_eq!(code, if matches!(echo, Echo::Answers) { 0 } else { 4 }, "{place:?}: {printed}");
            assert_eq!(server.seen()[0].header("authorization"), Some(header_of(MANAGEMENT).as_str()), "{place:?}");
        }
    }
}

#[test]
fn no_format_and_no_flag_shows_the_key() {
    for more in [
        vec!["--raw"],
        vec!["-f", "table"],
        vec!["-f", "record"],
        vec!["-f", "csv"],
        vec!["-f", "tsv"],
        vec!["-f", "jsonl"],
        vec!["-f", "markdown"],
        vec!["-f", "envelope"],
        vec!["--errors", "json"],
        vec!["--color", "always"],
    ] {
        for echo in [Echo::Answers, Echo::WrongTypes, Echo::Refusals(400), Echo::Page, Echo::Redirect] {
            let server = echo.server();
            let (orq, planted) = Place::Environment.plant(orq());
            let run = orq.args(["--base-url", &server.base_url]).args(more.iter().copied()).args(["activity"]);
            search(&format!("{more:?} with {echo:?}"), run, &planted);
        }
    }
}

#[test]
fn no_file_that_is_saved_holds_the_key() {
    for file in ["a.csv", "a.json", "a.jsonl", "a.parquet"] {
        let server = Echo::Answers.server();
        let (orq, planted) = Place::DotEnv.plant(orq());
        let query = format!("activity | save \"{file}\"");
        let saved = orq.home.path().join("work").join(file);
        let found = search(file, orq.args(["--base-url", &server.base_url, &query]), &planted);
        assert_eq!(found.code, 0, "{}", found.printed);
        assert!(found.files.contains(&saved), "it was there to be searched");
    }
}

#[test]
fn what_needs_no_key_does_not_read_one() {
    for place in Place::ALL {
        for words in [
            vec!["check", "activity last 7d | sum cost"],
            vec!["check", "activity last 7d | sum cots"],
            vec!["explain", "activity last 7d | sum cost"],
            vec!["explain", "E0501"],
            vec!["describe"],
            vec!["describe", "activity"],
            vec!["--help"],
            vec!["--demo", "credits"],
            vec!["activity today"],
            vec!["activity | sum nonsense"],
        ] {
            let (orq, planted) = place.plant(orq());
            search(&format!("{words:?}"), orq.args(words.iter().copied()), &planted);
        }
    }
}

#[cfg(unix)]
#[test]
fn the_history_of_the_prompt_drops_lines_with_keys() {
    let home = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_orq"));
    command.arg("--demo").env_clear().env("HOME", home.path()).env("TERM", "xterm").env("LC_ALL", "C.UTF-8");
    command.env("ORQ_NOW", crate::support::NOW).current_dir(home.path());
    let mut prompt = rexpect::session::spawn_command(command, Some(20_000)).unwrap();
    prompt.exp_string("orq> ").unwrap();
    prompt.send_line("credits | select total").unwrap();
    prompt.exp_string("orq> ").unwrap();
    prompt.send_line(&format!("generation {MANAGEMENT} | limit 0 | select nothing")).unwrap();
    prompt.exp_string("orq> ").unwrap();
    prompt.send_line(":quit").unwrap();
    prompt.exp_eof().unwrap();
    let kept = files(home.path());
    assert!(
        kept.iter().any(|file| fs::read_to_string(file).unwrap_or_default().contains("credits | select total")),
        "{kept:?}"
    );
    for file in kept {
        assert_clean("history", &file.display().to_string(), &fs::read(&file).unwrap());
    }
}
