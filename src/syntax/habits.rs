//! Shapes that only other languages have, each told from the place where a text stops to make sense.

use super::format::quoted;
use super::messages::{Place, token_before};
use super::slips::{After, foreign, start};
use super::sql;
use crate::diagnostics::{Code, Diagnostic};
use crate::span::Span;

/// The habit at a place, where it is a known one.
pub fn habit(place: &Place<'_>, after: After) -> Option<Diagnostic> {
    arrow(place).or_else(|| untyped(place)).or_else(|| a_value(place)).or_else(|| match after {
        After::Source => two_words(place).or_else(|| into_file(place)),
        After::Other => operator(place)
            .or_else(|| not_behind(place))
            .or_else(|| no_value(place))
            .or_else(|| method(place))
            .or_else(|| field(place))
            .or_else(|| braces(place))
            .or_else(|| counted(place))
            .or_else(|| saved_as(place))
            .or_else(|| cast(place))
            .or_else(|| choice(place)),
    })
}

fn error(code: Code, message: impl Into<String>, at: Span, label: &str) -> Diagnostic {
    Diagnostic::error(code, message).at(at).label(label)
}

/// `let rate = 1.2`
fn a_value(place: &Place<'_>) -> Option<Diagnostic> {
    let before = place.text.get(..place.found.start)?;
    let begins = before.rfind(['\n', ';']).map_or(0, |at| at + 1);
    let statement = before.get(begins..)?;
    let begins = begins + statement.len() - statement.trim_start().len();
    let name = statement.trim().strip_prefix("let ")?.strip_suffix('=')?.trim();
    if name.contains('=') || !place.found().starts_with(|c: char| c.is_ascii_digit() || matches!(c, '"' | '-' | '.')) {
        return None;
    }
    let error = error(Code::E0001, "`let` names a pipeline, and this is a value", place.found, "a value");
    let at = Span::new(begins, begins + "let".len());
    Some(error.help(format!("write `const {name} = …`")).edit(at, "const"))
}

/// `param days = 7d`
fn untyped(place: &Place<'_>) -> Option<Diagnostic> {
    let definition = place.text.get(start(place)..place.before.start)?.trim_end();
    let value = place.rest().strip_prefix('=').filter(|_| definition == "param")?;
    let value = value.lines().next().unwrap_or_default().split_whitespace().next().unwrap_or_default();
    let kind = type_of(value);
    let at = Span::new(place.before.end, place.before.end);
    let name = place.before();
    let error =
        error(Code::E0001, format!("the parameter `{name}` has no type"), place.found, "`:` and a type go before this");
    Some(error.help(format!("write `param {name}: {kind} = {value}`")).edit(at, format!(": {kind}")))
}

/// What a value is, as far as its letters show.
fn type_of(value: &str) -> &'static str {
    let parts: Vec<&str> = value.split('-').collect();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match (value, parts.as_slice()) {
        ("true" | "false", _) => "bool",
        ("today" | "yesterday", _) => "date",
        (_, [year, month, day]) if [year, month, day].into_iter().all(|part| digits(part)) => "date",
        _ if value.starts_with('[') => "list",
        _ if value.parse::<f64>().is_ok() => "number",
        _ if value.starts_with(|c: char| c.is_ascii_digit()) => "duration",
        _ => "text",
    }
}

/// `activity -> sum cost`, `activity => sum cost`, `activity |> sum cost`
fn arrow(place: &Place<'_>) -> Option<Diagnostic> {
    let touches = place.before.end == place.found.start;
    let at = match (place.before(), place.found()) {
        ("|", ">") if touches => place.before.to(place.found),
        ("-", ">") if touches => place.before.to(place.found),
        (_, "=>" | "->") if place.before() != "=" => place.found,
        _ => return None,
    };
    let written = at.of(place.text);
    let mut slip = foreign(at, written, "|", "write `|`, which parts the stages");
    if written == "|>" {
        return Some(slip);
    }
    // What follows in the same piece is parted in the same way, but for what stands in quotes.
    let rest = Span::new(at.end, place.piece.end.max(at.end)).of(place.text);
    if !rest.contains(['"', '\'', '`', '#']) {
        for (more, arrow) in rest.match_indices(written) {
            slip = slip.edit(Span::new(at.end + more, at.end + more + arrow.len()), "|");
        }
    }
    Some(slip)
}

