//! `orq completions SHELL`: what a shell offers behind `orq`, with the names of the catalog where they may stand.

use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory as _};
use clap_complete::Shell;

use super::arguments::Arguments;
use crate::session::CATALOG;

/// The script that a shell reads.
pub fn script(shell: Shell) -> String {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut command(), "orq", &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The command line as shells are to know it: a query starts with a source, which stands where a command may.
fn command() -> Command {
    let sources = CATALOG.sources.iter().map(|def| Command::new(def.name).about(def.doc).disable_help_flag(true));
    let formats: Vec<&str> = CATALOG.formats.iter().map(|def| def.name).collect();
    // `orq help` knows no sources; `--help` is offered everywhere.
    let command = Arguments::command().disable_help_subcommand(true).mut_arg("format", |argument| {
        argument.value_parser(PossibleValuesParser::new(formats)).hide_possible_values(false)
    });
    command
        .mut_subcommand("describe", |describe| describe.mut_arg("name", |name| name.value_parser(names())))
        .subcommands(sources)
}

/// All that `describe` knows.
fn names() -> PossibleValuesParser {
    let mut names: Vec<&str> = CATALOG.sources.iter().map(|def| def.name).collect();
    names.extend(CATALOG.verbs.iter().map(|def| def.name));
    names.extend(CATALOG.all_functions().map(|def| def.name));
    names.extend(CATALOG.formats.iter().map(|def| def.name));
    names.sort_unstable();
    names.dedup();
    PossibleValuesParser::new(names)
}
