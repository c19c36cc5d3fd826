//! Texts in columns: measured, fitted to a width and drawn by comfy-table.

use comfy_table::{Attribute, Cell, ColumnConstraint, ContentArrangement, Table, TableStyle, Width};

use super::number;
use crate::harmless;
use crate::model::catalog::{Looks, Titled, Unrenderable};

/// Blanks between two columns.
pub const GAP: u16 = 2;

/// What a text column keeps, even where that leaves columns out.
const KEPT: u16 = 20;

/// A table without lines that asks no terminal for anything.
pub fn plain(color: bool) -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new()).force_no_tty().set_content_arrangement(ContentArrangement::Disabled);
    if color {
        table.enforce_styling().style_text_only();
    }
    table
}

/// The lines of a drawn table, without blanks at their ends.
pub fn drawn(table: &Table) -> String {
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// A text broken between words into lines of at most this width.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut table = plain(false);
    table.add_row(vec![text]);
    if let Some(column) = table.column_mut(0) {
        column.set_padding((0, 0)).set_constraint(fixed(u16::try_from(width).unwrap_or(u16::MAX).max(1)));
    }
    table.lines().map(|line| line.trim_end().to_string()).collect()
}

/// The columns of a terminal that a text takes.
pub fn width(text: &str) -> usize {
    if text.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
        return text.len();
    }
    let mut table = plain(false);
    table.add_row(vec![text]);
    table.column_max_content_widths().first().copied().map_or(0, usize::from)
}

/// A text of at most this width; where it is cut it ends in dots.
pub fn cut(text: &str, room: usize, looks: &Looks) -> String {
    if width(text) <= room {
        return text.to_string();
    }
    let dots = ellipsis(looks);
    let mut kept: String = text.chars().take(room).collect();
    while !kept.is_empty() && width(&kept) + width(dots) > room {
        kept.pop();
    }
    if width(dots) > room { String::new() } else { kept + dots }
}

/// What stands for what was cut.
pub fn ellipsis(looks: &Looks) -> &'static str {
    if looks.unicode { "…" } else { "..." }
}

/// Each answer, below its title where it has one.
pub fn titled(
    answers: &[Titled<'_>],
    looks: &Looks,
    mut draw: impl FnMut(&mut String, &Titled<'_>) -> Result<(), Unrenderable>,
) -> Result<String, Unrenderable> {
    let mut out = String::new();
    for titled in answers {
        if !out.is_empty() {
            out.push('\n');
        }
        if !titled.title.is_empty() {
            out.push_str(&bold(&harmless::line(titled.title), looks.color));
            out.push('\n');
        }
        draw(&mut out, titled)?;
    }
    Ok(out)
}

/// `200 of 1,234 rows`, where not all rows are shown; `no rows`, where there are none.
pub fn count_line(out: &mut String, shown: usize, height: usize, looks: &Looks) {
    if height == 0 {
        out.push_str(&dim("no rows", looks.color));
        out.push('\n');
    } else if shown < height {
        let line = format!("{} of {} rows", number::count(shown), number::count(height));
        out.push_str(&dim(&line, looks.color));
        out.push('\n');
    }
}

/// A column of exactly this width.
pub fn fixed(width: u16) -> ColumnConstraint {
    ColumnConstraint::Absolute(Width::Fixed(width))
}

/// Dimmed, where there are colours.
pub fn dim(text: &str, color: bool) -> String {
    if color { format!("\u{1b}[2m{text}\u{1b}[0m") } else { text.to_string() }
}

/// Bold, where there are colours.
fn bold(text: &str, color: bool) -> String {
    if color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_string() }
}

/// A cell that is dimmed where there are colours.
pub fn dim_cell(text: String) -> Cell {
    Cell::new_owned(text).add_attribute(Attribute::Dim)
}

/// What a column would like to have, and whether its texts may be cut.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    pub width: u16,
    pub header: u16,
    pub cuttable: bool,
}

impl Wish {
    /// What it needs at least: headers and numbers are never cut.
    fn least(self) -> u16 {
        if self.cuttable { self.width.min(self.header.max(KEPT)) } else { self.width }
    }

    fn at_most(self, cap: u16) -> u16 {
        if self.cuttable { self.width.min(cap).max(self.least()) } else { self.width }
    }
}

/// What all columns take together, gaps included.
pub fn taken(wishes: &[Wish]) -> usize {
    let gaps = usize::from(GAP) * wishes.len().saturating_sub(1);
    wishes.iter().map(|wish| usize::from(wish.width)).sum::<usize>() + gaps
}

/// The widths of the columns that fit, from the first on; the longest texts give way first.
pub fn fitted(wishes: &[Wish], width: Option<usize>) -> Vec<u16> {
    let Some(width) = width else { return wishes.iter().map(|wish| wish.width).collect() };
    let sum = |widths: &[u16]| -> usize {
        let gaps = usize::from(GAP) * widths.len().saturating_sub(1);
        widths.iter().map(|width| usize::from(*width)).sum::<usize>() + gaps
    };
    let least: Vec<u16> = wishes.iter().map(|wish| wish.least()).collect();
    let fits = |count: &usize| least.get(..*count).is_some_and(|widths| sum(widths) <= width);
    let Some(count) = (1..=wishes.len()).rev().find(fits) else {
        // Not even the first column fits: it is shown as wide as it must be.
        let room = u16::try_from(width).unwrap_or(u16::MAX);
        return wishes.first().map(|wish| if wish.cuttable { room.max(1) } else { wish.width }).into_iter().collect();
    };
    let shown = wishes.get(..count).unwrap_or_default();
    let at = |cap: u16| -> Vec<u16> { shown.iter().map(|wish| wish.at_most(cap)).collect() };
    let widest = shown.iter().map(|wish| wish.width).max().unwrap_or(0);
    let (mut low, mut high) = (0, widest);
    while low < high {
        let middle = high - (high - low) / 2;
        if sum(&at(middle)) <= width { low = middle } else { high = middle - 1 }
    }
    let mut widths = at(low);
    let mut spare = width.saturating_sub(sum(&widths));
    for (given, wish) in widths.iter_mut().zip(shown) {
        if spare > 0 && *given < wish.width {
            *given += 1;
            spare -= 1;
        }
    }
    widths
}
