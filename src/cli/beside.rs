//! Files that are written beside their place and then put there: whoever reads one finds the old text or the new one, never
//! a part.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::diagnostics::{Code, Diagnostic};
use crate::harmless;

/// Makes the text that of the file, whether it is there or not. A link stays one: the file that it names is replaced.
pub fn put(path: &Path, text: &str) -> Result<(), Diagnostic> {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let beside = beside(&real);
    let written = write(&beside, text, &real).and_then(|()| fs::rename(&beside, &real));
    written.map_err(|error| {
        // It may not be there, and nothing can be said of it that matters more than the error.
        let _ = fs::remove_file(&beside);
        let name = path.to_string_lossy();
        Diagnostic::error(Code::E0701, format!("{} cannot be written: {error}", harmless::line(&name)))
            .help("what was there, if anything, is unchanged; see who may write it and its directory")
    })
}

fn write(beside: &Path, text: &str, like: &Path) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(beside)?;
    if let Ok(there) = fs::metadata(like) {
        file.set_permissions(there.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// A name in the same directory that no other process uses.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}
