//! `# orq: allow(E0207)`: comments that silence warnings. One above a statement or on its lines is of that statement; one
//! before all statements, with a blank line behind it, is of the whole text.

use crate::diagnostics::{Code, Diagnostic};
use crate::span::Span;
use crate::suggest;
use crate::syntax::ast::{Comment, Script};
use crate::syntax::layout;

/// What a comment starts with that speaks to orq.
const MARK: &str = "orq:";

/// What it may say.
const ALLOW: &str = "allow";

/// Warnings that the check gives alone, so that it knows which of them there are. Of all others only the rows tell.
const OF_THE_CHECK: &[Code] = &[Code::E0207];

/// The warnings that a text does not want to hear.
#[derive(Clone, Debug, Default)]
pub struct Allowed(Vec<Allow>);

#[derive(Clone, Debug)]
struct Allow {
    code: Code,
    /// Where the code stands.
    at: Span,
    of: Of,
    /// The comment, where the code is the only one in it.
    alone: Option<Span>,
}

/// What an `allow` is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Text,
    Statement(Span),
    /// A blank line, or nothing, follows it.
    Nothing,
}

impl Of {
    fn holds(self, span: Option<Span>) -> bool {
        match self {
            Self::Text => true,
            Self::Statement(own) => span.is_some_and(|span| own.start <= span.start && span.end <= own.end),
            Self::Nothing => false,
        }
    }
}

impl Allowed {
    /// What the comments of a text allow, and what is wrong with them.
    fn of(script: &Script, text: &str) -> (Self, Vec<Diagnostic>) {
        let (mut allowed, mut wrong) = (Vec::new(), Vec::new());
        for comment in &script.comments {
            let Some(said) = Said::by(comment) else { continue };
            let codes = match said.codes() {
                Ok(codes) => codes,
                Err(error) => {
                    wrong.push(error);
                    continue;
                }
            };
            let of = of(comment, script, text);
            let alone = (codes.len() == 1).then_some(comment.span);
            for (word, at) in codes {
                match known(word, at) {
                    Ok(code) => allowed.push(Allow { code, at, of, alone }),
                    Err(error) => wrong.push(error),
                }
            }
        }
        (Self(allowed), wrong)
    }

    /// The same, with what is wrong with them added to the diagnostics of the check.
    pub fn settle(script: &Script, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let (allowed, mut wrong) = Self::of(script, text);
        diagnostics.append(&mut wrong);
        diagnostics.append(&mut allowed.idle(diagnostics));
        allowed
    }

    /// The diagnostics that are left; those of `step` have no better place than that pipeline.
    pub fn left(&self, mut diagnostics: Vec<Diagnostic>, step: Option<Span>) -> Vec<Diagnostic> {
        diagnostics.retain(|diagnostic| !self.0.iter().any(|allow| allow.silences(diagnostic, step)));
        diagnostics
    }

    /// E0010 for each that silences none of these; of a text that is wrong not all warnings are known.
    fn idle(&self, diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
        if diagnostics.iter().any(Diagnostic::is_error) {
            return Vec::new();
        }
        let silent = |allow: &&Allow| diagnostics.iter().any(|diagnostic| allow.silences(diagnostic, None));
        let known = |allow: &&Allow| allow.of == Of::Nothing || OF_THE_CHECK.contains(&allow.code);
        self.0.iter().filter(known).filter(|allow| !silent(allow)).map(Allow::idle).collect()
    }
}

impl Allow {
    /// Warnings alone; what stands in another text is silenced there.
    fn silences(&self, diagnostic: &Diagnostic, step: Option<Span>) -> bool {
        let here = diagnostic.origin.is_none() && !diagnostic.is_error() && diagnostic.code == self.code;
        here && (self.of.holds(diagnostic.span) || self.of.holds(step))
    }

    fn idle(&self) -> Diagnostic {
        let error = Diagnostic::warning(Code::E0010, format!("nothing here is silenced by `{ALLOW}({})`", self.code));
        let (label, help) = match self.of {
            Of::Nothing => (
                "belongs to no statement",
                "put it right above the statement, or before all others with a blank line behind it",
            ),
            Of::Text | Of::Statement(_) => ("there is no such warning", "remove it"),
        };
        let error = error.at(self.at).label(label).help(help);
        match (self.of, self.alone) {
            (Of::Text | Of::Statement(_), Some(comment)) => error.edit(comment, ""),
            _ => error,
        }
    }
}

