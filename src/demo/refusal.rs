//! Answers that say no: status, message, and the error body of fact 33.

use serde_json::{Map, Value, json};

/// An error answer.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub status: u16,
    pub message: String,
    /// Further headers, as with a platform 429.
    pub headers: Vec<(&'static str, String)>,
}

impl Refusal {
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Refusal { status, message: message.into(), headers: Vec::new() }
    }

    /// 400 with the contract's usual message.
    pub fn bad_request() -> Self {
        Refusal::new(400, "Invalid request parameters")
    }

    pub fn not_found() -> Self {
        Refusal::new(404, "Resource not found")
    }

    /// A status with the message the contract has for it.
    pub fn of_status(status: u16) -> Self {
        let message = match status {
            400 => "Invalid request parameters",
            401 => "Missing Authentication header",
            402 => "Insufficient credits. Add more using https://openrouter.ai/credits",
            403 => "Only management keys can perform this operation",
            404 => "Resource not found",
            408 => "Operation timed out. Please try again later.",
            429 => "Rate limit exceeded",
            500 => "Internal Server Error",
            502 | 529 => "Provider returned error",
            503 => "Service temporarily unavailable",
            524 => "Request timed out. Please try again later.",
            _ => "Request failed",
        };
        Refusal::new(status, message)
    }

    pub fn header(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    pub fn body(&self) -> Value {
        let mut error = Map::new();
        error.insert("message".to_owned(), json!(self.message));
        error.insert("code".to_owned(), json!(self.status));
        let limits: Map<_, _> = self
            .headers
            .iter()
            .filter(|(name, _)| name.starts_with("X-RateLimit"))
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        if !limits.is_empty() {
            error.insert("metadata".to_owned(), json!({ "headers": limits }));
        }
        json!({ "error": error })
    }
}
