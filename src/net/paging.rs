//! How a list is read to its end, page by page: pure. A list that cannot be shown to be complete is an error.

use serde_json::Value;

use crate::model::request::Paging;

/// More pages than any list has; a server that never ends one is stopped here.
const MOST_PAGES: usize = 1_000;

/// The pages of one request so far.
#[derive(Debug)]
pub struct Pages {
    paging: Paging,
    rows: usize,
    pages: Vec<Value>,
}

/// Whether the list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    Yes,
    No,
}

impl Pages {
    pub fn new(paging: Paging) -> Self {
        Self { paging, rows: 0, pages: Vec::new() }
    }

    /// What the next page's address has beside the request's own arguments.
    pub fn arguments(&self) -> Vec<(&'static str, String)> {
        let offset = (self.rows > 0).then(|| ("offset", self.rows.to_string()));
        match self.paging {
            Paging::Whole => Vec::new(),
            Paging::Offset => offset.into_iter().collect(),
            Paging::OffsetLimit(limit) | Paging::Uncounted { limit, .. } => {
                std::iter::once(("limit", limit.to_string())).chain(offset).collect()
            }
        }
    }

    /// The next page. An error in words where the list is none, or not complete.
    pub fn push(&mut self, page: Value) -> Result<More, String> {
        if self.paging == Paging::Whole {
            self.pages.push(page);
            return Ok(More::No);
        }
        let Some(rows) = rows(&page) else {
            return Err("has no list `data`, where the API gives its lists page by page".to_string());
        };
        if !rows.is_empty() && self.pages.last().and_then(|page| self::rows(page)) == Some(rows) {
            return Err(format!("gives the same {} rows again instead of the next page", rows.len()));
        }
        self.rows += rows.len();
        let full = match self.paging {
            Paging::Whole | Paging::Offset => false,
            Paging::OffsetLimit(_) => total(&page).is_some_and(|total| self.rows as u64 >= total),
            Paging::Uncounted { limit, last } => {
                rows.len() < limit as usize || last.is_some_and(|last| self.rows > last as usize)
            }
        };
        let ended = rows.is_empty() || full;
        self.pages.push(page);
        if ended {
            return self.complete();
        }
        if self.pages.len() >= MOST_PAGES {
            return Err(format!("does not end: {MOST_PAGES} pages with {} rows were read", self.rows));
        }
        Ok(More::Yes)
    }

    /// The list has ended: are all the rows here that the API speaks of?
    fn complete(&self) -> Result<More, String> {
        let counted = match self.paging {
            Paging::Whole | Paging::Offset | Paging::Uncounted { .. } => None,
            Paging::OffsetLimit(_) => self.pages.iter().rev().find_map(total),
        };
        match counted {
            Some(total) if total > self.rows as u64 => {
                Err(format!("is not complete: it ended after {} of {total} rows", self.rows))
            }
            _ => Ok(More::No),
        }
    }

    /// The pages, each as the API gave it.
    pub fn into_pages(self) -> Vec<Value> {
        self.pages
    }
}

fn rows(page: &Value) -> Option<&Vec<Value>> {
    page.get("data")?.as_array()
}

/// How many rows the whole list has, where the page says so: a number, or a number in quotes.
fn total(page: &Value) -> Option<u64> {
    match page.get("total_count")? {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_u64(),
    }
}