/// `activity last 7d group by model`
fn two_words(place: &Place<'_>) -> Option<Diagnostic> {
    let verb = place.before().to_lowercase();
    if place.found() != "by" || !matches!(verb.as_str(), "group" | "order" | "sort") {
        return None;
    }
    let error = error(
        Code::E0001,
        format!("a `|` is missing before `{}`", place.before()),
        place.before,
        "a stage starts here",
    );
    let here = Span::new(place.before.start, place.before.start);
    Some(error.help("part the source from its stages with `|`").edit(here, "| "))
}

/// `activity last 7d > cost.csv`
fn into_file(place: &Place<'_>) -> Option<Diagnostic> {
    if !matches!(place.found(), ">" | ">>") {
        return None;
    }
    let file = place.rest().get(place.found().len()..)?.trim();
    let plain = file.contains('.') && file.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/'));
    plain.then(|| {
        let mended = format!("| save {}", quoted(file));
        error(Code::E0001, format!("`{}` writes no file", place.found()), place.found, "use `| save`")
            .help(format!("write `{mended}`: the ending names the format"))
            .edit(Span::new(place.found.start, place.found.start + place.rest().len()), mended)
    })
}

/// Words between a column and a text, and the operators that they mean.
const OPERATORS: &[(&str, &str)] = &[
    ("matches", "~"),
    ("regexp", "~"),
    ("rlike", "~"),
    ("equals", "=="),
    ("eq", "=="),
    ("ne", "!="),
    ("has", "contains"),
    ("includes", "contains"),
    ("startswith", "starts_with"),
    ("endswith", "ends_with"),
];

/// `model matches "^openai"`, `cost & tokens`
fn operator(place: &Place<'_>) -> Option<Diagnostic> {
    if place.found() == "&" {
        return Some(foreign(place.found, "&", "and", "write `and`"));
    }
    let word = place.before().to_lowercase();
    let (_, ours) = OPERATORS.iter().find(|(theirs, _)| *theirs == word)?;
    place
        .found()
        .starts_with(['"', '\''])
        .then(|| foreign(place.before, place.before(), ours, &format!("write `{ours}`")))
}

/// `model not contains "a"`, `model not like "a%"`: `not` stands before the whole condition.
fn not_behind(place: &Place<'_>) -> Option<Diagnostic> {
    let tests = ["contains", "starts_with", "ends_with"];
    let (not, test, ours) = if place.before() == "not" && tests.contains(&place.found()) {
        (place.before, place.found, place.found().to_string())
    } else if matches!(place.before().to_lowercase().as_str(), "like" | "ilike") {
        let not = token_before(place.text, place.before.start);
        (not.of(place.text) == "not").then_some(())?;
        let pattern = place.found();
        let inside = pattern.get(1..pattern.len().checked_sub(1)?).filter(|_| pattern.starts_with(['"', '\'']))?;
        let (op, text) = sql::like(inside)?;
        (not, place.before.to(place.found), format!("{} {}", op.text(), quoted(text)))
    } else {
        return None;
    };
    let dots = if ours.contains(' ') { "" } else { " …" };
    let subject = token_before(place.text, not.start);
    let name = subject.of(place.text);
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') || subject.start < start(place) {
        return None;
    }
    let error = error(Code::E0001, "`not` stands before the whole condition", not, "not here");
    let error = error.help(format!("write `not {name} {ours}{dots}`")).edit(subject, format!("not {name}"));
    Some(error.edit(not.to(test), ours))
}

/// `model is None`
fn no_value(place: &Place<'_>) -> Option<Diagnostic> {
    let nothing = matches!(place.found().to_lowercase().as_str(), "none" | "nil" | "na" | "undefined" | "missing");
    let asked = matches!(place.before(), "is" | "not") && nothing;
    asked.then(|| {
        error(Code::E0005, format!("`{}` is called `null`", place.found()), place.found, "use `null`")
            .help("write `null`")
            .edit(place.found, "null")
    })
}

