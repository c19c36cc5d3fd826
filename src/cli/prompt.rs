//! The program behind the prompt: answers go to the screen, to a pager or to a file, as its settings say.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use tokio::runtime::Runtime;

use super::arguments::Options;
use super::commands::{before_a_failure, below_here, format, one_format, regular, rendered, unreadable};
use super::describe;
use super::output::{Place, aside, report};
use super::progress::Progress;
use super::shorten::shortened;
use super::start::Started;
use crate::diagnostics::{Code, Diagnostic, Exit, exit_of};
use crate::model::catalog::FormatDef;
use crate::model::request::KeyKind;
use crate::model::schema::Schema;
use crate::repl::pager;
use crate::repl::program::{Program, Switch, Told};
use crate::session::{CATALOG, Interrupts, Outcome, Output, RunOptions, Session};
use crate::{harmless, repl};

/// What a line of the prompt is called in messages.
const LINE: &str = "query";

struct Prompt {
    options: Options,
    started: Started,
    runtime: Runtime,
    format: Option<&'static FormatDef>,
    /// The file that answers are added to.
    output: Option<PathBuf>,
    time: Switch,
}

/// The prompt, until it ends.
pub fn interactive(options: &Options) -> Exit {
    match Prompt::new(options) {
        Ok(mut prompt) => repl::run(&mut prompt),
        Err(error) => {
            report(std::slice::from_ref(&error), "", "", options.errors, options.color);
            error.code.exit()
        }
    }
}

impl Prompt {
    fn new(options: &Options) -> Result<Self, Diagnostic> {
        let format = format(options)?;
        let mut started = Started::prompt(options)?;
        let runtime = started.runtime()?;
        // From now on Ctrl-C ends no process, whatever is on the screen.
        runtime.block_on(async {
            tokio::select! {
                biased;
                _ = tokio::signal::ctrl_c() => {}
                () = std::future::ready(()) => {}
            }
        });
        Ok(Self { options: options.clone(), started, runtime, format, output: None, time: Switch::Off })
    }

    fn place(&self) -> Place {
        Place::stdout(self.options.color, self.options.errors)
    }

    fn run_options(&self) -> RunOptions {
        RunOptions { keep_pages: self.options.raw, interrupts: Interrupts::EndTheQuery }
    }

    /// Runs something of the session while the progress of it is shown, and tells what went wrong.
    fn watched(
        &mut self,
        name: &str,
        text: &str,
        run: impl FnOnce(&mut Session, &Runtime) -> Outcome,
    ) -> (Outcome, Duration) {
        let begun = Instant::now();
        let watched = self.started.progress.as_ref().map(Progress::watch);
        let outcome = run(&mut self.started.session, &self.runtime);
        drop(watched);
        let took = begun.elapsed();
        if outcome.diagnostics.iter().any(|diagnostic| diagnostic.code == Code::E0704) {
            // The terminal has shown `^C`.
            aside("\ninterrupted");
        } else {
            report(&outcome.diagnostics, name, text, self.options.errors, self.options.color);
        }
        (outcome, took)
    }

    /// How long a query took, where that is wanted.
    fn tell(&self, took: Duration) {
        if self.time == Switch::On {
            aside(&format!("took {:.3} s", took.as_secs_f64()));
        }
    }

    /// Prints what a run gave.
    fn print(&mut self, outcome: &Outcome) {
        match exit_of(&outcome.diagnostics) {
            Exit::Fine => {}
            Exit::Assertion => {
                let place = self.place();
                place.print(&before_a_failure(outcome, self.format, &place));
                return;
            }
            Exit::Internal | Exit::Usage | Exit::Query | Exit::Api | Exit::Incomplete => return,
        }
        let printed = if self.options.raw {
            let pages: Vec<String> = outcome.pages.iter().map(|page| format!("{page:#}\n")).collect();
            self.put(&harmless::json(&pages.concat()))
        } else {
            self.put_all(&outcome.outputs)
        };
        if let Err(error) = printed {
            report(std::slice::from_ref(&error), "", "", self.options.errors, self.options.color);
        }
        if let Some(age) = outcome.kept {
            aside(&format!("from an answer {} s ago; {} asks again", age.as_secs(), repl::REFRESH));
        }
    }

    /// What is longer than the screen is shown by the pager as wide and as long as it is.
    fn put_all(&self, outputs: &[Output]) -> Result<(), Diagnostic> {
        let path = self.output.as_ref();
        let format = self.format.or_else(|| path.and_then(|path| CATALOG.format_of_file(&path.to_string_lossy())));
        let chosen = one_format(outputs, format).ok().flatten();
        let short = shortened(outputs, chosen, self.options.max_rows, self.place());
        report(&short.warnings, "", "", self.options.errors, self.options.color);
        let mut whole = short.place.unbounded(self.options.max_rows);
        if let Some(path) = path {
            return append(path, &rendered(&short.outputs, format, &whole)?);
        }
        let text = rendered(&short.outputs, format, &short.place)?;
        if pager::is_longer(&text) {
            // All rows, and as wide as they are where that can be scrolled.
            if !pager::scrolls() {
                whole.looks.width = short.place.looks.width;
            }
            pager::page(&rendered(&short.outputs, format, &whole)?);
            short.place.print(&pager::top(&text));
        } else {
            short.place.print(&text);
        }
        Ok(())
    }

    fn put(&mut self, text: &str) -> Result<(), Diagnostic> {
        if let Some(path) = &self.output {
            return append(path, text);
        }
        self.show(text);
        Ok(())
    }
}

