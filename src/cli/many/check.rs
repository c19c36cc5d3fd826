//! `orq check` with files and directories: what is wrong with each, without a key and without a network.

use std::sync::{Arc, OnceLock};

use super::files::{Files, touched};
use super::sessions::Sessions;
use super::tell::{Headings, Tell, counted};
use super::{Done, Fate, Script, Work, in_order, one_form_of_errors, params};
use crate::check::Purpose;
use crate::cli::arguments::Options;
use crate::cli::commands::Ended;
use crate::cli::programs;
use crate::diagnostics::{Code, Diagnostic, Exit};

/// Whether a script that is right is described, a line of JSON each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plans {
    Told,
    Untold,
}

/// Checks scripts. One file that is named alone has no line about all of them.
pub fn check(
    names: Vec<String>,
    plans: Plans,
    github: bool,
    headings: Headings,
    options: &Options,
) -> Result<Exit, Diagnostic> {
    one_form_of_errors(github, options)?;
    let scripts: Vec<Script> = names.into_iter().map(|name| Script::looked_at(name, options)).collect();
    let values = params::values(&scripts, options)?;
    let options_here = Options { demo: false, ..options.clone() };
    let sessions = Sessions::new(&options_here)?;
    let files = OnceLock::new();
    let one = |at: usize, _: &[Arc<Done>]| {
        let (Some(script), Some(values)) = (scripts.get(at), values.get(at)) else { return Done::lost() };
        let ended = checked(script, values.clone(), plans, &sessions);
        // What another script is to save may not be there yet.
        let missing = |one: &Diagnostic| !one.is_error() || one.code == Code::E0701;
        if ended.exit == Exit::Internal && script.query.is_ok() && ended.told.iter().all(missing) {
            let files: &Vec<Files> = files.get_or_init(|| scripts.iter().map(|one| touched(one, &sessions)).collect());
            let mut others = scripts.iter().zip(files).filter(|(other, _)| other.name != script.name);
            if let Some((other, _)) = others.find(|(_, other)| files.get(at).is_some_and(|this| other.feeds(this))) {
                let ended = Ended { text: String::new(), told: Vec::new(), exit: Exit::Fine };
                return Done { ended, fate: Fate::Skipped(other.name.clone()) };
            }
        }
        Done::tried(ended)
    };
    let tell = Tell { options, github, headings };
    let mut printed = Exit::Fine;
    let waits = vec![Vec::new(); scripts.len()];
    let done = in_order(&Work { waits: &waits, one: &one, lost: &|_| Done::lost() }, |at, done| {
        if let Some(script) = scripts.get(at) {
            printed = printed.worse(tell.script(script, done));
        }
    })?;
    tell.all(&scripts, &done, &summary(&done));
    Ok(done.iter().map(|done| done.exit()).fold(printed, Exit::worse))
}

fn checked(script: &Script, values: Vec<(String, String)>, plans: Plans, sessions: &Sessions<'_>) -> Ended {
    let looked = script.query.as_ref().map_err(Clone::clone).and_then(|query| {
        let session = sessions.session(query, values, Purpose::Look)?;
        Ok(match plans {
            Plans::Untold => Ended::failed(session.check(&query.text).diagnostics),
            Plans::Told => match session.planned(&query.text) {
                Err(errors) => Ended::failed(errors),
                Ok(planned) => {
                    let text = programs::plans::document_of(&planned, &query.text, Some(&script.name));
                    Ended { text, told: Vec::new(), exit: Exit::Fine }
                }
            },
        })
    });
    looked.unwrap_or_else(|error| Ended::failed(vec![error]))
}

/// `50 scripts checked: 2 errors in 1 script, 3 warnings`
fn summary(done: &[Arc<Done>]) -> String {
    let told = || done.iter().flat_map(|done| &done.ended.told);
    let errors = told().filter(|diagnostic| diagnostic.is_error()).count();
    let warnings = told().count() - errors;
    let wrong = done.iter().filter(|done| done.ended.told.iter().any(Diagnostic::is_error)).count();
    let mut found = Vec::new();
    if errors > 0 {
        found.push(format!("{} in {}", counted(errors, "error"), counted(wrong, "script")));
    }
    if warnings > 0 {
        found.push(counted(warnings, "warning"));
    }
    let found = if found.is_empty() { "nothing is wrong".to_string() } else { found.join(", ") };
    let skipped = done.iter().filter(|done| matches!(done.fate, Fate::Skipped(_))).count();
    let skipped = if skipped > 0 { format!(", {skipped} skipped") } else { String::new() };
    format!("{} checked: {found}{skipped}", counted(done.len(), "script"))
}
