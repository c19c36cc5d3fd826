//! The commands of the prompt: what follows a `:`. Each is a row, of which help and completion are made.

use super::program::{Program, Switch};
use crate::assist::complete::{self, Candidate, Kind, candidate};
use crate::harmless;
use crate::session::Session;
use crate::suggest;

/// Above the names that `:help` lists.
const QUERIES: &str = "A query is a source and stages:\n  \
                         activity last 7d | group model | sum cost | top 5\n\n\
                       `let NAME = QUERY` keeps it under a name; `const` and `fn` keep values and\n\
                       functions. A line that starts with `|` goes on from the last answer. A line\n\
                       goes on in the next where it ends in `|` or a bracket is open; Alt-Enter\n\
                       starts a line anywhere. Several lines can be pasted at once. Tab shows what\n\
                       may stand here.\n";

/// What a command is called with: the program, and the query that was asked last.
pub struct Desk<'a> {
    pub program: &'a mut dyn Program,
    pub last: &'a Option<String>,
}

/// Whether the prompt goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    GoOn,
    End,
}

/// What follows the name of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    Nothing,
    Optional(&'static str),
    Needed(&'static str),
}

/// A command of the prompt.
pub struct Command {
    pub name: &'static str,
    short: &'static str,
    argument: Argument,
    pub doc: &'static str,
    /// Words that will do without the `:`.
    pub bare: &'static [&'static str],
    act: fn(Desk<'_>, &str) -> Then,
    /// What its argument may be.
    pub arguments: fn(&Session) -> Vec<Candidate>,
}

impl Command {
    const fn new(name: &'static str, argument: Argument, doc: &'static str, act: fn(Desk<'_>, &str) -> Then) -> Self {
        Self { name, short: "", argument, doc, bare: &[], act, arguments: nothing }
    }

    const fn offering(self, arguments: fn(&Session) -> Vec<Candidate>) -> Self {
        Self { arguments, ..self }
    }

    const fn also(self, short: &'static str, bare: &'static [&'static str]) -> Self {
        Self { short, bare, ..self }
    }

    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || (!self.short.is_empty() && self.short == name) || self.bare.contains(&name)
    }

    pub fn takes_a_file(&self) -> bool {
        matches!(self.argument, Argument::Optional(FILE) | Argument::Needed(FILE))
    }

    fn usage(&self) -> String {
        match self.argument {
            Argument::Nothing => format!(":{}", self.name),
            Argument::Optional(argument) => format!(":{} [{argument}]", self.name),
            Argument::Needed(argument) => format!(":{} {argument}", self.name),
        }
    }
}

/// The argument that names one.
const FILE: &str = "FILE";

/// All of them, in the order of help.
pub const COMMANDS: &[Command] = &[
    Command::new("help", Argument::Optional("NAME"), "lists what there is, or shows one of it with its examples", help)
        .offering(complete::names)
        .also("h", &["help"]),
    Command::new("sources", Argument::Nothing, "the sources, and what each has", sources),
    Command::new("columns", Argument::Optional("SOURCE"), "the columns of a source, or of the last answer", columns)
        .offering(complete::sources),
    Command::new("explain", Argument::Optional("QUERY"), "calls and steps of a query, or of the last one", explain),
    Command::new("schema", Argument::Nothing, "the columns of the last answer", schema),
    Command::new("last", Argument::Nothing, "shows the last answer again", last),
    Command::new("format", Argument::Optional("NAME"), "the format of answers from now on", format)
        .offering(complete::formats),
    Command::new("output", Argument::Optional(FILE), "adds answers to a file from now on; `-` is the screen", output),
    Command::new("save", Argument::Needed(FILE), "writes the last answer, in the format of the ending", save),
    Command::new("load", Argument::Needed(FILE), "runs a script here; what it defines stays", load),
    Command::new("set", Argument::Needed("NAME VALUE"), "gives the parameter `@NAME` a value", set).offering(params),
    Command::new("params", Argument::Nothing, "the parameters and their values", show_params),
    Command::new("time", Argument::Needed("on|off"), "tells how long each query took", time).offering(switches),
    Command::new("refresh", Argument::Nothing, "asks the last query again; answers are kept for a minute", refresh)
        .also("r", &[]),
    Command::new("demo", Argument::Optional("on|off"), "changes to the demo account, or back", demo).offering(switches),
    Command::new("quit", Argument::Nothing, "ends, as Ctrl-D does; Ctrl-C drops a line, or stops a query", quit)
        .also("q", &["quit", "exit"]),
];

/// Runs what was typed behind the `:`.
pub fn run(desk: Desk<'_>, words: &str) -> Then {
    let (name, argument) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let argument = argument.trim();
    let Some(command) = COMMANDS.iter().find(|command| command.is_called(name)) else {
        let near = suggest::nearest(name, COMMANDS.iter().map(|command| command.name));
        let help = match near.first() {
            Some(near) => format!("did you mean `:{near}`?"),
            None => "`:help` lists them".to_string(),
        };
        eprintln!("there is no command `:{}`: {help}", harmless::line(name));
        return Then::GoOn;
    };
    match (command.argument, argument.is_empty()) {
        (Argument::Nothing, false) => {
            eprintln!("`:{}` takes nothing: write it alone", command.name);
            Then::GoOn
        }
        (Argument::Needed(_), true) => {
            eprintln!("something is missing: `{}` {}", command.usage(), command.doc);
            Then::GoOn
        }
        (Argument::Nothing | Argument::Optional(_) | Argument::Needed(_), _) => (command.act)(desk, argument),
    }
}

fn nothing(_: &Session) -> Vec<Candidate> {
    Vec::new()
}

fn switches(_: &Session) -> Vec<Candidate> {
    ["on", "off"].map(|word| candidate(Kind::Value, word, "")).to_vec()
}

fn params(session: &Session) -> Vec<Candidate> {
    parameters(session).into_iter().map(|(text, doc)| Candidate { kind: Kind::Parameter, text, doc }).collect()
}

/// Names and values, by name.
fn parameters(session: &Session) -> Vec<(String, String)> {
    let shown = |(name, param): (&String, &crate::check::Param)| {
        (name.clone(), param.text.clone().unwrap_or_else(|| "a list".to_string()))
    };
    let mut all: Vec<(String, String)> = session.definitions().scope.params.iter().map(shown).collect();
    all.extend(session.given().map(|(name, value)| (name.to_string(), value.to_string())));
    all.sort();
    all.dedup_by(|a, b| a.0 == b.0);
    all
}

fn told(program: &mut dyn Program, told: super::program::Told) -> Then {
    match told {
        Ok(text) => program.show(&text),
        Err(error) => eprintln!("{}: {}", error.message, error.help.unwrap_or_default()),
    }
    Then::GoOn
}

fn help(desk: Desk<'_>, name: &str) -> Then {
    let name = name.strip_prefix(':').unwrap_or(name);
    let one = COMMANDS.iter().find(|command| !name.is_empty() && command.name == name);
    let shown = match (name, desk.program.help(Some(name).filter(|name| !name.is_empty()))) {
        ("", all) => all.map(|names| {
            let rows: Vec<(String, String)> =
                COMMANDS.iter().map(|command| (command.usage(), command.doc.to_string())).collect();
            format!("{QUERIES}\n{names}\n{}", desk.program.listed(&rows))
        }),
        // A name of the language comes first.
        (_, Ok(page)) => Ok(page),
        (_, Err(error)) => match one {
            Some(command) => Ok(format!("{}  {}\n", command.usage(), command.doc)),
            None => Err(error),
        },
    };
    told(desk.program, shown)
}

fn sources(desk: Desk<'_>, _: &str) -> Then {
    let sources = desk.program.session().catalog().sources;
    let rows: Vec<(String, String)> = sources.iter().map(|def| (def.name.to_string(), def.doc.to_string())).collect();
    let text = desk.program.listed(&rows);
    desk.program.show(&text);
    Then::GoOn
}

fn columns(desk: Desk<'_>, source: &str) -> Then {
    if source.is_empty() {
        return schema(desk, source);
    }
    let schema = match desk.program.session().catalog().source(source) {
        Some(def) => Some(def.schema()),
        None => desk.program.session().columns_at_the_end(source),
    };
    match schema {
        Some(schema) => {
            let text = desk.program.columns(source, &schema);
            desk.program.show(&text);
        }
        None => {
            let near = suggest::nearest(source, desk.program.session().catalog().sources.iter().map(|def| def.name));
            let help = match near.first() {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`:sources` lists them".to_string(),
            };
            eprintln!("there is no source `{}`: {help}", harmless::line(source));
        }
    }
    Then::GoOn
}

fn explain(desk: Desk<'_>, query: &str) -> Then {
    let query = match (query, desk.last) {
        ("", Some(last)) => last.clone(),
        ("", None) => {
            nothing_yet(":explain");
            return Then::GoOn;
        }
        (query, _) => query.to_string(),
    };
    match desk.program.session().explain(&query) {
        Ok(explanations) => desk.program.show(&explanations.join("\n")),
        Err(errors) => desk.program.report(&query, &errors),
    }
    Then::GoOn
}

fn schema(desk: Desk<'_>, _: &str) -> Then {
    match desk.program.session().last_schema().cloned() {
        Some(schema) => {
            let text = desk.program.columns("the last answer", &schema);
            desk.program.show(&text);
        }
        None => nothing_yet(":schema"),
    }
    Then::GoOn
}

fn last(desk: Desk<'_>, _: &str) -> Then {
    if !desk.program.print_last() {
        nothing_yet(":last");
    }
    Then::GoOn
}

fn format(desk: Desk<'_>, name: &str) -> Then {
    let format = desk.program.format(given(name));
    told(desk.program, format)
}

fn output(desk: Desk<'_>, path: &str) -> Then {
    let output = desk.program.output(given(path));
    told(desk.program, output)
}

fn save(desk: Desk<'_>, path: &str) -> Then {
    if desk.program.session().last_schema().is_none() {
        nothing_yet(":save");
    } else {
        desk.program.save(path);
    }
    Then::GoOn
}

fn load(desk: Desk<'_>, path: &str) -> Then {
    desk.program.load(path);
    Then::GoOn
}

fn set(desk: Desk<'_>, words: &str) -> Then {
    let Some((name, value)) = words.split_once(char::is_whitespace) else {
        eprintln!("a value is missing: write `:set {} VALUE`", harmless::line(words));
        return Then::GoOn;
    };
    if let Err(errors) = desk.program.session_mut().set(name.trim_start_matches('@'), value.trim()) {
        desk.program.report("", &errors);
    }
    Then::GoOn
}

fn show_params(desk: Desk<'_>, _: &str) -> Then {
    let rows = parameters(desk.program.session());
    let text = match rows.is_empty() {
        true => "there are none: `:set NAME VALUE` gives `@NAME` a value\n".to_string(),
        false => desk.program.listed(&rows),
    };
    desk.program.show(&text);
    Then::GoOn
}

fn time(desk: Desk<'_>, word: &str) -> Then {
    if let Some(switch) = switch(word) {
        desk.program.time(switch);
    }
    Then::GoOn
}

fn refresh(desk: Desk<'_>, _: &str) -> Then {
    match desk.last {
        Some(query) => {
            desk.program.session().refresh();
            desk.program.ask(query);
        }
        None => nothing_yet(super::REFRESH),
    }
    Then::GoOn
}

fn demo(desk: Desk<'_>, word: &str) -> Then {
    let wanted = if word.is_empty() { None } else { switch(word) };
    if word.is_empty() || wanted.is_some() {
        let account = desk.program.demo(wanted);
        return told(desk.program, account);
    }
    Then::GoOn
}

fn quit(_: Desk<'_>, _: &str) -> Then {
    Then::End
}

fn given(argument: &str) -> Option<&str> {
    Some(argument).filter(|argument| !argument.is_empty())
}

fn switch(word: &str) -> Option<Switch> {
    match word {
        "on" => Some(Switch::On),
        "off" => Some(Switch::Off),
        _ => {
            eprintln!("`{}` is neither `on` nor `off`", harmless::line(word));
            None
        }
    }
}

fn nothing_yet(command: &str) {
    eprintln!("nothing has been asked yet; {command} looks at the last query");
}
