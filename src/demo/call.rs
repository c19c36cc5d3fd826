//! One request as an endpoint sees it: who asks, when, and with which parameters.

use serde_json::{Value, json};

use super::account::Account;
use super::base::text::{day_of, is_uuid};
use super::data::{WORKSPACES, Workspace};
use super::fault::Faults;
use super::refusal::Refusal;

/// What an endpoint answers: the JSON body, or a refusal.
pub type Answer = Result<Value, Refusal>;

/// Who is asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    ManagementKey,
    ApiKey,
    /// No key at all, where an endpoint allows that.
    Nobody,
}

/// One request.
#[derive(Debug)]
pub struct Call<'a> {
    pub account: &'a Account,
    pub faults: &'a Faults,
    pub caller: Caller,
    /// Unix milliseconds, read once a request.
    pub now: i64,
    /// The values of the route's `{…}` parts, in order.
    pub path: &'a [String],
    pub query: &'a [(String, String)],
    pub body: &'a [u8],
}

impl Call<'_> {
    /// The current UTC day, counted from 1970-01-01.
    pub fn today(&self) -> i64 {
        day_of(self.now)
    }

    /// The value of a query parameter; the first one counts.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON, 400 if it is none.
    pub fn json(&self) -> Result<Value, Refusal> {
        serde_json::from_slice(self.body).map_err(|_| Refusal::bad_request())
    }

    /// A whole number within bounds, 400 otherwise.
    pub fn number(&self, name: &str, low: usize, high: usize) -> Result<Option<usize>, Refusal> {
        match self.param(name) {
            None => Ok(None),
            Some(text) => match text.parse() {
                Ok(number) if (low..=high).contains(&number) => Ok(Some(number)),
                _ => Err(Refusal::bad_request()),
            },
        }
    }

    /// One page of a list, as `offset` and `limit` ask for it: 50 rows unless told, 100 at most (fact 30).
    pub fn page(&self, rows: Vec<Value>) -> Answer {
        let offset = self.number("offset", 0, usize::MAX)?.unwrap_or(0);
        let limit = self.number("limit", 1, 100)?.unwrap_or(50);
        let total = rows.len();
        let page: Vec<Value> = rows.into_iter().skip(offset).take(limit).collect();
        Ok(json!({ "data": page, "total_count": total }))
    }

    /// One of the words a parameter allows, 400 otherwise.
    pub fn word(&self, name: &str, allowed: &[&str]) -> Result<Option<&str>, Refusal> {
        match self.param(name) {
            Some(text) if !allowed.contains(&text) => Err(Refusal::bad_request()),
            given => Ok(given),
        }
    }

    /// The workspace of `workspace_id`: 400 if that is no UUID, `unknown` if it is nobody's.
    pub fn workspace(&self, unknown: Refusal) -> Result<Option<&'static Workspace>, Refusal> {
        let Some(id) = self.param("workspace_id") else { return Ok(None) };
        if !is_uuid(id) {
            return Err(Refusal::bad_request());
        }
        let found = WORKSPACES.iter().find(|workspace| workspace.id.eq_ignore_ascii_case(id));
        found.map(Some).ok_or(unknown)
    }

    /// The workspace of `workspace_id`, or else the default one.
    pub fn workspace_or_default(&self) -> Result<usize, Refusal> {
        let named = self.workspace(Refusal::new(400, "Workspace not found"))?;
        Ok(named.map_or(0, |workspace| workspace.index))
    }
}
