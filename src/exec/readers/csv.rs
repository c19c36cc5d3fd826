//! `csv` and `tsv`: a header, and a line for each row. An empty field is null, and `""` an empty text.

use std::io::BufRead;
use std::ops::Range;

use super::lines::{self, Lines};
use super::options::{Header, Options};
use super::{FileFormat, Read, Reader, Row, Trouble};
use crate::suggest;

pub const CSV: FileFormat = FileFormat { name: "csv", endings: &["csv"], read: Read::Rows(commas) };
pub const TSV: FileFormat = FileFormat { name: "tsv", endings: &["tsv", "tab"], read: Read::Rows(tabs) };

/// A header with more names than this is none.
const MOST_COLUMNS: usize = 2_000;

fn commas(input: Box<dyn BufRead>, options: &Options) -> Result<Box<dyn Reader>, Trouble> {
    let delimiter = options.delimiter.unwrap_or(b',');
    Ok(Box::new(Delimited::new(input, delimiter, Escapes::None, options.header)?))
}

/// Tabs, line ends and backslashes in fields are written `\t`, `\n`, `\\`, as `save` does.
fn tabs(input: Box<dyn BufRead>, options: &Options) -> Result<Box<dyn Reader>, Trouble> {
    let delimiter = options.delimiter.unwrap_or(b'\t');
    Ok(Box::new(Delimited::new(input, delimiter, Escapes::Backslashes, options.header)?))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escapes {
    None,
    Backslashes,
}

struct Delimited {
    lines: Lines,
    delimiter: u8,
    escapes: Escapes,
    names: Vec<String>,
    /// The first line is a row, and was read for its number of fields.
    pending: bool,
    record: Vec<u8>,
    /// The bytes of the record without the end of its line.
    end: usize,
    /// Fields that were written in another way than they read, one after the other.
    unescaped: String,
    fields: Vec<Field>,
    start: u64,
}

/// Where a field stands.
#[derive(Clone, Debug)]
enum Field {
    Plain(Range<usize>),
    Quoted(Range<usize>),
    /// In quotes or not, among what was unescaped.
    Unescaped(Range<usize>),
}

/// The fields of a row.
#[derive(Clone, Copy)]
pub struct Fields<'a> {
    record: &'a str,
    unescaped: &'a str,
    fields: &'a [Field],
}

impl<'a> Fields<'a> {
    /// The text of a field; an empty one is null where it has no quotes.
    pub fn get(&self, place: usize) -> Option<&'a str> {
        match self.fields.get(place)? {
            Field::Plain(range) => self.record.get(range.clone()).filter(|text| !text.is_empty()),
            Field::Quoted(range) => self.record.get(range.clone()),
            Field::Unescaped(range) => self.unescaped.get(range.clone()),
        }
    }
}

impl Delimited {
    fn new(input: Box<dyn BufRead>, delimiter: u8, escapes: Escapes, header: Header) -> Result<Self, Trouble> {
        let mut new = Self {
            lines: Lines::new(input),
            delimiter,
            escapes,
            names: Vec::new(),
            pending: false,
            record: Vec::new(),
            end: 0,
            unescaped: String::new(),
            fields: Vec::new(),
            start: 0,
        };
        if !new.read()? {
            return Ok(new);
        }
        if new.fields.len() > MOST_COLUMNS {
            let why = format!("has {} columns, and {MOST_COLUMNS} are the most that are read", new.fields.len());
            return Err(Trouble::File(why, None));
        }
        let fields = new.fields();
        new.names = match header {
            Header::Names => names((0..fields.fields.len()).map(|place| fields.get(place))),
            Header::None => (1..=fields.fields.len()).map(|number| format!("column_{number}")).collect(),
        };
        new.pending = header == Header::None;
        Ok(new)
    }

