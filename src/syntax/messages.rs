//! What pest expected at a place, said in plain words.

use pest::Parser as _;
use pest::error::{Error, ErrorVariant, InputLocation};

use super::parse::{OrqParser, Rule};
use crate::diagnostics::{Code, Diagnostic};
use crate::span::Span;

/// Why a piece that recovery swallowed does not fit: it is parsed once more alone.
pub fn explain(rule: Rule, piece: Span, text: &str) -> Diagnostic {
    let alone = match rule {
        Rule::bad_stage => Rule::one_stage,
        Rule::bad_source => Rule::one_source,
        _ => Rule::one_statement,
    };
    let code = piece.of(text);
    if code.trim().is_empty() {
        return missing_stage(piece, text);
    }
    match OrqParser::parse(alone, code) {
        Err(error) => of_pest(&error, piece.start, text),
        // Alone it fits: what follows it does not.
        Ok(_) => unexpected(Span::new(piece.end, piece.end), text, &[]),
    }
}

fn missing_stage(piece: Span, text: &str) -> Diagnostic {
    let before = text.get(..piece.start).unwrap_or_default().trim_end();
    let bar = Span::new(before.len().saturating_sub(1), before.len());
    if bar.of(text) == "|" {
        return Diagnostic::error(Code::E0001, "a stage is missing after this `|`")
            .at(bar)
            .label("nothing follows")
            .help("remove it, or write a stage such as `limit 10`")
            .edit(bar, "");
    }
    Diagnostic::error(Code::E0001, "a source is missing here")
        .at(piece)
        .label("nothing stands here")
        .help("start with a source, as in `activity last 7d`")
}

/// pest's error, `offset` bytes into the text.
pub fn of_pest(error: &Error<Rule>, offset: usize, text: &str) -> Diagnostic {
    let start = offset
        + match error.location {
            InputLocation::Pos(at) => at,
            InputLocation::Span((at, _)) => at,
        };
    let expected: &[Rule] = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => &[],
    };
    unexpected(Span::new(start, start), text, expected)
}

/// What is wrong at a place, from what would have fitted there.
fn unexpected(at: Span, text: &str, expected: &[Rule]) -> Diagnostic {
    let span = Span::new(at.start, at.start + token_length(text.get(at.start..).unwrap_or_default()));
    let found = span.of(text);
    let here = if found.is_empty() { "the text ends here".to_string() } else { format!("`{found}` does not fit here") };
    let can = |rules: &[Rule]| expected.iter().any(|rule| rules.contains(rule));
    let error = |message: String| Diagnostic::error(Code::E0001, message).at(span);
    if found == "*" {
        return error("`*` does not stand for all columns".into())
            .label("not a value")
            .help("leave `select` out to keep all columns; `count` counts rows");
    }
    if found == "$" {
        return error("a parameter is written with `@`".into())
            .label("`$` would be eaten by the shell")
            .help("write `@` in its place")
            .edit(span, "@");
    }
    if found.starts_with("||") {
        return Diagnostic::error(Code::E0005, "`||` is not an operator of orq")
            .at(span)
            .label("use `or`")
            .help("write `or`; stages are parted by a single `|`")
            .edit(span, "or");
    }
    if can(&[Rule::definition, Rule::shape, Rule::word]) {
        let what =
            if can(&[Rule::shape, Rule::word]) { "a stage starts with a verb" } else { "a query starts with a source" };
        return error(format!("{here}: {what}"))
            .label("expected a name")
            .help("as in `activity last 7d | group model | sum cost`");
    }
    if can(&[Rule::param_def, Rule::const_def, Rule::let_def, Rule::fn_def, Rule::source]) {
        return error(format!("{here}: a query starts with a source"))
            .label("expected a name")
            .help("as in `activity last 7d`");
    }
    if can(&[Rule::infix, Rule::is_null, Rule::clause, Rule::clause_word]) {
        let message = format!("the expression before is complete, and {here}");
        return error(message)
            .label("a `|`, a `,` or an operator is missing before this")
            .help("part stages with `|` and items with `,`; text wants quotes");
    }
    if can(&[Rule::primary, Rule::operand, Rule::expr, Rule::prefix, Rule::items, Rule::item, Rule::literal]) {
        return error(format!("{here}: a value is missing"))
            .label("expected a column, a number, a text in quotes or a call")
            .help("text wants quotes, as in `model == \"openai/gpt-5.2\"`");
    }
    if can(&[Rule::argument, Rule::value, Rule::bare]) {
        return error(format!("the source before is complete, and {here}"))
            .label("a `|` is missing before this")
            .help("part the source from its stages with `|`")
            .edit(Span::new(span.start, span.start), "| ");
    }
    if can(&[Rule::name, Rule::plain_name]) {
        return error(format!("{here}: a name is missing"))
            .label("expected a name")
            .help("a name has letters, digits and `_`; any other goes in backticks");
    }
    let wanted: Vec<&str> = expected.iter().filter_map(|rule| in_words(*rule)).collect();
    let label =
        if wanted.is_empty() { "does not fit".to_string() } else { format!("expected {}", wanted.join(" or ")) };
    error(here).label(label).help("`orq describe` lists the verbs with an example of each")
}

fn in_words(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::assign => "`=`",
        Rule::colon => "`:`",
        Rule::comma => "`,`",
        Rule::close_paren => "`)`",
        Rule::close_bracket => "`]`",
        Rule::pipe => "`|`",
        Rule::string => "a text in quotes",
        Rule::callee => "a name that touches its `(`",
        Rule::kw_null => "`null`",
        Rule::EOI => "the end",
        _ => return None,
    })
}

/// The length of the word or sign that starts the text.
fn token_length(rest: &str) -> usize {
    let wordy = |c: char| c.is_alphanumeric() || c == '_';
    let Some(first) = rest.chars().next().filter(|c| !c.is_whitespace()) else {
        return 0;
    };
    if wordy(first) {
        return rest.find(|c| !wordy(c)).unwrap_or(rest.len());
    }
    if rest.starts_with("||") { 2 } else { first.len_utf8() }
}
