//! `--max-rows`: answers with the rows that were asked for, and a word on the others.

use std::borrow::Cow;

use super::output::Place;
use crate::diagnostics::{Code, Diagnostic};
use crate::formats;
use crate::model::catalog::{FormatDef, Pictures};
use crate::model::route::LeftOut;
use crate::session::Output;

/// What is printed of the outputs of a run.
pub struct Shortened<'o> {
    pub outputs: Cow<'o, [Output]>,
    pub place: Place,
    /// Where a format has no word for rows that are not there.
    pub warnings: Vec<Diagnostic>,
}

/// No answer has more rows than this in the end. Formats that count their rows are told to show no more.
pub fn shortened<'o>(
    outputs: &'o [Output],
    format: Option<&'static FormatDef>,
    most: Option<usize>,
    place: Place,
) -> Shortened<'o> {
    let whole = |place| Shortened { outputs: Cow::Borrowed(outputs), place, warnings: Vec::new() };
    let (Some(most), Some(format)) = (most, format) else { return whole(place) };
    if counts_rows(format) {
        return whole(place.showing(most));
    }
    let mut warnings = Vec::new();
    let mut cut = |output: &Output| match output {
        Output::Table { answer, format: named, title } => {
            let Some(answer) = answer.first(most) else { return output.clone() };
            if let Some(left_out) = answer.coverage.left_out.as_ref().filter(|_| format.name != formats::ENVELOPE.name)
            {
                warnings.push(told(most, left_out));
            }
            Output::Table { answer: Box::new(answer), format: *named, title: title.clone() }
        }
        Output::Text(_) => output.clone(),
    };
    let outputs = Cow::Owned(outputs.iter().map(&mut cut).collect());
    Shortened { outputs, place, warnings }
}

/// What fits the place of output says itself what it leaves out.
fn counts_rows(format: &FormatDef) -> bool {
    match format.pictures {
        Pictures::Instead | Pictures::Is(_) => true,
        Pictures::Never | Pictures::Beside | Pictures::Only => false,
    }
}

fn told(shown: usize, left_out: &LeftOut) -> Diagnostic {
    let message = format!("{shown} of {} rows are here, as `--max-rows` asks for", left_out.rows_total);
    Diagnostic::warning(Code::E0605, message).help(format!("`{}` gives the others", left_out.more))
}
