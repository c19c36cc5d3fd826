//! The lines of a text, one at a time, none of them too long.

use std::io::{BufRead, Read as _};

use super::Trouble;

/// A row of more bytes than this is none.
pub const LONGEST: u64 = 16 << 20;

pub struct Lines {
    input: Box<dyn BufRead>,
    /// The number of the line that was read last, from 1.
    pub number: u64,
    pub bytes: u64,
}

impl Lines {
    pub fn new(input: Box<dyn BufRead>) -> Self {
        Self { input, number: 0, bytes: 0 }
    }

    /// Puts the next line, its end included, behind what is there; says whether there was one.
    pub fn next(&mut self, line: &mut Vec<u8>) -> Result<bool, Trouble> {
        let room = LONGEST.saturating_sub(line.len() as u64) + 1;
        let before = line.len();
        self.input.by_ref().take(room).read_until(b'\n', line).map_err(|error| Trouble::io(&error))?;
        let read = line.len() - before;
        if read == 0 {
            return Ok(false);
        }
        self.number += 1;
        self.bytes += read as u64;
        if line.len() as u64 > LONGEST {
            let why =
                format!("has a row of more than {} MB, which starts on or before line {}", LONGEST >> 20, self.number);
            return Err(Trouble::File(why, Some("a quote that is not closed, or a file of another format, looks so")));
        }
        Ok(true)
    }
}

/// Without the end of the line.
pub fn trimmed(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The text of a line.
pub fn text(bytes: &[u8], line: u64) -> Result<&str, Trouble> {
    std::str::from_utf8(bytes).map_err(|_| Trouble::Line(line, "is no UTF-8 text".to_string()))
}
