//! The prompt: a line editor with history, lines that go on, and a few commands of its own.

mod history;
mod plain;

pub use history::directory as history_directory;

use rustyline::config::Configurer as _;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Cmd, Completer, Editor, Helper, Highlighter, Hinter, KeyEvent};

use crate::diagnostics::{Diagnostic, Exit};
use crate::session::Session;
use crate::{harmless, syntax};

const PROMPT: &str = "orq> ";

const GREETING: &str = "orq: a query a line, as in  activity last 7d | group model | sum cost | top 5\n\
                        :help lists what there is, :help NAME shows one, :quit or Ctrl-D ends";

/// Above the names that `:help` lists.
const QUERIES: &str = "A query is a source and stages:\n  \
                         activity last 7d | group model | sum cost | top 5\n\n\
                       `let NAME = QUERY` keeps it under a name; `const` and `fn` keep values and\n\
                       functions. A line goes on in the next where it ends in `|` or a bracket is\n\
                       open; Alt-Enter starts a line anywhere. Several lines can be pasted at once.\n";

/// What a command does.
#[derive(Clone, Copy)]
enum Act {
    Help,
    Refresh,
    Quit,
}

/// A command of the prompt: what follows a `:`.
struct Command {
    name: &'static str,
    short: &'static str,
    /// Besides what follows its name.
    argument: &'static str,
    doc: &'static str,
    /// Words that will do without the `:`.
    bare: &'static [&'static str],
    act: Act,
}

/// All of them, in the order of help.
const COMMANDS: &[Command] = &[
    Command {
        name: "help",
        short: "h",
        argument: "NAME",
        doc: "shows one of these with its columns and examples",
        bare: &["help"],
        act: Act::Help,
    },
    Command {
        name: "refresh",
        short: "r",
        argument: "",
        doc: "asks the last query again; answers are kept for a minute",
        bare: &[],
        act: Act::Refresh,
    },
    Command {
        name: "quit",
        short: "q",
        argument: "",
        doc: "ends, as Ctrl-D does; Ctrl-C drops a line, or stops a query",
        bare: &["quit", "exit"],
        act: Act::Quit,
    },
];

/// How an answer is asked for anew, for those who say that one was kept.
pub const REFRESH: &str = ":refresh";

/// What a line is answered with.
pub type Answer<'a> = &'a mut dyn FnMut(&mut Session, &str);

/// What `:help` shows, of all or of one name.
pub type Help<'a> = &'a dyn Fn(Option<&str>) -> Result<String, Diagnostic>;

/// Knows whether a query goes on in the next line.
#[derive(Completer, Helper, Highlighter, Hinter)]
struct Lines;

impl Validator for Lines {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let complete = is_complete(context.input());
        Ok(if complete { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

/// Whether an input can be answered; else it goes on in the next line. An empty line ends it, whatever is open.
fn is_complete(input: &str) -> bool {
    let ended = input.rsplit_once('\n').is_some_and(|(_, last)| last.trim().is_empty());
    ended || input.trim_start().starts_with(':') || syntax::is_complete(input)
}

/// Where lines come from.
enum Reader {
    Editor(Box<Editor<Lines, DefaultHistory>>),
    Plain(plain::Lines),
}

impl Reader {
    fn new() -> rustyline::Result<Self> {
        if plain::is_plain() {
            return Ok(Self::Plain(plain::Lines::new()?));
        }
        let mut editor: Editor<Lines, DefaultHistory> = Editor::new()?;
        editor.set_helper(Some(Lines));
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
pub fn run(session: &mut Session, answer: Answer<'_>, help: Help<'_>) -> Exit {
    let mut reader = match Reader::new() {
        Ok(reader) => reader,
        Err(error) => {
            eprintln!("the prompt cannot be started: {error}");
            return Exit::Internal;
        }
    };
    println!("{GREETING}");
    let mut last = None;
    loop {
        match reader.read() {
            Ok(line) => {
                if !answered(&line, &mut last, session, answer, help) {
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

/// Answers a line; false where it ends the prompt. The `last` query is kept, to be asked again.
fn answered(line: &str, last: &mut Option<String>, session: &mut Session, answer: Answer<'_>, help: Help<'_>) -> bool {
    let line = line.trim();
    // What everybody types first, unless a `let` has that name.
    let bare =
        COMMANDS.iter().any(|command| command.bare.contains(&line)) && !session.lets().any(|(name, _)| name == line);
    let Some(words) = line.strip_prefix(':').or(bare.then_some(line)) else {
        if !line.is_empty() {
            *last = Some(line.to_string());
            answer(session, line);
        }
        return true;
    };
    let mut parts = words.split_whitespace();
    let (name, arguments) = (parts.next().unwrap_or_default(), parts.collect::<Vec<_>>());
    let called = |command: &&Command| command.name == name || command.short == name || command.bare.contains(&name);
    match (COMMANDS.iter().find(called).map(|command| command.act), arguments.as_slice()) {
        (Some(Act::Quit), []) => return false,
        (Some(Act::Help), []) => show(help(None).map(|names| format!("{QUERIES}\n{names}\n{}", commands()))),
        (Some(Act::Help), [name]) => show(help(Some(name))),
        (Some(Act::Refresh), []) => match last {
            Some(query) => {
                session.refresh();
                answer(session, query);
            }
            None => eprintln!("nothing has been asked yet; {REFRESH} asks the last query again"),
        },
        (Some(Act::Help | Act::Refresh | Act::Quit) | None, _) => {
            let names: Vec<String> = COMMANDS.iter().map(|command| format!(":{}", command.name)).collect();
            eprintln!("there is no command `:{}`; there are {}", harmless::line(words), names.join(", "));
        }
    }
    true
}

/// The commands as help shows them, below the names.
fn commands() -> String {
    let usage = |command: &Command| format!(":{} {}", command.name, command.argument);
    let width = COMMANDS.iter().map(|command| usage(command).len()).max().unwrap_or_default();
    COMMANDS.iter().map(|command| format!("{:width$}  {}\n", usage(command), command.doc)).collect()
}

fn show(text: Result<String, Diagnostic>) {
    match text {
        Ok(text) => print!("{text}"),
        Err(error) => eprintln!("{}: {}", error.message, error.help.unwrap_or_default()),
    }
}
