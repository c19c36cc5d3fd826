//! Habits of other languages and of the hand that can be told from the place alone, each with what to write instead.

use super::foreign::piece;
use super::format::{RESERVED, quoted};
use super::habits;
use super::messages::Place;
use super::parting;
use super::sql;
use crate::diagnostics::{Code, Diagnostic};
use crate::span::Span;

/// What stands before the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// A source and its arguments, which may go on.
    Source,
    Other,
}

/// The slip at a place, where it is a known one.
pub fn slip(place: &Place<'_>, after: After) -> Option<Diagnostic> {
    let found = place.found();
    let sql = if after == After::Source { select(place) } else { None };
    if let Some(slip) = sql
        .or_else(|| piece(place, after))
        .or_else(|| habits::habit(place, after))
        .or_else(|| look_alike(place))
        .or_else(|| keyword(place))
    {
        return Some(slip);
    }
    match (found, after) {
        ("", _) => None,
        ("`", _) => Some(backtick(place)),
        ("{" | "}", _) => Some(
            Diagnostic::error(Code::E0001, format!("`{found}` means nothing in orq"))
                .at(place.found)
                .label("no braces")
                .help("stages are parted by `|`, and the arguments of a call stand in `(…)`"),
        ),
        ("=", After::Source) if place.before.start == start(place) => Some(
            Diagnostic::error(Code::E0001, "a pipeline gets its name by `let`")
                .at(place.found)
                .label("`let` is missing before the name")
                .help(format!("write `let {} = …`", place.before()))
                .edit(Span::new(place.before.start, place.before.start), "let "),
        ),
        ("*", _) if !matches!(place.before(), "*" | "/" | "+" | "-" | "%") => Some(star(place)),
        ("$", _) => Some(dollar(place)),
        ("||", After::Source) => Some(foreign(place.found, "||", "|", "write `|`, which parts the stages")),
        ("||", After::Other) => Some(foreign(place.found, "||", "or", "write `or`; stages are parted by a single `|`")),
        (">" | ">>", After::Source) => Some(
            Diagnostic::error(Code::E0001, format!("`{found}` writes no file"))
                .at(place.found)
                .label("use `| save`")
                .help("write `| save \"answer.csv\"`: the ending names the format"),
        ),
        ("(", After::Source) if parting::called(place).is_some() => parting::called(place),
        (",", After::Source) if parting::stage_follows(place) => Some(
            Diagnostic::error(Code::E0001, "stages are parted by `|`")
                .at(place.found)
                .label("use `|`")
                .help("write `|`: a `,` parts the items of a stage")
                .edit(place.found, " |"),
        ),
        ("(" | "[" | ",", After::Source) => Some(
            Diagnostic::error(Code::E0001, format!("`{found}` does not fit here"))
                .at(place.found)
                .label("not among the arguments of a source")
                .help("the arguments of a source are words parted by spaces, as in `activity last 7d`"),
        ),
        ("where" | "as", After::Source) => Some(
            Diagnostic::error(Code::E0001, format!("a `|` is missing before `{found}`"))
                .at(place.found)
                .label("a stage starts here")
                .help("part the source from its stages with `|`")
                .edit(Span::new(place.found.start, place.found.start), "| "),
        ),
        (_, After::Source) => between_days(place),
        (_, After::Other) => joined(place)
            .or_else(|| reserved_name(place))
            .or_else(|| named(place))
            .or_else(|| twice(place))
            .or_else(|| turned(place))
            .or_else(|| point(place))
            .or_else(|| like(place))
            .or_else(|| is(place))
            .or_else(|| between(place))
            .or_else(|| parting::unparted(place))
            .or_else(|| parting::ordered(place))
            .or_else(|| alias(place))
            .or_else(|| parting::ago(place))
            .or_else(|| parting::spaced_unit(place)),
    }
}

