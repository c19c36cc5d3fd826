//! How answers become bytes: one file a format, over shared forms of a value for people ([`cell`]) and for programs
//! ([`plain`]). Formats are pure: values and looks in, text out.

mod bars;
mod cell;
mod chart;
pub mod contract;
mod csv;
mod delimited;
mod envelope;
mod grid;
mod html;
mod json;
mod jsonl;
mod line;
mod markdown;
mod number;
mod parquet;
mod plain;
mod record;
mod share;
mod spark;
mod svg;
mod table;
mod tsv;

pub use envelope::DEF as ENVELOPE;
pub use json::DEF as JSON;
pub use number::Numbers;

use crate::model::catalog::{FormatDef, Titled, Unrenderable};
use crate::model::frame::Answer;

/// All formats, in the order of the documentation; the first is the default.
pub const ALL: &[&FormatDef] = &[
    &table::DEF,
    &record::DEF,
    &csv::DEF,
    &tsv::DEF,
    &json::DEF,
    &jsonl::DEF,
    &markdown::DEF,
    &bars::DEF,
    &line::DEF,
    &spark::DEF,
    &html::DEF,
    &svg::DEF,
    &parquet::DEF,
    &envelope::DEF,
];

/// The answer of a format that holds one table; nothing where there is none.
fn only<'a>(format: &'static str, answers: &[Titled<'a>]) -> Result<Option<&'a Answer>, Unrenderable> {
    match answers {
        [] => Ok(None),
        [one] => Ok(Some(one.answer)),
        several => Err(Unrenderable::Several(format, several.len())),
    }
}
