//! The prompt: a line editor with history, lines that go on, and a few commands of its own.

mod history;

use rustyline::config::Configurer as _;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Completer, Editor, Helper, Highlighter, Hinter};

use crate::diagnostics::{Diagnostic, Exit};
use crate::session::Session;
use crate::syntax;

const GREETING: &str = "orq: a query a line, as in  activity last 7d | group model | sum cost | top 5\n\
                        :help lists everything, :help NAME shows one, :quit (or Ctrl-D) ends";

/// What a line is answered with.
pub type Answer<'a> = &'a mut dyn FnMut(&mut Session, &str);

/// What `:help` shows, of all or of one name.
pub type Help<'a> = &'a dyn Fn(Option<&str>) -> Result<String, Diagnostic>;

/// Knows whether a query goes on in the next line.
#[derive(Completer, Helper, Highlighter, Hinter)]
struct Lines;

impl Validator for Lines {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let input = context.input();
        let command = input.trim_start().starts_with(':');
        let complete = command || syntax::is_complete(input);
        Ok(if complete { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

/// Reads and answers until the end of input.
pub fn run(session: &mut Session, answer: Answer<'_>, help: Help<'_>) -> Exit {
    let editor: rustyline::Result<Editor<Lines, DefaultHistory>> = Editor::new();
    let mut editor = match editor {
        Ok(editor) => editor,
        Err(error) => {
            eprintln!("the prompt cannot be started: {error}");
            return Exit::Internal;
        }
    };
    editor.set_helper(Some(Lines));
    editor.set_auto_add_history(false);
    let kept = history::file();
    if let Some(path) = &kept {
        // The first start has no history.
        let _ = editor.load_history(path);
    }
    println!("{GREETING}");
    loop {
        match editor.readline("orq> ") {
            Ok(line) => {
                if history::may_keep(&line) && editor.add_history_entry(line.trim()).unwrap_or(false) {
                    history::save(&mut editor, kept.as_deref());
                }
                if !answered(&line, session, answer, help) {
                    return Exit::Fine;
                }
            }
            // Ctrl-C drops the line, as in a shell.
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Exit::Fine,
            Err(error) => {
                eprintln!("the prompt ended: {error}");
                return Exit::Internal;
            }
        }
    }
}

/// Answers a line; false where it ends the prompt.
fn answered(line: &str, session: &mut Session, answer: Answer<'_>, help: Help<'_>) -> bool {
    let line = line.trim();
    let Some(command) = line.strip_prefix(':') else {
        if !line.is_empty() {
            answer(session, line);
        }
        return true;
    };
    match command.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["q" | "quit" | "exit"] => return false,
        ["h" | "help"] => show(help(None)),
        ["h" | "help", name] => show(help(Some(name))),
        _ => eprintln!("there is no command `:{command}`; :help and :quit are all"),
    }
    true
}

fn show(text: Result<String, Diagnostic>) {
    match text {
        Ok(text) => print!("{text}"),
        Err(error) => eprintln!("{}: {}", error.message, error.help.unwrap_or_default()),
    }
}
