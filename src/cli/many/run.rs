//! `orq run` with files and directories: side by side where they do not depend on each other, told in order.

use std::sync::Arc;

use super::files::{Files, touched, waits};
use super::sessions::{Sessions, runtime};
use super::tell::{Headings, Tell};
use super::{Done, Fate, Script, Work, in_order, junit, one_form_of_errors, params, scripts};
use crate::check::Purpose;
use crate::cli::arguments::{Options, Reports};
use crate::cli::commands::{Ended, Query, ended, format, script};
use crate::cli::output::report;
use crate::cli::programs::runs;
use crate::diagnostics::{Code, Diagnostic, Exit};
use crate::exec::StandardInput;
use crate::formats;
use crate::model::catalog::Pictures;
use crate::syntax;
use crate::syntax::parts::prints;

/// How the results of scripts stand on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// One file: as without reports.
    Alone,
    /// One below the other, for people.
    Below,
    /// One line of JSON a script.
    Lines,
}

/// One file whose run is reported, or all scripts of several paths.
pub fn run(words: &[String], reports: &Reports, alone: bool, options: &Options) -> Result<Exit, Diagnostic> {
    one_form_of_errors(reports.github, options)?;
    let form = form(alone, options)?;
    let named = if alone { words.to_vec() } else { scripts(words, options)? };
    let scripts: Vec<Script> = of_one_input(named, options);
    let values = params::values(&scripts, options)?;
    let sessions = Sessions::new(options)?;
    let files: Vec<Files> = scripts.iter().map(|script| touched(script, &sessions)).collect();
    let waits = waits(&files);
    let one = |at: usize, earlier: &[Arc<Done>]| {
        let (Some(script), Some(values), Some(waits)) = (scripts.get(at), values.get(at), waits.get(at)) else {
            return Done::lost();
        };
        let feeds =
            |earlier: &usize| files.get(*earlier).zip(files.get(at)).is_some_and(|(one, other)| one.feeds(other));
        let failed = waits.iter().zip(earlier).find(|(at, done)| feeds(at) && !is_fine(done));
        if let Some(before) = failed.and_then(|(at, _)| scripts.get(*at)) {
            let text = if form == Form::Lines { runs::line(&script.name, None, "") } else { String::new() };
            let ended = Ended { text, told: Vec::new(), exit: Exit::Fine };
            return Done { ended, fate: Fate::Skipped(before.name.clone()) };
        }
        tried(script, values.clone(), form, &sessions)
    };
    let headings = if alone { Headings::None } else { Headings::All };
    let tell = Tell { options, github: reports.github, headings };
    let mut printed = Exit::Fine;
    let work = Work { waits: &waits, one: &one, lost: &|_| Done::lost() };
    let done = in_order(&work, |at, done| {
        if let Some(script) = scripts.get(at) {
            printed = printed.worse(tell.script(script, done));
        }
    })?;
    tell.all(&scripts, &done, &summary(&done));
    let worst = done.iter().map(|done| done.exit()).fold(printed, Exit::worse);
    let written = reports.junit.as_ref().map_or(Ok(()), |path| junit::write(path, &scripts, &done));
    if let Err(error) = written {
        report(std::slice::from_ref(&error), "", "", options.errors, options.color);
        return Ok(worst.worse(error.code.exit()));
    }
    Ok(worst)
}

/// E0801 where a format cannot tell the results of several scripts apart.
fn form(alone: bool, options: &Options) -> Result<Form, Diagnostic> {
    let Some(format) = format(options)?.filter(|_| !alone) else {
        return match options.raw {
            true if !alone => Err(Diagnostic::error(Code::E0801, "`--raw` shows what the API said to one script")
                .help("name one file, or choose `-f json`")),
            _ => Ok(if alone { Form::Alone } else { Form::Below }),
        };
    };
    if format.name == formats::JSON.name || format.name == formats::ENVELOPE.name {
        return Ok(Form::Lines);
    }
    match format.pictures {
        Pictures::Instead | Pictures::Is(_) => Ok(Form::Below),
        Pictures::Never | Pictures::Beside | Pictures::Only => {
            Err(Diagnostic::error(Code::E0801, format!("{} does not say which script a row is of", format.name))
                .help("choose `-f json`, which is a line a script, or let each script `save` its own file"))
        }
    }
}

/// All of them read the same standard input, where they read it.
fn of_one_input(names: Vec<String>, options: &Options) -> Vec<Script> {
    let input = StandardInput::free();
    let read = |name: String| {
        let query = script(&name, options).map(|query| Query { input: input.clone(), ..query });
        Script { name, query }
    };
    names.into_iter().map(read).collect()
}

fn is_fine(done: &Done) -> bool {
    done.exit() == Exit::Fine && !matches!(done.fate, Fate::Skipped(_))
}

fn tried(script: &Script, values: Vec<(String, String)>, form: Form, sessions: &Sessions<'_>) -> Done {
    let query = match &script.query {
        Ok(query) => query,
        Err(error) => return told(form, script, Ended::failed(vec![error.clone()])),
    };
    let parsed = syntax::parse(&query.text);
    let defines = parsed.diagnostics.is_empty() && !parsed.script.statements.is_empty() && !prints(&parsed.script);
    if form != Form::Alone && defines {
        let ended = Ended { text: String::new(), told: Vec::new(), exit: Exit::Fine };
        return Done { ended, fate: Fate::LeftOut };
    }
    let ran = sessions.session(query, values, Purpose::Run).and_then(|mut session| {
        let runtime = runtime()?;
        ended(&mut session, &runtime, &query.text, sessions.options)
    });
    told(form, script, ran.unwrap_or_else(|error| Ended::failed(vec![error])))
}

fn told(form: Form, script: &Script, ended: Ended) -> Done {
    let text = match form {
        Form::Alone | Form::Below => ended.text,
        Form::Lines => runs::line(&script.name, Some(ended.exit), &ended.text),
    };
    Done::tried(Ended { text, ..ended })
}

/// `4 passed, 1 failed, 1 skipped, 2 only define`
fn summary(done: &[Arc<Done>]) -> String {
    let count = |fits: &dyn Fn(&Done) -> bool| done.iter().filter(|done| fits(done)).count();
    let passed = count(&|done| done.fate == Fate::Tried && done.exit() == Exit::Fine);
    let failed = count(&|done| done.fate == Fate::Tried && done.exit() != Exit::Fine);
    let skipped = count(&|done| matches!(done.fate, Fate::Skipped(_)));
    let parts = [(failed, "failed"), (skipped, "skipped"), (count(&|done| done.fate == Fate::LeftOut), "only define")];
    let mut summary = format!("{passed} passed");
    for (count, what) in parts.into_iter().filter(|(count, _)| *count > 0) {
        summary += &format!(", {count} {what}");
    }
    summary
}
