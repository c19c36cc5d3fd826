//! Diagnostics for people: the place in the text, the reason and the fix, drawn by miette.

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, NamedSource, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::{Code, Diagnostic, Severity};
use crate::harmless;
use crate::span::Span;

/// How the place is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Looks {
    pub color: bool,
    pub unicode: bool,
    pub width: usize,
    /// The width is that of a screen, and lines of a query that are longer are cut; else they may be longer.
    pub screen: bool,
}

impl Looks {
    /// A line is shown whole up to so many bytes; of a longer one what is near the places.
    fn longest_line(self) -> usize {
        if self.screen { self.width.saturating_sub(MARGIN).clamp(SHORTEST_LINE, LONGEST_LINE) } else { LONGEST_LINE }
    }
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
        let own = diagnostic.origin.as_ref().map(|origin| Source { name: &origin.name, text: &origin.text });
        let report = Report::new(diagnostic, own.unwrap_or(source), looks.longest_line());
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
    source: Shown,
}

/// The text as it is shown: of a long line only a part, but the column as it is.
#[derive(Debug)]
struct Shown {
    text: NamedSource<String>,
    /// Of the main place, from 0.
    column: usize,
}

impl SourceCode for Shown {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let found = self.text.read_span(span, before, after)?;
        // Without lines around it is the main place, for the heading.
        let column = if before == 0 && after == 0 { self.column } else { found.column() };
        let name = self.text.name().to_string();
        let (line, lines) = (found.line(), found.line_count());
        Ok(Box::new(MietteSpanContents::new_named(name, found.data(), *found.span(), line, column, lines)))
    }
}

impl Report {
    fn new(diagnostic: &Diagnostic, source: Source<'_>, longest: usize) -> Self {
        let label = diagnostic.label.clone().unwrap_or_else(|| "here".to_string());
        let main = diagnostic.span.map(|span| (span, label));
        let places: Vec<(Span, String)> = main.into_iter().chain(diagnostic.also.iter().cloned()).collect();
        let spans: Vec<Span> = places.iter().map(|(span, _)| *span).collect();
        let (text, spans) = clipped(source.text, &spans, longest);
        let labels = places
            .iter()
            .zip(spans)
            .map(|((_, label), span)| {
                let start = span.start.min(text.len());
                let length = span.end.min(text.len()).saturating_sub(start);
                LabeledSpan::new(Some(harmless::line(label).into_owned()), start, length)
            })
            .collect();
        Self {
            code: diagnostic.code,
            severity: diagnostic.severity,
            message: shortened(&harmless::lines(&diagnostic.message)),
            help: diagnostic.help.as_ref().map(|help| shortened(&harmless::lines(help))),
            labels,
            source: Shown {
                text: NamedSource::new(source.name, harmless::same_length(&text).into_owned()),
                column: diagnostic.span.map_or(0, |span| span.line_and_column(source.text).1 - 1),
            },
        }
    }
}

/// Lines are cut at least to the first and at most to the second of these, with so much of them near the places.
const SHORTEST_LINE: usize = 40;
const LONGEST_LINE: usize = 400;
const NEAR: usize = 60;

/// What stands left of a line on the screen.
const MARGIN: usize = 8;

/// Messages and helps are shown up to so many characters.
const LONGEST_MESSAGE: usize = 2_000;

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_string(),
    }
}

/// The text with its long lines cut down to what is near the spans, and where the spans are in it.
fn clipped(text: &str, spans: &[Span], longest: usize) -> (String, Vec<Span>) {
    let near = NEAR.min(longest / 3);
    if text.lines().all(|line| line.len() <= longest) {
        return (text.to_string(), spans.to_vec());
    }
    let mut shown = String::new();
    let mut moved = spans.to_vec();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let here = |span: &Span| span.start >= start && (span.start < end || end == text.len());
        let first = spans.iter().filter(|span| here(span)).map(|span| span.start).min().unwrap_or(start);
        let last = spans.iter().filter(|span| here(span)).map(|span| span.end).max().unwrap_or(start).min(end);
        let last = last.min(first + longest.saturating_sub(2 * near));
        let (from, to) = if line.trim_end().len() <= longest {
            (start, end)
        } else {
            (boundary(text, first.saturating_sub(near).max(start)), boundary(text, (last + near).min(end)))
        };
        if from > start {
            shown.push('…');
        }
        let base = shown.len();
        shown.push_str(text.get(from..to).unwrap_or_default());
        for (span, moved) in spans.iter().zip(&mut moved) {
            if here(span) {
                let within = |at: usize| base + at.clamp(from, to) - from;
                *moved = Span::new(within(span.start), within(span.end));
            }
        }
        if to < end {
            shown.push('…');
            if line.ends_with('\n') {
                shown.push('\n');
            }
        }
        start = end;
    }
    (shown, moved)
}

/// The nearest place before that parts two characters.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
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

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.labels.is_empty()).then_some(&self.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty()).then(|| Box::new(self.labels.iter().cloned()) as Box<dyn Iterator<Item = _>>)
    }
}
