//! Files of keys: lines of `NAME=value` as shells write them, of which only those that name a key count; or a bare key.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::{Key, Origin, shown, variable};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::request::KeyKind;

/// The key of this kind that a `.env` sets; everything else in it is ignored. E0501 where what it is set to is no key.
pub fn key(text: &str, path: &Path, kind: KeyKind) -> Result<Option<Key>, Diagnostic> {
    let name = variable(kind);
    match last_value(text, name) {
        None => Ok(None),
        Some(Ok(value)) if value.expose_secret().is_empty() => Ok(None),
        Some(Ok(value)) => Key::new(value, kind, Origin::File(path.to_path_buf())).map(Some),
        Some(Err(line)) => {
            let message = format!("line {line} of {} has a quote that is not closed", shown(path));
            Err(Diagnostic::error(Code::E0501, message).help(format!("write `{name}=` and the key, without quotes")))
        }
    }
}

/// The key of this kind in a file of keys: set as in a `.env`, or one key of unknown kind and nothing else. None where
/// the file has a key of the other kind alone, E0501 where it has none.
pub fn key_or_bare(text: &str, path: &Path, kind: KeyKind) -> Result<Option<Key>, Diagnostic> {
    if let Some(key) = key(text, path, kind)? {
        return Ok(Some(key));
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    if let (Some(line), None) = (lines.next(), lines.next())
        && !line.contains('=')
    {
        return Key::new(SecretString::from(line), KeyKind::Either, Origin::File(path.to_path_buf())).map(Some);
    }
    if [KeyKind::Management, KeyKind::Api].into_iter().any(|kind| last_value(text, variable(kind)).is_some()) {
        return Ok(None);
    }
    Err(Diagnostic::error(Code::E0501, format!("there is no key in {}", shown(path))).help(
        "put one key alone into it, or lines `OPENROUTER_MANAGEMENT_KEY=` and `OPENROUTER_API_KEY=` with the keys",
    ))
}

/// What the last line that sets `name` sets it to, as in a shell; or the number of a line whose quote is not closed.
fn last_value(text: &str, name: &str) -> Option<Result<SecretString, usize>> {
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().enumerate().rev().find_map(|(at, line)| {
        let line = line.trim_start();
        let line = line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).unwrap_or(line);
        let value = line.trim_start().strip_prefix(name)?.trim_start().strip_prefix('=')?;
        Some(value_of(value.trim()).map(|value| SecretString::from(value.trim())).ok_or(at + 1))
    })
}

/// The value behind the `=`: within quotes, or up to a comment. None where a quote is not closed.
fn value_of(text: &str) -> Option<&str> {
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            return quoted.split_once(quote).map(|(value, _)| value);
        }
    }
    if text.starts_with('#') {
        return Some("");
    }
    let comment = text.find(" #").or_else(|| text.find("\t#"));
    Some(comment.and_then(|at| text.get(..at)).unwrap_or(text))
}
