//! Annotations: what is wrong, as GitHub's runner reads it from the log and shows it at the lines of a change.

use crate::diagnostics::human::Source;
use crate::diagnostics::{Diagnostic, Severity};
use crate::harmless;

/// One line for each diagnostic.
pub fn annotations(source: Source<'_>, told: &[Diagnostic]) -> Vec<String> {
    told.iter().map(|diagnostic| annotation(diagnostic, source)).collect()
}

/// `::error file=a.orq,line=3,col=8,title=E0102::…`; where there is no place, it is said of the file.
fn annotation(diagnostic: &Diagnostic, source: Source<'_>) -> String {
    let (name, text) = diagnostic.origin.as_ref().map_or((source.name, source.text), |own| (&own.name, &own.text));
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut properties = vec![format!("file={}", property(name))];
    if let Some(span) = diagnostic.span {
        let (line, column) = span.line_and_column(text);
        properties.push(format!("line={line},col={column}"));
    }
    properties.push(format!("title={}", property(&format!("{} {}", diagnostic.code, diagnostic.code.title()))));
    let help = diagnostic.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    let message = harmless::lines(&format!("{}{help}", diagnostic.message)).into_owned();
    format!("::{command} {}::{}", properties.join(","), data(&message))
}

/// A message as the runner takes it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value among others.
fn property(text: &str) -> String {
    data(&harmless::line(text)).replace(':', "%3A").replace(',', "%2C")
}
