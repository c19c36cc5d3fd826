//! One attempt: send, read the bounded body before the deadline, parse. Nothing is retried here.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Response, Url};
use secrecy::ExposeSecret;
use serde_json::Value;

use super::log::Record;
use super::trouble::{Break, Refusal, Trouble, Unreadable};
use super::{Base, Key, retry, safe};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::request::Method;

/// The longest answer that is read, and the longest answer of an error, in bytes.
const LONGEST_BODY: usize = 64 << 20;
const LONGEST_ERROR_BODY: usize = 1 << 20;

/// How much of an answer that is no JSON is shown, in characters.
const BEGINNING: usize = 60;

/// The HTTP client for one base: no redirects, for the key would go along; no proxy to this machine; and only the
/// retries that are written down. Loading the roots of TLS takes a while, so plain HTTP does without.
pub fn http(base: &Base) -> Result<reqwest::Client, Diagnostic> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("orq/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false);
    let builder = if base.is_loopback() {
        // Port 0 stands for the port of the address.
        let here = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()].map(|address| SocketAddr::new(address, 0));
        builder.no_proxy().resolve_to_addrs("localhost", &here)
    } else {
        builder.https_only(true)
    };
    let builder = if base.is_plain() { builder.tls_certs_only([]) } else { builder };
    builder.build().map_err(|problem| {
        Diagnostic::error(Code::E0505, format!("no secure connection can be made: {problem}"))
            .help("install the certificates of this system (the package is often called `ca-certificates`)")
    })
}

/// What one attempt needs.
pub struct Exchange<'a> {
    pub http: &'a reqwest::Client,
    pub method: Method,
    pub url: Url,
    pub body: Option<&'a Value>,
    pub key: &'a Key,
    /// For the whole attempt, the body included.
    pub timeout: Duration,
}

impl Exchange<'_> {
    /// The JSON of the answer.
    pub async fn run(self, record: &mut Record<'_>) -> Result<Value, Trouble> {
        let timeout = self.timeout;
        tokio::time::timeout(timeout, self.ask(record)).await.unwrap_or(Err(Trouble::Broken(Break::TimedOut)))
    }

    async fn ask(self, record: &mut Record<'_>) -> Result<Value, Trouble> {
        let method = match self.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let request = self
            .http
            .request(method, self.url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .bearer_auth(self.key.secret().expose_secret());
        let request = match self.body {
            None => request,
            Some(body) => {
                request.header(CONTENT_TYPE, HeaderValue::from_static("application/json")).body(body.to_string())
            }
        };
        let response = request.send().await.map_err(|error| Trouble::Broken(Break::from(&error)))?;
        record.status(response.status().as_u16());
        if let Some(time) = header(response.headers(), DATE).as_deref().and_then(retry::instant) {
            record.dated(time);
        }
        if !response.status().is_success() {
            return Err(Trouble::Refused(refusal(response, self.key).await));
        }
        let body = read(response, LONGEST_BODY).await?;
        let mut answer = parse(&body, self.key)?;
        safe::clear(&mut answer, self.key);
        match said_in_body(&answer) {
            Some(status) => {
                Err(Trouble::Refused(Refusal { status, message: message(&answer, self.key), ..Refusal::default() }))
            }
            None => Ok(answer),
        }
    }
}

/// The body in pieces, up to `longest` bytes.
async fn read(mut response: Response, longest: usize) -> Result<Vec<u8>, Trouble> {
    let too_long = || Trouble::Unreadable(Unreadable::TooLong(longest));
    if response.content_length().is_some_and(|length| length > longest as u64) {
        return Err(too_long());
    }
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| Trouble::Broken(Break::from(&error)))? {
        if body.len() + piece.len() > longest {
            return Err(too_long());
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

fn parse(body: &[u8], key: &Key) -> Result<Value, Trouble> {
    serde_json::from_slice(body).map_err(|problem| {
        // An answer without a length ends where the connection does: JSON that just stops was cut off.
        if problem.is_eof() {
            return Trouble::Broken(Break::Closed);
        }
        let text: String = String::from_utf8_lossy(body).trim_start().chars().take(BEGINNING).collect();
        let beginning = safe::text(&text, key);
        Trouble::Unreadable(Unreadable::NotJson { line: problem.line(), column: problem.column(), beginning })
    })
}

/// What an answer other than 2xx says. Its body is read as far as it goes.
async fn refusal(response: Response, key: &Key) -> Refusal {
    let headers = response.headers();
    let retry_after =
        header(headers, RETRY_AFTER).and_then(|value| retry::retry_after(&value, header(headers, DATE).as_deref()));
    let location = header(headers, LOCATION).map(|location| safe::text(&location, key));
    let status = response.status().as_u16();
    let body = read(response, LONGEST_ERROR_BODY).await.unwrap_or_default();
    let message = serde_json::from_slice(&body).ok().and_then(|body| message(&body, key));
    Refusal { status, message, retry_after, location }
}

fn header(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The message of an error body: `{"error":{"message":"…"}}` (fact 33), or `{"error":"…"}`.
fn message(body: &Value, key: &Key) -> Option<String> {
    let error = body.get("error")?;
    let said = error.get("message").unwrap_or(error).as_str()?;
    Some(safe::text(said, key)).filter(|said| !said.is_empty())
}

/// The status of an error that comes as a body with status 200.
fn said_in_body(body: &Value) -> Option<u16> {
    if body.get("data").is_some() {
        return None;
    }
    let code = body.get("error")?.get("code")?.as_u64()?;
    u16::try_from(code).ok().filter(|code| (400..600).contains(code))
}
