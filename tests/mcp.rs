//! `orq mcp` as a client sees it that knows nothing of the server but the protocol: a line of JSON each way.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use crate::support::{Orq, orq};

/// Longer than anything here takes on a busy machine.
const LONG: Duration = Duration::from_secs(120);

/// A server, and what it has said.
struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    /// Answers that somebody else waits for.
    kept: Vec<Json>,
    next: u64,
    /// Keeps its directory.
    _orq: Orq,
}

impl Client {
    fn start(orq: Orq) -> Self {
        let mut client = Self::raw(orq);
        let answer = client.ask(
            "initialize",
            json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"}}),
        );
        assert_eq!(answer["result"]["protocolVersion"], "2025-06-18");
        assert_eq!(answer["result"]["serverInfo"]["name"], "orq");
        assert!(answer["result"]["instructions"].as_str().unwrap().contains("activity last 7d"));
        client.write(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}).to_string());
        client
    }

    fn raw(orq: Orq) -> Self {
        let mut child = orq.command().spawn().unwrap();
        let (said, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| said.send(line)));
        let stdin = child.stdin.take();
        Self { child, stdin, lines, kept: Vec::new(), next: 0, _orq: orq }
    }

    fn write(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(line.as_bytes()).and_then(|()| stdin.write_all(b"\n")).and_then(|()| stdin.flush()).unwrap();
    }

    fn send(&mut self, method: &str, params: Json) -> u64 {
        self.next += 1;
        self.write(&json!({"jsonrpc": "2.0", "id": self.next, "method": method, "params": params}).to_string());
        self.next
    }

    fn message(&mut self) -> Json {
        let line = self.lines.recv_timeout(LONG).expect("the server says something");
        let message: Json = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(message["jsonrpc"], "2.0", "{line}");
        message
    }

    /// The answer to this, whatever comes before it.
    fn answer(&mut self, id: impl Into<Json>) -> Json {
        let id = id.into();
        if let Some(at) = self.kept.iter().position(|message| message["id"] == id) {
            return self.kept.remove(at);
        }
        loop {
            let message = self.message();
            if message["id"] == id {
                return message;
            }
            self.kept.push(message);
        }
    }

    fn ask(&mut self, method: &str, params: Json) -> Json {
        let id = self.send(method, params);
        self.answer(id)
    }

    fn call(&mut self, tool: &str, arguments: Json) -> Json {
        let answer = self.ask("tools/call", json!({"name": tool, "arguments": arguments}));
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    /// What a tool says, where it does what it was asked for.
    fn text(&mut self, tool: &str, arguments: Json) -> String {
        let result = self.call(tool, arguments);
        assert_eq!(result["isError"], json!(false), "{result}");
        result["content"][0]["text"].as_str().unwrap().to_string()
    }

    /// What a tool finds wrong: the document of `--errors json`.
    fn errors(&mut self, tool: &str, arguments: Json) -> Json {
        let result = self.call(tool, arguments);
        assert_eq!(result["isError"], json!(true), "{result}");
        serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap()
    }

    /// Closes its input; hands back the exit code and standard error.
    fn end(mut self) -> (Option<i32>, String) {
        drop(self.stdin.take());
        let began = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < LONG, "the server goes on");
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut told = String::new();
        std::io::Read::read_to_string(self.child.stderr.as_mut().unwrap(), &mut told).unwrap();
        (self.child.wait().unwrap().code(), told)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn demo(more: &[&str]) -> Orq {
    orq().args(["--demo", "mcp"]).args(more.iter().copied())
}

fn with(orq: Orq, files: &[(&str, &str)]) -> Orq {
    for (name, text) in files {
        std::fs::write(orq.home.path().join(name), text).unwrap();
    }
    orq
}

/// The cost of each model in the seven days before, in the order of their names.
fn costs() -> Vec<(String, f64)> {
    crate::support::rows("activity last 7d | group model | sum cost")
        .iter()
        .map(|row| (row["model"].as_str().unwrap().to_string(), row["cost"].as_f64().unwrap()))
        .collect()
}

#[test]
fn the_tools_say_what_they_take_and_only_read() {
    let mut client = Client::start(demo(&[]));
    let answer = client.ask("tools/list", json!({}));
    let tools = answer["result"]["tools"].as_array().unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["query", "check", "explain", "describe"]);
    for tool in tools {
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool}");
        assert!(tool["description"].as_str().unwrap().len() > 20, "{tool}");
        let schema = &tool["inputSchema"];
        assert_eq!((&schema["type"], &schema["additionalProperties"]), (&json!("object"), &json!(false)), "{tool}");
        for (name, property) in schema["properties"].as_object().unwrap() {
            assert!(property["description"].as_str().unwrap().len() > 5, "{name}: {property}");
        }
    }
    assert_eq!(tools[0]["inputSchema"]["required"], json!(["query"]));
    assert_eq!(tools[3]["inputSchema"]["required"], json!([]));
    let saving = Client::start(demo(&["--allow-save"])).ask("tools/list", json!({}));
    assert_eq!(saving["result"]["tools"][0]["annotations"]["readOnlyHint"], false);
    assert_eq!(client.end(), (Some(0), String::new()));
}

