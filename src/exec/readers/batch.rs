//! Some rows as columns of the engine, cell by cell; a cell that is not of the type of its column is told.

use std::collections::BTreeSet;

use polars::prelude::*;
use serde_json::Value as Json;

use super::super::decode::{TIME, defect};
use super::options::{BadLines, Options};
use super::{Reader, Row, Trouble, cell};
use crate::diagnostics::Diagnostic;
use crate::model::files::ReadFiles;
use crate::model::schema::Schema as Columns;
use crate::types::Type;

/// So many rows, or bytes of the file, are put together at once.
const ROWS: usize = 1 << 16;
const BYTES: u64 = 16 << 20;

/// How values of a type are kept.
pub fn dtype(ty: &Type) -> DataType {
    match ty {
        Type::Number(..) => DataType::Float64,
        Type::Bool => DataType::Boolean,
        Type::Date => DataType::Date,
        Type::Time => TIME,
        Type::Text | Type::Period | Type::Null => DataType::String,
        Type::List(item) => DataType::List(Box::new(dtype(item))),
        Type::Record(fields) => DataType::Struct(
            fields.iter().map(|(name, ty)| Field::new(PlSmallStr::from_str(name), dtype(ty))).collect(),
        ),
    }
}

/// The cells of one column.
enum Cells {
    Number(Vec<Option<f64>>),
    Bool(Vec<Option<bool>>),
    Date(Vec<Option<i32>>),
    Time(Vec<Option<i64>>),
    Text(StringChunkedBuilder),
    Nested(Vec<AnyValue<'static>>),
}

struct Builder<'a> {
    name: &'a str,
    ty: &'a Type,
    /// Where its field stands, in files whose rows do not say.
    place: Option<usize>,
    cells: Cells,
}

/// The rows of one file, some at a time.
pub struct Batches<'a> {
    reader: Box<dyn Reader>,
    columns: &'a Columns,
    places: Vec<Option<usize>>,
    bad_lines: BadLines,
    /// So many rows at once.
    most: usize,
    /// Lines that were left out, and the first of them.
    pub skipped: u64,
    pub first: Option<(u64, String)>,
    /// The names of all columns, and the first field that is none of them, with its line.
    known: &'a BTreeSet<String>,
    pub late: Option<(u64, String)>,
}

impl<'a> Batches<'a> {
    pub fn new(reader: Box<dyn Reader>, files: &'a ReadFiles, options: &Options) -> Self {
        let (columns, known) = (&files.columns, &files.known);
        let place = |name: &str| reader.names().iter().position(|known| known == name);
        let places = columns.names().map(place).collect();
        let bad_lines = options.bad_lines;
        Self { reader, columns, places, bad_lines, most: ROWS, skipped: 0, first: None, known, late: None }
    }

    /// The same, with no more rows at once.
    pub fn at_most(self, rows: usize) -> Self {
        Self { most: self.most.min(rows.max(1)), ..self }
    }

    /// The row at hand; a field of it that no column has is noted.
    fn row(&mut self) -> Row<'_> {
        if let (Row::Record(record), None) = (self.reader.row(), &self.late)
            && let Some(name) = record.keys().find(|name| !self.known.contains(*name))
        {
            self.late = Some((self.reader.line(), name.clone()));
        }
        self.reader.row()
    }

    /// The next rows; nothing behind the last. `told` puts the name of the file into what is said of it.
    pub fn next(&mut self, told: impl Fn(Trouble) -> Diagnostic) -> Result<Option<DataFrame>, Diagnostic> {
        let with_places = self.columns.columns.iter().zip(&self.places);
        let mut builders: Vec<Builder<'a>> =
            with_places.map(|(column, place)| Builder::new(&column.name, &column.ty, *place)).collect();
        let mut kept: Vec<bool> = Vec::new();
        let end = self.reader.bytes() + BYTES;
        while kept.len() < self.most && self.reader.bytes() < end {
            let trouble = match self.reader.advance() {
                Ok(false) => break,
                Ok(true) => match push(&mut builders, self.row()) {
                    None => {
                        kept.push(true);
                        continue;
                    }
                    Some((column, why)) => {
                        kept.push(false);
                        Trouble::Cell { line: self.reader.line(), column, why }
                    }
                },
                Err(trouble) => trouble,
            };
            match (trouble, self.bad_lines) {
                (Trouble::Line(line, why) | Trouble::Cell { line, why, .. }, BadLines::Skip) => {
                    self.skipped += 1;
                    self.first.get_or_insert((line, why));
                }
                (trouble, _) => return Err(told(trouble)),
            }
        }
        if kept.is_empty() && self.reader.bytes() < end {
            return Ok(None);
        }
        let columns: Result<Vec<Column>, Diagnostic> = builders.into_iter().map(Builder::finish).collect();
        let frame = DataFrame::new(kept.len(), columns?).map_err(defect)?;
        if kept.iter().all(|kept| *kept) {
            return Ok(Some(frame));
        }
        let mask: BooleanChunked = kept.into_iter().map(Some).collect();
        frame.filter(&mask).map(Some).map_err(defect)
    }
}

