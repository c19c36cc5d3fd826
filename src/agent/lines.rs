//! Messages as lines of standard input and output. A line that is no message is answered and ends nothing; what goes out
//! holds no key.

use std::io::{self, BufRead as _, Read as _, Write as _};
use std::sync::mpsc as outgoing;
use std::thread::JoinHandle;

use rmcp::RoleServer;
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use serde_json::{Value as Json, json};
use tokio::sync::mpsc as incoming;

use crate::diagnostics::{Code, Diagnostic};
use crate::{harmless, net};

/// A message has at most so many bytes.
const MAX_BYTES: usize = 1 << 20;

/// So many lines are read before the first of them is looked at.
const AHEAD: usize = 64;

/// Codes of JSON-RPC.
const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;

enum Line {
    Text(Vec<u8>),
    TooLong,
}

/// Both ends, each with a thread of its own: neither a client that does not write nor one that does not read stops the
/// server.
pub struct Lines {
    lines: incoming::Receiver<Line>,
    out: Option<outgoing::Sender<String>>,
}

/// What writes until nothing more comes.
pub struct Writer(JoinHandle<()>);

impl Writer {
    pub fn finish(self) {
        // A panic has printed what it knows.
        let _ = self.0.join();
    }
}

/// Standard input and output.
pub fn standard() -> Result<(Lines, Writer), Diagnostic> {
    let no_thread = |error: io::Error| {
        Diagnostic::error(Code::E0703, format!("no thread can be started: {error}")).help("close other programs")
    };
    let (read, lines) = incoming::channel(AHEAD);
    let (out, written) = outgoing::channel::<String>();
    std::thread::Builder::new().spawn(move || read_lines(&read)).map_err(no_thread)?;
    let writer = std::thread::Builder::new()
        .spawn(move || {
            let mut stdout = io::stdout().lock();
            for line in written {
                if stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush()).is_err() {
                    // Nobody reads any more.
                    return;
                }
            }
        })
        .map_err(no_thread)?;
    Ok((Lines { lines, out: Some(out) }, Writer(writer)))
}

/// Hands on each line; ends with the input, or with who takes them.
fn read_lines(to: &incoming::Sender<Line>) {
    let mut input = io::stdin().lock();
    let mut skipping = false;
    loop {
        let mut line = Vec::new();
        match input.by_ref().take(MAX_BYTES as u64 + 1).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let ends = line.ends_with(b"\n");
        if std::mem::replace(&mut skipping, !ends && line.len() > MAX_BYTES) {
            continue;
        }
        let line = if line.len() > MAX_BYTES { Line::TooLong } else { Line::Text(line) };
        if to.blocking_send(line).is_err() {
            return;
        }
    }
}

/// What a line is.
enum Read {
    Message(Box<RxJsonRpcMessage<RoleServer>>),
    /// It is answered with this.
    Refused(String),
    Nothing,
}

fn read(line: &[u8]) -> Read {
    let text = line.trim_ascii();
    if text.is_empty() {
        return Read::Nothing;
    }
    let json: Json = match serde_json::from_slice(text) {
        Ok(json) => json,
        Err(error) => return Read::Refused(refusal(&Json::Null, PARSE_ERROR, &format!("no JSON: {error}"))),
    };
    let (id, is_method) = (json.get("id").cloned(), json.get("method").is_some());
    match serde_json::from_value(json) {
        Ok(message) => Read::Message(Box::new(message)),
        Err(_) => match id {
            // A notification of another protocol is answered by nobody.
            None if is_method => Read::Nothing,
            id => Read::Refused(refusal(&id.unwrap_or_default(), INVALID_REQUEST, "no message of MCP")),
        },
    }
}

fn refusal(id: &Json, code: i32, message: &str) -> String {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}}).to_string()
}

/// A message as it goes out.
fn shown(message: &str) -> String {
    format!("{}\n", net::without_secrets(&harmless::json(message)))
}

fn gone() -> io::Error {
    io::Error::from(io::ErrorKind::BrokenPipe)
}

impl Transport<RoleServer> for Lines {
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let written = serde_json::to_string(&message).map_err(io::Error::from);
        let sent = written.and_then(|text| self.out.as_ref().ok_or_else(gone)?.send(shown(&text)).map_err(|_| gone()));
        std::future::ready(sent)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            let refused = match self.lines.recv().await? {
                Line::TooLong => {
                    refusal(&Json::Null, INVALID_REQUEST, &format!("a message has at most {MAX_BYTES} bytes"))
                }
                Line::Text(line) => match read(&line) {
                    Read::Message(message) => return Some(*message),
                    Read::Nothing => continue,
                    Read::Refused(answer) => answer,
                },
            };
            self.out.as_ref()?.send(shown(&refused)).ok()?;
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.out = None;
        Ok(())
    }
}
