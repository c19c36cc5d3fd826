//! The commands: each takes its arguments, calls the session, and prints.

use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use tokio::runtime::Runtime;

use super::arguments::{Arguments, Command, DemoCommand, Described, Errors, Options, Reports, Text};
use super::many::{self, Headings, Named, Plans};
use super::output::{Place, report};
use super::progress::Progress;
use super::recording::RecordFlags;
use super::shorten::{Shortened, shortened};
use super::start::{self, Started};
use super::{
    completions, describe, doctor, fmt, fold, init, ledger, lsp, man, mcp, programs, prompt, recording, reference,
    report as spent, sandbox, script_help, test, textmate,
};
use crate::check::Purpose;
use crate::diagnostics::{Code, Diagnostic, Exit, exit_of};
use crate::exec::{Places, StandardInput};
use crate::harmless;
use crate::model::catalog::{FormatDef, Pictures, Render, Titled, Unrenderable};
use crate::session::{CATALOG, Clock, Interrupts, Outcome, Output, RunOptions, Session};
use crate::suggest;

/// A query and where it came from.
pub struct Query {
    pub text: String,
    pub name: String,
    pub places: Places,
    /// Where it was read from, if from a file.
    pub file: Option<PathBuf>,
    /// What its `-` stands for.
    pub input: StandardInput,
}

impl Query {
    /// A script that orq brings along; it reads and writes no files.
    pub fn compiled_in(text: &str, name: &str) -> Self {
        Self { name: name.to_string(), input: StandardInput::Taken, ..typed(text.to_string()) }
    }
}

pub fn run(arguments: Arguments) -> Exit {
    let options = for_programs(arguments.options, arguments.command.as_ref());
    let done = dispatch(arguments.command, &arguments.query, &arguments.recording, options.clone());
    done.unwrap_or_else(|error| {
        report(std::slice::from_ref(&error), "", "", options.errors, options.color);
        error.code.exit()
    })
}

fn dispatch(
    command: Option<Command>,
    words: &[String],
    recording: &RecordFlags,
    options: Options,
) -> Result<Exit, Diagnostic> {
    let runs = match &command {
        None => !words.is_empty() || !std::io::stdin().is_terminal(),
        Some(command) => matches!(command, Command::Run { .. } | Command::Report { .. }),
    };
    if recording.are_given() && !runs {
        return Err(Diagnostic::error(Code::E0801, "a recording is of one query or script").help(
            "write the query behind the flag, as in `orq --record DIR 'credits'`; `orq test --record` is for scripts",
        ));
    }
    let options = recording.clone().applied(&options)?;
    match command {
        None if words.is_empty() && std::io::stdin().is_terminal() => Ok(prompt::interactive(&options)),
        None if words.is_empty() => standard_input().and_then(|query| execute(&query, &options)),
        None => command_or_query(words).and_then(|query| execute(&query, &options)),
        Some(Command::Run { text, script_help: true, .. }) => help_of_scripts(text, &options),
        Some(Command::Run { text, recording: own, reports, script_help: false }) => {
            run_texts(text, &reports, &own.or(recording).applied(&options)?)
        }
        Some(Command::Check { text, json, github }) => check_texts(text, json, github, &options),
        Some(Command::Fmt { text, check }) => fmt::run(text, check, &options),
        Some(Command::Explain { text, json }) => explain(text, json, &options),
        Some(Command::Describe { name, form }) => describe_command(name.as_deref(), &form, &options),
        Some(Command::Report { range, recording: own }) => spent::run(range, &own.or(recording).applied(&options)?),
        Some(Command::Test(flags)) => test::run(&flags, &options),
        Some(Command::Sync { since, dry_run }) => {
            let work = if dry_run { ledger::Work::Tell } else { ledger::Work::Fetch };
            ledger::sync(ledger::Wanted { since, work }, &options)
        }
        Some(Command::Ledger { command }) => ledger::run(command, &options),
        Some(Command::Init) => init::run(&options),
        Some(Command::Doctor) => doctor::run(&options),
        Some(Command::Completions { shell }) => {
            Ok(Place::stdout(options.color, options.errors).print(&completions::script(shell)))
        }
        Some(Command::Mcp) => mcp::run(&options),
        Some(Command::Lsp) => lsp::run(&options),
        Some(Command::Man) => man_page(&options),
        Some(Command::Demo { command: DemoCommand::Serve { port } }) => serve(port, &options),
    }
}

