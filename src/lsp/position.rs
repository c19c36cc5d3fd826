//! A text with its lines, and the one place that turns the positions of the protocol into bytes and back.

use lsp_types::{Position, PositionEncodingKind, Range};

use crate::span::Span;

/// What the characters of a position are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16,
}

impl Encoding {
    /// The one that needs no counting, where a client knows it; else the one that every client knows.
    pub fn chosen(offered: Option<&[PositionEncodingKind]>) -> Self {
        let utf8 = offered.is_some_and(|offered| offered.contains(&PositionEncodingKind::UTF8));
        if utf8 { Self::Utf8 } else { Self::Utf16 }
    }

    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn length(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
        }
    }
}

/// A text and where its lines start. A line ends with `\n`, `\r\n` or `\r`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    text: String,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl Text {
    pub fn new(text: String, encoding: Encoding) -> Self {
        let starts = starts(&text);
        Self { text, starts, encoding }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The byte of a position. Behind the end of a line it is that end, behind the last line the end of the text; in the
    /// middle of a character it is its start.
    pub fn offset(&self, position: Position) -> usize {
        let Some((start, line)) = self.line(position.line) else { return self.text.len() };
        let wanted = usize::try_from(position.character).unwrap_or(usize::MAX);
        let mut units = 0;
        for (at, c) in line.char_indices() {
            units += self.encoding.length(c);
            if units > wanted {
                return start + at;
            }
        }
        start + line.len()
    }

    /// The position of a byte.
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let before = self.text.get(start..offset).unwrap_or_default();
        let units = before.chars().map(|c| self.encoding.length(c)).sum::<usize>();
        Position::new(narrow(line), narrow(units))
    }

    pub fn range(&self, span: Span) -> Range {
        Range::new(self.position(span.start), self.position(span.end.max(span.start)))
    }

    pub fn span(&self, range: Range) -> Span {
        let start = self.offset(range.start);
        Span::new(start, self.offset(range.end).max(start))
    }

    /// From its start to its end.
    pub fn whole(&self) -> Range {
        self.range(Span::new(0, self.text.len()))
    }

    /// Puts something in the place of a range.
    pub fn replace(&mut self, range: Range, with: &str) {
        let span = self.span(range);
        self.text.replace_range(span.start..span.end, with);
        self.starts = starts(&self.text);
    }

    /// The units between two places of one line.
    pub fn length(&self, span: Span) -> u32 {
        narrow(span.of(&self.text).chars().map(|c| self.encoding.length(c)).sum())
    }

    /// Where a line starts, and its text without its end.
    fn line(&self, number: u32) -> Option<(usize, &str)> {
        let number = usize::try_from(number).ok()?;
        let start = *self.starts.get(number)?;
        let end = self.starts.get(number + 1).copied().unwrap_or(self.text.len());
        let line = self.text.get(start..end)?;
        let line = line.strip_suffix('\n').unwrap_or(line);
        Some((start, line.strip_suffix('\r').unwrap_or(line)))
    }
}

fn starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = |(at, byte): (usize, &u8)| match byte {
        b'\n' => Some(at + 1),
        b'\r' if bytes.get(at + 1) != Some(&b'\n') => Some(at + 1),
        _ => None,
    };
    std::iter::once(0).chain(bytes.iter().enumerate().filter_map(ends)).collect()
}

/// No text that is opened has more lines or characters than the protocol can count.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
