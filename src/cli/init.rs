//! `orq init`: a first configuration, and what the keys that are there already are good for.

use std::path::Path;

use super::arguments::Options;
use super::describe::{Width, hanging};
use super::keys::{self, Found, KINDS};
use super::output::Place;
use super::probe::Probe;
use super::start::Connection;
use crate::diagnostics::{Diagnostic, Exit};
use crate::harmless;
use crate::model::request::KeyKind;
use crate::net::{Written, variable, write_configuration};

/// A question that every account has an answer to.
const FIRST_QUESTION: &str = "'activity last 7d | group model | sum cost | top 5'";

/// Writes the file, unless it is there, and looks for keys. A key that does not work is an error at the end; none is not,
/// for that is what this is for.
pub fn run(options: &Options) -> Result<Exit, Diagnostic> {
    let place = Place::stdout(options.color, options.errors);
    let probe = Probe::new();
    let mut connection = Connection::open(options, None, Some(probe.observer()))?;
    let written = write_configuration(&connection.places, options.force)?;
    let runtime = connection.demo.runtime()?;
    let watched = probe.watch();
    let found = KINDS.map(|kind| (kind, keys::look(&connection, &runtime, kind)));
    drop(watched);
    let width = place.looks.width;
    let mut shown = told(&written, width);
    for (kind, found) in &found {
        shown.push('\n');
        shown += &about(*kind, found, width);
    }
    let some = found.iter().any(|(_, found)| matches!(found, Found::Key { said: Ok(_), .. }));
    let demo = if some && !options.demo { "" } else { "--demo " };
    shown += &format!("\nTo begin with:\n  orq {demo}{FIRST_QUESTION}\n  orq doctor\n");
    let failed = found.iter().find_map(|(_, found)| match found {
        Found::Nothing | Found::Key { said: Ok(_), .. } => None,
        Found::Unusable(error) | Found::Key { said: Err(error), .. } => Some(error.code.exit()),
    });
    Ok(match (place.print(&shown), failed) {
        (Exit::Fine, Some(failed)) => failed,
        (printed, _) => printed,
    })
}

fn told(written: &Written, width: Width) -> String {
    let name = |path: &Path| format!("`{}`", harmless::line(&path.to_string_lossy()));
    let text = match written {
        Written::New(file) => {
            format!("{} is written; all of it is comments, until a mark is taken away.", name(file))
        }
        Written::Kept(file) => format!(
            "{} is there, and stays as it is; `--force` writes a new one, and keeps this one beside it.",
            name(file)
        ),
        Written::Replaced(file, old) => format!("{} is written anew; what it was is {} now.", name(file), name(old)),
    };
    hanging("", &text, width)
}

/// Where a key was found, and the sources that it opens.
fn about(kind: KeyKind, found: &Found, width: Width) -> String {
    let name = format!("{}: ", keys::name(kind));
    let list = |kind: KeyKind| hanging("  ", &keys::sources(&[kind]).join(" "), width);
    match found {
        Found::Nothing => {
            let alone = keys::needing(kind).join(" ");
            hanging(&name, &format!("none is found; put one into {}, or name a command for it", variable(kind)), width)
                + &hanging("  it is for ", &alone, width)
        }
        Found::Unusable(error) | Found::Key { said: Err(error), .. } => {
            let help = error.help.as_deref().map(|help| hanging("  help: ", &harmless::line(help), width));
            hanging(&name, &harmless::line(&error.message), width) + &help.unwrap_or_default()
        }
        Found::Key { origin, said: Ok(about) } => {
            let is = about.kind.unwrap_or(kind);
            let what = if is == kind { "it works with" } else { keys::MIXED_UP };
            hanging(&name, &format!("from {origin}; {what}"), width) + &list(is)
        }
    }
}
