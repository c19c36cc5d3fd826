//! What a picture shows of an answer: which column is drawn, along what, and in how many series. Chosen from the schema
//! and its units; how it is drawn is the business of the formats.

mod ink;
mod markup;
mod pick;
pub mod plot;
mod scale;
pub mod svg;

pub use ink::{Ink, Line};
pub use markup::escaped;
pub use pick::{Bar, Bars, Lines, Series, X, bars, lines};
pub use scale::Scale;

use super::{bars as bars_format, grid, line, number, spark};
use crate::model::catalog::{Looks, Picture, Titled, Unrenderable};
use crate::model::frame::Frame;

/// The width of a picture where there is no terminal.
pub const WIDTH: usize = 80;

/// So many series are told apart in one picture.
pub const MOST_SERIES: usize = 6;

/// Names of what is left out, before they are only counted.
const MOST_NAMES: usize = 8;

/// A picture as text, no wider than the place it goes to.
pub fn text(out: &mut String, picture: Picture, frame: &Frame, looks: &Looks) -> Result<(), Unrenderable> {
    match picture {
        Picture::Bars => bars_format::draw(out, frame, looks),
        Picture::Line => line::draw(out, frame, looks),
        Picture::Spark => spark::draw(out, frame, looks),
    }
}

/// Each answer below its title: the picture that it wishes, or else its rows.
pub fn or_rows(
    answers: &[Titled<'_>],
    looks: &Looks,
    mut rows: impl FnMut(&mut String, &Frame),
) -> Result<String, Unrenderable> {
    grid::titled(answers, looks, |out, titled| match titled.picture {
        Some(picture) => text(out, picture, &titled.answer.frame, looks),
        None => {
            rows(out, &titled.answer.frame);
            Ok(())
        }
    })
}

/// A bar as long as this part of the room, to an eighth of a character; what is more than nothing is seen.
pub fn block(part: f64, room: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let least = usize::from(part > 0.0);
    let eighths = ((part * 8.0 * room as f64).round() as usize).clamp(least, 8 * room.max(1));
    "█".repeat(eighths / 8) + EIGHTHS.get(eighths % 8).copied().unwrap_or_default()
}

/// `no rows`, or `20 of 1,234 rows`; nothing where all are shown.
pub fn count(out: &mut String, shown: usize, height: usize, what: &str, looks: &Looks) {
    if height == 0 {
        remark(out, &format!("no {what}"), looks);
    } else if shown < height {
        remark(out, &format!("{} of {} {what}", number::count(shown), number::count(height)), looks);
    }
}

/// A remark below a picture, broken where the width ends.
pub fn remark(out: &mut String, text: &str, looks: &Looks) {
    for line in grid::wrapped(text, looks.width.unwrap_or(WIDTH)) {
        Line::default().with(line, Ink::Dim).write(out, looks);
    }
}

/// What a picture of lines does not show: series beyond those that are `shown`, columns, rows without a place.
pub fn remarks(lines: &Lines<'_>, shown: usize) -> Vec<String> {
    let series = lines.series.iter().skip(shown).map(|series| series.name.as_str());
    let names: Vec<&str> = series.chain(lines.left_out.iter().map(String::as_str)).collect();
    let lost = (lines.lost > 0).then(|| format!("not drawn: {} rows without a place", number::count(lines.lost)));
    not_drawn(&names).into_iter().chain(lost).collect()
}

/// `not drawn: tokens, requests`; nothing where all is drawn.
pub fn not_drawn(names: &[&str]) -> Option<String> {
    if names.is_empty() {
        return None;
    }
    let (named, rest) = names.split_at(names.len().min(MOST_NAMES));
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", number::count(rest.len())) };
    Some(format!("not drawn: {}{more}", named.join(", ")))
}
