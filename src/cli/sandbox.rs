//! The flags of the sandbox, and what they make of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::arguments::{Options, seconds};
use super::commands::unreadable;
use crate::diagnostics::{Code, Diagnostic};
use crate::exec::{Allowed, Content, Places, Sandbox, Save};
use crate::harmless;
use crate::net::DEFAULT_BASE_URL;

#[derive(Clone, Debug, Args)]
pub struct SandboxOptions {
    /// Read only below the working directory; save nothing
    #[arg(long, global = true, help_heading = "Sandbox")]
    pub sandbox: bool,

    /// Read only below this directory; one or more
    #[arg(long, global = true, value_name = "DIR", help_heading = "Sandbox")]
    pub allow_dir: Vec<PathBuf>,

    /// Let `save` write files of data there
    #[arg(long, global = true, help_heading = "Sandbox")]
    pub allow_save: bool,

    /// Let `content` be read: what was asked and answered
    #[arg(long, global = true, help_heading = "Sandbox")]
    pub allow_content: bool,

    /// Most rows of an answer
    #[arg(long, global = true, value_name = "N", default_value_t = 100_000, help_heading = "Sandbox")]
    pub budget_rows: usize,

    /// Most seconds of a query
    #[arg(
        long,
        global = true,
        value_name = "S",
        default_value = "60",
        value_parser = seconds,
        help_heading = "Sandbox"
    )]
    pub budget_seconds: Duration,
}

/// Where the flags ask for a sandbox, texts may do what it allows.
pub fn places(options: &Options) -> Result<Option<Places>, Diagnostic> {
    Ok(asked(options)?.map(|sandbox| Places::Sandbox(Arc::new(sandbox))))
}

/// The text of a file that the command line names; in a sandbox it lies where files may be read.
pub fn text(path: &str, options: &Options) -> Result<String, Diagnostic> {
    let Some(sandbox) = asked(options)? else {
        return std::fs::read_to_string(path).map_err(|error| unreadable(path, &error));
    };
    let shown = harmless::line(path);
    let opened = sandbox.open(Path::new(path)).map_err(|refusal| refusal.of(&shown, "read"))?;
    std::io::read_to_string(opened).map_err(|error| unreadable(path, &error))
}

/// E0702 where a directory may not be looked into.
pub fn directory(path: &str, options: &Options) -> Result<(), Diagnostic> {
    let Some(sandbox) = asked(options)? else { return Ok(()) };
    let real = sandbox.real(Path::new(path));
    real.map(|_| ()).map_err(|refusal| refusal.of(&harmless::line(path), "read"))
}

/// The sandbox, where the flags ask for one.
fn asked(options: &Options) -> Result<Option<Sandbox>, Diagnostic> {
    let flags = &options.sandbox;
    if !flags.sandbox {
        let alone = [
            ("--allow-dir", !flags.allow_dir.is_empty()),
            ("--allow-save", flags.allow_save),
            ("--allow-content", flags.allow_content),
        ];
        return match alone.into_iter().find(|(_, given)| *given) {
            Some((flag, _)) => Err(Diagnostic::error(Code::E0801, format!("`{flag}` allows what nothing forbids"))
                .help("add `--sandbox`; without it a line may read and write anywhere")),
            None => Ok(None),
        };
    }
    of(options).map(Some)
}

/// The sandbox of the flags. E0702 where they ask for a host as well.
pub fn of(options: &Options) -> Result<Sandbox, Diagnostic> {
    let flags = &options.sandbox;
    for (flag, given) in
        [("--base-url", options.base_url != DEFAULT_BASE_URL), ("--allow-host", !options.allow_host.is_empty())]
    {
        if given {
            return Err(Diagnostic::error(
                Code::E0702,
                format!("`{flag}` is refused: a sandbox asks OpenRouter alone"),
            )
            .help("leave it out; `--demo` asks the demo account on this machine"));
        }
    }
    let here = std::env::current_dir().map_err(|error| unreadable("the working directory", &error))?;
    let allowed = Allowed {
        save: if flags.allow_save { Save::Allowed } else { Save::Refused },
        content: if flags.allow_content { Content::Allowed } else { Content::Refused },
        rows: flags.budget_rows,
        time: flags.budget_seconds,
    };
    let only_here = [PathBuf::from(".")];
    let directories: &[PathBuf] = if flags.allow_dir.is_empty() { &only_here } else { &flags.allow_dir };
    Sandbox::new(&here, directories, allowed)
}