/// An operator that only other languages have.
pub fn foreign(at: Span, theirs: &str, ours: &str, help: &str) -> Diagnostic {
    Diagnostic::error(Code::E0005, format!("`{theirs}` is not an operator of orq"))
        .at(at)
        .label(format!("use `{}`", ours.trim()))
        .help(help)
        .edit(at, ours)
}

fn star(place: &Place<'_>) -> Diagnostic {
    let error = Diagnostic::error(Code::E0001, "`*` does not stand for all columns").at(place.found);
    let error = error.label("not a value");
    let counted = place.text.get(..place.before.start).unwrap_or_default().to_lowercase().ends_with("count");
    if place.before() == "(" && counted && place.rest().get(1..).unwrap_or_default().trim_start().starts_with(')') {
        return error.help("write `count()`, which counts rows").edit(place.found, "");
    }
    let error = error.help("all columns stay where no stage chooses some; `count` counts rows");
    let alone = place.piece.of(place.text).split_whitespace().eq(["select", "*"]);
    match place.text.get(..place.piece.start).unwrap_or_default().trim_end().strip_suffix('|') {
        Some(before) if alone => error.edit(Span::new(before.trim_end().len(), place.found.end), ""),
        _ => error,
    }
}

fn dollar(place: &Place<'_>) -> Diagnostic {
    let next = place.rest().get(1..).and_then(|rest| rest.chars().next());
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    if digit(next) || digit(place.before().chars().next()) {
        return Diagnostic::error(Code::E0001, "an amount of money is written as a number alone")
            .at(place.found)
            .label("no sign of a currency")
            .help("remove the `$`: costs are in USD, as in `cost > 5`")
            .edit(place.found, "");
    }
    Diagnostic::error(Code::E0001, "a parameter is written with `@`")
        .at(place.found)
        .label("`$` would be eaten by the shell")
        .help("write `@` in its place")
        .edit(place.found, "@")
}

/// Where the piece starts.
pub fn start(place: &Place<'_>) -> usize {
    let piece = place.piece.of(place.text);
    place.piece.start + (piece.len() - piece.trim_start().len())
}

/// A character that looks like one of the language: what editors and keyboards make of it.
fn look_alike(place: &Place<'_>) -> Option<Diagnostic> {
    let mut chars = place.found().chars();
    let (found, None) = (chars.next()?, chars.next()) else { return None };
    let ours = match found {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{00ab}' | '\u{00bb}' => "\"",
        '\u{2018}' | '\u{2019}' => "'",
        '\u{2013}' | '\u{2014}' | '\u{2212}' => "-",
        '\u{2265}' => ">=",
        '\u{2264}' => "<=",
        '\u{2260}' => "!=",
        '\u{00d7}' => "*",
        '\u{00f7}' => "/",
        '\u{ff5c}' => "|",
        '\u{ff0c}' => ",",
        '\u{ff1b}' => ";",
        '\u{ff08}' => "(",
        '\u{ff09}' => ")",
        '\u{200b}' | '\u{feff}' | '\u{2060}' => "",
        c if c.is_whitespace() && !c.is_ascii() => " ",
        _ => return None,
    };
    let shown = match ours {
        "" => "nothing".to_string(),
        " " => "a plain space".to_string(),
        ours => format!("`{ours}`"),
    };
    // Quotes come in pairs: the other half is mended with it.
    let other = place
        .rest()
        .char_indices()
        .skip(1)
        .find(|(_, c)| matches!(c, '\u{201d}' | '\u{201c}' | '\u{2019}' | '\u{00bb}'));
    let error =
        Diagnostic::error(Code::E0001, format!("this character (U+{:04X}) is no part of the language", found as u32))
            .at(place.found)
            .label(format!("write {shown}"))
            .help(format!("write {shown} in its place"))
            .edit(place.found, ours);
    Some(match other.filter(|_| matches!(ours, "\"" | "'")) {
        Some((at, c)) => {
            let at = place.found.start + at;
            error.edit(Span::new(at, at + c.len_utf8()), ours)
        }
        None => error,
    })
}