#[test]
fn a_query_is_an_envelope_or_a_table_with_its_first_rows() {
    let costs = costs();
    let mut client = Client::start(demo(&[]));
    let query = "activity last 7d | group model | sum cost";
    let whole: Json = serde_json::from_str(&client.text("query", json!({"query": query}))).unwrap();
    assert_eq!((&whole["orq"], &whole["truncated"]), (&json!(1), &json!(false)));
    let rows: Vec<(String, f64)> = whole["rows"].as_array().unwrap().iter().map(row).collect();
    assert_eq!(rows, costs);

    let result = client.call("query", json!({"query": query, "max_rows": 3}));
    let cut: Json = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(cut["truncated"], true);
    assert_eq!(cut["rows"].as_array().unwrap().iter().map(row).collect::<Vec<_>>(), costs[..3]);
    assert_eq!(cut["rows_total"], costs.len());
    assert_eq!(cut["more"], format!("{query} | skip 3"));

    let table = client.call("query", json!({"query": query, "format": "markdown", "max_rows": 2}));
    let text = table["content"][0]["text"].as_str().unwrap();
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(text.starts_with("| model | cost |") && text.contains(&costs[1].0), "{text}");
    assert!(table["content"][1]["text"].as_str().unwrap().contains("first 2 of"), "{table}");
}

fn row(row: &Json) -> (String, f64) {
    (row["model"].as_str().unwrap().to_string(), row["cost"].as_f64().unwrap())
}

#[test]
fn of_several_tables_those_that_are_cut_say_so() {
    let mut client = Client::start(demo(&[]));
    let text = client.text("query", json!({"query": "credits; models | select id", "max_rows": 2}));
    let document: Json = serde_json::from_str(&text).unwrap();
    let cut: Vec<&Json> = document["results"].as_array().unwrap().iter().map(|one| &one["truncated"]).collect();
    assert_eq!(cut, [&json!(false), &json!(true)]);
}

#[test]
fn a_wrong_query_comes_back_with_its_edit() {
    let mut client = Client::start(demo(&[]));
    for tool in ["query", "check", "explain"] {
        let found = client.errors(tool, json!({"query": "activity last 7d | grup model | sum cost"}));
        let error = &found["errors"][0];
        assert_eq!((&error["code"], &error["candidates"]), (&json!("E0102"), &json!(["group"])), "{tool}");
        assert_eq!(error["edits"], json!([{"start": 19, "end": 23, "text": "group"}]), "{tool}");
    }
}

#[test]
fn arguments_that_do_not_fit_are_named() {
    let mut client = Client::start(demo(&[]));
    for (arguments, expected) in [
        (json!({}), "`query` is missing"),
        (json!({"query": 3}), "`query` is 3, and no text"),
        (json!({"query": "credits", "max_rows": 0}), "`max_rows` is 0, and no number of rows"),
        (json!({"query": "credits", "max_rows": "2"}), "`max_rows` is \"2\", and no number of rows"),
        (json!({"query": "credits", "format": "html"}), "`format` cannot be `html`"),
        (json!({"query": "credits", "fromat": "markdown"}), "the tool takes no `fromat`"),
    ] {
        let found = client.errors("query", arguments);
        assert_eq!((&found["errors"][0]["code"], &found["errors"][0]["message"]), (&json!("E0801"), &json!(expected)));
    }
    let nobody = client.ask("tools/call", json!({"name": "drop", "arguments": {}}));
    assert_eq!(nobody["error"]["message"], "there is no tool `drop`");
}

