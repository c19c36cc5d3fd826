//! `orq fmt`: texts in their one form. Files are written in place, and only those that change.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::arguments::{Options, Text};
use super::beside;
use super::commands::{self, Ended, Query};
use super::many::{self, Done, Headings, Named, Script, Tell, Work, counted, in_order};
use super::output::{Place, report};
use crate::diagnostics::{Code, Diagnostic, Exit};
use crate::harmless;
use crate::one_form::formatted;
use crate::session::CATALOG;

/// Formats each file, or what stands on the command line or on standard input. With `check` nothing is written, and the
/// names of those that are not in their one form are printed.
pub fn run(text: Text, check: bool, options: &Options) -> Result<Exit, Diagnostic> {
    let place = Place::stdout(options.color, options.errors);
    let named = many::named(&text);
    if named == Named::Text {
        let query = commands::query(text, options)?;
        let Some(form) = form(&query, options) else { return Ok(Exit::Query) };
        if !check {
            return Ok(place.print(&form));
        }
        // A line on the command line has no line end.
        let differs = query.text.trim_end_matches('\n') != form.trim_end_matches('\n');
        return Ok(if differs { told(&place, &query.name) } else { Exit::Fine });
    }
    if options.sandbox.sandbox && !check {
        return Err(Diagnostic::error(Code::E0702, "`fmt` is refused: it writes files")
            .help("`fmt --check` names those that are not in their one form"));
    }
    let (names, headings) = match named {
        Named::Text | Named::File => (text.words, Headings::None),
        Named::Many => (many::scripts(&text.words, options)?, Headings::OfTold),
    };
    files(names, check, headings, options)
}

/// Formats each file, many at a time.
fn files(names: Vec<String>, check: bool, headings: Headings, options: &Options) -> Result<Exit, Diagnostic> {
    let scripts: Vec<Script> = names.into_iter().map(|name| Script::looked_at(name, options)).collect();
    let changed = AtomicUsize::new(0);
    let one = |at: usize, _: &[Arc<Done>]| match scripts.get(at) {
        None => Done::lost(),
        Some(script) => {
            let done = file(script, check, &changed);
            Done::tried(done.unwrap_or_else(Ended::failed))
        }
    };
    let tell = Tell { options, github: false, headings };
    let mut printed = Exit::Fine;
    let waits = vec![Vec::new(); scripts.len()];
    let done = in_order(&Work { waits: &waits, one: &one, lost: &|_| Done::lost() }, |at, done| {
        if let Some(script) = scripts.get(at) {
            printed = printed.worse(tell.script(script, done));
        }
    })?;
    let wrong = done.iter().filter(|done| !done.ended.told.is_empty()).count();
    let what = if check { "not in their one form" } else { "written" };
    let wrong = if wrong > 0 { format!(", {wrong} wrong") } else { String::new() };
    let summary = format!("{}: {} {what}{wrong}", counted(scripts.len(), "script"), changed.load(Ordering::Relaxed));
    tell.all(&scripts, &done, &summary);
    Ok(done.iter().map(|done| done.exit()).fold(printed, Exit::worse))
}

/// One file, whose name is printed where it is only looked at and not in its one form.
fn file(script: &Script, check: bool, changed: &AtomicUsize) -> Result<Ended, Vec<Diagnostic>> {
    let query = script.query.as_ref().map_err(|error| vec![error.clone()])?;
    let form = formatted(&query.text, &CATALOG)?;
    let done = |text: String, exit: Exit| Ended { text, told: Vec::new(), exit };
    if form == query.text {
        return Ok(done(String::new(), Exit::Fine));
    }
    changed.fetch_add(1, Ordering::Relaxed);
    if check {
        return Ok(done(format!("{}\n", harmless::line(&script.name)), Exit::Assertion));
    }
    beside::put(Path::new(&script.name), &form).map_err(|error| vec![error])?;
    Ok(done(String::new(), Exit::Fine))
}

/// The one form; what is wrong is reported, and the text stays as it is.
fn form(query: &Query, options: &Options) -> Option<String> {
    match formatted(&query.text, &CATALOG) {
        Ok(form) => Some(form),
        Err(errors) => {
            report(&errors, &query.name, &query.text, options.errors, options.color);
            None
        }
    }
}

/// Names a text that is not in its one form.
fn told(place: &Place, name: &str) -> Exit {
    match place.print(&format!("{}\n", harmless::line(name))) {
        Exit::Fine => Exit::Assertion,
        failed => failed,
    }
}
