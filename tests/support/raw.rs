//! A POST by hand, over a plain socket: a second client, which knows nothing of the first.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

/// Status and JSON of the answer to a body.
pub fn post(base_url: &str, target: &str, key: &str, body: &str) -> (u16, Value) {
    let (host, base) = base_url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let head = format!("POST /{base}{target} HTTP/1.0\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n");
    send(host, &format!("{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len()))
}

/// Status and JSON of the answer to a GET, whatever the status is.
pub fn get(base_url: &str, target: &str, key: &str) -> (u16, Value) {
    let (host, base) = base_url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    send(host, &format!("GET /{base}{target} HTTP/1.0\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\r\n"))
}

fn send(host: &str, request: &str) -> (u16, Value) {
    let mut socket = TcpStream::connect(host).unwrap();
    socket.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}")))
}
