//! The files that a text brings with `use`: read before the check, each once, and only such as are libraries.

use std::collections::HashMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::permissions::{Permissions, Places, Sandbox};
use crate::check::{Libraries, Library, Uses};
use crate::diagnostics::{Code, Diagnostic, Origin};
use crate::harmless;
use crate::syntax::ast::{Script, StatementKind};
use crate::syntax::{self, Parsed};

/// A library has at most so many bytes.
const MAX_BYTES: u64 = 1 << 20;

/// A text uses at most so many files, those of its libraries included.
const MAX_FILES: usize = 64;

/// How a library is called.
const ENDING: &str = "orq";

/// Reads what a script uses. `from` is the file of the script; paths are relative to the file that says them, and to the
/// working directory where there is none.
pub fn load(script: &Script, from: Option<&Path>, permissions: &Permissions) -> Libraries {
    let real = from.and_then(|path| path.canonicalize().ok());
    let directory = real.as_deref().and_then(Path::parent).map(Path::to_path_buf).unwrap_or_default();
    let here = match &permissions.places {
        Places::Anywhere | Places::Sandbox(_) => Path::new("."),
        Places::Below(here) => here.as_path(),
    };
    let here = here.canonicalize().ok();
    let beside = real.as_deref().and_then(Path::parent).map(Path::to_path_buf);
    let mut loading = Loading {
        allowed: match &permissions.places {
            Places::Anywhere => Allowed::Anywhere,
            Places::Below(_) => Allowed::Below(here.iter().cloned().chain(beside).collect()),
            Places::Sandbox(sandbox) => Allowed::Sandbox(Arc::clone(sandbox)),
        },
        here,
        files: Vec::new(),
        known: HashMap::new(),
        open: real.into_iter().collect(),
    };
    let uses = loading.uses(script, &directory);
    Libraries { files: loading.files, uses }
}

/// Where libraries lie.
enum Allowed {
    Anywhere,
    /// Below one of these.
    Below(Vec<PathBuf>),
    Sandbox(Arc<Sandbox>),
}

struct Loading {
    allowed: Allowed,
    /// What paths are shown without.
    here: Option<PathBuf>,
    files: Vec<Library>,
    known: HashMap<PathBuf, usize>,
    /// The files whose own are being read, the script first.
    open: Vec<PathBuf>,
}

impl Loading {
    fn uses(&mut self, script: &Script, directory: &Path) -> Uses {
        let mut uses = Uses::new();
        for statement in &script.statements {
            let StatementKind::Use { path } = &statement.kind else { continue };
            if !uses.contains_key(&path.value) {
                let found = self.file(&path.value, directory);
                uses.insert(path.value.clone(), found);
            }
        }
        uses
    }

    /// The number of a file, which is read where it was not yet.
    fn file(&mut self, written: &str, directory: &Path) -> Result<usize, Diagnostic> {
        let path = directory.join(written);
        if path.extension().is_none_or(|ending| ending != ENDING) {
            return Err(unusable(written, "is no library by its name").help("a library is a file that ends in `.orq`"));
        }
        let real = match &self.allowed {
            Allowed::Sandbox(sandbox) => {
                let shown = harmless::line(written);
                sandbox.real(&path).map_err(|refusal| Diagnostic { label: None, ..refusal.of(&shown, "read") })?
            }
            Allowed::Anywhere | Allowed::Below(_) => {
                path.canonicalize().map_err(|error| unreadable(written, &error))?
            }
        };
        if let Allowed::Below(roots) = &self.allowed
            && !roots.iter().any(|root| real.starts_with(root))
        {
            let message = format!("`{}` may not be read: it lies elsewhere", harmless::line(written));
            let help = "a script uses files below its own directory or the working directory";
            return Err(Diagnostic::error(Code::E0702, message).help(help));
        }
        if let Some(start) = self.open.iter().position(|open| *open == real) {
            let around = self.open.iter().skip(start).chain([&real]);
            let chain: Vec<String> = around.map(|path| self.shown(path)).collect();
            let message = format!("`{}` leads back to itself", harmless::line(written));
            let help = format!("{}: move what both need into a third file", chain.join(" uses "));
            return Err(Diagnostic::error(Code::E0111, message).help(help));
        }
        if let Some(known) = self.known.get(&real) {
            return Ok(*known);
        }
        if self.open.len() + self.files.len() > MAX_FILES {
            let message = format!("more than {MAX_FILES} files are used");
            return Err(Diagnostic::error(Code::E0112, message).help("put what belongs together into one file"));
        }
        let text = match &self.allowed {
            Allowed::Sandbox(sandbox) => {
                let shown = harmless::line(written);
                let file = sandbox.open(&real).map_err(|refusal| refusal.of(&shown, "read"))?;
                read(file, written)?
            }
            Allowed::Anywhere | Allowed::Below(_) => {
                // A pipe would be waited for.
                if !fs::metadata(&real).map_err(|error| unreadable(written, &error))?.is_file() {
                    return Err(unusable(written, "is no regular file").help("name a text file"));
                }
                read(fs::File::open(&real).map_err(|error| unreadable(written, &error))?, written)?
            }
        };
        let Parsed { script, diagnostics } = syntax::parse(&text);
        self.open.push(real.clone());
        let directory = real.parent().map(Path::to_path_buf).unwrap_or_default();
        let uses = self.uses(&script, &directory);
        self.open.pop();
        let origin = Arc::new(Origin { name: self.shown(&real), text });
        self.files.push(Library { origin, script, diagnostics, uses });
        let index = self.files.len() - 1;
        self.known.insert(real, index);
        Ok(index)
    }

    /// A path as it is shown.
    fn shown(&self, path: &Path) -> String {
        let short = self.here.as_ref().and_then(|here| path.strip_prefix(here).ok());
        harmless::line(&short.unwrap_or(path).to_string_lossy()).into_owned()
    }
}

/// The text of a file of a bearable size.
fn read(file: fs::File, written: &str) -> Result<String, Diagnostic> {
    let found = file.metadata().map_err(|error| unreadable(written, &error))?;
    if found.len() > MAX_BYTES {
        let help = format!("a library has at most {} MB; put data into files of data", MAX_BYTES >> 20);
        return Err(unusable(written, "is too large").help(help));
    }
    let mut text = String::new();
    // It may grow while it is read.
    file.take(MAX_BYTES).read_to_string(&mut text).map_err(|error| unreadable(written, &error))?;
    Ok(text)
}

fn unusable(written: &str, why: &str) -> Diagnostic {
    Diagnostic::error(Code::E0112, format!("`{}` {why}", harmless::line(written)))
}

fn unreadable(written: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(Code::E0701, format!("`{}` cannot be read: {error}", harmless::line(written)))
        .help("its path starts at the directory of the file that uses it")
}
