//! `record`: a block of `name  value` lines for each row, for rows that are too wide for a table.

use comfy_table::{Attribute, Cell};

use super::cell::{self, Cells};
use super::{chart, grid, number};
use crate::harmless;
use crate::model::catalog::{FormatDef, Looks, Pictures, Render, Titled, Unrenderable};
use crate::model::frame::Frame;
use crate::model::value::Value;
use crate::types::Type;

pub const DEF: FormatDef = FormatDef {
    name: "record",
    aliases: &["records", "vertical"],
    doc: "A line for each value, for rows with many columns",
    extension: None,
    pictures: Pictures::Instead,
    render: Render::Text(render),
};

/// Values keep so much room, whatever the names take.
const VALUE: usize = 12;

fn render(answers: &[Titled<'_>], looks: &Looks) -> Result<String, Unrenderable> {
    chart::or_rows(answers, looks, |out, frame| blocks(out, frame, looks))
}

/// A block for each row that is shown.
pub fn blocks(out: &mut String, frame: &Frame, looks: &Looks) {
    let shown = looks.max_rows.unwrap_or(usize::MAX).min(frame.height());
    let names: Vec<String> = frame.schema.names().map(|name| harmless::line(name).into_owned()).collect();
    let widest = names.iter().map(|name| grid::width(name)).max().unwrap_or(0);
    let room = looks.width.map(|width| width.saturating_sub(widest + usize::from(grid::GAP)).max(VALUE));
    let mut columns: Vec<_> = Vec::new();
    for ((name, column), values) in names.iter().zip(&frame.schema.columns).zip(&frame.columns) {
        columns.push((name, &column.ty, values.iter()));
    }
    for row in 0..shown {
        if row > 0 {
            out.push('\n');
        }
        let mut block = grid::plain(looks.color);
        for (name, ty, values) in &mut columns {
            let value = values.next().unwrap_or(&Value::Null);
            let cells = Cells::of(ty, std::slice::from_ref(value));
            let name = Cell::new(name).add_attribute(Attribute::Bold);
            let value = match value {
                Value::Null => grid::dim_cell(cells.show(value)),
                Value::List(items) => Cell::new_owned(list(ty, items, &cells, value, room)),
                other => Cell::new_owned(lines(&cells.show(other), room).join("\n")),
            };
            block.add_row(vec![name, value]);
        }
        if let Some(names) = block.column_mut(0) {
            names.set_padding((0, grid::GAP));
        }
        if let Some(values) = block.column_mut(1) {
            values.set_padding((0, 0));
        }
        out.push_str(&grid::drawn(&block));
    }
    grid::count_line(out, shown, frame.height(), looks);
}

/// Records are numbered, one below the other; other lists stand on one line.
fn list(ty: &Type, items: &[Value], cells: &Cells<'_>, whole: &Value, room: Option<usize>) -> String {
    if !items.iter().any(|item| matches!(item, Value::Record(_))) {
        return lines(&cells.show(whole), room).join("\n");
    }
    let item_type = cell::item_type(ty);
    let mut shown: Vec<String> = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let text = match item {
            Value::Record(fields) => cell::record(item_type, fields),
            other => Cells::of(item_type, std::slice::from_ref(other)).show(other),
        };
        let mark = format!("{}. ", number::count(place + 1));
        let room = room.map(|room| room.saturating_sub(mark.len()).max(VALUE));
        for (place, line) in lines(&text, room).into_iter().enumerate() {
            let before = if place == 0 { mark.clone() } else { " ".repeat(mark.len()) };
            shown.push(before + &line);
        }
    }
    shown.join("\n")
}

fn lines(text: &str, room: Option<usize>) -> Vec<String> {
    room.map_or_else(|| vec![text.to_string()], |room| grid::wrapped(text, room))
}
