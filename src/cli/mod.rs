//! The command line: arguments in, bytes out, an exit code at the end.

mod arguments;
mod beside;
mod commands;
mod completions;
mod describe;
mod doctor;
mod fmt;
mod fold;
mod help;
mod init;
mod keys;
mod ledger;
mod lsp;
mod man;
mod many;
mod mcp;
mod output;
mod probe;
mod programs;
mod progress;
mod prompt;
mod recording;
mod reference;
mod report;
mod sandbox;
mod script_flags;
mod script_help;
mod shorten;
mod snapshot;
mod start;
mod test;
mod textmate;

use clap::{CommandFactory as _, Parser as _};

use crate::diagnostics::{Code, Diagnostic, Exit};
use arguments::{Arguments, Errors};
use output::Place;

pub use reference::reference;
pub use textmate::grammar as textmate_grammar;

/// The commands of the program, those inside of others by both words.
pub fn commands() -> Vec<String> {
    let mut names = Vec::new();
    for command in Arguments::command().get_subcommands() {
        let name = command.get_name();
        names.extend(command.get_subcommands().map(|inner| format!("{name} {}", inner.get_name())));
        if !command.has_subcommands() {
            names.push(name.to_string());
        }
    }
    names
}

/// An expression may be a thousand operators deep; the stack of the main thread is not for that.
const STACK: usize = 256 << 20;

/// The whole program.
pub fn main() -> Exit {
    let run = std::thread::Builder::new().stack_size(STACK).spawn(run);
    match run.map(std::thread::JoinHandle::join) {
        Ok(Ok(exit)) => exit,
        // A panic has printed what it knows.
        Ok(Err(_)) | Err(_) => Exit::Internal,
    }
}

fn run() -> Exit {
    match Arguments::try_parse_from(script_flags::rewritten(std::env::args_os())) {
        Ok(arguments) => commands::run(arguments),
        Err(error) if !error.use_stderr() => {
            // Help and version are data.
            Place::stdout(arguments::Color::Auto, Errors::Human).print(&error.render().to_string())
        }
        Err(error) => usage(&error),
    }
}

/// A command line that clap refused.
fn usage(error: &clap::Error) -> Exit {
    let text = error.render().to_string();
    let mut lines = text.trim_start_matches("error: ").lines();
    let message = lines.next().unwrap_or_default().to_string();
    let rest: Vec<&str> = lines.map(str::trim).filter(|line| !line.is_empty()).collect();
    let diagnostic = Diagnostic::error(Code::E0801, message).help(rest.join("\n"));
    // What is no Unicode is refused too, and must not end in a panic here.
    let words = || std::env::args_os();
    let wants_json = words().any(|word| word == "--errors=json" || word == "--json")
        || words().zip(words().skip(1)).any(|(a, b)| a == "--errors" && b == "json");
    let errors = if wants_json { Errors::Json } else { Errors::Human };
    output::report(&[diagnostic], "", "", errors, arguments::Color::Auto);
    Exit::Usage
}
