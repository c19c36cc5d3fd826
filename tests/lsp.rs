//! `orq lsp` as a client sees it that knows nothing of the server but the protocol: a header with a length, and JSON.

mod edits;
mod life;
mod places;
mod talk;

use std::io::{BufReader, Read as _, Write as _};
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
    said: Receiver<Json>,
    /// Messages that nobody has waited for yet.
    kept: Vec<Json>,
    next: u64,
    orq: Orq,
}

impl Client {
    /// A server that has been told of a client that counts in UTF-16, in the directory that it runs in.
    fn start() -> Self {
        Self::with(&[])
    }

    /// The same, with these files.
    fn with(files: &[(&str, &str)]) -> Self {
        let mut client = Self::raw(files);
        let answer = client.initialize(json!({}));
        assert_eq!(answer["result"]["capabilities"]["positionEncoding"], "utf-16", "{answer}");
        client
    }

    fn raw(files: &[(&str, &str)]) -> Self {
        let orq = orq().args(["lsp"]);
        for (name, text) in files {
            let path = orq.home.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let mut child = orq.command().spawn().unwrap();
        let (tell, said) = channel();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            while let Some(message) = read(&mut stdout) {
                if tell.send(message).is_err() {
                    return;
                }
            }
        });
        let stdin = child.stdin.take();
        Self { child, stdin, said, kept: Vec::new(), next: 0, orq }
    }

    fn initialize(&mut self, capabilities: Json) -> Json {
        let folder = self.uri("");
        let answer = self.ask(
            "initialize",
            json!({
                "processId": null,
                "rootUri": folder,
                "workspaceFolders": [{"uri": folder, "name": "here"}],
                "capabilities": capabilities,
            }),
        );
        self.tell("initialized", json!({}));
        answer
    }

    fn directory(&self) -> &Path {
        self.orq.home.path()
    }

    fn uri(&self, name: &str) -> String {
        format!("file://{}/{name}", self.directory().display())
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(bytes).and_then(|()| stdin.flush()).unwrap();
    }

    fn send(&mut self, message: &Json) {
        let body = message.to_string();
        self.bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    fn tell(&mut self, method: &str, params: Json) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn ask(&mut self, method: &str, params: Json) -> Json {
        self.next += 1;
        let id = self.next;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        self.until(|message| message["id"] == id)
    }

    /// What a question about a text is answered with.
    fn result(&mut self, method: &str, params: Json) -> Json {
        let answer = self.ask(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The next message that is wanted, whatever comes before it; others are kept.
    fn until(&mut self, wanted: impl Fn(&Json) -> bool) -> Json {
        if let Some(at) = self.kept.iter().position(&wanted) {
            return self.kept.remove(at);
        }
        loop {
            let message = self.said.recv_timeout(LONG).expect("the server says something");
            assert_eq!(message["jsonrpc"], "2.0", "{message}");
            if wanted(&message) {
                return message;
            }
            self.kept.push(message);
        }
    }

    fn open(&mut self, name: &str, text: &str) -> String {
        let uri = self.uri(name);
        self.tell(
            "textDocument/didOpen",
            json!({"textDocument": {"uri": uri, "languageId": "orq", "version": 1, "text": text}}),
        );
        uri
    }

    fn change(&mut self, uri: &str, version: u64, changes: Json) {
        let params = json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": changes});
        self.tell("textDocument/didChange", params);
    }

    /// What was told of a version of a text.
    fn told(&mut self, uri: &str, version: u64) -> Vec<Json> {
        let message = self.until(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["version"] == version
        });
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// The codes of what is wrong with a text that was just opened.
    fn codes(&mut self, uri: &str) -> Vec<String> {
        codes(&self.told(uri, 1))
    }

    /// Closes its input; hands back the exit code and standard error.
    fn end(mut self) -> (Option<i32>, String) {
        drop(self.stdin.take());
        let began = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < LONG, "the server goes on");
            std::thread::sleep(Duration::from_millis(10));
        }
        let mut told = String::new();
        self.child.stderr.as_mut().unwrap().read_to_string(&mut told).unwrap();
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

/// The next message; nothing at the end.
fn read(from: &mut impl std::io::BufRead) -> Option<Json> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).unwrap() == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(": ").unwrap();
        assert_eq!(name, "Content-Length");
        length = value.parse().unwrap();
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).unwrap();
    Some(serde_json::from_slice(&body).unwrap())
}

fn codes(told: &[Json]) -> Vec<String> {
    told.iter().map(|found| found["code"].as_str().unwrap().to_string()).collect()
}

/// The position of a byte, counted in UTF-16, by walking the text.
fn position(text: &str, byte: usize) -> Json {
    let (mut line, mut character) = (0, 0);
    for c in text[..byte].chars() {
        if c == '\n' {
            (line, character) = (line + 1, 0);
        } else {
            character += c.len_utf16();
        }
    }
    json!({"line": line, "character": character})
}

/// The byte of a position, counted in UTF-16.
fn byte(text: &str, position: &Json) -> usize {
    let (line, character) = (position["line"].as_u64().unwrap(), position["character"].as_u64().unwrap());
    let start: usize = text.split_inclusive('\n').take(line as usize).map(str::len).sum();
    let (mut at, mut units) = (start, 0);
    for c in text[start..].chars() {
        if units >= character || c == '\n' {
            break;
        }
        (at, units) = (at + c.len_utf8(), units + c.len_utf16() as u64);
    }
    at
}

/// Where a piece of a text is, and so many bytes behind its start.
fn at(uri: &str, text: &str, piece: &str, more: usize) -> Json {
    let start = text.find(piece).unwrap_or_else(|| panic!("no {piece:?} in {text:?}"));
    json!({"textDocument": {"uri": uri}, "position": position(text, start + more)})
}

/// The part of a text that a range names.
fn part<'a>(text: &'a str, range: &Json) -> &'a str {
    &text[byte(text, &range["start"])..byte(text, &range["end"])]
}

/// A text with the edits of a client applied, the last first.
fn edited(text: &str, edits: &Json) -> String {
    let mut places: Vec<(usize, usize, &str)> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (byte(text, &range["start"]), byte(text, &range["end"]), edit["newText"].as_str().unwrap())
        })
        .collect();
    places.sort_unstable();
    let mut text = text.to_string();
    for (start, end, new) in places.into_iter().rev() {
        text.replace_range(start..end, new);
    }
    text
}
