//! Lines that were typed, kept in the user's state directory for the user alone. A line with a key is not kept.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use rustyline::history::DefaultHistory;
use rustyline::{Editor, Helper};

use crate::assist::values::KEY;

/// So many lines are kept.
pub const LENGTH: usize = 1_000;

fn may_keep(line: &str) -> bool {
    !line.trim().is_empty() && !line.contains(KEY)
}

/// The directory that history is kept in; none without a home.
pub fn directory() -> Option<PathBuf> {
    let dirs = ProjectDirs::from("", "", "orq")?;
    Some(dirs.state_dir().unwrap_or(dirs.data_local_dir()).to_path_buf())
}

fn file() -> Option<PathBuf> {
    Some(directory()?.join("history"))
}

/// What was typed in earlier runs.
pub fn load<H: Helper>(editor: &mut Editor<H, DefaultHistory>) {
    if let Some(path) = file() {
        // The first start has no history.
        let _ = editor.load_history(&path);
    }
}

/// Keeps a line, in a file with access for nobody else, beside those of other prompts that run. A prompt without
/// history is still a prompt: failures are silent.
pub fn keep<H: Helper>(editor: &mut Editor<H, DefaultHistory>, line: &str) {
    if !may_keep(line) || !editor.add_history_entry(line.trim()).unwrap_or(false) {
        return;
    }
    let Some(path) = file() else { return };
    if let Some(directory) = path.parent() {
        let _ = std::fs::create_dir_all(directory);
    }
    let _ = make_private(&path);
    let _ = editor.append_history(&path);
}

#[cfg(unix)]
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    let file = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn make_private(_: &Path) -> std::io::Result<()> {
    Ok(())
}