/// `orq run FILE --help`, of each script.
fn help_of_scripts(text: Text, options: &Options) -> Result<Exit, Diagnostic> {
    let queries = match many::named(&text) {
        Named::Text | Named::File => vec![query(text, options)?],
        Named::Many => {
            let scripts = many::scripts(&text.words, options)?;
            scripts.iter().map(|path| script(path, options)).collect::<Result<_, _>>()?
        }
    };
    let pages: Vec<String> = queries.iter().map(|query| script_help::page(&query.text, &query.name)).collect();
    Ok(Place::stdout(options.color, options.errors).print(&pages.join("\n")))
}

fn run_texts(text: Text, reports: &Reports, options: &Options) -> Result<Exit, Diagnostic> {
    let reported = reports.junit.is_some() || reports.github;
    match many::named(&text) {
        Named::Many => many::run(&text.words, reports, false, options),
        Named::File if reported => many::run(&text.words, reports, true, options),
        Named::Text if reported => Err(unreported()),
        Named::Text | Named::File => execute(&query(text, options)?, options),
    }
}

fn check_texts(text: Text, json: bool, github: bool, options: &Options) -> Result<Exit, Diagnostic> {
    let plans = if json { Plans::Told } else { Plans::Untold };
    match many::named(&text) {
        Named::Many => many::check(many::scripts(&text.words, options)?, plans, github, Headings::OfTold, options),
        Named::File if github => many::check(text.words, plans, github, Headings::None, options),
        Named::Text if github => Err(unreported()),
        Named::Text | Named::File => {
            looked_at(&text)?;
            check(&query(text, options)?, json, options)
        }
    }
}

fn unreported() -> Diagnostic {
    Diagnostic::error(Code::E0801, "a report tells of files, and no file is named").help("name a file or a directory")
}

/// A line that a person typed.
fn typed(text: String) -> Query {
    Query { text, name: "query".to_string(), places: Places::Anywhere, input: StandardInput::free(), file: None }
}

/// The query of a command line; a command that is misspelled is no query.
fn command_or_query(words: &[String]) -> Result<Query, Diagnostic> {
    let query = typed(words.join(" "));
    let word = query.text.split_whitespace().next().unwrap_or_default();
    let sources = CATALOG.sources.iter().map(|def| def.name);
    let known = CATALOG.source(word).is_some() || CATALOG.verb(word).is_some() || CATALOG.function(word).is_some();
    if known || !suggest::nearest(word, sources).is_empty() {
        return Ok(query);
    }
    let names: Vec<String> =
        Arguments::command().get_subcommands().map(|command| command.get_name().to_string()).collect();
    // `explain` starts a statement too.
    if names.iter().any(|name| name == word) {
        return Ok(query);
    }
    let near = suggest::nearest(word, names.iter().map(String::as_str));
    match near.first() {
        None => Ok(query),
        Some(name) => {
            let error = Diagnostic::error(Code::E0801, format!("there is no command `{}`", harmless::line(word)));
            let error = error.help(format!("did you mean `orq {name}`?"));
            Err(Diagnostic { candidates: near, ..error })
        }
    }
}

