//! The columns that the check promises are those of the engine's frame, behind every stage: names, order and types, also
//! where no row is left to show them.

use std::path::Path;

use orq::diagnostics::{Code, Diagnostic};
use orq::exec::{self, Given, GivenUp, Inputs, Permissions, Places};
use orq::model::frame::Frame;
use orq::model::hidden::{is_hidden, is_open_name};
use orq::model::route::{Facts, Wishes};
use orq::model::schema::Schema;
use orq::model::value::Value;
use orq::model::zone::Zone;
use orq::plan;
use orq::session::Session;
use orq::types::Type;
use polars::prelude::{DataFrame, DataType, TimeUnit};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestError};

use super::drawn::{World, pipeline};
use super::runner;
use super::tables::{Table, tables};
use crate::support::NOW;
use crate::support::inside::{deep, reader};

/// A cell that can stand in a column of this type.
pub fn fits(value: &Value, ty: &Type) -> bool {
    match (value, ty) {
        (Value::Null, _) => true,
        (Value::Int(_), Type::Number(..)) => true,
        (Value::Float(n), Type::Number(..)) => n.is_finite(),
        (Value::Text(_), Type::Text) | (Value::Bool(_), Type::Bool) => true,
        (Value::Date(_), Type::Date) | (Value::Time(_) | Value::Local(..), Type::Time) => true,
        (Value::List(items), Type::List(item)) => items.iter().all(|value| fits(value, item)),
        (Value::Record(values), Type::Record(fields)) => {
            values.len() == fields.len()
                && values.iter().zip(fields).all(|((a, value), (b, ty))| a == b && fits(value, ty))
        }
        _ => false,
    }
}

/// The engine keeps values of this type so.
fn keeps(dtype: &DataType, ty: &Type) -> bool {
    match ty {
        Type::Number(..) => dtype.is_primitive_numeric(),
        Type::Text => *dtype == DataType::String,
        Type::Bool => *dtype == DataType::Boolean,
        Type::Date => *dtype == DataType::Date,
        Type::Time => *dtype == DataType::Datetime(TimeUnit::Microseconds, None),
        Type::List(item) => matches!(dtype, DataType::List(inner) if keeps(inner, item)),
        Type::Record(fields) => matches!(dtype, DataType::Struct(inner) if inner.len() == fields.len()
            && inner.iter().zip(fields).all(|(a, (name, ty))| a.name().as_str() == name && keeps(a.dtype(), ty))),
        Type::Null => *dtype == DataType::Null,
        Type::Period => false,
    }
}

/// What is wrong with a frame of plain values, in words: the columns that are promised come first, and others only where
/// the schema is open.
pub fn unlike(promised: &Schema, frame: &Frame) -> Option<String> {
    let found: Vec<&str> = frame.schema.names().collect();
    let names: Vec<&str> = promised.names().collect();
    let (own, others) = found.split_at(names.len().min(found.len()));
    if own != names || (!others.is_empty() && promised.open.is_none()) {
        return Some(format!("has the columns {found:?}, and {names:?} were promised"));
    }
    if frame.columns.len() != found.len() || frame.columns.iter().any(|values| values.len() != frame.height()) {
        return Some("has columns of several lengths".to_string());
    }
    let types = promised.columns.iter().map(|column| &column.ty).chain(promised.open.iter().cycle());
    let mut columns = found.iter().zip(&frame.columns).zip(types);
    columns.find_map(|((name, values), ty)| {
        let wrong = values.iter().find(|value| !fits(value, ty))?;
        Some(format!("`{name}` is a {ty}, and has {wrong:?}"))
    })
}

/// The same of a frame as the engine has it, whose rows may be none, before its columns are put in order. Columns that no
/// text can name are the plan's own.
fn kept_unlike(promised: &Schema, rows: &DataFrame) -> Option<String> {
    let columns = || rows.columns().iter().filter(|column| !is_hidden(column.name()));
    let found: Vec<&str> = columns().map(|column| column.name().as_str()).collect();
    for column in &promised.columns {
        let Some(kept) = columns().find(|kept| *kept.name() == column.name.as_str()) else {
            return Some(format!("has no `{}` among {found:?}", column.name));
        };
        if !keeps(kept.dtype(), &column.ty) {
            return Some(format!("`{}` is a {}, and is kept as {}", column.name, column.ty, kept.dtype()));
        }
    }
    let Some(ty) = &promised.open else {
        let more = found.iter().find(|name| promised.find(name).is_none());
        return more.map(|name| format!("has `{name}`, which nobody promised"));
    };
    let others = columns().filter(|column| is_open_name(column.name()));
    others
        .filter(|column| !keeps(column.dtype(), ty))
        .map(|column| format!("`{}` is a {ty}, and is kept as {}", column.name(), column.dtype()))
        .next()
}

