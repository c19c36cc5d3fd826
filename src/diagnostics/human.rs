//! Diagnostics for people: the place in the text, the reason and the fix, drawn by miette.

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, ThemeCharacters, ThemeStyles};

use super::{Code, Diagnostic, Severity};
use crate::harmless;

/// How the place is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Looks {
    pub color: bool,
    pub unicode: bool,
    pub width: usize,
}

/// The text a diagnostic speaks of, and what it is called.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    pub name: &'a str,
    pub text: &'a str,
}

/// All of them, one below the other.
pub fn render(diagnostics: &[Diagnostic], source: Source<'_>, looks: Looks) -> String {
    let theme = GraphicalTheme {
        characters: if looks.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
        styles: if looks.color { ThemeStyles::ansi() } else { ThemeStyles::none() },
    };
    let handler =
        GraphicalReportHandler::new_themed(theme).with_width(looks.width.max(40)).with_links(false).with_cause_chain();
    let mut drawn = String::new();
    for diagnostic in diagnostics {
        let report = Report::new(diagnostic, source);
        // Drawing into a String cannot fail for want of space; what was drawn before a failure is still shown.
        let _ = handler.render_report(&mut drawn, &report);
        while drawn.ends_with("\n\n") {
            drawn.pop();
        }
    }
    drawn.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// One diagnostic as miette wants to see it.
#[derive(Debug)]
struct Report {
    code: Code,
    severity: Severity,
    message: String,
    help: Option<String>,
    labels: Vec<LabeledSpan>,
    source: NamedSource<String>,
}

impl Report {
    fn new(diagnostic: &Diagnostic, source: Source<'_>) -> Self {
        let label = diagnostic.label.clone().unwrap_or_else(|| "here".to_string());
        let main = diagnostic.span.map(|span| (span, label));
        let labels = main
            .iter()
            .chain(&diagnostic.also)
            .map(|(span, label)| {
                let start = span.start.min(source.text.len());
                let length = span.end.min(source.text.len()).saturating_sub(start);
                LabeledSpan::new(Some(harmless::line(label).into_owned()), start, length)
            })
            .collect();
        Self {
            code: diagnostic.code,
            severity: diagnostic.severity,
            message: harmless::lines(&diagnostic.message).into_owned(),
            help: diagnostic.help.as_ref().map(|help| harmless::lines(help).into_owned()),
            labels,
            source: NamedSource::new(source.name, harmless::same_length(source.text).into_owned()),
        }
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        (!self.labels.is_empty()).then_some(&self.source as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty()).then(|| Box::new(self.labels.iter().cloned()) as Box<dyn Iterator<Item = _>>)
    }
}
