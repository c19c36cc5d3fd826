//! `table`: columns fitted to the terminal, numbers aligned, units shown. What is left out is named below.

use comfy_table::{Attribute, Cell, CellAlignment, ColumnConstraint, LineStyle, Row, Table, TableStyle};

use super::cell::Cells;
use super::grid::{self, Wish};
use super::share::{self, Share};
use super::{chart, record};
use crate::harmless;
use crate::model::catalog::{FormatDef, Looks, Pictures, Render, Titled, Unrenderable};
use crate::model::frame::Frame;
use crate::model::schema::Column;
use crate::model::value::Value;
use crate::types::Type;

pub const DEF: FormatDef = FormatDef {
    name: "table",
    aliases: &[],
    doc: "Aligned columns with units, fitted to the terminal; one row that is too wide is shown as a record",
    extension: None,
    pictures: Pictures::Instead,
    render: Render::Text(render),
};

fn render(answers: &[Titled<'_>], looks: &Looks) -> Result<String, Unrenderable> {
    chart::or_rows(answers, looks, |out, frame| draw(out, frame, looks))
}

/// A single row may be this wide where there is no terminal to fit.
const WIDEST_ROW: usize = 200;

fn draw(out: &mut String, frame: &Frame, looks: &Looks) {
    let shown = looks.max_rows.unwrap_or(usize::MAX).min(frame.height());
    let wishes = |table: &Table| -> Vec<Wish> {
        let columns = frame.schema.columns.iter().zip(table.column_max_content_widths());
        let wish = |(column, width): (&Column, u16)| Wish {
            width,
            header: header_width(column),
            cuttable: cuttable(&column.ty),
        };
        columns.map(wish).collect()
    };
    let mut table = filled(frame, shown, looks, share::bars(frame, shown, looks));
    let mut wanted = wishes(&table);
    if looks.width.is_some_and(|width| grid::taken(&wanted) > width) {
        // Bars of shares are the first to go.
        table = filled(frame, shown, looks, Vec::new());
        wanted = wishes(&table);
    }
    let wishes = wanted;
    // A single row that nobody could read in one line is a record, wherever it goes.
    let room = if frame.height() == 1 { looks.width.or(Some(WIDEST_ROW)) } else { looks.width };
    let widths = grid::fitted(&wishes, room);
    let whole = widths.len() == wishes.len() && widths.iter().zip(&wishes).all(|(given, wish)| *given >= wish.width);
    if frame.height() == 1 && shown == 1 && !whole {
        record::blocks(out, frame, looks);
        return;
    }
    let last = widths.len().saturating_sub(1);
    for (place, (column, drawn)) in frame.schema.columns.iter().zip(table.column_iter_mut()).enumerate() {
        let gap = if place == last { 0 } else { grid::GAP };
        drawn.set_padding((0, gap));
        if column.ty.is_number() {
            drawn.set_cell_alignment(CellAlignment::Right);
        }
        drawn.set_constraint(
            widths.get(place).map_or(ColumnConstraint::Hidden, |width| grid::fixed(width.saturating_add(gap))),
        );
    }
    if !widths.is_empty() {
        out.push_str(&grid::drawn(&table));
    }
    grid::count_line(out, shown, frame.height(), looks);
    let left_out: Vec<&str> = frame.schema.names().skip(widths.len()).collect();
    columns_line(out, &left_out, looks);
}

/// All cells of the rows that are shown.
fn filled(frame: &Frame, shown: usize, looks: &Looks, bars: Vec<Option<Share>>) -> Table {
    let mut table = grid::plain(looks.color);
    let line = if looks.unicode { '─' } else { '-' };
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill(line)));
    table.set_truncation_indicator(grid::ellipsis(looks));
    // No text holds a NUL any more: cells are cut where the room ends, not where a word does.
    table.set_delimiter('\0');
    let header = |name| Cell::new(harmless::line(name)).add_attribute(Attribute::Bold);
    table.set_header(frame.schema.names().map(header).collect::<Vec<Cell>>());
    let columns = frame.schema.columns.iter().zip(&frame.columns);
    let mut bars = bars.into_iter();
    let mut columns: Vec<_> = columns
        .map(|(column, values)| {
            let values = values.get(..shown).unwrap_or(values);
            (Cells::of(&column.ty, values), bars.next().flatten(), values.iter())
        })
        .collect();
    for _ in 0..shown {
        let mut row = Row::new();
        for (cells, bar, values) in &mut columns {
            let value = values.next().unwrap_or(&Value::Null);
            let text = bar.as_ref().map_or_else(|| cells.show(value), |bar| bar.before(value, cells.show(value)));
            row.add_cell(if *value == Value::Null { grid::dim_cell(text) } else { Cell::new_owned(text) });
        }
        row.max_height(1);
        table.add_row(row);
    }
    table
}

/// Names the columns that had no room.
fn columns_line(out: &mut String, names: &[&str], looks: &Looks) {
    if names.is_empty() {
        return;
    }
    let names: Vec<_> = names.iter().map(|name| harmless::line(name)).collect();
    let columns = if names.len() == 1 { "column" } else { "columns" };
    let line = format!(
        "{} and {} more {columns}: {} (`as record` shows all)",
        grid::ellipsis(looks),
        names.len(),
        names.join(", ")
    );
    for line in grid::wrapped(&line, looks.width.unwrap_or(usize::MAX)) {
        out.push_str(&grid::dim(&line, looks.color));
        out.push('\n');
    }
}

fn header_width(column: &Column) -> u16 {
    u16::try_from(grid::width(&harmless::line(&column.name))).unwrap_or(u16::MAX)
}

/// Numbers, dates and the like are whole or not there at all.
fn cuttable(ty: &Type) -> bool {
    matches!(ty, Type::Text | Type::List(_) | Type::Record(_) | Type::Null)
}
