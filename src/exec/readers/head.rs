//! The columns of files, by a bounded look into each: so much that a check stays quick whatever the files hold.

use std::collections::HashMap;

use super::find::{find, format_of};
use super::input::Found;
use super::kind::Kind;
use super::options::{BadLines, Options};
use super::{Inputs, Read, Reader, Row, Trouble, parquet, unreadable};
use crate::diagnostics::{Code, Diagnostic, Edit};
use crate::exec::permissions::Permissions;
use crate::harmless;
use crate::model::rel::SourceArguments;
use crate::model::schema::{Column, Schema};
use crate::suggest;

/// So many rows and bytes of a file are looked at.
const ROWS: usize = 1000;
const BYTES: u64 = 4 << 20;

/// Of each of so many files that all are looked at; of more, less.
const FILES: usize = 10;

/// Rows that bring more names than this are no rows of one table.
const MOST_COLUMNS: usize = 2_000;

/// A column, its type, and the file that said so first.
struct Known {
    name: String,
    kind: Kind,
    file: usize,
}

/// A name that no query can hold; or several, parted by tabs.
fn unnamable(name: &str, file: &str, options: &Options) -> Diagnostic {
    let message = format!("a column of `{file}` has a control character in its name: {}", harmless::line(name));
    let error = unreadable(message);
    if options.delimiter.is_none() && name.contains('\t') {
        // The place is behind the other arguments, wherever that is.
        let edit = Edit { start: 0, end: 0, text: " delimiter=tab".to_string() };
        return Diagnostic { edits: vec![edit], ..error.help("add `delimiter=tab`") };
    }
    error.help("give the column another name in the file")
}

/// The columns that these files have together.
pub fn head(asked: &SourceArguments, permissions: &Permissions, inputs: &Inputs) -> Result<Schema, Diagnostic> {
    let options = Options::of(asked)?;
    let files = find(asked, permissions, &inputs.standard)?;
    let rows = (ROWS * FILES / files.len().max(FILES)).max(20);
    let mut columns: Vec<Known> = Vec::new();
    for (place, file) in files.iter().enumerate() {
        for (name, kind) in columns_of(file, &options, rows)? {
            if name.chars().any(char::is_control) {
                return Err(unnamable(&name, &file.name, &options));
            }
            let kind = if options.text.contains(&name) { Kind::Text } else { kind };
            let Some(known) = columns.iter_mut().find(|column| column.name == name) else {
                columns.push(Known { name, kind, file: place });
                continue;
            };
            let before = std::mem::replace(&mut known.kind, Kind::Nothing);
            let (was, is) = (before.clone(), kind.clone());
            match before.with(kind) {
                Some(both) => {
                    if was == Kind::Nothing && both != Kind::Nothing {
                        known.file = place;
                    }
                    known.kind = both;
                }
                None => {
                    let other = files.get(known.file).map_or("", |file| file.name.as_str());
                    return Err(conflict(&known.name, (other, &was), (&file.name, &is), &options));
                }
            }
        }
    }
    if columns.is_empty() {
        let name = files.first().map_or("", |file| file.name.as_str());
        let error = unreadable(format!("`{name}` has no rows, and so no columns"));
        return Err(error.help("a file with a header may be without rows; name one that has either"));
    }
    if let Some(absent) = options.text.iter().find(|name| columns.iter().all(|column| column.name != **name)) {
        let names = columns.iter().map(|column| column.name.as_str());
        let near = suggest::nearest(absent, names);
        let help =
            near.first().map_or("`schema` shows the columns".to_string(), |near| format!("did you mean `{near}`?"));
        let error = Diagnostic::error(Code::E0103, format!("there is no column `{absent}` in the files")).help(help);
        return Err(Diagnostic { candidates: near, ..error.label("`text` names it") });
    }
    let column = |found: &Known| Column::new(found.name.clone(), found.kind.ty());
    Ok(Schema::new(columns.iter().map(column).collect()))
}

fn conflict(name: &str, first: (&str, &Kind), second: (&str, &Kind), options: &Options) -> Diagnostic {
    let (one, other) = (first.1.ty(), second.1.ty());
    let message = format!("`{name}` is {one} in `{}`, and {other} in `{}`", first.0, second.0);
    let error = Diagnostic::error(Code::E0201, message).label("these files do not go together");
    if !options.text.is_empty() {
        let names = options.text.join(",");
        return error.help(format!("read it as text in all of them: `text=\"{names},{name}\"`"));
    }
    let fix = format!("text=\"{name}\"");
    let edit = Edit { start: 0, end: 0, text: format!(" {fix}") };
    Diagnostic { edits: vec![edit], ..error.help(format!("read it as text in all of them: `{fix}`")) }
}

fn columns_of(file: &Found, options: &Options, rows: usize) -> Result<Vec<(String, Kind)>, Diagnostic> {
    let format = format_of(file, options)?;
    let told = |trouble: Trouble| trouble.of(&file.name);
    match format.read {
        Read::Engine => parquet::columns(file),
        Read::Rows(open) => {
            let mut reader = file.open().and_then(|input| open(input, options)).map_err(told)?;
            of_rows(reader.as_mut(), options, rows).map_err(told)
        }
    }
}

fn of_rows(reader: &mut dyn Reader, options: &Options, rows: usize) -> Result<Vec<(String, Kind)>, Trouble> {
    let mut columns: Vec<(String, Kind)> = reader.names().iter().map(|name| (name.clone(), Kind::Nothing)).collect();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut seen = 0;
    while seen < rows && reader.bytes() < BYTES {
        match reader.advance() {
            Ok(true) => {}
            Ok(false) => break,
            // It is counted when all lines are read.
            Err(Trouble::Line(..)) if options.bad_lines == BadLines::Skip => continue,
            Err(trouble) => return Err(trouble),
        }
        seen += 1;
        match reader.row() {
            Row::Fields(fields) => {
                for (place, (_, kind)) in columns.iter_mut().enumerate() {
                    if let Some(text) = fields.get(place).filter(|_| *kind != Kind::Text) {
                        *kind = std::mem::replace(kind, Kind::Nothing).or_text(Kind::of_text(text));
                    }
                }
            }
            Row::Record(record) => {
                for (name, value) in record {
                    let of_value = Kind::of_json(value);
                    if let Some((_, kind)) = places.get(name).and_then(|place| columns.get_mut(*place)) {
                        *kind = std::mem::replace(kind, Kind::Nothing).or_text(of_value);
                        continue;
                    }
                    if columns.len() == MOST_COLUMNS {
                        return Err(Trouble::File(format!("has rows with more than {MOST_COLUMNS} names"), None));
                    }
                    places.insert(name.clone(), columns.len());
                    columns.push((name.clone(), of_value));
                }
            }
        }
    }
    Ok(columns)
}
