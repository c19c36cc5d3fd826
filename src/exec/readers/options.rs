//! The arguments of `read`, understood.

use super::{ALL, FileFormat};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::files;
use crate::model::rel::SourceArguments;
use crate::suggest;

#[derive(Clone)]
pub struct Options {
    pub format: Option<&'static FileFormat>,
    pub delimiter: Option<u8>,
    pub header: Header,
    pub bad_lines: BadLines,
    /// Columns that stay text.
    pub text: Vec<String>,
}

/// What the first line of a csv is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    Names,
    None,
}

/// What becomes of a line that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadLines {
    Error,
    Skip,
}

impl Options {
    pub fn of(asked: &SourceArguments) -> Result<Self, Diagnostic> {
        let format = match asked.get(files::FORMAT) {
            None => None,
            Some(name) => Some(named(name)?),
        };
        let delimiter = match asked.get(files::DELIMITER) {
            None => None,
            Some("\\t" | "tab") => Some(b'\t'),
            Some(text) => match text.as_bytes() {
                [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Some(*byte),
                _ => {
                    let error = Diagnostic::error(Code::E0006, format!("`{text}` is no delimiter"));
                    return Err(error
                        .label("one character")
                        .help("name one plain character, as `delimiter=\";\"`, or `tab`"));
                }
            },
        };
        let header = if asked.get(files::HEADER) == Some("no") { Header::None } else { Header::Names };
        let bad_lines = if asked.get(files::BAD_LINES) == Some("skip") { BadLines::Skip } else { BadLines::Error };
        let text = asked.get(files::TEXT).unwrap_or_default().split(',').map(|name| name.trim().to_string());
        Ok(Self { format, delimiter, header, bad_lines, text: text.filter(|name| !name.is_empty()).collect() })
    }
}

fn named(name: &str) -> Result<&'static FileFormat, Diagnostic> {
    let of_name = |format: &&&FileFormat| format.name == name || format.endings.contains(&name);
    if let Some(format) = ALL.iter().find(of_name) {
        return Ok(format);
    }
    let names: Vec<&str> = ALL.iter().map(|format| format.name).collect();
    let error = Diagnostic::error(Code::E0107, format!("there is no format `{name}` of files"));
    let near = suggest::nearest(name, names.iter().copied());
    let help = near.first().map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    let error = Diagnostic { candidates: near, ..error };
    Err(error.label("unknown format").help(format!("{help}formats: {}", names.join(", "))))
}
