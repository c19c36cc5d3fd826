//! What pest expected at a place, said in plain words.

use pest::Parser as _;
use pest::error::{Error, ErrorVariant, InputLocation};

use super::parse::{Names, OrqParser, Rule};
use super::slips;
use crate::diagnostics::{Code, Diagnostic};
use crate::span::Span;

/// Why a piece that recovery swallowed does not fit: it is parsed once more alone.
pub fn explain(rule: Rule, piece: Span, text: &str, names: Names<'_>) -> Diagnostic {
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
        Err(error) => of_pest(&error, piece, text, names),
        // Alone it fits: what follows it does not.
        Ok(_) => unexpected(&Place::new(piece.end, Span::new(piece.start, text.len()), text, names), &[]),
    }
}

fn missing_stage(piece: Span, text: &str) -> Diagnostic {
    let before = text.get(..piece.start).unwrap_or_default();
    let blank = |line: &str| line.split('#').next().unwrap_or_default().trim().is_empty();
    // Only white space and comments stand between.
    let bar = before.rmatch_indices('|').map(|(at, bar)| Span::new(at, at + bar.len()));
    if let Some(bar) = bar.into_iter().find(|bar| Span::new(bar.end, piece.start).of(text).lines().all(blank)) {
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

/// pest's error in a piece of the text.
pub fn of_pest(error: &Error<Rule>, piece: Span, text: &str, names: Names<'_>) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) => at,
        InputLocation::Span((at, _)) => at,
    };
    let expected: &[Rule] = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => &[],
    };
    unexpected(&Place::new(piece.start + at, piece, text, names), expected)
}

/// The place where a text stops to make sense.
pub struct Place<'a> {
    pub text: &'a str,
    /// The piece that does not fit: a stage, a source, a statement.
    pub piece: Span,
    /// The token that does not fit; empty at the end of the piece.
    pub found: Span,
    /// The token before it, in the same piece or before that.
    pub before: Span,
    pub names: Names<'a>,
}

impl<'a> Place<'a> {
    fn new(at: usize, piece: Span, text: &'a str, names: Names<'a>) -> Self {
        let end = piece.start + piece.of(text).trim_end().len();
        let rest = text.get(at..end.max(at)).unwrap_or_default();
        // Only plain white space parts words; any other is what does not fit.
        let code = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let at = at + (rest.len() - code.len());
        let found = Span::new(at, at + token_length(code));
        Self { text, piece, found, before: token_before(text, at), names }
    }

    pub fn found(&self) -> &'a str {
        self.found.of(self.text)
    }

    pub fn before(&self) -> &'a str {
        self.before.of(self.text)
    }

    /// The piece from the token that does not fit.
    pub fn rest(&self) -> &'a str {
        Span::new(self.found.start, self.piece.end.max(self.found.start)).of(self.text).trim_end()
    }
}