    fn fields(&self) -> Fields<'_> {
        // The record was read as text before it was parted.
        let record = self.record.get(..self.end).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
        Fields { record, unescaped: &self.unescaped, fields: &self.fields }
    }

    /// The next record that is not blank, parted into its fields; a blank line is a row where there is but one column.
    fn read(&mut self) -> Result<bool, Trouble> {
        loop {
            self.record.clear();
            if !self.lines.next(&mut self.record)? {
                return Ok(false);
            }
            self.start = self.lines.number;
            self.end = lines::trimmed(&self.record).len();
            if self.end > 0 || self.names.len() == 1 {
                break;
            }
        }
        let mut inside = false;
        let mut seen = 0;
        if memchr::memchr(b'"', &self.record).is_none() {
            self.part()?;
            return Ok(true);
        }
        loop {
            inside = ends_inside(self.record.get(seen..).unwrap_or_default(), self.delimiter, inside);
            if !inside {
                break;
            }
            seen = self.record.len();
            if !self.lines.next(&mut self.record)? {
                let why = format!("has a quote that is not closed in the row of line {}", self.start);
                return Err(Trouble::File(why, Some("a quote in a field is written twice, and the field in quotes")));
            }
            self.end = lines::trimmed(&self.record).len();
        }
        self.part()?;
        Ok(true)
    }

    fn part(&mut self) -> Result<(), Trouble> {
        self.fields.clear();
        self.unescaped.clear();
        let record = lines::text(self.record.get(..self.end).unwrap_or_default(), self.start)?;
        let backslashes = self.escapes == Escapes::Backslashes && record.contains('\\');
        let mut from = 0;
        loop {
            let rest = record.get(from..).unwrap_or_default();
            let (field, length) = match rest.strip_prefix('"') {
                Some(quoted) => {
                    let (range, length) = in_quotes(quoted, from + 1, &mut self.unescaped).ok_or_else(|| {
                        Trouble::Line(self.start, "has something between the end of a quote and the next field".into())
                    })?;
                    (range, length + 1)
                }
                None => {
                    let length = memchr::memchr(self.delimiter, rest.as_bytes()).unwrap_or(rest.len());
                    (Field::Plain(from..from + length), length)
                }
            };
            self.fields.push(field);
            match self.record.get(from + length).filter(|_| from + length < self.end) {
                None => break,
                Some(byte) if *byte == self.delimiter => from += length + 1,
                Some(_) => {
                    let why = "has something between the end of a quote and the next field".to_string();
                    return Err(Trouble::Line(self.start, why));
                }
            }
        }
        if backslashes {
            let fields = std::mem::take(&mut self.fields);
            self.fields = fields.into_iter().map(|field| self.without_backslashes(field)).collect::<Result<_, _>>()?;
        }
        Ok(())
    }

    fn without_backslashes(&mut self, field: Field) -> Result<Field, Trouble> {
        let text = match &field {
            Field::Plain(range) | Field::Quoted(range) => {
                let bytes = self.record.get(range.clone()).unwrap_or_default();
                lines::text(bytes, self.start)?.to_string()
            }
            Field::Unescaped(range) => self.unescaped.get(range.clone()).unwrap_or_default().to_string(),
        };
        if !text.contains('\\') {
            return Ok(field);
        }
        let start = self.unescaped.len();
        let mut characters = text.chars();
        while let Some(c) = characters.next() {
            match (c, characters.clone().next()) {
                ('\\', Some(next @ ('t' | 'n' | 'r' | '\\'))) => {
                    characters.next();
                    self.unescaped.push(match next {
                        't' => '\t',
                        'n' => '\n',
                        'r' => '\r',
                        other => other,
                    });
                }
                _ => self.unescaped.push(c),
            }
        }
        Ok(Field::Unescaped(start..self.unescaped.len()))
    }
}

/// The field up to its closing quote, which `text` has somewhere, and its length with the quote. `at` is its place.
fn in_quotes(text: &str, at: usize, unescaped: &mut String) -> Option<(Field, usize)> {
    let start = unescaped.len();
    let mut from = 0;
    loop {
        let end = from + text.get(from..)?.find('"')?;
        if text.get(end + 1..)?.starts_with('"') {
            unescaped.push_str(text.get(from..=end)?);
            from = end + 2;
            continue;
        }
        if unescaped.len() == start {
            return Some((Field::Quoted(at..at + end), end + 1));
        }
        unescaped.push_str(text.get(from..end)?);
        return Some((Field::Unescaped(start..unescaped.len()), end + 1));
    }
}

/// Whether a record goes on behind these bytes, because a quote is open there.
fn ends_inside(bytes: &[u8], delimiter: u8, inside: bool) -> bool {
    let (mut inside, mut starts) = (inside, !inside);
    for byte in bytes {
        match *byte {
            // A quote in a quoted field ends it, and the next one, if it is there, opens it again.
            b'"' if inside => (inside, starts) = (false, true),
            b'"' if starts => (inside, starts) = (true, false),
            byte => starts = byte == delimiter && !inside,
        }
    }
    inside
}

/// The names of a header: without blanks around, each once, and none empty.
fn names<'a>(header: impl Iterator<Item = Option<&'a str>>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (place, written) in header.enumerate() {
        let name = match written.unwrap_or_default().trim() {
            "" => format!("column_{}", place + 1),
            name => name.to_string(),
        };
        let taken: Vec<&str> = names.iter().map(String::as_str).collect();
        let name = if taken.contains(&name.as_str()) { suggest::unused(&name, &taken) } else { name };
        names.push(name);
    }
    names
}

impl Reader for Delimited {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn advance(&mut self) -> Result<bool, Trouble> {
        if !std::mem::take(&mut self.pending) && !self.read()? {
            return Ok(false);
        }
        let (found, wanted) = (self.fields.len(), self.names.len());
        if found != wanted {
            let fields = if found == 1 { "field" } else { "fields" };
            let why = format!("has {found} {fields}, and there are {wanted} columns");
            return Err(Trouble::Line(self.start, why));
        }
        Ok(true)
    }

    fn row(&self) -> Row<'_> {
        Row::Fields(self.fields())
    }

    fn line(&self) -> u64 {
        self.start
    }

    fn bytes(&self) -> u64 {
        self.lines.bytes
    }
}
