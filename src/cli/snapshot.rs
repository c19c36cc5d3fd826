//! What a script printed when somebody looked at it: `NAME.expected.json` beside `NAME.orq`, or another ending for another
//! format.

use std::fs;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::commands;
use super::output::Place;
use crate::diagnostics::{Code, Diagnostic};
use crate::harmless;
use crate::model::catalog::{FormatDef, Render};
use crate::session::{CATALOG, Output};

/// Stands between the name of the script and the ending.
const EXPECTED: &str = ".expected.";

/// What a terminal would show.
const AS_SHOWN: &str = "txt";

/// A row a line, exact, and any number of pipelines: a change shows as the rows that changed.
const BEST_TO_REVIEW: &str = "json";

/// Lines of a difference that are shown; the rest is counted.
const MOST_LINES: usize = 100;

/// Lines around a change.
const AROUND: usize = 2;

/// One snapshot of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub file: PathBuf,
    ending: String,
}

impl Snapshot {
    /// Those that are there.
    pub fn of(script: &Path) -> Result<Vec<Self>, Diagnostic> {
        let directory = directory_of(script);
        let start = format!("{}{EXPECTED}", stem(script));
        let failed = |error: std::io::Error| commands::unreadable(&directory.to_string_lossy(), &error);
        let mut found = Vec::new();
        for entry in fs::read_dir(&directory).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
            if let Some(ending) = name.strip_prefix(&start).filter(|ending| !ending.contains('.')) {
                found.push(Self { file: script.with_file_name(&name), ending: ending.to_string() });
            }
        }
        found.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(found)
    }

    /// A new one, in this format or in the one that is best to review. An explanation is text.
    pub fn new(script: &Path, format: Option<&FormatDef>, outputs: &[Output]) -> Self {
        let text = outputs.iter().any(|output| matches!(output, Output::Text(_)));
        let ending = match format {
            Some(format) => format.extension.unwrap_or(AS_SHOWN),
            None if text => AS_SHOWN,
            None => BEST_TO_REVIEW,
        };
        Self { file: script.with_file_name(format!("{}{EXPECTED}{ending}", stem(script))), ending: ending.to_string() }
    }

    /// What the outputs are in its format.
    pub fn text(&self, outputs: &[Output], place: &Place) -> Result<String, Diagnostic> {
        let place = place.unbounded(None);
        commands::rendered(outputs, self.format()?, &place)
    }

    /// What was kept.
    pub fn kept(&self) -> Result<String, Diagnostic> {
        fs::read_to_string(&self.file).map_err(|error| commands::unreadable(&self.file.to_string_lossy(), &error))
    }

    /// Keeps a text from now on. What is there already stays as it is where it says the same.
    pub fn keep(&self, text: &str) -> Result<(), Diagnostic> {
        if fs::read(&self.file).is_ok_and(|kept| kept == text.as_bytes()) {
            return Ok(());
        }
        let name = self.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let beside = self.file.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        fs::write(&beside, text).and_then(|()| fs::rename(&beside, &self.file)).map_err(|error| {
            // It may not be there, and nothing can be said of it that matters more than the error.
            let _ = fs::remove_file(&beside);
            let name = self.file.to_string_lossy();
            Diagnostic::error(Code::E0701, format!("{} cannot be written: {error}", harmless::line(&name)))
                .help("free space, or see who may write there")
        })
    }

    /// None stands for what a terminal shows, pictures too.
    fn format(&self) -> Result<Option<&'static FormatDef>, Diagnostic> {
        if self.ending == AS_SHOWN {
            return Ok(None);
        }
        let text = |format: &&&FormatDef| {
            format.extension == Some(self.ending.as_str()) && matches!(format.render, Render::Text(_))
        };
        CATALOG.formats.iter().find(text).copied().map(Some).ok_or_else(|| {
            let name = self.file.to_string_lossy();
            let message = format!("{} is in no format that is text", harmless::line(&name));
            Diagnostic::error(Code::E0801, message).help(format!(
                "end its name with one of {AS_SHOWN}, {}",
                CATALOG.formats.iter().filter_map(|format| format.extension).collect::<Vec<_>>().join(", ")
            ))
        })
    }
}

/// The lines that are new or gone, with a few around them; nothing where there are none.
pub fn difference(kept: &str, new: &str) -> Option<String> {
    if kept == new {
        return None;
    }
    let whole = TextDiff::from_lines(kept, new).unified_diff().context_radius(AROUND).to_string();
    let count = whole.lines().count();
    let mut shown: String =
        whole.lines().take(MOST_LINES).map(|line| format!("  {}\n", harmless::line(line))).collect();
    if count > MOST_LINES {
        shown += &format!("  and {} lines more\n", count - MOST_LINES);
    }
    Some(shown)
}

fn stem(script: &Path) -> String {
    script.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn directory_of(script: &Path) -> PathBuf {
    let parent = script.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}
