//! The prompt: a line editor that knows the language, lines that go on, and a few commands of its own.
//!
//! | room | what it holds |
//! |---|---|
//! | `commands` | what follows a `:`, as rows |
//! | `program` | what runs and prints for the prompt |
//! | `editor` | what the line editor asks while a line is typed |
//! | `colours` | the colours of a text |
//! | `complete` | what the Tab key offers |
//! | `pager` | text that is longer than the screen |
//! | `history` | lines that were typed, kept |
//! | `plain` | a terminal without a cursor to move |

mod colours;
pub mod commands;
pub mod complete;
mod editor;
mod history;
pub mod pager;
mod plain;
pub mod program;

use std::cell::RefCell;

pub use history::directory as history_directory;

use rustyline::completion::FilenameCompleter;
use rustyline::config::Configurer as _;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{Cmd, ColorMode, CompletionType, Config, Editor, KeyEvent};

use crate::assist::values::Values;
use crate::diagnostics::Exit;
use crate::session::Output;
use crate::syntax;
use commands::{COMMANDS, Desk, Then};
use editor::{Assistant, Shared};
use program::Program;

const PROMPT: &str = "orq> ";

const GREETING: &str = "orq: a query a line, as in\n  \
                          credits\n  \
                          activity last 7d | group model | sum cost | top 5\n  \
                          | sort model\n";

const LAST_LINE: &str = "Tab completes, :help lists what there is, :quit or Ctrl-D ends";

/// How an answer is asked for anew, for those who say that one was kept.
pub const REFRESH: &str = ":refresh";

/// More candidates than this are listed only after a question.
const LISTED: usize = 200;

/// Whether an input can be answered; else it goes on in the next line. An empty line ends it, whatever is open.
fn is_complete(input: &str) -> bool {
    let ended = input.rsplit_once('\n').is_some_and(|(_, last)| last.trim().is_empty());
    ended || input.trim_start().starts_with(':') || syntax::is_complete(input)
}

/// Where lines come from.
enum Reader<'a> {
    Editor(Box<Editor<Assistant<'a>, DefaultHistory>>),
    Plain(plain::Lines),
}

impl<'a> Reader<'a> {
    fn new(assistant: Assistant<'a>) -> rustyline::Result<Self> {
        if plain::is_plain() {
            return Ok(Self::Plain(plain::Lines::new()?));
        }
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .completion_prompt_limit(LISTED)
            .completion_show_all_if_ambiguous(true)
            .color_mode(if assistant.colours { ColorMode::Enabled } else { ColorMode::Disabled })
            .build();
        let mut editor = Editor::with_config(config)?;
        editor.set_helper(Some(assistant));
        editor.set_auto_add_history(false);
        editor.set_max_history_size(history::LENGTH)?;
        editor.bind_sequence(KeyEvent::alt('\r'), Cmd::Newline);
        history::load(&mut editor);
        Ok(Self::Editor(Box::new(editor)))
    }

    /// The next input, kept in the history where there is one.
    fn read(&mut self) -> rustyline::Result<String> {
        match self {
            Self::Plain(lines) => lines.readline(PROMPT),
            Self::Editor(editor) => {
                let line = editor.readline(PROMPT)?;
                history::keep(editor, &line);
                Ok(line)
            }
        }
    }
}

/// Reads and answers until the end of input.
pub fn run(program: &mut dyn Program) -> Exit {
    let values = RefCell::new(program.kept_names().as_ref().map(Values::from_json).unwrap_or_default());
    let (colours, configured) = (program.has_colours(), program.configured());
    let program: Shared<'_> = RefCell::new(program);
    let mut reader =
        match Reader::new(Assistant { program: &program, values: &values, colours, files: FilenameCompleter::new() }) {
            Ok(reader) => reader,
            Err(error) => {
                eprintln!("the prompt cannot be started: {error}");
                return Exit::Internal;
            }
        };
    println!("{GREETING}{configured}\n{LAST_LINE}");
    let mut last = None;
    loop {
        match reader.read() {
            Ok(line) => {
                if answered(&line, &mut last, *program.borrow_mut()) == Then::End {
                    return Exit::Fine;
                }
                learn(*program.borrow_mut(), &mut values.borrow_mut());
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

/// Answers a line. The `last` query is kept, to be asked again.
fn answered(line: &str, last: &mut Option<String>, program: &mut dyn Program) -> Then {
    let line = line.trim();
    // What everybody types first, unless a `let` has that name.
    let bare = COMMANDS.iter().any(|command| command.bare.contains(&line))
        && !program.session().lets().any(|(name, _)| name == line);
    if let Some(words) = line.strip_prefix(':').or(bare.then_some(line)) {
        return commands::run(Desk { program, last }, words);
    }
    if !line.is_empty() {
        *last = Some(line.to_string());
        program.ask(line);
    }
    Then::GoOn
}

/// Notes the names that the last answer shows.
fn learn(program: &mut dyn Program, values: &mut Values) {
    if let Ok(Some(Output::Table { answer, .. })) = program.session().last()
        && values.learn(&answer.frame)
    {
        program.keep_names(&values.to_json());
    }
}
