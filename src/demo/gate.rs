//! What every request passes: faults, the route, the key, the rate limit; then its endpoint.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use tokio::time::{Instant, sleep};

use super::account::Account;
use super::call::{Answer, Call};
use super::fault::{Fault, Faults};
use super::refusal::Refusal;
use super::wire::{Line, Mode};
use super::{BASE_PATH, Now, routes};

/// Bytes of a request that are read; a query with thousands of ids has less.
const LARGEST_BODY: usize = 1 << 20;

/// Pieces of a slow body.
const PIECES: u32 = 20;

/// The server's state: the account, the clock, and what faults have to remember.
pub struct Gate {
    pub account: Account,
    pub now: Now,
    pub faults: Faults,
    /// How often a fault (by its place) has met a path or an id.
    pub met: Mutex<HashMap<(usize, String), u32>>,
    /// When a key has asked within the last minute.
    pub asked: Mutex<HashMap<String, VecDeque<Instant>>>,
}

/// One request, from the socket to the socket.
pub async fn pass(State(gate): State<Arc<Gate>>, ConnectInfo(line): ConnectInfo<Line>, request: Request) -> Response {
    line.set(Mode::Plain);
    for fault in gate.faults.iter() {
        if let Fault::Latency(time) = fault {
            sleep(*time).await;
        }
    }
    let path = request.uri().path().to_owned();
    if gate.meets(&path, |fault| match fault {
        Fault::Drop { first } => Some(*first),
        _ => None,
    }) {
        line.set(Mode::Drop);
        return Response::default();
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST_BODY).await;
    let answer = match &body {
        Ok(body) => gate.answer(&parts, body),
        Err(_) => Err(Refusal::new(413, "Payload Too Large")),
    };
    let fails = answer.is_err();
    let (status, body, headers) = match answer {
        Ok(value) => (200, value.to_string(), Vec::new()),
        Err(refusal) => (refusal.status, refusal.body().to_string(), refusal.headers),
    };
    let body = if fails { body } else { gate.spoil(&path, &line, body) };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

impl Gate {
    /// The answer of the route, unless something stands before it.
    fn answer(&self, parts: &Parts, body: &[u8]) -> Answer {
        let below = parts.uri.path().strip_prefix(BASE_PATH).ok_or_else(not_there)?;
        let (route, path) = routes::find(parts.method.as_str(), below)?;
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let caller = route.access.admit(header)?;
        self.limit(header.unwrap_or(""))?;
        self.status(parts.uri.path())?;
        let Query(query) =
            Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|_| Refusal::bad_request())?;
        let call = Call {
            account: &self.account,
            faults: &self.faults,
            caller,
            now: (self.now)().as_millisecond(),
            path: &path,
            query: &query,
            body,
        };
        if let Some(id) = call.param("id").filter(|_| below.starts_with("/generation")) {
            self.not_yet(id)?;
        }
        (route.answer)(&call)
    }

    /// Refuses with the status of the first fault that still hits the path.
    fn status(&self, path: &str) -> Result<(), Refusal> {
        for (place, fault) in self.faults.iter().enumerate() {
            let Fault::Status { status, first } = fault else { continue };
            if self.hits(place, path, *first) {
                let refusal = Refusal::of_status(*status);
                return Err(match status {
                    429 | 503 => refusal.header("Retry-After", self.faults.retry_after()),
                    _ => refusal,
                });
            }
        }
        Ok(())
    }

    /// A generation that is not there yet.
    fn not_yet(&self, id: &str) -> Result<(), Refusal> {
        for (place, fault) in self.faults.iter().enumerate() {
            if let Fault::NotYet { first } = fault
                && self.hits(place, id, Some(*first))
            {
                return Err(Refusal::new(404, format!("Generation {id} not found")));
            }
        }
        Ok(())
    }

    /// The 64-a-minute limit: a sliding minute for each key.
    fn limit(&self, key: &str) -> Result<(), Refusal> {
        let limit = self.faults.iter().find_map(|fault| match fault {
            Fault::RateLimit(limit) => Some(*limit),
            _ => None,
        });
        let Some(limit) = limit else { return Ok(()) };
        let minute = Duration::from_secs(60);
        let now = Instant::now();
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = asked.entry(key.to_owned()).or_default();
        while asked.front().is_some_and(|at| now.duration_since(*at) >= minute) {
            asked.pop_front();
        }
        if (asked.len() as u64) < u64::from(limit) {
            asked.push_back(now);
            return Ok(());
        }
        let oldest = asked.front().copied().unwrap_or(now);
        let wait = minute.saturating_sub(now.duration_since(oldest));
        let reset = (self.now)().as_millisecond() + wait.as_millis() as i64;
        Err(Refusal::of_status(429)
            .header("Retry-After", wait.as_secs() + 1)
            .header("X-RateLimit-Limit", limit)
            .header("X-RateLimit-Remaining", 0)
            .header("X-RateLimit-Reset", reset))
    }

    /// A good body, and what is left of it.
    fn spoil(&self, path: &str, line: &Line, body: String) -> String {
        for (place, fault) in self.faults.iter().enumerate() {
            match fault {
                Fault::Truncate { first } if self.hits(place, path, *first) => {
                    line.set(Mode::Cut { head_sent: false, left: body.len() / 2 });
                }
                Fault::HugeBody { first } if self.hits(place, path, *first) => {
                    line.set(Mode::Endless);
                }
                Fault::Garbage { first } if self.hits(place, path, *first) => {
                    return "<!DOCTYPE html><html><body>Please wait…</body></html>".to_owned();
                }
                Fault::SlowBody(time) => line.set(Mode::Slow {
                    head_sent: false,
                    piece: body.len() / PIECES as usize + 1,
                    pause: *time / PIECES,
                }),
                _ => {}
            }
        }
        body
    }

    /// Whether a fault of a kind hits the path.
    fn meets(&self, path: &str, of: impl Fn(&Fault) -> Option<Option<u32>>) -> bool {
        let mut faults = self.faults.iter().enumerate();
        faults.any(|(place, fault)| of(fault).is_some_and(|first| self.hits(place, path, first)))
    }

    /// Counts, and says whether the fault still applies.
    fn hits(&self, place: usize, path: &str, first: Option<u32>) -> bool {
        let Some(first) = first else { return true };
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        let times = met.entry((place, path.to_owned())).or_insert(0);
        *times = times.saturating_add(1);
        *times <= first
    }
}

fn not_there() -> Refusal {
    Refusal::new(404, "Not Found")
}
