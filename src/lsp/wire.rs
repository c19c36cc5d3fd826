//! Messages of standard input and output, each behind a header with its length. What is no message is answered and ends
//! nothing.

use std::io::{self, BufRead, Read as _, Write as _};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId};
use serde_json::{Value as Json, json};

use crate::diagnostics::{Code, Diagnostic};

/// A message has at most so many bytes.
const MAX_BYTES: u64 = 32 << 20;

/// And a line of its header.
const MAX_HEADER: u64 = 4 << 10;

/// What came in.
#[derive(Debug)]
pub enum Incoming {
    Request(Request),
    Notification(Notification),
    /// It is answered with this.
    Refused(Json),
}

/// Both ends, each with a thread of its own: neither a client that does not write nor one that does not read stops the
/// server.
pub struct Wire {
    pub incoming: Receiver<Incoming>,
    outgoing: Sender<String>,
    writer: JoinHandle<()>,
}

impl Wire {
    /// Standard input and output.
    pub fn standard() -> Result<Self, Diagnostic> {
        let no_thread = |error: io::Error| {
            Diagnostic::error(Code::E0703, format!("no thread can be started: {error}")).help("close other programs")
        };
        let (read, incoming) = channel();
        let (outgoing, written) = channel::<String>();
        std::thread::Builder::new().spawn(move || read_all(&mut io::stdin().lock(), &read)).map_err(no_thread)?;
        let writer = std::thread::Builder::new()
            .spawn(move || {
                let mut stdout = io::stdout().lock();
                for text in written {
                    let message = format!("Content-Length: {}\r\n\r\n{text}", text.len());
                    if stdout.write_all(message.as_bytes()).and_then(|()| stdout.flush()).is_err() {
                        // Nobody reads any more.
                        return;
                    }
                }
            })
            .map_err(no_thread)?;
        Ok(Self { incoming, outgoing, writer })
    }

    pub fn send(&self, message: Message) {
        let mut json = serde_json::to_value(message).unwrap_or_default();
        if let Some(fields) = json.as_object_mut() {
            fields.insert("jsonrpc".to_string(), json!("2.0"));
        }
        self.send_json(&json);
    }

    pub fn send_json(&self, message: &Json) {
        // Where nobody reads any more, the input ends too.
        let _ = self.outgoing.send(message.to_string());
    }

    /// What was said is written before the process ends.
    pub fn finish(self) {
        drop(self.outgoing);
        // A panic has printed what it knows.
        let _ = self.writer.join();
    }
}

/// Hands on each message; ends with the input, or with who takes them.
fn read_all(input: &mut dyn BufRead, to: &Sender<Incoming>) {
    while let Some(body) = body(input) {
        let message = match body {
            Body::Whole(bytes) => message(&bytes),
            Body::TooLong => Some(refused(
                &Json::Null,
                ErrorCode::InvalidRequest,
                &format!("a message has at most {MAX_BYTES} bytes"),
            )),
            Body::NoLength => Some(refused(&Json::Null, ErrorCode::ParseError, "a header without `Content-Length`")),
        };
        if message.is_some_and(|message| to.send(message).is_err()) {
            return;
        }
    }
}

enum Body {
    Whole(Vec<u8>),
    TooLong,
    NoLength,
}

/// The next message; nothing at the end of the input.
fn body(input: &mut dyn BufRead) -> Option<Body> {
    let mut length: Option<u64> = None;
    let mut is_begun = false;
    loop {
        let mut line = Vec::new();
        match input.take(MAX_HEADER).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return None,
            Ok(_) => {}
        }
        let line = line.trim_ascii();
        if line.is_empty() {
            match (length, is_begun) {
                (Some(length), _) => return whole(input, length),
                // Line ends between messages are none.
                (None, false) => continue,
                (None, true) => return Some(Body::NoLength),
            }
        }
        is_begun = true;
        let text = String::from_utf8_lossy(line);
        if let Some((name, value)) = text.split_once(':')
            && name.trim().eq_ignore_ascii_case("Content-Length")
        {
            length = value.trim().parse().ok();
        }
    }
}

fn whole(input: &mut dyn BufRead, length: u64) -> Option<Body> {
    if length > MAX_BYTES {
        io::copy(&mut input.take(length), &mut io::sink()).ok()?;
        return Some(Body::TooLong);
    }
    let mut bytes = Vec::new();
    let read = input.take(length).read_to_end(&mut bytes).ok()?;
    (u64::try_from(read) == Ok(length)).then_some(Body::Whole(bytes))
}

/// What a body is; nothing for what nobody waits for.
fn message(bytes: &[u8]) -> Option<Incoming> {
    let json: Json = match serde_json::from_slice(bytes) {
        Ok(json) => json,
        Err(error) => return Some(refused(&Json::Null, ErrorCode::ParseError, &format!("no JSON: {error}"))),
    };
    let (method, id) = (json.get("method").and_then(Json::as_str), json.get("id"));
    let params = json.get("params").cloned().unwrap_or_default();
    Some(match (method, id) {
        (Some(method), None) => Incoming::Notification(Notification { method: method.to_string(), params }),
        (Some(method), Some(id)) => match serde_json::from_value::<RequestId>(id.clone()) {
            Ok(id) => Incoming::Request(Request { id, method: method.to_string(), params }),
            Err(_) => refused(id, ErrorCode::InvalidRequest, "an id is a whole number of 32 bits or a text"),
        },
        // The answer to a question that was never asked.
        (None, Some(_)) if json.get("result").is_some() || json.get("error").is_some() => return None,
        (None, id) => refused(id.unwrap_or(&Json::Null), ErrorCode::InvalidRequest, "no message: it has no `method`"),
    })
}

fn refused(id: &Json, code: ErrorCode, message: &str) -> Incoming {
    Incoming::Refused(json!({"jsonrpc": "2.0", "id": id, "error": {"code": code as i32, "message": message}}))
}