/// `AND`, `IN`, `IS NULL`: words of the language are written small.
fn keyword(place: &Place<'_>) -> Option<Diagnostic> {
    let small = |text: &str| {
        let lower = text.to_lowercase();
        (lower != text && RESERVED.contains(&lower.as_str())).then_some(lower)
    };
    let (first, ours) = small(place.before())
        .map(|ours| (place.before, ours))
        .or_else(|| small(place.found()).map(|ours| (place.found, ours)))?;
    let error = Diagnostic::error(Code::E0005, format!("`{}` wants small letters", first.of(place.text)));
    let error = error.at(first).label(format!("use `{ours}`")).help(format!("write `{ours}`")).edit(first, ours);
    // All that follow in the piece are mended with it, but for what stands in quotes.
    let mut quote = None;
    let mut edits = error;
    let mut word = first.end;
    let rest = Span::new(first.end, place.piece.end.max(first.end)).of(place.text);
    for (at, c) in rest.char_indices().chain([(rest.len(), ' ')]) {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None if c.is_alphanumeric() || c == '_' => continue,
            None => {
                let span = Span::new(word, first.end + at);
                if let Some(ours) = small(span.of(place.text)) {
                    edits = edits.edit(span, ours);
                }
            }
        }
        word = first.end + at + c.len_utf8();
    }
    Some(edits)
}

/// `x := cost`, `x: cost`, `derive = cost`
fn named(place: &Place<'_>) -> Option<Diagnostic> {
    if place.found() == "=" && place.before.start == start(place) {
        return Some(
            Diagnostic::error(Code::E0001, "a name is missing before this `=`")
                .at(place.found)
                .label("a name for what?")
                .help(format!("as in `{} result = cost * 2`", place.before())),
        );
    }
    if place.found() != ":" {
        return None;
    }
    let length = if place.rest().starts_with(":=") { 2 } else { 1 };
    let at = Span::new(place.found.start, place.found.start + length);
    let ours = if length == 1 && place.before.end == at.start { " =" } else { "=" };
    Some(foreign(at, at.of(place.text), ours, "write `=` to give a name"))
}

/// `rows = count()`: a word of the language where a name is given.
fn reserved_name(place: &Place<'_>) -> Option<Diagnostic> {
    let found = place.found();
    let after = place.rest().get(found.len()..).unwrap_or_default().trim_start();
    (RESERVED.contains(&found) && after.starts_with('=') && !after.starts_with("==")).then(|| {
        Diagnostic::error(Code::E0001, format!("`{found}` is a word of the language, and here a name is given"))
            .at(place.found)
            .label("no name")
            .help(format!("choose another name, such as `{found}_`"))
            .edit(place.found, format!("{found}_"))
    })
}

/// `model,, cost` and `1...5`
fn twice(place: &Place<'_>) -> Option<Diagnostic> {
    let found = place.found();
    let points = found == "." && place.text.get(..place.found.start).unwrap_or_default().ends_with("..");
    (points || (found == "," && place.before() == ",")).then(|| {
        Diagnostic::error(Code::E0001, format!("one `{found}` is too many"))
            .at(place.found)
            .label("one too many")
            .help("remove it")
            .edit(place.found, "")
    })
}

/// A backtick without its other half, or with nothing between.
fn backtick(place: &Place<'_>) -> Diagnostic {
    if place.rest().starts_with("``") {
        let at = Span::new(place.found.start, place.found.start + 2);
        return Diagnostic::error(Code::E0003, "there is no name between these backticks")
            .at(at)
            .label("empty")
            .help("write the name of a column between them");
    }
    let word = place.rest().get(1..).unwrap_or_default();
    let end = word.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(word.len());
    let end = place.found.start + 1 + end;
    Diagnostic::error(Code::E0003, "this backtick is not closed")
        .at(place.found)
        .label("starts a name")
        .help("close it behind the name; plain names need no backticks")
        .edit(Span::new(end, end), "`")
}

