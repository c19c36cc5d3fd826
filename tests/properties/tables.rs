//! Small files drawn by chance: cells of every kind that a file can hold, nulls and absent fields among them.

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Whole,
    Fraction,
    Text,
    Bool,
    Date,
    Time,
    Record,
    Numbers,
    Texts,
    Records,
    Nothing,
    /// Days and times, numbers and texts: what they have in common is the type.
    Days,
    Mixed,
}

const KINDS: [Kind; 13] = [
    Kind::Whole,
    Kind::Fraction,
    Kind::Text,
    Kind::Bool,
    Kind::Date,
    Kind::Time,
    Kind::Record,
    Kind::Numbers,
    Kind::Texts,
    Kind::Records,
    Kind::Nothing,
    Kind::Days,
    Kind::Mixed,
];

/// Names of columns: plain ones, those that stages give to their results, and one that wants backticks.
const NAMES: [&str; 12] = ["n", "m", "x", "k", "name", "value", "day", "rec", "items", "x_right", "a b", "count"];

impl Kind {
    /// One of few values, so that some are alike; the first ones are null and not there at all.
    fn cell(self, choice: u8) -> Option<Json> {
        if choice == 0 {
            return Some(Json::Null);
        }
        if choice == 1 {
            return None;
        }
        let of = |values: &[Json]| Some(values[usize::from(choice - 2) % values.len()].clone());
        match self {
            Self::Whole => of(&[json!(1), json!(0), json!(-3), json!(2_000_000)]),
            Self::Fraction => of(&[json!(0.5), json!(1.25), json!(-0.1), json!(1), json!(3e9)]),
            Self::Text => of(&[json!("a"), json!("b"), json!("openai/gpt-5.2"), json!(""), json!("é, \"q\"")]),
            Self::Bool => of(&[json!(true), json!(false)]),
            Self::Date => of(&[json!("2026-02-17"), json!("2026-02-01"), json!("2025-12-31")]),
            Self::Time => of(&[
                json!("2026-02-17T08:30:00Z"),
                json!("2026-02-17 08:45:00.123456"),
                json!("2025-10-26T02:30:00+02:00"),
            ]),
            Self::Record => of(&[
                json!({"a": 1, "b": "x"}),
                json!({"a": null, "b": "y"}),
                json!({"b": "a"}),
                json!({"a": 2.5, "b": null, "c": {"d": true}}),
            ]),
            Self::Numbers => of(&[json!([1, 2]), json!([]), json!([0.5, null])]),
            Self::Texts => of(&[json!(["a", "b"]), json!([]), json!([null]), json!(["a"])]),
            Self::Records => of(&[
                json!([{"n": 1, "t": "x"}, {"n": 2}]),
                json!([]),
                json!([{"t": null}]),
                json!([{"n": 3, "x": "2026-02-17"}]),
            ]),
            Self::Nothing => Some(Json::Null),
            Self::Days => of(&[json!("2026-02-17"), json!("2026-02-17T08:30:00Z")]),
            Self::Mixed => of(&[json!(1), json!("a"), json!(true), json!([1])]),
        }
    }
}

/// A file of some rows.
#[derive(Clone, Debug)]
pub struct Table {
    pub lines: Lines,
    pub columns: Vec<(&'static str, Kind)>,
    /// The choice of each cell, row by row.
    pub rows: Vec<Vec<u8>>,
}

/// How its rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    Csv,
    Json,
}

/// Those that most stages are made for come more often.
fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![
        2 => prop::sample::select(vec![Kind::Fraction, Kind::Whole, Kind::Text, Kind::Date]),
        1 => prop::sample::select(KINDS.to_vec()),
    ]
}

pub fn tables() -> impl Strategy<Value = Table> {
    let columns = prop::sample::subsequence(NAMES.to_vec(), 1..=6);
    let lines = prop_oneof![Just(Lines::Csv), Just(Lines::Json)];
    (lines, columns, vec(kinds(), 6), vec(vec(0u8..8, 6), 0..7)).prop_map(|(lines, names, kinds, rows)| {
        let columns: Vec<_> = names.into_iter().zip(kinds).collect();
        Table { lines, columns, rows }
    })
}

impl Table {
    /// Writes it into a directory, and gives the source that reads it.
    pub fn source(&self, directory: &Path, stem: &str) -> String {
        let ending = match self.lines {
            Lines::Csv => "csv",
            Lines::Json => "jsonl",
        };
        let path = directory.join(format!("{stem}.{ending}"));
        std::fs::write(&path, self.text()).unwrap();
        format!("read \"{}\"", path.display())
    }

    pub fn text(&self) -> String {
        match self.lines {
            Lines::Csv => self.csv(),
            Lines::Json => self.jsonl(),
        }
    }

    fn cells<'t>(&'t self, row: &'t [u8]) -> impl Iterator<Item = (&'static str, Option<Json>)> + 't {
        self.columns.iter().zip(row).map(|((name, kind), choice)| (*name, kind.cell(*choice)))
    }

    fn csv(&self) -> String {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let field = |cell: Option<Json>| match cell {
            None | Some(Json::Null) => String::new(),
            Some(Json::String(text)) => quoted(&text),
            Some(other @ (Json::Array(_) | Json::Object(_))) => quoted(&other.to_string()),
            Some(other) => other.to_string(),
        };
        let mut lines = vec![self.columns.iter().map(|(name, _)| quoted(name)).collect::<Vec<_>>().join(",")];
        // An empty line would be no row.
        let row = |row: &Vec<u8>| self.cells(row).map(|(_, cell)| field(cell)).collect::<Vec<_>>().join(",");
        lines.extend(self.rows.iter().map(row).filter(|line| !line.is_empty()));
        lines.join("\n") + "\n"
    }

    fn jsonl(&self) -> String {
        let row = |row: &Vec<u8>| {
            let fields: Map<String, Json> =
                self.cells(row).filter_map(|(name, cell)| Some((name.to_string(), cell?))).collect();
            Json::Object(fields).to_string() + "\n"
        };
        self.rows.iter().map(row).collect()
    }
}
