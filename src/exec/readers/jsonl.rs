//! `jsonl`: an object on each line.

use std::io::BufRead;

use serde_json::{Map, Value as Json};

use super::lines::{self, Lines};
use super::options::Options;
use super::{FileFormat, Read, Reader, Row, Trouble};

pub const FORMAT: FileFormat = FileFormat { name: "jsonl", endings: &["jsonl", "ndjson"], read: Read::Rows(open) };

fn open(input: Box<dyn BufRead>, _: &Options) -> Result<Box<dyn Reader>, Trouble> {
    Ok(Box::new(JsonLines { lines: Lines::new(input), line: Vec::new(), row: Map::new() }))
}

struct JsonLines {
    lines: Lines,
    line: Vec<u8>,
    row: Map<String, Json>,
}

impl Reader for JsonLines {
    fn advance(&mut self) -> Result<bool, Trouble> {
        loop {
            self.line.clear();
            if !self.lines.next(&mut self.line)? {
                return Ok(false);
            }
            let text = lines::text(lines::trimmed(&self.line), self.lines.number)?;
            if !text.trim_ascii().is_empty() {
                self.row = object(text, self.lines.number)?;
                return Ok(true);
            }
        }
    }

    fn row(&self) -> Row<'_> {
        Row::Record(&self.row)
    }

    fn line(&self) -> u64 {
        self.lines.number
    }

    fn bytes(&self) -> u64 {
        self.lines.bytes
    }
}

/// The one object of a text that stands on this line.
pub fn object(text: &str, line: u64) -> Result<Map<String, Json>, Trouble> {
    match text.parse::<Json>() {
        Ok(Json::Object(fields)) => Ok(fields),
        Ok(other) => {
            let what = match other {
                Json::Array(_) => "a list",
                Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Object(_) => "a single value",
            };
            Err(Trouble::Line(line, format!("is {what}, and no object")))
        }
        // Its own place is that in the line.
        Err(error) if error.line() <= 1 => Err(Trouble::Line(line, format!("is no JSON: {}", reason(&error)))),
        Err(error) => Err(Trouble::Line(line + error.line() as u64 - 1, format!("is no JSON: {}", reason(&error)))),
    }
}

/// Without the place that the parser names.
pub fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let why = text.split(" at line ").next().unwrap_or_default().to_string();
    format!("{why}, at column {}", error.column())
}
