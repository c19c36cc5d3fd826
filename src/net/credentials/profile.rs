//! The user's profile in `config.toml`: which command or file gives a key. Never a key itself.
//!
//! ```toml
//! [profiles.work]
//! management_key_command = ["pass", "show", "openrouter/management"]
//! api_key_file = "~/keys/openrouter"
//! ```

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use secrecy::SecretString;
use toml::{Table, Value};

use super::{Key, Origin, Places, dotenv, read, shown, variable};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::request::KeyKind;
use crate::net::safe;
use crate::{harmless, suggest};

/// Where a profile says a key is; nothing has been read or run.
pub struct Entry {
    profile: String,
    name: &'static str,
    gives: Gives,
}

enum Gives {
    Command { program: String, arguments: Vec<String> },
    File(PathBuf),
}

/// The names of the entries for one kind of key.
struct Names {
    command: &'static str,
    file: &'static str,
    plain: &'static str,
}

fn names(kind: KeyKind) -> Names {
    match kind {
        KeyKind::Management | KeyKind::Either => {
            Names { command: "management_key_command", file: "management_key_file", plain: "management_key" }
        }
        KeyKind::Api => Names { command: "api_key_command", file: "api_key_file", plain: "api_key" },
    }
}

fn is_plain_key(entry: &str) -> bool {
    [KeyKind::Management, KeyKind::Api].into_iter().any(|kind| names(kind).plain == entry)
}

/// What the chosen profile says of this kind of key.
///
/// E0501 where the profile is asked for by name and is not there, or is not written as it should be; E0701 where the
/// file cannot be read.
pub fn entry(places: &Places, kind: KeyKind) -> Result<Option<Entry>, Diagnostic> {
    let Some(path) = places.config_file() else { return Ok(None) };
    let Some(profile) = profile(places, &path)? else { return Ok(None) };
    let name = harmless::line(places.profile_name()).into_owned();
    let problem = |what: String| {
        let names = names(kind);
        Diagnostic::error(Code::E0501, format!("the profile `{name}` in {} {what}", shown(&path))).help(format!(
            "write `{} = [\"pass\", \"show\", \"openrouter\"]`: a command that prints the key; or `{} = \"PATH\"`",
            names.command, names.file
        ))
    };
    let known: Vec<&str> = [names(KeyKind::Management), names(KeyKind::Api)]
        .iter()
        .flat_map(|names| [names.command, names.file])
        .collect();
    for entry in profile.keys().map(String::as_str) {
        if is_plain_key(entry) {
            return Err(problem(format!("has a key in plain text, as `{entry}`")));
        }
        if !known.contains(&entry) {
            let near = suggest::nearest(entry, known.iter().copied());
            let meant = near.first().map(|name| format!("; `{name}` was likely meant")).unwrap_or_default();
            let entry = safe::without_keys(entry);
            return Err(problem(format!("has an entry `{}` that means nothing{meant}", harmless::line(&entry))));
        }
    }
    let names = names(kind);
    let (entry, gives) = match (profile.get(names.command), profile.get(names.file)) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => return Err(problem(format!("has both `{}` and `{}`", names.command, names.file))),
        (Some(words), None) => {
            let command = command(words)
                .ok_or_else(|| problem(format!("has `{}`, but not as a list of texts", names.command)))?;
            (names.command, command)
        }
        (None, Some(Value::String(file))) => (names.file, Gives::File(PathBuf::from(file))),
        (None, Some(_)) => return Err(problem(format!("has `{}`, but not as a text", names.file))),
    };
    Ok(Some(Entry { profile: name, name: entry, gives }))
}

impl Entry {
    /// Where the key is; nothing has been read or run.
    pub fn origin(&self, places: &Places) -> Origin {
        match &self.gives {
            Gives::Command { .. } => Origin::Command { profile: self.profile.clone(), entry: self.name },
            Gives::File(path) => Origin::File(places.below_config(path)),
        }
    }

