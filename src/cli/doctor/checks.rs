//! What is said of the configuration, the keys, the API and its clock. Nothing is read or sent here, but for the file of
//! the configuration.

use jiff::{SignedDuration, Timestamp};

use super::super::keys::{self, About, Found, KINDS, MIXED_UP};
use super::Check;
use crate::diagnostics::{Code, Diagnostic};
use crate::formats::Numbers;
use crate::model::request::{Call, KeyKind};
use crate::net::{Base, Configuration, Origin, Places, configuration as configured, variable};
use crate::session::Clock;
use crate::types::{Class, Type, Unit};

/// What was found, one for each kind.
type All<'a> = &'a [(KeyKind, Found)];

/// A clock that is further off than this tells another day at times.
const SKEW: SignedDuration = SignedDuration::from_secs(30);

const CONFIGURATION: &str = "configuration";

pub fn configuration(places: &Places) -> Check {
    match configured(places) {
        Err(error) => Check::wrong(CONFIGURATION, &error),
        Ok(Configuration::Nowhere) => Check::warn(CONFIGURATION, "there is no home directory to look in")
            .help("name a directory with the environment variable ORQ_CONFIG_DIR"),
        Ok(Configuration::Missing(file)) => {
            Check::ok(CONFIGURATION, format!("none; `orq init` writes `{}`", file.display()))
        }
        Ok(Configuration::Found { file, profiles }) => {
            let profiles = match profiles.as_slice() {
                [] => "no profile in it".to_string(),
                [one] => format!("profile {one}"),
                several => format!("profiles {}", several.join(", ")),
            };
            Check::ok(CONFIGURATION, format!("`{}`, {profiles}", file.display()))
        }
    }
}

/// Where a key comes from, and what the API says of it.
pub fn key(kind: KeyKind, found: &Found, all: All<'_>, configured: &Check) -> Check {
    let name = keys::name(kind);
    match found {
        Found::Nothing => {
            let help = format!("set {} to one of openrouter.ai, or see `orq init`", variable(kind));
            if all.iter().all(|(_, found)| matches!(found, Found::Nothing)) {
                let error = Diagnostic::error(Code::E0501, "none is found").help(help);
                return Check::wrong(name, &error);
            }
            Check::warn(name, "none is found").help(help)
        }
        Found::Key { origin, said: Err(error) } if error.code == Code::E0505 => {
            Check::warn(name, format!("from {origin}; not checked")).help("see what is said of the API")
        }
        Found::Unusable(error) if error.message == configured.detail => {
            Check::warn(name, "not looked for").help("mend the configuration first")
        }
        Found::Unusable(error) | Found::Key { said: Err(error), .. } => Check::wrong(name, error),
        Found::Key { origin, said: Ok(about) } => {
            let detail = format!("from {origin}{}", limits(about));
            if about.kind.is_some_and(|is| is != kind) {
                let error = Diagnostic::error(Code::E0502, format!("from {origin}; {MIXED_UP} {}", works(about.kind)));
                let help = format!("set {} to {}", variable(kind), with_article(kind));
                return Check::wrong(name, &error.help(help));
            }
            match readable_by_others(origin) {
                None => Check::ok(name, detail),
                Some(help) => Check::warn(name, format!("{detail}; others may read the file")).help(help),
            }
        }
    }
}

fn works(kind: Option<KeyKind>) -> String {
    let names = kind.map(|kind| keys::sources(&[kind])).unwrap_or_default();
    format!("{} sources", names.len())
}

fn with_article(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Management => "a management key",
        KeyKind::Api => "an API key",
        KeyKind::Either => "a key",
    }
}

