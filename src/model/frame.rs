//! An answer as plain values: what formats turn into bytes.

use super::route::{Coverage, LeftOut};
use super::schema::Schema;
use super::value::Value;
use super::zone::Zone;
use crate::diagnostics::Diagnostic;

/// Columns and their values, column by column, all of one length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    pub schema: Schema,
    pub columns: Vec<Vec<Value>>,
}

impl Frame {
    pub fn height(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// With its times as they are shown in a zone.
    pub fn in_zone(self, zone: &Zone) -> Self {
        if zone.is_utc() {
            return self;
        }
        let shown = |column: Vec<Value>| column.into_iter().map(|value| value.in_zone(zone)).collect();
        Self { columns: self.columns.into_iter().map(shown).collect(), ..self }
    }

    /// Some cell is this text.
    pub fn shows(&self, text: &str) -> bool {
        self.columns.iter().flatten().any(|value| matches!(value, Value::Text(cell) if cell == text))
    }

    /// The values of each row, in the order of the schema.
    pub fn rows(&self) -> impl Iterator<Item = Vec<&Value>> {
        (0..self.height()).map(|row| self.columns.iter().filter_map(|column| column.get(row)).collect())
    }
}

/// What a pipeline gave.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The pipeline in canonical form.
    pub query: String,
    pub frame: Frame,
    pub coverage: Coverage,
    pub warnings: Vec<Diagnostic>,
}

impl Answer {
    /// Its first rows, saying that there are more; nothing where there are no more.
    pub fn first(&self, most: usize) -> Option<Self> {
        let rows_total = self.frame.height();
        if rows_total <= most {
            return None;
        }
        let mut short = self.clone();
        short.frame.columns.iter_mut().for_each(|column| column.truncate(most));
        let more = if most == 0 { self.query.clone() } else { format!("{} | skip {most}", self.query) };
        short.coverage.left_out = Some(LeftOut { rows_total, more });
        Some(short)
    }
}