/// `=>`, `=<`, `! =`.
fn turned(place: &Place<'_>) -> Option<Diagnostic> {
    let touches = place.before.end == place.found.start;
    let (at, ours) = match (place.before(), place.found()) {
        ("=", ">") | ("=>", _) if touches => (place.before.to(place.found), ">="),
        ("=", "<") | ("=<", _) if touches => (place.before.to(place.found), "<="),
        (_, "!") => {
            let rest = place.rest().get(1..)?;
            let gap = rest.len() - rest.trim_start().len();
            rest.trim_start().starts_with('=').then_some(())?;
            (Span::new(place.found.start, place.found.end + gap + 1), "!=")
        }
        _ => return None,
    };
    Some(foreign(at, at.of(place.text), ours, &format!("write `{ours}`")))
}

/// `.5` and `1.`
fn point(place: &Place<'_>) -> Option<Diagnostic> {
    if place.found() != "." {
        return None;
    }
    let digits: String = place.rest().chars().skip(1).take_while(char::is_ascii_digit).collect();
    let error = Diagnostic::error(Code::E0006, "a number has digits on both sides of its point").at(place.found);
    let here = Span::new(place.found.start, place.found.start);
    let touches = place.before.end == place.found.start;
    if !digits.is_empty() {
        return Some(error.label("no digit before it").help(format!("write `0.{digits}`")).edit(here, "0"));
    }
    let number = touches && place.before().bytes().all(|b| b.is_ascii_digit());
    number.then(|| error.label("no digit after it").help("remove the point").edit(place.found, ""))
}

/// `model like "gpt%"`
fn like(place: &Place<'_>) -> Option<Diagnostic> {
    let word = place.before().to_lowercase();
    if !matches!(word.as_str(), "like" | "ilike") {
        return None;
    }
    let pattern = place.found().trim_matches(['"', '\'']);
    let plain = pattern.trim_matches('%');
    let op = match (pattern.starts_with('%'), pattern.ends_with('%')) {
        _ if plain.contains(['%', '_']) => None,
        (true, true) => Some("contains"),
        (false, true) => Some("starts_with"),
        (true, false) => Some("ends_with"),
        (false, false) => Some("=="),
    };
    let error = Diagnostic::error(Code::E0005, format!("`{}` is not an operator of orq", place.before()));
    let error = error.at(place.before);
    let op = op.filter(|_| place.found().starts_with(['"', '\'']));
    if let ("ilike", Some(op)) = (word.as_str(), op) {
        let start = if matches!(op, "starts_with" | "==") { "^" } else { "" };
        let end = if matches!(op, "ends_with" | "==") { "$" } else { "" };
        let mended = format!("~ {}", quoted(&format!("(?i){start}{}{end}", escaped(plain))));
        let error = error.label("use `~`").help(format!("write `{mended}`: `(?i)` looks past capitals"));
        return Some(error.edit(place.before.to(place.found), mended));
    }
    Some(match op {
        Some(op) => error
            .label(format!("use `{op}`"))
            .help(format!("write `{op} \"{plain}\"`"))
            .edit(place.before.to(place.found), format!("{op} \"{plain}\"")),
        None => error
            .label("use `contains` or `~`")
            .help("`contains`, `starts_with` and `ends_with` take plain text, `~` a regular expression"),
    })
}

/// A text as a regular expression that finds it and nothing else.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, c| {
        if r"\.+*?()|[]{}^$#&-~".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
        escaped
    })
}

/// `model is "a"`
fn is(place: &Place<'_>) -> Option<Diagnostic> {
    let before = place.text.get(..place.before.start).unwrap_or_default().trim_end();
    let (at, ours) = match place.before() {
        "is" => (place.before, "=="),
        "not" if before.ends_with(" is") => (Span::new(before.len() - 2, place.before.end), "!="),
        _ => return None,
    };
    let written = at.of(place.text);
    Some(
        Diagnostic::error(Code::E0005, format!("`{written}` only asks for null"))
            .at(at)
            .label(format!("use `{ours}`"))
            .help(format!("write `{ours}`; `{written} null` asks for null"))
            .edit(at, ours),
    )
}

