//! An editor beside the program: how long it takes until what is typed has been looked at.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

/// So many changes, one at a time, as fast as they can be written.
pub const EDITS: usize = 500;

const URI: &str = "file:///nowhere/script.orq";

/// From the first of the changes until the last of them has been answered, and how many were looked at.
pub fn edits(text: &str, now: &str) -> Result<(Duration, usize), String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orq"));
    command.arg("lsp").env("ORQ_NOW", now).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let measured = measured(&mut child, text);
    let ended = child.kill().and_then(|()| child.wait());
    let found = measured?;
    ended.map(|_| found).map_err(|error| error.to_string())
}

fn measured(child: &mut Child, text: &str) -> Result<(Duration, usize), String> {
    let mut to = child.stdin.take().ok_or("no input")?;
    let mut from = BufReader::new(child.stdout.take().ok_or("no output")?);
    let mut send = |message: Json| {
        let body = message.to_string();
        to.write_all(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).map_err(|e| e.to_string())
    };
    let params = json!({"capabilities": {}, "processId": null});
    send(json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}))?;
    let document = json!({"uri": URI, "languageId": "orq", "version": 0, "text": text});
    send(json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}}))?;
    while version(&read(&mut from)?) != Some(0) {}
    let start = Instant::now();
    let line = text.lines().count() / 2;
    for version in 1..=EDITS {
        let (place, text) = (json!({"line": line, "character": 0}), if version % 2 == 1 { "#" } else { "" });
        let end = json!({"line": line, "character": (version + 1) % 2});
        let change = json!({"range": {"start": place, "end": end}, "text": text});
        let params = json!({"textDocument": {"uri": URI, "version": version}, "contentChanges": [change]});
        send(json!({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}))?;
    }
    let mut looked_at = 1;
    while version(&read(&mut from)?) != u64::try_from(EDITS).ok() {
        looked_at += 1;
    }
    Ok((start.elapsed(), looked_at))
}

/// The version of a text that something is told of.
fn version(message: &Json) -> Option<u64> {
    message.get("params")?.get("version")?.as_u64()
}

fn read(from: &mut BufReader<impl std::io::Read>) -> Result<Json, String> {
    let (mut length, mut line) = (0, String::new());
    loop {
        line.clear();
        if from.read_line(&mut line).map_err(|error| error.to_string())? == 0 {
            return Err("the server ended".to_string());
        }
        match line.trim_end().split_once(": ") {
            Some((_, value)) => length = value.parse().map_err(|error| format!("{error}: {line}"))?,
            None => break,
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).map_err(|error| error.to_string())?;
    serde_json::from_slice(&body).map_err(|error| error.to_string())
}
