//! What the line editor asks while a line is typed: does it go on, in which colours, what may follow.

use std::borrow::Cow;
use std::cell::RefCell;

use rustyline::completion::{Candidate, Completer, FilenameCompleter};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hinter, HistoryHinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};

use super::colours;
use super::commands::COMMANDS;
use super::complete::complete;
use super::pager;
use super::program::Program;
use crate::assist::complete::Candidate as Offered;
use crate::assist::values::Values;
use crate::harmless;
use crate::sources::read;
use crate::verbs::save;

/// The program while nobody else has it.
pub type Shared<'a> = RefCell<&'a mut dyn Program>;

pub struct Assistant<'a> {
    pub program: &'a Shared<'a>,
    pub values: &'a RefCell<Values>,
    pub colours: bool,
    pub files: FilenameCompleter,
}

/// A candidate with its line of a list.
pub struct Shown {
    display: String,
    text: String,
}

/// Names of a list are padded to at most so many columns; docs need so much room.
const NAMES: usize = 28;
const ROOM: usize = 12;

impl Candidate for Shown {
    fn display(&self) -> &str {
        &self.display
    }

    fn replacement(&self) -> &str {
        &self.text
    }
}

impl Helper for Assistant<'_> {}

impl Validator for Assistant<'_> {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let complete = super::is_complete(context.input());
        Ok(if complete { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Completer for Assistant<'_> {
    type Candidate = Shown;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Shown>)> {
        let (Ok(program), Ok(values)) = (self.program.try_borrow(), self.values.try_borrow()) else {
            return Ok((at, Vec::new()));
        };
        if line.get(..at).is_some_and(wants_a_file) {
            let (start, files) = self.files.complete_path(line, at)?;
            let shown = files.into_iter().map(|file| Shown { display: file.display, text: file.replacement });
            return Ok((start, shown.collect()));
        }
        let found = complete(line, at, program.session(), &values);
        Ok((found.start, listed(&found.candidates)))
    }
}

/// Whether the name of a file is being written: an argument of a command, or a text behind a word that takes one.
fn wants_a_file(before: &str) -> bool {
    if let Some((name, _)) = before.strip_prefix(':').and_then(|command| command.split_once(' ')) {
        return COMMANDS.iter().any(|command| command.is_called(name) && command.takes_a_file());
    }
    let Some(quote) = before.rfind(['"', '\'']) else { return false };
    let head = before.get(..quote).unwrap_or_default().trim_end();
    let word = head.rsplit([' ', '\t', '\n', '(', '|']).next().unwrap_or_default();
    FILE_WORDS.contains(&word)
}

/// Words that a file in quotes follows.
const FILE_WORDS: &[&str] = &[read::SOURCE.name, save::VERB.name, "use"];

/// Each with its doc line, cut to the screen; where there are more than it has lines, the names alone.
fn listed(candidates: &[Offered]) -> Vec<Shown> {
    let width = pager::width().unwrap_or(80).saturating_sub(2);
    let names = candidates.iter().map(|candidate| candidate.text.chars().count()).max().unwrap_or_default().min(NAMES);
    let lines = pager::height().unwrap_or(usize::MAX).saturating_sub(3);
    let shown = |candidate: &Offered| {
        let doc = candidate.doc.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = match doc.is_empty() || width < names + ROOM || candidates.len() > lines {
            true => candidate.text.clone(),
            false => format!("{:names$}  {doc}", candidate.text),
        };
        let line = harmless::line(&line).into_owned();
        let cut = match line.chars().count() > width {
            true => line.chars().take(width.saturating_sub(1)).chain(['\u{2026}']).collect(),
            false => line,
        };
        Shown { display: cut, text: candidate.text.clone() }
    };
    candidates.iter().map(shown).collect()
}

impl Hinter for Assistant<'_> {
    type Hint = String;

    /// The end of the last line that began so; only where it can be told from what was typed.
    fn hint(&self, line: &str, at: usize, context: &Context<'_>) -> Option<String> {
        if !self.colours {
            return None;
        }
        HistoryHinter::new().hint(line, at, context)
    }
}

impl Highlighter for Assistant<'_> {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if !self.colours {
            return Cow::Borrowed(line);
        }
        if let Some(command) = line.strip_prefix(':') {
            let name = command.split_whitespace().next().unwrap_or_default();
            let known = command.starts_with(name) && COMMANDS.iter().any(|command| command.is_called(name));
            return match command.strip_prefix(name).filter(|_| known) {
                Some(rest) => Cow::Owned(format!("\x1b[1m:{name}\x1b[0m{rest}")),
                None => Cow::Borrowed(line),
            };
        }
        match self.program.try_borrow() {
            Ok(program) => Cow::Owned(colours::painted(line, program.session())),
            Err(_) => Cow::Borrowed(line),
        }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(colours::dim(hint))
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.colours && kind != CmdKind::MoveCursor
    }
}
