//! Ground: text that came from elsewhere, made safe to show on a terminal. No control, C1 or bidi character passes.

use std::borrow::Cow;

/// Characters that move the cursor, start an escape sequence, or turn the direction of what follows.
fn acts_on_a_terminal(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// For one line: every such character, line ends included, is shown as an escape.
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, &[])
}

/// For several lines: line ends and tabs stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, &['\n', '\t'])
}

/// For JSON: such characters are written as JSON escapes, so that it means the same. They stand in its texts alone.
pub fn json(text: &str) -> Cow<'_, str> {
    let harmful = |c: char| acts_on_a_terminal(c) && c != '\n';
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if harmful(c) {
            // All of them have four digits.
            shown.push_str(&format!("\\u{:04x}", c as u32));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

fn escaped<'a>(text: &'a str, kept: &[char]) -> Cow<'a, str> {
    let harmful = |c: char| acts_on_a_terminal(c) && !kept.contains(&c);
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            c if !harmful(c) => shown.push(c),
            '\n' => shown.push_str("\\n"),
            '\t' => shown.push_str("\\t"),
            '\r' => shown.push_str("\\r"),
            c => shown.push_str(&format!("\\u{{{:x}}}", c as u32)),
        }
    }
    Cow::Owned(shown)
}

/// For snippets with byte offsets: each such character becomes one of the same number of bytes.
pub fn same_length(text: &str) -> Cow<'_, str> {
    let harmful = |c: char| acts_on_a_terminal(c) && c != '\n' && c != '\t';
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    let stand_in = |c: char| match c.len_utf8() {
        1 => '?',
        2 => '¿',
        _ => '\u{fffd}',
    };
    // A line end of two characters is one.
    let text = text.replace("\r\n", " \n");
    Cow::Owned(text.chars().map(|c| if harmful(c) { stand_in(c) } else { c }).collect())
}