/// What is wrong with what a pipeline gives that reads nothing but files: with the rows as the engine keeps them, and with
/// the plain values of them. Open tables and rows that are none are told.
pub fn tried(session: &Session, zone: &Zone, below: &Path, query: &str) -> Outcome {
    let mut checked = session.check(query);
    if checked.diagnostics.iter().any(Diagnostic::is_error) {
        return Err(checked.diagnostics);
    }
    let table = checked.program.steps.swap_remove(0).table;
    let facts = Facts::at(NOW.parse().unwrap(), zone.clone(), Wishes::default());
    let (routed, fetches) = plan::route(&[plan::plan(&table.rel, &table.schema)], &facts);
    assert!(fetches.is_empty(), "{query} asks the API");
    let (joined, input) = (Default::default(), Inputs::default());
    let given = Given { frames: &[], joined: &joined, last: None, input: &input, zone, given_up: &GivenUp::default() };
    let permissions = Permissions { places: Places::Below(below.to_path_buf()), force: false };
    let one = |error: Diagnostic| vec![error];
    let (rows, _) = exec::part_of(&routed[0].rel, given, &permissions).map_err(one)?;
    let ran = exec::run(&routed[0].rel, &table.schema, given, &permissions).map_err(one)?;
    let wrong = kept_unlike(&table.schema, &rows).or_else(|| unlike(&table.schema, &ran.frame));
    Ok(Tried { wrong, open: table.schema.open.is_some(), empty: rows.height() == 0 })
}

pub type Outcome = Result<Tried, Vec<Diagnostic>>;

pub struct Tried {
    pub wrong: Option<String>,
    pub open: bool,
    pub empty: bool,
}

/// What only rows can tell: that too much came together, or that an open table has no such column.
pub fn told_by_rows(code: Code, behind_open: bool) -> bool {
    matches!(code, Code::E0004 | Code::E0302) || (behind_open && code == Code::E0103)
}

/// What became of a prefix of a pipeline.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    closed: usize,
    open: usize,
    behind_open: usize,
    empty: usize,
    told: usize,
}

/// Every prefix of a pipeline, each tried whole.
fn every_prefix(prefixes: &[String], seen: &mut Seen, tried: impl Fn(&str) -> Outcome) -> Result<(), TestCaseError> {
    let mut opened = false;
    for query in prefixes {
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| tried(query)));
        let Ok(ran) = ran else { return Err(TestCaseError::fail(format!("{query}\nends in a panic"))) };
        match ran {
            Ok(Tried { wrong: Some(wrong), .. }) => return Err(TestCaseError::fail(format!("{query}\n{wrong}"))),
            Ok(Tried { open, empty, .. }) => {
                seen.empty += usize::from(empty);
                let count = match (open, opened) {
                    (true, _) => &mut seen.open,
                    (false, true) => &mut seen.behind_open,
                    (false, false) => &mut seen.closed,
                };
                *count += 1;
                opened |= open;
            }
            Err(errors) => {
                let only_now = errors
                    .iter()
                    .filter(|d| d.is_error())
                    .all(|d| told_by_rows(d.code, opened || query.contains("pivot ")));
                if !only_now {
                    return Err(TestCaseError::fail(format!("{query}\nis wrong only when it runs: {errors:#?}")));
                }
                seen.told += 1;
                // What stands behind it cannot run either.
                return Ok(());
            }
        }
    }
    Ok(())
}

fn world(directory: &Path, one: &Table, other: &Table) -> World {
    let (one, other) = (one.source(directory, "one"), other.source(directory, "other"));
    let tables = vec![other.clone(), format!("{other} | limit 3"), one.clone(), format!("{other} | where false")];
    // Columns that both files have are one.
    let both = one.replace("one.", "*.");
    World { sources: vec![one, both], tables }
}

#[test]
fn every_stage_over_files_has_the_columns_of_the_check() {
    let mut seen = Seen::default();
    deep(|| {
        let directory = tempfile::tempdir().unwrap();
        let zones = [Zone::default(), Zone::named("Europe/Berlin").unwrap()];
        let sessions = zones.map(|zone| (reader(NOW, directory.path()).in_zone(zone.clone()), zone));
        let count = std::cell::RefCell::new(&mut seen);
        let drawn = (tables(), tables(), vec(any::<u16>(), 0..90), 0..sessions.len());
        let holds = |(one, other, choices, place): (Table, Table, Vec<u16>, usize)| {
            let (session, zone) = &sessions[place];
            let world = world(directory.path(), &one, &other);
            let prefixes = pipeline(session, &world, &choices);
            let shown = |error: TestCaseError| match error {
                TestCaseError::Fail(why) => {
                    TestCaseError::fail(format!("in {}: {why}\n{}\n{}", zone.name(), one.text(), other.text()))
                }
                reject => reject,
            };
            let tried = |query: &str| tried(session, zone, directory.path(), query);
            every_prefix(&prefixes, &mut count.borrow_mut(), tried).map_err(shown)
        };
        match runner(400).run(&drawn, holds) {
            Ok(()) => {}
            // It says itself what it was drawn as.
            Err(TestError::Fail(why, _)) => panic!("{why}"),
            Err(error) => panic!("{error}"),
        }
    });
    assert!(seen.closed > 1000 && seen.open > 40 && seen.behind_open > 10 && seen.empty > 200, "{seen:?}");
}