/// Methods of other languages, and the functions that they are.
const METHODS: &[(&str, &str)] = &[
    ("lower", "lower"),
    ("upper", "upper"),
    ("trim", "trim"),
    ("strip", "trim"),
    ("len", "length"),
    ("length", "length"),
    ("round", "round"),
    ("abs", "abs"),
    ("replace", "replace"),
    ("contains", "contains"),
    ("includes", "contains"),
    ("startswith", "starts_with"),
    ("startsWith", "starts_with"),
    ("starts_with", "starts_with"),
    ("endswith", "ends_with"),
    ("endsWith", "ends_with"),
    ("ends_with", "ends_with"),
];

/// `model.lower()`
fn method(place: &Place<'_>) -> Option<Diagnostic> {
    if place.found() != "(" || place.before.end != place.found.start {
        return None;
    }
    let (subject, method) = place.before().rsplit_once('.')?;
    let (_, ours) = METHODS.iter().find(|(theirs, _)| *theirs == method)?;
    let empty = place.rest().get(1..)?.trim_start().starts_with(')');
    let mended = if empty { format!("{ours}({subject}") } else { format!("{ours}({subject}, ") };
    let error = error(Code::E0001, "a function stands before what it looks at", place.before, "a method");
    let shown = mended.trim_end().trim_end_matches(',');
    let dots = if empty { ")" } else { ", …)" };
    Some(error.help(format!("write `{shown}{dots}`")).edit(place.before.to(place.found), mended))
}

/// `get(items, 0).name`
fn field(place: &Place<'_>) -> Option<Diagnostic> {
    if place.before() != ")" || place.found() != "." || place.before.end != place.found.start {
        return None;
    }
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let name = place.rest().get(1..)?.split(|c| !is_name(c)).next().filter(|name| !name.is_empty())?;
    let open = opening(place.text.get(..place.before.start)?)?;
    let callee = place.text.get(..open)?;
    let start = callee.trim_end_matches(is_name).len();
    let value = Span::new(start, place.before.end);
    let mended = format!("get({}, {})", value.of(place.text), quoted(name));
    let at = Span::new(place.found.start, place.found.start + 1 + name.len());
    let error = error(Code::E0001, "a field of what was computed is had by `get`", at, "a field");
    Some(error.help(format!("write `{mended}`")).edit(Span::new(start, at.end), mended))
}