/// Puts a row behind the others; says what of it does not fit. A cell that does not is null.
fn push(builders: &mut [Builder<'_>], row: Row<'_>) -> Option<(String, String)> {
    let mut trouble = None;
    for builder in builders {
        let pushed = match &row {
            Row::Fields(fields) => builder.push_text(builder.place.and_then(|place| fields.get(place))),
            Row::Record(record) => builder.push_json(record.get(builder.name).unwrap_or(&Json::Null)),
        };
        if let Err(shown) = pushed {
            let (name, ty) = (builder.name, builder.ty);
            let why = || format!("has {shown} in `{name}`, which is a {ty} in the first rows");
            trouble.get_or_insert_with(|| (name.to_string(), why()));
        }
    }
    trouble
}

impl<'a> Builder<'a> {
    fn new(name: &'a str, ty: &'a Type, place: Option<usize>) -> Self {
        let cells = match ty {
            Type::Number(..) => Cells::Number(Vec::new()),
            Type::Bool => Cells::Bool(Vec::new()),
            Type::Date => Cells::Date(Vec::new()),
            Type::Time => Cells::Time(Vec::new()),
            Type::Text | Type::Period | Type::Null => {
                Cells::Text(StringChunkedBuilder::new(PlSmallStr::from_str(name), 0))
            }
            Type::List(_) | Type::Record(_) => Cells::Nested(Vec::new()),
        };
        Self { name, ty, place, cells }
    }

    /// A field of a csv. Nothing is null, and so is `""` where it is no text.
    fn push_text(&mut self, text: Option<&str>) -> Result<(), String> {
        let given = text.filter(|text| !text.is_empty());
        let fits = match &mut self.cells {
            Cells::Text(cells) => {
                cells.append_option(text);
                return Ok(());
            }
            Cells::Number(cells) => read(cells, given, cell::number),
            Cells::Bool(cells) => read(cells, given, cell::boolean),
            Cells::Date(cells) => read(cells, given, cell::date),
            Cells::Time(cells) => read(cells, given, cell::time),
            Cells::Nested(cells) => {
                cells.push(AnyValue::Null);
                given.is_none()
            }
        };
        if fits { Ok(()) } else { Err(shown(&format!("\"{}\"", given.unwrap_or_default()))) }
    }

    fn push_json(&mut self, value: &Json) -> Result<(), String> {
        let fits = match &mut self.cells {
            Cells::Text(cells) => {
                match value {
                    Json::Null => cells.append_null(),
                    Json::String(text) => cells.append_value(text.as_str()),
                    other => cells.append_value(other.to_string()),
                }
                true
            }
            Cells::Number(cells) => read(cells, given(value), |value| value.as_f64().and_then(cell::exact)),
            Cells::Bool(cells) => read(cells, given(value), Json::as_bool),
            Cells::Date(cells) => read(cells, given(value), |value| cell::date(value.as_str()?)),
            Cells::Time(cells) => read(cells, given(value), |value| cell::time(value.as_str()?)),
            Cells::Nested(cells) => {
                let read = nested(value, self.ty);
                let fits = read.is_some();
                cells.push(read.unwrap_or(AnyValue::Null));
                fits
            }
        };
        if fits { Ok(()) } else { Err(shown(&value.to_string())) }
    }

    fn finish(self) -> Result<Column, Diagnostic> {
        let name = PlSmallStr::from_str(self.name);
        Ok(match self.cells {
            Cells::Number(cells) => Series::new(name, cells),
            Cells::Bool(cells) => Series::new(name, cells),
            Cells::Date(cells) => Series::new(name, cells).cast(&DataType::Date).map_err(defect)?,
            Cells::Time(cells) => Series::new(name, cells).cast(&TIME).map_err(defect)?,
            Cells::Text(cells) => cells.finish().into_series(),
            Cells::Nested(cells) => {
                Series::from_any_values_and_dtype(name, &cells, &dtype(self.ty), false).map_err(defect)?
            }
        }
        .into_column())
    }
}

fn given(value: &Json) -> Option<&Json> {
    Some(value).filter(|value| !value.is_null())
}

/// Puts what is read of a cell behind the others; says whether it could be read.
fn read<C: Copy, T>(cells: &mut Vec<Option<T>>, cell: Option<C>, read: impl Fn(C) -> Option<T>) -> bool {
    let value = cell.and_then(read);
    let fits = cell.is_none() || value.is_some();
    cells.push(value);
    fits
}

/// A value inside of a list or record; nothing where it is of another type.
fn nested(value: &Json, ty: &Type) -> Option<AnyValue<'static>> {
    if value.is_null() {
        return Some(AnyValue::Null);
    }
    Some(match ty {
        Type::Number(..) => AnyValue::Float64(value.as_f64().and_then(cell::exact)?),
        Type::Bool => AnyValue::Boolean(value.as_bool()?),
        Type::Date => AnyValue::Date(cell::date(value.as_str()?)?),
        Type::Time => AnyValue::Datetime(cell::time(value.as_str()?)?, TimeUnit::Microseconds, None),
        Type::Text | Type::Period | Type::Null => match value {
            Json::String(text) => AnyValue::StringOwned(text.as_str().into()),
            other => AnyValue::StringOwned(other.to_string().into()),
        },
        Type::List(item) => {
            let items: Option<Vec<AnyValue<'static>>> =
                value.as_array()?.iter().map(|value| nested(value, item)).collect();
            AnyValue::List(Series::from_any_values_and_dtype(PlSmallStr::EMPTY, &items?, &dtype(item), false).ok()?)
        }
        Type::Record(types) => {
            let record = value.as_object()?;
            let field = |(name, ty): &(String, Type)| nested(record.get(name).unwrap_or(&Json::Null), ty);
            let values: Option<Vec<AnyValue<'static>>> = types.iter().map(field).collect();
            let DataType::Struct(fields) = dtype(ty) else { return None };
            AnyValue::StructOwned(Box::new((values?, fields)))
        }
    })
}

/// So much of a value as a message can bear.
fn shown(value: &str) -> String {
    const LONGEST: usize = 60;
    let start: String = value.chars().take(LONGEST).collect();
    if start.len() < value.len() { format!("{start}…") } else { start }
}
