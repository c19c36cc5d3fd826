//! Scripts that are kept: many are run, checked and formatted by one process, and told in the order of their names.

mod check;
mod files;
mod github;
mod junit;
mod params;
mod paths;
mod pool;
mod run;
mod sessions;
mod tell;

pub use check::{Plans, check};
pub use paths::{Named, named, scripts};
pub use pool::{Work, in_order};
pub use run::run;
pub use tell::{Headings, Tell, counted};

use super::arguments::{Errors, Options};
use super::commands::{Ended, Query, regular, script};
use crate::diagnostics::human::Source;
use crate::diagnostics::{Code, Diagnostic, Exit};

/// What `orq run --help` says of several scripts.
pub const RUN_HELP: &str = "\
Directories stand for all *.orq below them; files that only define are left out. Scripts run side by side, but \
in the order of their names where one saves what another reads or saves; what reads a file that was not made is \
skipped. The results come whole and in the order of the names, each below its name on standard error; with -f json or \
-f envelope, each is one line of JSON with its script. Several end with the worst exit code: 1, 2, 4, 3, 6, 5, 0.";

/// A script, or why it cannot be read.
pub struct Script {
    pub name: String,
    pub query: Result<Query, Diagnostic>,
}

impl Script {
    /// What is only looked at may be no pipe or device.
    pub fn looked_at(name: String, options: &Options) -> Self {
        let query = regular(&name).and_then(|()| script(&name, options));
        Self { name, query }
    }

    /// Nothing where it cannot be read.
    pub fn text(&self) -> &str {
        self.query.as_ref().map_or("", |query| &query.text)
    }

    pub fn source(&self) -> Source<'_> {
        Source { name: &self.name, text: self.text() }
    }
}

/// What became of a script.
pub struct Done {
    pub ended: Ended,
    pub fate: Fate,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was run, checked or formatted, well or not.
    Tried,
    /// It only defines what others use.
    LeftOut,
    /// It reads what this one was to save.
    Skipped(String),
}

impl Done {
    pub fn tried(ended: Ended) -> Self {
        Self { ended, fate: Fate::Tried }
    }

    /// A panic has printed what it knows.
    pub fn lost() -> Self {
        let error = Diagnostic::error(Code::E0703, "the work on this script ended without a result");
        Self::tried(Ended::failed(vec![error.help("this is a defect of orq; please report the script")]))
    }

    pub fn exit(&self) -> Exit {
        self.ended.exit
    }
}

/// E0801 where one stream would have to hold two forms.
fn one_form_of_errors(github: bool, options: &Options) -> Result<(), Diagnostic> {
    match options.errors {
        Errors::Json if github => {
            Err(Diagnostic::error(Code::E0801, "`--github` and errors as JSON would share standard error")
                .help("leave one of them out"))
        }
        Errors::Json | Errors::Human => Ok(()),
    }
}