/// `cost between 1 and 5`
fn between(place: &Place<'_>) -> Option<Diagnostic> {
    if !place.before().eq_ignore_ascii_case("between") {
        return None;
    }
    let lower = place.rest().to_lowercase();
    let and = lower.find(" and ")?;
    let and = Span::new(place.found.start + and, place.found.start + and + " and ".len());
    let low = Span::new(place.found.start, and.start).of(place.text).trim();
    let high = Span::new(and.end, place.found.start + lower.len()).of(place.text).split_whitespace().next()?;
    let error = Diagnostic::error(Code::E0005, format!("`{}` is not an operator of orq", place.before()));
    Some(
        error
            .at(place.before)
            .label("use `in`")
            .help(format!("write `in {low}..{high}`, which includes both ends"))
            .edit(place.before, "in")
            .edit(and, ".."),
    )
}

/// `activity between 2026-02-01 and 2026-02-05`
fn between_days(place: &Place<'_>) -> Option<Diagnostic> {
    if !place.found().eq_ignore_ascii_case("and") {
        return None;
    }
    let piece = Span::new(place.piece.start, place.found.start).of(place.text).to_lowercase();
    let at = place.piece.start + piece.find(" between ")? + 1;
    let word = Span::new(at, at + "between".len());
    Some(
        Diagnostic::error(Code::E0005, "a range of days is written `from … to …`")
            .at(word.to(place.found))
            .label("use `from` and `to`")
            .help("both ends are included")
            .edit(word, "from")
            .edit(place.found, "to"),
    )
}

/// `join models using (id)`, `left outer join models`, `join activity last 7d on model`
fn joined(place: &Place<'_>) -> Option<Diagnostic> {
    let piece = place.piece.of(place.text).trim();
    let word = Span::new(start(place), start(place) + piece.find(char::is_whitespace)?);
    let error = |message: &str, at: Span| Diagnostic::error(Code::E0001, message).at(at);
    let outer = "left outer join";
    if piece.get(..outer.len()).is_some_and(|words| words.eq_ignore_ascii_case(outer)) {
        let at = Span::new(word.start, word.start + outer.len());
        let error = error("a verb is one word", at).label("three words").help("write `left_join`");
        return Some(error.edit(at, "left_join"));
    }
    if !word.of(place.text).ends_with("join") {
        return None;
    }
    if place.before() == "using" {
        let error = error("columns of a join follow `on`", place.before).label("use `on`");
        return Some(error.help("write `on`").edit(place.before, "on"));
    }
    // What stands between the verb and its `on` is a source and its arguments.
    let rest = Span::new(word.end, start(place) + piece.len()).of(place.text);
    let table = rest.find(" on ").map_or(rest, |on| rest.get(..on).unwrap_or(rest)).trim_end();
    let at = Span::new(word.end + table.len() - table.trim_start().len(), word.end + table.len());
    let plain = at.of(place.text).starts_with(char::is_alphabetic) && !table.contains(['(', ')', ',', '=']);
    let inside = at.start < place.found.start && place.found.start < at.end;
    (plain && inside).then(|| {
        let mended = format!("({})", at.of(place.text));
        error("a source with arguments stands in brackets here", at)
            .label("no brackets")
            .help(format!("write `{mended}`"))
            .edit(at, mended)
    })
}