/// An existing path, `-`, or query text.
pub fn query(text: Text, options: &Options) -> Result<Query, Diagnostic> {
    if let Some(query) = text.query {
        return Ok(typed(query));
    }
    match text.words.as_slice() {
        [] if std::io::stdin().is_terminal() => Err(Diagnostic::error(Code::E0801, "a file or a query is missing")
            .help("name a file, `-` for standard input, or write a query in quotes")),
        [] => standard_input(),
        [dash] if dash == "-" => standard_input(),
        [path] if Path::new(path).exists() || looks_like_a_file(path) => script(path, options),
        words => Ok(typed(words.join(" "))),
    }
}

/// What is only looked at may have come from anywhere: nothing that a pipe or a device does is set off.
fn looked_at(text: &Text) -> Result<(), Diagnostic> {
    match text.words.as_slice() {
        [path] if path != "-" => regular(path),
        _ => Ok(()),
    }
}

/// Whatever stands at a path, if anything, is a file.
pub fn regular(path: &str) -> Result<(), Diagnostic> {
    if Path::new(path).exists() && !Path::new(path).is_file() {
        return Err(Diagnostic::error(Code::E0701, format!("{} is not a regular file", harmless::line(path)))
            .help("name a text file, or `-` for standard input"));
    }
    Ok(())
}

pub fn looks_like_a_file(text: &str) -> bool {
    text.ends_with(".orq") && !text.contains([' ', '|'])
}

fn standard_input() -> Result<Query, Diagnostic> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| unreadable("standard input", &error))?;
    Ok(Query {
        text,
        name: "standard input".to_string(),
        places: below_here()?,
        input: StandardInput::Taken,
        file: None,
    })
}

pub fn script(path: &str, options: &Options) -> Result<Query, Diagnostic> {
    let text = sandbox::text(path, options)?;
    Ok(Query {
        text,
        name: path.to_string(),
        places: below_here()?,
        input: StandardInput::free(),
        file: Some(PathBuf::from(path)),
    })
}

pub fn below_here() -> Result<Places, Diagnostic> {
    let here = std::env::current_dir().map_err(|error| unreadable("the working directory", &error))?;
    Ok(Places::Below(here))
}

pub fn unreadable(name: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(Code::E0701, format!("{} cannot be read: {error}", harmless::line(name)))
        .help("name a text file that exists, or write the query in quotes")
}

/// The format of `-f`, of `as`, or the default.
pub fn format(options: &Options) -> Result<Option<&'static FormatDef>, Diagnostic> {
    let Some(name) = &options.format else { return Ok(None) };
    let unknown = || {
        let names: Vec<&str> = CATALOG.formats.iter().map(|format| format.name).collect();
        let error = Diagnostic::error(Code::E0107, format!("there is no format `{name}`"));
        let near = suggest::nearest(name, names.iter().copied());
        let near_help = near.first().map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        Diagnostic { candidates: near, ..error }.help(format!("{near_help}formats: {}", names.join(", ")))
    };
    CATALOG.format(name).map(Some).ok_or_else(unknown)
}

/// A session for one query.
pub fn started(query: &Query, options: &Options) -> Result<Started, Diagnostic> {
    started_for(query, options, Purpose::Run)
}

fn started_for(query: &Query, options: &Options, purpose: Purpose) -> Result<Started, Diagnostic> {
    let started = Started::new(options, query.places.clone())?;
    Ok(started.with_params(purpose).of_script(query.file.clone()).reading(&query.input))
}

pub fn execute(query: &Query, options: &Options) -> Result<Exit, Diagnostic> {
    let mut started = started(query, options)?;
    let runtime = started.runtime()?;
    let watched = started.progress.as_ref().map(Progress::watch);
    let ended = ended(&mut started.session, &runtime, &query.text, options)?;
    drop(watched);
    let recorded = recording::finish(&started.transport, options.errors);
    let printed = print(&ended, query, options);
    match recorded {
        Err(error) if printed == Exit::Fine => Err(error),
        Err(error) => {
            // What is wrong with the answer decides how the run ends.
            report(std::slice::from_ref(&error), "", "", options.errors, options.color);
            Ok(printed)
        }
        Ok(()) => Ok(printed),
    }
}