#[test]
fn check_explain_and_describe_send_nothing() {
    // Whatever is sent fails.
    let mut client = Client::start(demo(&["--fault", "500"]));
    let query = json!({"query": "activity last 7d | group model | sum cost"});
    let columns = client.text("check", query.clone());
    assert!(columns.contains("model  text") && columns.contains("cost   number, usd"), "{columns}");
    let plan = client.text("explain", query.clone());
    assert!(plan.contains("GET /activity  (2026-02-12 to 2026-02-18)"), "{plan}");
    assert!(client.text("explain", json!({"query": "E0103"})).starts_with("# E0103"));
    let language = client.text("describe", json!({}));
    assert!(language.starts_with("QUERY = SOURCE") && language.contains("\nVerbs: where"), "{language}");
    assert!(client.text("describe", json!({"name": "activity"})).contains("cost"));
    let found = client.errors("describe", json!({"name": "activty"}));
    assert_eq!(found["errors"][0]["candidates"], json!(["activity"]));
    assert_eq!(client.errors("query", query)["errors"][0]["code"], "E0504");
}

const WEEKLY: &str = "# The dearest models.\nparam days: duration = 7d \"how far back\"\nparam n: number\n\
    param makers: list = [\"openai\", \"google\"]\n\
    activity last @days | where author in @makers | group model | sum cost | top @n\n";

#[test]
fn a_saved_script_is_a_tool_and_a_resource() {
    let files = [("weekly.orq", WEEKLY), ("rates.orq", "const mtok = 1e6\n"), ("notes.txt", "secret")];
    let mut client = Client::start(with(demo(&[]), &files));
    let answer = client.ask("tools/list", json!({}));
    let tools = answer["result"]["tools"].as_array().unwrap();
    // A library prints nothing, and is no tool.
    assert_eq!(tools.len(), 5);
    let tool = &tools[4];
    assert_eq!(tool["name"], "run_weekly");
    assert!(tool["description"].as_str().unwrap().contains("The dearest models."), "{tool}");
    let schema = &tool["inputSchema"];
    assert_eq!(schema["required"], json!(["n"]));
    assert_eq!(
        schema["properties"],
        json!({
            "days": {"type": "string", "description": "how far back: duration, as in 7d", "default": "7d"},
            "n": {"type": "number", "description": "number, as in 10"},
            "makers": {"type": "array", "items": {"type": ["string", "number"]}, "description": "list, as in a,b",
                       "default": ["openai", "google"]},
        })
    );
    let text = client.text("run_weekly", json!({"n": 2, "makers": ["anthropic"], "days": "30d"}));
    let document: Json = serde_json::from_str(&text).unwrap();
    let models: Vec<&str> =
        document["rows"].as_array().unwrap().iter().map(|row| row["model"].as_str().unwrap()).collect();
    assert_eq!(models, ["anthropic/claude-sonnet-4.5", "anthropic/claude-opus-4.5"]);
    assert_eq!(client.errors("run_weekly", json!({}))["errors"][0]["code"], "E0110");
    assert_eq!(client.errors("run_weekly", json!({"n": "many"}))["errors"][0]["code"], "E0006");

    let answer = client.ask("resources/list", json!({}));
    let listed = answer["result"]["resources"].as_array().unwrap();
    let uris: Vec<&str> = listed.iter().map(|resource| resource["uri"].as_str().unwrap()).collect();
    assert_eq!(uris, ["orq://reference", "orq://scripts/rates.orq", "orq://scripts/weekly.orq"]);
    let read = |client: &mut Client, uri: &str| client.ask("resources/read", json!({"uri": uri}));
    let reference = read(&mut client, "orq://reference");
    let expected = include_str!("../grammar/reference.md");
    assert_eq!(reference["result"]["contents"][0]["text"], expected);
    assert_eq!(read(&mut client, "orq://scripts/weekly.orq")["result"]["contents"][0]["text"], WEEKLY);
    for uri in ["orq://scripts/notes.txt", "orq://scripts/../notes.txt", "file:///etc/passwd"] {
        assert_eq!(read(&mut client, uri)["error"]["code"], -32002, "{uri}");
    }
}

