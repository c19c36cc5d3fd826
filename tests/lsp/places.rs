//! Positions and bytes: what an editor counts, and what a text is made of.

use lsp_types::{Position, PositionEncodingKind, Range};
use orq::lsp::position::{Encoding, Text};
use orq::span::Span;

/// Emoji, Chinese, a letter with a mark of its own, and every kind of line end.
const TEXT: &str = "a😀b\r\n日本語\ne\u{301}é\r\rend";

#[test]
fn positions_are_counted_in_utf_16() {
    let text = Text::new(TEXT.to_string(), Encoding::Utf16);
    // Line, character, and what the rest of the text starts with there.
    let places = [
        (0, 0, "a"),
        (0, 1, "😀"),
        (0, 3, "b"),
        (0, 4, "\r\n"),
        (1, 0, "日"),
        (1, 2, "語"),
        (1, 3, "\n"),
        (2, 0, "e\u{301}"),
        (2, 1, "\u{301}"),
        (2, 2, "é"),
        (2, 3, "\r\r"),
        (3, 0, "\rend"),
        (4, 0, "end"),
    ];
    for (line, character, starts) in places {
        let position = Position::new(line, character);
        let offset = text.offset(position);
        assert!(TEXT[offset..].starts_with(starts), "{line}:{character} is {:?}", &TEXT[offset..]);
        assert_eq!(text.position(offset), position, "{starts:?}");
    }
    assert_eq!(text.whole(), Range::new(Position::new(0, 0), Position::new(4, 3)));
}

#[test]
fn positions_are_counted_in_bytes_where_a_client_can() {
    let text = Text::new(TEXT.to_string(), Encoding::Utf8);
    for (line, character, starts) in [(0, 5, "b"), (1, 6, "語"), (2, 1, "\u{301}"), (2, 3, "é"), (4, 0, "end")] {
        let position = Position::new(line, character);
        let offset = text.offset(position);
        assert!(TEXT[offset..].starts_with(starts), "{line}:{character} is {:?}", &TEXT[offset..]);
        assert_eq!(text.position(offset), position, "{starts:?}");
    }
    let kinds = [PositionEncodingKind::UTF32, PositionEncodingKind::UTF8];
    assert_eq!(Encoding::chosen(Some(&kinds)), Encoding::Utf8);
    assert_eq!(Encoding::chosen(Some(&[PositionEncodingKind::UTF32])), Encoding::Utf16);
    assert_eq!(Encoding::chosen(None), Encoding::Utf16);
}

#[test]
fn a_position_that_is_nowhere_is_the_nearest_before() {
    let text = Text::new(TEXT.to_string(), Encoding::Utf16);
    let offset = |line, character| text.offset(Position::new(line, character));
    assert_eq!(&TEXT[offset(0, 2)..][..4], "😀", "the middle of a pair");
    assert_eq!(&TEXT[offset(0, 99)..][..2], "\r\n", "behind the end of a line");
    assert_eq!(offset(4, 99), TEXT.len(), "behind the end of the text");
    assert_eq!(offset(99, 0), TEXT.len(), "behind the last line");
    assert_eq!(offset(u32::MAX, u32::MAX), TEXT.len());
    assert_eq!(text.position(2), Position::new(0, 1), "the middle of a character");
    assert_eq!(text.position(TEXT.len() + 9), Position::new(4, 3));
    assert_eq!(text.span(Range::new(Position::new(1, 0), Position::new(0, 0))), Span::new(8, 8), "turned around");
}

#[test]
fn a_change_is_that_of_the_range() {
    let mut text = Text::new("one\r\n😀 two\n".to_string(), Encoding::Utf16);
    let range = |from: (u32, u32), to: (u32, u32)| Range::new(Position::new(from.0, from.1), Position::new(to.0, to.1));
    text.replace(range((1, 0), (1, 2)), "日\n本");
    assert_eq!(text.as_str(), "one\r\n日\n本 two\n");
    text.replace(range((2, 1), (2, 1)), "!");
    assert_eq!(text.as_str(), "one\r\n日\n本! two\n");
    text.replace(range((0, 3), (1, 0)), "");
    assert_eq!(text.as_str(), "one日\n本! two\n");
    text.replace(range((0, 0), (9, 9)), "");
    assert_eq!(text.as_str(), "");
}

#[test]
fn an_empty_text_has_one_line() {
    for encoding in [Encoding::Utf8, Encoding::Utf16] {
        let text = Text::new(String::new(), encoding);
        assert_eq!((text.position(0), text.offset(Position::new(0, 7))), (Position::new(0, 0), 0));
    }
}
