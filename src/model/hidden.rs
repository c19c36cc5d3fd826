//! Names of columns that no text and no file can write: what a step adds for itself, and columns that only the rows name.

/// What a hidden column is for. Columns of one purpose are told apart by a number, or by the column that they belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden(&'static str);

impl Hidden {
    pub const fn new(purpose: &'static str) -> Self {
        Self(purpose)
    }

    /// The only one of its purpose in a table.
    pub fn name(self) -> String {
        format!("{HIDDEN}{}", self.0)
    }

    pub fn numbered(self, number: usize) -> String {
        format!("{HIDDEN}{}{number}", self.0)
    }

    pub fn beside(self, column: &str) -> String {
        format!("{HIDDEN}{}{column}", self.0)
    }
}

pub fn is_hidden(name: &str) -> bool {
    name.starts_with(HIDDEN)
}

/// How a column is called inside whose name only the rows tell.
pub fn open_name(name: &str) -> String {
    format!("{OPEN}{name}")
}

pub fn is_open_name(name: &str) -> bool {
    name.starts_with(OPEN)
}

/// What such a column is called outside.
pub fn shown_name(name: &str) -> &str {
    name.strip_prefix(OPEN).unwrap_or(name)
}

/// Stands for all columns whose names only the rows tell, where columns are listed.
pub const OTHERS: &str = "\u{2}";

const HIDDEN: char = '\u{1}';
const OPEN: char = '\u{2}';