/// What a comment says to orq: a word, and what follows it.
struct Said<'a> {
    word: &'a str,
    /// Where the word starts.
    at: usize,
    rest: &'a str,
}

impl<'a> Said<'a> {
    /// A word with a bracket behind it, or `allow`; anything else is for people.
    fn by(comment: &'a Comment) -> Option<Self> {
        let said = comment.text.trim_start_matches('#').trim_start().strip_prefix(MARK)?.trim_start();
        let end = said.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').unwrap_or(said.len());
        let (word, rest) = said.split_at_checked(end)?;
        let at = comment.span.start + comment.text.len() - said.len();
        (!word.is_empty() && (word == ALLOW || rest.starts_with('('))).then_some(Self { word, at, rest })
    }

    /// The codes in the brackets, and where each stands.
    fn codes(&self) -> Result<Vec<(&'a str, Span)>, Diagnostic> {
        let word = Span::new(self.at, self.at + self.word.len());
        let wrong = |message: String, label: &str| Diagnostic::error(Code::E0009, message).at(word).label(label);
        if self.word != ALLOW {
            let error = wrong(format!("a comment cannot say `{}` to orq", self.word), "unknown word");
            let near = suggest::nearest(self.word, [ALLOW]);
            return Err(if near.is_empty() {
                error.help("`# orq: allow(E0207)` silences a warning; write a note without `orq:`")
            } else {
                error.did_you_mean(word, near)
            });
        }
        let inside = self.rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map(|(inside, _)| inside);
        let Some(inside) = inside.filter(|inside| inside.split(',').all(|part| !part.trim().is_empty())) else {
            let error = wrong("`allow` needs codes of warnings in brackets".to_string(), "of which?");
            return Err(error.help("as in `# orq: allow(E0207)`"));
        };
        let mut codes = Vec::new();
        let mut at = word.end + 1;
        for part in inside.split(',') {
            let code = part.trim();
            let start = at + part.len() - part.trim_start().len();
            let span = Span::new(start, start + code.len());
            codes.push((code, span));
            at += part.len() + 1;
        }
        Ok(codes)
    }
}

/// The statement that a comment belongs to, if any.
fn of(comment: &Comment, script: &Script, text: &str) -> Of {
    let before = script.statements.iter().rev().find(|statement| statement.span.start < comment.span.start);
    if let Some(before) = before {
        let end = layout::end(before.span, &script.comments, text);
        if comment.span.start < end || !Span::new(end, comment.span.start).of(text).contains(['\n', '\r']) {
            return Of::Statement(before.span);
        }
    }
    let Some(next) = script.statements.iter().find(|statement| statement.span.start >= comment.span.end) else {
        return Of::Nothing;
    };
    // Lines of comment between the two are no blank lines.
    let mut at = comment.span.end;
    let mut apart = false;
    let others = script.comments.iter().filter(|other| comment.span.end <= other.span.start).map(|other| other.span);
    for other in others.take_while(|other| other.start < next.span.start).chain([next.span]) {
        apart |= layout::has_blank_line(Span::new(at, other.start).of(text));
        at = other.end;
    }
    match (apart, before) {
        (false, _) => Of::Statement(next.span),
        (true, None) => Of::Text,
        (true, Some(_)) => Of::Nothing,
    }
}

/// The warning of this name.
fn known(word: &str, at: Span) -> Result<Code, Diagnostic> {
    let warnings = || Code::ALL.iter().filter(|code| code.is_warning() && **code != Code::E0010);
    let names: Vec<&str> = warnings().map(|code| code.id()).collect();
    let list = format!("warnings that can be silenced: {}", names.join(", "));
    let wrong = |message: String, label: &str| Diagnostic::error(Code::E0009, message).at(at).label(label);
    match word.parse::<Code>() {
        Ok(code) if names.contains(&code.id()) => Ok(code),
        Ok(code) => {
            let error = wrong(format!("`{code}` cannot be silenced"), "no warning that a text may silence");
            Err(error.help(list))
        }
        Err(()) => {
            let error = wrong(format!("there is no code `{word}`"), "unknown code");
            let near = suggest::nearest(word, names.iter().copied());
            Err(if near.is_empty() { error.help(list) } else { error.did_you_mean(at, near) })
        }
    }
}
