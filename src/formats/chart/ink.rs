//! A line of a picture: pieces of text, each with what it is. Colours and the width come in when it is written.

use super::super::grid;
use super::WIDTH;
use crate::model::catalog::Looks;

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    Plain,
    Bold,
    Dim,
    /// Of a series, by its place. Series differ by their marks too: colours alone say nothing.
    Series(usize),
}

impl Ink {
    /// The sequence that starts it. Colours are those that stand out from dark and from light grounds.
    fn code(self) -> Option<&'static str> {
        const COLORS: [&str; super::MOST_SERIES] =
            ["\u{1b}[36m", "\u{1b}[35m", "\u{1b}[32m", "\u{1b}[33m", "\u{1b}[34m", "\u{1b}[31m"];
        match self {
            Self::Plain => None,
            Self::Bold => Some("\u{1b}[1m"),
            Self::Dim => Some("\u{1b}[2m"),
            Self::Series(place) => COLORS.get(place % COLORS.len()).copied(),
        }
    }
}

/// Pieces of one line, from the left.
#[derive(Clone, Debug, Default)]
pub struct Line(Vec<(String, Ink)>);

impl Line {
    pub fn with(mut self, text: impl Into<String>, ink: Ink) -> Self {
        self.push(text, ink);
        self
    }

    pub fn push(&mut self, text: impl Into<String>, ink: Ink) {
        let text = text.into();
        match self.0.last_mut() {
            Some((last, same)) if *same == ink => last.push_str(&text),
            _ => self.0.push((text, ink)),
        }
    }

    /// Never wider than the place it goes to; blanks at its end are left out.
    pub fn write(&self, out: &mut String, looks: &Looks) {
        let plain: String = self.0.iter().map(|(text, _)| text.as_str()).collect();
        let plain = plain.trim_end();
        let width = looks.width.unwrap_or(WIDTH);
        if !looks.color {
            out.push_str(&grid::cut(plain, width, looks));
        } else if grid::width(plain) > width {
            // Nothing is coloured in what is too narrow for a picture.
            out.push_str(&grid::cut(plain, width, looks));
        } else {
            let mut left = plain.len();
            for (text, ink) in &self.0 {
                let text = text.get(..left.min(text.len())).unwrap_or_default();
                left -= text.len();
                match ink.code() {
                    Some(code) if !text.trim().is_empty() => {
                        out.push_str(code);
                        out.push_str(text);
                        out.push_str("\u{1b}[0m");
                    }
                    _ => out.push_str(text),
                }
            }
        }
        out.push('\n');
    }
}
