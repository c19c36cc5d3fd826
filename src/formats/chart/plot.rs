//! A field of dots on a terminal: eight to a character in braille, one where characters are plain.

use super::{Ink, Line};

/// Braille begins here; its eight lowest bits are its dots.
const BRAILLE: u32 = 0x2800;

/// Dots and letters, from the top left.
pub struct Field {
    width: usize,
    height: usize,
    braille: bool,
    cells: Vec<Cell>,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    dots: u8,
    letter: Option<char>,
    series: usize,
}

impl Field {
    /// So many characters wide and high.
    pub fn new(width: usize, height: usize, braille: bool) -> Self {
        Self { width, height, braille, cells: vec![Cell::default(); width * height] }
    }

    /// Dots across and down.
    fn dots(&self) -> (usize, usize) {
        if self.braille { (self.width * 2, self.height * 4) } else { (self.width, self.height) }
    }

    /// The dot of a place: 0 to 1 from the left, and from the bottom.
    fn dot(&self, (x, y): (f64, f64)) -> (i64, i64) {
        let (across, down) = self.dots();
        let scaled = |place: f64, dots: usize| (place * dots.saturating_sub(1) as f64).round() as i64;
        (scaled(x, across), scaled(1.0 - y, down))
    }

    /// A straight line; in plain characters it is drawn with `letter`.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), series: usize, letter: char) {
        let ((x0, y0), (x1, y1)) = (self.dot(from), self.dot(to));
        let steps = (x1 - x0).abs().max((y1 - y0).abs()).max(1);
        for step in 0..=steps {
            let part = |a: i64, b: i64| a + ((b - a) as f64 * step as f64 / steps as f64).round() as i64;
            self.set((part(x0, x1), part(y0, y1)), series, letter);
        }
    }

    /// A letter that says which line this is.
    pub fn letter(&mut self, at: (f64, f64), series: usize, letter: char) {
        let (x, y) = self.dot(at);
        let (x, y) = if self.braille { (x / 2, y / 4) } else { (x, y) };
        if let Some(cell) = self.cell(x, y) {
            *cell = Cell { letter: Some(letter), series, ..*cell };
        }
    }

    fn set(&mut self, (x, y): (i64, i64), series: usize, letter: char) {
        const LEFT: [u8; 4] = [0x01, 0x02, 0x04, 0x40];
        const RIGHT: [u8; 4] = [0x08, 0x10, 0x20, 0x80];
        if !self.braille {
            if let Some(cell) = self.cell(x, y) {
                *cell = Cell { dots: 1, letter: Some(letter), series };
            }
            return;
        }
        let column = if x % 2 == 0 { LEFT } else { RIGHT };
        let dot = usize::try_from(y % 4).ok().and_then(|row| column.get(row)).copied().unwrap_or(0);
        if let Some(cell) = self.cell(x / 2, y / 4) {
            *cell = Cell { dots: cell.dots | dot, series, ..*cell };
        }
    }

    fn cell(&mut self, x: i64, y: i64) -> Option<&mut Cell> {
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        if x < self.width { self.cells.get_mut(y * self.width + x) } else { None }
    }

    /// Its lines, each appended to what stands in front of it.
    pub fn rows(&self, front: impl Iterator<Item = Line>) -> Vec<Line> {
        let rows = self.cells.chunks(self.width.max(1));
        rows.zip(front)
            .map(|(cells, mut line)| {
                for cell in cells {
                    let dots = char::from_u32(BRAILLE + u32::from(cell.dots)).filter(|_| cell.dots > 0);
                    let shown = cell.letter.or(dots).unwrap_or(' ');
                    line.push(shown, if shown == ' ' { Ink::Plain } else { Ink::Series(cell.series) });
                }
                line
            })
            .collect()
    }
}
