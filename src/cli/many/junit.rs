//! A report of a run in the form of JUnit, which continuous integration shows: a test case a script.

use std::path::Path;
use std::sync::Arc;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Done, Fate, Script};
use crate::cli::beside;
use crate::diagnostics::human::{Looks, Source, render};
use crate::diagnostics::{Code, Diagnostic, Exit};
use crate::harmless;

/// So much of what a script prints is kept, in bytes.
const LONGEST: usize = 64 << 10;

/// Writes the report. What only defines is no test.
pub fn write(path: &Path, scripts: &[Script], done: &[Arc<Done>]) -> Result<(), Diagnostic> {
    let mut suite = TestSuite::new("orq run");
    let tried = scripts.iter().zip(done).filter(|(_, done)| done.fate != Fate::LeftOut);
    suite.add_test_cases(tried.map(|(script, done)| case(script, done)));
    let mut report = Report::new("orq");
    report.add_test_suite(suite);
    let text = report.to_string().map_err(|error| {
        Diagnostic::error(Code::E0703, format!("the report cannot be made: {error}"))
            .help("this is a defect of orq; leave `--junit` out")
    })?;
    beside::put(path, &text)
}

fn case(script: &Script, done: &Done) -> TestCase {
    let told = &done.ended.told;
    let source = script.source();
    let mut status = match (&done.fate, done.exit()) {
        (Fate::Skipped(_), _) => TestCaseStatus::skipped(),
        (Fate::Tried | Fate::LeftOut, Exit::Fine) => TestCaseStatus::success(),
        (Fate::Tried | Fate::LeftOut, Exit::Assertion) => TestCaseStatus::non_success(NonSuccessKind::Failure),
        (Fate::Tried | Fate::LeftOut, Exit::Internal | Exit::Usage | Exit::Query | Exit::Api | Exit::Incomplete) => {
            TestCaseStatus::non_success(NonSuccessKind::Error)
        }
    };
    if let Fate::Skipped(earlier) = &done.fate {
        status.set_message(format!("it reads what {} was to save", harmless::line(earlier)));
    } else if let Some(first) = told.iter().find(|diagnostic| diagnostic.is_error()) {
        status.set_message(harmless::line(&first.message));
        status.set_type(first.code.id());
        status.set_description(drawn(told, source));
    }
    let mut case = TestCase::new(harmless::line(&script.name), status);
    case.set_classname("orq");
    if !done.ended.text.is_empty() {
        case.set_system_out(shortened(&harmless::lines(&done.ended.text)));
    }
    if done.exit() == Exit::Fine && !told.is_empty() {
        case.set_system_err(drawn(told, source));
    }
    case
}

/// As people read it in a log.
fn drawn(told: &[Diagnostic], source: Source<'_>) -> String {
    render(told, source, Looks { color: false, unicode: true, width: 100, screen: false })
}

/// The beginning of a long text, and how much is not here.
fn shortened(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_string();
    }
    let end = (0..=LONGEST).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}\n… {} bytes more\n", text.get(..end).unwrap_or_default(), text.len() - end)
}
