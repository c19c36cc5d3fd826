//! `parquet`: the engine reads it, and only the columns that are used.

use std::fs::File;
use std::sync::Arc;

use polars::prelude::*;

use super::input::Found;
use super::kind::Kind;
use super::{FileFormat, Read, Trouble};
use crate::diagnostics::Diagnostic;
use crate::model::schema::Schema as Columns;
use crate::types::Type;

pub const FORMAT: FileFormat = FileFormat { name: "parquet", endings: &["parquet", "pq"], read: Read::Engine };

/// The columns that there is a type for; bytes are left out.
pub fn columns(found: &Found) -> Result<Vec<(String, Kind)>, Diagnostic> {
    let schema = schema(found)?;
    let kinds = schema.iter().filter_map(|(name, dtype)| Some((name.to_string(), kind(dtype)?)));
    Ok(kinds.collect())
}

/// These columns of all its rows; one that it does not have is null.
pub fn rows(found: &Found, columns: &Columns) -> Result<LazyFrame, Diagnostic> {
    let schema = schema(found)?;
    let column = |column: &crate::model::schema::Column| {
        let name = PlSmallStr::from_str(&column.name);
        match schema.get(&name) {
            Some(dtype) => converted(col(name.clone()), dtype, &column.ty).alias(name),
            None => lit(NULL).cast(super::batch::dtype(&column.ty)).alias(name),
        }
    };
    Ok(scan(found)?.select(columns.columns.iter().map(column).collect::<Vec<_>>()))
}

fn converted(value: Expr, dtype: &DataType, ty: &Type) -> Expr {
    match (dtype, ty) {
        (DataType::Int64, Type::Number(..)) => value,
        (dtype, Type::Number(..)) if dtype.is_integer() && !matches!(dtype, DataType::UInt64 | DataType::Int128) => {
            value.cast(DataType::Int64)
        }
        (DataType::Duration(_), Type::Number(..)) => value.dt().total_milliseconds(true),
        // What is text here and something else there is text as the engine writes it.
        (_, ty) => value.cast(super::batch::dtype(ty)),
    }
}

fn kind(dtype: &DataType) -> Option<Kind> {
    Some(match dtype {
        DataType::Boolean => Kind::Bool,
        dtype if dtype.is_primitive_numeric() => Kind::Number,
        DataType::Duration(_) => Kind::Number,
        DataType::String | DataType::Categorical(..) | DataType::Enum(..) => Kind::Text,
        DataType::Date => Kind::Date,
        DataType::Datetime(..) => Kind::Time,
        DataType::Null => Kind::Nothing,
        DataType::List(item) => Kind::List(Box::new(kind(item)?)),
        DataType::Struct(fields) => {
            let fields = fields.iter().map(|field| Some((field.name().to_string(), kind(field.dtype())?)));
            Kind::Record(fields.collect::<Option<Vec<_>>>()?)
        }
        _ => return None,
    })
}

fn scan(found: &Found) -> Result<LazyFrame, Diagnostic> {
    let file = found.file().and_then(|file| file.try_clone().map_err(|error| Trouble::io(&error)));
    let file = file.map_err(|trouble| trouble.of(&found.name))?;
    scanned(file).map_err(|error| broken(found, &error))
}

/// The rows of a file that is open.
pub fn scanned(file: File) -> PolarsResult<LazyFrame> {
    let sources = ScanSources::Files(Arc::from([file]));
    let hive_options = HiveOptions { enabled: Some(false), ..HiveOptions::default() };
    let arguments = ScanArgsParquet { glob: false, hive_options, ..ScanArgsParquet::default() };
    LazyFrame::scan_parquet_sources(sources, arguments)
}

fn schema(found: &Found) -> Result<SchemaRef, Diagnostic> {
    scan(found)?.collect_schema().map_err(|error| broken(found, &error))
}

fn broken(found: &Found, error: &PolarsError) -> Diagnostic {
    let why = error.to_string();
    let why = why.lines().next().unwrap_or_default();
    Trouble::File(format!("cannot be read as parquet: {why}"), None).of(&found.name)
}
