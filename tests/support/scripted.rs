//! A server that says what a test tells it to, and remembers what it was asked. One connection a request.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use super::{Orq, Run, orq};

/// The key that the tests' requests carry.
pub const KEY: &str = "sk-or-v1-0123456789abcdef-management";

/// One request as it came over the wire.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    /// Below `/api/v1`, without its query.
    pub path: String,
    /// Parameters as they are written in the address, without escapes undone.
    pub query: Vec<(String, String)>,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    /// What was sent along, where it is JSON.
    pub body: Value,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    pub fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(param, _)| param == name).map(|(_, value)| value.as_str())
    }

    /// `/keys?offset=2`, to compare with.
    pub fn target(&self) -> String {
        let query: Vec<String> = self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, query.join("&")) }
    }
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A whole answer.
    Say { status: u16, headers: String, body: String },
    /// These bytes, then the connection closes.
    Bytes(Vec<u8>),
    /// Nothing; the connection closes.
    Drop,
    /// A head that promises a body, and then nothing more for as long as the other side waits.
    Stall,
    /// A body without end.
    Endless,
}

impl Reply {
    pub fn ok(body: impl ToString) -> Self {
        Self::Say { status: 200, headers: String::new(), body: body.to_string() }
    }

    /// Rows, as every endpoint wraps them.
    pub fn data(rows: Value) -> Self {
        Self::ok(serde_json::json!({ "data": rows }))
    }

    /// An error as the API words it (fact 33).
    pub fn error(status: u16, message: &str) -> Self {
        let body = serde_json::json!({ "error": { "code": status, "message": message } });
        Self::Say { status, headers: String::new(), body: body.to_string() }
    }

    pub fn header(self, line: &str) -> Self {
        match self {
            Self::Say { status, headers, body } => Self::Say { status, headers: format!("{headers}{line}\r\n"), body },
            other => other,
        }
    }

    fn put(self, mut to: TcpStream) {
        match self {
            Self::Say { status, headers, body } => {
                let length = body.len();
                let head =
                    format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n");
                // A client that had enough may be gone.
                let _ = to.write_all(head.as_bytes()).and_then(|()| to.write_all(body.as_bytes()));
            }
            Self::Bytes(bytes) => {
                let _ = to.write_all(&bytes);
            }
            Self::Drop => {}
            Self::Stall => {
                let _ = to.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
                // Ends when the client closes.
                let _ = std::io::copy(&mut to, &mut std::io::sink());
            }
            Self::Endless => {
                let _ = to.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                let chunk = format!("40000\r\n{}\r\n", " ".repeat(0x40000));
                while to.write_all(chunk.as_bytes()).is_ok() {}
            }
        }
    }
}

/// The server, for as long as the process lives.
pub struct Server {
    pub base_url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Answers each request with what `reply` makes of it and of its number among all requests, from 0.
    pub fn new(reply: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}/api/v1", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, reply) = (Arc::clone(&seen), Arc::new(reply));
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let (log, reply) = (Arc::clone(&log), Arc::clone(&reply));
                std::thread::spawn(move || {
                    let Ok(mut connection) = connection else { return };
                    let Some(request) = read(&mut connection) else { return };
                    let nth = {
                        let mut log = log.lock().unwrap();
                        log.push(request.clone());
                        log.len() - 1
                    };
                    reply(&request, nth).put(connection);
                });
            }
        });
        Self { base_url, seen }
    }

    /// These replies in turn, whatever is asked; the last one for all that follow.
    pub fn in_turn(replies: Vec<Reply>) -> Self {
        assert!(!replies.is_empty());
        Self::new(move |_, nth| replies[nth.min(replies.len() - 1)].clone())
    }

    /// One reply for each path; 404 elsewhere.
    pub fn of_paths<const N: usize>(replies: [(&'static str, Reply); N]) -> Self {
        Self::new(move |seen, _| {
            let found = replies.iter().find(|(path, _)| *path == seen.path);
            found.map_or_else(|| Reply::error(404, "Not Found"), |(_, reply)| reply.clone())
        })
    }

    /// All requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The addresses of all requests so far, in the order in which they came.
    pub fn targets(&self) -> Vec<String> {
        self.seen().iter().map(Seen::target).collect()
    }

    /// The program, about to ask this server with a management key.
    pub fn orq<I: IntoIterator<Item = S>, S: Into<String>>(&self, arguments: I) -> Orq {
        orq().args(["--base-url", &self.base_url]).args(arguments).env("OPENROUTER_MANAGEMENT_KEY", KEY)
    }

    /// What a query gives.
    pub fn run(&self, query: &str) -> Run {
        self.orq([query]).run()
    }

    /// The rows of a query that must succeed.
    pub fn rows(&self, query: &str) -> Vec<Value> {
        let run = self.orq(["-f", "json", query]).run();
        assert_eq!(run.code, 0, "{query}\n{}", run.stderr);
        serde_json::from_str(&run.stdout).unwrap()
    }
}

impl Run {
    /// What was told on standard error, as words: without the frame that it is drawn in.
    pub fn told(&self) -> String {
        self.stderr.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ")
    }
}

/// The head of a request; nothing where the other side only knocked.
fn read(from: &mut TcpStream) -> Option<Seen> {
    from.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    let mut head = Vec::new();
    let mut piece = [0; 4096];
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        match from.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(length) => head.extend_from_slice(&piece[..length]),
        }
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let (head, begun) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?.to_string(), words.next()?.to_string());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (name.to_string(), value.to_string())
    };
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_string()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse().ok());
    let mut body = begun.as_bytes().to_vec();
    while body.len() < length.unwrap_or(0) {
        match from.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(length) => body.extend_from_slice(&piece[..length]),
        }
    }
    Some(Seen {
        method,
        path: path.strip_prefix("/api/v1").unwrap_or(path).to_string(),
        query: query.split('&').filter(|pair| !pair.is_empty()).map(pair).collect(),
        headers,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    })
}

/// The JSON of a GET by hand, over a plain socket: a second client, which knows nothing of the first.
pub fn get(base_url: &str, target: &str, key: &str) -> Value {
    let (host, base) = base_url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut socket = TcpStream::connect(host).unwrap();
    let ask = format!("GET /{base}{target} HTTP/1.0\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\r\n");
    socket.write_all(ask.as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(" 200 "), "{target}\n{head}\n{body}");
    serde_json::from_str(body).unwrap()
}
