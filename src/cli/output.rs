//! Where bytes go: data on standard output, everything else on standard error. A closed pipe ends silently.

use std::io::{self, IsTerminal, Write};

use super::arguments::{Color, Errors};
use crate::diagnostics::human::{Looks as ErrorLooks, Source, render};
use crate::diagnostics::{Code, Diagnostic, Exit, json};
use crate::model::catalog::Looks;

/// Tables on a terminal show at most so many rows.
const ROWS_ON_A_TERMINAL: usize = 200;

/// Standard output, and what it can show.
pub struct Place {
    pub looks: Looks,
    errors: Errors,
}

impl Place {
    pub fn stdout(color: Color, errors: Errors) -> Self {
        let terminal = io::stdout().is_terminal();
        let width = terminal.then(|| terminal_width().unwrap_or(80));
        let looks = Looks {
            width,
            unicode: unicode(),
            color: colors(color, terminal),
            max_rows: terminal.then_some(ROWS_ON_A_TERMINAL),
        };
        Self { looks, errors }
    }

    /// The same where everything may be as wide as it is, and as long unless rows were counted, and colours are none.
    pub fn unbounded(&self, max_rows: Option<usize>) -> Self {
        let looks = Looks { width: None, max_rows, color: false, ..self.looks };
        Self { looks, errors: self.errors }
    }

    /// The same, showing no more rows than this.
    pub fn showing(&self, rows: usize) -> Self {
        let max_rows = Some(self.looks.max_rows.map_or(rows, |most| most.min(rows)));
        Self { looks: Looks { max_rows, ..self.looks }, errors: self.errors }
    }

    /// Prints text; what cannot be written is an error, but for a reader that went away.
    pub fn print(&self, text: &str) -> Exit {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => Exit::Fine,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Fine,
            Err(error) => {
                let diagnostic = Diagnostic::error(Code::E0701, format!("the output cannot be written: {error}"));
                let diagnostic = diagnostic.help("free space where it goes, or send it elsewhere");
                report(&[diagnostic], "", "", self.errors, Color::Auto);
                Exit::Internal
            }
        }
    }
}

/// What the terminal can show, in words; none where there is none.
pub fn terminal_in_words(color: Color) -> Option<String> {
    let looks = Place::stdout(color, Errors::Human).looks;
    let width = looks.width?;
    let letters = if looks.unicode { "Unicode" } else { "ASCII" };
    let colours = if looks.color { "colours" } else { "no colours" };
    Some(format!("{width} columns, {letters}, {colours}"))
}

/// Prints diagnostics on standard error, in the form that was asked for.
pub fn report(diagnostics: &[Diagnostic], name: &str, text: &str, errors: Errors, color: Color) {
    if diagnostics.is_empty() {
        return;
    }
    let shown = match errors {
        Errors::Json => format!("{}\n", json::render(diagnostics, text)),
        Errors::Human => {
            let terminal = io::stderr().is_terminal();
            let width = if terminal { terminal_width().unwrap_or(80) } else { 100 };
            let looks = ErrorLooks { color: colors(color, terminal), unicode: unicode(), width, screen: terminal };
            render(diagnostics, Source { name, text }, looks)
        }
    };
    // There is nowhere left to say that standard error cannot be written.
    let _ = io::stderr().lock().write_all(shown.as_bytes());
}

/// A word beside the answer, on standard error; what cannot be written there is not missed.
pub fn aside(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// `NO_COLOR` and a plain terminal are heeded, unless colours are asked for.
fn colors(color: Color, terminal: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            terminal && !no_color && !is_dumb()
        }
    }
}

/// A terminal that knows no codes at all.
pub fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Lines and dots of UTF-8, unless the locale says that they cannot be shown.
pub fn unicode() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// Columns of the terminal; none where it does not say.
fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)).filter(|width| *width > 0)
}
