//! `json`: a list of objects, element by element; or one object, whose one list of objects are the rows.

use std::io::{BufRead, Read as _};

use serde_json::{Map, Value as Json};

use super::jsonl::{object, reason};
use super::lines::{self, LONGEST};
use super::options::Options;
use super::{FileFormat, Read, Reader, Row, Trouble};

pub const FORMAT: FileFormat = FileFormat { name: "json", endings: &["json"], read: Read::Rows(open) };

/// An object is read as a whole, and larger ones are not.
const LARGEST: u64 = 64 << 20;

fn open(mut input: Box<dyn BufRead>, _: &Options) -> Result<Box<dyn Reader>, Trouble> {
    let mut line = 1;
    loop {
        let Some(byte) = peek(&mut input)? else {
            return Ok(Box::new(Rows { rows: Vec::new().into_iter(), row: Map::new(), bytes: 0 }));
        };
        match byte {
            b'[' => {
                input.consume(1);
                return Ok(Box::new(Elements::new(input, line)));
            }
            b'{' => return whole(input),
            b'\n' => line += 1,
            b' ' | b'\t' | b'\r' => {}
            _ => return Err(Trouble::File("starts with no list and no object".to_string(), HINT)),
        }
        input.consume(1);
    }
}

const HINT: Option<&str> = Some("a file with an object on each line is read with `format=jsonl`");

fn peek(input: &mut Box<dyn BufRead>) -> Result<Option<u8>, Trouble> {
    let ahead = input.fill_buf().map_err(|error| Trouble::io(&error))?;
    Ok(ahead.first().copied())
}

/// The elements of a list, as they come.
struct Elements {
    input: Box<dyn BufRead>,
    state: State,
    element: Vec<u8>,
    row: Map<String, Json>,
    /// The line that reading has come to, and the one that the element starts on.
    reached: u64,
    line: u64,
    bytes: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Nothing but the start of the list was read.
    First,
    /// An element was read, and the comma behind it.
    Next,
    Ended,
}

impl Elements {
    fn new(input: Box<dyn BufRead>, line: u64) -> Self {
        let (element, row) = (Vec::new(), Map::new());
        Self { input, state: State::First, element, row, reached: line, line, bytes: 1 }
    }

    /// Gathers the bytes of the next element, and gives the sign behind it.
    fn gather(&mut self) -> Result<u8, Trouble> {
        self.element.clear();
        self.line = self.reached;
        let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
        loop {
            let Some(byte) = peek(&mut self.input)? else {
                return Err(Trouble::File("ends in the middle of its list".to_string(), None));
            };
            self.input.consume(1);
            self.bytes += 1;
            if byte == b'\n' {
                self.reached += 1;
            }
            if quoted {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => quoted = false,
                    _ => {}
                }
            } else {
                match byte {
                    b'"' => quoted = true,
                    b'[' | b'{' => depth += 1,
                    b',' | b']' if depth == 0 => return Ok(byte),
                    b']' | b'}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
            if self.element.is_empty() && byte.is_ascii_whitespace() {
                self.line = self.reached;
                continue;
            }
            self.element.push(byte);
            if self.element.len() as u64 > LONGEST {
                let why = format!("has a row of more than {} MB, which starts on line {}", LONGEST >> 20, self.line);
                return Err(Trouble::File(why, None));
            }
        }
    }

    fn end(&mut self) -> Result<(), Trouble> {
        self.state = State::Ended;
        let mut rest = Vec::new();
        self.input.by_ref().take(1 << 10).read_to_end(&mut rest).map_err(|error| Trouble::io(&error))?;
        if rest.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        Err(Trouble::File(format!("goes on behind its list, which ends on line {}", self.reached), None))
    }
}

impl Reader for Elements {
    fn advance(&mut self) -> Result<bool, Trouble> {
        if self.state == State::Ended {
            return Ok(false);
        }
        let first = self.state == State::First;
        let sign = self.gather()?;
        let is_empty = self.element.is_empty();
        if sign == b']' {
            self.end()?;
            if is_empty && first {
                return Ok(false);
            }
        } else {
            self.state = State::Next;
        }
        if is_empty {
            return Err(Trouble::File(format!("has a comma without an element on line {}", self.reached), None));
        }
        self.row = object(lines::text(&self.element, self.line)?, self.line)?;
        Ok(true)
    }

    fn row(&self) -> Row<'_> {
        Row::Record(&self.row)
    }

    fn line(&self) -> u64 {
        self.line
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// The rows of an object that was read as a whole.
struct Rows {
    rows: std::vec::IntoIter<Json>,
    row: Map<String, Json>,
    bytes: u64,
}

fn whole(input: Box<dyn BufRead>) -> Result<Box<dyn Reader>, Trouble> {
    let mut bytes = Vec::new();
    input.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| Trouble::io(&error))?;
    if bytes.len() as u64 > LARGEST {
        let why = format!("is one object of more than {} MB", LARGEST >> 20);
        return Err(Trouble::File(why, Some("a list of objects, or `jsonl`, may be of any size")));
    }
    let text = lines::text(&bytes, 1)?;
    let object = match text.parse::<Json>() {
        Ok(Json::Object(object)) => object,
        Ok(_) => return Err(Trouble::File("starts with no list and no object".to_string(), HINT)),
        Err(error) => {
            let why = format!("is no JSON: {}, on line {}", reason(&error), error.line());
            return Err(Trouble::File(why, HINT));
        }
    };
    let is_table = |value: &Json| value.as_array().is_some_and(|items| items.iter().all(Json::is_object));
    let tables: Vec<&String> = object.iter().filter(|(_, value)| is_table(value)).map(|(name, _)| name).collect();
    let rows = match tables.as_slice() {
        [] => vec![Json::Object(object)],
        [name] => object.get(*name).and_then(Json::as_array).cloned().unwrap_or_default(),
        several => {
            let names: Vec<String> = several.iter().map(|name| format!("`{name}`")).collect();
            let why = format!("has several lists of objects, {}", names.join(" and "));
            return Err(Trouble::File(why, Some("leave one of them in the file")));
        }
    };
    Ok(Box::new(Rows { rows: rows.into_iter(), row: Map::new(), bytes: bytes.len() as u64 }))
}

impl Reader for Rows {
    fn advance(&mut self) -> Result<bool, Trouble> {
        match self.rows.next() {
            Some(Json::Object(row)) => self.row = row,
            Some(_) | None => return Ok(false),
        }
        Ok(true)
    }

    fn row(&self) -> Row<'_> {
        Row::Record(&self.row)
    }

    /// An object is one line to whoever wrote it.
    fn line(&self) -> u64 {
        1
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }
}