#[test]
fn it_is_a_sandbox_whatever_the_command_line_says() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("x.csv"), "a\n1\n").unwrap();
    let there = outside.path().join("x.csv").display().to_string();
    let mut client = Client::start(with(demo(&["--force"]), &[("x.csv", "a\n1\n2\n")]));
    let count = client.text("query", json!({"query": "read \"x.csv\" | count"}));
    assert!(count.contains("\"rows\":[{\"count\":2}]"), "{count}");
    for query in [
        format!("read \"{there}\" | count"),
        "credits | save \"c.csv\"".to_string(),
        "content gen-demo-1".to_string(),
        "generations yesterday | limit 1 | join content on id == id".to_string(),
        "read \"-\" | count".to_string(),
    ] {
        let found = client.errors("query", json!({"query": query}));
        assert_eq!(found["errors"][0]["code"], "E0702", "{query}: {found}");
    }
    let home = client._orq.home.path().to_path_buf();
    assert!(!home.join("c.csv").exists());
    let mut client = Client::start(demo(&["--allow-content"]));
    assert!(client.text("query", json!({"query": "content gen-demo-1"})).contains("\"rows\":[{"));
    let run = demo(&["--allow-host", "example.org"]).run();
    assert_eq!((run.code, run.stderr.starts_with("E0702")), (3, true), "{}", run.stderr);
}

#[test]
fn rows_calls_and_time_have_an_end() {
    let mut client = Client::start(demo(&["--budget-rows", "10", "--max-calls", "3"]));
    let found = client.errors("query", json!({"query": "activity last 30d"}));
    assert_eq!(found["errors"][0]["code"], "E0702");
    let found =
        client.errors("query", json!({"query": "analytics last 30d | group provider, model, key | sum cost | top 3"}));
    assert_eq!(found["errors"][0]["code"], "E0603");
    let mut slow = Client::start(demo(&["--budget-seconds", "0.5", "--fault", "latency=30s"]));
    let began = Instant::now();
    let found = slow.errors("query", json!({"query": "credits"}));
    assert_eq!(found["errors"][0]["code"], "E0702");
    assert!(found["errors"][0]["message"].as_str().unwrap().contains("0.5 s"), "{found}");
    assert!(began.elapsed() < Duration::from_secs(25));
}

#[test]
fn a_query_that_is_cancelled_ends_and_others_go_on() {
    let never = ["--fault", "latency=1000s", "--timeout", "1000", "--budget-seconds", "1000"];
    let mut client = Client::start(demo(&never));
    // As many as run at once.
    let slow: Vec<u64> = (0..4)
        .map(|_| client.send("tools/call", json!({"name": "query", "arguments": {"query": "credits"}})))
        .collect();
    for id in &slow {
        let gone = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}});
        client.write(&gone.to_string());
    }
    // It has its turn when one of them is over.
    assert!(client.text("check", json!({"query": "credits"})).contains("remaining"));
    assert_eq!(client.ask("ping", json!({}))["result"], json!({}));
    // Nobody waits for the answer to what was cancelled.
    assert!(client.kept.is_empty(), "{:?}", client.kept);
}

#[test]
fn queries_at_once_do_not_mix() {
    let mut client = Client::start(demo(&[]));
    let asked: Vec<(u64, usize)> = (1..=8)
        .map(|n| {
            let query = format!("let n = models | limit {n}; n | count");
            (client.send("tools/call", json!({"name": "query", "arguments": {"query": query}})), n)
        })
        .collect();
    for (id, n) in asked {
        let answer = client.answer(id);
        let text = answer["result"]["content"][0]["text"].as_str().unwrap();
        assert!(text.contains(&format!("\"rows\":[{{\"count\":{n}}}]")), "{n}: {text}");
    }
}

