//! What is said of many scripts: each in its turn, and all of them at the end. Data goes to standard output, all else to
//! standard error; where errors are JSON, they are one document for all.

use std::sync::Arc;

use super::github;
use super::{Done, Fate, Script};
use crate::cli::arguments::{Errors, Options};
use crate::cli::commands::Ended;
use crate::cli::output::{Place, aside, report, unicode};
use crate::diagnostics::human::Source;
use crate::diagnostics::{Exit, json};
use crate::harmless;

/// How scripts are told.
pub struct Tell<'o> {
    pub options: &'o Options,
    pub github: bool,
    pub headings: Headings,
}

/// Which scripts have their name above what is said of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headings {
    All,
    /// Those of which there is something to say.
    OfTold,
    None,
}

impl Tell<'_> {
    /// One script: what it prints, and what is wrong.
    pub fn script(&self, script: &Script, done: &Done) -> Exit {
        let Ended { text, told, .. } = &done.ended;
        let Source { name, text: query } = script.source();
        let human = self.options.errors == Errors::Human;
        let headed = match self.headings {
            Headings::All => done.fate != Fate::LeftOut,
            Headings::OfTold => !told.is_empty() || matches!(done.fate, Fate::Skipped(_)),
            Headings::None => false,
        };
        if human && headed {
            aside(&heading(name));
        }
        if let (true, Fate::Skipped(earlier)) = (human, &done.fate) {
            aside(&format!("skipped: it reads what {} was to save", harmless::line(earlier)));
        }
        let printed = Place::stdout(self.options.color, self.options.errors).print(text);
        if human {
            report(told, name, query, self.options.errors, self.options.color);
        }
        if self.github {
            github::annotations(script.source(), told).iter().for_each(|line| aside(line));
        }
        printed
    }

    /// All of them, in one line or one document.
    pub fn all(&self, scripts: &[Script], done: &[Arc<Done>], summary: &str) {
        match self.options.errors {
            Errors::Human if self.headings == Headings::None => {}
            Errors::Human => aside(summary),
            Errors::Json if done.iter().all(|done| done.ended.told.is_empty()) => {}
            Errors::Json => {
                let told = scripts.iter().zip(done).map(|(script, done)| (script.source(), done.ended.told.as_slice()));
                aside(&json::render_several(told));
            }
        }
    }
}

fn heading(name: &str) -> String {
    let line = if unicode() { "──" } else { "--" };
    format!("{line} {} {line}", harmless::line(name))
}

/// `1 script`, `2 scripts`.
pub fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}
