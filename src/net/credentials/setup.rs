//! The configuration as a file: whether it is there and can be used, and a first one where there is none.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Places, profile, shown};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::request::KeyKind;

/// Every line of it is a comment: it changes nothing until somebody takes a mark away.
const FIRST: &str = include_str!("config.toml");

/// What a configuration that is written anew leaves of the one before.
const OLD: &str = "config.toml.old";

/// What is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Configuration {
    /// There is no home directory, and no variable names a directory.
    Nowhere,
    Missing(PathBuf),
    Found {
        file: PathBuf,
        profiles: Vec<String>,
    },
}

/// What became of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    New(PathBuf),
    /// It was there, and stays as it is.
    Kept(PathBuf),
    /// It was there; the second is where it is now.
    Replaced(PathBuf, PathBuf),
}

/// Looks whether the configuration and the chosen profile can be used; runs no command.
///
/// E0501 where the profile is not there or not written as it should be; E0701 where the file cannot be read.
pub fn configuration(places: &Places) -> Result<Configuration, Diagnostic> {
    for kind in [KeyKind::Management, KeyKind::Api] {
        profile::entry(places, kind)?;
    }
    let Some(file) = places.config_file() else { return Ok(Configuration::Nowhere) };
    if !file.exists() {
        return Ok(Configuration::Missing(file));
    }
    let profiles = profile::profiles(&file)?;
    Ok(Configuration::Found { file, profiles })
}

/// Writes a configuration of comments, for its owner alone. One that is there stays, unless it is to be replaced; then
/// it is kept beside the new one. E0701 where it cannot be written, or another one is kept there.
pub fn write_configuration(places: &Places, replace: bool) -> Result<Written, Diagnostic> {
    let Some(file) = places.config_file() else {
        return Err(Diagnostic::error(Code::E0701, "there is no home directory for the configuration")
            .help("name a directory for it with the environment variable ORQ_CONFIG_DIR"));
    };
    let failed = |error: io::Error| {
        Diagnostic::error(Code::E0701, format!("{} cannot be written: {error}", shown(&file)))
            .help("see who may write there, or name another directory with ORQ_CONFIG_DIR")
    };
    if let Some(directory) = file.parent() {
        private_directory(directory).map_err(failed)?;
    }
    match create(&file) {
        Ok(()) => return Ok(Written::New(file)),
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(error)),
        Err(_) if !replace => return Ok(Written::Kept(file)),
        Err(_) => {}
    }
    let old = file.with_file_name(OLD);
    if old.symlink_metadata().is_ok() {
        return Err(Diagnostic::error(Code::E0701, format!("{} is there already", shown(&old)))
            .help("move it away first: it is what an earlier `--force` kept"));
    }
    fs::rename(&file, &old).map_err(failed)?;
    match create(&file) {
        Ok(()) => Ok(Written::Replaced(file, old)),
        Err(error) => {
            // Back to what was; the error matters more than whether that can be done.
            let _ = fs::rename(&old, &file);
            Err(failed(error))
        }
    }
}

/// A new file; what cannot be written as a whole is not left behind.
fn create(file: &Path) -> io::Result<()> {
    let mut to = private(OpenOptions::new().write(true).create_new(true)).open(file)?;
    to.write_all(FIRST.as_bytes()).and_then(|()| to.sync_all()).inspect_err(|_| {
        let _ = fs::remove_file(file);
    })
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Directories that are there stay as they are.
#[cfg(unix)]
fn private_directory(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

#[cfg(not(unix))]
fn private_directory(directory: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).create(directory)
}
