//! Operations on text that polars has only where their arguments are written out.

use polars::prelude::*;

/// Plain text for plain text, everywhere; nothing in the place of an empty text.
pub fn replaced(text: Expr, old: Expr, new: Expr) -> Expr {
    let replace = |columns: &mut [Column]| {
        let texts: Result<Vec<&StringChunked>, PolarsError> = columns.iter().map(|column| column.str()).collect();
        let texts = texts?;
        let height = if texts.iter().any(|text| text.is_empty()) { 0 } else { longest(&texts) };
        let row = |row: usize| {
            let mut cells = texts.iter().map(|text| text.get(if text.len() == 1 { 0 } else { row }));
            let (text, old, new) = (cells.next()??, cells.next()??, cells.next()??);
            Some(if old.is_empty() { text.to_string() } else { text.replace(old, new) })
        };
        let name = columns.first().map_or(PlSmallStr::EMPTY, |column| column.name().clone());
        let replaced: StringChunked = (0..height).map(row).collect();
        Ok(replaced.with_name(name).into_column())
    };
    let field = |_: &Schema, fields: &[Field]| {
        let name = fields.first().map_or(PlSmallStr::EMPTY, |field| field.name().clone());
        Ok(Field::new(name, DataType::String))
    };
    text.map_many(replace, &[old, new], field)
}

fn longest(texts: &[&StringChunked]) -> usize {
    texts.iter().map(|text| text.len()).max().unwrap_or(0)
}