/// What a run prints and tells, and how it ended.
pub struct Ended {
    pub text: String,
    pub told: Vec<Diagnostic>,
    pub exit: Exit,
}

impl Ended {
    /// Nothing came of it.
    pub fn failed(told: Vec<Diagnostic>) -> Self {
        Self { text: String::new(), exit: exit_of(&told), told }
    }
}

/// Runs a text; a format that cannot hold its tables is told before anything is sent.
pub fn ended(session: &mut Session, runtime: &Runtime, text: &str, options: &Options) -> Result<Ended, Diagnostic> {
    let format = format(options)?;
    let place = Place::stdout(options.color, options.errors);
    if !options.raw {
        rendered(&session.outputs(text), format, &place)?;
    }
    let run = RunOptions { keep_pages: options.raw, interrupts: Interrupts::EndTheProcess };
    Ok(shown(&session.run(runtime, text, run), format, options, place))
}

/// Prints what a run gave, and reports what went wrong.
fn print(ended: &Ended, query: &Query, options: &Options) -> Exit {
    let place = Place::stdout(options.color, options.errors);
    let tell = || report(&ended.told, &query.name, &query.text, options.errors, options.color);
    match ended.exit {
        Exit::Fine => {
            tell();
            place.print(&ended.text)
        }
        failed => {
            // What stands before an assertion that does not hold.
            place.print(&ended.text);
            tell();
            failed
        }
    }
}

fn shown(outcome: &Outcome, format: Option<&'static FormatDef>, options: &Options, place: Place) -> Ended {
    let chosen = one_format(&outcome.outputs, format).ok().flatten();
    let Shortened { outputs, place, warnings } = shortened(&outcome.outputs, chosen, options.max_rows, place);
    let mut told = outcome.diagnostics.clone();
    let text = match exit_of(&told) {
        // The tables before it are whole, and tell a person more than the assertion alone.
        Exit::Assertion => Ok(before_a_failure(outcome, format, &place)),
        Exit::Fine if options.raw => {
            let pages: Vec<String> = outcome.pages.iter().map(|page| format!("{page:#}\n")).collect();
            Ok(harmless::json(&pages.concat()).into_owned())
        }
        Exit::Fine => {
            told.extend(warnings);
            rendered_or_nothing(&outputs, format, &place)
        }
        Exit::Internal | Exit::Usage | Exit::Query | Exit::Api | Exit::Incomplete => Ok(String::new()),
    };
    // All that is to be said is one report.
    let text = text.map_err(|error| told.push(error)).unwrap_or_default();
    Ended { text, exit: exit_of(&told), told }
}

/// The same as [`rendered`]; a text that prints nothing is an empty document of the format that was asked for.
fn rendered_or_nothing(
    outputs: &[Output],
    format: Option<&'static FormatDef>,
    place: &Place,
) -> Result<String, Diagnostic> {
    match format.map(|format| &format.render) {
        Some(Render::Text(render)) if outputs.is_empty() => {
            render(&[], &place.looks).map_err(|error| unrenderable(&error))
        }
        Some(Render::Text(_) | Render::Parquet) | None => rendered(outputs, format, place),
    }
}

fn unrenderable(error: &Unrenderable) -> Diagnostic {
    Diagnostic::error(Code::E0801, error.to_string()).help(error.help())
}

/// What was printed up to an assertion that does not hold, where it is read by a person and no program.
pub fn before_a_failure(outcome: &Outcome, format: Option<&'static FormatDef>, place: &Place) -> String {
    let default = CATALOG.formats.first().copied();
    let is_default = |found: Option<&'static FormatDef>| found.map(|def| def.name) == default.map(|def| def.name);
    if !one_format(&outcome.outputs, format).is_ok_and(is_default) {
        return String::new();
    }
    rendered(&outcome.outputs, format, place).unwrap_or_default()
}