/// What is wrong at a place, from what would have fitted there.
fn unexpected(place: &Place<'_>, expected: &[Rule]) -> Diagnostic {
    let can = |rules: &[Rule]| expected.iter().any(|rule| rules.contains(rule));
    let source = can(&[Rule::argument, Rule::value, Rule::bare]);
    let complete = can(&[Rule::infix, Rule::is_null, Rule::clause, Rule::clause_word]);
    if let Some(slip) = slips::slip(place, if source { slips::After::Source } else { slips::After::Other }) {
        return slip;
    }
    let found = place.found();
    if found.is_empty() && !complete && !place.before().is_empty() {
        let value = can(&[Rule::primary, Rule::operand, Rule::expr, Rule::items]);
        return ends(
            place,
            match () {
                () if value => Missing::Value,
                () if can(&[Rule::pipeline, Rule::source, Rule::nested]) => Missing::Source,
                () if can(&[Rule::name, Rule::plain_name, Rule::callee]) => Missing::Name,
                () => Missing::Value,
            },
        );
    }
    let here = if found.is_empty() { "the text ends here".to_string() } else { format!("`{found}` does not fit here") };
    let error = |message: String| Diagnostic::error(Code::E0001, message).at(place.found);
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
    if complete {
        let before = place.before();
        return error(format!("something is missing between `{before}` and `{found}`"))
            .label("a `|`, a `,` or an operator is missing before this")
            .help("part stages with `|` and items with `,`; text wants quotes");
    }
    if can(&[Rule::primary, Rule::operand, Rule::expr, Rule::prefix, Rule::items, Rule::item, Rule::literal]) {
        return error(format!("{here}: a value is missing"))
            .label("expected a column, a number, a text in quotes or a call")
            .help("text wants quotes, as in `model == \"openai/gpt-5.2\"`");
    }
    if source {
        return error(format!("the source before is complete, and {here}"))
            .label("a `|` is missing before this")
            .help("part the source from its stages with `|`, as in `activity last 7d | where cost > 1`");
    }
    if can(&[Rule::name, Rule::plain_name]) {
        return error(format!("{here}: a name is missing"))
            .label("expected a name")
            .help("a name has letters, digits and `_`, and is no word of the language such as `where`");
    }
    if place.found.start == place.piece.start + leading_space(place.piece.of(place.text)) {
        return error(format!("{here}: a query starts with a source"))
            .label("not a name")
            .help("as in `activity last 7d | group model | sum cost`");
    }
    let wanted: Vec<&str> = expected.iter().filter_map(|rule| in_words(*rule)).collect();
    let label =
        if wanted.is_empty() { "does not fit".to_string() } else { format!("expected {}", wanted.join(" or ")) };
    error(here).label(label).help("`orq describe` lists the verbs with an example of each")
}

/// What a piece that stops too early still needs.
enum Missing {
    Value,
    Source,
    Name,
}

/// The piece stops where more is needed.
fn ends(place: &Place<'_>, missing: Missing) -> Diagnostic {
    let before = place.before();
    let (what, help) = match missing {
        Missing::Value => ("a value", "a value is a column, a number, a text in quotes or a call, as in `cost > 1`"),
        Missing::Source => ("a source", "start with a source, as in `activity last 7d | group model | sum cost`"),
        Missing::Name => ("a name", "a name has letters, digits and `_`; any other goes in backticks"),
    };
    let error = Diagnostic::error(Code::E0001, format!("{what} is missing after `{before}`"));
    let help = if before == "%" { "`%` is the remainder of a division; 5 percent is written 0.05" } else { help };
    error.at(place.before).label("nothing follows").help(help)
}

fn leading_space(text: &str) -> usize {
    text.len() - text.trim_start().len()
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

fn wordy(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn symbolic(c: char) -> bool {
    matches!(c, '=' | '<' | '>' | '!' | '~' | '&')
}

/// The length of the word, text or sign that starts the text.
fn token_length(rest: &str) -> usize {
    let Some(first) = rest.chars().next() else { return 0 };
    let run = |of: fn(char) -> bool| rest.find(|c| !of(c)).unwrap_or(rest.len());
    match first {
        c if wordy(c) => run(wordy),
        c if symbolic(c) => run(symbolic),
        '"' | '\'' => {
            let line = rest.lines().next().unwrap_or_default();
            line.get(1..).and_then(|inside| inside.find(first)).map_or(line.len(), |at| at + 2)
        }
        _ if rest.starts_with("||") => 2,
        c => c.len_utf8(),
    }
}

/// The word, text or sign that ends before this place.
pub fn token_before(text: &str, at: usize) -> Span {
    let before = text.get(..at).unwrap_or_default().trim_end();
    let end = before.len();
    let run = |of: fn(char) -> bool| {
        before.char_indices().rev().take_while(|(_, c)| of(*c)).last().map_or(end, |(start, _)| start)
    };
    let start = match before.chars().next_back() {
        None => end,
        Some(c) if wordy(c) => run(|c| wordy(c) || c == '.'),
        Some(c) if symbolic(c) => run(symbolic),
        Some(quote @ ('"' | '\'' | '`')) => {
            let inside = before.get(..end - 1).unwrap_or_default();
            inside.rfind(quote).unwrap_or(end - 1)
        }
        Some(c) => end - c.len_utf8(),
    };
    Span::new(start, end)
}
