//! What is asked of the API, as a value: planned and explained before anything is sent.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value as Json;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Get,
    Post,
}

impl Method {
    pub fn text(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// Which kind of key an endpoint takes (facts 2 and 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    Management,
    Api,
    Either,
}

/// How a list is read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Paging {
    /// One answer is all there is.
    Whole,
    /// `offset` alone; the list ends at an empty page (fact 25).
    Offset,
    /// `offset` and `limit`; the list ends at an empty page, or when `total_count` rows are there (fact 30).
    OffsetLimit(u32),
    /// `offset` and `limit` of a dataset, which counts no total: the list ends at a page that is not full, and a ranking
    /// where the API takes no larger `offset` than `last`.
    Uncounted { limit: u32, last: Option<u32> },
}

/// What a 404 means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotFound {
    Refused,
    /// Normal just after the thing came to be: asked again for a few seconds (fact 27).
    Wait,
}

/// Why a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CallKind {
    Data,
    /// Names, slugs, meta: what routing needs to know.
    Lookup,
}

/// One question to the API; a paged one becomes several calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub method: Method,
    /// Below the base URL: `/activity`.
    pub path: String,
    pub query: Vec<(&'static str, String)>,
    /// JSON that is sent along.
    pub body: Option<Json>,
    pub key: KeyKind,
    pub paging: Paging,
    pub not_found: NotFound,
    /// What to do where nothing is found, if that means more than a wrong name.
    pub absent: Option<&'static str>,
    pub kind: CallKind,
    /// Where the answer has its rows, one or many: `data`, or further inside.
    pub rows: &'static str,
}

impl Request {
    /// A plain `GET` of data with a management key.
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::Get,
            path: path.into(),
            query: Vec::new(),
            body: None,
            key: KeyKind::Management,
            paging: Paging::Whole,
            not_found: NotFound::Refused,
            absent: None,
            kind: CallKind::Data,
            rows: "data",
        }
    }

    /// A `POST` of this JSON with a management key; it asks, and changes nothing.
    pub fn post(path: impl Into<String>, body: Json) -> Self {
        Self { method: Method::Post, body: Some(body), ..Self::get(path) }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// `GET /activity?date=2026-02-01`, for people.
    pub fn shown(&self) -> String {
        let query: Vec<String> = self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{} {}{mark}{}", self.method.text(), self.path, query.join("&"))
    }
}

/// A call that was made; a retry is a call of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Call {
    pub kind: CallKind,
    pub method: Method,
    pub path: String,
    /// The status of the answer; none where no answer came.
    pub status: Option<u16>,
    #[serde(rename = "ms", serialize_with = "millis")]
    pub took: Duration,
}

fn millis<S: serde::Serializer>(took: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u64(took.as_millis().try_into().unwrap_or(u64::MAX))
}