/// `; $12.50 left of $20.00 monthly; ends 2027-01-01`.
fn limits(about: &About) -> String {
    let mut said = match (about.limit, about.remaining) {
        (None, _) => "; no limit".to_string(),
        (Some(limit), None) => format!("; limit {}", usd(limit)),
        (Some(limit), Some(left)) => format!("; {} left of {}", usd(left), usd(limit)),
    };
    if let (Some(_), Some(reset)) = (about.limit, &about.reset) {
        said += &format!(" {reset}");
    }
    if let Some(expires) = &about.expires {
        said += &format!("; ends {expires}");
    }
    said
}

fn usd(amount: f64) -> String {
    Numbers::of(&Type::Number(Unit::USD, Class::Plain), std::iter::once(amount)).show(amount)
}

#[cfg(unix)]
fn readable_by_others(origin: &Origin) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let Origin::File(path) = origin else { return None };
    let mode = path.metadata().ok()?.permissions().mode();
    (mode & 0o077 != 0).then(|| format!("`chmod 600 {}`", path.display()))
}

#[cfg(not(unix))]
fn readable_by_others(_: &Origin) -> Option<String> {
    None
}

/// What is permitted: the sources that the keys which work open, and those that they do not.
pub fn sources(all: All<'_>) -> Check {
    const NAME: &str = "sources";
    let mut works: Vec<KeyKind> = all
        .iter()
        .filter_map(|(kind, found)| match found {
            Found::Key { said: Ok(about), .. } => Some(about.kind.unwrap_or(*kind)),
            Found::Nothing | Found::Unusable(_) | Found::Key { said: Err(_), .. } => None,
        })
        .collect();
    works.dedup();
    let open = keys::sources(&works);
    let lack: Vec<KeyKind> = KINDS.into_iter().filter(|kind| !works.contains(kind)).collect();
    match lack.as_slice() {
        [] => Check::ok(NAME, format!("all {}", open.len())),
        [kind] => {
            let closed = keys::needing(*kind);
            let detail = format!("{} of {}", open.len(), open.len() + closed.len());
            Check::warn(NAME, detail).help(format!("{} opens {}", with_article(*kind), closed.join(" ")))
        }
        _ => Check::warn(NAME, "none but `read`: no key works").help("`--demo` answers without a key"),
    }
}

/// Whether the API answers at all.
pub fn host(base: &Base, calls: &[Call], all: All<'_>) -> Check {
    const NAME: &str = "API";
    let answered = calls.iter().rev().find(|call| call.status.is_some());
    let failed = all.iter().find_map(|(_, found)| match found {
        Found::Key { said: Err(error), .. } => Some(error),
        Found::Nothing | Found::Unusable(_) | Found::Key { said: Ok(_), .. } => None,
    });
    match (answered, failed) {
        (Some(call), _) => Check::ok(NAME, format!("{} answers, in {} ms", base.host(), call.took.as_millis())),
        (None, Some(error)) => Check::wrong(NAME, error),
        (None, None) => Check::warn(NAME, format!("{} is not asked", base.host())).help("a key is needed first"),
    }
}

/// How far this clock is from that of the API, where it says.
pub fn clock(clock: Clock, theirs: Option<Timestamp>, demo: bool) -> Check {
    const NAME: &str = "clock";
    let ours = clock.now();
    let (set, help) = match clock {
        Clock::System => (String::new(), "set the clock of this machine: days begin and end by it"),
        Clock::Frozen(now) => (
            format!("set to {now} by `--now` or ORQ_NOW; "),
            "leave out `--now` and ORQ_NOW for what is the case today",
        ),
    };
    let Some(theirs) = theirs.filter(|_| !demo) else {
        let why = if demo { "the demo account goes by it" } else { "the API has not told its own" };
        return Check::ok(NAME, set + why);
    };
    let ahead = ours.duration_since(theirs);
    if ahead.abs() <= SKEW {
        return Check::ok(NAME, format!("{set}as the API's"));
    }
    let way = if ahead.is_positive() { "ahead of" } else { "behind" };
    let by = SignedDuration::from_secs(ahead.abs().as_secs());
    Check::warn(NAME, format!("{set}{by:#} {way} the API's")).help(help)
}
