//! `orq man`: all of the command line as a man page, with exit codes, the environment and files.

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use super::arguments::Arguments;
use super::help::TO_TRY;
use crate::diagnostics::Exit;
use crate::model::request::KeyKind;
use crate::net::variable;

/// The variables that are heeded, and what they say.
const ENVIRONMENT: &[(&str, &str)] = &[
    (variable(KeyKind::Management), "A management key; it comes before any profile or file."),
    (variable(KeyKind::Api), "An API key."),
    ("ORQ_CONFIG_DIR", "The directory of config.toml."),
    ("ORQ_CACHE_DIR", "The directory for what the API said and can be asked for again."),
    ("ORQ_DATA_DIR", "The directory of the ledger, which keeps what the API forgets."),
    ("ORQ_NOW", "The instant that is taken for now, as --now has it."),
    ("NO_COLOR", "No colours, where it is set to anything."),
    ("HTTPS_PROXY", "The proxy to the API; never for this machine."),
];

/// Where things are, on Linux.
const FILES: &[(&str, &str)] = &[
    ("~/.config/orq/config.toml", "Profiles: the commands and files that give keys. \"orq init\" writes a first one."),
    ("~/.cache/orq", "What the API said that it has, asked for anew each day."),
    ("~/.local/share/orq/ledger", "What \"orq sync\" keeps, by account."),
    ("~/.local/state/orq/history", "The lines of the prompt; none with a key in it."),
    ("./.env, ~/.openclaw/.env", "Lines that set a key; all others in them are passed over."),
];

/// The page, as `man` reads it. Nothing is written but to memory, so that an error means there is no page.
pub fn page() -> std::io::Result<String> {
    // Above the options a page has room for itself.
    let command = Arguments::command().before_help("").after_help("");
    let man = Man::new(command.clone()).manual("orq");
    let mut bytes = Vec::new();
    man.render_title(&mut bytes)?;
    man.render_name_section(&mut bytes)?;
    bytes.extend(synopsis().to_roff().into_bytes());
    bytes.extend(description().to_roff().into_bytes());
    bytes.extend(commands(&command).to_roff().into_bytes());
    man.render_options_section(&mut bytes)?;
    bytes.extend(
        list("EXIT STATUS", Exit::ALL.iter().map(|exit| ((*exit as u8).to_string(), exit.meaning()))).into_bytes(),
    );
    bytes.extend(list("ENVIRONMENT", ENVIRONMENT.iter().copied()).into_bytes());
    bytes.extend(list("FILES", FILES.iter().copied()).into_bytes());
    bytes.extend(examples().to_roff().into_bytes());
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn synopsis() -> Roff {
    let mut page = Roff::new();
    page.control("SH", ["SYNOPSIS"]);
    for rest in [" [OPTIONS] QUERY", " [OPTIONS] COMMAND …", " [OPTIONS]"] {
        page.text([bold("orq"), roman(rest)]).control("br", []);
    }
    page
}

fn description() -> Roff {
    let mut page = Roff::new();
    page.control("SH", ["DESCRIPTION"]);
    page.text([roman(
        "orq answers questions about OpenRouter usage: what was spent, by which model, provider or key, and what became \
         of a request. A query is a source and stages, each a verb and its arguments; plain words need no quotes, a | \
         does. Without a query it is a prompt, or it runs the script that comes in on standard input.",
    )]);
    page.control("PP", []);
    page.text([bold("orq describe"), roman(" lists the sources, verbs, functions and formats of the language.")]);
    page
}

/// Each command with its own options; those of all commands stand once.
fn commands(command: &Command) -> Roff {
    let mut page = Roff::new();
    page.control("SH", ["COMMANDS"]);
    for command in command.get_subcommands() {
        one(&mut page, command, "");
    }
    page
}

fn one(page: &mut Roff, command: &Command, before: &str) {
    let name = format!("{before}{}", command.get_name());
    if command.has_subcommands() {
        for inner in command.get_subcommands() {
            one(page, inner, &format!("{name} "));
        }
        return;
    }
    let mut words: Vec<Inline> = vec![bold(format!("orq {name}"))];
    for argument in command.get_positionals() {
        let values = argument.get_value_names().unwrap_or_default();
        words.push(roman(values.iter().map(|value| format!(" {value}")).collect::<String>()));
    }
    page.control("TP", []).text(words);
    page.text([roman(format!("{}.", command.get_about().map(ToString::to_string).unwrap_or_default()))]);
    for argument in command.get_opts().filter(|argument| !argument.is_hide_set() && !argument.is_global_set()) {
        let short = argument.get_short().map(|short| format!("-{short}"));
        let long = argument.get_long().map(|long| format!("--{long}"));
        let names: Vec<String> = short.into_iter().chain(long).collect();
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        page.control("br", []).text([bold(names.join(", ")), roman(format!(": {help}."))]);
    }
}

/// A section of names and what they mean.
fn list(title: &str, rows: impl Iterator<Item = (impl Into<String>, &'static str)>) -> String {
    let mut page = Roff::new();
    page.control("SH", [title]);
    for (name, meaning) in rows {
        page.control("TP", []).text([bold(name.into())]).text([roman(meaning)]);
    }
    page.to_roff()
}

fn examples() -> Roff {
    let mut page = Roff::new();
    page.control("SH", ["EXAMPLES"]).control("nf", []);
    for query in TO_TRY {
        page.text([roman(*query)]);
    }
    page.control("fi", []);
    page
}