    /// Runs the command or reads the file.
    ///
    /// E0501 where that gives no key; E0701 where the file cannot be read.
    pub fn key(&self, places: &Places, kind: KeyKind) -> Result<Key, Diagnostic> {
        match &self.gives {
            Gives::Command { program, arguments } => {
                let origin = Origin::Command { profile: self.profile.clone(), entry: self.name };
                let printed = run(program, arguments, places).map_err(|what| {
                    self.failed(&format!("the command {what}"), "run the command by hand to see why")
                })?;
                Key::new(printed, kind, origin)
            }
            Gives::File(path) => {
                let path = places.below_config(path);
                let gone =
                    || self.failed(&format!("{} does not exist", shown(&path)), "name a file that holds the key");
                let text = read(&path)?.ok_or_else(gone)?;
                let key = dotenv::key_or_bare(&text, &path, kind)?;
                key.map(|key| key.of_kind(kind)).ok_or_else(|| {
                    let help = format!("add a line `{}=` with the key to the file", variable(kind));
                    self.failed(&format!("{} has no key of this kind", shown(&path)), &help)
                })
            }
        }
    }

    fn failed(&self, what: &str, help: &str) -> Diagnostic {
        Diagnostic::error(
            Code::E0501,
            format!("`{}` of the profile `{}` gives no key: {what}", self.name, self.profile),
        )
        .help(help)
    }
}

/// The names of all profiles of a configuration that can be used.
pub(super) fn profiles(path: &Path) -> Result<Vec<String>, Diagnostic> {
    match config(path)?.get("profiles") {
        Some(Value::Table(profiles)) => Ok(profiles.keys().map(|name| harmless::line(name).into_owned()).collect()),
        _ => Ok(Vec::new()),
    }
}

/// The chosen profile. None where there is no configuration, or no profile of that name and none was asked for.
fn profile(places: &Places, path: &Path) -> Result<Option<Table>, Diagnostic> {
    let config = config(path)?;
    let mut profiles = match config.get("profiles") {
        Some(Value::Table(profiles)) => profiles.clone(),
        _ => Table::new(),
    };
    let name = places.profile_name();
    match (profiles.remove(name), &places.profile) {
        (Some(Value::Table(profile)), _) => Ok(Some(profile)),
        (None, None) => Ok(None),
        (_, _) => {
            let near = suggest::nearest(name, profiles.keys().map(String::as_str));
            let help = match near.first() {
                Some(near) => format!("did you mean `--profile {}`?", harmless::line(near)),
                None => format!("add a table `[profiles.{}]` to the file", harmless::line(name)),
            };
            let message = format!("there is no profile `{}` in {}", harmless::line(name), shown(path));
            let mut missing = Diagnostic::error(Code::E0501, message).help(help);
            missing.candidates = near;
            Err(missing)
        }
    }
}

/// What the file says. E0501 where a key stands in it, E0701 where it is not TOML.
fn config(path: &Path) -> Result<Table, Diagnostic> {
    let text = read(path)?.unwrap_or_default();
    let config: Table = text.parse().map_err(|problem: toml::de::Error| {
        let before = problem.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let (line, said) = (before.matches('\n').count() + 1, safe::without_keys(problem.message()));
        Diagnostic::error(Code::E0701, format!("line {line} of {} is not TOML: {}", shown(path), harmless::line(&said)))
            .help("mend that line, or move the file away")
    })?;
    if let Some(entry) = config.keys().find(|entry| is_plain_key(entry)) {
        let message = format!("{} has a key in plain text, as `{entry}`", shown(path));
        return Err(Diagnostic::error(Code::E0501, message).help(format!(
            "write `[profiles.default]` and `{entry}_command = [\"pass\", \"show\", \"openrouter\"]` instead"
        )));
    }
    Ok(config)
}

/// A program and its arguments; none where the value is not a list of texts with at least one in it.
fn command(words: &Value) -> Option<Gives> {
    let words = words.as_array()?.iter().map(|word| word.as_str().map(str::to_string));
    let mut words = words.collect::<Option<Vec<String>>>()?.into_iter();
    let program = words.next().filter(|program| !program.is_empty())?;
    Some(Gives::Command { program, arguments: words.collect() })
}

/// What the command prints. It runs without a shell, in the directory of the configuration, for the working directory
/// may be somebody else's, and without standard input, which may be a script or data. What it complains of is shown.
fn run(program: &str, arguments: &[String], places: &Places) -> Result<SecretString, String> {
    let program = if program.contains('/') { places.below_config(Path::new(program)) } else { PathBuf::from(program) };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    if let Some(dir) = places.config_dir.as_ref() {
        command.current_dir(dir);
    }
    let output = command.output().map_err(|problem| format!("cannot be run: {problem}"))?;
    if !output.status.success() {
        return Err(format!("failed ({})", output.status));
    }
    Ok(SecretString::from(String::from_utf8_lossy(&output.stdout).into_owned()))
}
