//! Operations on text that polars has only where their arguments are written out.

use polars::prelude::*;

/// Plain text for plain text, everywhere; nothing in the place of an empty text.
pub fn replaced(text: Expr, old: Expr, new: Expr) -> Expr {
    let replace = |columns: &mut [Column]| {
        let replaced: StringChunked = rows(columns, |cells| {
            let [text, old, new] = cells else { return None };
            Some(if old.is_empty() { text.to_string() } else { text.replace(*old, new) })
        })?;
        Ok(replaced.with_name(name(columns)).into_column())
    };
    text.map_many(replace, &[old, new], |_, fields| Ok(field(fields, DataType::String)))
}

/// Whether a test of two texts holds.
pub fn holds(text: Expr, part: Expr, test: fn(&str, &str) -> bool) -> Expr {
    let run = move |columns: &mut [Column]| {
        let held: BooleanChunked = rows(columns, |cells| {
            let [text, part] = cells else { return None };
            Some(test(text, part))
        })?;
        Ok(held.with_name(name(columns)).into_column())
    };
    text.map_many(run, &[part], |_, fields| Ok(field(fields, DataType::Boolean)))
}

/// The value of each row; null where a text is. A column of one value is the same for all rows, of which there may be none.
fn rows<T, C: FromIterator<Option<T>>>(columns: &[Column], of: impl Fn(&[&str]) -> Option<T>) -> PolarsResult<C> {
    let texts: Vec<&StringChunked> = columns.iter().map(|column| column.str()).collect::<PolarsResult<_>>()?;
    let height = texts.iter().map(|text| text.len()).filter(|length| *length != 1).min().unwrap_or(1);
    let row = |row: usize| {
        let cells = texts.iter().map(|text| text.get(if text.len() == 1 { 0 } else { row }));
        let cells: Option<Vec<&str>> = cells.collect();
        of(&cells?)
    };
    Ok((0..height).map(row).collect())
}

fn name(columns: &[Column]) -> PlSmallStr {
    columns.first().map_or(PlSmallStr::EMPTY, |column| column.name().clone())
}

fn field(fields: &[Field], dtype: DataType) -> Field {
    Field::new(fields.first().map_or(PlSmallStr::EMPTY, |field| field.name().clone()), dtype)
}