/// Where the bracket opens that closes behind this text, which has no quotes.
fn opening(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices().rev() {
        match c {
            '"' | '\'' | '`' => return None,
            ')' => depth += 1,
            '(' if depth == 0 => return Some(at),
            '(' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// `model in {"a", "b"}`
fn braces(place: &Place<'_>) -> Option<Diagnostic> {
    if place.found() != "{" || place.before() != "in" {
        return None;
    }
    let end = place.rest().find('}')?;
    let close = Span::new(place.found.start + end, place.found.start + end + 1);
    let error = error(Code::E0001, "a list stands in `(…)`", place.found, "use `(`").help("write `(` and `)`");
    Some(error.edit(place.found, "(").edit(close, ")"))
}

/// `top 5 cost`, `fill 0 latency`, `limit 5 offset 10`
fn counted(place: &Place<'_>) -> Option<Diagnostic> {
    let whole = Span::new(start(place), place.piece.end.max(start(place)));
    let mut words = whole.of(place.text).split_whitespace();
    let (verb, count, third) = (words.next()?, words.next()?, words.next()?);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let here = digits(count) && place.before() == count && third.starts_with(place.found());
    let fourth = words.next();
    match (verb, third.to_lowercase().as_str(), fourth) {
        _ if !here => None,
        ("top" | "bottom", key, Some("by")) => {
            // What has the most of something: its keys are not summed yet.
            let measure = words.next().filter(|_| words.next().is_none())?;
            let mended = format!("group {} | sum {measure} | {verb} {count}", key.strip_suffix('s').unwrap_or(key));
            let at = Span::new(whole.start, whole.start + whole.of(place.text).trim_end().len());
            let error =
                error(Code::E0001, format!("`{verb}` takes rows, and groups are made before"), at, "no groups yet");
            Some(error.help(format!("write `{mended}`")).edit(at, mended))
        }
        ("top" | "bottom", _, _) if place.found().starts_with(char::is_alphabetic) => Some(
            error(Code::E0001, "what to sort by follows `by`", place.found, "a `by` is missing before this")
                .help(format!("write `{verb} {count} by {third}`"))
                .edit(Span::new(place.found.start, place.found.start), "by "),
        ),
        ("fill", _, _) if place.found().starts_with(char::is_alphabetic) => Some(
            error(Code::E0001, "what is filled follows a `,`", place.found, "a `,` is missing before this")
                .help(format!("write `{verb} {count}, {third}`"))
                .edit(Span::new(place.before.end, place.found.start), ", "),
        ),
        ("limit" | "head" | "take", "offset" | "skip", Some(skipped)) if digits(skipped) && words.next().is_none() => {
            let mended = format!("skip {skipped} | {verb} {count}");
            let at = Span::new(whole.start, whole.start + whole.of(place.text).trim_end().len());
            let error = error(Code::E0001, format!("`{third}` is a stage of its own"), place.found, "a stage");
            Some(error.help(format!("write `{mended}`")).edit(at, mended))
        }
        _ => None,
    }
}

/// `save as "cost.csv"`
fn saved_as(place: &Place<'_>) -> Option<Diagnostic> {
    let verb = Span::new(start(place), place.before.start).of(place.text).trim_end();
    let saves = matches!(verb, "save" | "write") && place.before() == "as";
    (saves && place.found().starts_with(['"', '\''])).then(|| {
        let gap = Span::new(place.before.start, place.found.start);
        error(Code::E0001, format!("the name of the file follows `{verb}`"), place.before, "one word too many")
            .help(format!("write `{verb} {}`", place.found()))
            .edit(gap, "")
    })
}

/// `cost::int`
fn cast(place: &Place<'_>) -> Option<Diagnostic> {
    place.rest().starts_with("::").then(|| {
        let at = Span::new(place.found.start, place.found.start + 2);
        error(Code::E0005, "`::` is not an operator of orq", at, "no casts")
            .help("columns have the types that `| schema` shows; `round(cost, 0)` rounds a number")
    })
}

/// `cost > 1 ? "a" : "b"`, `case when … then …`, `if … then …`
fn choice(place: &Place<'_>) -> Option<Diagnostic> {
    let words = |word: &str| word.eq_ignore_ascii_case("when") || word.eq_ignore_ascii_case("then");
    if place.found() != "?" && !words(place.found()) && !words(place.before()) {
        return None;
    }
    let at = if words(place.before()) { place.before } else { place.found };
    let case = [place.before, token_before(place.text, place.before.start)];
    let case = case.into_iter().find(|at| at.of(place.text).eq_ignore_ascii_case("case")).unwrap_or(place.found);
    let behind = Span::new(case.start, place.piece.end.max(case.start)).of(place.text);
    if let Some(end) = ending(behind) {
        let whole = Span::new(case.start, case.start + end);
        if let Some(mended) = sql::choice(whole.of(place.text)) {
            let error = error(Code::E0001, "choices are functions, and no `CASE`", whole, "as in SQL");
            return Some(error.help(format!("write `{mended}`")).edit(whole, mended));
        }
    }
    Some(
        error(Code::E0001, format!("`{}` does not fit here", at.of(place.text)), at, "choices are functions")
            .help("write `if(cost > 1, \"much\", \"little\")`, or `case(CONDITION, VALUE, …, OTHERWISE)`"),
    )
}

/// Where the `END` of a `CASE` ends.
fn ending(text: &str) -> Option<usize> {
    let small = text.to_lowercase();
    let found = small.match_indices(" end").find(|(at, end)| {
        !small.get(at + end.len()..).is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })?;
    (small.len() == text.len()).then_some(found.0 + found.1.len())
}
