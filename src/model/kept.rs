//! What the ledger keeps of days, and which days it has: what routing needs to know of it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::window::{Days, midnight, together};

/// A day may change for so long after its end, in days: late rows, and corrections.
const SETTLES: i32 = 3;

/// One kind of rows that the ledger keeps.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    pub name: &'static str,
    pub doc: &'static str,
    /// The columns of `activity` that tell its rows apart.
    pub dimensions: &'static [&'static str],
    pub grain: KeptGrain,
    /// What coverage calls the route that the rows came by.
    pub route: &'static str,
    /// So many days before today can be had.
    pub reach: i32,
}

/// What a row of a kind is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptGrain {
    /// A row of `/activity`, or a part of one.
    Rows,
    /// A sum of them.
    Sums,
}

/// What all kinds have beside their dimensions: parts of sums.
pub const MEASURES: &[&str] =
    &["cost", "credits", "byok", "requests", "tokens", "tokens_prompt", "tokens_completion", "tokens_reasoning"];

/// Those of them that are money: sums of it are rounded to a billionth.
pub const MONEY: &[&str] = &["cost", "credits", "byok"];

pub const ROWS: Kind = Kind {
    name: "activity",
    doc: "rows of `/activity`, by workspace",
    dimensions: &[
        "date",
        "model",
        "author",
        "variant",
        "model_id",
        "model_permaslug",
        "provider",
        "endpoint",
        "workspace",
    ],
    grain: KeptGrain::Rows,
    route: "activity",
    reach: 30,
};

pub const BY_KEY: Kind = Kind {
    name: "keys",
    doc: "sums by key and model",
    dimensions: &["date", "model", "author", "model_permaslug", "key", "key_hash"],
    grain: KeptGrain::Sums,
    route: "analytics/query",
    reach: 365,
};

pub const BY_USER: Kind = Kind {
    name: "users",
    doc: "sums by user and model",
    dimensions: &["date", "model", "author", "model_permaslug", "user", "user_email"],
    grain: KeptGrain::Sums,
    route: "analytics/query",
    reach: 365,
};

/// Ties are for the first.
pub const KINDS: &[&Kind] = &[&ROWS, &BY_KEY, &BY_USER];

impl Kind {
    pub fn has(&self, column: &str) -> bool {
        self.dimensions.contains(&column) || MEASURES.contains(&column)
    }

    pub fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.dimensions.iter().chain(MEASURES).copied()
    }

    /// The query that gives its rows of these days.
    pub fn query(&self, days: Days) -> String {
        let Days { first, last } = days;
        match self.grain {
            KeptGrain::Rows => {
                let columns: Vec<&str> = self.columns().collect();
                format!("activity from {first} to {last} | select {}", columns.join(", "))
            }
            KeptGrain::Sums => {
                let (keys, sums) = (self.dimensions.join(", "), MEASURES.join(", "));
                format!("activity from {first} to {last} | group {keys} | sum {sums}")
            }
        }
    }
}

/// What is known of a kept day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptDay {
    pub fetched: Timestamp,
    pub rows: u64,
    /// When a fetch last found other rows than the one before it.
    pub changed: Option<Timestamp>,
}

impl KeptDay {
    /// It was fetched when nothing could change it any more: some days after its end, and as long after its last change.
    pub fn is_final(self, day: Date) -> bool {
        let quiet =
            |changed: Timestamp| self.fetched >= changed.saturating_add((24 * SETTLES).hours()).unwrap_or(changed);
        self.fetched >= midnight(day.saturating_add((1 + SETTLES).days())) && self.changed.is_none_or(quiet)
    }
}

/// Names that several may bear, and the column that tells those apart: it is null for one that is gone.
pub const NAMED: &[(&str, &str)] = &[("key", "key_hash"), ("user", "user_email")];

/// Models that were in no list when their sums were kept: they have their lasting names.
pub const UNLISTED: &str = "unlisted";

/// What was called how last: by the column of names, what tells them apart, and the name.
pub type KeptNames = BTreeMap<String, BTreeMap<String, String>>;

/// The days that the ledger has, by kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeptDays {
    days: BTreeMap<&'static str, BTreeMap<Date, KeptDay>>,
    pub names: KeptNames,
}

impl KeptDays {
    /// No days yet, but names.
    pub fn knowing(names: KeptNames) -> Self {
        Self { days: BTreeMap::new(), names }
    }

    pub fn is_empty(&self) -> bool {
        self.days.values().all(BTreeMap::is_empty)
    }

    pub fn of(&self, kind: &Kind) -> impl Iterator<Item = (Date, KeptDay)> {
        self.days.get(kind.name).into_iter().flatten().map(|(day, kept)| (*day, *kept))
    }

    pub fn add(&mut self, kind: &'static Kind, day: Date, kept: KeptDay) {
        self.days.entry(kind.name).or_default().insert(day, kept);
    }

    /// How many bear a name.
    pub fn bearers(&self, column: &str, name: &str) -> usize {
        self.names.get(column).into_iter().flat_map(BTreeMap::values).filter(|known| *known == name).count()
    }

    /// Days that nothing changes any more, as ranges.
    pub fn finals(&self, kind: &Kind) -> Vec<Days> {
        let finals = self.of(kind).filter(|(day, kept)| kept.is_final(*day));
        together(finals.map(|(day, _)| Days { first: day, last: day }).collect())
    }
}