/// A file is never begun anew: what is in it stays.
fn append(path: &Path, text: &str) -> Result<(), Diagnostic> {
    let opened = OpenOptions::new().create(true).append(true).open(path);
    opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| {
        Diagnostic::error(
            Code::E0701,
            format!("{} cannot be written: {error}", harmless::line(&path.to_string_lossy())),
        )
        .help("`:output -` sends answers to the screen again")
    })
}

impl Program for Prompt {
    fn session(&self) -> &Session {
        &self.started.session
    }

    fn session_mut(&mut self) -> &mut Session {
        &mut self.started.session
    }

    fn has_colours(&self) -> bool {
        self.place().looks.color
    }

    fn ask(&mut self, text: &str) {
        let options = self.run_options();
        let (outcome, took) = self.watched(LINE, text, |session, runtime| session.run(runtime, text, options));
        self.print(&outcome);
        self.tell(took);
    }

    fn print_last(&mut self) -> bool {
        let printed = match self.started.session.last() {
            Ok(None) => return false,
            Ok(Some(last)) => self.put_all(&[last]),
            Err(error) => Err(error),
        };
        if let Err(error) = printed {
            report(std::slice::from_ref(&error), "", "", self.options.errors, self.options.color);
        }
        true
    }

    fn show(&mut self, text: &str) {
        if pager::is_longer(text) {
            pager::page(text);
        } else {
            self.place().print(text);
        }
    }

    fn report(&mut self, text: &str, diagnostics: &[Diagnostic]) {
        report(diagnostics, LINE, text, self.options.errors, self.options.color);
    }

    fn help(&self, name: Option<&str>) -> Told {
        let width = self.place().looks.width;
        match name {
            None => Ok(describe::names(&CATALOG, width)),
            Some(name) => describe::one(self.session().catalog(), name, width),
        }
    }

    fn listed(&self, rows: &[(String, String)]) -> String {
        describe::listed(rows, self.place().looks.width)
    }

    fn columns(&self, title: &str, schema: &Schema) -> String {
        describe::columns(title, schema, self.place().looks.width)
    }

    fn save(&mut self, path: &str) {
        let options = self.run_options();
        let text = format!("| save {}", crate::syntax::format::quoted(path));
        let (outcome, _) = self.watched(LINE, &text, |session, runtime| session.save_last(runtime, path, options));
        if exit_of(&outcome.diagnostics) == Exit::Fine
            && let Some(Output::Table { answer, .. }) = outcome.outputs.first()
        {
            let rows = match answer.frame.height() {
                1 => "1 row is".to_string(),
                rows => format!("{rows} rows are"),
            };
            aside(&format!("{rows} in {}", harmless::line(path)));
        }
    }

    fn load(&mut self, path: &str) {
        let read = regular(path).and_then(|()| {
            let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
            Ok((text, below_here()?))
        });
        let (text, here) = match read {
            Ok(read) => read,
            Err(error) => return report(&[error], path, "", self.options.errors, self.options.color),
        };
        let options = self.run_options();
        let (outcome, took) = self.watched(path, &text, |session, runtime| {
            session.run_script(runtime, &text, PathBuf::from(path), here, options)
        });
        self.print(&outcome);
        self.tell(took);
    }

    fn format(&mut self, name: Option<&str>) -> Told {
        if let Some(name) = name {
            let named = format(&Options { format: Some(name.to_string()), ..self.options.clone() })?;
            // The default is what `as` may change.
            let default = CATALOG.formats.first().map(|default| default.name);
            self.format = named.filter(|named| Some(named.name) != default);
            return Ok(String::new());
        }
        let shown = self.format.or(CATALOG.formats.first().copied()).map_or("", |format| format.name);
        Ok(format!("{shown}\n"))
    }

    fn output(&mut self, path: Option<&str>) -> Told {
        match path {
            None => {}
            Some("-") => self.output = None,
            Some(path) => {
                append(Path::new(path), "")?;
                self.output = Some(PathBuf::from(path));
            }
        }
        Ok(match &self.output {
            Some(path) => format!(
                "answers go to {}; `:output -` shows them here again\n",
                harmless::line(&path.to_string_lossy())
            ),
            None => "answers are shown here\n".to_string(),
        })
    }

    fn time(&mut self, switch: Switch) {
        self.time = switch;
    }

    fn demo(&mut self, switch: Option<Switch>) -> Told {
        let demo = match switch {
            Some(switch) => switch == Switch::On,
            None => !self.options.demo,
        };
        if demo != self.options.demo {
            let options = Options { demo, ..self.options.clone() };
            let mut started = Started::prompt(&options)?;
            let runtime = started.runtime()?;
            started.session = started.session.after(&self.started.session);
            (self.options, self.started, self.runtime) = (options, started, runtime);
        }
        Ok(format!("{}\n", self.configured()))
    }

    fn configured(&self) -> String {
        if self.options.demo {
            return "This is the demo account: nothing leaves this machine.".to_string();
        }
        let of = |kind: KeyKind, name: &str| match self.started.credentials.origin(kind) {
            Ok(Some(origin)) => format!("{name}: {origin}"),
            Ok(None) => format!("{name}: none"),
            Err(error) => format!("{name}: {}", error.message),
        };
        let keys = [of(KeyKind::Management, "management key"), of(KeyKind::Api, "API key")];
        let none = keys.iter().all(|key| key.ends_with(": none"));
        let hint = if none { "\nWithout a key, :demo changes to the demo account." } else { "" };
        format!("{}{hint}", keys.join("\n"))
    }

    fn kept_names(&self) -> Option<Json> {
        self.started.names.load()
    }

    fn keep_names(&self, names: &Json) {
        self.started.names.keep(names);
    }
}
