//! Bars in the cells of a table: on a terminal, the parts of a whole that `share` makes are seen as well as read.

use super::cell::Cells;
use super::chart;
use super::grid;
use crate::model::catalog::Looks;
use crate::model::frame::Frame;
use crate::model::value::Value;

/// Characters of a whole.
const WHOLE: usize = 8;

/// How the cells of one column are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    /// The width of the values.
    values: usize,
}

impl Share {
    /// The value with its bar in front.
    pub fn before(self, value: &Value, shown: String) -> String {
        let bar = value.number().map_or_else(String::new, |part| chart::block(part, WHOLE));
        let blanks = |text: &str, room: usize| " ".repeat(room.saturating_sub(grid::width(text)));
        format!("{bar}{} {}{shown}", blanks(&bar, WHOLE), blanks(&shown, self.values))
    }
}

/// For each column, whether its cells have bars. A pipe gets none: what reads it wants values.
pub fn bars(frame: &Frame, shown: usize, looks: &Looks) -> Vec<Option<Share>> {
    if looks.width.is_none() || !looks.unicode {
        return Vec::new();
    }
    let columns = frame.schema.columns.iter().zip(&frame.columns);
    let bar = |(column, values): (&crate::model::schema::Column, &Vec<Value>)| {
        let values = values.get(..shown).unwrap_or(values);
        let parts = values.iter().filter_map(Value::number);
        if !column.is_share() || !parts.clone().all(|part| (0.0..=1.0).contains(&part)) {
            return None;
        }
        let cells = Cells::of(&column.ty, values);
        let widest = values.iter().map(|value| grid::width(&cells.show(value))).max()?;
        Some(Share { values: widest })
    };
    columns.map(bar).collect()
}
