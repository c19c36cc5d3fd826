//! Names that a query asks for and that no row has: a sum over none of them is 0, which may not be what was meant.

use std::collections::BTreeSet;

use polars::prelude::*;

use crate::diagnostics::{Code, Diagnostic};
use crate::model::route::Work;
use crate::plan::Fetch;
use crate::{sources, suggest};

/// What is said of the names that the filters of a fetch ask for. The cube answers only what is asked for, and its names
/// are looked up before.
pub fn unseen(fetch: &Fetch, rows: &DataFrame) -> Vec<Diagnostic> {
    let by_cube = fetch.offer.pieces.iter().any(|piece| matches!(piece.work, Work::Cube(_)));
    if by_cube || rows.height() == 0 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for filter in fetch.filters() {
        let Some((column, names)) = sources::names_of(filter) else { continue };
        let seen = texts(rows, &column);
        let Some(seen) = seen.filter(|seen| !seen.is_empty()) else { continue };
        for name in names.iter().filter(|name| !seen.contains(name.as_str())) {
            let message = format!("no row has \"{name}\" as its `{column}`");
            let at = filter.plain.as_ref().map_or(fetch.scan.span, |plain| plain.span);
            let warning = Diagnostic::warning(Code::E0605, message).at(at).label("not in these rows");
            let near = near(name, &seen);
            let meant: Vec<String> = near.iter().map(|near| format!("\"{near}\"")).collect();
            let help = match meant.is_empty() {
                true => format!("`distinct {column}` lists what there is"),
                false => format!("did you mean {}?", meant.join(" or ")),
            };
            found.push(Diagnostic { candidates: near, ..warning.help(help) });
        }
    }
    found
}

/// The texts of a column.
fn texts(rows: &DataFrame, column: &str) -> Option<BTreeSet<String>> {
    let series = rows.column(column).ok()?.as_materialized_series().unique().ok()?;
    Some(series.str().ok()?.iter().flatten().map(str::to_string).collect())
}

/// Those that end so, as a model without its author does; else those that are written nearly so.
fn near(name: &str, seen: &BTreeSet<String>) -> Vec<String> {
    let lower = name.to_lowercase();
    let ending = format!("/{lower}");
    let same = |other: &&String| other.to_lowercase() == lower || other.to_lowercase().ends_with(&ending);
    let found: Vec<String> = seen.iter().filter(same).cloned().collect();
    if found.is_empty() { suggest::nearest(name, seen.iter().map(String::as_str)) } else { found }
}