/// All outputs as text, in their order; tables that follow each other are one document, and all are of one format.
pub fn rendered(outputs: &[Output], format: Option<&'static FormatDef>, place: &Place) -> Result<String, Diagnostic> {
    let is_table = |output: &Output| matches!(output, Output::Table { .. });
    // A format that was asked for by `-f` is what it is, unless it has room for pictures too.
    let pictured = format.is_none_or(|given| matches!(given.pictures, Pictures::Beside | Pictures::Only));
    let format = one_format(outputs, format)?;
    let mut text = String::new();
    for run in outputs.chunk_by(|a, b| is_table(a) == is_table(b)) {
        let mut tables: Vec<Titled<'_>> = Vec::new();
        for output in run {
            match output {
                Output::Text(_) if format.is_some_and(|format| format.pictures == Pictures::Never) => {
                    return Err(Diagnostic::error(
                        Code::E0801,
                        "an explanation is text, and this format is for rows alone",
                    )
                    .help("leave `-f` out, or let `orq explain --json` print it for programs"));
                }
                Output::Text(explanation) => text += &fold::lines(explanation, place.looks.width),
                Output::Table { answer, title, format: named } => {
                    let picture = CATALOG.picture(*named).filter(|_| pictured);
                    let unnamed = if outputs.len() > 1 { answer.query.as_str() } else { "" };
                    tables.push(Titled { title: title.as_deref().unwrap_or(unnamed), answer, picture });
                }
            }
        }
        let (false, Some(format)) = (tables.is_empty(), format) else { continue };
        let Render::Text(render) = format.render else {
            let message = format!("{} goes into a file, not on a terminal", format.name);
            return Err(Diagnostic::error(Code::E0801, message).help("save it, as in `… | save \"answer.parquet\"`"));
        };
        text += &render(&tables, &place.looks).map_err(|error| unrenderable(&error))?;
    }
    Ok(text)
}

/// The format of `-f`, or the one that `as` names, or the default. One output has one format.
pub fn one_format(
    outputs: &[Output],
    given: Option<&'static FormatDef>,
) -> Result<Option<&'static FormatDef>, Diagnostic> {
    let mut named: Option<&'static str> = None;
    for output in outputs {
        let Output::Table { format: Some(format), .. } = output else { continue };
        // A picture is how one pipeline is seen, not what the whole is written in.
        if CATALOG.picture(Some(format)).is_some() {
            continue;
        }
        if let (Some(other), None) = (named.filter(|other| other != format), given) {
            let message = format!("one pipeline asks for {other}, another for {format}");
            return Err(Diagnostic::error(Code::E0801, message)
                .help("choose one of them with `-f`, or `save` each to a file of its own"));
        }
        named = Some(format);
    }
    Ok(given.or_else(|| CATALOG.format(named?)).or(CATALOG.formats.first().copied()))
}

/// Who asks for JSON reads what is wrong as JSON too.
fn for_programs(options: Options, command: Option<&Command>) -> Options {
    let json = match command {
        Some(Command::Check { json, .. } | Command::Explain { json, .. }) => *json,
        Some(Command::Describe { form, .. }) => form.json,
        _ => false,
    };
    Options { errors: if json { Errors::Json } else { options.errors }, ..options }
}

fn check(query: &Query, json: bool, options: &Options) -> Result<Exit, Diagnostic> {
    let started = started_for(query, &Options { demo: false, ..options.clone() }, Purpose::Look)?;
    if json {
        return Ok(planned(&started, query, options));
    }
    let checked = started.session.check(&query.text);
    report(&checked.diagnostics, &query.name, &query.text, options.errors, options.color);
    let failed = exit_of(&checked.diagnostics);
    if failed != Exit::Fine {
        return Ok(failed);
    }
    let place = Place::stdout(options.color, options.errors);
    let mut shown = String::new();
    for step in &checked.program.steps {
        shown += &describe::columns(&step.query, &step.table.schema, place.looks.width);
    }
    Ok(place.print(&shown))
}

