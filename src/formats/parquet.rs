//! `parquet`: columns with their types, written by the engine itself.

use crate::model::catalog::{FormatDef, Pictures, Render};

pub const DEF: FormatDef = FormatDef {
    name: "parquet",
    aliases: &[],
    doc: "Columns with their types, for other engines",
    extension: Some("parquet"),
    pictures: Pictures::Never,
    render: Render::Parquet,
};
