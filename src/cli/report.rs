//! `orq report`: the script that everybody would write first, compiled in.

use super::arguments::{Options, Range};
use super::commands::{Query, execute};
use crate::diagnostics::{Diagnostic, Exit};

/// What it runs, and what can be copied and changed.
const SCRIPT: &str = include_str!("../../examples/report.orq");

/// Runs the script over a range; its parameters have values of their own where none are given.
pub fn run(range: Range, options: &Options) -> Result<Exit, Diagnostic> {
    let given = [("from", range.from), ("to", range.to), ("limit", range.limit)];
    let given = given.into_iter().filter_map(|(name, value)| Some((name.to_string(), value?)));
    let param = options.param.iter().cloned().chain(given).collect();
    execute(&Query::compiled_in(SCRIPT, "report"), &Options { param, ..options.clone() })
}