/// `SELECT model, SUM(cost) FROM activity`
fn select(place: &Place<'_>) -> Option<Diagnostic> {
    let first = place.piece.of(place.text).trim_start();
    let word = first.split(|c: char| !c.is_alphanumeric()).next()?;
    if !matches!(word.to_lowercase().as_str(), "select" | "with") {
        return None;
    }
    let start = place.piece.end - place.piece.of(place.text).trim_start().len().min(place.piece.end);
    if let Some(likely) = sql::without_a_table(first) {
        let error = Diagnostic::error(Code::E0001, format!("a query starts with its source, not with `{word}`"));
        let error = error.at(Span::new(start, start + first.trim_end().len())).label("SQL without its `FROM`");
        return Some(Diagnostic {
            candidates: vec![likely.clone()],
            ..error.help(format!("did you mean `{likely}`?"))
        });
    }
    Some(
        Diagnostic::error(Code::E0001, format!("a query starts with its source, not with `{word}`"))
            .at(Span::new(start, start + word.len()))
            .label("expected a source")
            .help("the source comes first, then a stage for each step: `activity last 7d | group model | sum cost`"),
    )
}

/// `as "total"`, `as total cost`
fn alias(place: &Place<'_>) -> Option<Diagnostic> {
    let found = place.found();
    if matches!(found, "as" | "where") {
        return None;
    }
    if place.before() == "as" && found.starts_with(['"', '\'']) {
        let inside = found.trim_matches(['"', '\'']);
        let mended = name(inside)?;
        return Some(
            Diagnostic::error(Code::E0001, "a name is written without quotes")
                .at(place.found)
                .label("a text, not a name")
                .help(format!("write `as {mended}`"))
                .edit(place.found, mended),
        );
    }
    let before = place.text.get(..place.before.start).unwrap_or_default();
    let words = before.trim_end().ends_with(" as") && before.ends_with(' ');
    (words && found.chars().next().is_some_and(char::is_alphabetic)).then(|| {
        let whole = place.before.to(place.found);
        let joined: Vec<&str> = whole.of(place.text).split_whitespace().collect();
        Diagnostic::error(Code::E0001, format!("a name is one word, and `{}` is followed by `{found}`", place.before()))
            .at(whole)
            .label("two words")
            .help(format!("write `as {}`; a `|` or a `,` where `{found}` is no part of the name", joined.join("_")))
            .edit(whole, joined.join("_"))
    })
}

/// A name as it is written: in backticks unless it is a plain word.
fn name(text: &str) -> Option<String> {
    if text.is_empty() || text.contains(['`', '\n']) {
        return None;
    }
    let plain = text.chars().all(|c| c.is_alphanumeric() || c == '_') && !text.starts_with(|c: char| c.is_numeric());
    Some(if plain { text.to_string() } else { format!("`{text}`") })
}

/// `007`, the `02` of `2026-02`, the `000` of `1,000`.
pub fn zero(source: &str, span: Span) -> Diagnostic {
    let text = span.of(source);
    let before = source.get(..span.start).unwrap_or_default();
    let digits = |text: &str| text.bytes().rev().take_while(u8::is_ascii_digit).count();
    if let Some(year) = before.strip_suffix('-')
        && digits(year) == 4
        && text.len() == 2
    {
        let month = Span::new(span.start - 5, span.end);
        let written = month.of(source);
        return Diagnostic::error(Code::E0006, format!("`{written}` is a month, and only a day is a date here"))
            .at(month)
            .label("a month")
            .help(format!(
                "name days, as in `date >= {written}-01`, or the month of each, `month(date) == {written}-01`"
            ));
    }
    if let Some(thousands) = before.strip_suffix(',')
        && digits(thousands) > 0
        && text.len() == 3
    {
        let whole = Span::new(span.start - 1 - digits(thousands), span.end);
        let mended = whole.of(source).replace(',', "");
        return Diagnostic::error(Code::E0006, "a number is written without commas")
            .at(whole)
            .label("one number or two?")
            .help(format!("write `{mended}`"))
            .edit(whole, mended);
    }
    let plain = text.trim_start_matches('0');
    let plain = if plain.is_empty() { "0" } else { plain };
    Diagnostic::error(Code::E0006, format!("`{text}` is not a number: it starts with a zero"))
        .at(span)
        .label("a zero in front")
        .help(format!("write `{plain}`; a text wants quotes, as in `\"{text}\"`"))
        .edit(span, plain)
}