#[test]
fn a_line_that_is_no_message_is_answered_and_ends_nothing() {
    let mut client = Client::start(demo(&[]));
    client.write("no json");
    assert_eq!(client.answer(Json::Null)["error"]["code"], -32700);
    client.write("{\"jsonrpc\":\"2.0\",\"id\":77");
    assert_eq!(client.answer(Json::Null)["error"]["code"], -32700);
    client.write("{\"foo\":1}");
    assert_eq!(client.answer(Json::Null)["error"]["code"], -32600);
    client.write("[1, 2]");
    assert_eq!(client.answer(Json::Null)["error"]["code"], -32600);
    client.write("");
    client.write("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/of_nobody\"}");
    let long = format!("{{\"jsonrpc\":\"2.0\",\"id\":78,\"method\":\"ping\",\"x\":\"{}\"}}", "x".repeat(3 << 20));
    client.write(&long);
    let answer = client.answer(Json::Null);
    assert_eq!(answer["error"]["code"], -32600);
    assert!(answer["error"]["message"].as_str().unwrap().contains("1048576 bytes"), "{answer}");
    assert_eq!(client.ask("no/such/method", json!({}))["error"]["code"], -32601);
    assert_eq!(client.ask("ping", json!({}))["result"], json!({}));
    assert!(client.kept.is_empty(), "{:?}", client.kept);
    assert_eq!(client.end(), (Some(0), String::new()));
}

#[test]
fn no_key_goes_out_whoever_said_it() {
    let secret = "sk-or-v1-0123456789abcdef0123456789abcdef";
    let script = format!("# {secret}\nmodels | where id == \"{secret}\" | count\n");
    let mut client = Client::start(with(demo(&[]), &[("s.orq", &script)]));
    for (method, params) in [
        ("tools/call", json!({"name": "query", "arguments": {"query": format!("models | where id == \"{secret}\"")}})),
        ("tools/call", json!({"name": "query", "arguments": {"query": format!("endpoints {secret}")}})),
        ("tools/call", json!({"name": "query", "arguments": {"query": format!("activity | where `{secret}` > 1")}})),
        ("tools/call", json!({"name": secret, "arguments": {}})),
        ("tools/call", json!({"name": "run_s", "arguments": {}})),
        ("tools/list", json!({})),
        ("resources/read", json!({"uri": "orq://scripts/s.orq"})),
        ("resources/read", json!({"uri": secret})),
        (secret, json!({})),
    ] {
        let answer = client.ask(method, params.clone()).to_string();
        assert!(!answer.contains("sk-or-v1-0123"), "{params}: {answer}");
        assert!(answer.contains("[key]"), "{params}: {answer}");
    }
    let (code, told) = client.end();
    assert_eq!((code, told.contains("sk-or")), (Some(0), false), "{told}");
}

#[test]
fn input_that_ends_early_ends_the_server() {
    // Before anything was said, and while a query is under way.
    assert_eq!(Client::raw(demo(&[])).end(), (Some(0), String::new()));
    let mut client = Client::start(demo(&["--fault", "latency=100s"]));
    client.send("tools/call", json!({"name": "query", "arguments": {"query": "credits"}}));
    let began = Instant::now();
    assert_eq!(client.end(), (Some(0), String::new()));
    assert!(began.elapsed() < Duration::from_secs(60));
    // What can be answered in time is.
    let mut client = Client::start(demo(&[]));
    let id = client.send("tools/call", json!({"name": "check", "arguments": {"query": "credits"}}));
    drop(client.stdin.take());
    assert_eq!(client.answer(id)["result"]["isError"], false);
}

#[test]
fn a_directory_may_be_named() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("x.csv"), "a\n1\n").unwrap();
    std::fs::write(outside.path().join("far.orq"), "read \"x.csv\" | count\n").unwrap();
    let named = |path: &Path| path.display().to_string();
    let mut client = Client::start(with(demo(&["--allow-dir", &named(outside.path())]), &[("near.orq", "credits\n")]));
    let answer = client.ask("tools/list", json!({}));
    let names: Vec<&str> =
        answer["result"]["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names[4..], ["run_far"]);
    let query = format!("read \"{}\" | count", named(&outside.path().join("x.csv")));
    assert!(client.text("query", json!({"query": query})).contains("\"count\":1"));
    // Paths start at the working directory, which is not allowed then.
    assert_eq!(client.errors("run_far", json!({}))["errors"][0]["code"], "E0702");
}
