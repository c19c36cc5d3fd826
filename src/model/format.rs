//! Descriptors of formats: how answers become bytes, what the place of output can show, and what pictures there are.

use super::frame::Answer;

/// How an answer becomes bytes.
#[derive(Debug)]
pub struct FormatDef {
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    pub doc: &'static str,
    /// Ending of files it is chosen for by `save`; none where files of it make no sense.
    pub extension: Option<&'static str>,
    pub pictures: Pictures,
    pub render: Render,
}

/// What a format has to do with pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pictures {
    Never,
    /// It is one: beside a format of the whole output it is a wish of its pipeline.
    Is(Picture),
    /// A wished picture stands in place of the rows.
    Instead,
    /// It shows wished pictures and the rows.
    Beside,
    /// It shows nothing but the wished picture, or the one that suits.
    Only,
}

impl Pictures {
    /// Rows without a number cannot be shown.
    pub fn need_numbers(self) -> bool {
        match self {
            Self::Is(_) | Self::Only => true,
            Self::Never | Self::Instead | Self::Beside => false,
        }
    }
}

/// A way to draw rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    Bars,
    Line,
    Spark,
}

#[derive(Debug)]
pub enum Render {
    /// From plain values to text.
    Text(fn(&[Titled<'_>], &Looks) -> Result<String, Unrenderable>),
    /// Written by the engine itself.
    Parquet,
}

/// An answer and what is printed above it where there are several.
#[derive(Clone, Copy, Debug)]
pub struct Titled<'a> {
    pub title: &'a str,
    pub answer: &'a Answer,
    /// How its pipeline wants to be seen, in formats that show that.
    pub picture: Option<Picture>,
}

/// What the place of output can show.
#[derive(Clone, Copy, Debug)]
pub struct Looks {
    /// Columns of the terminal; `None` where nothing needs to fit.
    pub width: Option<usize>,
    pub unicode: bool,
    pub color: bool,
    /// Tables show at most so many rows.
    pub max_rows: Option<usize>,
}

/// Why a format cannot show these answers.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Unrenderable {
    #[error("{0} holds one table, and there are {1}")]
    Several(&'static str, usize),
    #[error("`{0}` draws numbers, and there are none")]
    NoNumber(&'static str),
}

impl Unrenderable {
    pub fn help(&self) -> &'static str {
        match self {
            Self::Several(..) => "`save` each to a file of its own, or choose json or table",
            Self::NoNumber(_) => "put rows together first, as in `… | group model | count`, or choose another format",
        }
    }
}