/// What a query will do, as JSON. Its warnings are part of that.
fn planned(started: &Started, query: &Query, options: &Options) -> Exit {
    match started.session.planned(&query.text) {
        Ok(planned) => {
            Place::stdout(options.color, options.errors).print(&programs::plans::document(&planned, &query.text))
        }
        Err(errors) => {
            report(&errors, &query.name, &query.text, options.errors, options.color);
            exit_of(&errors)
        }
    }
}

fn explain(text: Text, json: bool, options: &Options) -> Result<Exit, Diagnostic> {
    let place = Place::stdout(options.color, options.errors);
    if let [word] = text.words.as_slice()
        && let Ok(code) = word.parse::<Code>()
    {
        return Ok(place.print(&fold::markdown(code.page(), place.looks.width)));
    }
    if let [word] = text.words.as_slice()
        && let Some(number) = word.strip_prefix(['E', 'e'])
        && number.len() == 4
        && number.bytes().all(|b| b.is_ascii_digit())
    {
        let codes: Vec<&str> = Code::ALL.iter().map(|code| code.id()).collect();
        return Err(Diagnostic::error(Code::E0801, format!("there is no code `{word}`"))
            .help(format!("the codes are {}", codes.join(", "))));
    }
    let query = query(text, options)?;
    let started = started(&query, options)?;
    if json {
        return Ok(planned(&started, &query, options));
    }
    match started.session.explain(&query.text) {
        Ok(explanations) => Ok(place.print(&fold::lines(&explanations.join("\n"), place.looks.width))),
        Err(errors) => {
            report(&errors, &query.name, &query.text, options.errors, options.color);
            Ok(exit_of(&errors))
        }
    }
}

fn describe_command(name: Option<&str>, form: &Described, options: &Options) -> Result<Exit, Diagnostic> {
    let place = Place::stdout(options.color, options.errors);
    let text = match (name, form) {
        (name, Described { json: true, .. }) => programs::catalog::document(&CATALOG, name)?,
        (_, Described { json_schema: Some(contract), .. }) => programs::schemas::page(*contract),
        (_, Described { for_agents: true, .. }) => programs::agents::page(&CATALOG),
        (_, Described { textmate: true, .. }) => textmate::grammar(&CATALOG),
        (_, Described { reference: true, .. }) => reference::reference(&CATALOG),
        (None, _) => describe::all(&CATALOG, place.looks.width),
        (Some(name), _) => {
            let started = Started::new(&Options { demo: false, ..options.clone() }, Places::Anywhere)?;
            describe::one(started.session.catalog(), name, place.looks.width)?
        }
    };
    Ok(place.print(&text))
}

fn man_page(options: &Options) -> Result<Exit, Diagnostic> {
    let page = man::page().map_err(|error| {
        Diagnostic::error(Code::E0703, format!("the man page cannot be made: {error}")).help("see `orq --help`")
    })?;
    Ok(Place::stdout(options.color, options.errors).print(&page))
}

fn serve(port: u16, options: &Options) -> Result<Exit, Diagnostic> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", port)).map_err(|error| start::no_demo(&error))?;
    let address = listener.local_addr().map_err(|error| start::no_demo(&error))?;
    let clock = options.now.map_or(Clock::System, Clock::Frozen);
    let place = Place::stdout(options.color, options.errors);
    let told = place.print(&format!("http://{address}{}\n", crate::demo::BASE_PATH));
    if told != Exit::Fine {
        return Ok(told);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| start::no_demo(&error))?;
    runtime.block_on(start::serve(listener, clock, options.fault.clone())).map_err(|error| start::no_demo(&error))?;
    Ok(Exit::Fine)
}
