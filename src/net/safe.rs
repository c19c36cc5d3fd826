//! What the API says, made fit to show: no key, no terminal escape, no page-long message.

use secrecy::ExposeSecret;
use serde_json::Value;

use super::Key;
use crate::harmless;

/// The longest text of the API that is shown, in characters.
const SHOWN: usize = 300;

/// How every key begins (fact 3).
const KEY: &str = "sk-or-";

/// No key is shorter, in characters.
const SHORTEST_KEY: usize = 16;

/// A text of the API for a message: as [`line()`], and without the key that was sent, whatever it looks like.
pub fn text(said: &str, key: &Key) -> String {
    line(&said.replace(key.secret().expose_secret(), "[key]"))
}

/// Cuts the key that was sent out of an answer that echoes it, names of fields included. Something so short that it
/// is no key but might be a word is left alone.
pub fn clear(answer: &mut Value, key: &Key) {
    let secret = key.secret().expose_secret();
    if secret.len() >= SHORTEST_KEY {
        clear_of(answer, secret);
    }
}

fn clear_of(value: &mut Value, secret: &str) {
    match value {
        Value::String(text) if text.contains(secret) => *text = text.replace(secret, "[key]"),
        Value::Array(items) => items.iter_mut().for_each(|item| clear_of(item, secret)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|field| clear_of(field, secret));
            if fields.keys().any(|name| name.contains(secret)) {
                let taken = std::mem::take(fields);
                fields.extend(taken.into_iter().map(|(name, field)| (name.replace(secret, "[key]"), field)));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A text for a message: what looks like a key cut out, one line, at most 300 characters.
pub fn line(said: &str) -> String {
    let without = without_keys(said);
    let line = harmless::line(without.trim());
    match line.char_indices().nth(SHOWN) {
        None => line.into_owned(),
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
    }
}

/// The text with `[key]` in place of everything that looks like a key, in whatever case.
pub fn without_keys(said: &str) -> String {
    cut(said, 0)
}

/// The same, where the API's short forms of keys, as `sk-or-v1-0e6...1c9`, stay what they are.
pub fn without_secrets(said: &str) -> String {
    cut(said, SHORTEST_KEY)
}

/// Without what looks like a key of at least so many characters.
fn cut(said: &str, least: usize) -> String {
    let mut kept = String::with_capacity(said.len());
    let mut rest = said;
    // ASCII case alone is folded, so that places in the folded text are places in the text.
    while let Some(start) = rest.to_ascii_lowercase().find(KEY) {
        let (before, from_key) = rest.split_at(start);
        kept.push_str(before);
        let in_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        rest = from_key.trim_start_matches(in_key);
        let key = from_key.get(..from_key.len() - rest.len()).unwrap_or_default();
        kept.push_str(if key.len() < least { key } else { "[key]" });
    }
    kept.push_str(rest);
    kept
}
